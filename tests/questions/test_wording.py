"""Sentences follow from the numbers, whatever these are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.experiment.questions.answer import flip_of
from sim.experiment.questions.question import Condition, Part
from sim.experiment.questions.wording import best_told, change, evidence_told, sorted_told
from sim.measure.measures import MEASURES

from .planted import DRIFT, planted, ran_pair

CONDITION = Condition("half the reps", ("team.reps.count=1",), "other", "as it is")


def said(**shifts: tuple[float, float]) -> str:
    return best_told(planted(**shifts))


class TestChange:
    def test_more_and_fewer_are_told_with_their_interval(self) -> None:
        found = planted(up=(20, 1), down=(-20, 1))
        up, down = found.differences
        measure = MEASURES["closed_won_count"]
        assert change(up, measure) == "20.00 customers more (19.34 to 20.66)"
        assert change(down, measure) == "20.00 customers fewer (19.34 to 20.66)"

    def test_what_is_not_settled_names_both_ends_and_no_value(self) -> None:
        text = change(planted(vague=(0.5, 10)).differences[0], MEASURES["closed_won_count"])
        assert "fewer to" in text and "more" in text and "(" not in text

    def test_a_settled_interval_never_reads_as_if_it_held_zero(self) -> None:
        one = planted(up=(20, 1)).differences[0]
        close = replace(one, value=165_000.0, low=3_000.0, high=327_000.0)
        assert change(close, MEASURES["profit_value"], "EUR") == "165,000 EUR more (3,000 to 327,000)"

    def test_a_tie_has_no_numbers(self) -> None:
        assert (
            change(planted(equal=(0, 0)).differences[0], MEASURES["closed_won_count"]) == "exactly the same"
        )

    def test_money_and_shares_have_their_units(self) -> None:
        money = planted("profit_value", up=(20, 1)).differences[0]
        assert "EUR more" in change(money, MEASURES["profit_value"], "EUR")
        share = planted("rep_utilisation_rate", up=(0.2, 0.01)).differences[0]
        assert "percentage points more" in change(share, MEASURES["rep_utilisation_rate"])


class TestBest:
    def test_the_best_is_named_with_what_it_brings(self) -> None:
        text = said(good=(20, 1), better=(40, 1), bad=(-10, 1))
        assert text.startswith("Best of the 4 tried is “better”: 40.00 customers more")
        assert "Worse than “as it is”: bad, 10.00 customers fewer" in text
        assert "Not told apart" not in text

    def test_a_choice_that_cannot_be_told_from_the_best_is_named(self) -> None:
        assert "Not told apart from it: “also good”." in said(good=(20.1, 4), also_good=(20, -4))

    def test_without_a_settled_winner_none_is_named(self) -> None:
        text = said(vague=(0.5, 10), bad=(-10, 1))
        assert text.startswith("No other choice is settled to beat “as it is”.")
        assert "Settled to be worse: bad" in text

    def test_where_lower_is_better_the_lowest_is_best(self) -> None:
        text = best_told(planted("speed_to_lead_mean_days", slower=(20, 1), faster=(-20, 1)))
        assert "Best of the 3 tried is “faster”" in text


def test_each_choice_is_in_the_sort_it_belongs_to() -> None:
    found = planted(help=(20, 1), much_help=(40, 1), hurt=(-20, 1), vague=(0.5, 10), equal=(0, 0))
    text = sorted_told(found, "Pays", "Costs")
    assert text.index("Pays: much help") < text.index("help, 20") < text.index("Costs: hurt")
    assert "Not settled: vague, from" in text and text.endswith("No difference at all: equal.")
    assert sorted_told(planted(equal=(0, 0)), "Pays", "Costs") == "No difference at all: equal."


def test_what_is_published_is_set_beside_what_was_found() -> None:
    found = planted(helps=(20, 1), hurts=(-20, 1), vague=(0.5, 10), moves=(9, 1), still=(0, 0))
    text = evidence_told(found, {"helps": 1, "hurts": 1, "vague": 1, "moves": 0, "still": 0}, "T7.7")
    assert "helps and still agree; vague are not settled here; hurts and moves disagree." in text
    assert evidence_told(found, {}, "") == ""


@pytest.mark.parametrize(
    ("before", "after", "turn", "flips"),
    [
        (ran_pair(20, 1), ran_pair(-20, 1), "turns round", True),
        (ran_pair(20, 1), ran_pair(0.2, 1), "fades", True),
        (ran_pair(20, 1), ran_pair(0, 0), "fades", True),
        (ran_pair(20, 1), ran_pair(5, 1), "shrinks", False),
        (ran_pair(20, 1), ran_pair(19, 1), "holds", False),
        (ran_pair(0.2, 1), ran_pair(20, 1), "shows", True),
        (ran_pair(0, 0), ran_pair(0, 0), "stays open", False),
        # Settled before and not after, but the two do not settledly differ.
        (ran_pair(3, 3), ran_pair(2, 20, DRIFT), "stays open", False),
    ],
)
def test_what_becomes_of_a_finding(before, after, turn: str, flips: bool) -> None:
    part = Part("trial", "?", before.family, "closed_won_count", lambda comparison, currency: "")
    found = flip_of(part, CONDITION, before, after)
    assert (found.turn, found.flips) == (turn, flips)
    assert "half the reps" in found.sentence
    words = {"turns round": "turns round", "fades": "is gone", "shrinks": "little", "holds": "holds",
             "shows": "Only with", "stays open": "not settled that anything changes"}  # fmt: skip
    assert words[turn] in found.sentence
    value = f"{abs(round(found.before.value))}"
    assert found.before.finding != "settled" or value in found.sentence
