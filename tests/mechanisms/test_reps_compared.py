"""Reps at equal quality: better leads are no skill, and skill is seen.

Chance makes much of any gap, so reps have many short tasks and enough wins to be compared by.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim import SalesRep, simulate
from sim.experiment.levers.lever import UP, Effect, Lever, by_run, paired
from sim.measure import Results

pytestmark = [pytest.mark.statistical, pytest.mark.slow]

ALIKE = (
    "team.reps.skill_spread=0",
    "team.reps.count=20",
    "market.demand.arrivals_per_day=40",
    "policy.routing=round-robin",
    "policy.prepare_hours=0.05",
    "team.tasks.attempt=0.01",
    "team.tasks.discover=0.02",
    "team.tasks.meet=0.1",
    "team.tasks.propose=0.2",
    "team.tasks.close=0.1",
)
LONG = ("horizon.counted_days=240", *ALIKE)
TWO_KINDS = (
    *LONG,
    "market.segments.mid-market.share=1",
    "market.segments.mid-market.fit_median=0.7",
    "market.segments.enterprise.share=1",
    "market.segments.enterprise.fit_median=0.3",
)
FULL = (*LONG, "team.reps.count=8")


def due_to_leads(results: Results) -> np.ndarray:
    """The part of the gap between reps that goes at equal quality of their leads, in each replication."""
    return by_run(results, "rep_raw_gap_rate") - by_run(results, "rep_gap_rate")


def test_specialists_in_better_leads_are_not_better(effect: Callable[..., Effect]) -> None:
    change = ("considered", "recycle", TWO_KINDS, ("policy.routing=specialist",))
    assert effect(*change, "rep_raw_gap_rate").rises
    assert effect(*change, due_to_leads).rises
    assert effect(*change, "rep_excess_gap_rate").stays


def test_who_works_the_best_of_its_own_leads_first_has_no_better_leads_than_others(
    effect: Callable[..., Effect],
) -> None:
    assert effect("considered", "recycle", FULL, ("policy.order=cherry-pick",), due_to_leads).stays


def test_skill_shows_where_buyers_may_decide_at_any_time(effect: Callable[..., Effect]) -> None:
    base = (*LONG, "market.clock.pull_forward_rate=0.9")
    shown = effect("considered", "recycle", base, ("team.reps.skill_spread=0.5",), "rep_excess_gap_rate")
    assert shown.rises


class Picky(SalesRep):
    """Every other rep takes only leads that fit."""

    def accepts(self, buyer) -> bool | str:
        return super().accepts(buyer) if self.index % 2 or buyer.fit > 0.5 else False


def flattery(results: Results) -> np.ndarray:
    """By how much the ratio of wins to expected wins of every other rep is higher when quality is left out."""
    theirs = results.reps[results.reps["rep"] % 2 == 0].groupby("replication")
    wins, raw, equal = (theirs[name].sum() for name in ("wins", "raw_expected_wins", "expected_wins"))
    return np.asarray(wins / raw - wins / equal)


def test_who_takes_only_good_leads_looks_better_than_it_is() -> None:
    lever = Lever("reps pick", ALIKE, ("accepts",), flattery, UP)
    taking, picking = (
        simulate(lever.before.scenario(), seeds=8, agents=agents) for agents in (None, {SalesRep: Picky})
    )
    assert paired(lever, flattery(taking), flattery(picking)).rises
