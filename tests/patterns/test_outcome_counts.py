"""Counts behind published patterns of time, channels and customers, on a few rows counted by hand."""

from __future__ import annotations

from math import inf, log
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.experiment import outcome_counts as counts

NAN = float("nan")


@pytest.fixture
def two_runs() -> Any:
    """Two runs: four buyers in the first, one in the second."""
    buyers = pd.DataFrame(
        {
            "replication": [0, 0, 0, 0, 1],
            "number": [1, 2, 3, 4, 1],
            "journey": ["referral", "referral", "other", "other", "other"],
            "arrival_day": [0.0, 10.0, 0.0, 0.0, 5.0],
            "won_day": [20.0, NAN, 200.0, NAN, 15.0],
            "bought_day": [20.0, 90.0, 200.0, NAN, 15.0],
            "exchanges": [1, 1, 2, 1, 1],
            "satisfaction_rate": [0.9, NAN, 0.5, NAN, 0.7],
        }
    )
    exchanges = pd.DataFrame(
        {
            "replication": [0, 0, 0, 0, 0, 1],
            "number": [1, 2, 3, 3, 4, 1],
            "lap": [1, 1, 2, 1, 1, 1],
            "let_go_day": [0.5, 30.5, 150.5, 100.5, 2.5, 5.5],
            "first_attempt_day": [1.5, NAN, 151.0, 100.75, 42.5, 5.75],
        }
    )
    deals = pd.DataFrame(
        {
            "replication": [0, 0, 0, 1],
            "number": [1, 3, 3, 1],
            "journey": ["referral", "other", "other", "other"],
            "opened_day": [4.0, 160.0, 110.0, 6.0],
            "outcome": ["won", "won", "lost", "won"],
        }
    )
    days = pd.DataFrame(
        {
            "replication": [0] * 6 + [1],
            "day": [0, 29, 31, 61, 89, 90, 0],
            "wins": [1, 2, 4, 8, 16, 32, 64],
            "reviews": [0, 1, 0, 2, 0, 0, 3],
        }
    )
    runs = [SimpleNamespace(key=SimpleNamespace(replication=number)) for number in (0, 1)]
    return SimpleNamespace(runs=runs, buyers=buyers, exchanges=exchanges, deals=deals, days=days)


def test_wins_by_their_time(two_runs: Any) -> None:
    assert counts.won_between(-1, 30.5)(two_runs).tolist() == [[1, 2], [1, 1]]
    assert counts.won_between(182.5, inf)(two_runs).tolist() == [[1, 2], [0, 1]]


def test_the_first_opportunity_counts(two_runs: Any) -> None:
    assert counts.days_to_opportunity(two_runs).tolist() == [[4.0 + 110.0, 2], [1.0, 1]]


def test_a_journey_against_all(two_runs: Any) -> None:
    leads, deals = counts.leads_won_of("referral")(two_runs), counts.deals_won_of("referral")(two_runs)
    assert leads.tolist() == [[1, 2, 2, 4], [0, 0, 1, 1]]
    assert deals.tolist() == [[1, 1, 2, 3], [0, 0, 1, 1]]
    assert counts.against_all(leads.sum(axis=0)[None]) == pytest.approx((1 / 2) / (3 / 5))


def test_the_first_letting_go_counts_whatever_the_order_of_rows(two_runs: Any) -> None:
    assert counts.let_go_by(20)(two_runs).tolist() == [[2, 4], [1, 1]]
    assert counts.let_go_by(100.5)(two_runs).tolist() == [[4, 4], [1, 1]]


def test_the_unpursued_are_those_without_an_opportunity(two_runs: Any) -> None:
    assert counts.unpursued_who_bought(two_runs).tolist() == [[1, 2], [0, 0]]


def test_responses_are_of_first_laps_while_the_desk_is_open_and_in_time(two_runs: Any) -> None:
    """Days 2 and 30 are working days at noon; day 100 too; the second lap and the wait of 40 days are left out."""
    assert counts.response_hours(30)(two_runs).tolist() == [[24.0 + 6.0, 2], [6.0, 1]]


def test_wins_by_third_of_the_quarter(two_runs: Any) -> None:
    assert counts.wins_by_third(90.0)(two_runs).tolist() == [[8 + 16, 1 + 2 + 32], [0, 64]]


def test_what_customers_say(two_runs: Any) -> None:
    assert counts.reviews(two_runs).tolist() == [[3, 1], [3, 1]]
    assert counts.valence(two_runs) == pytest.approx(np.array([[1.4, 2], [0.7, 1]]))


def test_elasticity_of_a_power_law() -> None:
    sums = np.array([[100.0, 10.0, 50.0, 10.0], [400.0, 10.0, 50.0 * 4**0.3, 10.0]])
    assert counts.elasticity(sums) == pytest.approx(0.3)
    assert log(sums[1, 2] / sums[0, 2]) / log(4) == pytest.approx(0.3)


def test_improved_outcomes_are_counted_and_means_pooled() -> None:
    sums = np.array([[1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 3.0, 4.0]])
    assert counts.improved(sums) == 1.0
    assert counts.pooled_mean([0.25, 0.75])(np.array([[8.0, 4.0], [4.0, 4.0]])) == pytest.approx(5.0 / 4.0)
