"""What pay and mistrust bring about although no rule speaks of it: months' ends, quarters' ends, and a spiral."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from sim.experiment import simulate
from sim.measure import Results
from sim.scenario import Scenario

pytestmark = pytest.mark.statistical

SEEDS = 12
PERIOD = 91.25
SHAPE = ("horizon.warmup_days=0", "horizon.counted_days=365", "horizon.follow_up_days=120",
         "team.reps.count=40", 'policy.triggers=["score"]')  # fmt: skip


def run(*overrides: str, policy: str = "recycle", seeds: int = SEEDS) -> Results:
    scenario = Scenario.load("considered", policy=policy, overrides=[*SHAPE, *overrides])
    results = simulate(scenario, seeds=seeds)
    assert not len(results.failures)
    return results


def rises(values: Any) -> bool:
    """Whether the mean lies above zero by more than the noise of a 99.9 % interval."""
    values = np.asarray(values, dtype=float)
    noise = student.ppf(0.9995, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return bool(values.mean() > noise)


def by_run(rows: Any, flag: Any, chosen: Any) -> np.ndarray:
    """Share of chosen rows with a flag, one number per replication."""
    return np.asarray(flag[chosen].groupby(rows["replication"][chosen]).mean(), dtype=float)


def bar_drop(results: Results) -> np.ndarray:
    """How many more leads go below the aim in the last quarter of a pay period than in the first."""
    rows = results.exchanges
    place = rows["let_go_day"] % PERIOD / PERIOD
    below = rows["score"] < rows["zone_open"] - 1e-6
    return by_run(rows, below, place > 0.75) - by_run(rows, below, place < 0.25)


PAID = ("policy.organisation.lead_target_per_month=2000", f"policy.organisation.pay_period_days={PERIOD}",
        "policy.organisation.usual_days=60")  # fmt: skip


def test_paid_by_the_lead_marketing_lowers_its_bar_as_the_period_runs_out() -> None:
    assert rises(bar_drop(run('policy.organisation.marketing_paid_for="lead-count"', *PAID)))


def test_paid_for_revenue_it_does_not() -> None:
    results = run('policy.organisation.marketing_paid_for="revenue"', *PAID)
    assert not rises(bar_drop(results))
    rows = results.exchanges
    assert (rows["score"] < rows["zone_open"] - 0.1).mean() < 0.02


def test_a_target_that_is_safe_leaves_the_bar_where_it_is() -> None:
    safe = ("policy.organisation.lead_target_per_month=1", *PAID[1:])
    rows = run('policy.organisation.marketing_paid_for="lead-count"', *safe).exchanges
    assert (rows["score"] < rows["zone_open"] - 1e-6).mean() < 0.01


QUARTERLY = ("policy.organisation.push_discount_rate=0.15", "policy.organisation.push_gain=0.3",
             "market.clock.pull_forward_rate=0.9", "market.choice.base_value=3")  # fmt: skip


def bunching(results: Results) -> np.ndarray:
    """Share of won deals chosen in the last twelfth of a quarter, less the twelfth that an even spread would give.

    The first quarter is left out: deals take a while to come.
    """
    won = results.buyers[results.buyers["lap_won"] > 0]
    late = won["bought_day"] % PERIOD > PERIOD * 11 / 12
    return by_run(won, late, won["bought_day"] > PERIOD) - 1 / 12


def test_paid_by_the_quarter_sales_closes_with_discounts_at_its_end() -> None:
    results = run('policy.organisation.sales_paid_for="quarter"', *QUARTERLY, seeds=2 * SEEDS)
    assert rises(bunching(results))
    pushed = results.deals[results.deals["pushed"] & (results.deals["outcome"] == "won")]
    assert (pushed["discount_value"] > 0).all() and len(pushed) > SEEDS
    np.testing.assert_allclose(pushed["discount_value"], 0.15 * pushed["deal_value"])
    np.testing.assert_allclose(pushed["revenue_value"], 0.85 * pushed["deal_value"])


def test_paid_for_customers_for_life_it_does_not() -> None:
    results = run('policy.organisation.sales_paid_for="lifetime"', *QUARTERLY, seeds=2 * SEEDS)
    assert not rises(bunching(results))
    assert results.value("discount_rate") == 0


# Reps know from the start that fewer than half of the leads come to something (T2.6, T2.8).
SPIRAL = ("team.learning.trust_memory=60", "team.reps.trust_rate=0.4", "team.learning.withhold_rate=0.8",
          "team.learning.spite_shift=0.5", "policy.batch_hours=0", "policy.attempts=6")  # fmt: skip


def course(results: Results, column: str) -> np.ndarray:
    """How much a belief has changed from the first month to the last, one number per replication."""
    days = results.days[results.days["day"] < 365]
    first = days[days["day"] < 30].groupby("replication")[column].mean()
    last = days[days["day"] >= 335].groupby("replication")[column].mean()
    return np.asarray(last - first, dtype=float)


def test_mistrust_feeds_itself_in_an_unaligned_firm() -> None:
    results = run(*SPIRAL, policy="today")
    assert rises(-course(results, "trust_rate"))
    assert rises(-course(results, "regard_rate"))
    assert rises(course(results, "conflict_rate"))


def test_tracking_what_becomes_of_leads_stops_it() -> None:
    results = run(*SPIRAL, "policy.triage.tracking_rate=0.98", policy="today")
    assert not rises(course(results, "conflict_rate"))
    assert rises(course(results, "regard_rate"))


def test_without_learning_nothing_moves() -> None:
    results = run(*SPIRAL[1:], policy="today")
    np.testing.assert_allclose(results.days["trust_rate"], 0.4)
    np.testing.assert_allclose(results.days["regard_rate"], 0.5)
