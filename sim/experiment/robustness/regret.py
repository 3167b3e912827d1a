"""Regret and satisficing: how a policy does over many worlds nobody can choose between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.chance import reaches_of, resampled
from sim.experiment.robustness.crossed import Crossed

__all__ = ["Direction", "Good", "Standing", "standings"]

Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class Good:
    """When a policy does well enough in a world.

    Attributes:
        within: Share of the best policy's value in that world that may be missing.
        least: A value that has to be reached, in place of `within`; where lower is better, not to be passed.
    """

    within: float = 0.05
    least: float | None = None

    def holds(self, values: Numbers, direction: Direction) -> Numbers:
        """Which policies do well enough where.

        Args:
            values: Shape (policies, worlds).
            direction: Which way is better.

        Returns:
            1 where a policy does and 0 elsewhere, shape (policies, worlds).
        """
        sign = 1.0 if direction == "higher" else -1.0
        if self.least is not None:
            return np.asarray(sign * values >= sign * self.least, dtype=np.float64)
        best = (sign * values).max(axis=0)
        return np.asarray(sign * values >= best - self.within * np.abs(best), dtype=np.float64)


@dataclass(frozen=True)
class Standing:
    """How one policy does over all worlds.

    Attributes:
        policy: The policy.
        mean: Mean of the measure over the worlds.
        mean_regret: Mean of what is missing to the best policy of each world.
        mean_low: Lower end of its interval.
        mean_high: Upper end.
        p90_regret: Regret that nine worlds of ten do not pass.
        p90_low: Lower end of its interval.
        p90_high: Upper end.
        most_regret: Regret in the worst world, minimax regret being the least of these. It has no interval: other
            worlds may be worse still.
        worst_world: Number of that world.
        best_share: Share of worlds in which no policy is better.
        good_share: Share of worlds in which it does well enough.
        good_low: Lower end of its interval.
        good_high: Upper end.
        behind: Mean regret over that of the policy with the least.
        behind_low: Lower end of its interval.
        behind_high: Upper end.
    """

    policy: str
    mean: float
    mean_regret: float
    mean_low: float
    mean_high: float
    p90_regret: float
    p90_low: float
    p90_high: float
    most_regret: float
    worst_world: int
    best_share: float
    good_share: float
    good_low: float
    good_high: float
    behind: float
    behind_low: float
    behind_high: float


def standings(table: Crossed, direction: Direction, good: Good) -> list[Standing]:
    """How the policies do, the one with the least mean regret first.

    Args:
        table: Worlds as points, all of them complete.
        direction: Which way is better.
        good: When a policy does well enough.

    Returns:
        One standing per policy. Intervals resample worlds and replications (`resampled`), so they speak of other
        worlds of the same ranges and of other luck. The best policy of a world is the one that seems so, luck
        included, so regrets are a little too large; this leaves out `behind`, a difference of means.

    Source: regret by Savage (1951), the share of worlds by Starr (1963, the domain criterion); both as measures of
    robustness by Lempert and others (2006) and Herman and others (2015).
    """
    sign = 1.0 if direction == "higher" else -1.0
    regret = _regrets(sign * table.values)
    mean, p90 = regret.mean(axis=1), np.quantile(regret, 0.9, axis=1)
    share = good.holds(table.values, direction)
    first = int(mean.argmin())
    varied = []
    for values, rows in resampled(table.values, table.contributions):
        chosen = values[:, rows]
        lost = _regrets(sign * chosen)
        means = lost.mean(axis=1)
        enough = good.holds(chosen, direction).mean(axis=1)
        varied.append([means, np.quantile(lost, 0.9, axis=1), enough, means - means[first]])
    reach = reaches_of(np.array(varied), len(table.points))
    behind = mean - mean[first]
    found = [
        Standing(
            name, float(table.values[row].mean()), float(mean[row]), max(0.0, float(mean[row] - reach[0, row])),
            float(mean[row] + reach[0, row]), float(p90[row]),
            max(0.0, float(p90[row] - reach[1, row])), float(p90[row] + reach[1, row]), float(regret[row].max()),
            int(regret[row].argmax()), float((regret[row] == 0).mean()), float(share[row].mean()),
            max(0.0, float(share[row].mean() - reach[2, row])), min(1.0, float(share[row].mean() + reach[2, row])),
            float(behind[row]), float(behind[row] - reach[3, row]), float(behind[row] + reach[3, row]),
        )
        for row, name in enumerate(table.policies)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.mean_regret)


def _regrets(values: Numbers) -> Numbers:
    """What each policy lacks to the best of each world, where more is better."""
    return np.asarray(values.max(axis=0) - values)
