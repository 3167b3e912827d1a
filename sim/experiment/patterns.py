"""What the shipped markets are held to: what a published pattern is, and what the model gives for it.

A pattern is *fitted* (parameters were chosen to meet it), *emerging* (nobody chose anything to meet it) or an
*identity* (the scenario states it, the engine must reproduce it). The patterns themselves are in
`sim.experiment.published`, and `sim.experiment.validation` writes the page that compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from sim.experiment.setups import Count, Numbers, Progress, Setup, counted
from sim.experiment.student import student_quantile

__all__ = ["Found", "Pattern", "Setup", "Standing", "simulated", "wilson"]

Standing = Literal["fitted", "emerging", "identity"]


@dataclass(frozen=True)
class Pattern:
    """One published pattern.

    Attributes:
        name: What is compared, in words.
        denominator: What one unit of it is stated per.
        published: The published figure, as it is shown.
        source: Evidence row or "Olist".
        low: Lower end of the tolerance.
        high: Upper end.
        standing: Whether it was fitted, emerges, or is an identity.
        setups: What to run; all of them on the same seeds.
        count: What is summed over the runs of one setup: shape (runs, numbers).
        combine: The pattern's value from these sums, one row per setup.
        explained: Why it is missed, where it is known to be.
    """

    name: str
    denominator: str
    published: str
    source: str
    low: float
    high: float
    standing: Standing
    setups: tuple[Setup, ...]
    count: Count
    combine: Callable[[Numbers], float]
    explained: str = ""

    @property
    def market(self) -> str:
        """The market it speaks of."""
        return self.setups[0].market


def wilson(count: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95% interval of a share seen `count` times in `of` cases.

    Args:
        count: Cases that have it.
        of: All cases.
        z: Normal quantile.

    Returns:
        Lower and upper end.

    Source: Wilson's score interval.
    """
    share = count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return middle - half, middle + half


@dataclass(frozen=True)
class Found:
    """What the model gives for a pattern.

    Attributes:
        pattern: The pattern.
        value: Value over all runs.
        low: Lower end of its 95% interval.
        high: Upper end.
        runs: Runs of each setup.
    """

    pattern: Pattern
    value: float
    low: float
    high: float
    runs: int

    @property
    def held(self) -> bool:
        """Whether the value lies within the tolerance."""
        return self.pattern.low <= self.value <= self.pattern.high

    @property
    def settled(self) -> bool:
        """Whether the whole interval lies where the value does: inside the tolerance, or on one side of it."""
        inside = self.pattern.low <= self.low and self.high <= self.pattern.high
        outside = self.high < self.pattern.low or self.low > self.pattern.high
        return inside if self.held else outside


def simulated(
    patterns: Iterable[Pattern], seeds: int = 30, jobs: int = 1, progress: Progress | None = None
) -> list[Found]:
    """Run what the patterns need, each setup once, and compare.

    Args:
        patterns: Patterns.
        seeds: Runs of each setup; all setups share the seeds.
        jobs: Processes to use; they change nothing but the time it takes.
        progress: Told how many setups are done.

    Returns:
        What was found, in the order of the patterns.

    Raises:
        ValueError: If there are fewer than two runs, which give no interval.
    """
    wanted = list(patterns)
    pairs = [(setup, pattern.count) for pattern in wanted for setup in pattern.setups]
    numbers = iter(counted(pairs, seeds, jobs, progress))
    return [_found(one, np.array([next(numbers) for _ in one.setups]), seeds) for one in wanted]


def _found(pattern: Pattern, numbers: Numbers, seeds: int) -> Found:
    """The value from sums over all runs, and a jackknife interval from leaving out one run at a time."""
    total = numbers.sum(axis=1)
    value = pattern.combine(total)
    without = np.array([pattern.combine(total - numbers[:, run]) for run in range(seeds)])
    pseudo = seeds * value - (seeds - 1) * without
    half = student_quantile(0.975, seeds - 1) * float(np.std(pseudo, ddof=1)) / sqrt(seeds)
    return Found(pattern, value, value - half, value + half, seeds)
