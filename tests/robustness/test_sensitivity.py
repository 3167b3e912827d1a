"""Screening and shares against functions whose answers are known, and against chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris, sobol
from SALib.test_functions import Ishigami, Sobol_G
from scipy.stats import binom

from sim.experiment.robustness.crossed import Crossed, crossed
from sim.experiment.robustness.outputs import POLICY, Output, outputs
from sim.experiment.robustness.screening import Effect, Steps
from sim.experiment.robustness.sensitivity import Method, Table, analysed, points_of
from sim.experiment.robustness.shares import Share

from .conftest import Numbers, stream, table

REPEATS = 20


def problem(factors: int) -> dict[str, object]:
    names = [f"x{place}" for place in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


def tables(runs: Crossed, method: Method) -> dict[tuple[str, str], Table]:
    found, left_out = analysed(runs, method, np.ones(len(runs.factors)).tolist())
    assert left_out == 0
    return {(one.policy, one.against): one for one in found}


def effects(runs: Crossed) -> dict[str, Effect]:
    rows = next(iter(tables(runs, "morris").values())).rows
    return {one.factor: one for one in rows if isinstance(one, Effect)}


def shares(runs: Crossed) -> dict[str, Share]:
    rows = next(iter(tables(runs, "sobol").values())).rows
    return {one.factor: one for one in rows if isinstance(one, Share)}


class TestMorris:
    def test_linear_function_is_exact(self) -> None:
        points = points_of("morris", 3, 5, 0)
        found = effects(table(points, points @ [3.0, -2.0, 0.0] + 7))
        assert found["x0"].mu_star == pytest.approx(3, rel=1e-12) == found["x0"].mu
        assert found["x1"].mu_star == pytest.approx(2, rel=1e-12) == -found["x1"].mu
        assert found["x0"].sigma == pytest.approx(0, abs=1e-12)
        assert found["x2"].mu_star == pytest.approx(0, abs=1e-12)

    def test_is_salibs_for_one_replication(self) -> None:
        points = points_of("morris", 4, 12, 3)
        values = points[:, 0] ** 2 + points[:, 1] * points[:, 2] + np.sin(5 * points[:, 3])
        theirs = morris.analyze(problem(4), points, values, num_levels=4, seed=1)
        found = effects(table(points, values))
        for place, name in enumerate(theirs["names"]):
            assert found[name].mu_star == pytest.approx(theirs["mu_star"][place], rel=1e-9)
            assert found[name].sigma == pytest.approx(theirs["sigma"][place], rel=1e-9)

    def test_steps_that_rounding_shortened_are_drawn_out(self) -> None:
        points = np.round(points_of("morris", 2, 6, 0) * [7, 1000])
        runs = table(points, points @ [1.0, 0.01])
        found, _ = analysed(runs, "morris", [7.0, 1000.0])
        sizes = {one.factor: one.mu_star for one in found[0].rows if isinstance(one, Effect)}
        assert sizes == pytest.approx({"x0": 7.0, "x1": 10.0})

    def test_the_choice_of_the_policy_is_a_factor(self) -> None:
        points = points_of("morris", 2, 4, 0)
        base = points @ [1.0, 0.0]
        found = tables(table(points, base, base + 5, base + 2 * points[:, 1]), "morris")
        of_all = {one.factor: one.mu_star for one in found["", ""].rows if isinstance(one, Effect)}
        up = 2 * points[:, 1]
        assert of_all[POLICY] == pytest.approx(np.mean([np.full(len(up), 5.0), up, 5 - up]))
        assert of_all["x0"] == pytest.approx(1)
        assert of_all["x1"] == pytest.approx(2 / 3)  # it counts under one policy of three
        difference = {one.factor: one.mu_star for one in found["c", "a"].rows if isinstance(one, Effect)}
        assert difference == pytest.approx({"x0": 0.0, "x1": 2.0}, abs=1e-9)

    @pytest.mark.statistical
    def test_intervals_hold_the_mean_effect(self) -> None:
        """Of a bent function, seen by as few trajectories as anybody takes: nine in ten is left of the 95%."""
        repeats, trajectories = 200, 4

        def steps_and_values(count: int, seed: int) -> tuple[Steps, Numbers]:
            points = points_of("morris", 2, count, seed)
            values = 4 * points[:, 0] * points[:, 1] + 2 * points[:, 0] ** 2
            return Steps(("a", "b"), points, [1.0, 1.0]), values.reshape(1, count, -1)

        steps, values = steps_and_values(20_000, 0)
        truth, held = steps.sizes(values), np.zeros(2)
        for seed in range(1, repeats + 1):
            steps, values = steps_and_values(trajectories, seed)
            reaches = Output("", "", values, values[..., None]).reaches(steps.sizes)
            held += np.abs(steps.sizes(values) - truth) <= reaches
        assert (held >= binom.ppf(0.001, repeats, 0.9)).all()

    def test_a_trajectory_with_a_missing_run_is_left_out(self) -> None:
        points = points_of("morris", 2, 5, 0)
        values = points @ [1.0, 2.0]
        values[4] = np.nan
        found, left_out = analysed(table(points, values), "morris", [1, 1])
        assert left_out == 1
        assert isinstance(found[0].rows[0], Effect)
        assert found[0].rows[0].mu_star == pytest.approx(2)

    def test_points_in_another_order_are_refused(self) -> None:
        points = points_of("morris", 2, 5, 0)[::-1][[0, 3, 2, 1, *range(4, 15)]]
        with pytest.raises(ValueError, match="one factor"):
            Steps(("x0", "x1"), points, [1, 1])


class TestSobol:
    @pytest.mark.parametrize("function", ["ishigami", "sobol-g"])
    def test_known_shares(self, function: str) -> None:
        if function == "ishigami":
            points = points_of("sobol", 3, 1024, 1)
            values = Ishigami.evaluate(2 * np.pi * points - np.pi)
            a, b = 7.0, 0.1
            variance = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
            first = [0.5 * (1 + b * np.pi**4 / 5) ** 2 / variance, a**2 / 8 / variance, 0.0]
            both = b**2 * np.pi**8 * (1 / 18 - 1 / 50) / variance
            total = [first[0] + both, first[1], both]
        else:
            points = points_of("sobol", 4, 1024, 1)
            weights = np.array([0.0, 1.0, 4.5, 99.0])
            values = Sobol_G.evaluate(points, weights)
            parts = 1 / (3 * (1 + weights) ** 2)
            variance = np.prod(1 + parts) - 1
            first = list(parts / variance)
            total = [parts[i] * np.prod(1 + np.delete(parts, i)) / variance for i in range(4)]
        found = shares(table(points, values))
        for place in range(points.shape[1]):
            one = found[f"x{place}"]
            # Five standard errors by resampling; a Sobol sequence is nearer than a random sample would be.
            assert abs(one.first - first[place]) < 5 * (one.first_high - one.first) / 1.96 + 1e-3
            assert abs(one.total - total[place]) < 5 * (one.total_high - one.total) / 1.96 + 1e-3

    def test_is_salibs_for_one_replication(self) -> None:
        points = points_of("sobol", 3, 64, 0)
        values = points[:, 0] ** 2 + points[:, 1] * points[:, 2]
        theirs = sobol.analyze(problem(3), values, calc_second_order=False, seed=1)
        found = shares(table(points, values))
        for place in range(3):
            assert found[f"x{place}"].first == pytest.approx(theirs["S1"][place], rel=1e-9)
            assert found[f"x{place}"].total == pytest.approx(theirs["ST"][place], rel=1e-9)

    def test_policies_are_one_group(self) -> None:
        """Y = x + 2 p with p -1 or 1: the variance is 1/12 + 4, and nothing acts together."""
        points = points_of("sobol", 2, 256, 0)
        values = points[:, 0]
        found = shares(table(points, values - 2, values + 2))
        whole = 1 / 12 + 4
        assert found[POLICY].first == pytest.approx(4 / whole, rel=2e-3)
        assert found[POLICY].total == pytest.approx(4 / whole, rel=2e-3)
        assert found["x0"].first == pytest.approx(1 / 12 / whole, rel=0.1)
        assert found["x0"].total == pytest.approx(1 / 12 / whole, rel=0.1)
        assert found["x1"].total == pytest.approx(0, abs=1e-12)

    def test_policies_that_reverse_a_factor_act_together_with_it(self) -> None:
        """Y = p x with p -1 or 1 and x around 0: neither does anything by itself."""
        points = points_of("sobol", 1, 512, 0)
        values = points[:, 0] - 0.5
        found = shares(table(points, values, -values))
        assert found[POLICY].first == pytest.approx(0, abs=1e-3)
        assert found[POLICY].total == pytest.approx(1, abs=1e-2)
        assert found["x0"].first == pytest.approx(0, abs=1e-2)
        assert found["x0"].total == pytest.approx(1, abs=5e-2)

    def test_what_is_the_same_everywhere_has_no_shares(self) -> None:
        points = points_of("sobol", 2, 8, 0)
        assert shares(table(points, np.full(len(points), 3.0))) == {}


def noisy(points: Numbers, seed: int, shared: bool) -> Numbers:
    """A measure that x0 alone moves, with luck of its own at each point or luck that runs along the factors."""
    luck = stream(seed)
    replications, factors = 6, points.shape[1]
    own = luck.standard_normal((len(points), replications))
    if shared:
        own = points @ luck.standard_normal((factors, replications)) * 2
    common = 50 * luck.standard_normal(replications)  # cancels, whatever its size
    return 30 * points[:, :1] + own + common


class TestChance:
    @pytest.mark.parametrize("shared", [False, True])
    @pytest.mark.parametrize("method", ["morris", "sobol"])
    def test_what_does_nothing_stays_under_the_floor(self, method: Method, shared: bool) -> None:
        falsely = missed = 0
        for seed in range(REPEATS):
            points = points_of(method, 4, 8, seed)
            runs = table(points, noisy(points, seed, shared))
            output = next(outputs(runs, 5 if method == "morris" else 6))
            if method == "morris":
                steps = Steps(runs.factors, points, [1] * 4)
                above = steps.sizes(output.values) > output.floors(steps.sizes)
            else:
                found = shares(runs)
                above = np.array([found[name].finding == "clear" for name in runs.factors])
            missed += not above[0]
            falsely += above[1:].any()
        # All floors hold together in 95 of 100 designs; x0 is some fifteen standard errors above its own.
        assert falsely <= binom.ppf(0.9999, REPEATS, 0.05)
        assert missed == 0

    def test_what_nobody_reads_has_no_effect_at_all(self) -> None:
        points = points_of("morris", 2, 5, 0)
        same_luck = stream(1).standard_normal(4)[None].repeat(len(points), axis=0)
        found = effects(table(points, same_luck + points[:, :1]))
        assert found["x1"].finding == "no effect"
        assert found["x0"].finding == "clear"

    def test_one_replication_has_no_floor(self) -> None:
        points = points_of("morris", 2, 5, 0)
        found = effects(table(points, points @ [1.0, 1.0]))
        assert {one.finding for one in found.values()} == {"no floor"}


class TestCrossed:
    def test_ratio_of_sums(self) -> None:
        frame = pd.DataFrame(
            {
                "point": [0, 0, 1, 1],
                "x": [1.0, 1.0, 2.0, 2.0],
                "policy": "a",
                "replication": [0, 1, 0, 1],
                "numerator": [1.0, 9.0, 2.0, 2.0],
                "denominator": [10.0, 10.0, 2.0, 8.0],
            }
        )
        runs = crossed(frame, ["x"])
        assert runs.values.tolist() == [[0.5, 0.4]]
        assert runs.points.tolist() == [[1.0], [2.0]]
        assert runs.complete.all()

    def test_missing_runs_show(self) -> None:
        frame = pd.DataFrame(
            {
                "point": [0, 0, 2],
                "x": [1.0, 1.0, 2.0],
                "policy": "a",
                "replication": [0, 1, 0],
                "numerator": 1.0,
                "denominator": 1.0,
            }
        )
        assert crossed(frame, ["x"]).complete.tolist() == [True, False, False]
        assert crossed(frame, ["x"], points=5).complete.tolist() == [True, False, False, False, False]

    def test_a_run_that_comes_twice_is_refused(self) -> None:
        frame = pd.DataFrame(
            {"point": [0, 0], "x": 1.0, "policy": "a", "replication": 0, "numerator": 1.0, "denominator": 1.0}
        )
        with pytest.raises(ValueError, match="twice"):
            crossed(frame, ["x"])
