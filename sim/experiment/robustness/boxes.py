"""Boxes in the space of what is uncertain, and numbers to bound them that a person would choose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.estimates import Numbers

__all__ = ["Box", "roundest"]


@dataclass(frozen=True)
class Box:
    """All worlds whose factors lie within bounds: low <= value < high.

    Attributes:
        lows: One per factor, minus infinity where there is no bound.
        highs: One per factor, infinity where there is no bound.
    """

    lows: tuple[float, ...]
    highs: tuple[float, ...]

    @classmethod
    def everything(cls, factors: int) -> Box:
        """The box without bounds."""
        return cls((-math.inf,) * factors, (math.inf,) * factors)

    @property
    def bounds(self) -> tuple[tuple[int, str], ...]:
        """The bounds it has: number of the factor and "low" or "high"."""
        sides = (("low", self.lows), ("high", self.highs))
        return tuple(
            (number, side)
            for number in range(len(self.lows))
            for side, of in sides
            if math.isfinite(of[number])
        )

    def bounded(self, factor: int, *, low: float | None = None, high: float | None = None) -> Box:
        """The box with other bounds of one factor; infinity takes a bound away."""
        lows, highs = list(self.lows), list(self.highs)
        if low is not None:
            lows[factor] = low
        if high is not None:
            highs[factor] = high
        return Box(tuple(lows), tuple(highs))

    def without(self, factor: int, side: str) -> Box:
        """The box with one bound taken away."""
        return self.bounded(factor, low=-math.inf) if side == "low" else self.bounded(factor, high=math.inf)

    def holds(self, points: Numbers) -> NDArray[np.bool_]:
        """Which points lie in it.

        Args:
            points: Shape (points, factors).

        Returns:
            Shape (points,).
        """
        inside = (points >= np.asarray(self.lows)) & (points < np.asarray(self.highs))
        return np.asarray(inside.all(axis=1))


def roundest(low: float, high: float, scale: float = 1.0, whole: bool = False) -> float:
    """The number above `low` and up to `high` that is shortest to say.

    Args:
        low: Lower end, not included.
        high: Upper end, above `low`; included for whole numbers only.
        scale: What the number is multiplied with before it is said, such as 7 for what is said per week.
        whole: Whether it has to be a whole number.

    Returns:
        The number, unscaled; of several equally short ones that nearest to the middle.
    """
    bottom, top = scale * low, scale * high
    middle = (bottom + top) / 2
    power = math.floor(math.log10(max(abs(bottom), abs(top), top - bottom))) + 1
    while True:
        for lead in (1.0, 0.5):
            step = lead * 10.0**power
            nearest = round(middle / step) * step
            for candidate in (nearest, nearest - step, nearest + step):
                inside = bottom < candidate < top or (whole and candidate == top)
                if inside and not (whole and candidate != round(candidate)):
                    return float(f"{candidate:.12g}") / scale
        power -= 1
        if power < -300 or 10.0**power < (top - bottom) * 1e-3:
            return high if whole else middle / scale
