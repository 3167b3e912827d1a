"""What the sensitivity of is asked for: a policy, the difference of two, or all of them with their choice a factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.chance import by_chance, reaches_of, resampled, together
from sim.experiment.robustness.crossed import Crossed

__all__ = ["POLICY", "Output", "outputs"]

POLICY = "policy"
"""Name of the choice of the policy among the factors."""


@dataclass(frozen=True)
class Output:
    """A number at every point of a design that comes in rows: trajectories, or blocks.

    Attributes:
        policy: The policy; empty for all of them, the choice of the policy being one of the factors.
        against: The policy that is subtracted; empty for none.
        values: Shape (policies that count, rows, points of a row).
        contributions: What each replication contributes, shape (..., replications).
    """

    policy: str
    against: str
    values: Numbers
    contributions: Numbers

    @property
    def has_floor(self) -> bool:
        """Whether there are replications to tell chance from."""
        return bool(self.contributions.shape[-1] > 1)

    @property
    def luck_share(self) -> float:
        """Variance of a point's value through luck, as a share of the variance between points."""
        if not self.has_floor or self.values.var() == 0.0:
            return float("nan")
        own = self.contributions - self.contributions.mean(
            axis=(0, 1, 2), keepdims=True
        )  # shared luck cancels
        error = own.var(axis=-1, ddof=1).mean() / own.shape[-1]
        return float(error / self.values.var())

    def reaches(self, statistic: Callable[[Numbers, NDArray[np.intp]], Numbers]) -> Numbers:
        """Half the lengths of intervals, by resampling rows and replications.

        Args:
            statistic: From values and the numbers of the rows that count to any number of statistics.

        Returns:
            One per statistic.
        """
        found = np.array(
            [statistic(values, rows) for values, rows in resampled(self.values, self.contributions)]
        )
        return reaches_of(found, self.values.shape[1])

    def floors(self, statistic: Callable[[Numbers], Numbers]) -> Numbers:
        """What chance alone would give, for a family of statistics together.

        Args:
            statistic: From what chance gave at all points to statistics that are not negative.

        Returns:
            One limit per statistic; NaN with one replication.
        """
        shape = statistic(np.zeros_like(self.values)).shape
        if not self.has_floor:
            return np.full(shape, np.nan)
        found = np.array([statistic(values).ravel() for values in by_chance(self.contributions)])
        return together(found).reshape(shape)


def outputs(table: Crossed, length: int) -> Iterator[Output]:
    """Everything that can be asked of a table.

    Args:
        table: The runs of a design.
        length: Points in each of its rows.

    Yields:
        All policies with their choice a factor; the difference of every other policy from the first; each policy by
        itself. With a single policy only this.
    """
    count, rows = len(table.policies), len(table.points) // length
    values = table.values.reshape(count, rows, length)
    contributions = table.contributions.reshape(count, rows, length, -1)
    if count > 1:
        yield Output("", "", values, contributions)
        for row, name in enumerate(table.policies[1:], 1):
            yield Output(
                name, table.policies[0], values[row : row + 1] - values[:1],
                contributions[row : row + 1] - contributions[:1],
            )  # fmt: skip
    for row, name in enumerate(table.policies):
        yield Output(name, "", values[row : row + 1], contributions[row : row + 1])
