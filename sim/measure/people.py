"""Measures of the people: what they think of each other, who leaves, and what their pay makes them do."""

from __future__ import annotations

import numpy as np

from sim.measure.counting import Amount, deals, mean, per_run, ratio
from sim.measure.definition import Measure
from sim.measure.tally import Numbers, Tally

__all__ = ["PEOPLE"]


def _of_reps(name: str) -> Amount:
    return lambda tally: tally.sum("reps", tally.column("reps", name))


def _pushed(tally: Tally) -> Numbers:
    """Deals won with an offer that ended with the quarter."""
    return tally.sum("deals", tally.flag("deals", "pushed") & tally.is_word("deals", "outcome", "won"))


def _push_discount(tally: Tally) -> Numbers:
    """Discount of those deals."""
    given = np.where(tally.flag("deals", "pushed"), tally.column("deals", "discount_value"), 0.0)
    return tally.sum("deals", given)


def _proposed_hours(tally: Tally) -> Numbers:
    """Hours of closed opportunities that came to a committed proposal; NaN for others."""
    chosen = tally.happened("deals", "forecast_day") & ~tally.is_word("deals", "outcome", "open")
    return np.where(chosen, tally.column("deals", "hours"), np.nan)


# Read this table as: name, label, formula, unit, denominator, direction, how it is counted.
# fmt: off
PEOPLE: tuple[Measure, ...] = (
    Measure("trust_rate", "trust of sales in marketing's leads", "mean over days of the reps' mean trust",
            "share", "day of the run", "higher",
            mean("days", lambda tally: tally.column("days", "trust_rate"))),
    Measure("regard_rate", "regard of marketing for sales' follow-up",
            "mean over days of the marketers' mean regard", "share", "day of the run", "higher",
            mean("days", lambda tally: tally.column("days", "regard_rate"))),
    Measure("conflict_rate", "conflict between marketing and sales",
            "mean over days of what is missing to full trust and full regard", "share", "day of the run",
            "lower", mean("days", lambda tally: tally.column("days", "conflict_rate"))),
    Measure("departure_count", "reps who left", "reps who left in the run", "count", "run", "lower",
            per_run(_of_reps("departures"))),
    Measure("passed_on_count", "buyers passed on by leavers",
            "buyers, counted or not, whose rep left and whom another rep took over", "count", "run", "lower",
            per_run(_of_reps("passed_on"))),
    Measure("other_rep_hours", "rep hours spent on no buyer",
            "hours of the run that reps spent on disputes and meetings about nobody in particular",
            "hours", "run", "lower", per_run(_of_reps("other_hours"))),
    Measure("mechanism_value", "cost of mechanisms of integration",
            "running cost of mechanisms in the counted period, part of cost", "money", "run", "lower",
            per_run(lambda tally: tally.total("mechanism_value"))),
    Measure("coordination_hours", "rep hours spent on coordination",
            "hours of the run that mechanisms of integration took from the reps' tasks, booked with them",
            "hours", "run", "lower", per_run(_of_reps("coordination_hours"))),
    Measure("comparable_opportunity_hours", "rep hours per comparable opportunity",
            "mean hours of closed opportunities that came to a committed proposal; those given up before do not flatter",
            "hours", "forecast deal closed", "lower", mean("deals", _proposed_hours)),
    Measure("pushed_rate", "share of won deals that were pushed",
            "deals won with an offer that ended with the quarter, divided by deals won",
            "share", "deal won", "lower", ratio(_pushed, deals("won"))),
    Measure("push_discount_value", "discount given to close within the quarter",
            "discount of won deals that were pushed", "money", "run", "lower", per_run(_push_discount)),
)
# fmt: on
