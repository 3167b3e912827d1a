"""The words measures are written in: which rows count, and how counts become numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from sim.measure.tally import Flags, Numbers, Tally
from sim.vocabulary import Outcome, Reason, word

__all__ = [
    "Amount",
    "Parts",
    "Rows",
    "Values",
    "attempted",
    "both",
    "bought",
    "buyer_sum",
    "buyers",
    "cost",
    "deals",
    "every_buyer",
    "every_exchange",
    "exchanges",
    "facts_retained",
    "let_go",
    "mean",
    "of_passes",
    "passed",
    "passed_and",
    "per_run",
    "quantile",
    "ratio",
    "recycled_revenue",
    "response_days",
    "sales_cycle",
    "settled",
    "span",
    "unassisted",
    "was_rejected",
    "with_outcome",
    "won",
    "worked_hours",
]

Rows: TypeAlias = Callable[[Tally], Flags]
"""Chooses rows of a frame: one flag per row."""
Values: TypeAlias = Callable[[Tally], Numbers]
"""A value per row of a frame."""
Amount: TypeAlias = Callable[[Tally], Numbers]
"""An amount per run."""


class Parts(NamedTuple):
    """Numerator and denominator of a measure, one per run (arrays of shape (runs,))."""

    numerator: Numbers
    denominator: Numbers


# --- buyers ---------------------------------------------------------------------------------------------


def won(tally: Tally) -> Flags:
    """Buyers who bought from us, with or without a rep."""
    return tally.is_word("buyers", "bought_from", "us")


def unassisted(tally: Tally) -> Flags:
    """Customers who bought without a rep: there was no deal to sign."""
    return won(tally) & tally.happened("buyers", "won_day") & (tally.column("buyers", "lap_won") < 1)


def bought(tally: Tally) -> Flags:
    """Buyers who bought from anyone within follow-up."""
    return tally.happened("buyers", "bought_day")


def let_go(tally: Tally) -> Flags:
    """Buyers let go to sales at least once."""
    return tally.column("buyers", "exchanges") > 0


def was_rejected(tally: Tally) -> Flags:
    """Buyers rejected by a rep at least once."""
    return tally.buyers_in("exchanges", with_outcome(Outcome.REJECTED)(tally))


def buyers(rows: Rows) -> Amount:
    """Number of chosen buyers."""
    return lambda tally: tally.sum("buyers", rows(tally))


def every_buyer(tally: Tally) -> Numbers:
    """Number of counted buyers."""
    return tally.sum("buyers", np.ones(len(tally.column("buyers", "number"))))


def buyer_sum(name: str) -> Amount:
    """Sum of a column over all counted buyers."""
    return lambda tally: tally.sum("buyers", tally.column("buyers", name))


def cost(tally: Tally) -> Numbers:
    """What the run cost: variable cost of the counted buyers plus fixed cost of the counted period."""
    return buyer_sum("touch_value")(tally) + buyer_sum("rep_value")(tally) + tally.total("fixed_value")


def recycled_revenue(tally: Tally) -> Numbers:
    """Revenue of deals won on lap 2 or later."""
    again = tally.column("buyers", "lap_won") > 1
    return tally.sum("buyers", again * tally.column("buyers", "revenue_value"))


# --- exchanges ------------------------------------------------------------------------------------------


def with_outcome(outcome: Outcome) -> Rows:
    """Exchanges that ended in a given way."""
    return lambda tally: tally.is_word("exchanges", "outcome", word(outcome))


def passed(tally: Tally) -> Flags:
    """Exchanges that came to live contact."""
    return with_outcome(Outcome.PASSED)(tally)


def settled(tally: Tally) -> Flags:
    """Exchanges that are no longer open."""
    return ~with_outcome(Outcome.OPEN)(tally)


def attempted(tally: Tally) -> Flags:
    """Settled exchanges in which sales tried to reach the buyer at least once."""
    tried: Flags = tally.happened("exchanges", "first_attempt_day") | passed(tally)
    return tried & settled(tally)


def passed_and(name: str) -> Rows:
    """Passes for which a yes/no column says yes."""
    return lambda tally: passed(tally) & tally.flag("exchanges", name)


def both(first: Rows, second: Rows) -> Rows:
    """Rows that two choices have in common."""
    return lambda tally: first(tally) & second(tally)


def exchanges(rows: Rows) -> Amount:
    """Number of chosen exchanges."""
    return lambda tally: tally.sum("exchanges", rows(tally))


def every_exchange(tally: Tally) -> Numbers:
    """Number of times a counted buyer was let go."""
    return tally.sum("exchanges", np.ones(len(tally.column("exchanges", "number"))))


def of_passes(name: str) -> Values:
    """A column of the exchanges, empty where there was no pass."""
    return lambda tally: np.where(passed(tally), tally.column("exchanges", name), np.nan)


def response_days(tally: Tally) -> Numbers:
    """Days from letting go to the first attempt; empty where nobody tried."""
    return span("exchanges", "let_go_day", "first_attempt_day")(tally)


def facts_retained(tally: Tally) -> Parts:
    """Facts known to marketing at a pass that sales knows afterwards, of those known to marketing."""
    before = np.where(passed(tally), tally.whole("exchanges", "facts_before_mask"), 0)
    after = tally.whole("exchanges", "facts_after_mask")
    return Parts(
        tally.sum("exchanges", np.bitwise_count(before & after).astype(np.float64)),
        tally.sum("exchanges", np.bitwise_count(before).astype(np.float64)),
    )


# --- deals and reps -------------------------------------------------------------------------------------


def deals(outcome: str, reason: Reason | None = None, forecast: bool = False) -> Amount:
    """Number of opportunities.

    Args:
        outcome: `"won"`, `"lost"`, `"closed"` (won or lost) or `"any"`.
        reason: Count only those lost for this reason.
        forecast: Count only those that came to a committed proposal.

    Returns:
        The number per run.
    """

    def count(tally: Tally) -> Numbers:
        chosen = np.ones(len(tally.column("deals", "number")), dtype=np.bool_)
        if outcome == "closed":
            chosen &= ~tally.is_word("deals", "outcome", "open")
        elif outcome != "any":
            chosen &= tally.is_word("deals", "outcome", outcome)
        if reason is not None:
            chosen &= tally.is_word("deals", "reason", word(reason))
        if forecast:
            chosen &= tally.happened("deals", "forecast_day")
        return tally.sum("deals", chosen)

    return count


def sales_cycle(tally: Tally) -> Numbers:
    """Days from opening to closing of won deals; empty for the others."""
    days = span("deals", "opened_day", "closed_day")(tally)
    return np.where(tally.is_word("deals", "outcome", "won"), days, np.nan)


def worked_hours(tally: Tally) -> Numbers:
    """Working hours of reps on tasks of any kind within the counted period."""
    return tally.sum("reps", tally.column("reps", "busy_hours"))


# --- shapes of measures ---------------------------------------------------------------------------------


def span(frame: str, start: str, end: str) -> Values:
    """Days between two instants of a row; empty where one of them is."""
    return lambda tally: tally.column(frame, end) - tally.column(frame, start)


def per_run(amount: Amount) -> Callable[[Tally], Parts]:
    """What is stated per run."""
    return lambda tally: Parts(amount(tally), tally.one())


def ratio(top: Amount, bottom: Amount) -> Callable[[Tally], Parts]:
    """One amount divided by another."""
    return lambda tally: Parts(top(tally), bottom(tally))


def mean(frame: str, values: Values) -> Callable[[Tally], Parts]:
    """Mean over the rows in which the value is filled."""

    def parts(tally: Tally) -> Parts:
        row_values = values(tally)
        filled = ~np.isnan(row_values)
        return Parts(tally.sum(frame, np.where(filled, row_values, 0.0)), tally.sum(frame, filled))

    return parts


def quantile(frame: str, values: Values, share: float) -> Callable[[Tally], Parts]:
    """Quantile within each run of the filled values; a run without any has 0/0 and weighs nothing."""

    def parts(tally: Tally) -> Parts:
        found = tally.quantile(frame, values(tally), share)
        filled = ~np.isnan(found)
        return Parts(np.where(filled, found, 0.0), filled.astype(np.float64))

    return parts
