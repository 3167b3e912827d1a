"""What a sweep says on the whole: which policy leads at each point, and what each setting moves on average.

All points meet the same seeds, so runs of one replication belong together: sums over points are formed within each
replication, and the jackknife over replications gives the interval (see `sim.experiment.estimates`).
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.experiment.estimates import Estimate, Numbers, pseudo_values, single
from sim.experiment.student import student_quantile
from sim.experiment.sweep_result import Sweep
from sim.measure.measures import Measure, measure_named

__all__ = ["Effect", "Leader", "Level", "leaders", "levels_of", "main_effects", "sums_at"]

MOST_LEVELS = 8
"""Levels of a setting that are looked at one by one; more numbers are put into groups of like size."""


@dataclass(frozen=True)
class Level:
    """A value of a setting, or several that lie together.

    Attributes:
        label: The value, or from where to where.
        at: Where it stands on an axis; the number of the level where values are no numbers.
        points: Numbers of the points of the design that have it.
    """

    label: str
    at: float
    points: tuple[int, ...]


@dataclass(frozen=True)
class Effect:
    """How a measure goes with one setting, the others as the design has them.

    Attributes:
        path: The setting.
        policy: The policy.
        levels: The setting's levels.
        estimates: The measure at each level, with its interval.
    """

    path: str
    policy: str
    levels: tuple[Level, ...]
    estimates: tuple[Estimate, ...]

    @property
    def reach(self) -> float:
        """From the lowest to the highest estimate."""
        known = [one.value for one in self.estimates if math.isfinite(one.value)]
        return max(known) - min(known) if known else 0.0


@dataclass(frozen=True)
class Leader:
    """Which policy does best at a point.

    Attributes:
        point: Number of the point.
        policy: The policy with the best value; empty where no policy has one.
        settled: Whether it is better than every other one there beyond the interval.
        estimates: Each policy's value.
    """

    point: int
    policy: str
    settled: bool
    estimates: tuple[Estimate, ...]


def levels_of(values: Sequence[Any]) -> tuple[Level, ...]:
    """The levels of a setting in a design.

    Args:
        values: Its value at each point.

    Returns:
        One level per different value in ascending order, words in order of appearance; of more than
        `MOST_LEVELS` different numbers, groups of like size.
    """
    plain = all(isinstance(one, numbers.Real) and not isinstance(one, bool) for one in values)
    different = sorted(set(values)) if plain else list(dict.fromkeys(map(str, values)))
    if plain and len(different) > MOST_LEVELS:
        return tuple(_group(values, part) for part in np.array_split(np.array(different), MOST_LEVELS))
    found = []
    for place, one in enumerate(different):
        points = tuple(
            number for number, value in enumerate(values) if (value if plain else str(value)) == one
        )
        found.append(Level(f"{one:g}" if plain else str(one), float(one) if plain else float(place), points))
    return tuple(found)


def _group(values: Sequence[Any], part: npt.NDArray[Any]) -> Level:
    low, high = float(part[0]), float(part[-1])
    points = tuple(number for number, value in enumerate(values) if low <= value <= high)
    return Level(f"{low:.3g} to {high:.3g}", float(np.mean([values[point] for point in points])), points)


def main_effects(sweep: Sweep, measure: str, level: float = 0.95) -> list[Effect]:
    """How a measure goes with each setting that was varied, under each policy.

    Args:
        sweep: The sweep.
        measure: Name of the measure.
        level: Probability with which each interval holds.

    Returns:
        One per setting and policy.

    Raises:
        ValueError: If there is no such measure.
    """
    chosen, parts = measure_named(measure), sweep_parts(sweep, measure)
    found = []
    for place, path in enumerate(sweep.design.paths):
        levels = levels_of([point[place] for point in sweep.design.points])
        for number, policy in enumerate(sweep.policies):
            estimates = tuple(
                single(chosen, policy, *sums_at(parts[:, number], one.points), level) for one in levels
            )
            found.append(Effect(path, policy, levels, estimates))
    return found


def leaders(sweep: Sweep, measure: str, level: float = 0.95) -> list[Leader]:
    """Which policy leads at each point, and whether that is settled there.

    A leader is settled when paired t intervals of all pairs of policies, at Bonferroni's share of the error each,
    leave zero out against every other one. Points are not corrected for: one in twenty leads among equals may be
    called settled.

    Args:
        sweep: The sweep.
        measure: Name of the measure; its direction says what is best, the higher where none is.
        level: Probability with which all intervals of a point hold at once.

    Returns:
        One per point.

    Raises:
        ValueError: If there is no such measure.

    Source: Dunn (1961), Journal of the American Statistical Association 56(293), for all pairs at once.
    """
    chosen, parts = measure_named(measure), sweep_parts(sweep, measure)
    return [_leader(chosen, point, sweep.policies, parts[point], level) for point in range(len(sweep.design))]


def _leader(measure: Measure, point: int, policies: Sequence[str], parts: Numbers, level: float) -> Leader:
    estimates = tuple(
        single(measure, name, parts[row, :, 0], parts[row, :, 1], level) for row, name in enumerate(policies)
    )
    sign = -1.0 if measure.direction == "lower" else 1.0
    known = [row for row, one in enumerate(estimates) if math.isfinite(one.value)]
    if not known:
        return Leader(point, "", False, estimates)
    best = max(known, key=lambda row: sign * estimates[row].value)
    pairs = len(list(combinations(known, 2)))
    settled = len(known) > 1 and all(
        _better(parts[best], parts[row], sign, 1 - (1 - level) / pairs) for row in known if row != best
    )
    return Leader(point, policies[best], settled, estimates)


def _better(one: Numbers, other: Numbers, sign: float, level: float) -> bool:
    """Whether a policy is better than another one beyond the paired interval."""
    both = np.isfinite(one).all(axis=1) & np.isfinite(other).all(axis=1)
    count = int(both.sum())
    if count < 2:
        return False
    stacked = np.stack([one[both], other[both]])
    _, pseudo = pseudo_values(stacked[..., 0], stacked[..., 1])
    ahead = sign * (pseudo[0] - pseudo[1])
    reach = student_quantile((1 + level) / 2, count - 1) * float(np.std(ahead, ddof=1)) / math.sqrt(count)
    return bool(float(np.mean(ahead)) > reach)


def sums_at(parts: Numbers, points: Sequence[int]) -> tuple[Numbers, Numbers]:
    """Numerators and denominators over some points, one sum per replication.

    Args:
        parts: Shape (points, replications, 2), NaN where a run is missing.
        points: Which points.

    Returns:
        Two arrays of shape (replications,); NaN for a replication that lacks a run at one of the points, so that
        all replications stand for the same points.
    """
    sums = parts[list(points)].sum(axis=0)
    return sums[:, 0], sums[:, 1]


def sweep_parts(sweep: Sweep, measure: str) -> Numbers:
    """Numerators and denominators of a measure, shape (points, policies, replications, 2); NaN without a run."""
    rows = sweep.rows([measure])
    places = {number: place for place, number in enumerate(sweep.replications)}
    columns = np.array([places[int(one)] for one in rows.replications], dtype=np.int64)
    parts = np.full((len(sweep.design), len(sweep.policies), len(places), 2), np.nan)
    parts[rows.points, rows.policies, columns] = rows.parts[:, 0]
    return parts
