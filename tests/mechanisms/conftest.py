"""Tools to show that one lever moves one measure: paired seeds, one change, a t test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pytest

from sim.experiment import setups
from sim.experiment.levers.lever import SMALL, UP, Effect, Lever, Measure, by_run, paired
from sim.experiment.setups import Setup
from sim.measure import Results

__all__ = ["SEEDS", "SMALL", "by_seed", "results_of"]

SEEDS = 12


@lru_cache(maxsize=256)
def kept_results(setup: Setup) -> Results:
    """All seeds of one setup; kept, because many tests share the setup in which nothing is changed."""
    return setups.results_of(setup, SEEDS)


def results_of(market: str, policy: str, overrides: tuple[str, ...]) -> Results:
    """All seeds of one setting on the small horizon."""
    return kept_results(Setup(market, policy, (*SMALL, *overrides)))


def by_seed(results: Results, measure: Measure) -> np.ndarray:
    """The measure in each replication, in order."""
    return by_run(results, measure)


def effect_of(lever: Lever) -> Effect:
    """The effect of a lever on the seeds of the tests."""
    before, after = (by_run(kept_results(setup), lever.measure) for setup in (lever.before, lever.after))
    return paired(lever, before, after)


@pytest.fixture(scope="session")
def pull() -> Callable[[Lever], Effect]:
    """Pull one lever of the package."""
    return effect_of


@pytest.fixture(scope="session")
def effect() -> Callable[..., Effect]:
    """The effect of a change that is no lever of the package."""

    def found(
        market: str, policy: str, base: Sequence[str], change: Sequence[str], measure: Measure
    ) -> Effect:
        return effect_of(Lever("a change", tuple(base), tuple(change), measure, UP, market, policy))

    return found
