"""Screening: how far each factor moves a measure on average, one factor at a time (Morris)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.finding import Finding, finding_of
from sim.experiment.robustness.outputs import POLICY, Output

__all__ = ["Effect", "Steps", "screened"]


@dataclass(frozen=True)
class Effect:
    """What one factor does to a measure.

    Attributes:
        factor: Name of the factor.
        mu_star: Mean size of the change when the factor crosses its range (its steps, drawn out to the whole range);
            for the choice of the policy the mean size of the change from any policy to any other.
        low: Lower end of its interval.
        high: Upper end.
        mu: Mean change with its sign; where it is far smaller than `mu_star`, the direction depends on the others.
        sigma: Standard deviation of the changes; where it is as large as `mu_star`, the factor acts together with
            others or along a curve.
        floor: What chance alone would give; all floors of a table hold together. NaN with one replication.
        finding: Whether `mu_star` rises above it.
    """

    factor: str
    mu_star: float
    low: float
    high: float
    mu: float
    sigma: float
    floor: float
    finding: Finding


class Steps:
    """Where in each trajectory which factor takes its step, and how far.

    Attributes:
        factors: Names of the factors.
    """

    def __init__(self, factors: Sequence[str], points: Numbers, widths: Sequence[float]) -> None:
        """Find the steps.

        Args:
            factors: Names of the factors.
            points: Trajectories one after the other, each of factors + 1 points, shape (points, factors).
            widths: Width of each factor's range.

        Raises:
            ValueError: If a step changes no factor or several, or a factor takes none.
        """
        self.factors = tuple(factors)
        paths = points.reshape(-1, len(factors) + 1, len(factors))
        way = np.diff(paths, axis=1) / np.asarray(widths)
        moved = way != 0
        if not (moved.sum(axis=2) == 1).all() or not (moved.sum(axis=1) == 1).all():
            raise ValueError("each step of a trajectory has to change one factor, each of them once")
        self._place = moved.argmax(axis=1)  # (rows, factors): the number of the factor's step
        self._size = np.take_along_axis(way.sum(axis=2), self._place, axis=1)

    def changes(self, values: Numbers) -> list[Numbers]:
        """What each factor changes, as if its steps crossed the whole range.

        Args:
            values: Shape (policies, rows, points of a trajectory).

        Returns:
            One item per factor, shape (policies, rows); with several policies one more, what changing the policy
            does, shape (pairs, rows, points of a trajectory).
        """
        taken = np.take_along_axis(np.diff(values, axis=2), self._place[None], axis=2) / self._size
        found = list(np.moveaxis(taken, 2, 0))
        if len(values) > 1:
            found.append(np.stack([values[b] - values[a] for a, b in combinations(range(len(values)), 2)]))
        return found

    def sizes(self, values: Numbers, rows: NDArray[np.intp] | None = None) -> Numbers:
        """Mean size of what each factor changes, mu*; over some of the trajectories, or all."""
        found = self.changes(values)
        return np.array([np.abs(one if rows is None else one[:, rows]).mean() for one in found])


def screened(output: Output, steps: Steps) -> list[Effect]:
    """What each factor does to one output, the largest effect first.

    Args:
        output: What is looked at; with several policies the choice of the policy is one more factor.
        steps: The steps of its trajectories.

    Returns:
        One effect per factor.

    Source: Morris (1991); mu* by Campolongo, Cariboni and Saltelli (2007). Intervals and floors:
    `sim.experiment.robustness.chance`.
    """
    names = [*steps.factors, *([POLICY] if len(output.values) > 1 else [])]
    found, sizes = steps.changes(output.values), steps.sizes(output.values)
    reaches = output.reaches(steps.sizes)
    floors = output.floors(steps.sizes)
    effects = [
        Effect(
            name, float(size), max(0.0, float(size - reach)), float(size + reach), float(changes.mean()),
            float(changes.std(ddof=1)) if changes.size > 1 else float("nan"), float(floor),
            finding_of(float(size), float(floor)),
        )
        for name, changes, size, reach, floor in zip(names, found, sizes, reaches, floors, strict=True)
    ]  # fmt: skip
    return sorted(effects, key=lambda one: -one.mu_star)
