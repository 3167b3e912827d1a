"""Nothing is lost: buyers, facts, hours and money balance in every run, whatever the scenario."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.working_calendar import worked_days
from sim.events.loop import DONE, GROW, advance
from sim.events.rows import COUNTED, IN_SERVICE, QUEUED, TICKS_PER_DAY, World
from sim.events.setting import grow, new_world
from sim.experiment.known_answers.conservation import books
from sim.scenario import Scenario
from sim.scenario.mechanisms import MECHANISMS
from sim.vocabulary import Outcome, Phase, Stage, words

MARKETS = ("olist", "considered", "web-leads", "car-seat")
POLICIES = ("today", "speed-to-lead", "patient", "warm-introduction", "recycle", "throw-over-the-wall")


def finished(scenario: Scenario, seed: int) -> World:
    world = new_world(scenario, seed)
    while (code := advance(world, float(world.p.end_day))) != DONE:
        assert code == GROW
        grow(world)
    return world


def after_the_sale(draw: Any) -> dict[str, Any]:
    """Prices that are talked about and customers who stay, with settings drawn at random."""
    ceiling = draw(st.floats(0, 1))
    return {
        "market.choice.base_value": draw(st.floats(0, 6)),
        "market.clock.pull_forward_rate": 0.9,
        "market.negotiation.demand_rate": draw(st.floats(0, 1)),
        "market.negotiation.wish_median_rate": draw(st.floats(0.01, 1)),
        "market.aftersale.review_rate": draw(st.sampled_from([0, 0.3, 1])),
        "market.aftersale.review_delay_days": draw(st.floats(0, 60)),
        "market.aftersale.referral_rate": draw(st.floats(0, 2)),
        "market.aftersale.referral_delay_days": draw(st.floats(0.1, 60)),
        "market.aftersale.term_days": draw(st.sampled_from(['"never"', 3, 30])),
        "market.aftersale.renewal_base_value": draw(st.floats(-5, 5)),
        "market.aftersale.story_gain": draw(st.sampled_from([0, 1])),
        "policy.organisation.farm_every_days": draw(st.sampled_from(['"never"', 1, 10])),
        "policy.organisation.account_owner": draw(
            st.sampled_from(['"closer"', '"farmer"', '"least-loaded"'])
        ),
        "policy.organisation.deal_desk.ceiling_rate": ceiling,
        "policy.organisation.deal_desk.boundary_rate": draw(st.floats(0, ceiling)),
        "policy.organisation.deal_desk.approval_delay": draw(st.sampled_from(["0", '"3 business days"'])),
    }


@st.composite
def scenarios(draw: Any) -> Scenario:
    """A shipped market and policy with levers and sizes drawn at random."""
    chance = st.floats(0, 1)
    overrides = {
        "horizon.warmup_days": draw(st.integers(0, 40)),
        "horizon.counted_days": draw(st.integers(5, 60)),
        "horizon.follow_up_days": draw(st.integers(5, 150)),
        "market.demand.arrivals_per_day": draw(st.floats(0.5, 15)),
        "team.reps.count": draw(st.integers(1, 8)),
        "team.reps.task_share": draw(st.floats(0.7, 1)),
        "team.calendar.round_the_clock": str(draw(st.booleans())).lower(),
        "policy.aim.shift": draw(st.floats(-0.5, 0.5)),
        "policy.overlap": str(draw(st.booleans())).lower(),
        "policy.warm_introduction": str(draw(st.booleans())).lower(),
        "policy.checkmark": draw(st.sampled_from(['"never"', "0", "0.2"])),
        "policy.prepare_hours": draw(st.sampled_from([0, 0.5, 2, 8])),
        "market.cooling.grace_days": draw(st.sampled_from([0.5, 5, 21])),
        "market.cooling.cooling_days": draw(st.sampled_from([1, 10, 60])),
        "policy.routing": draw(st.sampled_from(
            ['"round-robin"', '"least-loaded"', '"specialist"', '"skill-match"', '"previous-owner"', '"pull"'])),
        "policy.order": draw(st.sampled_from(['"first-in"', '"new-first"', '"score"', '"deadline"', '"value"'])),
        "policy.response_target": '"2 h"',
        "policy.breach": draw(st.sampled_from(['"nothing"', '"escalate"', '"reassign"', '"take-back"'])),
        "policy.triage.ignore_rate": draw(chance),
        "policy.triage.bar": draw(st.floats(-1, 1)),
        "policy.attempts": draw(st.integers(1, 6)),
        "policy.expiry_days": draw(st.floats(0.5, 40)),
        "policy.recycling.cool_off_days": draw(st.floats(0, 30)),
        "policy.recycling.max_laps": draw(st.integers(1, 4)),
        "market.exchange.qualify_base_value": draw(st.floats(-2, 4)),
    }  # fmt: skip
    if draw(st.booleans()):
        overrides |= after_the_sale(draw)
    for name in draw(st.sets(st.sampled_from(MECHANISMS))):
        overrides[f"policy.organisation.mechanisms.{name}.intensity"] = draw(chance)
    market, policy = draw(st.sampled_from(MARKETS)), draw(st.sampled_from(POLICIES))
    if market == "considered":
        for phase in draw(st.sets(st.sampled_from(words(Phase)))):
            role, every = draw(st.sampled_from(["marketing", "sales", "both"])), draw(st.floats(0.1, 20))
            plan = f'{{channels=["webinar", "email"], role="{role}", every={every}}}'
            overrides[f"policy.engagement.any.{phase}"] = plan
        overrides["market.rivals.incumbent.learning_rate"] = draw(st.floats(0, 3))
        overrides["market.channels.website.drift_per_year"] = draw(st.floats(-3, 3))
        overrides["market.demand.season_amplitude"] = draw(chance)
        overrides["market.demand.ceiling"] = 60
        if draw(st.booleans()):
            overrides["market.demand.population"] = draw(st.sampled_from([5, 100, 500]))
            overrides["market.demand.innovation_per_year"] = draw(st.floats(0, 2))
    return Scenario.load(
        market, policy=policy, overrides=[f"{key}={value}" for key, value in overrides.items()]
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=scenarios(), seed=st.integers(0, 2**62))
def test_everything_balances(scenario: Scenario, seed: int) -> None:
    world = finished(scenario, seed)
    buyers = world.tables["buyers"][: int(world.s.rows_used)]
    live = buyers[buyers.number >= 0]
    assert [book for book in books(world) if not book.agreed] == []
    check_buyers(world, live)
    check_facts(world, live)
    check_hours(world)
    check_queues(world, buyers)
    check_ledgers(world)
    check_phases(world)


def check_phases(world: World) -> None:
    phases = world.tables["phases"]
    outcomes = int(world.s.outcomes)
    assert (phases.entered == phases.advanced + phases.staying + phases.left).all()
    assert (phases.ticks_in >= 0).all()
    assert phases.ticks_in.sum() <= (outcomes * world.p.follow_up + 1e-3) * TICKS_PER_DAY
    assert phases.let_go.sum() == world.s.exchanges
    exchanges = world.tables["exchanges"][: int(world.s.exchanges)]
    assert phases.passes.sum() == (exchanges.outcome == Outcome.PASSED).sum()


def check_buyers(world: World, live: Any) -> None:
    assert world.s.live == len(live)
    np.testing.assert_array_equal(np.bincount(live.stage, minlength=16), world.s.stage_count)
    # Everybody counted has left exactly one row: the run lasts until the last follow-up has ended.
    outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
    assert len(np.unique(outcomes.number)) == len(outcomes)
    counted = (outcomes.arrival_day >= world.p.warmup_end) & (outcomes.arrival_day < world.p.counted_end)
    assert counted.all()
    late = live[(live.marks & COUNTED) != 0]
    assert (late.due[:, 6] >= world.p.end_day - 1e-9).all() or len(late) == 0


def check_facts(world: World, live: Any) -> None:
    def known(masks: Any) -> int:
        return int(sum(int(mask).bit_count() for mask in masks))

    assert world.s.facts_in_marketing - world.s.facts_out_marketing == known(live.facts_marketing)
    assert world.s.facts_in_sales - world.s.facts_out_sales == known(live.facts_sales)


def check_hours(world: World) -> None:
    reps = world.tables["reps"]
    there = 24 * worked_days(world.p, float(world.p.end_day))
    assert (reps.hours.sum(axis=1) <= there * (1 + 1e-9) + 1e-9).all()
    counted = 24 * (worked_days(world.p, world.p.counted_end) - worked_days(world.p, world.p.warmup_end))
    assert (reps.busy_hours <= counted * (1 + 1e-9) + 1e-9).all()


def check_queues(world: World, buyers: Any) -> None:
    reps = world.tables["reps"]
    waiting = ((buyers.marks & QUEUED) != 0) & (buyers.number >= 0)
    assert waiting.sum() == reps.waiting.sum() + world.s.pool_length
    busy = ((buyers.marks & IN_SERVICE) != 0) & (buyers.number >= 0)
    assert busy.sum() == (reps.current >= 0).sum()


def check_ledgers(world: World) -> None:
    outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
    deals = world.tables["deals"][: int(world.s.deals)]
    exchanges = world.tables["exchanges"][: int(world.s.exchanges)]
    won = deals[deals.outcome == 1]
    np.testing.assert_allclose(won.revenue, won.value - won.discount, rtol=1e-9)
    assert (outcomes.revenue[outcomes.bought_from != 1] == 0).all()
    ended = exchanges[exchanges.outcome != Outcome.OPEN]
    assert not np.isnan(ended.end_day).any()
    assert (ended.end_day >= ended.let_go_day).all()
    passed = exchanges[exchanges.outcome == Outcome.PASSED]
    parts = passed.system_days + passed.queue_days
    assert (parts >= -1e-9).all()
    assert (parts <= passed.pass_day - passed.let_go_day + 1e-9).all()
    assert set(np.unique(outcomes.stage)) <= set(int(stage) for stage in Stage)


def test_who_is_called_off_and_told_of_again_waits_only_once() -> None:
    settings = [
        "market.cooling.grace_days=1", "market.cooling.cooling_days=3", "policy.prepare_hours=4",
        "team.reps.count=200", "horizon.warmup_days=60", "horizon.counted_days=60", "horizon.follow_up_days=30",
    ]  # fmt: skip
    world = finished(Scenario.load("olist", policy="patient", overrides=settings), 1)
    check_queues(world, world.tables["buyers"][: int(world.s.rows_used)])
    check_hours(world)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=scenarios(), seed=st.integers(0, 2**62))
def test_littles_law_is_an_identity(scenario: Scenario, seed: int) -> None:
    """The time integral of counted batons in the air equals their sojourns, clipped to the follow-up."""
    world = finished(scenario, seed)
    end = float(world.p.end_day)
    exchanges = world.tables["exchanges"][: int(world.s.exchanges)]
    outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
    arrival = dict(zip(outcomes.number.tolist(), outcomes.arrival_day.tolist(), strict=True))
    sojourn = 0.0
    for exchange in exchanges:
        left = exchange.end_day
        if np.isnan(left):
            known = arrival.get(int(exchange.number))
            left = end if known is None else known + world.p.follow_up
        sojourn += min(left, end) - exchange.let_go_day
    area = float(world.s.air_area) + float(world.s.counted_in_air) * (end - float(world.s.air_day))
    np.testing.assert_allclose(area, sojourn, rtol=1e-9, atol=1e-6)
