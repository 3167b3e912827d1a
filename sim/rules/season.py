"""The season: demand that swings over the year."""

from __future__ import annotations

from math import floor

from sim.engine.compiled import inlined
from sim.rules.demand import YEAR_DAYS

TURN = 6.283185307179586


@inlined
def cosine_of_turns(turns: float) -> float:
    """Cosine of so many full turns, by sums and products alone, so that every platform gives the same bits.

    The angle is brought into the first quarter, where eleven terms of the series leave an error below 1e-16.
    """
    part = turns - floor(turns)
    if part > 0.5:
        part = 1.0 - part
    sign = 1.0
    if part > 0.25:
        part = 0.5 - part
        sign = -1.0
    square = (TURN * part) * (TURN * part)
    series = 1.0
    for nth in range(22, 0, -2):
        series = 1.0 - square / (nth * (nth - 1.0)) * series
    return sign * series


@inlined
def season_multiple(amplitude: float, peak_day: float, day: float) -> float:
    """Demand of the season in multiples of the year's mean; the run begins on day 0 of a year.

    Args:
        amplitude: How far the peak lies above the mean, as a share of it, 0 to 1.
        peak_day: Day of the year of the peak.
        day: Day of the run.

    Source: assumption (one harmonic); T8.10 for a swing that follows the year.
    """
    return 1.0 + amplitude * cosine_of_turns((day - peak_day) / YEAR_DAYS)
