"""The deal desk: what wishes cost, what waiting for an answer costs, and who gets the blame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.experiment import simulate
from sim.measure import Results
from sim.scenario import Scenario

from .test_levers import DOWN, UP, per_run

SELL = (
    "team.reps.count=40",
    "policy.triage.ignore_rate=0",
    "policy.recycling.reasons=[]",
    "market.choice.base_value=4",
    "market.clock.pull_forward_rate=0.95",
)
ASK = (*SELL, "market.negotiation.demand_rate=1")
LARGE = (*ASK, "market.negotiation.wish_median_rate=0.4", "market.negotiation.price_value=15")
STRICT = ("policy.organisation.deal_desk.boundary_rate=0", "policy.organisation.deal_desk.ceiling_rate=0")

LEVERS: list[tuple[str, tuple[str, ...], tuple[str, ...], Any, str]] = [
    # what is shown, unchanged, the one change, measure, direction
    ("wishes cost margin", SELL, ("market.negotiation.demand_rate=1",), "discount_rate", UP),
    ("small wishes cost little", ASK, ("market.negotiation.wish_median_rate=0.02",), "discount_rate", DOWN),
    ("wishes all alike stay inside the boundary", ASK,
     ("market.negotiation.wish_spread=0",), "approval_days", DOWN),
    ("a refused wish costs deals", (*LARGE, *STRICT, "market.negotiation.price_value=0"),
     ("market.negotiation.price_value=20",), "win_rate", DOWN),
    ("a refused wish is a reason of its own", (*LARGE, *STRICT, "market.negotiation.price_value=0"),
     ("market.negotiation.price_value=20",), "price_loss_rate", UP),
    ("a narrow boundary makes deals wait", ASK,
     ("policy.organisation.deal_desk.boundary_rate=0.01",), "approval_days", UP),
    ("a narrow boundary makes paperwork", ASK,
     ("policy.organisation.deal_desk.boundary_rate=0.01",), per_run("reps", "desk_hours", "sum"), UP),
    ("a high ceiling costs margin", LARGE,
     ("policy.organisation.deal_desk.ceiling_rate=0.5",), "discount_rate", UP),
    ("a high ceiling saves deals", (*LARGE, *STRICT),
     ("policy.organisation.deal_desk.ceiling_rate=0.5",), "price_loss_rate", DOWN),
    ("a slow desk makes the cycle longer", LARGE,
     ('policy.organisation.deal_desk.approval_delay="20 days"',), "sales_cycle_days", UP),
    ("a slow desk loses deals over the price", LARGE,
     ('policy.organisation.deal_desk.approval_delay="20 days"',), "price_loss_rate", UP),
    ("requests take the rep's time", LARGE,
     ("policy.organisation.deal_desk.approval_hours=5",), per_run("reps", "desk_hours", "sum"), UP),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "change", "measure", "direction"), [pytest.param(*lever[1:], id=lever[0]) for lever in LEVERS]
)
def test_lever(
    effect: Any, base: tuple[str, ...], change: tuple[str, ...], measure: Any, direction: str
) -> None:
    shown = effect("considered", "recycle", base, change, measure)
    assert getattr(shown, direction), shown


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
