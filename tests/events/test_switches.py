"""What is switched off is left out of compiled code, and no run is another for it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim import Scenario
from sim.engine.compiled import DEBUG
from sim.events.loop import DONE, GROW, advance
from sim.events.numbers import FIRM, LEVERS, PARAMS
from sim.events.rows import STATE, TABLES, World
from sim.events.setting import FOLLOW_ALL, grow, new_world, translated
from sim.events.switches import OFF, is_bare
from tests.events.left_behind import digest

MARKETS = ("olist", "web-leads", "considered", "car-seat")
POLICIES = (
    "today",
    "warm-introduction",
    "recycle",
    "aligned-measurement",
    "call-desk",
    "throw-over-the-wall",
)
SHORT = ("horizon.warmup_days=10", "horizon.counted_days=40", "horizon.follow_up_days=60")

SWITCHED_ON = {
    "turns_over": "team.reps.tenure_days=400",
    "learns": "team.learning.trust_memory=20",
    "negotiates": "market.negotiation.demand_rate=0.3",
    "aftersale": "market.aftersale.term_days=30",
    "integrated": "policy.organisation.mechanisms.shared_record.intensity=1",
    "marketing_pay": 'policy.organisation.marketing_paid_for="lead-count"',
    "sales_pay": 'policy.organisation.sales_paid_for="quarter"',
    "varied": "policy.triage.prequalification_effect=0.5",
}


def played(scenario: Scenario, bare: bool | None = None) -> World:
    world = new_world(scenario, 7, FOLLOW_ALL)
    if bare is not None:
        world.s.bare = int(bare)
    while (code := advance(world, float(world.p.end_day))) != DONE:
        assert code == GROW
        grow(world)
    return world


@pytest.mark.skipif(DEBUG, reason="nothing is compiled")
@pytest.mark.parametrize("market", MARKETS)
def test_leaving_out_what_is_off_changes_no_run(market: str) -> None:
    for policy in POLICIES:
        scenario = Scenario.load(market, policy, overrides=SHORT)
        little, everything = played(scenario), played(scenario, bare=False)
        assert little.s.bare == 1 and little.s.outcomes > 0
        assert digest(little) == digest(everything)
        assert little.s.events == everything.s.events


@pytest.mark.parametrize("name", SWITCHED_ON)
def test_whatever_is_switched_on_is_compiled(name: str) -> None:
    scenario = Scenario.load("considered", "today", overrides=[SWITCHED_ON[name]])
    p, levers, _, _, firms, bare = translated(scenario)
    there = [table for table in (p, levers, firms) if name in table.dtype.names]
    assert np.any(np.asarray(there[0][name]) != OFF[name])
    assert not bare and not is_bare(p, levers, firms) and not new_world(scenario, 0).s.bare


def test_one_policy_of_several_is_enough() -> None:
    scenario = Scenario.load(
        "considered", "today", overrides=["horizon.changes=[{day=50, policy='quota-pay'}]"]
    )
    assert not new_world(scenario, 0).s.bare


def test_every_switch_is_a_field_of_one_record_only() -> None:
    records = {"PARAMS": PARAMS, "STATE": STATE, **TABLES}
    times = Counter(name for record in records.values() for name in record.names or ())
    assert {name: times[name] for name in OFF} == dict.fromkeys(OFF, 1)
    assert set(OFF) <= {*PARAMS.names, *LEVERS.names, *FIRM.names}
    assert not set(OFF) & set(World._fields)


def test_switches_have_the_kind_of_their_field() -> None:
    for record in (PARAMS, LEVERS, FIRM):
        for name in set(OFF) & set(record.names or ()):
            kind = {"i": int, "f": float}[record[name].kind]
            assert type(OFF[name]) is kind, name
