"""Mechanisms of integration: nothing is lost, nothing changes that should not, and a committee meets when it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
import pytest

from sim.engine.working_calendar import is_open, next_opening, worked_days
from sim.events.dealdesk import approval_day
from sim.events.integration import committee_meets, meeting_after, practice_of
from sim.events.loop import DONE, GROW, advance
from sim.events.rows import World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.experiment.known_answers.integration import (
    NEUTRAL,
    POLICIES,
    one_department,
    rows_that_differ,
    without_effect,
)
from sim.rules.trust import believed_share
from sim.scenario import Scenario
from sim.scenario.mechanisms import MECHANISMS
from sim.vocabulary import EventKind
from tests.events.left_behind import digest

SMALL = [
    "horizon.warmup_days=20",
    "horizon.counted_days=40",
    "horizon.follow_up_days=80",
    "market.demand.arrivals_per_day=4",
    "team.reps.count=6",
]
MECHANISM = "policy.organisation.mechanisms"
ALL = [f"{MECHANISM}.{name}.intensity=0.8" for name in MECHANISMS]
EVERYTHING = [
    *ALL,
    f"{MECHANISM}.joint_training.training_effect=0.3",
    f"{MECHANISM}.co_location.contact_effect=0.3",
    "team.learning.trust_memory=40",
    "team.learning.withhold_rate=0.5",
    "team.learning.dispute_hours=6",
    "team.reps.tenure_days=40",
    "team.reps.ramp_days=30",
    "market.clock.pull_forward_rate=0.9",
    "market.choice.base_value=3",
    "market.negotiation.demand_rate=1",
    "market.negotiation.wish_median_rate=0.2",
    "policy.overlap=true",
]
RUNS = [("considered", "today", "lead-count"), ("web-leads", "recycle", "policy"),
        ("car-seat", "warm-introduction", "accepted-leads")]  # fmt: skip
QUICK = RUNS[::2]
"""Those that do not take minutes when they are interpreted."""


def ended(scenario: Scenario, seed: int = 5, follow: int = FOLLOW_NOBODY, step: float = 0.0) -> World:
    world = new_world(scenario, seed, follow)
    end = float(world.p.end_day)
    until = step or end
    while True:
        while (code := advance(world, until)) != DONE:
            assert code == GROW
            grow(world)
        if until >= end:
            return world
        until = min(end, until + step)


def finished(market: str, policy: str, pay: str, follow: int = FOLLOW_NOBODY, step: float = 0.0) -> World:
    paid = f'policy.organisation.marketing_paid_for="{pay}"'
    scenario = Scenario.load(market, policy=policy, overrides=[*SMALL, *EVERYTHING, paid])
    return ended(scenario, follow=follow, step=step)


@pytest.mark.parametrize("run", RUNS)
def test_everything_balances(run: tuple[str, str, str]) -> None:
    world = finished(*run)
    buyers, reps = world.tables["buyers"][: int(world.s.rows_used)], world.tables["reps"]
    live = buyers[buyers.number >= 0]

    def known(masks: np.ndarray) -> int:
        return int(sum(int(mask).bit_count() for mask in masks))

    assert world.s.buyers_in == world.s.buyers_out + len(live)
    assert world.s.facts_in_sales - world.s.facts_out_sales == known(live.facts_sales)
    assert world.s.facts_in_marketing - world.s.facts_out_marketing == known(live.facts_marketing)
    np.testing.assert_allclose(reps.hours.sum(), live.hours.sum() + world.s.hours_out, rtol=1e-9)
    there = 24 * worked_days(world.p, float(world.p.end_day))
    assert (reps.hours.sum(axis=1) + reps.other_hours <= there * (1 + 1e-9) + 1e-9).all()
    rate = world.tables["firms"].coordination_rate[0]
    np.testing.assert_allclose(reps.coordination_hours, reps.hours.sum(axis=1) * rate)
    assert ((reps.trust > 0) & (reps.trust < 1)).all() and (reps.good >= 0).all() and (reps.bad >= 0).all()


@pytest.mark.parametrize("run", RUNS)
def test_stepping_and_watching_change_nothing(run: tuple[str, str, str]) -> None:
    at_once = digest(finished(*run))
    assert digest(finished(*run, step=0.37)) == at_once
    assert digest(finished(*run, follow=FOLLOW_ALL)) == at_once


def test_the_story_tells_of_meetings_talks_and_hands_not_followed() -> None:
    world = finished(*RUNS[0], follow=FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    for kind in (EventKind.TOLD_IN_PERSON, EventKind.NOT_AGREED, EventKind.TO_COMMITTEE):
        assert (notes.kind == kind).sum() > 0, kind
    waits = notes[notes.kind == EventKind.TO_COMMITTEE]
    assert (waits["first"] >= waits.day).all()
    assert all(next_opening(world.p, float(day)) == day for day in waits["first"])


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_that_is_off_may_be_set_as_one_likes(name: str) -> None:
    """Everything about it but its intensity and what it costs is changed; no run notices."""
    scenario = Scenario.load("considered", policy="today", overrides=SMALL)
    off = getattr(scenario.policy.organisation.mechanisms, name)
    others = [f"{MECHANISM}.{name}.{key}=0.37" for key in type(off).model_fields if key != "intensity"]
    assert digest(ended(scenario.with_overrides(others))) == digest(ended(scenario))


@pytest.mark.parametrize("policy", POLICIES)
def test_neutral_integration_is_neutral_because_nothing_hinders(policy: str) -> None:
    """One department changes nothing where nothing stands between two, and much where something does."""
    two = Scenario.load("considered", policy=policy, overrides=NEUTRAL)
    one = two.with_overrides(one_department())
    assert rows_that_differ(ended(two), ended(one)) == 0
    hindered = ['policy.routing_delay="1 day"']
    assert rows_that_differ(ended(two.with_overrides(hindered)), ended(one.with_overrides(hindered))) > 0


@pytest.mark.parametrize("name", MECHANISMS)
def test_only_effects_and_costs_of_a_mechanism_are_felt(name: str) -> None:
    scenario = Scenario.load("considered", policy="today", overrides=SMALL)
    settings = set(type(getattr(scenario.policy.organisation.mechanisms, name)).model_fields)
    stated = {one.rpartition(".")[2].partition("=")[0] for one in without_effect(name)}
    assert settings - stated <= {
        "record_effect",
        "every_days",
        "fair_rate",
        "boundary_rate",
        "far_distance",
        "comfortable_queue",
        "most",
    }
    assert rows_that_differ(ended(scenario), ended(scenario.with_overrides(without_effect(name)))) == 0


def world_with(*overrides: str) -> World:
    return new_world(Scenario.load("considered", policy="today", overrides=[*SMALL, *overrides]), 1)


def test_without_a_committee_nobody_meets() -> None:
    assert world_with().s.next_meeting_day == inf


def test_the_committee_meets_in_working_hours() -> None:
    world = world_with(f"{MECHANISM}.committee.intensity=1", f"{MECHANISM}.committee.every_days=9")
    days = []
    for _ in range(20):
        days.append(float(world.s.next_meeting_day))
        committee_meets(world, days[-1])
    assert all(is_open(world.p, day) for day in days)
    assert all(9 <= later - day < 9 + 4 for day, later in pairwise(days))


def test_a_meeting_restores_part_of_what_is_missing() -> None:
    """From 0.2, half of the way to 0.7; who trusts more than that is left alone, and outcomes go on counting."""
    committee = f"{MECHANISM}.committee"
    world = world_with(
        f"{committee}.intensity=0.5", f"{committee}.repair_rate=1", "team.learning.trust_memory=50"
    )
    low, high = world.tables["reps"][0], world.tables["reps"][1]
    strength, prior = float(world.p.trust_strength), float(world.p.trust_rate)
    low.bad = 15.0
    low.trust = believed_share(prior, strength, 0.0, 15.0)
    assert low.trust == pytest.approx(0.2)
    high.trust = 0.9
    committee_meets(world, 14.4)
    assert low.trust == pytest.approx(0.45) and high.trust == 0.9
    assert believed_share(prior, strength, low.good, low.bad) == pytest.approx(0.45)


def test_requests_wait_for_the_first_meeting_after_the_answer_is_ready() -> None:
    world = world_with(f"{MECHANISM}.committee.intensity=1")
    buyer = world.tables["buyers"][0]
    ready = approval_day(world_with(), buyer, 20.4)
    assert approval_day(world, buyer, 20.4) == meeting_after(world, ready) > ready
    assert (meeting_after(world, ready) - world.s.next_meeting_day) % 14 == pytest.approx(0, abs=1e-9)


def test_a_committee_can_be_set_up_and_dissolved_during_a_run() -> None:
    on = "{organisation={mechanisms={committee={intensity=1}}}}"
    changes = f"horizon.changes=[{{day=30, policy={on}}}, {{day=60, policy={{}}}}]"
    world = world_with(changes, "team.learning.trust_memory=40")
    seen = []
    for day in (29, 31, 61):
        while advance(world, float(day)) != DONE:
            grow(world)
        seen.append(float(world.s.next_meeting_day))
    assert seen[0] == inf and 44 <= seen[1] < 48 and seen[2] == inf


def test_rotation_takes_skill_and_gives_it_back() -> None:
    on = "{organisation={mechanisms={job_rotation={intensity=1, rotation_cost=0.2}}}}"
    world = world_with(f"horizon.changes=[{{day=30, policy={on}}}, {{day=60, policy={{}}}}]")
    full = world.tables["reps"].skill.copy()
    for day, factor in ((31, 0.8), (61, 1.0)):
        while advance(world, float(day)) != DONE:
            grow(world)
        np.testing.assert_allclose(world.tables["reps"].skill, full * factor)


def test_practice_is_the_reps_own() -> None:
    world = world_with("team.reps.tenure_days=1000", f"{MECHANISM}.shared_record.intensity=1")
    reps = world.tables["reps"]
    assert practice_of(world, 0) == 1.0
    world.s.now = 180.0
    reps.practised_day[0] = 0.0
    assert practice_of(world, 0) == pytest.approx(1 - np.exp(-1))
    assert practice_of(world, 1) == 1.0
    assert practice_of(world, -1) == pytest.approx((5 + 1 - np.exp(-1)) / 6)


@pytest.mark.slow
def test_interpreted_and_compiled_runs_are_the_same(interpreted: Callable[[str], Any]) -> None:
    assert interpreted(__file__) == [digest(finished(*run)) for run in QUICK]


if __name__ == "__main__":
    print(json.dumps([digest(finished(*run)) for run in QUICK]))
