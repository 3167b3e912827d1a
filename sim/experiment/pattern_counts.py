"""How published patterns are counted in runs: sums over buyers, exchanges and deals, and what is made of them.

A count gives numbers for each run of a setup. They are summed over runs before they are combined, so that runs
can be left out one at a time to see how sure the result is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import numpy as np

from sim.experiment.setups import Count, Numbers
from sim.measure.results import Results


def share(sums: Numbers) -> float:
    """First sum over second, of the first setup."""
    return _ratio(sums[0])


def against_first(sums: Numbers) -> float:
    """The last setup's ratio divided by the first's."""
    first = _ratio(sums[0])
    return _ratio(sums[-1]) / first if first else float("nan")


def _ratio(sums: Numbers) -> float:
    return float(sums[0] / sums[1]) if sums[1] else float("nan")


def measured(name: str) -> Count:
    """Numerator and denominator of a measure."""
    return lambda results: np.array(results.parts(name), dtype=float).reshape(-1, 2)


def _summed(results: Results, frame: Any, columns: Sequence[Any]) -> Numbers:
    """Sums of columns by run, in the order of the runs."""
    place = {run.key.replication: row for row, run in enumerate(results.runs)}
    rows = frame["replication"].map(place).to_numpy(dtype=int)
    found = [np.bincount(rows, np.asarray(column, dtype=float), minlength=len(place)) for column in columns]
    return np.array(found, dtype=float).T


def _win_days(buyers: Any) -> Any:
    """Calendar days from the first contact to the win."""
    return np.floor(buyers["won_day"]) - np.floor(buyers["arrival_day"])


def won_from(*journeys: str) -> Count:
    """Wins and leads of some journeys."""

    def count(results: Results) -> Numbers:
        buyers = results.buyers
        there = buyers["journey"].isin(journeys)
        return _summed(results, buyers, [there & buyers["won_day"].notna(), there])

    return count


def won_by(day: int) -> Count:
    """Wins up to a calendar day after the first contact, and all wins."""

    def count(results: Results) -> Numbers:
        buyers = results.buyers
        return _summed(results, buyers, [_win_days(buyers) <= day, buyers["won_day"].notna()])

    return count


def won_on_weekends(results: Results) -> Numbers:
    """Wins on Saturdays and Sundays, and all wins."""
    buyers = results.buyers
    weekend = np.floor(buyers["won_day"]) % 7 >= 5
    return _summed(results, buyers, [weekend, buyers["won_day"].notna()])


def won_in_last_month(results: Results) -> Numbers:
    """Wins and leads among the first contacts of the last 31 counted days."""
    buyers = results.buyers
    last = buyers["arrival_day"] >= buyers["arrival_day"].max().round() - 31
    return _summed(results, buyers, [last & buyers["won_day"].notna(), last])


def arrivals_on(weekday: int) -> Count:
    """Arrivals on a weekday and a seventh of all in whole weeks, Monday is 0."""

    def count(results: Results) -> Numbers:
        arrival = results.buyers["arrival_day"]
        whole = np.floor((arrival - np.floor(arrival.min())) / 7) < 21
        on = whole & (np.floor(arrival) % 7 == weekday)
        return _summed(results, results.buyers, [on, whole / 7.0])

    return count


def weekly(won: bool) -> Count:
    """Sum and sum of squares of counts per whole week of first contact, and the number of weeks."""

    def count(results: Results) -> Numbers:
        buyers = results.buyers
        week = np.floor((buyers["arrival_day"] - np.floor(buyers["arrival_day"].min())) / 7).astype(int)
        here = (week < 21) & (buyers["won_day"].notna() if won else True)
        table = _summed(results, buyers, [here & (week == number) for number in range(21)])
        return np.stack([table.sum(axis=1), (table**2).sum(axis=1), np.full(len(table), 21.0)], axis=1)

    return count


def dispersion(sums: Numbers) -> float:
    """Variance over mean of weekly counts, pooled over runs."""
    total, squares, weeks = sums[0]
    mean = total / weeks
    return float((squares / weeks - mean * mean) / mean)


SLOW = ("social", "email")


def days_of_wins(results: Results) -> Numbers:
    """Histogram of days to the win: of the channels that convert worst, then of the others."""
    buyers = results.buyers
    days, slow = _win_days(buyers), buyers["journey"].isin(SLOW)
    return _summed(results, buyers, [group & (days == day) for group in (slow, ~slow) for day in range(151)])


def ratio_of_medians(sums: Numbers) -> float:
    """Median of the first half of a histogram over that of the second."""
    return _median(sums[0, :151]) / _median(sums[0, 151:])


def _median(histogram: Numbers) -> float:
    # Within a day wins are spread evenly, so the median moves smoothly and the jackknife may be used.
    grown = np.cumsum(histogram)
    day = int(np.searchsorted(grown, grown[-1] / 2))
    before = grown[day - 1] if day else 0.0
    return float(day + (grown[-1] / 2 - before) / histogram[day])


def never_tried(results: Results) -> Numbers:
    """Leads let go that nobody ever tried to reach, and all let go."""
    exchanges = results.exchanges
    return _summed(results, exchanges, [exchanges["first_attempt_day"].isna(), np.ones(len(exchanges))])


def facts_survived(results: Results) -> Numbers:
    """Facts that sales knows after a pass and marketing knew before it, and those marketing knew."""
    exchanges = results.exchanges
    passed = exchanges["pass_day"].notna().to_numpy()
    before = exchanges["facts_before_mask"].to_numpy(dtype=np.int64)
    after = exchanges["facts_after_mask"].to_numpy(dtype=np.int64)
    return _summed(
        results, exchanges, [passed * np.bitwise_count(before & after), passed * np.bitwise_count(before)]
    )


def answered(results: Results) -> Numbers:
    """Live contacts and attempts."""
    exchanges = results.exchanges
    return _summed(results, exchanges, [exchanges["pass_day"].notna(), exchanges["attempts"]])


def lost_to_others(results: Results) -> Numbers:
    """Forecast deals lost to a rival or somebody else, and forecast deals."""
    deals = results.deals
    forecast = deals["forecast_day"].notna()
    return _summed(results, deals, [forecast & deals["reason"].isin(["rival", "somebody-else"]), forecast])


def bought_by(day: int) -> Count:
    """Buyers who bought from anyone within some days, and all."""

    def count(results: Results) -> Numbers:
        buyers = results.buyers
        soon = buyers["bought_day"] - buyers["arrival_day"] <= day
        return _summed(results, buyers, [soon, np.ones(len(buyers))])

    return count


def _desk_open(exchanges: Any) -> Any:
    """Which leads were let go while callers work, and not in their last hour."""
    hour, day = exchanges["let_go_day"] % 1.0, np.floor(exchanges["let_go_day"]) % 7
    return (hour >= 8 / 24) & (hour < 19 / 24) & (day < 6)


def reached_at_first(results: Results) -> Numbers:
    """First attempts that were answered, and leads, among those let go while the desk is open."""
    exchanges = results.exchanges
    desk = _desk_open(exchanges) & (exchanges["lap"] == 1)
    return _summed(
        results, exchanges, [desk & (exchanges["attempts"] == 1) & exchanges["pass_day"].notna(), desk]
    )


def reached_and_won(results: Results) -> Numbers:
    """Sums of `reached_at_first` followed by those of the share of leads won."""
    return np.hstack([reached_at_first(results), measured("lead_to_won_rate")(results)])


def lift_of_contact_over_conversion(sums: Numbers) -> float:
    """What calling at once adds to contact, over what it adds to conversion, both as shares of the late call."""
    late, prompt = sums[0], sums[-1]
    contact = _ratio(prompt[:2]) / _ratio(late[:2]) - 1
    return contact / max(_ratio(prompt[2:]) / _ratio(late[2:]) - 1, 1e-3)


def first_responses(low: float, high: float) -> Count:
    """First leads let go by day whose first attempt came within a span of days (infinite: never), and all of them."""

    def count(results: Results) -> Numbers:
        exchanges = results.exchanges
        first = (exchanges["lap"] == 1) & _desk_open(exchanges)
        wait = (exchanges["first_attempt_day"] - exchanges["let_go_day"]).fillna(inf)
        return _summed(results, exchanges, [first & (wait >= low) & ((wait < high) | (high == inf)), first])

    return count


def qualified(results: Results) -> Numbers:
    """Opportunities on the first lap, and first leads let go."""
    exchanges = results.exchanges
    first = exchanges["lap"] == 1
    return _summed(results, exchanges, [first & exchanges["qualified"], first])


def mean_weighted(weights: Sequence[float]) -> Callable[[Numbers], float]:
    """Shares averaged over setups, each with its weight; the weights sum to 1."""
    return lambda sums: float(sum(weight * _ratio(row) for weight, row in zip(weights, sums, strict=True)))


def best_inside(sums: Numbers) -> float:
    """The best ratio of the inner setups over the better of the first and the last."""
    ratios = [_ratio(row) for row in sums]
    ends = max(ratios[0], ratios[-1])
    return max(ratios[1:-1]) / ends if ends > 0 else float("nan")


def effect_left(sums: Numbers) -> float:
    """What a change does in the last two setups, as a part of what it does in the first two."""
    without, with_it, later_without, later_with = (_ratio(row) for row in sums)
    return (later_with - later_without) / (with_it - without)


def first_is_best(sums: Numbers) -> float:
    """The first setup's ratio over the best of the others."""
    return _ratio(sums[0]) / max(_ratio(row) for row in sums[1:])
