"""People come and go and follow their pay, and nothing is lost: facts, hours and money balance in every run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.engine.working_calendar import worked_days
from sim.events.follow_up import personal_ignore_chance
from sim.events.loop import DONE, GROW, advance
from sim.events.rows import IN_SERVICE, QUEUED, World, levers
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.scenario import Scenario
from sim.vocabulary import EventKind
from tests.events.left_behind import digest

SMALL = [
    "horizon.warmup_days=20",
    "horizon.counted_days=40",
    "horizon.follow_up_days=80",
    "market.demand.arrivals_per_day=4",
    "team.reps.count=6",
]
EVERYTHING = [
    "team.learning.trust_memory=40",
    "team.learning.withhold_rate=0.5",
    "team.learning.dispute_hours=6",
    "team.learning.spite_shift=0.4",
    "team.reps.ramp_days=60",
    "team.reps.tenure_days=25",
    "team.reps.vacancy_days=4",
    'team.reps.handover_medium="verbal"',
    "team.reps.hunter_rate=0.4",
    "team.reps.farmer_rate=0.3",
    'policy.organisation.sales_paid_for="quarter"',
    "policy.organisation.quarter_days=20",
    "market.clock.pull_forward_rate=0.9",
    "policy.triage.experience_volume=0.5",
    "policy.triage.performance_tracking=0.5",
    "policy.triage.prequalification_effect=1",
]
PAID = {
    "lead-count": ["policy.organisation.lead_target_per_month=30"],
    "accepted-leads": ["policy.organisation.lead_target_per_month=60"],
    "revenue": [],
}
RUNS = [("considered", "today", "lead-count"), ("web-leads", "recycle", "accepted-leads"),
        ("car-seat", "warm-introduction", "revenue")]  # fmt: skip


def finished(market: str, policy: str, pay: str, follow: int = FOLLOW_NOBODY, step: float = 0.0) -> World:
    overrides = [*SMALL, *EVERYTHING, f'policy.organisation.marketing_paid_for="{pay}"', *PAID[pay]]
    return ended(Scenario.load(market, policy=policy, overrides=overrides), follow, step)


def ended(scenario: Scenario, follow: int = FOLLOW_NOBODY, step: float = 0.0) -> World:
    world = new_world(scenario, 5, follow)
    end = float(world.p.end_day)
    until = step or end
    while True:
        while (code := advance(world, until)) != DONE:
            assert code == GROW
            grow(world)
        if until >= end:
            return world
        until = min(end, until + step)


@pytest.mark.parametrize("run", RUNS)
def test_everything_balances_while_people_come_and_go(run: tuple[str, str, str]) -> None:
    world = finished(*run)
    buyers = world.tables["buyers"][: int(world.s.rows_used)]
    reps = world.tables["reps"]
    live = buyers[buyers.number >= 0]
    assert reps.departures.sum() > 0 and reps.passed_on.sum() > 0
    assert world.s.buyers_in == world.s.buyers_out + len(live)

    def known(masks: np.ndarray) -> int:
        return int(sum(int(mask).bit_count() for mask in masks))

    assert world.s.facts_in_sales - world.s.facts_out_sales == known(live.facts_sales)
    assert world.s.facts_in_marketing - world.s.facts_out_marketing == known(live.facts_marketing)
    np.testing.assert_allclose(reps.hours.sum(), live.hours.sum() + world.s.hours_out, rtol=1e-9)
    there = 24 * worked_days(world.p, float(world.p.end_day))
    assert (reps.hours.sum(axis=1) + reps.other_hours <= there * (1 + 1e-9) + 1e-9).all()
    counted = 24 * (worked_days(world.p, world.p.counted_end) - worked_days(world.p, world.p.warmup_end))
    assert (reps.busy_hours <= counted * (1 + 1e-9) + 1e-9).all()
    assert ((buyers.marks & QUEUED) != 0)[buyers.number >= 0].sum() == reps.waiting.sum()
    assert ((buyers.marks & IN_SERVICE) != 0)[buyers.number >= 0].sum() == (reps.current >= 0).sum()


@pytest.mark.parametrize("run", RUNS)
def test_money_of_pushed_deals_balances(run: tuple[str, str, str]) -> None:
    world = finished(*run)
    deals = world.tables["deals"][: int(world.s.deals)]
    outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
    won = deals[deals.outcome == 1]
    np.testing.assert_allclose(won.revenue + won.discount, won.value)
    assert (deals.discount[deals.outcome != 1] == 0).all()
    assert ((won.discount > 0) == (won.pushed == 1)).all()
    assisted = np.isin(outcomes.number, won.number)
    np.testing.assert_allclose(won.revenue.sum(), outcomes.revenue[assisted].sum())


@pytest.mark.parametrize("run", RUNS)
def test_stepping_and_watching_change_nothing(run: tuple[str, str, str]) -> None:
    at_once = digest(finished(*run))
    assert digest(finished(*run, step=0.37)) == at_once
    watched = finished(*run, follow=FOLLOW_ALL)
    assert digest(watched) == at_once
    notes = watched.tables["notes"][: int(watched.s.notes)]
    assert (notes.kind == EventKind.PASSED_ON).sum() > 0


def test_a_leavers_buyers_are_passed_on_with_facts_lost() -> None:
    """Every buyer passed on gets another rep, and loses what the medium does not keep."""
    world = finished(*RUNS[0], follow=FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    passed = notes[notes.kind == EventKind.PASSED_ON]
    assert len(passed) == world.tables["reps"].passed_on.sum() > 20
    assert set(np.unique(passed["first"])) <= set(range(6))
    assert passed.second.sum() > 0
    assert (passed.second <= 8).all()


def test_a_medium_that_keeps_everything_loses_nothing() -> None:
    overrides = [*SMALL, "team.reps.tenure_days=25", 'team.reps.handover_medium="notes"',
                 "team.media={notes={retention=1}}"]  # fmt: skip
    scenario = Scenario.load("considered", policy="today", overrides=overrides)
    world = ended(scenario, FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    passed = notes[notes.kind == EventKind.PASSED_ON]
    assert len(passed) > 20 and passed.second.sum() == 0


def test_a_firm_of_one_hands_over_to_the_successor() -> None:
    overrides = [*SMALL[:-1], "team.reps.count=1", "team.reps.tenure_days=15", "team.reps.vacancy_days=10"]
    world = ended(Scenario.load("web-leads", policy="recycle", overrides=overrides))
    assert world.tables["reps"].departures[0] > 0
    assert world.tables["reps"].hours.sum() > 0


def test_five_signs_of_follow_up() -> None:
    """T2.2, in the handler: two reps alike but for experience or wins answer differently."""
    scenario = Scenario.load(
        "considered", policy="today", overrides=[*SMALL, "policy.triage.workload_effect=0.2"]
    )
    world = new_world(scenario, 1)
    k, reps = levers(world)[0], world.tables["reps"]
    reps.waiting[:2] = 5

    def chances(name: str, value: float) -> tuple[float, float]:
        k[name] = value
        found = tuple(personal_ignore_chance(world, k, rep, 0.2) for rep in (0, 1))
        k[name] = 0.0
        return found

    assert chances("experience_volume", 0.5)[0] == chances("experience_volume", 0.5)[1]
    reps.experience[:2] = 0.2, 0.9
    for name, more in (("experience_volume", False), ("experience_tracking", True)):
        novice, veteran = chances(name, 0.5)
        assert bool(veteran > novice) is more
    k.prequalification = 2.0
    novice, veteran = chances("experience_prequalification", 1.0)
    assert veteran < novice
    k.prequalification = 0.0
    reps.experience[:2] = 1.0
    reps.wins[:6] = 1.0
    reps.wins[:2] = 0.5, 1.5
    for name in ("performance_volume", "performance_tracking"):
        loser, winner = chances(name, 0.5)
        assert winner > loser


@pytest.mark.slow
def test_interpreted_and_compiled_runs_are_the_same(interpreted: Callable[[str], Any]) -> None:
    assert interpreted(__file__) == [digest(finished(*run)) for run in RUNS]


if __name__ == "__main__":
    print(json.dumps([digest(finished(*run)) for run in RUNS]))
