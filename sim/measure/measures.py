"""Every measure of a run, defined once: formula, unit, denominator and which way is better.

A measure gives a numerator and a denominator per run. Over replications the measure is the sum of the
numerators divided by the sum of the denominators, so a run with few buyers does not weigh as much as a run
with many. What is stated per run (revenue, counts, quantiles) has the denominator 1.

Every rate names its denominator, because the same name with another denominator is another number
(evidence rows T3.10 and T5.10: no decision is 22% of forecast deals and 40% of those not won).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from sim.measure.by_phase import PHASE_MEASURES
from sim.measure.counting import (
    Parts,
    attempted,
    both,
    bought,
    buyer_sum,
    buyers,
    cost,
    deals,
    every_buyer,
    every_exchange,
    exchanges,
    facts_retained,
    let_go,
    mean,
    of_passes,
    passed,
    passed_and,
    per_run,
    quantile,
    ratio,
    recycled_revenue,
    response_days,
    sales_cycle,
    settled,
    span,
    unassisted,
    was_rejected,
    with_outcome,
    won,
    worked_hours,
)
from sim.measure.customer_measures import CUSTOMER_MEASURES
from sim.measure.definition import Direction, Measure
from sim.measure.frames import KEYS
from sim.measure.people import PEOPLE
from sim.measure.tally import FramesOfRuns, FrameTally, Tally
from sim.vocabulary import Outcome, Reason

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MEASURES",
    "Direction",
    "Measure",
    "Parts",
    "counted_parts",
    "measure_named",
    "measures_of",
    "parts_of",
    "pooled",
]

# Read these tables as: name, label, formula, unit, denominator, direction, how it is counted.
# fmt: off
_money: tuple[Measure, ...] = (
    Measure("revenue_value", "revenue", "revenue from counted buyers within follow-up, discounts taken off",
            "money", "run", "higher", per_run(buyer_sum("revenue_value"))),
    Measure("profit_value", "profit",
            "revenue minus touches and rep hours, of counted buyers, minus fixed cost of the counted period",
            "money", "run", "higher",
            per_run(lambda tally: buyer_sum("revenue_value")(tally) - cost(tally))),
    Measure("cost_value", "cost",
            "touches plus rep hours, of counted buyers, plus fixed cost of the counted period",
            "money", "run", "lower", per_run(cost)),
    Measure("acquisition_cost_value", "cost of winning a customer", "cost divided by customers won",
            "money", "counted buyer who bought from us", "lower", ratio(cost, buyers(won))),
    Measure("revenue_per_lead_value", "revenue per lead", "revenue divided by leads",
            "money", "counted buyer", "higher", ratio(buyer_sum("revenue_value"), every_buyer)),
    Measure("discount_rate", "share of list value given as discount",
            "discounts divided by list value of won deals",
            "share", "money of list value in won deals", "lower",
            ratio(lambda tally: tally.sum("deals", tally.column("deals", "discount_value")),
                  lambda tally: tally.sum("deals", tally.column("deals", "deal_value")
                                          * tally.is_word("deals", "outcome", "won")))),
)

_leads: tuple[Measure, ...] = (
    Measure("lead_count", "leads", "buyers who arrived in the counted period",
            "count", "run", "neither", per_run(every_buyer)),
    Measure("closed_won_count", "customers won", "counted buyers who bought from us within follow-up",
            "count", "run", "higher", per_run(buyers(won))),
    Measure("lead_to_won_rate", "share of leads that become customers",
            "buyers who bought from us divided by all buyers",
            "share", "counted buyer", "higher", ratio(buyers(won), every_buyer)),
    Measure("lead_to_won_days", "time from arrival to purchase from us", "mean of won day minus arrival day",
            "days", "counted buyer who bought from us", "lower",
            mean("buyers", span("buyers", "arrival_day", "won_day"))),
    Measure("lead_to_opportunity_rate", "share of leads that become opportunities",
            "buyers with at least one opportunity divided by all buyers", "share", "counted buyer", "higher",
            ratio(buyers(lambda tally: tally.buyers_in("deals", tally.happened("deals", "opened_day"))),
                  every_buyer)),
    Measure("let_go_rate", "share of leads handed to sales at least once",
            "buyers let go at least once divided by all buyers",
            "share", "counted buyer", "neither", ratio(buyers(let_go), every_buyer)),
    Measure("bought_from_anyone_rate", "share of buyers who bought from anyone",
            "buyers who bought from us, a rival or somebody else within follow-up, divided by all buyers",
            "share", "counted buyer", "neither", ratio(buyers(bought), every_buyer)),
    Measure("bought_elsewhere_rate", "share of buyers who bought elsewhere",
            "buyers who bought from a rival or somebody else within follow-up, divided by all buyers",
            "share", "counted buyer", "lower",
            ratio(buyers(lambda tally: bought(tally) & ~won(tally)), every_buyer)),
    Measure("rejected_bought_from_anyone_rate", "share of rejected leads who bought from anyone",
            "buyers rejected at least once who bought from anyone, divided by buyers rejected at least once",
            "share", "counted buyer rejected at least once", "neither",
            ratio(buyers(both(was_rejected, bought)), buyers(was_rejected))),
    Measure("unassisted_won_rate", "share of customers who bought without a rep",
            "purchases from us without a won deal divided by purchases from us",
            "share", "counted buyer who bought from us", "neither",
            ratio(buyers(unassisted),
                  buyers(won))),
    Measure("recycled_rate", "share of leads that ran more than one lap",
            "buyers on lap 2 or later divided by buyers let go",
            "share", "counted buyer let go at least once", "neither",
            ratio(buyers(lambda tally: let_go(tally) & (tally.column("buyers", "laps") > 1)),
                  buyers(let_go))),
    Measure("recycled_revenue_rate", "share of revenue won on a later lap",
            "revenue of buyers whose deal was won on lap 2 or later, divided by revenue",
            "share", "money of revenue", "neither", ratio(recycled_revenue, buyer_sum("revenue_value"))),
    Measure("touches_per_lead_count", "touches per lead", "touches divided by leads",
            "count", "counted buyer", "neither", ratio(buyer_sum("touches"), every_buyer)),
)

_RESPONSE = (
    "first attempt minus letting go, including time that sales waits on purpose for a deadline it knows of"
)

_exchange: tuple[Measure, ...] = (
    Measure("let_go_count", "leads let go", "times a lead was let go to sales",
            "count", "run", "neither", per_run(every_exchange)),
    Measure("passed_count", "passes", "exchanges that came to live contact",
            "count", "run", "neither", per_run(exchanges(passed))),
    Measure("clean_exchange_rate", "share of clean passes", "passes without a fault divided by passes",
            "share", "pass", "higher",
            ratio(exchanges(lambda tally: tally.is_word("exchanges", "verdict", "clean")),
                  exchanges(passed))),
    *(
        Measure(f"{fault}_exchange_rate", f"share of {fault} passes",
            f"passes that were {fault} divided by passes",
                "share", "pass", "lower", ratio(exchanges(passed_and(fault)), exchanges(passed)))
        for fault in ("early", "late", "slow", "pushed", "obstructed")
    ),
    Measure("failed_exchange_rate", "share of exchanges without live contact",
            "exchanges that ended without live contact divided by exchanges that ended",
            "share", "exchange that ended", "lower",
            ratio(exchanges(lambda tally: settled(tally) & ~passed(tally)), exchanges(settled))),
    Measure("rejected_rate", "share of leads rejected by sales",
            "exchanges rejected divided by exchanges that ended",
            "share", "exchange that ended", "lower",
            ratio(exchanges(with_outcome(Outcome.REJECTED)), exchanges(settled))),
    Measure("ignored_rate", "share of leads ignored by sales",
            "exchanges ignored divided by exchanges that ended",
            "share", "exchange that ended", "lower",
            ratio(exchanges(with_outcome(Outcome.IGNORED)), exchanges(settled))),
    Measure("expired_rate", "share of leads never reached",
            "exchanges expired divided by exchanges that ended",
            "share", "exchange that ended", "lower",
            ratio(exchanges(with_outcome(Outcome.EXPIRED)), exchanges(settled))),
    Measure("contact_rate", "share of leads reached",
            "passes divided by ended exchanges in which sales tried at least once",
            "share", "exchange that ended, tried at least once", "higher",
            ratio(exchanges(passed), exchanges(attempted))),
    Measure("qualified_rate", "share of passes that become opportunities",
            "passes that made an opportunity divided by passes",
            "share", "pass", "higher", ratio(exchanges(passed_and("qualified")), exchanges(passed))),
    Measure("facts_retained_rate", "share of facts that survive the pass",
            "facts known to marketing before a pass and to sales after, divided by facts known to marketing",
            "share", "fact known to marketing at a pass", "higher", facts_retained),
    Measure("facts_after_mean", "facts sales knows after the pass",
            "mean of facts known to sales after a pass",
            "facts", "pass", "higher", mean("exchanges", of_passes("facts_after"))),
    Measure("speed_lost_rate", "share of speed lost in the pass",
            "mean share of the incoming speed that a pass loses",
            "share", "pass of a moving buyer", "lower", mean("exchanges", of_passes("speed_lost_rate"))),
    Measure("pass_position_mean", "position of the pass", "mean true position of the buyer at the pass",
            "share of track", "pass", "neither", mean("exchanges", of_passes("position"))),
    Measure("speed_to_lead_mean_days", "mean response time",
            f"mean of {_RESPONSE}",
            "days", "exchange tried at least once", "lower", mean("exchanges", response_days)),
    Measure("speed_to_lead_p50_days", "median response time",
            f"median within a run of {_RESPONSE}",
            "days", "run with an exchange tried", "lower", quantile("exchanges", response_days, 0.5)),
    Measure("speed_to_lead_p90_days", "response time that nine of ten leads stay under",
            f"90% quantile within a run of {_RESPONSE}",
            "days", "run with an exchange tried", "lower", quantile("exchanges", response_days, 0.9)),
    *(
        Measure(f"{part}_delay_days", f"{part} part of the delay",
                f"mean of the {part} part of the delay before a pass",
                "days", "pass", "lower", mean("exchanges", of_passes(f"{part}_days")))
        for part in ("system", "queue", "human")
    ),
)

_selling: tuple[Measure, ...] = (
    Measure("win_rate", "share of opportunities won",
            "deals won divided by all opportunities, open ones included",
            "share", "opportunity", "higher", ratio(deals("won"), deals("any"))),
    Measure("no_decision_rate", "share of opportunities that end without a decision",
            "deals lost to no decision divided by opportunities closed",
            "share", "opportunity closed", "lower",
            ratio(deals("lost", Reason.NO_DECISION), deals("closed"))),
    Measure("forecast_win_rate", "share of forecast deals won",
            "forecast deals won divided by forecast deals closed (T3.10)",
            "share", "forecast deal closed", "higher",
            ratio(deals("won", forecast=True), deals("closed", forecast=True))),
    Measure("forecast_rival_rate", "share of forecast deals lost to a rival",
            "forecast deals lost to a rival divided by forecast deals closed (T3.10)",
            "share", "forecast deal closed", "lower",
            ratio(deals("lost", Reason.RIVAL, forecast=True), deals("closed", forecast=True))),
    Measure("forecast_no_decision_rate", "share of forecast deals that end without a decision",
            "forecast deals lost to no decision divided by forecast deals closed (T3.10)",
            "share", "forecast deal closed", "lower",
            ratio(deals("lost", Reason.NO_DECISION, forecast=True), deals("closed", forecast=True))),
    Measure("sales_cycle_days", "sales cycle", "mean of closing minus opening of won deals",
            "days", "deal won", "lower", mean("deals", sales_cycle)),
    Measure("rep_utilisation_rate", "share of reps' time in use",
            "working hours on tasks divided by working hours, in the counted period",
            "share", "available rep hour", "neither",
            ratio(worked_hours, lambda tally: tally.sum("reps", tally.column("reps", "available_hours")))),
    Measure("wasted_rep_hours", "wasted rep hours",
            "rep hours on laps of counted buyers without an opportunity",
            "hours", "run", "lower", per_run(buyer_sum("wasted_hours"))),
    Measure("rep_hours_per_win", "rep hours per customer won",
            "rep hours spent on counted buyers divided by customers won",
            "hours", "counted buyer who bought from us", "lower",
            ratio(buyer_sum("rep_hours"), buyers(won))),
)
# fmt: on

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            *(*_money, *_leads, *_exchange, *_selling),
            *(*PEOPLE, *CUSTOMER_MEASURES, *PHASE_MEASURES),
        )
    }
)
"""All measures by name: money first, then leads, exchanges, selling, people, customers, phases."""


def measure_named(name: str) -> Measure:
    """The measure that a name stands for.

    Args:
        name: A name in `MEASURES`.

    Returns:
        The measure.

    Raises:
        ValueError: If there is no such measure; the message gives the nearest names.
    """
    if name in MEASURES:
        return MEASURES[name]
    near = get_close_matches(name, MEASURES, n=3, cutoff=0.5)
    near += [other for other in MEASURES if name and name in other and other not in near][:3]
    hint = f"nearest: {', '.join(near)}" if near else f"there are {', '.join(MEASURES)}"
    raise ValueError(f"no measure is called {name!r}; {hint}")


def parts_of(frames: FramesOfRuns, names: Iterable[str] | None = None) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of each measure in one run.

    Args:
        frames: The frames of one run.
        names: Measures wanted; all when None.

    Returns:
        Measure name to (numerator, denominator).

    Raises:
        ValueError: If a name is unknown, or the frames hold more than one run.
    """
    tally = FrameTally(frames)
    if len(tally) != 1:
        raise ValueError(f"these frames hold {len(tally)} runs; use measures_of")
    return counted_parts(tally, names)


def counted_parts(tally: Tally, names: Iterable[str] | None = None) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of each measure, counted by a tally of one run.

    Args:
        tally: Counts the rows of one run.
        names: Measures wanted; all when None.

    Returns:
        Measure name to (numerator, denominator).

    Raises:
        ValueError: If a name is unknown.
    """
    found: dict[str, tuple[float, float]] = {}
    for name in MEASURES if names is None else names:
        parts = measure_named(name).compute(tally)
        found[name] = (float(parts.numerator[0]), float(parts.denominator[0]))
    return found


def measures_of(frames: FramesOfRuns, names: Iterable[str] | None = None) -> pd.DataFrame:
    """Every measure of every run in the frames, all runs at once.

    Args:
        frames: The frames of one run or of many stacked runs.
        names: Measures wanted; all when None.

    Returns:
        One row per run and measure with the `KEYS` and `measure`, `numerator`, `denominator`, `value`; the
        value is NaN where the run had no occasion (denominator 0).

    Raises:
        ValueError: If a name is unknown.
    """
    import pandas as pd

    tally = FrameTally(frames)
    pieces = []
    for name in MEASURES if names is None else names:
        parts = measure_named(name).compute(tally)
        piece = tally.runs.copy()
        piece["measure"] = name
        piece["numerator"] = parts.numerator
        piece["denominator"] = parts.denominator
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(parts.denominator != 0, parts.numerator / parts.denominator, np.nan)
        piece["value"] = value
        pieces.append(piece)
    if not pieces:
        return pd.DataFrame(columns=[*KEYS, "measure", "numerator", "denominator", "value"])
    return pd.concat(pieces, ignore_index=True)


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Each measure over all replications of a policy: sum of numerators over sum of denominators.

    Args:
        table: What `measures_of` returned, possibly of many calls stacked.

    Returns:
        One row per scenario, policy and measure with `numerator`, `denominator`, `value`, `replications` and
        `missing` (runs whose parts are NaN, left out of the sums).
    """
    complete = table["numerator"].notna() & table["denominator"].notna()
    marked = table.assign(replications=complete.astype(np.int64), missing=(~complete).astype(np.int64))
    marked.loc[~complete, ["numerator", "denominator"]] = 0.0
    sums = ["numerator", "denominator", "replications", "missing"]
    by = ["scenario", "policy", "measure"]
    result = marked.groupby(by, sort=False, observed=True, dropna=False)[sums].sum().reset_index()
    result["value"] = result["numerator"] / result["denominator"].where(result["denominator"] != 0)
    return result
