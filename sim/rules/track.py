"""Motion on the track: how a buyer's position and speed evolve between touches, and when lines are crossed.

Positions are shares of the track, speeds are in track per day (athletes: metres and seconds). The law is
``dv/dt = (pace - v) / tau``, so impulses add and the state is always (position, speed, pace).

Positions are of the order of 1, so that a rounding of a share by 1e-16 is as good as none: ``1 - exp`` and a plain
logarithm will do where ``expm1`` and ``log1p``, which take twice as long, would save the last bits of tiny steps.
"""

from __future__ import annotations

from math import exp, inf, log, sqrt

from sim.engine.compiled import compiled, inlined


@inlined
def position(x: float, v: float, pace: float, tau: float, elapsed: float) -> float:
    """Where a runner is after `elapsed`, starting at x with speed v and pulled towards `pace`.

    Source: T9.5 (the sprint law), read with pace 0 as coasting.
    """
    return x + pace * elapsed + (v - pace) * tau * (1.0 - exp(-elapsed / tau))


@inlined
def speed(v: float, pace: float, tau: float, elapsed: float) -> float:
    """Speed after `elapsed`: the gap between speed and pace closes exponentially.

    Source: T9.5.
    """
    return pace + (v - pace) * exp(-elapsed / tau)


@inlined
def moved(x: float, v: float, pace: float, tau: float, elapsed: float) -> tuple[float, float]:
    """Position and speed after `elapsed`, sharing the one exponential both need.

    Source: T9.5.
    """
    closed = 1.0 - exp(-elapsed / tau)
    return x + pace * elapsed + (v - pace) * tau * closed, v + (pace - v) * closed


@inlined
def cooled_position(x: float, elapsed: float, cooling_days: float) -> float:
    """Where a neglected buyer has slid back to: position shrinks exponentially.

    Source: T10.4 for the plateau before it; the shape is an assumption.
    """
    return x * exp(-elapsed / cooling_days)


@inlined
def fall_days(x: float, target: float, cooling_days: float) -> float:
    """Time until a cooling buyer at x falls to `target`; 0 if already there, inf if never."""
    if x <= target:
        return 0.0
    if target <= 0.0:
        return inf
    return cooling_days * log(x / target)


@inlined
def coast_days(x: float, v: float, tau: float, target: float) -> float:
    """Time until a coasting runner (pace 0) reaches `target`; inf when the momentum does not carry that far."""
    gap = target - x
    if gap <= 0.0:
        return 0.0
    reach = v * tau
    if reach <= gap:
        return inf
    return tau * log(reach / (reach - gap))


@inlined
def lambert_w_of_exp(exponent: float) -> float:
    """The w > 0 that solves w + log(w) = exponent, by Newton's method; it is Lambert's W(e^exponent).

    Working with the exponent keeps large arguments from overflowing.
    """
    if exponent < -700.0:
        return exp(exponent)  # w is its own exponential here, and log(w) would be of nothing
    w = exponent if exponent > 1.0 else exp(exponent)
    for _ in range(60):
        step = w * (w + log(w) - exponent) / (w + 1.0)
        w = w - step if step < w else 0.5 * w
        if abs(step) <= 1e-15 * w:
            break
    return w


@inlined
def lambert_w_negative(argument: float) -> float:
    """The principal branch of Lambert's W for -1/e <= argument <= 0, by Halley's method."""
    root = 2.0 * (2.718281828459045 * argument + 1.0)
    root = sqrt(root) if root > 0.0 else 0.0
    w = -1.0 + root - root * root / 3.0
    for _ in range(60):
        if w <= -1.0:
            return -1.0
        e = exp(w)
        miss = w * e - argument
        step = miss / (e * (w + 1.0) - (w + 2.0) * miss / (2.0 * w + 2.0))
        w -= step
        if abs(step) <= 1e-15:
            break
    return w


@compiled
def driven_days(x: float, v: float, pace: float, tau: float, target: float) -> float:
    """Time until a runner whose pace somebody sets reaches `target` from below, by Lambert's W; 0 if already there."""
    gap = target - x
    if gap <= 0.0:
        return 0.0
    k = (v - pace) / pace
    if k == 0.0:
        return gap / pace
    c = gap / (pace * tau) - k
    w = lambert_w_of_exp(log(k) - c) if k > 0.0 else lambert_w_negative(k * exp(-c))
    wait = tau * (c + w)
    return wait if wait > 0.0 else 0.0


@inlined
def rise_days(x: float, v: float, pace: float, tau: float, target: float) -> float:
    """Time until a runner reaches `target` from below; 0 if already there, inf if never.

    Args:
        x: Position now.
        v: Speed now, not negative.
        pace: Speed of whoever carries the baton, not negative; 0 is coasting.
        tau: Time constant of the motion, days.
        target: Position to reach.

    Returns:
        The time in days: a logarithm when coasting, Lambert's W when somebody sets the pace.

    Source: closed form of the law T9.5.
    """
    if pace <= 0.0:
        return coast_days(x, v, tau, target)
    return driven_days(x, v, pace, tau, target)


@inlined
def phase_of(x: float) -> int:
    """Number of the phase at position x: stimulus, zero moment, evaluation or first moment of truth."""
    return max(min(int(4.0 * x), 3), 0)  # no branch, for the processor cannot guess where a buyer is
