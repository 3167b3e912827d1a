"""Reps compared at equal quality, with numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from math import pi, sqrt

import numpy as np
import pytest

from sim.measure.equal_quality import compared
from sim.measure.measures import parts_of

from .conftest import NAN, filled, tiny

ADA, BEN = 0, 1

# Of the four poor leads one is won, of the four good ones three. Both reps win two of four, Ada mostly from the poor.
REP = np.array([ADA, ADA, ADA, BEN, ADA, BEN, BEN, BEN])
FIT = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])
WON = np.array([0, 0, 1, 0, 1, 1, 1, 0], dtype=bool)


def test_equal_win_rates_with_unequal_leads_are_not_equal():
    found = compared(REP, FIT, WON, reps=3, classes=2)
    assert found.deals.tolist() == [4, 4, 0]
    assert found.wins.tolist() == [2, 2, 0]
    assert found.raw_expected_wins.tolist() == [2.0, 2.0, 0.0]
    assert found.expected_wins.tolist() == [3 * 0.25 + 1 * 0.75, 1 * 0.25 + 3 * 0.75, 0.0]
    # Of one class a rep has 3 of 4, of the other 1 of 4: twice 3/4 * 1/4 * (1 of one kind * 3 of the other) / (4 - 1).
    assert found.chance_wins == pytest.approx([sqrt(2 * 3 / 16), sqrt(2 * 3 / 16), 0.0])


def test_unequal_win_rates_with_unequal_leads_may_be_equal():
    # Half of the poor leads are won and all good ones, whoever has them; Ada has four poor and two good, Ben the rest.
    rep = np.array([ADA, ADA, ADA, ADA, BEN, BEN, ADA, ADA, BEN, BEN, BEN, BEN])
    won = np.array([1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1], dtype=bool)
    found = compared(rep, np.arange(12.0), won, reps=2, classes=2)
    assert found.wins.tolist() == found.expected_wins.tolist() == [4, 5]
    assert found.raw_expected_wins.tolist() == [4.5, 4.5]


def test_there_are_five_classes_of_equal_size():
    # Two opportunities in each; Ada wins hers, Ben loses his, so that of each pair half a win is expected.
    found = compared(np.tile([ADA, BEN], 5), np.arange(10.0), np.tile([True, False], 5), reps=2)
    assert found.wins.tolist() == [5, 0]
    assert found.expected_wins.tolist() == [2.5, 2.5]
    assert found.chance_wins == pytest.approx([sqrt(5 / 4), sqrt(5 / 4)])


def test_chance_is_that_of_all_ways_to_hand_out_the_wins_of_a_class():
    ways = product(combinations(range(4), 1), combinations(range(4, 8), 3))
    handed_out = [np.isin(np.arange(8), [*poor, *good]) for poor, good in ways]
    wins = np.array([compared(REP, FIT, won, reps=2, classes=2).wins for won in handed_out])
    found = compared(REP, FIT, WON, reps=2, classes=2)
    assert wins.mean(axis=0) == pytest.approx(found.expected_wins)
    assert wins.std(axis=0) == pytest.approx(found.chance_wins)


def test_only_the_order_of_quality_matters_and_equals_are_never_parted():
    stretched = compared(REP, np.exp(FIT), WON, reps=2)
    assert stretched.expected_wins.tolist() == compared(REP, FIT, WON, reps=2).expected_wins.tolist()
    alike = compared(REP, np.full(8, 0.5), WON, reps=2)
    assert alike.expected_wins.tolist() == alike.raw_expected_wins.tolist() == [2.0, 2.0]


def test_without_opportunities_nothing_is_expected():
    found = compared(np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0, dtype=np.bool_), reps=2)
    assert [column.tolist() for column in found] == [[0, 0]] * 5


def test_reps_without_an_opportunity_add_no_gap_and_rare_wins_no_more_than_twice_their_mean():
    # One win is expected of Ada and a tenth of one of Ben, whose mean distance is not 0.8 * 0.3 but at most 0.2.
    reps = [
        {"rep": 0, "deals": 20, "wins": 1, "raw_expected_wins": 1.0, "expected_wins": 1.0, "win_ratio_error": 0.5},
        {"rep": 1, "deals": 2, "wins": 0, "raw_expected_wins": 0.1, "expected_wins": 0.1, "win_ratio_error": 3.0},
        {"rep": 2, "raw_expected_wins": 0.0, "expected_wins": 0.0, "win_ratio_error": NAN},
    ]  # fmt: skip
    parts = parts_of(replace(tiny(), reps=filled("reps", reps)))
    assert parts["rep_raw_gap_rate"] == parts["rep_gap_rate"] == (pytest.approx(0.1), 2.0)
    assert parts["rep_excess_gap_rate"] == (pytest.approx(0.1 - sqrt(2 / pi) * 0.5 - 0.2), 2.0)


@pytest.mark.statistical
@pytest.mark.parametrize(("reps", "rate", "within"), [(8, 0.3, 0.02), (50, 0.03, 0.02), (50, 0.01, 0.2)])
def test_chance_alone_leaves_nothing_beyond_chance(reps, rate, within):
    rng = np.random.default_rng(0)
    rep, fit = rng.integers(0, reps, 2000), rng.random(2000)
    group = np.argsort(np.argsort(fit)) * 5 // 2000
    won = rng.random(2000) < 2 * rate * fit
    here = compared(rep, fit, won, reps)
    by_chance = np.minimum(np.sqrt(2 / pi) * here.chance_wins, 2 * here.expected_wins).sum()
    away = []
    for _ in range(500):
        handed_out = won.copy()
        for one in range(5):
            handed_out[group == one] = rng.permutation(won[group == one])
        away.append(np.abs(compared(rep, fit, handed_out, reps).wins - here.expected_wins).sum())
    assert np.mean(away) == pytest.approx(by_chance, abs=within * by_chance + 3.3 * np.std(away) / sqrt(500))
