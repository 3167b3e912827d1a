"""Touches: how far one carries a buyer, how soon the next comes, and what spending buys."""

from __future__ import annotations

from math import exp

from sim.engine.compiled import inlined


@inlined
def touch_progress(
    gain: float, fit: float, relevance: float, exposures: float, half_saturation: float, fatigue: float
) -> float:
    """Progress of one touch if nothing follows, as a share of the track.

    Args:
        gain: Progress of a fresh touch on this channel in this phase.
        fit: How well the offer fits this buyer, 0 to 1; 0.5 is neutral.
        relevance: 1 or more; what is known about the buyer makes the touch more to the point.
        exposures: Touches the buyer has already had on this channel.
        half_saturation: Exposures after which a touch is worth half.
        fatigue: Share of attention lost to too many marketing touches, 0 to 1.

    Source: T10.7 for the form of saturation; the rest is an assumption.
    """
    repetition = half_saturation / (half_saturation + exposures)
    return gain * (0.5 + fit) * relevance * repetition * (1.0 - fatigue)


@inlined
def faded(level: float, elapsed: float, time_constant: float) -> float:
    """A level that fades exponentially: fatigue, a channel's stock, a rep's preparation.

    Source: T10.5 (carry-over).
    """
    return level * exp(-elapsed / time_constant)


@inlined
def carried_stock(stock: float, spend: float, elapsed: float, carryover_days: float) -> float:
    """Advertising stock after a stretch of constant spending, in multiples of reference spending.

    Source: T10.1, T10.5.
    """
    return spend + (stock - spend) * exp(-elapsed / carryover_days)


@inlined
def spend_response(stock: float, half_response: float) -> float:
    """What advertising stock buys, with diminishing returns; 1 at the reference spending.

    Source: T10.7 (Hill curve of slope 1).
    """
    return stock * (1.0 + half_response) / (stock + half_response)


@inlined
def touch_wait_days(
    unit: float, touches_per_day: float, days_to_clock: float, quicken_factor: float, quicken_days: float
) -> float:
    """Time to the buyer's next own touch, from one unit exponential.

    The rate is `touches_per_day`, times `quicken_factor` within `quicken_days` of the purchase clock, so
    the cumulative hazard is piecewise linear and inverts exactly.

    Source: assumption (activity quickens as the purchase nears; T5.1 for its direction).
    """
    calm = days_to_clock - quicken_days
    if calm <= 0.0:
        return unit / (touches_per_day * quicken_factor)
    before = calm * touches_per_day
    if unit <= before:
        return unit / touches_per_day
    return calm + (unit - before) / (touches_per_day * quicken_factor)
