"""Main effects and leaders of a sweep, from runs whose sums are known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiment.designs import Design
from sim.experiment.main_effects import MOST_LEVELS, leaders, levels_of, main_effects
from sim.experiment.sweep_result import InMemory, Sweep
from sim.experiment.sweep_rows import Rows
from sim.scenario import Scenario

SEEDS = 6


def swept(
    design: Design, missing: tuple[int, int, int] | None = None, measure: str = "revenue_value"
) -> Sweep:
    """Runs that give reps times 10, plus 5 under the second policy, plus the replication, and next to no noise."""
    keys = [
        (x, p, r) for x in range(len(design)) for p in range(2) for r in range(SEEDS) if (x, p, r) != missing
    ]
    points, policies, replications = (np.array(one) for one in zip(*keys, strict=True))
    reps = np.array([point[0] for point in design.points])[points]
    value = 10 * reps + 5 * policies + replications + 0.01 * np.sin(np.arange(len(keys)))
    parts = np.stack([value, np.ones(len(keys))], axis=-1)[:, None]
    kept = InMemory(Rows(points, policies, replications, parts, (measure,)))
    return Sweep(Scenario.load("olist"), design, ("a", "b"), tuple(range(SEEDS)), 0, (measure,), kept)


@pytest.fixture(scope="module")
def design() -> Design:
    return Design.grid({"team.reps.count": [2, 4], "policy.medium": ["notes", "verbal"]})


def test_effects_are_means_over_the_other_settings(design: Design) -> None:
    effects = {(one.path, one.policy): one for one in main_effects(swept(design), "revenue_value")}
    middle = (SEEDS - 1) / 2
    for policy, more in (("a", 0), ("b", 5)):
        reps = effects["team.reps.count", policy]
        assert [one.label for one in reps.levels] == ["2", "4"]
        assert [one.value for one in reps.estimates] == pytest.approx(
            [20 + more + middle, 40 + more + middle], abs=0.02
        )
        medium = effects["policy.medium", policy]
        assert [one.label for one in medium.levels] == ["notes", "verbal"]
        assert [one.value for one in medium.estimates] == pytest.approx([30 + more + middle] * 2, abs=0.02)
        assert reps.reach == pytest.approx(20, abs=0.02)


def test_the_interval_is_over_replications_not_over_points(design: Design) -> None:
    """Six values 0 to 5: their standard error is 0.7638, and t is 2.5706 with five degrees of freedom."""
    (first, *_) = main_effects(swept(design), "revenue_value")
    one = first.estimates[0]
    assert one.replications == SEEDS
    assert (one.high - one.low) / 2 == pytest.approx(2.5706 * 0.7638, rel=0.01)


def test_a_replication_that_lacks_a_run_is_left_out_where_it_counts(design: Design) -> None:
    effects = main_effects(swept(design, missing=(0, 0, 3)), "revenue_value")
    counts = {(one.path, one.policy): [e.replications for e in one.estimates] for one in effects}
    assert counts["team.reps.count", "a"] == [SEEDS - 1, SEEDS]
    assert counts["team.reps.count", "b"] == [SEEDS, SEEDS]


def test_the_second_policy_leads_everywhere(design: Design) -> None:
    found = leaders(swept(design), "revenue_value")
    assert [(one.point, one.policy, one.settled) for one in found] == [(x, "b", True) for x in range(4)]


def test_for_a_cost_the_lower_one_leads(design: Design) -> None:
    found = leaders(swept(design, measure="cost_value"), "cost_value")
    assert {one.policy for one in found} == {"a"}


def test_many_numbers_are_grouped_and_every_point_stays() -> None:
    values = [round(0.01 * x, 4) for x in range(50)]
    levels = levels_of(values)
    assert len(levels) == MOST_LEVELS
    assert sorted(point for one in levels for point in one.points) == list(range(50))
    assert [one.at for one in levels] == sorted(one.at for one in levels)
    assert levels_of([True, False, True])[0].points == (0, 2)
