"""Where theory says what must happen at the ends of a lever, it happens."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.experiment import simulate
from sim.scenario import Scenario

from .conftest import SMALL, by_seed, results_of

pytestmark = pytest.mark.statistical

POLICIES = ("today", "speed-to-lead", "patient", "warm-introduction", "recycle", "throw-over-the-wall")


def frames_equal(a: Any, b: Any) -> bool:
    """Whether two runs left the same buyers, exchanges and deals, whatever their policies are called."""
    return all(
        getattr(a, name)
        .drop(columns=["policy", "scenario"])
        .equals(getattr(b, name).drop(columns=["policy", "scenario"]))
        for name in ("buyers", "exchanges", "deals", "days")
    )


def test_the_exchange_has_an_interior_optimum(effect: Any) -> None:
    """With scarce reps: too early drowns them in buyers who are not ready, too late leaves buyers to others."""
    base = ("team.reps.count=8", 'policy.triggers=["score"]', "market.demand.arrivals_per_day=20")
    for end in ("policy.aim.shift=-0.55", "policy.aim.shift=0.5"):
        shown = effect(
            "considered", "no-recycle", (*base, end), ("policy.aim.shift=0.2",), "closed_won_count"
        )
        assert shown.rises, (end, shown)


def test_a_point_zone_is_never_hit() -> None:
    point = ("market.journeys.inbound-research.zone=[0.6, 0.6]", "policy.triage.ignore_rate=0")
    exchanges = results_of("considered", "recycle", point).exchanges
    passed = exchanges[(exchanges["outcome"] == "passed") & (exchanges["journey"] == "inbound-research")]
    assert len(passed) > 100
    assert (passed["early"] | passed["late"]).all()


def test_without_preparation_nobody_runs_up() -> None:
    for checkmark in ("0.1", '"never"'):
        overrides = ("policy.prepare_hours=0", f"policy.checkmark={checkmark}")
        assert results_of("considered", "recycle", overrides).reps["prepare_hours"].sum() == 0
    assert results_of("considered", "recycle", ()).reps["prepare_hours"].sum() > 0


def test_perfect_information_never_passes_early() -> None:
    perfect = (
        "team.marketers.score_noise=0", "team.marketers.score_bias=0", 'policy.triggers=["score"]',
        "policy.aim.shift=0", "policy.triage.ignore_rate=0", "market.cooling.grace_days=1000",
        "market.exchange.qualify_base_value=-50", "market.choice.fallback_position=0.95",
        "market.journeys.event-led.switch.inbound-research=0",
    )  # fmt: skip
    exchanges = results_of("considered", "no-recycle", perfect).exchanges
    passed = exchanges[exchanges["outcome"] == "passed"]
    assert len(passed) > 100
    assert not passed["early"].any()
    noisy = results_of("considered", "no-recycle", (*perfect, "team.marketers.score_noise=0.3")).exchanges
    assert noisy[noisy["outcome"] == "passed"]["early"].mean() > 0.1


def test_widening_the_aim_removes_no_fault() -> None:
    narrow = results_of("considered", "recycle", ("policy.aim.width=0.01",))
    wide = results_of("considered", "recycle", ("policy.aim.width=0.9",))
    assert frames_equal(narrow, wide)


@pytest.mark.parametrize("market", ["considered", "web-leads", "car-seat", "olist"])
def test_without_pull_forward_no_policy_moves_who_has_bought(market: str) -> None:
    bought = [
        simulate(
            Scenario.load(market, policy=policy, overrides=[*SMALL, "market.clock.pull_forward_rate=0"]), seeds=2
        ).buyers.sort_values(["replication", "number"])["bought_day"].to_numpy()
        for policy in POLICIES
    ]  # fmt: skip
    assert len(bought[0]) > 50
    for other in bought[1:]:
        np.testing.assert_array_equal(bought[0], other)


def test_policies_hardly_move_who_has_bought_within_a_year() -> None:
    overrides = ("horizon.follow_up_days=365", "market.demand.arrivals_per_day=20")
    shares = [
        by_seed(results_of("considered", policy, overrides), "bought_from_anyone_rate") for policy in POLICIES
    ]
    for a, b in itertools.combinations(shares, 2):
        difference = a - b
        bound = 3 * difference.std(ddof=1) / np.sqrt(len(difference))
        assert abs(difference.mean()) <= 0.03 + bound


def test_policies_meet_the_same_buyers_with_the_same_luck() -> None:
    latent = ["number", "segment", "arrival_day", "fit_rate", "deal_value", "clock_day", "ready_now"]
    seen = [
        results_of("considered", policy, ())
        .buyers.sort_values(["replication", "number"])[latent].reset_index(drop=True)
        for policy in POLICIES
    ]  # fmt: skip
    for other in seen[1:]:
        assert seen[0].equals(other)


def test_a_policy_that_never_acts_differently_gives_the_identical_run() -> None:
    plain = results_of("considered", "recycle", ())
    # Levers that cannot act: a quota nobody listens to, an age nobody asks for, an overlap pace without overlap.
    idle = ("policy.age_days=5", "policy.overlap_pace_per_day=0.9", "policy.introduction_conveys_rate=1")
    assert frames_equal(plain, results_of("considered", "recycle", idle))


class TestTheDeadlineFact:
    """Losing only the deadline costs where deadlines are hard, and next to nothing where there are none."""

    LOSES = ('team.media.selective.loses=["deadline"]',)

    @staticmethod
    def market(name: str, folder: Path) -> str:
        """A market like another whose teams pass leads on in a medium that can lose single facts."""
        file = folder / f"{name}.toml"
        story = "A market to lose one fact in. Nothing else differs."
        file.write_text(
            f'kind = "market"\nextends = "{name}"\ntitle = "Selective"\nstory = "{story}"\nsources = ["assumption"]\n'
            "[team.media.selective]\nretention = 0.998\nloses = []\n"
        )
        return str(file)

    def test_costs_where_deadlines_are_hard(self, effect: Any, tmp_path: Path) -> None:
        base = (
            "policy.recycling.reasons=[]", "horizon.follow_up_days=300", 'policy.medium="selective"',
            "market.demand.arrivals_per_day=20", "team.reps.count=12",
        )  # fmt: skip
        shown = effect(self.market("car-seat", tmp_path), "recycle", base, self.LOSES, "closed_won_count")
        assert shown.falls, shown

    def test_hardly_matters_where_there_are_none(self, effect: Any, tmp_path: Path) -> None:
        base = ("policy.recycling.reasons=[]", "team.reps.count=20", 'policy.medium="selective"')
        shown = effect(self.market("considered", tmp_path), "recycle", base, self.LOSES, "closed_won_count")
        assert abs(shown.mean) <= 0.05 * shown.before + shown.noise


def test_recycling_is_worth_more_where_clocks_are_long(effect: Any) -> None:
    """The share of revenue that recycling adds, with most buyers ready now against most of them not."""
    base = ("team.reps.count=30", "horizon.follow_up_days=365", "market.demand.arrivals_per_day=20")
    back = ('policy.recycling.reasons=["timing", "no-decision", "fit", "unreached"]',)
    gains = []
    for ready in ("0.9", "0.0"):
        clocks = tuple(
            f"market.journeys.{journey}.ready_now_rate={ready}"
            for journey in ("inbound-research", "event-led", "referral", "replacement")
        )
        before = by_seed(results_of("considered", "no-recycle", (*base, *clocks)), "closed_won_count")
        after = by_seed(results_of("considered", "no-recycle", (*base, *clocks, *back)), "closed_won_count")
        gains.append((after - before) / before.mean())
    difference = gains[1] - gains[0]
    assert difference.mean() > 3 * difference.std(ddof=1) / np.sqrt(len(difference)), gains
