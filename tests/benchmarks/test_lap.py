"""All models of the bench lap tell the same story.

Every model runs the same number of independent replications. Whether two agree on a measure is judged by the
spread of replications, pooled over the models, so the bound follows from the sample and from nothing else.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks import project
from benchmarks.comparison import LIVE, MODELS
from benchmarks.lap import Lap, lap_scenario
from benchmarks.measures import MEASURES, measures_of
from benchmarks.project import Counted

BUYERS = 2_000
REPLICATIONS = 8
LIVE_REPLICATIONS = 4
STANDARD_ERRORS = 4.0
"""With the 31 comparisons made here a model that agrees fails less than once in 400 times."""

ONE_HOUR = 1.0 / 24.0
HOURLY_ALLOWANCE = {"response_days": ONE_HOUR}
"""Stepping by the hour mixes up the order within an hour, which can make a lead wait for up to one more."""


@pytest.fixture(scope="module")
def of_project() -> np.ndarray:
    scenario = lap_scenario(BUYERS)
    runs = [Counted.of(project.run(scenario, seed)) for seed in range(4 * REPLICATIONS)]
    return np.array([list(measures_of(run).values()) for run in runs])


def of_model(name: str, first_seed: int, replications: int) -> np.ndarray:
    lap = Lap.of(lap_scenario(BUYERS))
    runs = [MODELS[name](lap, first_seed + nth) for nth in range(replications)]
    return np.array([list(measures_of(run).values()) for run in runs])


def test_there_are_eight_measures() -> None:
    assert len(MEASURES) == 8


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MODELS))
def test_models_agree_in_distribution(name: str, of_project: np.ndarray) -> None:
    replications = LIVE_REPLICATIONS if name == LIVE else REPLICATIONS
    theirs = of_model(name, 1000, replications)
    freedom = len(of_project) + len(theirs) - 2
    squares = ((of_project - of_project.mean(0)) ** 2).sum(0) + ((theirs - theirs.mean(0)) ** 2).sum(0)
    error = np.sqrt(squares / freedom * (1 / len(of_project) + 1 / len(theirs)))
    apart = np.abs(of_project.mean(0) - theirs.mean(0))
    for measure, distance, one in zip(MEASURES, apart, error, strict=True):
        allowance = HOURLY_ALLOWANCE.get(measure, 0.0) if name == LIVE else 0.0
        assert math.isfinite(distance)
        assert distance <= STANDARD_ERRORS * one + allowance, f"{measure}: {distance:.4g}, error {one:.4g}"


def test_reps_are_busy_and_no_more_than_that() -> None:
    world = project.run(lap_scenario(10_000), 1)
    halfway = project_hours_until(200.0)
    hours = float(world.tables["reps"].hours.sum()) - halfway
    load = hours / (20 * 24 * (world.p.end_day - 200.0))
    assert 0.75 < load < 0.95


def project_hours_until(day: float) -> float:
    from sim.events.setting import new_world

    world = new_world(lap_scenario(10_000), 1)
    project.advance_to(world, day)
    return float(world.tables["reps"].hours.sum())


def test_size_changes_neither_the_load_nor_the_story() -> None:
    small = [measures_of(Counted.of(project.run(lap_scenario(1_000), seed))) for seed in range(20)]
    large = [measures_of(Counted.of(project.run(lap_scenario(20_000), 100 + seed))) for seed in range(2)]
    for measure in ("touches_per_buyer", "pass_rate", "pass_position", "won_rate"):
        here = np.array([run[measure] for run in small])
        there = np.array([run[measure] for run in large])
        # Twenty runs of a thousand buyers each: one large run has as many buyers as they have together.
        error = here.std(ddof=1) / math.sqrt(len(here)) * math.sqrt(1.0 + 0.5)
        assert abs(here.mean() - there.mean()) <= STANDARD_ERRORS * error, measure


def test_sales_told_never_is_sales_told_at_the_aim() -> None:
    """Without a checkmark a score that coasts across the aim must still be noticed."""
    scenario = lap_scenario(1_000)
    at_the_aim = project.run(scenario.with_overrides(["policy.checkmark=0"]), 1)
    never = project.run(scenario.with_overrides(["policy.checkmark='never'"]), 1)
    assert (
        Counted.of(never).exchanges.let_go_day.tolist()
        == Counted.of(at_the_aim).exchanges.let_go_day.tolist()
    )
