"""Numbers as a reader wants them: one unit and one precision for all numbers of a row."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.measure.measures import Measure

__all__ = ["Writing", "writing_for"]

_LARGE = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
_SHORT_OF_DAYS = 3.0
_SHORT_OF_HOURS = 2 / 24


@dataclass(frozen=True)
class Writing:
    """How the numbers of one measure are written.

    Attributes:
        unit: Unit after the label, such as "%" or "thousand EUR per run"; empty for plain counts.
        factor: What a number of the measure is multiplied with.
        decimals: Digits after the point.
    """

    unit: str
    factor: float
    decimals: int

    def value(self, number: float) -> str:
        """A value, such as "41.2%"; "-" when there is none."""
        if not math.isfinite(number):
            return "-"
        sign = "%" if self.unit.startswith("%") else ""
        return f"{self._rounded(number):,.{self.decimals}f}{sign}"

    def signed(self, number: float) -> str:
        """A difference, such as "+1.3"; zero has no sign."""
        if not math.isfinite(number):
            return "-"
        rounded = self._rounded(number)
        return f"{rounded:{'+' if rounded else ''},.{self.decimals}f}"

    def interval(self, low: float, high: float) -> str:
        """An interval of differences, such as "-2.0 to +3.1"."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return "-"
        return f"{self.signed(low)} to {self.signed(high)}"

    def range(self, low: float, high: float) -> str:
        """An interval of values, such as "40.1% to 42.3%"."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return "-"
        return f"{self.value(low)} to {self.value(high)}"

    def _rounded(self, number: float) -> float:
        return round(number * self.factor, self.decimals) + 0.0


def writing_for(
    measure: Measure,
    values: Iterable[float],
    bounds: Iterable[float] = (),
    currency: str = "",
    finer: int = 0,
) -> Writing:
    """Choose unit and precision.

    Args:
        measure: The measure.
        values: Values that will be written.
        bounds: Ends of intervals of differences that will be written; two digits of the largest are kept.
        currency: What money is counted in.
        finer: Further digits.

    Returns:
        How to write them.
    """
    known = [abs(value) for value in values if math.isfinite(value)]
    largest = max(known, default=0.0)
    unit, factor = _unit(measure, largest, currency)
    seen = [abs(bound) * factor for bound in bounds if math.isfinite(bound) and bound != 0]
    # Three digits of the largest value, or two of the largest difference where that needs more.
    decimals = 2 - _magnitude(largest * factor)
    if seen:
        decimals = max(decimals, 1 - _magnitude(max(seen)))
    elif measure.unit == "count" and all(value == round(value) for value in known):
        decimals = 0
    return Writing(unit, factor, max(0, min(decimals + finer, 2 if unit == "%" else 3)))


def _unit(measure: Measure, largest: float, currency: str) -> tuple[str, float]:
    per_run = " per run" if measure.denominator == "run" else ""
    match measure.unit:
        case "share":
            return "%", 100.0
        case "share of track":
            return "% of the track", 100.0
        case "days" if largest < _SHORT_OF_HOURS:
            return "minutes", 1440.0
        case "days" if largest < _SHORT_OF_DAYS:
            return "hours", 24.0
        case "days":
            return "days", 1.0
        case "money":
            size, word = next((one for one in _LARGE if largest >= one[0] * 10), (1.0, ""))
            return f"{word} {currency}{per_run}".strip(), 1.0 / size
        case "count":
            return per_run.strip(), 1.0
    return f"{measure.unit}{per_run}", 1.0


def _magnitude(number: float) -> int:
    return math.floor(math.log10(number)) if number > 0 else 0
