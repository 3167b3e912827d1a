"""Levers: one change to one setting, and the measure that it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any, Literal, TypeAlias

import numpy as np

from sim.experiment.setups import Numbers, Progress, Setup, counted
from sim.experiment.student import student_quantile
from sim.measure.results import Results

__all__ = [
    "DOWN",
    "SMALL",
    "STILL",
    "UP",
    "Direction",
    "Effect",
    "Lever",
    "Measure",
    "by_replication",
    "by_run",
    "paired",
    "per_run",
    "pulled",
]

Direction: TypeAlias = Literal["rises", "falls", "stays"]
UP: Direction = "rises"
DOWN: Direction = "falls"
STILL: Direction = "stays"
"""For what by its source does nothing: an effect beyond doubt would refute it."""

Measure: TypeAlias = str | Callable[[Results], Any]
"""Name of a measure, or a function that gives one number per run."""

SMALL = ("horizon.warmup_days=60", "horizon.counted_days=60", "horizon.follow_up_days=180")
"""The horizon of all levers: large enough to show an effect, small enough to show them all."""

SURE = 0.9995
"""Quantile of the two-sided 99.9% interval that an effect must leave to be beyond doubt."""


@dataclass(frozen=True)
class Lever:
    """One change and what it does.

    Attributes:
        shown: The mechanism, in words.
        base: Settings before and after.
        change: The settings that are changed.
        measure: What moves.
        direction: Where theory says that it moves.
        market: Market in which it is shown.
        policy: Policy under which it is shown.
    """

    shown: str
    base: tuple[str, ...]
    change: tuple[str, ...]
    measure: Measure
    direction: Direction
    market: str = "considered"
    policy: str = "recycle"

    @property
    def before(self) -> Setup:
        """The setup in which nothing is changed."""
        return Setup(self.market, self.policy, (*SMALL, *self.base))

    @property
    def after(self) -> Setup:
        """The setup with the change."""
        return Setup(self.market, self.policy, (*SMALL, *self.base, *self.change))

    @property
    def moves(self) -> str:
        """The measure in words."""
        if isinstance(self.measure, str):
            return self.measure.replace("_", " ")
        said = (self.measure.__doc__ or "").strip().partition("\n")[0]
        return said[:1].lower() + said[1:].rstrip(".").partition(", in each replication")[0]


@dataclass(frozen=True)
class Effect:
    """The paired effect of one change.

    Attributes:
        lever: The change.
        before: Mean of the measure without the change.
        after: Mean with it.
        mean: Mean difference over pairs of runs that share their luck.
        half: Half width of its 95% interval.
        noise: Half width of its 99.9% interval.
        runs: Pairs.
    """

    lever: Lever
    before: float
    after: float
    mean: float
    half: float
    noise: float
    runs: int

    @property
    def rises(self) -> bool:
        """Whether the 99.9% interval lies above zero."""
        return self.mean > self.noise

    @property
    def falls(self) -> bool:
        """Whether the 99.9% interval lies below zero."""
        return self.mean < -self.noise

    @property
    def sure(self) -> bool:
        """Whether the 99.9% interval leaves zero."""
        return self.rises or self.falls

    @property
    def stays(self) -> bool:
        """Whether the 99.9% interval includes zero."""
        return isfinite(self.mean) and not self.sure

    @property
    def held(self) -> bool:
        """Whether the 95% interval lies on the expected side of zero, or nothing is expected and nothing sure."""
        if self.lever.direction == STILL:
            return self.stays
        return isfinite(self.mean) and (self.mean if self.lever.direction == UP else -self.mean) > self.half

    def __repr__(self) -> str:
        """The effect in one line."""
        return f"{self.before:.5g} -> {self.after:.5g}, {self.mean:+.4g} with noise {self.noise:.3g}"


def by_run(results: Results, measure: Measure) -> Numbers:
    """A measure in each run, in order.

    Args:
        results: Runs.
        measure: What to count.

    Returns:
        One number per run.

    Raises:
        ValueError: If the measure gives another number of values.
    """
    if isinstance(measure, str):
        table = results.measures
        rows = table[table["measure"] == measure].sort_values("replication")
        values = rows["value"].to_numpy(dtype=float)
    else:
        values = np.asarray(measure(results), dtype=float)
    if len(values) != len(results):
        raise ValueError(f"{measure} gives {len(values)} numbers for {len(results)} runs")
    return values


def paired(lever: Lever, before: Numbers, after: Numbers) -> Effect:
    """The effect from a measure in pairs of runs.

    Args:
        lever: The change.
        before: The measure in each run without it.
        after: The same with it, in runs with the same luck.

    Returns:
        Means and Student's intervals of the mean difference.
    """
    difference = after - before
    runs = len(difference)
    error = float(difference.std(ddof=1)) / sqrt(runs)
    half, noise = (student_quantile(level, runs - 1) * error for level in (0.975, SURE))
    return Effect(
        lever, float(before.mean()), float(after.mean()), float(difference.mean()), half, noise, runs
    )


def pulled(
    levers: Iterable[Lever],
    seeds: int = 30,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Effect]:
    """Pull levers one at a time; those with a setup in common share its runs.

    Args:
        levers: Levers.
        seeds: Pairs of runs of each; all setups share the seeds.
        jobs: Processes to use; they change nothing but the time it takes.
        progress: Told how many setups are done.

    Returns:
        The effects, in the order of the levers.

    Raises:
        ValueError: If there are fewer than two runs, which give no interval.
    """
    wanted = list(levers)
    sides = [(side, _counting(one.measure)) for one in wanted for side in (one.before, one.after)]
    numbers = counted(sides, seeds, jobs, progress)
    return [paired(one, numbers[2 * place], numbers[2 * place + 1]) for place, one in enumerate(wanted)]


def _counting(measure: Measure) -> Callable[[Results], Numbers]:
    return lambda results: by_run(results, measure)


def per_run(frame: str, column: str, how: str = "mean") -> Callable[[Results], Numbers]:
    """A measure straight from a frame.

    Args:
        frame: Name of the frame.
        column: Its column.
        how: How its rows become one number per run, as in pandas.

    Returns:
        The measure.
    """

    def measure(results: Results) -> Numbers:
        return np.asarray(getattr(results, frame).groupby("replication")[column].agg(how), dtype=float)

    words = {"mean": "mean", "sum": "total", "median": "median", "std": "spread", "size": "number of rows"}
    measure.__name__ = f"{how} of {frame}.{column}"
    measure.__doc__ = f"{words.get(how, how)} of {column.replace('_', ' ')} ({frame})"
    return measure


def by_replication(column: Any, frame: Any) -> Numbers:
    """Mean of a column, or share of rows with a flag, in each run."""
    return np.asarray(column.groupby(frame["replication"]).mean(), dtype=float)
