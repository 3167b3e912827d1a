"""Referrals that bring more buyers than they took: the ratio from trial runs, and what it means for a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli.group import relay
from sim.experiment import simulate
from sim.experiment.growth import branching_ratio, growth_warning
from sim.experiment.levers.prices import SELL
from sim.scenario import Scenario

pytestmark = pytest.mark.statistical

SOLD = (
    *SELL,
    "market.demand.arrivals_per_day=4",
    "horizon.warmup_days=60",
    "horizon.counted_days=60",
    "horizon.follow_up_days=240",
    "market.aftersale.referral_delay_days=1",
)


def referring(rate: float, *more: str) -> Scenario:
    """Customers who refer so many others, within days of the sale."""
    return Scenario.load("considered", "recycle", [*SOLD, f"market.aftersale.referral_rate={rate}", *more])


def test_the_ratio_is_that_of_referred_buyers_to_those_who_could_refer() -> None:
    scenario = referring(0.8)
    per_run = simulate(scenario, seeds=8).buyers.groupby("replication")["referrals"].mean()
    bound = 4 * per_run.std(ddof=1) / np.sqrt(len(per_run))
    assert abs(per_run.mean() - branching_ratio(scenario, seeds=8)) < bound


def test_it_grows_with_the_rate_alone() -> None:
    once, twice = branching_ratio(referring(2)), branching_ratio(referring(4))
    assert 0 < once == pytest.approx(twice / 2)


def test_the_journey_of_those_referred_is_the_one_that_counts() -> None:
    anyone = branching_ratio(referring(2))
    never = 'market.aftersale.referral_journey="replacement"'
    assert branching_ratio(referring(2, never)) != anyone


def test_from_one_on_generations_do_not_die_out_and_there_is_a_warning_with_the_number() -> None:
    rate = 1.5 / branching_ratio(referring(1))
    few, many = referring(0.5 * rate), referring(rate)
    assert growth_warning(few) == []
    (said,) = growth_warning(many)
    assert f"brings {branching_ratio(many):.2f} others" in said and f"referral_rate {rate:g}" in said
    last = [
        simulate(one, seeds=4).days.query("day >= 300 and day < 350")["referrals"].sum()
        for one in (few, many)
    ]
    assert last[1] > 5 * last[0]


def test_without_customers_nobody_is_referred() -> None:
    assert branching_ratio(referring(3, "market.choice.unassisted_value=-50", "policy.attempts=1",
                                     "policy.triage.bar=100")) == 0.0  # fmt: skip


def test_validate_says_so_unless_it_is_not_to_run_anything(tmp_path: Path) -> None:
    path = tmp_path / "fans.toml"
    path.write_text(
        'kind = "market"\nextends = "considered"\ntitle = "Fans"\nstory = "Everybody tells everybody. It grows."\n'
        'sources = ["assumption"]\n[market.aftersale]\nreferral_rate = 400\n[horizon]\nfollow_up_days = 200\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(relay, ["validate", str(path)])
    assert result.exit_code == 0 and "grow without bound" in result.output, result.output
    assert "grow without bound" not in CliRunner().invoke(relay, ["validate", str(path), "--no-run"]).output
