"""The customer engagement plan: followed exactly, paid for, and counted phase by phase."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.events.loop import DONE, GROW, advance
from sim.events.rows import World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.experiment import simulate
from sim.experiment.levers.engagement import BY_SALES
from sim.scenario import InvalidInput, Policy, Scenario
from sim.vocabulary import EventKind, Phase, Task, words

pytestmark = pytest.mark.statistical

SMALL = [
    "horizon.warmup_days=20", "horizon.counted_days=40", "horizon.follow_up_days=120",
    "market.demand.arrivals_per_day=4",
]  # fmt: skip


def finished(scenario: Scenario, seed: int = 1, follow: int = FOLLOW_NOBODY) -> World:
    world = new_world(scenario, seed, follow)
    while (code := advance(world, float(world.p.end_day))) != DONE:
        assert code == GROW
        grow(world)
    return world


def test_cadence_and_channels_are_followed_exactly() -> None:
    """Buyers nobody lets go and nobody sees by chance: only the plan acts, by the day."""
    plan = 'policy.engagement.any.{}={{channels=["webinar", "email", "event"], every=7}}'
    scenario = Scenario.load(
        "considered", policy="recycle",
        overrides=[
            *SMALL, *(plan.format(phase) for phase in words(Phase)), "team.marketers.score_noise=0",
            'policy.triggers=["age"]', "policy.age_days=100000", "policy.nurture.cadence_days=3",
        ],
    )  # fmt: skip
    world = finished(scenario, follow=FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    channels = list(scenario.market.channels)
    turn = [channels.index(name) for name in ("webinar", "email", "event")]
    seen = 0
    for number in np.unique(notes.number):
        own = notes[notes.number == number]
        acts = own[own.kind == EventKind.NURTURED]
        if len(acts) == 0:
            continue
        seen += 1
        arrival = own.day[own.kind == EventKind.ARRIVED][0]
        np.testing.assert_allclose(acts.day - arrival, 7.0 * np.arange(1, len(acts) + 1), atol=1e-8)
        assert [int(one) for one in acts["first"]] == [turn[nth % 3] for nth in range(len(acts))]
    assert seen > 100


def test_each_phase_has_its_own_rhythm() -> None:
    """The gap after an activity is that of the phase seen then, or shorter if another phase was seen since."""
    every = dict(zip(words(Phase), (20, 10, 6, 3), strict=True))
    scenario = Scenario.load(
        "considered", policy="recycle",
        overrides=[
            *SMALL, "team.marketers.score_noise=0", 'policy.triggers=["age"]', "policy.age_days=100000",
            *(f'policy.engagement.any.{phase}={{channels=["email"], every={days}}}' for phase, days in every.items()),
        ],
    )  # fmt: skip
    world = finished(scenario, follow=FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    gaps = {phase: [] for phase in every}
    for number in np.unique(notes.number):
        acts = notes[(notes.number == number) & (notes.kind == EventKind.NURTURED)]
        for one, other in pairwise(acts):
            phase = words(Phase)[min(3, int(one["second"] * 4))]
            assert other.day - one.day <= every[phase] + 1e-8
            gaps[phase].append(round(float(other.day - one.day), 6))
    for phase, found in gaps.items():
        assert found.count(every[phase]) > 0.5 * len(found) > 0, phase


def test_journeys_may_have_plans_of_their_own() -> None:
    scenario = Scenario.load(
        "considered", policy="recycle",
        overrides=[*SMALL, 'policy.engagement.any.zero-moment={channels=["email"], every=5}',
                   'policy.engagement.referral.zero-moment={channels=["event"], every=5}'],
    )  # fmt: skip
    rows = simulate(scenario).phases
    planned = rows[rows["role"].notna()]
    assert set(planned["phase"]) == {"zero-moment"} and len(planned) == 4
    world = finished(scenario)
    plans = world.tables["plans"].reshape(-1, 4)
    channels = list(scenario.market.channels)
    found = [channels[int(one.plan_channel[0])] for one in plans[:, Phase.ZERO_MOMENT]]
    assert found == ["event" if name == "referral" else "email" for name in scenario.market.journeys]


def test_activities_by_sales_are_in_the_reps_hours() -> None:
    scenario = Scenario.load("considered", policy="recycle", overrides=[*SMALL, *BY_SALES])
    world = finished(scenario, follow=FOLLOW_ALL)
    reps, notes = world.tables["reps"], world.tables["notes"][: int(world.s.notes)]
    calls = int((notes.kind == EventKind.ENGAGED).sum())
    assert calls > 100 and not (notes.kind == EventKind.NURTURED).any()
    buyers = world.tables["buyers"][: int(world.s.rows_used)]
    live = buyers[buyers.number >= 0]
    np.testing.assert_allclose(reps.hours.sum(), live.hours.sum() + world.s.hours_out, rtol=1e-9)
    assert reps.hours[:, Task.ENGAGE].sum() >= world.tables["phases"].plan_hours.sum() > 0
    # Marketing's kind of fatigue comes from marketing only.
    assert (live.fatigue == 0).all()


PLANS = [
    ("engagement-plan", []), ("recycle", list(BY_SALES)), ("recycle", []), ("today", []),
    ("warm-introduction", [*BY_SALES, 'policy.routing="pull"', "team.reps.count=2"]),
    ("recycle", [*BY_SALES, 'policy.response_target="2 h"', 'policy.breach="reassign"',
                 "policy.engagement.any.evaluation.every=0.2", "team.reps.count=1"]),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "overrides"), PLANS)
def test_the_phases_balance(policy: str, overrides: list[str]) -> None:
    scenario = Scenario.load("considered", policy=policy, overrides=[*SMALL, *overrides])
    results = simulate(scenario, seed=2)
    rows, buyers, exchanges = results.phases, results.buyers, results.exchanges
    assert (rows["entered"] == rows["advanced"] + rows["staying"] + rows["left"]).all()
    assert (rows["phase_days"] >= -1e-9).all()
    # Every counted buyer is somewhere from arrival to the end of its observation, and touches are where it is.
    end = buyers["arrival_day"] + scenario.horizon.follow_up_days
    watched = end.where(buyers["bought_day"].isna() | buyers["lap_won"].gt(0), buyers["bought_day"])
    watched = watched.where(~buyers["won_day"].notna(), buyers["won_day"])
    closing = buyers["stage"].eq("closing")
    total = (watched - buyers["arrival_day"])[~closing].sum()
    slack = scenario.horizon.follow_up_days * closing.sum()
    assert total - 1e-6 <= rows["phase_days"].sum() <= total + slack + 1e-6
    assert rows["let_go"].sum() == len(exchanges)
    assert rows["passes"].sum() == (exchanges["outcome"] == "passed").sum()
    stood = rows["staying"].sum() + (buyers["bought_from"] != "nobody yet").sum()
    assert stood >= len(buyers) - closing.sum() and rows["staying"].sum() <= len(buyers)
    by_journey = rows.groupby("journey", observed=True)
    for _, one in by_journey:
        went = one.set_index("phase")["advanced"]
        came = one.set_index("phase")["entered"]
        for phase, following in pairwise(words(Phase)):
            assert came[following] >= went[phase] - (buyers["bought_from"] == "us").sum()


def test_measures_are_those_of_the_frame() -> None:
    results = simulate(Scenario.load("considered", policy="engagement-plan", overrides=SMALL))
    rows = results.phases
    assert results.value("advance_rate") == pytest.approx(rows["advanced"].sum() / rows["entered"].sum())
    cost = rows["touch_value"].sum() + rows["plan_value"].sum()
    assert results.value("cost_per_advance_value") == pytest.approx(cost / rows["advanced"].sum())
    by_pass = rows[rows["judged_by"] == "pass_rate"]
    np.testing.assert_allclose(by_pass["judged"], by_pass["passes"] / by_pass["entered"])
    assert rows["touch_value"].sum() <= results.buyers["touch_value"].sum() * (1 + 1e-12)


MISTAKES = [
    ('policy.engagement.any.evaluaton={channels=["email"]}', "evaluation"),
    ('policy.engagement.referal.evaluation={channels=["email"]}', "referral"),
    ('policy.engagement.any.evaluation={channels=["emial"]}', "email"),
    ('policy.engagement.any.evaluation={channels=["email"], role="sale"}', "sales"),
    ('policy.engagement.any.evaluation={channels=["email"], judged_by="advance"}', "advance_rate"),
    ('policy.engagement.any.evaluation={channels=["email"], evry=3}', "every"),
]


@pytest.mark.parametrize(("override", "nearest"), MISTAKES)
def test_a_misspelt_plan_names_what_was_meant(override: str, nearest: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Scenario.load("considered", overrides=[override])
    assert nearest in [problem.nearest for problem in refused.value.problems]


def test_a_plan_fits_only_markets_with_its_channels() -> None:
    assert Scenario.load("considered", policy="engagement-plan").policy == Policy.load("engagement-plan")
    with pytest.raises(InvalidInput, match="fits only markets with its channels") as refused:
        Scenario.load("olist", policy="engagement-plan")
    assert all(problem.line and "engagement-plan.toml" in problem.file for problem in refused.value.problems)
    with pytest.raises(InvalidInput, match="1 to 12 channels"):
        Scenario.load("considered", overrides=["policy.engagement.any.evaluation={channels=[]}"])


def test_a_plan_survives_writing_and_layering(tmp_path: Any) -> None:
    scenario = Scenario.load("considered", policy="today+engagement-plan")
    assert scenario.policy.engagement == Policy.load("engagement-plan").engagement
    path = tmp_path / "again.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    assert Scenario.load(path).policy.engagement == scenario.policy.engagement
