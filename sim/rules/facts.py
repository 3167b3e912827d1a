"""The baton: eight facts, kept as the bits of an integer, and what becomes of them."""

from __future__ import annotations

from math import exp, log1p
from typing import Any

from sim.engine.compiled import inlined


@inlined
def count(mask: int) -> int:
    """How many facts a mask holds."""
    n = 0
    while mask:
        mask &= mask - 1
        n += 1
    return n


@inlined
def decay_per_day(decay_per_year: float) -> float:
    """Constant hazard per day of a record becoming untrue, from the share that does within a year.

    Source: T6.7 (22 to 30 % a year).
    """
    return -log1p(-decay_per_year) / 365.25 if decay_per_year < 1.0 else 1e9


@inlined
def record_survival(hazard_per_day: float, elapsed: float) -> float:
    """Chance that a recorded fact still holds after `elapsed` days without attention.

    Source: T6.7.
    """
    return exp(-hazard_per_day * elapsed)


@inlined
def completeness(mask: int, weights: Any) -> float:
    """Weighted share of the facts known, 0 to 1; `weights` are eight numbers that sum to 1."""
    total = 0.0
    if mask:
        for fact in range(8):
            if mask & (1 << fact):
                total += weights[fact]
    return total
