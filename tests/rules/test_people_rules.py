"""Rules of people and pay: closed forms, limits and signs."""

from __future__ import annotations

from math import exp, inf

import pytest

from sim.rules.pay import (
    believed_credit,
    closing_days,
    days_left_of,
    holds_on,
    lets_go_for_pay,
    miss_chance,
    progress_per_day,
    push_pays,
    spends_on,
    touch_pays,
    urgency,
    waiting_worth,
)
from sim.rules.people import (
    experience,
    prequalified_rate,
    ramped_skill,
    relative_performance,
    specialised,
    tracking_response,
    volume_response,
)
from sim.rules.track import coast_days
from sim.rules.trust import (
    believed_share,
    conflict_rate,
    disputed_hours,
    kept_weight,
    spite_slide,
    withheld_share,
)


class TestTrust:
    def test_belief_starts_at_the_prior_and_ends_at_the_share(self) -> None:
        assert believed_share(0.5, 10, 0, 0) == 0.5
        assert believed_share(0.5, 10, 5, 5) == 0.5
        assert believed_share(0.5, 10, 3e6, 1e6) == pytest.approx(0.75, abs=1e-5)
        assert believed_share(0.3, 0, 0, 0) == 0.3

    def test_an_outcome_counts_less_and_less(self) -> None:
        kept = kept_weight(50)
        assert kept**50 == pytest.approx(exp(-1))

    def test_mistrust(self) -> None:
        assert withheld_share(0.8, 1) == 0
        assert withheld_share(0.8, 0) == 0.8
        assert disputed_hours(4, 0, 0) == 4
        assert disputed_hours(4, 1, 0) == disputed_hours(4, 0, 1) == 0
        assert spite_slide(0.2, 0.1) == pytest.approx(0.08)
        assert spite_slide(0.2, 0.9) == 0
        assert conflict_rate(1, 1) == 0
        assert conflict_rate(0, 0) == 1


class TestPeople:
    def test_the_ramp(self) -> None:
        assert experience(0, 90) == 0
        assert experience(90, 90) == pytest.approx(1 - exp(-1))
        assert experience(0, inf) == 1
        assert ramped_skill(1.5, 0.4, 0) == pytest.approx(0.6)
        assert ramped_skill(1.5, 0.4, 1) == 1.5

    def test_specialists_are_as_good_on_average_as_anybody(self) -> None:
        for segments in (2, 3, 7):
            skills = [specialised(1.2, 0.3, own == 0, segments) for own in range(segments)]
            assert sum(skills) / segments == pytest.approx(1.2) and skills[0] == pytest.approx(1.56)
        assert specialised(1.2, 0.3, True, 1) == 1.2

    def test_performance_is_relative(self) -> None:
        assert relative_performance(0, 2) == -1
        assert relative_performance(2, 2) == 0
        assert relative_performance(9, 2) == 1
        assert relative_performance(0, 0) == 0

    def test_five_signs(self) -> None:
        """T2.2: what experience and performance do to the answer to volume, tracking and prequalification."""
        assert volume_response(0.1, 1, 0.5, 0, 0) < volume_response(0.1, 0, 0.5, 0, 0)
        assert volume_response(0.1, 1, 0, 0.5, 0.5) > volume_response(0.1, 1, 0, -0.5, 0.5)
        assert tracking_response(0.5, 1, 0.5, 0, 0) < tracking_response(0.5, 0, 0.5, 0, 0)
        assert tracking_response(0.5, 1, 0, 0.5, 0.5) < tracking_response(0.5, 1, 0, -0.5, 0.5)
        assert prequalified_rate(0.5, 2, 1, 1, 0.2) < prequalified_rate(0.5, 2, 0, 1, 0.2) < 0.5

    def test_without_effects_nothing_differs(self) -> None:
        assert volume_response(0.1, 1, 0, 0.7, 0) == 0.1
        assert tracking_response(0.4, 1, 0, 0.7, 0) == 0.4
        assert prequalified_rate(0.3, 0, 1, 5, 0.2) == pytest.approx(0.3)
        assert 0 <= tracking_response(1, 1, 1, 1, 1) <= 1


class TestMarketingPay:
    def test_a_lead_is_worth_what_the_target_lacks(self) -> None:
        assert miss_chance(inf, 5, 0, 10) == 1
        assert miss_chance(1000, 0, 1, 30) == pytest.approx(1)
        assert miss_chance(1, 500, 1, 30) == pytest.approx(0)
        assert miss_chance(40, 10, 1, 30) == pytest.approx(0.5)

    def test_belief(self) -> None:
        nothing = (0, 0, 0, 0, 0)
        assert believed_credit(0.5, 0.5, *nothing) == 0.5
        assert believed_credit(0.6, 0.5, *nothing) == pytest.approx(0.6)
        assert believed_credit(9, 0.5, *nothing) == 1
        # Hundred leads at the aim of which twenty came to something.
        seen = (100, 0, 20, 0, 0)
        assert believed_credit(0.5, 0.5, *seen) == pytest.approx(25 / 110)
        # Higher scores that came to less do not turn the belief round.
        worse = (100, 5, 20, 1, -5)
        assert believed_credit(0.9, 0.5, *worse) == believed_credit(0.5, 0.5, *worse)

    def test_progress_is_between_what_is_usual_and_what_was_seen(self) -> None:
        assert progress_per_day(0.2, 0.2, 0.5, 0, 100) == pytest.approx(0.003)
        assert progress_per_day(1.2, 0.2, 0.5, 1e7, 100) == pytest.approx(1e-4)
        assert 0.003 < progress_per_day(0.5, 0.2, 0.5, 30, 100) < 0.01

    def test_waiting(self) -> None:
        assert waiting_worth(1e-3, 30, 30, 1, 0.5, 0) == pytest.approx(1)
        assert waiting_worth(1e-3, 30, 30, 0.2, 0.5, 0) == pytest.approx(0.2)
        assert waiting_worth(1e9, 30, 30, 1, 0.5, 0) == pytest.approx(0, abs=1e-6)
        assert waiting_worth(40, 30, 30, 1, 1, 0) == pytest.approx(1)
        assert waiting_worth(40, 30, 30, 1, 1, 0.01) == pytest.approx(1 / 1.4)
        # The sum over periods, by hand.
        wait, left, period, weight = 40, 12, 30, 0.5
        total, reached = 1 - exp(-left / wait), exp(-left / wait)
        for nth in range(1, 200):
            passed = 1 - exp(-period / wait)
            total += weight**nth * reached * passed
            reached *= 1 - passed
        assert waiting_worth(wait, left, period, 1, weight, 0) == pytest.approx(total)

    def test_waiting_is_worth_less_as_the_period_runs_out(self) -> None:
        worth = [waiting_worth(30, left, 30, 1, 0.5, 0) for left in (30, 20, 10, 1)]
        assert worth == sorted(worth, reverse=True)

    def test_who_is_paid_for_spending_spends_until_discipline_costs_more(self) -> None:
        assert spends_on(0.1, 0.02, 0.0, 0.3)
        assert spends_on(0.1, 0.02, 0.02, 0.3) and not spends_on(0.1, 0.02, 0.03, 0.3)
        assert not spends_on(0.02, 0.02, 0.0, 0.3)

    def test_letting_go(self) -> None:
        assert lets_go_for_pay(1, 1, 0.05, 0.3, 0.5)
        assert not lets_go_for_pay(1, 1, 0.05, 3, 0.5)
        assert not lets_go_for_pay(0.2, 1, 0.05, 0.3, 0.5)
        assert holds_on(0.5, 0.6, 0.001, 10)
        assert not holds_on(0.5, 0.5, 0.001, 10)
        assert touch_pays(0.5, 100, 10, 0.02)
        assert not touch_pays(0.5, 1000, 10, 0.02)


class TestSalesPay:
    def test_an_offer_is_made_when_it_is_the_last_chance_and_pays(self) -> None:
        assert push_pays(40, 8, 10, 4, 0.1, 0.5)
        assert not push_pays(9, 8, 10, 4, 0.1, 0.5)  # closes in time anyhow
        assert not push_pays(40, 12, 10, 4, 0.1, 0.5)  # too late even so
        assert not push_pays(40, 3, 10, 4, 0.1, 0.5)  # may be kept for the next meeting
        assert not push_pays(40, 8, 10, 4, 0.1, 0.95)  # costs more than the delay

    def test_days_of_a_period(self) -> None:
        assert days_left_of(0, 91.25) == 91.25
        assert days_left_of(91, 91.25) == pytest.approx(0.25)
        assert days_left_of(91.25, 91.25) == 91.25

    def test_believed_closing(self) -> None:
        assert closing_days(0.5, 0.05, 20, 0.1, 5) == coast_days(0.5, 0.05, 20, 1)
        assert closing_days(0.5, 0.005, 20, 0.1, 5) == pytest.approx(20)
        assert closing_days(0.5, 0, 20, 0, 5) == inf

    def test_urgency(self) -> None:
        assert urgency(20, 10, 0.5) == 0
        assert urgency(10, 10, 0.5) == 0.5
        assert urgency(10, 10, 1) == 0
        assert urgency(10, 40, 0.5) < urgency(10, 12, 0.5)
