"""Regret and satisficing on tables that can be checked by hand, and the coverage of their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from sim.experiment.robustness.regret import Good, standings

from .conftest import stream, table

POINTS = np.arange(4.0)[:, None]
FIRST = np.array([10.0, 10.0, 10.0, 10.0])
OTHER = np.array([12.0, 4.0, 10.0, 9.6])


def by_policy(direction: str = "higher", good: Good | None = None):
    luck = np.array([-1.0, 0.0, 1.0])  # common to both, so it cancels
    runs = table(POINTS, FIRST[:, None] + luck, OTHER[:, None] + luck)
    return {one.policy: one for one in standings(runs, direction, good or Good())}


class TestByHand:
    def test_regret(self) -> None:
        found = by_policy()
        assert list(found) == ["a", "b"]
        assert found["a"].mean_regret == pytest.approx(2 / 4)
        assert found["b"].mean_regret == pytest.approx((6 + 0.4) / 4)
        assert found["a"].most_regret == pytest.approx(2)
        assert (found["a"].worst_world, found["b"].worst_world) == (0, 1)
        assert found["b"].behind == pytest.approx(found["b"].mean_regret - found["a"].mean_regret)
        assert found["b"].p90_regret == pytest.approx(np.quantile([0, 6, 0, 0.4], 0.9))

    def test_less_may_be_better(self) -> None:
        found = by_policy("lower")
        assert list(found) == ["b", "a"]
        assert found["a"].mean_regret == pytest.approx((6 + 0.4) / 4)

    def test_good_enough(self) -> None:
        assert by_policy()["b"].good_share == 0.75  # 12, 10 and 9.6, which is within 5% of 10
        assert by_policy(good=Good(within=0.01))["b"].good_share == 0.5
        assert by_policy(good=Good(least=9.9))["b"].good_share == 0.5
        assert by_policy("lower", Good(least=9.9))["b"].good_share == 0.5

    def test_best_is_shared_where_values_are_equal(self) -> None:
        found = by_policy()
        assert (found["a"].best_share, found["b"].best_share) == (0.75, 0.5)

    def test_within_a_share_of_negative_values(self) -> None:
        good = Good(within=0.1).holds(np.array([[-100.0], [-109.0], [-111.0]]), "higher")
        assert good[:, 0].tolist() == [1, 1, 0]


@pytest.mark.statistical
def test_intervals_hold_the_mean_over_all_worlds() -> None:
    """Regret of the worse policy is 1 + x over worlds x between 0 and 1: on average 1.5."""
    repeats, covered = 60, 0
    for seed in range(repeats):
        luck = stream(seed)
        points = luck.random((40, 1))
        common = luck.standard_normal(5)
        runs = [gain + common + 0.2 * luck.standard_normal((40, 5)) for gain in (1 + points, 0 * points)]
        worse = standings(table(points, *runs), "higher", Good())[1]
        covered += worse.behind_low <= 1.5 <= worse.behind_high
    assert covered >= binom.ppf(0.0001, repeats, 0.95)
