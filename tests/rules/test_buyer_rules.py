"""What buyers do: answer, be touched, choose, and be known."""

from __future__ import annotations

from math import exp, inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from sim.rules.attention import answer_probability
from sim.rules.channels import carried_stock, faded, spend_response, touch_progress, touch_wait_days
from sim.rules.choice import our_utility, rival_utility, unassisted_share, wait_utility, weight
from sim.rules.demand import arrival_multiple, may_buy_from
from sim.rules.facts import completeness, count, decay_per_day, record_survival

MINUTE = 1 / 1440
DECAY = (0.40, 3.2 * MINUTE, 403 * MINUTE, 0.989, 0.001, 3.0)


class TestAttention:
    def test_the_patient_majority_answers_whenever_it_is_called(self) -> None:
        assert {answer_probability(False, day, *DECAY) for day in (0.0, 0.01, 30.0)} == {0.40}

    def test_the_hot_minority_cools_on_two_scales(self) -> None:
        """T1.17: at once everybody, after the fast scale what it left, in the end the floor."""
        assert answer_probability(True, 0.0, *DECAY) == 1.0
        soon = answer_probability(True, 3.2 * MINUTE, *DECAY)
        assert soon == pytest.approx(0.989 * exp(-1) + 0.011 * exp(-3.2 / 403))
        assert answer_probability(True, 60 * MINUTE, *DECAY) == pytest.approx(
            0.011 * exp(-60 / 403), rel=1e-3
        )
        assert answer_probability(True, 3.0, *DECAY) == 0.001

    def test_whoever_was_missed_while_hot_answers_like_anybody_else_in_the_end(self) -> None:
        assert answer_probability(True, 3.01, *DECAY) == answer_probability(False, 3.01, *DECAY) == 0.40


class TestTouches:
    def test_a_touch_is_worth_half_at_half_saturation(self) -> None:
        fresh = touch_progress(0.03, 0.5, 1.0, 0.0, 1.56, 0.0)
        assert fresh == pytest.approx(0.03)
        assert touch_progress(0.03, 0.5, 1.0, 1.56, 1.56, 0.0) == pytest.approx(fresh / 2)
        assert touch_progress(0.03, 1.0, 1.2, 0.0, 1.56, 0.5) == pytest.approx(0.03 * 1.5 * 1.2 * 0.5)

    @given(
        st.floats(0.001, 20.0),
        st.floats(0.01, 2.0),
        st.floats(-5.0, 200.0),
        st.floats(1.0, 5.0),
        st.floats(0.0, 60.0),
    )
    def test_the_wait_inverts_the_cumulative_hazard(self, unit, rate, clock, factor, quicken) -> None:
        """As much hazard has passed by then as was drawn; it is summed over the calm and the quick part."""
        wait = touch_wait_days(unit, rate, clock, factor, quicken)
        turn = min(max(clock - quicken, 0.0), wait)
        passed = rate * turn + rate * factor * (wait - turn)
        assert passed == pytest.approx(unit, rel=1e-9, abs=1e-12)

    def test_fading_is_exponential(self) -> None:
        assert faded(0.4, 14.0, 14.0) == pytest.approx(0.4 * exp(-1))
        assert faded(0.4, 3.0, 14.0) == pytest.approx(faded(faded(0.4, 1.0, 14.0), 2.0, 14.0))

    def test_a_stock_of_advertising_is_its_past_spending_discounted(self) -> None:
        """The closed form against the integral of spending over its exponential memory."""
        memory, _ = quad(lambda ago: 2.0 / 7.0 * exp(-ago / 7.0), 0.0, 5.0)
        assert carried_stock(1.0, 2.0, 5.0, 7.0) == pytest.approx(1.0 * exp(-5 / 7) + memory)
        assert carried_stock(1.0, 1.0, 5.0, 7.0) == 1.0

    @given(st.floats(0.0, 100.0), st.floats(0.01, 10.0))
    def test_spending_has_diminishing_returns(self, stock, half) -> None:
        assert spend_response(1.0, half) == pytest.approx(1.0)
        more = spend_response(stock + 1.0, half) - spend_response(stock, half)
        assert more > 0.0
        assert spend_response(stock, half) < 1.0 + half


class TestChoice:
    def test_utilities_are_sums_of_their_terms(self) -> None:
        assert our_utility(0.5, 1.0, 0.25, -0.5, -1.0) == pytest.approx(0.25)
        assert rival_utility(0.2, 0.0, 1.0, 0.0) == 0.2
        assert rival_utility(0.2, 3.0, 1.0, 0.1) == pytest.approx(0.2 + 0.75 + 0.1)

    def test_each_talk_takes_away_some_of_being_alone(self) -> None:
        assert unassisted_share(0.0, 1.5) == 1.0
        assert unassisted_share(3.0, 1.5) == pytest.approx(exp(-2))
        assert unassisted_share(1.0, 0.0) == 0.0

    def test_whoever_is_well_known_waits_less(self) -> None:
        """T3.11: indecision is what the seller does not know."""
        assert wait_utility(-1.0, 1.0, 1.0) == -1.0
        assert wait_utility(-1.0, 1.0, 0.0) == 0.0

    def test_weights_are_exponentials_kept_finite(self) -> None:
        assert weight(0.0) == 1.0
        assert weight(2.0) / weight(1.0) == pytest.approx(exp(1))
        assert weight(1e6) == exp(30.0) and weight(-1e6) == 0.0


class TestFacts:
    @given(st.integers(0, 255))
    def test_count_counts_bits(self, mask) -> None:
        assert count(mask) == mask.bit_count()

    @given(st.integers(0, 255))
    def test_completeness_is_a_share(self, mask) -> None:
        weights = [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
        assert completeness(mask, weights) + completeness(255 & ~mask, weights) == pytest.approx(1.0)

    def test_a_year_of_decay_is_the_yearly_share(self) -> None:
        """T6.7; certain loss is a finite hazard that leaves nothing."""
        hazard = decay_per_day(0.25)
        assert record_survival(hazard, 365.25) == pytest.approx(0.75)
        assert record_survival(hazard, 10.0) ** 36.525 == pytest.approx(0.75)
        assert decay_per_day(0.0) == 0.0
        assert record_survival(decay_per_day(1.0), 1.0) == 0.0 and decay_per_day(1.0) < inf


class TestDemand:
    def test_demand_multiplies_season_growth_and_spending(self) -> None:
        assert arrival_multiple(1.2, 0.5, 365.25, 2.0) == pytest.approx(1.2 * 1.5 * 2.0)
        assert arrival_multiple(1.2, -1.0, 2 * 365.25, 2.0) == 0.0

    def test_the_clock_is_pulled_forward_by_its_last_share(self) -> None:
        assert may_buy_from(100.0, 0.15) == pytest.approx(85.0)
        assert may_buy_from(100.0, 0.0) == 100.0
        assert log(may_buy_from(exp(3), 0.0)) == pytest.approx(3.0)
