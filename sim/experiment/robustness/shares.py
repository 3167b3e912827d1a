"""Shares: how much of the uncertainty of a measure comes from each factor (Sobol)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.finding import Finding, finding_of
from sim.experiment.robustness.outputs import POLICY, Output

__all__ = ["Share", "shared_out"]


@dataclass(frozen=True)
class Share:
    """How much of a measure's variance comes from one factor.

    Attributes:
        factor: Name of the factor.
        first: S1, the share that knowing this factor alone would take away.
        first_low: Lower end of its interval.
        first_high: Upper end.
        first_floor: What chance alone would give; NaN with one replication.
        total: ST, the share that would remain if all others were known: its own, and what it does together with them.
        total_low: Lower end of its interval.
        total_high: Upper end.
        total_floor: What chance alone would give; all floors of a table hold together.
        finding: Whether `total` rises above its floor.
    """

    factor: str
    first: float
    first_low: float
    first_high: float
    first_floor: float
    total: float
    total_low: float
    total_high: float
    total_floor: float
    finding: Finding


def shared_out(output: Output, factors: Sequence[str]) -> list[Share]:
    """How the variance of one output comes about, the largest total share first.

    With several policies the output is the measure under a policy drawn with equal chances, and the choice of the
    policy is one more factor: a group of its own, known at every point under every policy.

    Args:
        output: What is looked at; each row has a point of A, that point with one factor after the other taken from
            B, and the point of B.
        factors: Names of the factors.

    Returns:
        One share per factor; empty where the output is the same everywhere.

    Source: first order by Saltelli and others (2010), total by Jansen (1999). Intervals and floors:
    `sim.experiment.robustness.chance`.
    """
    names = [*factors, *([POLICY] if len(output.values) > 1 else [])]
    values, spread = output.values, _variance(output.values)
    if spread == 0.0:
        return []
    found = _indices(values)
    reaches = output.reaches(lambda varied, rows: _indices(varied[:, rows]))
    floors = output.floors(lambda luck: np.abs(_parts(values, luck))) / spread

    shares = []
    for place, name in enumerate(names):
        (first, total), (off, far), (dim, floor) = (
            (float(of[0, place]), float(of[1, place])) for of in (found, reaches, floors)
        )
        shares.append(
            Share(
                name, first, first - off, first + off, dim, total, max(0.0, total - far), total + far, floor,
                finding_of(total, floor),
            )
        )  # fmt: skip
    return sorted(shares, key=lambda one: -one.total)


def _variance(values: Numbers) -> float:
    """Variance over the points of A and B and over the policies."""
    return float(values[:, :, [0, -1]].var())


def _indices(values: Numbers) -> Numbers:
    spread = _variance(values)
    return _parts(values, values) / (
        spread if spread > 0 else np.nan
    )  # a resample of equal rows says nothing


def _parts(values: Numbers, changed: Numbers) -> Numbers:
    """Variance that comes from each factor, by itself and in all.

    Args:
        values: Shape (policies, rows, points of a row): tells where the points of B lie.
        changed: The same, from which changes are taken; for chance alone what chance gave.

    Returns:
        Shape (2, factors), and one more factor where there are several policies.
    """
    changes = changed[:, :, 1:-1] - changed[:, :, :1]
    other = values[:, :, -1].mean(axis=0)
    first = ((other - values.mean())[:, None] * changes.mean(axis=0)).mean(axis=0)
    parts = np.stack([first, np.square(changes).mean(axis=(0, 1)) / 2])
    if len(values) == 1:
        return parts
    ends = changed[:, :, [0, -1]]
    of_policy = [ends.mean(axis=(1, 2)).var(), ends.var(axis=0).mean()]
    return np.column_stack([parts, of_policy])
