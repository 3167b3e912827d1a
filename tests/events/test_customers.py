"""Customers: what is theirs balances, referrals keep their names, and off is off."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.events.loop import DONE, GROW, advance
from sim.events.numbers import LEVERS
from sim.events.rows import BUYER, World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.events.word_of_mouth import reputation_now, talk_factor
from sim.experiment import simulate
from sim.experiment.follow import life
from sim.measure import Results
from sim.rules.satisfaction import referral_delay
from sim.scenario import InvalidInput, Scenario
from sim.vocabulary import EventKind, Phase, Stage, Task

REFERRED = 1 << 49
SELL = [
    "horizon.warmup_days=40",
    "horizon.counted_days=60",
    "horizon.follow_up_days=150",
    "team.reps.count=12",
    "market.choice.base_value=4",
    "market.clock.pull_forward_rate=0.95",
    "market.choice.unassisted_value=-3",
]
ON = [
    "market.negotiation.demand_rate=0.8",
    "market.negotiation.wish_median_rate=0.15",
    "market.aftersale.review_rate=0.6",
    "market.aftersale.referral_rate=1.5",
    "market.aftersale.term_days=30",
    "market.aftersale.story_gain=0.5",
    "policy.organisation.farm_every_days=9",
    'policy.organisation.account_owner="least-loaded"',
    "policy.overlap=true",
    "policy.overlap_cost_per_day_value=2",
]


def finished(
    overrides: list[str], seed: int = 3, follow: int = FOLLOW_NOBODY, step: float | None = None
) -> World:
    world = new_world(Scenario.load("considered", policy="recycle", overrides=overrides), seed, follow)
    end = float(world.p.end_day)
    until = step or end
    while True:
        while (code := advance(world, until)) != DONE:
            assert code == GROW
            grow(world)
        if until >= end:
            return world
        until = min(end, until + (step or end))


@pytest.fixture(scope="module")
def world() -> World:
    return finished([*SELL, *ON])


@pytest.fixture(scope="module")
def results() -> Results:
    return simulate(Scenario.load("considered", policy="recycle", overrides=[*SELL, *ON]), seeds=4)


def test_a_buyers_row_has_not_grown() -> None:
    assert BUYER.itemsize <= 400


def test_money_balances(results: Results) -> None:
    """Revenue is the list value of what was sold, less discounts, plus renewals."""
    buyers, deals = results.buyers, results.deals
    won = deals[deals["outcome"] == "won"]
    alone = buyers[(buyers["bought_from"] == "us") & (buyers["lap_won"] == 0) & buyers["won_day"].notna()]
    assert won["discount_value"].sum() > 0 and buyers["renewal_value"].sum() > 0 and len(alone)
    sold = won["deal_value"].sum() - won["discount_value"].sum() + alone["deal_value"].sum()
    assert buyers["revenue_value"].sum() == pytest.approx(sold + buyers["renewal_value"].sum(), rel=1e-12)
    np.testing.assert_allclose(won["deal_value"], won["revenue_value"] + won["discount_value"], rtol=1e-12)
    assert (buyers.loc[buyers["bought_from"] != "us", "revenue_value"] == 0).all()


def test_the_cost_and_revenue_of_the_channels_are_those_of_the_buyers(results: Results) -> None:
    channels, buyers = results.channels, results.buyers
    assert channels["first_buyers"].sum() == len(buyers)
    for way in ("first", "last"):
        assert channels[f"{way}_revenue_value"].sum() == pytest.approx(buyers["revenue_value"].sum())
        assert channels[f"{way}_wins"].sum() == (buyers["won_day"].notna()).sum()
    # What is not booked to a channel is the price of overlap.
    overlap = buyers["touch_value"].sum() - channels["touch_value"].sum()
    assert 0 < overlap < buyers["touch_value"].sum()
    plain = simulate(Scenario.load("considered", policy="recycle", overrides=SELL), seeds=2)
    assert plain.channels["touch_value"].sum() == pytest.approx(plain.buyers["touch_value"].sum(), rel=1e-9)


def test_buyers_and_hours_balance(world: World) -> None:
    s, reps = world.s, world.tables["reps"]
    buyers = world.tables["buyers"][: int(s.rows_used)]
    live = buyers[buyers.number >= 0]
    days = world.tables["days"]
    assert s.buyers_in == s.buyers_out + len(live) == days.arrivals.sum()
    np.testing.assert_array_equal(np.bincount(live.stage, minlength=16), s.stage_count)
    assert (live.stage == Stage.CUSTOMER).sum() > 0 and days.referrals.sum() > 0
    np.testing.assert_allclose(reps.hours.sum(), live.hours.sum() + s.hours_out, rtol=1e-9)
    assert (reps.hours[:, [Task.DESK, Task.FARM]].sum(axis=0) > 0).all()
    known = sum(int(mask).bit_count() for mask in live.facts_sales)
    assert s.facts_in_sales - s.facts_out_sales == known
    outcomes = world.tables["outcomes"][: int(s.outcomes)]
    assert len(np.unique(outcomes.number)) == len(outcomes)
    assert (outcomes.visits_made <= outcomes.visits_due).all()


def test_customers_of_no_more_consequence_leave() -> None:
    """Without terms a customer is kept until its review and its last referral, not to the end of the run."""
    short = [
        "market.aftersale.review_rate=1",
        "market.aftersale.review_delay_days=5",
        "policy.organisation.farm_every_days=2",
    ]
    world = finished([*SELL, *short])
    last = int(world.p.end_day) - 20
    days = world.tables["days"]
    recent = days.wins[last - 6 : last].sum()
    assert days.reviews.sum() > 20
    assert days.customers[last - 1] <= recent


def children(world: World) -> dict[int, tuple[float, ...]]:
    outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
    return {int(o.number): (o.fit, o.value, o.clock_day - o.arrival_day) for o in outcomes}


def test_a_child_is_the_same_under_every_policy_that_makes_its_parent_happy() -> None:
    one = finished([*SELL, *ON])
    other = finished([*SELL, *ON, "policy.prepare_hours=1", "market.aftersale.referral_delay_days=40"])
    first, second = children(one), children(other)
    shared = [number for number in first.keys() & second.keys() if number >= REFERRED]
    assert len(shared) > 5
    for number in shared:
        assert first[number][:2] == second[number][:2]
        assert first[number][2] == pytest.approx(second[number][2], rel=1e-9)


def test_referrals_change_nobody_elses_luck() -> None:
    without = children(finished([*SELL, *ON, "market.aftersale.referral_rate=0"]))
    with_them = children(finished([*SELL, *ON]))
    assert any(number >= REFERRED for number in with_them)
    assert {n: v for n, v in with_them.items() if n < REFERRED} == without


def test_referrals_are_as_many_as_expected() -> None:
    """All moments of a customer lie in closed form: their number is Poisson with the stated mean."""
    fully = [
        "market.aftersale.referral_rate=2",
        "market.aftersale.referral_delay_days=1",
        "market.aftersale.satisfaction_base_rate=1",
        "market.aftersale.satisfaction_spread=0",
        "market.aftersale.promise_effect=0",
        "market.aftersale.fit_effect=0",
        "market.aftersale.facts_effect=0",
    ]
    outcomes = finished([*SELL, *fully]).tables["outcomes"]
    told = outcomes[~np.isnan(outcomes.satisfaction) & (outcomes.arrival_day > 0)]
    early = told[told.won_day < told.arrival_day + 1e9]
    assert (early.satisfaction == 1.0).all()
    mean, error = early.referrals.mean(), np.sqrt(2 / len(early))
    assert len(early) > 30
    assert abs(mean - 2) < 3.3 * error
    assert referral_delay(1.0, 2.0, 1.0) == pytest.approx(np.log(2))


def test_reputation_raises_touches_in_the_zero_moment_by_the_published_elasticities(world: World) -> None:
    t = float(world.p.end_day)
    s, p = world.s, world.p
    volume = s.review_volume * np.exp(-(t - s.reviews_day) / p.reviews_memory_days)
    expected = (volume / p.reviews_at_start) ** 0.236
    expected *= (s.review_valence / s.review_volume / p.valence_at_start) ** 0.417
    assert reputation_now(world, t) == pytest.approx(expected, rel=1e-12)
    stories = s.stories * np.exp(-(t - s.story_day) / p.story_memory_days)
    told = 1 + p.story_gain * stories / (stories + p.story_half)
    for phase, factor in (
        (Phase.STIMULUS, told),
        (Phase.ZERO_MOMENT, told * expected),
        (Phase.EVALUATION, 1.0),
        (Phase.FIRST_MOMENT, 1.0),
    ):
        assert talk_factor(world, phase, t) == pytest.approx(factor, rel=1e-12)


def test_stepping_changes_nothing(world: World) -> None:
    stepped = finished([*SELL, *ON], step=0.7)
    for name in ("outcomes", "deals", "exchanges"):
        rows = int(world.s[name])
        assert stepped.tables[name][:rows].tobytes() == world.tables[name][:rows].tobytes()
    assert stepped.tables["days"].tobytes() == world.tables["days"].tobytes()


def test_another_policy_takes_over_the_customers() -> None:
    """Visits begin when a policy that wants them takes over, for customers who are there already."""
    never = [one for one in ON if "farm_every_days" not in one]
    later = "horizon.changes=[{day=90, policy={organisation={farm_every_days=5}}}]"
    world = finished([*SELL, *never, later])
    assert world.tables["reps"].hours[:, Task.FARM].sum() > 0
    assert finished([*SELL, *never]).tables["reps"].hours[:, Task.FARM].sum() == 0


def test_every_event_after_the_sale_is_told() -> None:
    world = finished([*SELL, *ON], follow=FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    expected = {kind.value for kind in EventKind if EventKind.WISHED <= kind <= EventKind.CHURNED}
    assert expected <= set(notes.kind.tolist())
    unwatched = finished([*SELL, *ON])
    for name in ("outcomes", "deals"):
        rows = int(unwatched.s[name])
        assert world.tables[name][:rows].tobytes() == unwatched.tables[name][:rows].tobytes()


def test_a_customers_life_is_told_in_sentences() -> None:
    scenario = Scenario.load("considered", policy="recycle", overrides=[*SELL, *ON])
    told = life(scenario, [scenario.policy], simulated_customer(scenario))[scenario.policy.name]
    text = " / ".join(one.text for one in told)
    for phrase in ("is a customer with satisfaction", "renews for term 2", "visit 1 by the account owner"):
        assert phrase in text


def simulated_customer(scenario: Scenario) -> int:
    """Number of a counted buyer who renewed and was visited, in the first replication of seed 0."""
    buyers = simulate(scenario, seeds=1).buyers
    return int(buyers.loc[(buyers["renewals"] > 0) & (buyers["visits_made"] > 0), "number"].iloc[0])


def test_a_ceiling_below_the_boundary_and_an_unknown_journey_are_refused() -> None:
    for wrong in (
        "policy.organisation.deal_desk.ceiling_rate=0.05",
        'market.aftersale.referral_journey="by-post"',
        "policy.journeys.referral.organisation.farm_hours=2",
    ):
        with pytest.raises(InvalidInput):
            Scenario.load("considered", policy="recycle", overrides=[wrong])
    assert "organisation" not in LEVERS.names


TINY = [
    *SELL,
    *ON,
    "horizon.warmup_days=10",
    "horizon.counted_days=20",
    "horizon.follow_up_days=60",
    "market.demand.arrivals_per_day=3",
    "market.journeys.inbound-research.ready_now_rate=1",
    "market.journeys.inbound-research.ready_now_median_days=20",
]


def digest() -> list[str]:
    world = finished(TINY, seed=1)
    assert world.tables["days"].customers.sum() > 0
    tables = {name: world.tables[name][: int(world.s[name])] for name in ("exchanges", "deals", "outcomes")}
    tables |= {name: world.tables[name] for name in ("days", "reps")}
    return [rows[field].tobytes().hex() for rows in tables.values() for field in rows.dtype.names]


@pytest.mark.slow
def test_interpreted_and_compiled_customers_are_the_same(interpreted: Callable[[str], Any]) -> None:
    assert interpreted(__file__) == digest()


if __name__ == "__main__":
    print(json.dumps(digest()))
