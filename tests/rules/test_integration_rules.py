"""Mechanisms of integration as rules: closed forms, limits, and nothing at all where they are off."""

from __future__ import annotations

from math import exp, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.integration import (
    coordinated_hours,
    follows_hand,
    given_up_chance,
    kept_with,
    lowered_rate,
    opens_later,
    own_effort,
    practised,
    recounted,
    repaired,
    stretched,
)
from sim.rules.trust import believed_share

share = st.floats(0, 1)


@given(rate=share, days=st.floats(0, 1e3))
def test_a_mechanism_that_is_off_changes_nothing_to_the_bit(rate: float, days: float) -> None:
    assert kept_with(rate, 0.0, 0.0) == rate
    assert lowered_rate(rate, 0.0) == rate
    assert stretched(days, 0.0, 0.5, 0.2) == days
    assert coordinated_hours(days, 0.0) == days
    assert repaired(rate, 0.7, 0.0) == rate
    assert opens_later(days, 4, 3.0, 0.0, 0.2) == 0.0
    assert given_up_chance(0.0, days, 10.0) == 0.0
    assert follows_hand(-days, 1.0, inf)


def test_practice_grows_from_nothing() -> None:
    assert practised(0.0, 180.0, 0.0) == 0.0
    assert practised(180.0, 180.0, 0.0) == pytest.approx(1 - exp(-1))
    assert practised(90.0, 180.0, 1.0) == pytest.approx(1 - exp(-1))
    assert practised(1e9, 180.0, 0.0) == 1.0


def test_what_the_medium_loses_is_kept_in_part() -> None:
    assert kept_with(0.5, 0.9, 0.0) == pytest.approx(0.95)
    assert kept_with(0.5, 0.0, 0.3) == pytest.approx(0.65)
    assert kept_with(0.5, 0.9, 0.3) == pytest.approx(1 - 0.5 * 0.1 * 0.7)


@given(rate=st.floats(0.01, 0.99), weight=st.floats(0.01, 5))
def test_odds_fall_by_the_weight(rate: float, weight: float) -> None:
    lower = lowered_rate(rate, weight)
    assert lower / (1 - lower) == pytest.approx(rate / (1 - rate) * exp(-weight))
    assert lowered_rate(1.0, weight) == 1.0 and lowered_rate(0.0, weight) == 0.0


@given(
    prior=st.floats(0.05, 0.9), strength=st.floats(0.5, 50), good=st.floats(0, 50), bad=st.floats(0, 50),
    rise=st.floats(0, 0.9),
)  # fmt: skip
def test_what_is_remembered_agrees_with_what_is_believed(
    prior: float, strength: float, good: float, bad: float, rise: float
) -> None:
    now = believed_share(prior, strength, good, bad)
    wanted = now + rise * (0.95 - now) if now < 0.95 else now
    more_good, less_bad = recounted(prior, strength, good, bad, wanted)
    assert believed_share(prior, strength, more_good, less_bad) == pytest.approx(wanted, abs=1e-9)
    assert more_good >= good - 1e-9 and -1e-12 <= less_bad <= bad + 1e-9


def test_talking_restores_up_to_what_is_fair() -> None:
    assert repaired(0.3, 0.7, 0.25) == pytest.approx(0.4)
    assert repaired(0.8, 0.7, 0.25) == 0.8


def test_the_aim_opens_later_with_the_queue_up_to_a_limit() -> None:
    assert opens_later(12, 4, 3.0, 0.02, 0.2) == 0.0
    assert opens_later(20, 4, 3.0, 0.02, 0.2) == pytest.approx(0.04)
    assert opens_later(4000, 4, 3.0, 0.02, 0.2) == 0.2


def test_only_who_is_far_is_neglected() -> None:
    assert stretched(10.0, 1.5, 0.3, 0.2) == 25.0
    assert stretched(10.0, 1.5, 0.2, 0.2) == 10.0


def test_a_raised_hand_counts_from_the_agreed_bar_on() -> None:
    assert follows_hand(0.4, 0.5, 0.1) and not follows_hand(0.39, 0.5, 0.1)


def test_who_will_hardly_come_in_time_is_given_up() -> None:
    assert given_up_chance(0.8, 50.0, 50.0) == pytest.approx(0.8 * exp(-1))
    assert given_up_chance(0.8, 50.0, inf) == 0.0
    assert given_up_chance(0.8, 500.0, 50.0) > given_up_chance(0.8, 50.0, 50.0)


def test_free_riding_grows_with_the_number_of_those_who_share() -> None:
    assert own_effort(0.0, 10) == 1.0 and own_effort(0.3, 1) == 1.0
    assert own_effort(0.3, 2) == pytest.approx(0.85)
    assert own_effort(0.3, 10) == pytest.approx(0.73)


def test_hours_contain_their_share_of_coordination() -> None:
    assert coordinated_hours(3.0, 0.25) == 4.0
