"""Quantiles of Student's t, without the second that loading scipy.stats takes."""

from __future__ import annotations

import math

import numpy as np

from sim.engine.draws import normal_quantile

__all__ = ["student_quantile"]

_LARGE = 100_000  # degrees of freedom from which two terms beyond the normal law are exact to 12 digits


def student_quantile(probability: float, freedom: int) -> float:
    """Quantile of Student's t.

    Args:
        probability: Strictly between 0 and 1.
        freedom: Degrees of freedom, 1 or more.

    Returns:
        The quantile, with a relative error below 1e-9 for probabilities from 1e-6 to 1 - 1e-6.

    Raises:
        ValueError: If an argument is out of range.

    Source: Abramowitz and Stegun (1964), 26.7.3, 26.7.4 (the law) and 26.7.5 (the first guess).
    """
    if not 0 < probability < 1 or freedom < 1:
        raise ValueError(f"no quantile of Student's t for probability {probability} and freedom {freedom}")
    if probability < 0.5:
        return -student_quantile(1 - probability, freedom)
    z = normal_quantile(probability)
    guess = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    if freedom >= _LARGE or probability == 0.5:
        return guess
    low, high = 0.0, max(guess, 1.0)
    while _below(high, freedom) < probability:
        low, high = high, 2 * high
    t = min(max(guess, low), high)
    for _ in range(200):
        excess = _below(t, freedom) - probability
        low, high = (low, t) if excess > 0 else (t, high)
        step = excess / _density(t, freedom)
        nearer = t - step if low < t - step < high else (low + high) / 2
        if abs(nearer - t) <= 1e-14 * nearer:
            return nearer
        t = nearer
    return t


def _below(t: float, freedom: int) -> float:
    """Probability of a value below t >= 0, by the finite series for whole degrees of freedom."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    odd = freedom % 2
    k = np.arange(1 + odd, freedom - 1, 2, dtype=np.float64)
    series = 1.0 + float(np.cumprod(square * k / (k + 1)).sum())
    if not odd:
        return 0.5 + sine * series / 2
    rest = sine * math.cos(angle) * series if freedom > 1 else 0.0
    return 0.5 + (angle + rest) / math.pi


def _density(t: float, freedom: int) -> float:
    logarithm = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    return math.exp(logarithm - (freedom + 1) / 2 * math.log1p(t * t / freedom))
