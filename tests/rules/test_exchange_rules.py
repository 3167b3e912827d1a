"""The exchange: speeds at the pass, what is ignored, what qualifies, and the one word for it."""

from __future__ import annotations

from itertools import product
from math import exp, log
from sys import float_info
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.exchange import (
    fresh_intent,
    ignore_probability,
    qualified_probability,
    readiness,
    speed_after_pass,
    speed_lost_rate,
    verdict,
)
from sim.vocabulary import Outcome, Verdict

epsilon = float_info.epsilon
speeds = st.floats(0.0, 20.0)
FAULTS = [Verdict.EARLY, Verdict.LATE, Verdict.OBSTRUCTED, Verdict.SLOW, Verdict.PUSHED]


@given(speeds, speeds)
def test_the_pass_conserves_or_loses_speed(incoming, outgoing) -> None:
    after, lost = speed_after_pass(incoming, outgoing), speed_lost_rate(incoming, outgoing)
    assert 0.0 <= lost <= 1.0 and after <= incoming
    assert abs(after - incoming * (1.0 - lost)) <= 4 * epsilon * incoming


def test_readiness_starts_at_rest_and_ends_at_the_top() -> None:
    assert readiness(0.05, 0.0, 0.5) == 0.0
    assert readiness(0.05, 0.5, 0.5) == pytest.approx(0.05 * (1 - exp(-1)))
    assert readiness(0.05, 1e3, 0.5) == 0.05


@pytest.mark.parametrize("faults", list(product([False, True], repeat=5)))
def test_a_pass_is_called_by_its_gravest_fault(faults) -> None:
    early, late, slow, pushed, obstructed = faults
    told = dict(zip(FAULTS, (early, late, obstructed, slow, pushed), strict=True))
    gravest = next((fault for fault in FAULTS if told[fault]), Verdict.CLEAN)
    assert verdict(Outcome.PASSED, *faults) == gravest


@pytest.mark.parametrize("outcome", [one for one in Outcome if one != Outcome.PASSED])
def test_without_a_pass_the_outcome_is_the_verdict(outcome) -> None:
    assert Verdict(verdict(outcome, True, True, True, True, True)).name == outcome.name


def odds(probability: float) -> float:
    return probability / (1 - probability)


def test_ignoring_has_the_odds_of_a_logistic_law() -> None:
    """Neutral trust and an empty queue give the rate itself; leads and trust move its log odds."""
    assert ignore_probability(0.3, 0.0, 0.5, 2.0, 0.0, 0.02) == pytest.approx(0.3)
    longer = ignore_probability(0.3, 0.0, 0.5, 2.0, 10.0, 0.02)
    assert log(odds(longer)) - log(odds(0.3)) == pytest.approx(0.2)
    trusted = ignore_probability(0.3, 0.0, 1.0, 2.0, 0.0, 0.02)
    assert log(odds(trusted)) - log(odds(0.3)) == pytest.approx(-1.0)


def test_what_is_tracked_is_not_ignored() -> None:
    assert ignore_probability(0.7, 1.0, 0.0, 2.0, 50.0, 0.02) == 0.0
    assert ignore_probability(0.7, 0.25, 0.5, 2.0, 0.0, 0.02) == pytest.approx(0.75 * 0.7)
    assert ignore_probability(1.0, 0.25, 0.5, 2.0, 0.0, 0.02) == 0.75
    assert ignore_probability(0.0, 0.0, 0.0, 9.0, 99.0, 9.0) == 0.0


WEIGHTS = SimpleNamespace(
    qualify_base_value=1.0,
    qualify_fit_value=2.0,
    qualify_early_value=-12.0,
    qualify_momentum_value=4.0,
    qualify_intent_value=1.5,
)


def test_qualification_falls_with_every_step_before_the_zone() -> None:
    inside = qualified_probability(0.7, 0.5, 0.0, 0.5, 0.0, WEIGHTS)
    assert inside == qualified_probability(0.5, 0.5, 0.0, 0.5, 0.0, WEIGHTS)
    assert inside == pytest.approx(1 / (1 + exp(-1)))
    early = qualified_probability(0.4, 0.5, 0.0, 0.5, 0.0, WEIGHTS)
    assert log(odds(early)) == pytest.approx(1.0 - 1.2)
    assert log(odds(qualified_probability(0.7, 0.5, 0.0, 1.0, 0.0, WEIGHTS))) == pytest.approx(3.0)


def test_who_is_still_on_the_move_or_has_just_raised_a_hand_qualifies_more_easily() -> None:
    moving = qualified_probability(0.7, 0.5, 0.1, 0.5, 0.0, WEIGHTS)
    assert log(odds(moving)) == pytest.approx(1.0 + 0.4)
    eager = qualified_probability(0.7, 0.5, 0.0, 0.5, fresh_intent(2.0, 1.0), WEIGHTS)
    assert log(odds(eager)) == pytest.approx(1.0 + 1.5 * exp(-2))
