"""The customer engagement plan: what an activity that fits its phase is worth."""

from __future__ import annotations

from sim.engine.compiled import inlined


@inlined
def plan_gain(gain: float, relevance: float) -> float:
    """Gain of a touch whose content was made for the phase the buyer is in.

    Args:
        gain: Gain of the channel in this phase with content made for nobody in particular.
        relevance: How well the content fits the phase, 0 to 1.

    Source: assumption (full fit doubles what a touch is worth).
    """
    return gain * (1.0 + relevance)


@inlined
def turn_of(nth: int, channels: int) -> int:
    """Place in the plan's list of the channel whose turn it is, for the nth activity (from 0)."""
    return nth % channels
