"""Neutral integration: mechanisms without effect and cost, and one department instead of two, change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.draws import seed_of
from sim.events.rows import World
from sim.experiment.known_answers.answer import Answer, exactly
from sim.experiment.running import finished_world
from sim.scenario import Scenario
from sim.scenario.mechanisms import MECHANISMS

__all__ = ["NEUTRAL", "POLICIES", "SMALL", "answers", "one_department", "rows_that_differ", "without_effect"]

NAME = "neutral integration"
EXACT = "rows, to the bit"
POLICIES = ("today", "recycle", "patient")
SMALL = (
    "horizon.warmup_days=20",
    "horizon.counted_days=40",
    "horizon.follow_up_days=80",
    "market.demand.arrivals_per_day=4",
    "team.reps.count=6",
)
NEUTRAL = (
    *SMALL,
    "team.media={plain={retention=1}}",
    'policy.medium="plain"',
    'policy.return_medium="plain"',
    "policy.routing_delay=0",
    "policy.batch_hours=0",
    "team.marketers.score_noise=0",
    "market.segments.mid-market.fit_spread=0",
    "market.segments.enterprise.fit_spread=0",
)
"""Leads alike, nothing lost, nothing delayed, nobody paid for anything or mistrusting."""

EFFECTS = {
    "shared_definition": {"noise_effect": 0, "follow_effect": 0, "slack": 100},
    "shared_record": {"record_effect": 0, "automation_effect": 0},
    "committee": {"repair_rate": 0},  # the market's buyers do not haggle, so no decision waits for a meeting
    "job_rotation": {"openness_effect": 0, "loss_effect": 0, "welcome_effect": 0, "rotation_cost": 0},
    "cross_functional_teams": {"obstruct_effect": 0, "tell_effect": 0, "team_hours": 0},
    "single_unit": {"delay_effect": 0, "dispute_effect": 0, "openness_effect": 0, "neglect_effect": 0},
    "joint_compensation": {"share_effect": 0, "short_sight": 0, "free_riding": 0},
    "joint_planning": {"throttle": 0},
    "joint_training": {"training_effect": 0},
    "co_location": {"contact_effect": 0},
}
"""Every effect and drawback of each mechanism, switched off."""


def without_effect(name: str) -> tuple[str, ...]:
    """A mechanism done fully that has no effect, no drawback and no cost."""
    settings = {"intensity": 1, "hours_per_rep_per_week": 0, "cost_per_month_value": 0, **EFFECTS[name]}
    return tuple(f"policy.organisation.mechanisms.{name}.{key}={value}" for key, value in settings.items())


def one_department() -> tuple[str, ...]:
    """A single unit with all that it does, except that it works on what is near: that is an incentive."""
    unit = "policy.organisation.mechanisms.single_unit"
    return (f"{unit}.intensity=1", f"{unit}.neglect_effect=0", f"{unit}.hours_per_rep_per_week=0")


def rows_that_differ(one: World, other: World) -> int:
    """Rows that are not the same to the bit in what two runs leave behind.

    Args:
        one: A world after its last event.
        other: Another.

    Returns:
        How many; rows that only one of them has differ.
    """
    return sum(
        _differing(one.tables[name], other.tables[name])
        for name in ("exchanges", "deals", "outcomes", "days", "reps", "marketers", "phases")
    )


def _differing(one: np.ndarray, other: np.ndarray) -> int:
    if len(one) != len(other):
        return abs(len(one) - len(other)) + _differing(one[: len(other)], other[: len(one)])
    return sum(a.tobytes() != b.tobytes() for a, b in zip(one, other, strict=True))


def _world(policy: str, *overrides: str) -> World:
    return finished_world(Scenario.load("considered", policy, overrides), seed_of(0, 0))


def answers(replications: int = 1) -> list[Answer]:
    """Rows in which runs differ that must not.

    Args:
        replications: Not used: runs are the same to the bit, or they are not.

    Returns:
        The comparisons.
    """
    return [exactly(NAME, what, found, 0, 0, EXACT) for what, found in _compared()]


def _compared() -> Iterator[tuple[str, int]]:
    for policy in POLICIES:
        two, one = _world(policy, *NEUTRAL), _world(policy, *NEUTRAL, *one_department())
        what = f"rows that differ between two departments and one, with nothing to gain, policy {policy}"
        yield what, rows_that_differ(two, one)
    plain = _world("today", *SMALL)
    for name in MECHANISMS:
        said = name.replace("_", " ")
        yield (
            f"rows that differ between {said} without effect and cost and none",
            rows_that_differ(plain, _world("today", *SMALL, *without_effect(name))),
        )
