"""The deal desk: what wishes cost, what waiting for an answer costs, and who gets the blame."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiment import simulate
from sim.experiment.levers.prices import LARGE
from sim.measure import Results
from sim.scenario import Scenario

pytestmark = pytest.mark.statistical


@pytest.fixture(scope="module")
def asked() -> Results:
    small = ["horizon.warmup_days=60", "horizon.counted_days=120", "horizon.follow_up_days=180"]
    overrides = [*small, *LARGE, "market.negotiation.wish_median_rate=0.12"]
    return simulate(Scenario.load("considered", policy="recycle", overrides=overrides), seeds=6)


def test_what_lies_inside_the_boundary_is_given_at_once_and_the_rest_up_to_the_ceiling(
    asked: Results,
) -> None:
    won = asked.deals[(asked.deals["outcome"] == "won") & asked.deals["allowed_day"].notna()]
    inside = won["wish_rate"] <= 0.1
    assert inside.sum() > 10 and (~inside).sum() > 10
    given = won["discount_value"] / won["deal_value"]
    assert (won.loc[inside, "allowed_day"] == won.loc[inside, "asked_day"]).all()
    np.testing.assert_allclose(given[inside], won.loc[inside, "wish_rate"], rtol=1e-9)
    np.testing.assert_allclose(given[~inside], np.minimum(won.loc[~inside, "wish_rate"], 0.25), rtol=1e-9)
    # Two business days are never less than two days.
    assert (won.loc[~inside, "allowed_day"] - won.loc[~inside, "asked_day"] >= 1.0).all()


def test_the_price_is_blamed_only_where_a_wish_was_not_met(asked: Results) -> None:
    blamed = asked.deals[asked.deals["reason"] == "price"]
    assert len(blamed)
    assert (blamed["wish_rate"] > 0).all()
    assert not (blamed["allowed_day"].notna() & (blamed["wish_rate"] <= 0.25)).any()


def test_wishes_follow_the_law_they_are_drawn_from(asked: Results) -> None:
    """Median 0.12, sigma 0.6: the share above the median is a half, within three standard errors."""
    wishes = asked.deals.loc[asked.deals["wish_rate"] > 0, "wish_rate"]
    above = (wishes > 0.12).mean()
    assert abs(above - 0.5) < 3 * 0.5 / np.sqrt(len(wishes))
    assert wishes.max() <= 0.5
