"""A buyer may run ahead of the others as far as nobody looks at it; that is faster and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Scenario
from sim.events.loop import DONE, GROW, advance
from sim.events.rows import World
from sim.events.setting import FOLLOW_ALL, grow, new_world
from sim.vocabulary import EventKind
from tests.events.left_behind import digest

SHORT = ("horizon.warmup_days=10", "horizon.counted_days=30", "horizon.follow_up_days=50")
RUNS = (
    ("olist", "recycle"),
    ("considered", "today"),
    ("web-leads", "patient"),
    ("car-seat", "warm-introduction"),
)


def played(scenario: Scenario, ahead: bool = True, step: float = 1e9) -> World:
    world = new_world(scenario, 3, FOLLOW_ALL)
    if not ahead:
        world.s.bare = 0  # as if one buyer's moments could matter to the next
    end = float(world.p.end_day)
    for until in [*np.arange(step, end, step), end]:
        while (code := advance(world, float(until))) != DONE:
            assert code == GROW
            grow(world)
    return world


def log_of(world: World) -> np.ndarray:
    return world.tables["notes"][: int(world.s.notes)]


def in_order(log: np.ndarray) -> bytes:
    return log[np.argsort(log["day"], kind="stable")].tobytes()


def live(world: World) -> bytes:
    return world.tables["buyers"][: int(world.s.rows_used)].tobytes()


@pytest.mark.parametrize(("market", "policy"), RUNS)
def test_running_ahead_changes_nothing_but_the_order_of_writing(market: str, policy: str) -> None:
    scenario = Scenario.load(market, policy, overrides=SHORT)
    waiting, ahead, by_day = played(scenario, ahead=False), played(scenario), played(scenario, step=1.0)
    assert (np.diff(log_of(waiting)["day"]) >= 0.0).all()
    assert (np.diff(log_of(ahead)["day"]) < 0.0).sum() > 100  # somebody did run ahead, often
    assert np.diff(log_of(by_day)["day"]).min() > -1.0  # and never beyond the day asked for
    for other in (ahead, by_day):
        assert digest(other) == digest(waiting)
        assert in_order(log_of(other)) == in_order(log_of(waiting))
        assert live(other) == live(waiting)
        assert other.s.events == waiting.s.events


def test_nobody_runs_ahead_of_a_change_of_policy() -> None:
    change = "horizon.changes=[{day=20.5, policy='patient'}]"
    scenario = Scenario.load("olist", "today", overrides=(*SHORT, change))
    waiting, ahead = played(scenario, ahead=False), played(scenario)
    assert digest(ahead) == digest(waiting) and live(ahead) == live(waiting)
    log = log_of(ahead)
    later = log["day"] >= 20.5
    assert later.any() and not later[: np.flatnonzero(~later)[-1]].any()


def test_nobody_runs_ahead_of_a_review_of_the_quota() -> None:
    quota = ("triggers=['score', 'quota']", "quota_per_month=3000", "quota_bar_drop=0.2")
    scenario = Scenario.load("olist", "today", overrides=(*SHORT, *(f"policy.{lever}" for lever in quota)))
    waiting, ahead = played(scenario, ahead=False), played(scenario)
    assert digest(ahead) == digest(waiting) and live(ahead) == live(waiting)
    assert (np.diff(log_of(ahead)["day"]) < 0.0).any()


def test_a_question_that_concerns_sales_waits_for_its_time() -> None:
    log = log_of(played(Scenario.load("olist", "recycle", overrides=SHORT)))
    shared = np.isin(log["kind"], [EventKind.LET_GO, EventKind.ASSIGNED, EventKind.PASSED, EventKind.WON])
    assert shared.sum() > 100 and (np.diff(log["day"][shared]) >= 0.0).all()
