"""The closed forms of price, satisfaction and reputation."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.price import LARGEST_WISH, allowed_discount, capped_wish, price_utility
from sim.rules.reputation import LEAST_SHARE, remembered, reputation_factor, story_factor
from sim.rules.satisfaction import (
    care,
    clamped,
    logistic,
    overselling,
    referral_delay,
    renewal_probability,
    review_chance,
    satisfaction_at_sale,
)

share = st.floats(0, 1)


@given(wish=share, given_rate=share)
def test_price_adds_what_is_given_and_takes_what_is_not(wish: float, given_rate: float) -> None:
    unmet = max(0.0, wish - given_rate)
    assert price_utility(6.0, wish, given_rate) == pytest.approx(6.0 * given_rate - 6.0 * unmet)
    assert price_utility(0.0, wish, given_rate) == 0.0
    assert price_utility(6.0, wish, wish) >= price_utility(6.0, wish, min(wish, given_rate))


def test_nobody_asks_for_more_than_half_and_nobody_gets_more_than_the_ceiling() -> None:
    assert [capped_wish(wish) for wish in (0.1, 0.5, 3.0)] == [0.1, LARGEST_WISH, LARGEST_WISH]
    assert [allowed_discount(wish, 0.25) for wish in (0.1, 0.25, 0.4)] == [0.1, 0.25, 0.25]


def test_a_share_stays_one() -> None:
    assert [clamped(share) for share in (-0.2, 0.3, 1.7)] == [0.0, 0.3, 1.0]


def test_log_odds_and_chances() -> None:
    assert logistic(0.0) == 0.5
    assert logistic(log(3.0)) == pytest.approx(0.75)
    assert logistic(-1e6) == 0.0 and logistic(1e6) == 1.0


def test_promises_add_up() -> None:
    assert overselling(False, False, False, 0.0) == 0.0
    assert overselling(True, True, True, 0.2) == pytest.approx(3.2)
    assert satisfaction_at_sale(0.6, 0.1, 0.05, 0.3, -0.02) == pytest.approx(0.43)


def test_care_needs_skill_attention_and_facts() -> None:
    assert care(1.0, 1.0, 1.0) == 1.0
    assert care(1.2, 0.5, 0.0) == pytest.approx(0.3)
    assert care(2.0, 0.0, 1.0) == 0.0


def test_the_pleased_review_more() -> None:
    assert review_chance(0.4, 0.5, 0.5) == pytest.approx(0.4)
    assert review_chance(0.4, 0.5, 1.0) == pytest.approx(0.6)
    assert review_chance(0.4, 0.5, 0.0) == pytest.approx(0.2)
    assert review_chance(0.9, 0.5, 1.0) == 1.0 and review_chance(0.4, 0.0, 0.1) == 0.4


@given(satisfaction=share, cared=st.floats(0, 2))
def test_renewal_is_logistic_in_satisfaction_and_care(satisfaction: float, cared: float) -> None:
    chance = renewal_probability(1.5, 4.0, satisfaction, 1.0, cared)
    assert log(chance / (1 - chance)) == pytest.approx(1.5 + 4.0 * (satisfaction - 0.5) + cared)


@given(rate=st.floats(0.1, 5), share_heard=st.floats(0, 0.999), mean=st.floats(1, 300))
def test_the_expected_number_of_referrals_by_their_day_is_what_was_heard(
    rate: float, share_heard: float, mean: float
) -> None:
    heard = share_heard * rate
    day = referral_delay(heard, rate, mean)
    assert rate * (1 - exp(-day / mean)) == pytest.approx(heard, abs=1e-9)
    assert referral_delay(rate, rate, mean) > 1e200
    assert referral_delay(heard, 0.0, mean) > 1e200


@given(volume=st.floats(0.02, 50), valence=st.floats(0.02, 2))
def test_reputation_has_the_published_elasticities(volume: float, valence: float) -> None:
    """T5.14: volume 0.236, valence 0.417."""
    factor = reputation_factor(volume, valence, 0.236, 0.417)
    assert factor == pytest.approx(volume**0.236 * valence**0.417)
    more = reputation_factor(volume * 1.01, valence, 0.236, 0.417)
    assert log(more / factor) / log(1.01) == pytest.approx(0.236)
    better = reputation_factor(volume, valence * 1.01, 0.236, 0.417)
    assert log(better / factor) / log(1.01) == pytest.approx(0.417)


def test_reputation_is_one_at_the_start_and_never_nothing() -> None:
    assert reputation_factor(1.0, 1.0, 0.236, 0.417) == 1.0
    assert reputation_factor(0.0, 1.0, 0.236, 0.417) == pytest.approx(LEAST_SHARE**0.236)


def test_stocks_fade_and_stories_saturate() -> None:
    assert remembered(10.0, 365.0, 365.0) == pytest.approx(10.0 / exp(1))
    assert story_factor(0.0, 0.5, 20.0) == 1.0
    assert story_factor(20.0, 0.5, 20.0) == pytest.approx(1.25)
    assert story_factor(1e12, 0.5, 20.0) == pytest.approx(1.5)
