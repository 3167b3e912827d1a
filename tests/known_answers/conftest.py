"""The bare market of the package, and comparisons that stop a test when theory and engine disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from sim.experiment.known_answers import Answer
from sim.experiment.known_answers import answer as comparisons
from sim.experiment.known_answers import bare as bare_market
from sim.scenario import Scenario


@pytest.fixture(scope="session")
def bare() -> Callable[..., Scenario]:
    """The bare market with some of its tables changed."""
    return bare_market.bare


@pytest.fixture(scope="session")
def ran() -> Callable[..., bare_market.Finished]:
    """One replication of a scenario, run to its end."""
    return bare_market.ran


class Agreement:
    """Comparisons of what was simulated with what theory says, within bounds that know their sample size."""

    @staticmethod
    def all_of(answers: Iterable[Answer], sharpness: float = 0.2) -> None:
        """All answers agree, and no bound is so wide that it would prove little."""
        found = list(answers)
        assert found
        assert [one for one in found if not one.agreed] == []
        assert [one for one in found if one.sharpness > sharpness] == []

    @classmethod
    def over_replications(cls, found: Sequence[float], theory: float, sharpness: float) -> None:
        """Independent replications agree with a theoretical mean."""
        cls.all_of([comparisons.over_replications("", "", found, theory)], sharpness)

    @classmethod
    def of_share(cls, hits: int, n: int, theory: float) -> None:
        """A share among n independent cases agrees with a probability."""
        cls.all_of([comparisons.of_share("", "", hits, n, theory)], 1.0)

    @classmethod
    def of_mean(cls, found: Any, theory: float) -> None:
        """A mean over thousands of independent cases agrees with an expectation."""
        cls.all_of([comparisons.of_mean("", "", found, theory)], 1.0)


@pytest.fixture(scope="session")
def agreement() -> type[Agreement]:
    return Agreement
