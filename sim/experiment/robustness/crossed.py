"""Points, policies and replications as arrays: what every analysis of a design starts from.

All points and policies are run on the same replications. So a replication is a column of a table whose rows are
points, and what a change of point or policy does can be looked at replication by replication, with the same buyers
and the same luck on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiment.estimates import Numbers, pseudo_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Crossed", "crossed"]


@dataclass(frozen=True)
class Crossed:
    """A measure at every point, under every policy, in every replication.

    Attributes:
        factors: Names of what was varied, dotted paths.
        points: Their values, shape (points, factors).
        policies: Names of the policies.
        values: The measure, a ratio of sums over the replications, shape (policies, points); NaN where a run is
            missing.
        contributions: What each replication contributes to it (jackknife pseudo-values; for a measure stated per
            run the runs' own values), shape (policies, points, replications).
    """

    factors: tuple[str, ...]
    points: Numbers
    policies: tuple[str, ...]
    values: Numbers
    contributions: Numbers

    @property
    def replications(self) -> int:
        """How many replications each value rests on."""
        return int(self.contributions.shape[2])

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Which points have a value from every replication under every policy, shape (points,)."""
        finite = np.isfinite(self.values) & np.isfinite(self.contributions).all(axis=2)
        return np.asarray(finite.all(axis=0))

    def at(self, points: NDArray[np.bool_]) -> Crossed:
        """Some of the points.

        Args:
            points: Which ones, shape (points,).

        Returns:
            The same table with these points only.
        """
        return Crossed(
            self.factors,
            self.points[points],
            self.policies,
            self.values[:, points],
            self.contributions[:, points],
        )


def crossed(
    frame: pd.DataFrame,
    factors: Sequence[str],
    policies: Sequence[str] | None = None,
    points: int | None = None,
) -> Crossed:
    """Arrays from a tidy frame.

    Args:
        frame: One row per run: `point` (0, 1, ...), one column per factor, `policy`, `replication`, `numerator`,
            `denominator`. Runs may be missing.
        factors: Names of the factors' columns.
        policies: Policies in the order wanted; all, in order of appearance, when None.
        points: How many points there are; as many as the frame knows of when None.

    Returns:
        The arrays, points in the order of their numbers.

    Raises:
        ValueError: If the frame is empty, or a run of point, policy and replication comes twice.
    """
    if frame.empty:
        raise ValueError("no run was finished, so there is nothing to analyse")
    names = [str(one) for one in (frame["policy"].unique() if policies is None else policies)]
    frame = frame[frame["policy"].astype(str).isin(names)]
    keys = ["policy", "point", "replication"]
    if frame.duplicated(keys).any():
        raise ValueError("a run of the same point, policy and replication comes twice")
    rows = {name: row for row, name in enumerate(names)}
    total = int(frame["point"].max()) + 1 if points is None else points
    replications = sorted(frame["replication"].unique())
    parts = np.full((2, len(names), total, len(replications)), np.nan)
    at = (
        frame["policy"].astype(str).map(rows).to_numpy(),
        frame["point"].to_numpy(),
        np.searchsorted(replications, frame["replication"]),
    )
    for part, column in enumerate(("numerator", "denominator")):
        parts[part][at] = frame[column].to_numpy(dtype=np.float64)
    places = np.full((total, len(factors)), np.nan)
    first = frame.drop_duplicates("point")
    places[first["point"].to_numpy()] = first[list(factors)].to_numpy(dtype=np.float64)
    flat = parts.reshape(2, -1, len(replications))
    values, contributions = pseudo_values(flat[0], flat[1])
    shape = parts.shape[1:]
    return Crossed(
        tuple(factors), places, tuple(names), values.reshape(shape[:2]), contributions.reshape(shape)
    )
