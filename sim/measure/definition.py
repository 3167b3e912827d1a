"""What a measure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.measure.counting import Parts
from sim.measure.tally import Tally

__all__ = ["Direction", "Measure"]

Direction = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        name: Name at the edge; its ending tells the unit (`_value`, `_rate`, `_days`, `_hours`, `_count`).
        label: The measure in plain words, to stand in a sentence.
        formula: How it is computed, in words.
        unit: `"money"`, `"share"`, `"days"`, `"hours"`, `"count"`, `"facts"` or `"share of track"`.
        denominator: What one unit of the measure is stated per.
        direction: Which way is better, or `"neither"` when more of it is not better or worse in itself.
        compute: Numerator and denominator per run.
    """

    name: str
    label: str
    formula: str
    unit: str
    denominator: str
    direction: Direction
    compute: Callable[[Tally], Parts]
