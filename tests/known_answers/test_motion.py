"""Positions, speeds and crossing times against numerical solutions of the law dv/dt = (pace - v) / tau."""

from __future__ import annotations

from math import e, exp, inf, log

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import lambertw

from sim.experiment.known_answers import motion
from sim.experiment.known_answers.motion import RUNS
from sim.rules.track import (
    cooled_position,
    fall_days,
    lambert_w_negative,
    lambert_w_of_exp,
    moved,
    position,
    rise_days,
    speed,
)


@pytest.mark.parametrize(("x", "v", "pace", "tau", "target"), RUNS)
def test_motion_solves_the_law(x, v, pace, tau, target) -> None:
    times = np.linspace(0, 5 * tau, 7)
    solved = solve_ivp(
        lambda _, s: [s[1], (pace - s[1]) / tau], (0, times[-1]), [x, v], t_eval=times, rtol=1e-11, atol=1e-13
    )
    scale = 1e-9 * (1 + abs(solved.y[0]).max())
    for t, where, fast in zip(times, *solved.y, strict=True):
        assert abs(position(x, v, pace, tau, t) - where) < scale
        assert abs(speed(v, pace, tau, t) - fast) < scale
        np.testing.assert_allclose(moved(x, v, pace, tau, t), (where, fast), atol=scale)


@pytest.mark.parametrize(("x", "v", "pace", "tau", "target"), RUNS)
def test_crossing_is_the_root_of_the_position(x, v, pace, tau, target) -> None:
    wait = rise_days(x, v, pace, tau, target)
    root = brentq(lambda t: position(x, v, pace, tau, t) - target, 0, 1e4 * tau, xtol=1e-13, rtol=1e-14)
    assert wait == pytest.approx(root, rel=1e-8, abs=1e-12)


def test_runs_and_rules_agree_with_the_law(agreement) -> None:
    agreement.all_of(motion.answers())


def test_coasting_stops_at_its_reach() -> None:
    """Momentum v carries v tau and no further; just below that the wait is a logarithm."""
    assert rise_days(0.0, 0.05, 0.0, 10.0, 0.5) == inf
    assert rise_days(0.0, 0.05, 0.0, 10.0, 0.51) == inf
    assert rise_days(0.0, 0.05, 0.0, 10.0, 0.25) == pytest.approx(10 * log(2), rel=1e-14)
    assert rise_days(0.5, 0.0, 0.0, 10.0, 0.5) == 0.0


def test_a_target_behind_is_reached_at_once() -> None:
    assert rise_days(0.6, 0.01, 0.0, 10.0, 0.5) == rise_days(0.6, 0.01, 0.02, 10.0, 0.5) == 0.0


@pytest.mark.parametrize("exponent", [-30.0, -2.0, -1.0, 0.0, 0.5, 1.0, 3.0, 50.0, 700.0])
def test_lambert_of_an_exponential(exponent) -> None:
    assert lambert_w_of_exp(exponent) == pytest.approx(float(lambertw(exp(exponent)).real), rel=1e-12)


def test_lambert_of_a_huge_exponential() -> None:
    """Beyond the range of floating point its defining equation is the check."""
    w = lambert_w_of_exp(1e6)
    assert w + log(w) == pytest.approx(1e6, rel=1e-14)


@pytest.mark.parametrize("argument", [0.0, -1e-12, -1e-3, -0.1, -0.2, -0.3, -0.36, -0.367])
def test_lambert_of_a_negative_number(argument) -> None:
    """Near the branch point -1/e the function is a square root, so rounding costs half the digits there."""
    near = 1 + e * argument
    bound = 1e-12 if near > 0.05 else 1e-14 / near
    assert lambert_w_negative(argument) == pytest.approx(float(lambertw(argument).real), rel=bound, abs=1e-15)


def test_the_branch_point_of_lambert() -> None:
    assert lambert_w_negative(-1 / e) == pytest.approx(-1.0, abs=1e-7)


@pytest.mark.parametrize(("x", "target"), [(0.8, 0.5), (0.5, 0.001), (0.3, 0.3)])
def test_cooling_falls_exponentially(x, target) -> None:
    wait = fall_days(x, target, 60.0)
    assert wait == pytest.approx(60 * log(x / target), rel=1e-14)
    assert cooled_position(x, wait, 60.0) == pytest.approx(target, rel=1e-13)


def test_cooling_never_reaches_nothing() -> None:
    assert fall_days(0.5, 0.0, 60.0) == inf
    assert fall_days(0.5, 0.6, 60.0) == 0.0


@pytest.mark.parametrize("pace", [1e-3, 1e-5, 1e-9])
def test_a_faint_pace_carries_on_where_the_momentum_ends(pace) -> None:
    """The momentum carries to 0.1 + v tau = 0.38; from there on the pace alone has the rest to go.

    Solving the law for the time, with the exponential gone: t = (target - x - (v - pace) tau) / pace.
    """
    alone = (0.8 - (0.02 - pace) * 14.0) / pace
    assert rise_days(0.1, 0.02, pace, 14.0, 0.9) == pytest.approx(alone, rel=1e-12)
