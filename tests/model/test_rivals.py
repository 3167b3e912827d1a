"""Moments of rivals are judged when the buyer is next looked at: nobody can tell from what a run shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.agents import Buyer, Marketer
from sim.events.rows import RIVAL
from sim.events.setting import new_world
from sim.model import Relay
from sim.scenario import Scenario
from sim.vocabulary import EventKind, Stage
from tests.model.conftest import ASKING

SHORT = [
    "horizon.warmup_days=10",
    "horizon.counted_days=20",
    "horizon.follow_up_days=60",
    "market.demand.arrivals_per_day=2",
]
FIRST = "market.rivals.incumbent"
RUNS = {
    "considered": ("considered", "recycle", []),
    "web-leads": ("web-leads", "recycle", []),
    "overlap": ("considered", "warm-introduction", []),
    "after the sale": ("subscription-vendor", "today", ["market.rivals.challenger.learning_rate=0"]),
    "rivals who shy away": (
        "considered",
        "recycle",
        [f"{FIRST}.near_decision_factor=0.4", f"{FIRST}.neglect_factor=0.5"],
    ),
    "one rival who never speaks": ("considered", "recycle", [f"{FIRST}.engagements_per_day=0"]),
    "rivals who speak all the time": ("considered", "recycle", [f"{FIRST}.engagements_per_day=0.5"]),
}


def scenario_of(name: str) -> Scenario:
    market, policy, overrides = RUNS[name]
    return Scenario.load(market, policy=policy, overrides=[*SHORT, *overrides])


def own_rows(model: Relay) -> Any:
    """Rows of buyers who have not bought."""
    rows = model.world.tables["buyers"][: int(model.world.s.rows_used)]
    return rows[(rows["number"] >= 0) & (rows["stage"] != Stage.CUSTOMER)]


@pytest.mark.parametrize("name", RUNS)
def test_nobody_can_tell_when_moments_are_judged(name, tables_of):
    """By the rule, asked one by one, with a log, followed alone, step by step with views that are read: one run."""
    scenario = scenario_of(name)
    by_rule = Relay(scenario, 5)
    by_rule.run()
    assert np.isinf(own_rows(by_rule)["due"][:, RIVAL]).all(), "moments are events: this tests nothing"
    assert own_rows(by_rule)["rivals"].any()
    followed = int(own_rows(by_rule)["number"][-1])
    expected = tables_of(by_rule)
    for others in ({"agents": ASKING}, {"follow": "all"}, {"follow": followed}):
        model = Relay(scenario, 5, **others)
        model.run()
        found = tables_of(model)
        if "follow" in others:
            assert model.world.s.notes > 0
            found |= {key: expected[key] for key in ("notes", "s.notes", "s.follow")}
        assert found == expected, others
    stepped = Relay(scenario, 5)
    while stepped.running:
        stepped.step()
        if stepped.day % 10 == 0:
            assert all(buyer.engagements for buyer in stepped.agents_by_type[Buyer])
    assert tables_of(stepped) == expected


def test_engagements_are_those_of_now():
    """A view shows what a run has that stops at every moment, on every day, and while somebody decides."""
    seen: list[list[Any]] = [[], []]

    def watching(place: int) -> type[Marketer]:
        class Watching(Marketer):
            def hands_over(self, buyer):
                seen[place].append((buyer.number, self.model.now, buyer.engagements))
                return super().hands_over(buyer)

        return Watching

    scenario = scenario_of("considered")
    lazy = Relay(scenario, 5, agents={Marketer: watching(0)})
    prompt = Relay(scenario, 5, agents={**ASKING, Marketer: watching(1)})
    open_ones = 0
    while lazy.running:
        lazy.step()
        prompt.step()
        views = [{b.number: b.engagements for b in run.agents_by_type[Buyer]} for run in (lazy, prompt)]
        assert views[0] == views[1]
        rows = {run: {int(b["number"]): int(b["rivals"]) for b in own_rows(run)} for run in (lazy, prompt)}
        open_ones += sum(rows[lazy][number] != rows[prompt][number] for number in rows[lazy])
    assert open_ones > 0, "every moment was judged at once: this tests nothing"
    assert seen[0] == seen[1] and len(seen[0]) > 100


def test_a_log_tells_of_engagements_in_order_and_where_they_were():
    model = Relay(scenario_of("considered"), 5, follow="all")
    model.run()
    notes = model.world.tables["notes"][: int(model.world.s.notes)]
    for each in np.unique(notes["number"]):
        assert (np.diff(notes["day"][notes["number"] == each]) >= 0.0).all()
    engaged = notes[notes["kind"] == EventKind.RIVAL_ENGAGED]
    counted = sum(sum(b.engagements.values()) for b in model.agents_by_type[Buyer])
    assert len(engaged) >= counted > 0
    assert ((engaged["second"] > 0.0) & (engaged["second"] < 1.0)).all()


@pytest.mark.parametrize("name", RUNS)
def test_a_moment_beyond_every_share_engages_nobody(name):
    p = new_world(scenario_of(name), 1).p
    engaging = p.rival_ceiling[: p.rivals] > 0.0
    for rate, ceiling in zip(
        p.rival_rate[: p.rivals][engaging], p.rival_ceiling[: p.rivals][engaging], strict=True
    ):
        for far_or_near, neglected in np.ndindex(2, 2):
            assert p.rival_share[far_or_near, neglected] * ceiling >= rate[: far_or_near + 1, neglected].max()
    assert p.rival_share.max() <= 1.0 + 1e-9
