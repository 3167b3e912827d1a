"""Rules about where advice flips: planted ones are found, and those of mere luck are not told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, qmc

from sim.experiment.robustness.boxes import Box, roundest
from sim.experiment.robustness.flips import Check, Spoken, Worlds, found_rules

from .conftest import Numbers, stream

FACTORS = 4
SAID = [Spoken()] * FACTORS


def drawn(seed: int, worlds: int) -> Numbers:
    return np.asarray(qmc.LatinHypercube(FACTORS, seed=seed).random(worlds))


def with_luck(points: Numbers, differences: Numbers, seed: int, size: float, replications: int = 5) -> Worlds:
    """Luck of each world's own, and luck of a replication that runs along the factors, as it does in simulations."""
    luck = stream(seed)
    own = luck.standard_normal((len(points), replications))
    along = (points - 0.5) @ luck.standard_normal((FACTORS, replications))
    runs = differences[:, None] + size * (own + along)
    return Worlds(points, runs.mean(axis=1), runs)


def planted(points: Numbers) -> Numbers:
    return np.where((points[:, 0] < 0.3) & (points[:, 2] > 0.6), 1.0, -1.0)


class TestPlanted:
    def test_region_is_recovered(self) -> None:
        worlds, repeats = 600, 10
        # A bound is off by more than e only if no world between it and the true one could tell: of the worlds that the
        # other condition leaves, none lies within e. The smaller group has 0.3 of them.
        alone = 0.3 * worlds
        off = 1 - 1e-6 ** (1 / alone)
        for seed in range(repeats):
            halves = [drawn(2 * seed + side, worlds) for side in (0, 1)]
            first, second = (
                with_luck(one, planted(one), 2 * seed + side, 0.02) for side, one in enumerate(halves)
            )
            rules = found_rules({"other": first}, {"other": second}, SAID)
            assert [one.reliable for one in rules] == [True]
            (rule,) = rules
            assert set(rule.box.bounds) == {(0, "high"), (2, "low")}
            assert rule.box.highs[0] == pytest.approx(0.3, abs=off)
            assert rule.box.lows[2] == pytest.approx(0.6, abs=off)
            assert rule.policy == "other"
            assert rule.found.coverage > 0.99
            assert rule.found.precision > 0.99
            assert rule.checked.coverage > 0.8
            assert rule.checked.precision > 0.8
            assert rule.checked.gain == pytest.approx(1, abs=0.3)

    def test_two_regions_give_two_rules(self) -> None:
        points = drawn(0, 400), drawn(1, 400)
        first, second = (
            with_luck(one, np.where((one[:, 0] < 0.2) | (one[:, 1] > 0.8), 1.0, -1.0), seed, 0.02)
            for seed, one in enumerate(points)
        )
        rules = [one for one in found_rules({"other": first}, {"other": second}, SAID) if one.reliable]
        assert {one.box.bounds for one in rules} == {((0, "high"),), ((1, "low"),)}

    def test_most_rules_is_the_most(self) -> None:
        points = drawn(0, 400)
        flips = (points < 0.1).any(axis=1)
        worlds = with_luck(points, np.where(flips, 1.0, -1.0), 0, 0.02)
        for most in (0, 1, 2):
            assert len(found_rules({"other": worlds}, {"other": worlds}, SAID, most)) == most

    def test_the_other_policy_is_named(self) -> None:
        points = drawn(0, 400)
        left = with_luck(points, np.where(points[:, 0] < 0.2, 1.0, -1.0), 0, 0.02)
        right = with_luck(points, np.where(points[:, 0] > 0.7, 1.0, -1.0), 1, 0.02)
        rules = found_rules({"left": left, "right": right}, {"left": left, "right": right}, SAID)
        assert {one.policy: one.box.bounds for one in rules} == {
            "left": ((0, "high"),),
            "right": ((0, "low"),),
        }


class TestNoise:
    def test_rules_of_luck_are_rejected_on_the_second_half(self) -> None:
        repeats = 80
        told = found = 0
        for seed in range(repeats):
            halves = [
                with_luck(drawn(2 * seed + side, 60), np.zeros(60), 2 * seed + side, 1.0) for side in (0, 1)
            ]
            rules = found_rules({"other": halves[0]}, {"other": halves[1]}, SAID)
            found += bool(rules)
            told += any(one.reliable for one in rules)
        assert found > repeats / 5, "nothing was found in the first halves, so nothing was rejected"
        assert told <= binom.ppf(0.9999, repeats, 0.05)

    def test_a_difference_within_luck_is_no_flip(self) -> None:
        points = drawn(0, 60)
        worlds = with_luck(points, np.full(60, 0.01), 0, 1.0)
        # At 95% one world of forty seems to be a flip and is none.
        assert (worlds.signs > 0).sum() <= binom.ppf(0.9999, 60, 0.025)
        assert np.abs(worlds.votes).max() < 1
        assert np.abs(worlds.votes).mean() < 0.75  # evenly spread between 0 and 1 when there is nothing

    def test_ties_vote_for_nothing(self) -> None:
        runs = np.zeros((8, 4))
        worlds = Worlds(drawn(0, 8), runs.mean(axis=1), runs)
        assert not worlds.votes.any()
        assert not worlds.signs.any()
        assert found_rules({"other": worlds}, {"other": worlds}, SAID) == []

    def test_advice_that_loses_nearly_everywhere_needs_no_condition(self) -> None:
        points = drawn(0, 60)
        worlds = with_luck(points, np.ones(60), 0, 0.02)
        (rule,) = found_rules({"other": worlds}, {"other": worlds}, SAID)
        assert rule.reliable
        assert rule.box.bounds == ()


class TestCheck:
    def test_shares(self) -> None:
        check = Check(50, 10, 6, 1, 8, 2.0, 0.5)
        assert check.coverage == 0.75
        assert check.precision == 0.6
        assert check.passed

    @pytest.mark.parametrize(
        "check",
        [
            Check(50, 10, 6, 3, 8, 2.0, 0.5),  # no clear majority
            Check(50, 10, 6, 0, 8, 2.0, -0.1),  # mean within luck
            Check(50, 10, 0, 0, 8, 2.0, 0.5),  # nothing beyond luck
            Check(50, 0, 0, 0, 8, math.nan, math.nan),
        ],
    )
    def test_failures(self, check: Check) -> None:
        assert not check.passed


class TestBoxes:
    def test_bounds(self) -> None:
        box = Box.everything(2).bounded(0, high=3).bounded(1, low=2)
        points = np.array([[2.9, 2.0], [3.0, 5.0], [0.0, 1.9]])
        assert box.holds(points).tolist() == [True, False, False]
        assert box.bounds == ((0, "high"), (1, "low"))
        assert box.without(0, "high").holds(points).tolist() == [True, True, False]

    @pytest.mark.parametrize(
        ("low", "high", "scale", "whole", "number"),
        [
            (5.2, 6.4, 1, False, 6),
            (5, 6, 1, True, 6),
            (5, 9, 1, True, 7),
            (41.1, 44.9, 7, False, 300 / 7),
            (0.113, 0.131, 100, False, 0.12),
            (283.2, 317.9, 1, False, 300),
            (-0.4, 0.7, 1, False, 0),
            (-2.31, -2.27, 1, False, -2.3),
            (0.00121, 0.00139, 1, False, 0.0013),
        ],
    )
    def test_roundest_number(self, low: float, high: float, scale: float, whole: bool, number: float) -> None:
        found = roundest(low, high, scale, whole)
        assert found == pytest.approx(number)
        assert low < found <= high
