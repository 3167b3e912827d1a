"""The exchange itself: preparation, triage, speeds at the pass, faults and the verdict.

The same equations serve buyers and athletes.
"""

from __future__ import annotations

from math import exp
from typing import Any

from sim.engine.compiled import inlined
from sim.vocabulary import Outcome, Verdict


@inlined
def readiness(top: float, work: float, scale: float) -> float:
    """Outgoing speed after `work` of running up: top speed approached exponentially.

    Source: T9.5 (for athletes work is time and the scale is tau); the analogy is an assumption.
    """
    return top * (1.0 - exp(-work / scale))


@inlined
def speed_after_pass(incoming: float, outgoing: float) -> float:
    """The baton goes on with the slower of the two runners."""
    return incoming if incoming < outgoing else outgoing


@inlined
def speed_lost_rate(incoming: float, outgoing: float) -> float:
    """Share of the incoming speed lost in the pass: 0 when the outgoing runner is at least as fast."""
    if incoming <= outgoing or incoming <= 0.0:
        return 0.0
    return (incoming - outgoing) / incoming


@inlined
def verdict(outcome: int, early: bool, late: bool, slow: bool, pushed: bool, obstructed: bool) -> int:
    """One word for an exchange: what ended it, or its gravest fault, or clean.

    Precedence of faults: early, late, obstructed, slow, pushed. A fault of place breaks the rules of the race,
    a fault of speed only costs time.
    """
    if outcome == Outcome.REJECTED:
        return Verdict.REJECTED.value
    if outcome == Outcome.IGNORED:
        return Verdict.IGNORED.value
    if outcome == Outcome.EXPIRED:
        return Verdict.EXPIRED.value
    if outcome == Outcome.TAKEN_BACK:
        return Verdict.TAKEN_BACK.value
    if outcome == Outcome.BOUGHT_MEANWHILE:
        return Verdict.BOUGHT_MEANWHILE.value
    if outcome == Outcome.OPEN:
        return Verdict.OPEN.value
    if early:
        return Verdict.EARLY.value
    if late:
        return Verdict.LATE.value
    if obstructed:
        return Verdict.OBSTRUCTED.value
    if slow:
        return Verdict.SLOW.value
    return Verdict.PUSHED.value if pushed else Verdict.CLEAN.value


@inlined
def ignore_probability(
    ignore_rate: float,
    tracking_rate: float,
    trust: float,
    trust_effect: float,
    queue_length: float,
    workload_effect: float,
) -> float:
    """Chance that a rep silently lets a lead lie.

    The odds `ignore_rate` holds for a rep of neutral trust (0.5) with an empty queue and no tracking; they
    fall with trust and with managerial tracking and rise with the leads already waiting.

    Source: T2.1 (level), T2.2 (drivers); the logistic form is an assumption.
    """
    if ignore_rate <= 0.0:
        return 0.0
    if ignore_rate >= 1.0:
        return 1.0 - tracking_rate
    odds = (
        ignore_rate / (1.0 - ignore_rate) * exp(workload_effect * queue_length - trust_effect * (trust - 0.5))
    )
    return (1.0 - tracking_rate) * odds / (1.0 + odds)


@inlined
def qualified_probability(
    x: float, zone_open: float, reach: float, fit: float, intent: float, values: Any
) -> float:
    """Chance that the first live talk ends in an opportunity: a logistic curve in what speaks for the buyer.

    Args:
        x: Position at the pass.
        zone_open: Where the market's true zone opens; every unit of track short of it tells against the buyer.
        reach: How far its momentum after the pass still carries it; who is on the move has a purpose.
        fit: Fit, 0 to 1.
        intent: What is left of the intent of the last raised hand, 0 to 1 (see `fresh_intent`).
        values: A record with the weights `qualify_base_value`, `qualify_fit_value`, `qualify_early_value`,
            `qualify_momentum_value` and `qualify_intent_value`.

    Source: T2.8 and T3.1 for the level, T1.21 for the direction of momentum and intent; the form is an
        assumption.
    """
    short = zone_open - x if x < zone_open else 0.0
    utility = (
        values.qualify_base_value
        + values.qualify_fit_value * (2.0 * fit - 1.0)
        + values.qualify_early_value * short
        + values.qualify_momentum_value * reach
        + values.qualify_intent_value * intent
    )
    return 1.0 / (1.0 + exp(-utility))


@inlined
def fresh_intent(since_raise_days: float, intent_days: float) -> float:
    """What is left of the intent behind a raised hand: all of it at once, then less every day.

    Source: T1.21 for the direction; the exponential is an assumption.
    """
    return exp(-since_raise_days / intent_days)
