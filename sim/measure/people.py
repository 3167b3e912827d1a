"""Measures of the people: what they think of each other, who leaves, what their pay makes them do, how they differ.

A gap between reps is the share of wins that would have to be another rep's for all to be average: at equal numbers of
opportunities (raw), or at equal quality too (see `sim.measure.equal_quality`). By how much the first is larger is what
looks like skill and is only the leads they got. Chance alone makes both positive, the more so the fewer wins a rep has.
So two policies are compared by what exceeds chance, which does not shrink merely because there are more wins.
"""

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


def _away_from(expected: str) -> Amount:
    """Wins more or fewer than expected, summed over reps: twice those that would have to be another rep's."""
    return lambda tally: tally.sum(
        "reps", np.abs(tally.column("reps", "wins") - tally.column("reps", expected))
    )


def _away_by_chance(tally: Tally) -> Numbers:
    """What that sum is on average if, among opportunities of equal quality, luck alone says whose the wins are.

    A rep's wins are taken as normal: their mean distance from the mean is sqrt(2 / pi) standard deviations, and that
    of a count never more than twice its mean. Within 2% where a win or more is expected of each, within 20% below.
    """
    expected = tally.column("reps", "expected_wins")
    deviation = np.where(expected > 0.0, tally.column("reps", "win_ratio_error") * expected, 0.0)
    return tally.sum("reps", np.minimum(np.sqrt(2.0 / np.pi) * deviation, 2.0 * expected))


def _away_beyond_chance(tally: Tally) -> Numbers:
    """What the sum at equal quality has more than that of chance; by chance alone it is negative as often as not."""
    return _away_from("expected_wins")(tally) - _away_by_chance(tally)


def _twice_the_wins(tally: Tally) -> Numbers:
    """A win in the wrong place is missing in another, so it counts twice."""
    return 2.0 * _of_reps("wins")(tally)


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
    Measure("rep_raw_gap_rate", "gap between reps, whatever their leads",
            "sum over reps of wins more or fewer than those of an average rep with as many opportunities, "
            "divided by twice the wins",
            "share", "deal won", "neither", ratio(_away_from("raw_expected_wins"), _twice_the_wins)),
    Measure("rep_gap_rate", "gap between reps at equal quality of their leads",
            "sum over reps of wins more or fewer than those of an average rep with leads of the same quality, "
            "divided by twice the wins; above zero by chance alone",
            "share", "deal won", "neither", ratio(_away_from("expected_wins"), _twice_the_wins)),
    Measure("rep_excess_gap_rate", "gap between reps at equal quality of their leads, beyond chance",
            "rep_gap_rate less what it would be on average if luck alone said whose the wins are",
            "share", "deal won", "neither", ratio(_away_beyond_chance, _twice_the_wins)),
    Measure("pushed_rate", "share of won deals that were pushed",
            "deals won with an offer that ended with the quarter, divided by deals won",
            "share", "deal won", "lower", ratio(_pushed, deals("won"))),
    Measure("push_discount_value", "discount given to close within the quarter",
            "discount of won deals that were pushed", "money", "run", "lower", per_run(_push_discount)),
)
# fmt: on
