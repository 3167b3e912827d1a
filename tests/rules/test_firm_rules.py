"""What the firm does: look at the score, hand over, and choose the next task."""

from __future__ import annotations

from itertools import product

import pytest

from sim.rules.scoring import hands_over, quota_bit, score, triggers_met
from sim.rules.selling import meeting_progress, task_priority
from sim.vocabulary import Moment, Order, Task, Trigger

QUIET = {
    "seen": 0.2,
    "aim_open": 0.5,
    "deadline_days": 1e9,
    "near_days": 45.0,
    "raised": False,
    "age": 3.0,
    "age_days": 30.0,
}


class TestHandingOver:
    def test_the_score_is_the_position_with_bias_and_noise(self) -> None:
        assert score(0.5, 0.1, -0.05) == pytest.approx(0.55)

    def test_nothing_holds_for_a_quiet_lead(self) -> None:
        assert triggers_met(**QUIET) == 0

    @pytest.mark.parametrize(
        ("change", "trigger"),
        [
            ({"seen": 0.5}, Trigger.SCORE),
            ({"seen": 0.5 - 1e-12}, Trigger.SCORE),  # a crossing computed in closed form
            ({"deadline_days": 45.0}, Trigger.DEADLINE),
            ({"raised": True}, Trigger.HAND_RAISE),
            ({"age": 30.0}, Trigger.AGE),
        ],
    )
    def test_each_trigger_holds_on_its_own(self, change, trigger) -> None:
        assert triggers_met(**{**QUIET, **change}) == 1 << trigger

    @pytest.mark.parametrize(("met", "wanted"), list(product(range(8), range(1, 8))))
    def test_any_or_all_of_those_wanted(self, met, wanted) -> None:
        bits = [bool(met >> k & 1) for k in range(3) if wanted >> k & 1]
        assert hands_over(met, wanted, False) == any(bits)
        assert hands_over(met, wanted, True) == all(bits)

    def test_a_shortfall_lowers_the_bar_at_the_review_only(self) -> None:
        bit = 1 << Trigger.QUOTA
        assert quota_bit(Moment.QUOTA, 0.42, 0.5, 0.1, 3.0) == bit
        assert quota_bit(Moment.QUOTA, 0.42, 0.5, 0.1, 0.0) == 0
        assert quota_bit(Moment.QUOTA, 0.38, 0.5, 0.1, 3.0) == 0
        assert quota_bit(Moment.TOUCH, 0.42, 0.5, 0.1, 3.0) == 0


LEADS = {  # available_day, seen, deadline_day, value, fit
    "old": (1.0, 0.4, 1e300, 100.0, 0.5),
    "new": (9.0, 0.5, 1e300, 200.0, 0.2),
    "urgent": (5.0, 0.3, 20.0, 150.0, 0.4),
    "promising": (6.0, 0.9, 1e300, 120.0, 0.9),
}


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (Order.FIRST_IN, "old"),
        (Order.NEW_FIRST, "new"),
        (Order.SCORE, "promising"),
        (Order.DEADLINE, "urgent"),
        (Order.VALUE, "new"),
        (Order.CHERRY_PICK, "promising"),
    ],
)
def test_each_order_takes_its_favourite_first(order, first) -> None:
    assert min(LEADS, key=lambda name: task_priority(order, Task.ATTEMPT, *LEADS[name])) == first


def test_new_first_is_about_leads_not_meetings() -> None:
    early, late = ((day, 0.5, 1e300, 100.0, 0.5) for day in (1.0, 2.0))
    assert task_priority(Order.NEW_FIRST, Task.MEET, *early) < task_priority(
        Order.NEW_FIRST, Task.MEET, *late
    )
    assert task_priority(Order.NEW_FIRST, Task.ATTEMPT, *late) < task_priority(
        Order.NEW_FIRST, Task.MEET, *early
    )


def test_a_meeting_moves_by_skill_knowledge_and_fit() -> None:
    assert meeting_progress(0.12, 1.0, 1.0, 0.5) == pytest.approx(0.12)
    assert meeting_progress(0.12, 1.0, 0.0, 0.5) == pytest.approx(0.06)
    assert meeting_progress(0.12, 1.5, 1.0, 1.0) == pytest.approx(0.12 * 1.5 * 1.5)
