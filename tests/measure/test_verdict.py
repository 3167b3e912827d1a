from __future__ import annotations

import numpy as np
import pytest

from sim.experiment.intervals import Difference, paired_comparison
from sim.experiment.verdict import amount, listed, replications_needed, verdict

from .test_intervals import table

SEEDS = np.arange(20.0)
WAVE = np.where(SEEDS % 2 == 0, 1.0, -1.0)  # mean 0 over 20 seeds, so differences are exact by hand


def compared(
    *steps: tuple[float, float], measure: str = "revenue_value", policies=("eager", "patient", "steady")
):
    """Policies that differ from 1000 + seed by a constant and a wave of given size."""
    runs = np.stack([1000 + SEEDS + constant + size * WAVE for constant, size in steps])
    return paired_comparison(table(runs, measure=measure, policies=policies), measure)


def test_a_settled_lead_names_the_leader_the_gap_and_the_interval():
    found = compared((0, 0), (100, 10))
    text = verdict(found, currency="EUR")
    reach = found.differences[0].high - 100
    assert text.startswith(
        "Over 20 replications patient has the highest revenue: 100.0 EUR more per run than eager"
    )
    assert f"95% interval {100 - reach:.1f} to {100 + reach:.1f}" in text
    assert "+10%" in text and text.endswith("settled.")


def test_an_open_question_is_said_to_be_open():
    text = verdict(compared((0, 0), (1, 10)))
    assert "it is not settled which of patient and eager has the highest revenue" in text
    assert "replications would settle if it is real" in text
    assert "; settled" not in text


def test_a_tie_is_called_a_tie():
    text = verdict(compared((0, 0), (0, 0)))
    assert text == "In all 20 replications eager and patient give exactly the same revenue (1,010), a tie."


def test_with_several_policies_settled_and_unsettled_are_kept_apart():
    text = verdict(compared((0, 0), (100, 10), (99, -10)))
    settled, unsettled = text.split("; settled: ")[1].split("; not settled: ")
    assert "than eager" in settled and "than steady" in unsettled
    assert "patient shows the highest revenue" in text


def test_several_that_tie_for_the_lead_are_named_together():
    text = verdict(compared((0, 0), (100, 10), (100, 10)))
    assert (
        "patient and steady have the highest revenue (1,110, exactly the same in every replication)" in text
    )


def test_lower_is_better_where_it_is():
    text = verdict(compared((0, 0), (-100, 10), measure="cost_value"))
    assert "patient has the lowest cost: 100.0 less per run than eager" in text


def test_assumptions_and_notes_are_said():
    found = compared((0, 0), (100, 10))
    assert verdict(found, ["deal value is 1 per win"]).endswith(
        "; this rests on the assumption that deal value is 1 per win."
    )
    assert "assumptions that a is so and b is so." in verdict(found, ["a is so", "b is so"])
    one = paired_comparison(table([[1.0], [2.0]], policies=("eager", "patient")))
    assert "nothing is settled (1 replication: no interval can be given)" in verdict(one)


def test_shares_are_said_in_percentage_points():
    runs = np.stack([0.10 + 0.01 * WAVE, 0.14 - 0.01 * WAVE])
    text = verdict(paired_comparison(table(runs, measure="win_rate", policies=("x", "y")), "win_rate"))
    assert "y has the highest share of opportunities won: 4.00 percentage points more than x" in text


@pytest.mark.parametrize(
    ("value", "unit", "error", "words"),
    [
        (12_345.0, "money", None, "12,300 EUR"),
        (0.0421, "share", None, "4.21%"),
        (0.5, "share", None, "50%"),
        (1.5, "days", None, "1.5 days"),
        (1.0, "days", None, "1 day"),
        (12_345.0, "money", 3600.0, "12,300 EUR"),
        (12_345.0, "money", 36.0, "12,345 EUR"),
        (-0.04, "days", 0.5, "-0.04 days"),
        (0.0, "count", None, "0"),
        (float("nan"), "days", None, "no value"),
    ],
)
def test_amounts_are_rounded_to_what_a_reader_can_use(value, unit, error, words):
    assert amount(value, unit, "EUR", error) == words


def test_lists_read_like_a_sentence():
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_replications_needed_grow_with_the_square_of_the_error():
    near = Difference("b", "a", 1.0, -1.0, 3.0, 1.0, 1.0, "not settled")
    far = Difference("b", "a", 1.0, -3.0, 5.0, 2.0, 1.0, "not settled")
    # reach 2 errors, plus 0.84 for a power of 0.8: 100 * 2.84^2 = 807, rounded up to two digits.
    assert replications_needed(near, 100) == 810
    assert replications_needed(far, 100) == 3300
    assert replications_needed(Difference("b", "a", 0.0, -1.0, 1.0, 0.5, 1.0, "not settled"), 100) is None
