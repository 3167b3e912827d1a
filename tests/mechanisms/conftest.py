"""Tools to show that one lever moves one measure: paired seeds, one change, a t test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import t as student

from sim.experiment import simulate
from sim.measure import Results
from sim.scenario import Scenario

SEEDS = 12
SMALL = ("horizon.warmup_days=60", "horizon.counted_days=60", "horizon.follow_up_days=180")

Measure = str | Callable[[Results], Sequence[float]]


@lru_cache(maxsize=256)
def results_of(market: str, policy: str, overrides: tuple[str, ...]) -> Results:
    """All seeds of one setting; kept, because many tests share the setting in which nothing is changed."""
    scenario = Scenario.load(market, policy=policy, overrides=[*SMALL, *overrides])
    results = simulate(scenario, seeds=SEEDS)
    assert not len(results.failures)
    return results


def by_seed(results: Results, measure: Measure) -> np.ndarray:
    """The measure in each replication, in order."""
    if callable(measure):
        values = np.asarray(measure(results), dtype=float)
    else:
        table = results.measures
        rows = table[table["measure"] == measure].sort_values("replication")
        values = rows["value"].to_numpy(dtype=float)
    assert len(values) == SEEDS
    return values


class Effect:
    """The paired effect of one change.

    Attributes:
        mean: Mean difference, changed minus unchanged.
        noise: Half width of the 99.9 % paired t interval around it.
    """

    def __init__(
        self, market: str, policy: str, base: Sequence[str], change: Sequence[str], measure: Measure
    ) -> None:
        before = by_seed(results_of(market, policy, tuple(base)), measure)
        after = by_seed(results_of(market, policy, (*base, *change)), measure)
        difference = after - before
        self.before, self.after = before.mean(), after.mean()
        self.mean = difference.mean()
        self.noise = student.ppf(0.9995, SEEDS - 1) * difference.std(ddof=1) / np.sqrt(SEEDS)

    @property
    def rises(self) -> bool:
        return bool(self.mean > self.noise)

    @property
    def falls(self) -> bool:
        return bool(self.mean < -self.noise)

    def __repr__(self) -> str:
        return f"{self.before:.5g} -> {self.after:.5g}, {self.mean:+.4g} with noise {self.noise:.3g}"


@pytest.fixture(scope="session")
def effect() -> type[Effect]:
    return Effect
