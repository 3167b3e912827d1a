"""A bare market in which only what is under test happens, and bounds that know their sample size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engine.draws import seed_of
from sim.events.rows import World
from sim.experiment.running import finished_world
from sim.scenario import Scenario

FALSE_ALARM = 1e-4
"""Chance that a comparison fails although engine and theory agree; seeds are 0, 1, 2, ..., never chosen."""

BARE: dict[str, Any] = {
    "name": "bare",
    "market": {
        "demand": {"arrivals_per_day": 10.0, "ceiling": 1.0},
        "clock": {"ready_now_rate": 0.0, "hazard_per_month": 0.0},
        "attention": {"hot_rate": 0.0, "answer_rate": 1.0},
        "cooling": {"grace_days": 1e6},
        "facts": {"decay_per_year": 0.0},
        # Nobody qualifies: what is under test ends with the first talk.
        "exchange": {
            "qualify_base_value": -500.0,
            "qualify_fit_value": 0.0,
            "qualify_early_value": 0.0,
            "qualify_momentum_value": 0.0,
            "qualify_intent_value": 0.0,
        },
        "channels": {"form": {"gain": [0.0] * 4}},
        "segments": {"all": {"deal_value": 1.0, "deal_spread": 0.0}},
        "journeys": {
            "only": {
                "share": 1.0,
                "origin": "form",
                "zone": [0.0, 1.0],
                "touches_per_day": 0.0,
                "arrives_with_hand_raise_rate": 1.0,
                "transitions": {"stimulus": {"any": {"form": 1.0}}},
            }
        },
    },
    "team": {
        "calendar": {"round_the_clock": True},
        "marketers": {"score_noise": 0.0},
        "reps": {"count": 1, "skill_spread": 0.0, "task_share": 1.0, "selling_share": 1.0},
        "tasks": {"attempt": 1.0, "duration_law": "fixed"},
    },
    "policy": {
        "name": "at-once",
        "checkmark": "never",
        "prepare_hours": 0.0,
        "triggers": ["hand-raise"],
        "nurture": {"cadence_days": "never"},
        "medium": "notes",
        "routing": "pull",
        "triage": {"bar": -10.0, "ignore_rate": 0.0},
        "attempts": 1,
        "attempt_spacing": 1.0,
        "expiry_days": 1e6,
        "recycling": {"reasons": []},
    },
    "horizon": {"warmup_days": 0.0, "counted_days": 100.0, "follow_up_days": 50.0},
}


def laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another; tables within tables are laid over each other."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        nested = isinstance(old, Mapping) and isinstance(value, Mapping)
        both[key] = laid_over(old, value) if nested else value
    return both


@pytest.fixture(scope="session")
def bare() -> Callable[..., Scenario]:
    """The bare market with some of its tables changed."""

    def _bare(**changes: Any) -> Scenario:
        return Scenario.model_validate(laid_over(BARE, changes))

    return _bare


class Finished:
    """What a finished run left behind.

    Attributes:
        world: The world after its last event.
        exchanges: One row per letting-go of a counted buyer.
        outcomes: One row per counted buyer.
        days: One row per day.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.exchanges = world.tables["exchanges"][: int(world.s.exchanges)]
        self.outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
        self.days = world.tables["days"]


@pytest.fixture(scope="session")
def ran() -> Callable[..., Finished]:
    """One replication of a scenario, run to its end."""

    def _ran(scenario: Scenario, replication: int = 0) -> Finished:
        return Finished(finished_world(scenario, seed_of(0, replication)))

    return _ran


NORMAL = float(stats.norm.ppf(1 - FALSE_ALARM / 2))


class Agreement:
    """Comparisons of what was simulated with what theory says, within bounds that know their sample size."""

    @staticmethod
    def over_replications(found: Sequence[float], theory: float, sharpness: float) -> None:
        """Independent replications agree with a theoretical mean.

        Bound: Student's quantile for `FALSE_ALARM` with n - 1 degrees of freedom, times s / sqrt(n).
        Correlation within a replication does not matter: only the n replications count as observations.

        Args:
            found: One mean per replication.
            theory: The closed form.
            sharpness: The bound must be below this share of the theory, or the test would prove little.
        """
        n = len(found)
        bound = stats.t.ppf(1 - FALSE_ALARM / 2, n - 1) * np.std(found, ddof=1) / np.sqrt(n)
        said = f"{np.mean(found):.5g} found, {theory:.5g} expected, +- {bound:.2g}"
        assert bound < sharpness * theory, f"the bound is too wide: {said}"
        assert abs(np.mean(found) - theory) < bound, said

    @staticmethod
    def of_share(hits: int, n: int, theory: float) -> None:
        """A share among n independent cases agrees with a probability.

        Bound: normal quantile for `FALSE_ALARM` times sqrt(p (1 - p) / n), and half a case for continuity.
        """
        bound = NORMAL * np.sqrt(theory * (1 - theory) / n) + 0.5 / n
        said = f"{hits / n:.5g} of {n} found, {theory:.5g} expected, +- {bound:.2g}"
        assert abs(hits / n - theory) < bound, said

    @staticmethod
    def of_mean(found: Any, theory: float) -> None:
        """A mean over thousands of independent cases agrees with an expectation.

        Bound: normal quantile for `FALSE_ALARM` times s / sqrt(n).
        """
        bound = NORMAL * np.std(found, ddof=1) / np.sqrt(len(found))
        said = f"{np.mean(found):.5g} found, {theory:.5g} expected, +- {bound:.2g}"
        assert abs(np.mean(found) - theory) < bound, said


@pytest.fixture(scope="session")
def agreement() -> type[Agreement]:
    return Agreement
