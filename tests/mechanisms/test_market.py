"""The market that moves: season, drift, and rivals that learn from our slowness."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import norm

from sim.events.loop import CEILING, DONE, GROW, advance
from sim.events.rows import World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.experiment import simulate
from sim.experiment.ceiling import ceiling_warning, demand_multiples
from sim.scenario import InvalidInput, Scenario
from sim.vocabulary import EventKind

pytestmark = pytest.mark.statistical


def finished(scenario: Scenario, seed: int = 1, follow: int = FOLLOW_NOBODY) -> World:
    world = new_world(scenario, seed, follow)
    while (code := advance(world, float(world.p.end_day))) != DONE:
        assert code == GROW
        grow(world)
    return world


SEASONED = [
    "horizon.warmup_days=0", "horizon.counted_days=365.25", "horizon.follow_up_days=1",
    "market.demand.arrivals_per_day=8", "market.demand.weekday_profile=[1,1,1,1,1,1,1]",
    f"market.demand.hour_profile={[1] * 24}",
    "market.demand.season_amplitude=0.6", "market.demand.season_peak_day=80",
]  # fmt: skip


def test_the_season_moves_arrivals_by_the_closed_form() -> None:
    world = finished(Scenario.load("considered", overrides=SEASONED))
    found = world.tables["days"].arrivals[:365]
    day = np.arange(365)
    turn = 2 * math.pi / 365.25
    # the integral of the rate over each day
    swing = 0.6 / turn * (np.sin(turn * (day + 1 - 80)) - np.sin(turn * (day - 80)))
    expected = 8 * (1 + swing)
    for months in np.array_split(day, 6):
        mean = expected[months].sum()
        assert abs(found[months].sum() - mean) < norm.ppf(1 - 1e-6) * math.sqrt(mean)
    # Poisson counts weighted with the cosine give the amplitude back
    weight = np.cos(turn * (day + 0.5 - 80))
    estimate = 2 * (weight @ found) / (365 * 8)
    error = 2 * math.sqrt((weight**2) @ expected) / (365 * 8)
    assert abs(estimate - 0.6) < norm.ppf(1 - 1e-6) * error


def test_a_season_above_the_ceiling_stops_the_run() -> None:
    scenario = Scenario.load("considered", overrides=[*SEASONED, "market.demand.ceiling=1.3"])
    world = new_world(scenario, 1)
    while (code := advance(world, float(world.p.end_day))) == GROW:
        grow(world)
    assert code == CEILING


def test_validate_says_when_the_ceiling_would_be_passed() -> None:
    scenario = Scenario.load("considered", overrides=[*SEASONED, "market.demand.ceiling=1.3"])
    (said,) = ceiling_warning(scenario)
    world = new_world(scenario, 1)
    while advance(world, float(world.p.end_day)) == GROW:
        grow(world)
    # 1 + 0.6 cos(x) = 1.3 a sixth of a year before the peak
    day = 365.25 + 80 - 365.25 / 6 if 80 - 365.25 / 6 < 0 else 80 - 365.25 / 6
    assert f"on day {math.floor(day)} " in said and "1.6 times" in said
    assert day <= world.s.now < day + 10
    assert not ceiling_warning(Scenario.load("considered", overrides=SEASONED))
    spending = ["market.channels.search.spend_per_day_value=100", "market.channels.search.half_response=9",
                "policy.spend.search=9"]  # fmt: skip
    assert demand_multiples(
        Scenario.load("considered", overrides=[*SEASONED, *spending])
    ).max() == pytest.approx(1.6 * 9 * 10 / 18, rel=1e-4)


def engagements(learning: float, delay: str) -> tuple[float, int]:
    """Rivals' engagements per buyer and the buyers, all events logged."""
    overrides = [
        "horizon.warmup_days=60", "horizon.counted_days=60", "horizon.follow_up_days=60",
        "team.reps.count=40", "team.calendar.round_the_clock=true", "policy.triage.ignore_rate=0",
        f'policy.routing_delay="{delay}"', "policy.attempt_spacing=0.01", "policy.attempts=60",
        'policy.checkmark="never"', "policy.prepare_hours=0", 'policy.response_target="none"',
        "market.rivals.incumbent.learning_limit=10", "market.rivals.challenger.learning_rate=0",
        f"market.rivals.incumbent.learning_rate={learning}",
    ]  # fmt: skip
    world = finished(Scenario.load("considered", policy="recycle", overrides=overrides), 1, FOLLOW_ALL)
    notes = world.tables["notes"][: int(world.s.notes)]
    theirs = (notes.kind == EventKind.RIVAL_ENGAGED) & (notes["first"] == 0)
    return float(theirs.sum()) / float(world.s.buyers_in), int(theirs.sum())


def test_learning_rivals_engage_more_only_where_we_are_slow() -> None:
    (slow, many), (slow_learned, more) = engagements(0, "10 days"), engagements(2, "10 days")
    spread = norm.ppf(1 - 1e-6) * math.sqrt(1 / many + 1 / more)
    assert math.log(slow_learned / slow) > spread
    # Answering within the hour leaves next to nothing to learn: two per cent of slow_days at the most.
    (fast, few), (fast_learned, others) = engagements(0, "1 min"), engagements(2, "1 min")
    assert abs(math.log(fast_learned / fast)) < math.log1p(2 * 0.25) + norm.ppf(1 - 1e-6) * math.sqrt(
        1 / few + 1 / others
    )
    assert math.log(fast_learned / fast) < math.log(slow_learned / slow)


def test_rivals_know_each_journey_apart() -> None:
    slow_referrals = [
        "team.reps.count=40", "policy.triage.ignore_rate=0", "market.attention.answer_rate=0.9",
        "market.rivals.incumbent.learning_rate=1", 'policy.journeys.referral.routing_delay="20 days"',
        "horizon.warmup_days=60", "horizon.counted_days=60", "horizon.follow_up_days=60",
    ]  # fmt: skip
    world = finished(Scenario.load("considered", policy="recycle", overrides=slow_referrals))
    mind = world.tables["rivals"][0]
    wait = mind.waited / (mind.seen + 1)
    journeys = list(Scenario.load("considered").market.journeys)
    others = [wait[place] for place, name in enumerate(journeys) if name != "referral"]
    assert wait[journeys.index("referral")] > 2 * max(others)
    assert world.tables["rivals"][1].seen.sum() == 0  # the other one does not learn


MISTAKES = [
    ("market.demand.season_amplitude=1.5", "out of range"),
    ("market.demand.season_peak_day=-3", "market.demand.season_peak_day"),
    ("market.channels.email.drift_per_year=9", "more than 5"),
    ("market.rivals.incumbent.learning_limit=0.5", "learning_limit"),
    ("market.rivals.incumbent.slow_days=0", "slow_days"),
]


@pytest.mark.parametrize(("override", "said"), MISTAKES)
def test_impossible_values_are_refused(override: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        Scenario.load("considered", overrides=[override])


def test_everything_off_is_the_same_run() -> None:
    def trace(overrides: Sequence[str]) -> str:
        small = ["horizon.warmup_days=10", "horizon.counted_days=20", "horizon.follow_up_days=30"]
        results = simulate(Scenario.load("considered", policy="recycle", overrides=[*small, *overrides]))
        return str(results.buyers.to_csv()) + str(results.exchanges.to_csv())

    idle = ["market.demand.season_peak_day=77", "market.rivals.incumbent.learning_limit=9",
            "market.rivals.incumbent.slow_days=0.1", "team.tasks.engage=3"]  # fmt: skip
    assert trace(idle) == trace([])
