"""How published patterns of time, channels, pay and customers are counted in runs.

As in `sim.experiment.pattern_counts`, a count gives numbers for each run, which are summed before they are combined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from typing import Any

import numpy as np

from sim.experiment.pattern_counts import _desk_open, _ratio, _summed, measured
from sim.experiment.setups import Count, Numbers
from sim.measure.results import Results

RUN = ["replication", "number"]
"""What names a buyer among all runs of a setup."""


def together(*counts: Count) -> Count:
    """Several counts side by side."""
    return lambda results: np.hstack([count(results) for count in counts])


def won_between(low: float, high: float) -> Count:
    """Wins between two numbers of days after arrival, and all wins."""

    def count(results: Results) -> Numbers:
        buyers = results.buyers
        days = buyers["won_day"] - buyers["arrival_day"]
        return _summed(results, buyers, [(days > low) & (days <= high), days.notna()])

    return count


def days_to_opportunity(results: Results) -> Numbers:
    """Days from arrival to the first opportunity, and buyers who became one."""
    first = results.deals.sort_values("opened_day").drop_duplicates(RUN)
    joined = first[[*RUN, "opened_day"]].merge(results.buyers[[*RUN, "arrival_day"]], on=RUN)
    return _summed(results, joined, [joined["opened_day"] - joined["arrival_day"], np.ones(len(joined))])


def leads_won_of(journey: str) -> Count:
    """Wins and leads of one journey, then of all."""

    def count(results: Results) -> Numbers:
        buyers = results.buyers
        there, won = buyers["journey"] == journey, buyers["won_day"].notna()
        return _summed(results, buyers, [there & won, there, won, np.ones(len(buyers))])

    return count


def deals_won_of(journey: str) -> Count:
    """Opportunities of one journey that were won, and its opportunities, then of all."""

    def count(results: Results) -> Numbers:
        deals = results.deals
        there, won = deals["journey"] == journey, deals["outcome"] == "won"
        return _summed(results, deals, [there & won, there, won, np.ones(len(deals))])

    return count


def against_all(sums: Numbers) -> float:
    """The share of a part over the share of all, of the first setup."""
    return _ratio(sums[0][:2]) / _ratio(sums[0][2:])


def let_go_by(day: float) -> Count:
    """Buyers whom marketing let go for the first time within some days of arrival, and all buyers."""

    def count(results: Results) -> Numbers:
        first = results.exchanges.sort_values("let_go_day").drop_duplicates(RUN)
        joined = results.buyers[[*RUN, "arrival_day"]].merge(first[[*RUN, "let_go_day"]], on=RUN, how="left")
        soon = joined["let_go_day"] - joined["arrival_day"] <= day
        return _summed(results, joined, [soon, np.ones(len(joined))])

    return count


def unpursued_who_bought(results: Results) -> Numbers:
    """Leads let go of which sales made no opportunity, that bought from anyone; and all such leads."""
    buyers = results.buyers
    pursued = buyers[RUN].merge(results.deals[RUN].drop_duplicates(), on=RUN, how="left", indicator=True)
    left = (buyers["exchanges"] > 0).to_numpy() & (pursued["_merge"] == "left_only").to_numpy()
    return _summed(results, buyers, [left & buyers["bought_day"].notna().to_numpy(), left])


def response_hours(within_days: float) -> Count:
    """Hours to the first attempt at leads let go while the desk is open and tried within some days; and such leads."""

    def count(results: Results) -> Numbers:
        exchanges = results.exchanges
        wait = exchanges["first_attempt_day"] - exchanges["let_go_day"]
        tried = (exchanges["lap"] == 1) & _desk_open(exchanges) & (wait <= within_days)
        return _summed(results, exchanges, [np.where(tried, 24.0 * wait.fillna(0.0), 0.0), tried])

    return count


def pooled_mean(weights: Sequence[float]) -> Callable[[Numbers], float]:
    """First sums over second sums of all setups, each with its weight."""
    share = np.asarray(weights)[:, None]
    return lambda sums: _ratio((share * sums).sum(axis=0))


def wins_by_third(quarter_days: float) -> Count:
    """Wins in the last third of all quarters, and in the first."""

    def count(results: Results) -> Numbers:
        days = results.days
        part = (days["day"] % quarter_days) / quarter_days
        wins = days["wins"]
        return _summed(results, days, [wins * (part >= 2 / 3), wins * (part < 1 / 3)])

    return count


def reviews(results: Results) -> Numbers:
    """Reviews written, and one for each run."""
    return _summed(results, results.days, [results.days["reviews"], results.days["day"] == 0])


def valence(results: Results) -> Numbers:
    """Satisfaction of customers, summed, and customers."""
    told = results.buyers["satisfaction_rate"]
    return _summed(results, results.buyers, [told.fillna(0.0), told.notna()])


def elasticity(sums: Numbers) -> float:
    """Relative change of the second ratio for a relative change of the first, between two setups."""
    moved = log(_ratio(sums[-1][:2]) / _ratio(sums[0][:2]))
    return log(_ratio(sums[-1][2:]) / _ratio(sums[0][2:])) / moved


def outcomes(*names: str) -> Count:
    """Numerators and denominators of several measures."""
    return together(*(measured(name) for name in names))


def improved(sums: Numbers) -> float:
    """How many ratios are higher in the last setup than in the first."""
    pairs: Any = range(0, sums.shape[1], 2)
    return float(sum(_ratio(sums[-1][i : i + 2]) > _ratio(sums[0][i : i + 2]) for i in pairs))


def pushed_away(results: Results) -> Numbers:
    """Discounts on deals pulled into the quarter, and revenue of the counted buyers."""
    pushed = measured("push_discount_value")(results)[:, :1]
    return np.hstack([pushed, measured("revenue_value")(results)[:, :1]])
