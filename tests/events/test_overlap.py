"""Where both run together, the buyer keeps marketing's pace until that ends, and is found where it has come to."""

from __future__ import annotations

from typing import Any

import pytest

from sim.events.exchange import expires
from sim.events.handing_over import plans_call
from sim.events.loop import DONE, GROW, advance
from sim.events.rows import OVERLAPPED, QUEUED, WATCH, World
from sim.events.setting import grow, new_world
from sim.events.steps import position_at
from sim.rules.track import rise_days
from sim.scenario import Scenario
from sim.vocabulary import Fact, Reason, Stage, Task

DAY = 30.5


@pytest.fixture
def world() -> World:
    scenario = Scenario.load("considered", policy="warm-introduction", overrides=["horizon.warmup_days=10"])
    world = new_world(scenario, 1)
    while (code := advance(world, DAY)) != DONE:
        assert code == GROW
        grow(world)
    return world


def overlapped(world: World) -> list[tuple[int, Any]]:
    """Buyers who run with both and were not looked at just now."""
    rows = world.tables["buyers"][: int(world.s.rows_used)]
    found = [
        (row, b)
        for row, b in enumerate(rows)
        if b.stage == Stage.IN_AIR
        and b.marks & OVERLAPPED
        and not b.marks & QUEUED
        and b.moved_day < DAY - 0.1
    ]
    assert found, "nobody runs with both: this tests nothing"
    return found


def test_an_exchange_that_expires_finds_the_buyer_where_the_pace_has_brought_it(world: World) -> None:
    for row, b in overlapped(world):
        reached = position_at(world, b, DAY)
        assert reached > b.x
        expires(world, row, DAY, Reason.UNREACHED.value)
        assert b.x == reached and b.pace == 0.0


def test_a_call_that_waits_watches_the_zone_from_where_the_buyer_is(world: World) -> None:
    for row, b in overlapped(world):
        k = world.tables["levers"][world.s.policy * world.p.journeys + b.journey]
        reach = k.aim_close - world.p.score_bias - b.noise
        b.x = reach - 0.1
        b.v = 0.0
        stop = b.moved_day + rise_days(b.x, b.v, b.pace, world.p.tau[b.journey], reach)
        assert stop > DAY
        world.p.has_deadline[b.journey] = 1
        b.facts_sales |= 1 << Fact.DEADLINE
        b.clock_day = DAY + world.p.lead_days[b.journey] + 100.0
        plans_call(world, row, DAY, Task.ATTEMPT.value)
        assert b.due[WATCH] == pytest.approx(stop, abs=1e-9)
