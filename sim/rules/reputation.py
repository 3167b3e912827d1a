"""Reputation: what reviews and stories of closed deals do to the touches of later buyers."""

from __future__ import annotations

from math import exp, log

from sim.engine.compiled import inlined

LEAST_SHARE = 0.01
"""Reputation does not fall below what a hundredth of the first reviews, or of their valence, would give."""


@inlined
def remembered(stock: float, elapsed: float, memory_days: float) -> float:
    """What is left of a stock of reviews or stories after some days.

    Source: T5.17 for carry-over of weeks, longer for what stays written; assumption.
    """
    return stock * exp(-elapsed / memory_days)


@inlined
def reputation_factor(
    volume_ratio: float, valence_ratio: float, volume_elasticity: float, valence_elasticity: float
) -> float:
    """What reviews multiply the gain of touches by while buyers ask around.

    Args:
        volume_ratio: Number of reviews, as a multiple of those at the start.
        valence_ratio: Their mean valence, as a multiple of that at the start.
        volume_elasticity: 0.236 in the meta-analysis.
        valence_elasticity: 0.417.

    Source: T5.14 (T5.15 finds smaller effects).
    """
    volume = volume_ratio if volume_ratio > LEAST_SHARE else LEAST_SHARE
    valence = valence_ratio if valence_ratio > LEAST_SHARE else LEAST_SHARE
    return exp(volume_elasticity * log(volume) + valence_elasticity * log(valence))


@inlined
def story_factor(stories: float, gain: float, half: float) -> float:
    """What stories of closed deals multiply the gain of early touches by, with diminishing returns.

    Source: assumption; T6.1 and T6.2 for what the way back keeps of them.
    """
    return 1.0 + gain * stories / (stories + half)
