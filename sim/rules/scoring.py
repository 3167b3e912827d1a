"""Marketing's view of the buyer: the score, and whether it is time to let go."""

from __future__ import annotations

from sim.engine.compiled import inlined
from sim.vocabulary import Moment, Trigger

TOLERANCE = 1e-9
"""Closed-form crossings land on a line only to rounding; a score this close has reached it."""


@inlined
def score(x: float, bias: float, noise: float) -> float:
    """What marketing sees instead of the position.

    Source: assumption (T11.11 bounds how good a score can be).
    """
    return x + bias + noise


@inlined
def triggers_met(
    seen: float,
    aim_open: float,
    deadline_days: float,
    near_days: float,
    raised: bool,
    age: float,
    age_days: float,
) -> int:
    """Which triggers hold now, as bits numbered by `Trigger`; the quota has a rule of its own.

    Args:
        seen: The score.
        aim_open: Score at which the aimed zone begins.
        deadline_days: Days left until the deadline as far as marketing knows, inf if it does not know.
        near_days: A deadline within so many days is near.
        raised: Whether the buyer has raised a hand since marketing last let go.
        age: Days since the first touch.
        age_days: Age at which a lead is handed over regardless.
    """
    met = 0
    if seen >= aim_open - TOLERANCE:
        met |= 1 << Trigger.SCORE
    if deadline_days <= near_days + TOLERANCE:
        met |= 1 << Trigger.DEADLINE
    if raised:
        met |= 1 << Trigger.HAND_RAISE
    if age >= age_days - TOLERANCE:
        met |= 1 << Trigger.AGE
    return met


@inlined
def quota_bit(moment: int, seen: float, aim_open: float, bar_drop: float, shortfall: float) -> int:
    """The quota trigger: at the review, with a shortfall, the bar is lowered by `bar_drop`.

    Source: section "what marketing is paid for" of the model; assumption.
    """
    if moment == Moment.QUOTA and shortfall > 0.0 and seen >= aim_open - bar_drop - TOLERANCE:
        return 1 << Trigger.QUOTA
    return 0


@inlined
def hands_over(met: int, wanted: int, all_of_them: bool) -> bool:
    """Whether marketing lets go, given the triggers that hold and those the policy listens to."""
    if all_of_them:
        return met & wanted == wanted
    return met & wanted != 0
