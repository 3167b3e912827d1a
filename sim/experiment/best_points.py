"""The best points of a sweep, and which others may be as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiment.estimates import Estimate, Numbers, pseudo_values, single
from sim.experiment.student import student_quantile
from sim.experiment.sweep_result import Sweep
from sim.measure.measures import Measure, measure_named

__all__ = ["BestPoint", "best_points"]


@dataclass(frozen=True)
class BestPoint:
    """The point at which a policy does best, as far as the runs tell.

    Attributes:
        policy: Name of the policy.
        point: Number of the point.
        estimate: The measure there, with its interval. The best of many owes part of its lead to luck, so this
            is rather too good.
        rivals: Points that may be as good: those, besides `point`, that cannot be told from it. With the
            stated probability the truly best point is `point` or among them.
        twins: Those rivals that gave the same in every run: what tells them apart changes nothing here.
        compared: Points that have runs.
    """

    policy: str
    point: int
    estimate: Estimate
    rivals: tuple[int, ...]
    twins: tuple[int, ...]
    compared: int


def best_points(sweep: Sweep, measure: str = "revenue_value", level: float = 0.95) -> list[BestPoint]:
    """Where each policy does best on one measure.

    Points are compared with the best one paired by seed, each at its share of the error allowed (Bonferroni),
    one-sided; those that are not worse beyond it stay. The truly best point is among them with probability
    `level`: subset selection after Gupta (1965), Technometrics 7(2), used for screening as in Nelson, Swann,
    Goldsman and Song (2001), Operations Research 49(6).

    Args:
        sweep: The sweep.
        measure: Name of the measure.
        level: Probability with which the truly best point is found or among the rivals.

    Returns:
        One per policy that has runs with a value.

    Raises:
        ValueError: If there is no such measure.
    """
    chosen = measure_named(measure)
    parts = _parts(sweep, chosen.name)
    found = (_best(chosen, name, parts[:, number], level) for number, name in enumerate(sweep.policies))
    return [one for one in found if one is not None]


def _parts(sweep: Sweep, name: str) -> Numbers:
    """Numerators and denominators, shape (points, policies, replications, 2); NaN where there is no run."""
    rows = sweep.rows([name])
    places = {number: place for place, number in enumerate(sweep.replications)}
    columns = np.array([places[int(one)] for one in rows.replications], dtype=np.int64)
    parts = np.full((len(sweep.design), len(sweep.policies), len(places), 2), np.nan)
    parts[rows.points, rows.policies, columns] = rows.parts[:, 0]
    return parts


def _best(measure: Measure, policy: str, parts: Numbers, level: float) -> BestPoint | None:
    sign = -1.0 if measure.direction == "lower" else 1.0
    tops, bottoms = np.nansum(parts[..., 0], axis=1), np.nansum(parts[..., 1], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = sign * np.where(bottoms != 0, tops / bottoms, np.nan)
    there = np.flatnonzero(np.isfinite(values))
    if not len(there):
        return None
    point = int(there[np.argmax(values[there])])
    others = [int(one) for one in there if one != point]
    rivals = _rivals(parts, point, others, sign, 1 - (1 - level) / max(1, len(others)))
    estimate = single(measure, policy, parts[point, :, 0], parts[point, :, 1], level)
    twins = tuple(one for one in rivals if np.array_equal(parts[one], parts[point], equal_nan=True))
    return BestPoint(policy, point, estimate, tuple(rivals), twins, len(there))


def _rivals(parts: Numbers, best: int, others: Sequence[int], sign: float, level: float) -> list[int]:
    """Points that are not worse than the best beyond their share of the error."""
    found = []
    for one in others:
        both = np.isfinite(parts[[best, one]]).all(axis=(0, 2))
        count = int(both.sum())
        if count < 2:
            found.append(one)
            continue
        _, pseudo = pseudo_values(parts[[best, one]][:, both, 0], parts[[best, one]][:, both, 1])
        behind = sign * (pseudo[0] - pseudo[1])
        error = float(np.std(behind, ddof=1)) / np.sqrt(count)
        if not float(np.mean(behind)) > student_quantile(level, count - 1) * error:
            found.append(one)
    return found
