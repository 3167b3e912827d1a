"""Every mechanism moves what it should, in the right direction, by more than the noise.

One lever is changed, seeds are paired, and the 99.9 % interval of the difference must leave zero on the right side.
"""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

import sim.experiment.levers
from sim.experiment.levers import (
    DOWN,
    GROUPS,
    LEVERS,
    STILL,
    UP,
    Effect,
    Lever,
    integration,
    paired,
    per_run,
    pulled,
)  # fmt: skip
from sim.experiment.levers.lap import PLAIN, ROOMY

__all__ = ["DOWN", "PLAIN", "ROOMY", "UP", "per_run"]


# Together they take about a minute.
LONG = frozenset(one.shown for one in integration.LEVERS) | {
    "a hand raised just now qualifies",
    "the hot minority rewards speed of contact",
    "the intent of a raised hand fades",
}


@pytest.mark.statistical
@pytest.mark.parametrize(
    "lever",
    [pytest.param(one, id=one.shown, marks=pytest.mark.slow if one.shown in LONG else ()) for one in LEVERS],
)
def test_lever(pull: Callable[[Lever], Effect], lever: Lever) -> None:
    shown = pull(lever)
    assert getattr(shown, lever.direction), shown
    assert shown.held and shown.sure is (lever.direction != STILL)


def test_every_group_of_the_package_is_pulled() -> None:
    modules = {one.name for one in pkgutil.iter_modules(sim.experiment.levers.__path__)} - {"lever"}
    assert {group.__name__.rpartition(".")[2] for group in GROUPS} == modules


def test_every_lever_says_what_it_shows_and_what_it_moves() -> None:
    assert [name for name, times in Counter(one.shown for one in LEVERS).items() if times > 1] == []
    assert [one.shown for one in LEVERS if not one.moves or not one.change] == []


def test_intervals_are_those_of_the_paired_t_test() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.normal(0, 1, 9), rng.normal(0.5, 1, 9)
    found = paired(LEVERS[0], before, after)
    error = np.std(after - before, ddof=1) / 3
    assert found.mean == pytest.approx(np.mean(after) - np.mean(before))
    assert found.half == pytest.approx(student.ppf(0.975, 8) * error)
    assert found.noise == pytest.approx(student.ppf(0.9995, 8) * error)


def test_a_lever_that_is_said_to_move_the_other_way_is_not_held() -> None:
    right = Lever("nobody", ("team.reps.count=40",), ("market.demand.arrivals_per_day=60",), "lead_count", UP)
    wrong = replace(right, direction=DOWN)
    found, refuted = pulled([right, wrong], seeds=3)
    assert found.held and found.rises and found.before < found.after
    assert not refuted.held and refuted.sure and refuted.mean == found.mean


def test_a_lever_that_moves_nothing_is_neither_held_nor_sure() -> None:
    idle = Lever("idle", ROOMY, ("policy.overlap_pace_per_day=0.9",), "lead_count", UP)
    (found,) = pulled([idle], seeds=2)
    assert found.mean == 0 and not found.held and not found.sure


def test_what_is_said_to_do_nothing_is_refuted_by_an_effect() -> None:
    idle = Lever("idle", ROOMY, ("policy.overlap_pace_per_day=0.9",), "lead_count", STILL)
    busy = Lever("busy", ROOMY, ("market.demand.arrivals_per_day=60",), "lead_count", STILL)
    same, other = pulled([idle, busy], seeds=3)
    assert same.held and same.stays and not same.sure
    assert other.sure and not other.stays and not other.held
