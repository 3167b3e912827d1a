"""A run is a function of scenario and seed: however it is stepped, watched, sized or compiled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sim.events.loop import DONE, GROW, advance
from sim.events.rows import World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.scenario import Scenario
from tests.events.left_behind import digest

SMALL = [
    "horizon.warmup_days=10",
    "horizon.counted_days=10",
    "horizon.follow_up_days=20",
    "market.demand.arrivals_per_day=4",
]
RUNS = [
    (market, policy)
    for market in ("olist", "considered", "web-leads", "car-seat")
    for policy in ("today", "recycle", "warm-introduction", "speed-to-lead")
] + [("considered", "engagement-plan")]


def finished(market: str, policy: str, step: float | None = None, follow: int = FOLLOW_NOBODY) -> World:
    world = new_world(Scenario.load(market, policy=policy, overrides=SMALL), 1, follow)
    end = float(world.p.end_day)
    until = end if step is None else 0.0
    while True:
        while (code := advance(world, until)) != DONE:
            assert code == GROW
            grow(world)
        if until >= end:
            return world
        until = min(end, until + (step or end))


@pytest.mark.parametrize(("market", "policy"), RUNS)
def test_stepping_and_watching_change_nothing(market: str, policy: str) -> None:
    at_once = digest(finished(market, policy))
    assert digest(finished(market, policy, step=1.0)) == at_once
    assert digest(finished(market, policy, step=0.37)) == at_once
    watched = finished(market, policy, follow=FOLLOW_ALL)
    assert watched.s.notes > 0
    assert digest(watched) == at_once


def test_another_seed_is_another_run() -> None:
    world = new_world(Scenario.load("olist", policy="recycle", overrides=SMALL), 2)
    assert advance(world, float(world.p.end_day)) == DONE
    assert digest(world) != digest(finished("olist", "recycle"))


@pytest.mark.slow
def test_interpreted_and_compiled_runs_are_the_same(interpreted: Callable[[str], Any]) -> None:
    compiled = {f"{market} {policy}": digest(finished(market, policy)) for market, policy in RUNS}
    assert interpreted(__file__) == compiled


if __name__ == "__main__":
    print(json.dumps({f"{market} {policy}": digest(finished(market, policy)) for market, policy in RUNS}))
