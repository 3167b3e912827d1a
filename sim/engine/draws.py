"""Luck: the only source of chance.

Every random number has an address, (seed, kind, number, purpose, occasion),
and is a pure function of it: 64-bit finalisers, one per part of the address.
So a number does not depend on what else was drawn, in which order or in which
process. `luck` mixes what stays the same for one entity, `uniform` the rest.

Everything non-uniform is a quantile function of one uniform number.
Arithmetic is limited to operations that give the same bits compiled and interpreted.
"""

import math
import operator
from typing import SupportsInt

import numpy as np

from sim.engine.compiled import compiled, compiled_as, inlined

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio, made odd
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_KIND_STEP = 0xD1342543DE82EF95
_PURPOSE_STEP = 0xF1357AEA2E62A9C5
_UNIT = 2.0**-53
_SMALLEST = 2.0**-54

SEED_LIMIT = 1 << 63
"""Seeds lie in 0 <= seed < SEED_LIMIT, so that they fit a signed integer."""

_U_STEP = np.uint64(_STEP)
_U_FIRST = np.uint64(_FIRST)
_U_SECOND = np.uint64(_SECOND)
_U_KIND_STEP = np.uint64(_KIND_STEP)
_U_PURPOSE_STEP = np.uint64(_PURPOSE_STEP)
_U_11 = np.uint64(11)
_U_27 = np.uint64(27)
_U_30 = np.uint64(30)
_U_31 = np.uint64(31)


def _mixed_int(x: int) -> int:
    """Finaliser with full avalanche, in Python integers.

    Source: D. Stafford, "Better bit mixing" (2011), variant 13, as in SplitMix64.
    """
    x = ((x ^ (x >> 30)) * _FIRST) & _MASK
    x = ((x ^ (x >> 27)) * _SECOND) & _MASK
    return x ^ (x >> 31)


@inlined
def _mixed_word(x: np.uint64) -> np.uint64:
    """`_mixed_int` in machine words, which wrap around; for compiled code only."""
    x = (x ^ (x >> _U_30)) * _U_FIRST
    x = (x ^ (x >> _U_27)) * _U_SECOND
    return x ^ (x >> _U_31)


def _luck_word(seed: SupportsInt, kind: SupportsInt, number: SupportsInt) -> np.uint64:
    x = _mixed_word(np.uint64(seed) + _U_STEP)
    x = _mixed_word(x ^ (np.uint64(kind) * _U_KIND_STEP))
    return _mixed_word(x + np.uint64(number) * _U_STEP)


@compiled_as(_luck_word)
def luck(seed: SupportsInt, kind: SupportsInt, number: SupportsInt) -> np.uint64:
    """The luck of one entity: what all its random numbers start from.

    Args:
        seed: Seed of the run, 0 or more; mixed, never added.
        kind: What sort of entity it is.
        number: Which one of its kind, by an identity that no policy can change.

    Returns:
        A 64-bit word.
    """
    x = _mixed_int((int(seed) + _STEP) & _MASK)
    x = _mixed_int(x ^ ((int(kind) * _KIND_STEP) & _MASK))
    return np.uint64(_mixed_int((x + int(number) * _STEP) & _MASK))


def _uniform_word(luck: SupportsInt, purpose: SupportsInt, occasion: SupportsInt) -> float:
    x = _mixed_word(np.uint64(luck) ^ (np.uint64(purpose) * _U_PURPOSE_STEP))
    x = _mixed_word(x + np.uint64(occasion) * _U_STEP)
    # The signed form converts in one machine instruction; 53 bits are always positive.
    return max(float(np.int64(x >> _U_11)) * _UNIT, _SMALLEST)


@compiled_as(_uniform_word)
def uniform(luck: SupportsInt, purpose: SupportsInt, occasion: SupportsInt) -> float:
    """A random number for one decision of one entity.

    Args:
        luck: The entity's luck.
        purpose: Which decision; one purpose per decision.
        occasion: The how manieth time this entity faces this decision.

    Returns:
        A number strictly between 0 and 1, one of 2**53 equally likely ones.
    """
    x = _mixed_int(int(luck) ^ ((int(purpose) * _PURPOSE_STEP) & _MASK))
    x = _mixed_int((x + int(occasion) * _STEP) & _MASK)
    return max(float(x >> 11) * _UNIT, _SMALLEST)


def seed_of(seed: int, replication: int) -> int:
    """Seed of one replication, unrelated to its neighbours.

    Args:
        seed: Seed of the experiment, 0 <= seed < 2**63.
        replication: Number of the replication, 0 or more.

    Returns:
        A seed in the same range, the same on every platform.

    Raises:
        ValueError: If seed or replication is negative or too large.
        TypeError: If either is not an integer.
    """
    for name, value in (("seed", seed), ("replication", replication)):
        if isinstance(value, bool):
            raise TypeError(f"{name} must be an integer, not {value!r}")
        if not 0 <= operator.index(value) < SEED_LIMIT:
            raise ValueError(f"{name} must be 0 or more and below 2**63, not {value!r}")
    x = _mixed_int((operator.index(seed) + _STEP) & _MASK)
    x = _mixed_int(x ^ (((operator.index(replication) + 1) * _PURPOSE_STEP) & _MASK))
    return _mixed_int(x) >> 1


@inlined
def exponential_quantile(u: float) -> float:
    """Quantile of the exponential law with mean 1.

    Args:
        u: Probability, strictly between 0 and 1.

    Returns:
        A number of 0 or more. Of what `uniform` gives, 1 - u is exact but for the smallest, which gives 0.
    """
    return -math.log(1.0 - u)


@inlined
def _ratio(
    r: float,
    a: tuple[float, float, float, float, float, float, float, float],
    b: tuple[float, float, float, float, float, float, float],
) -> float:
    """Ratio of two polynomials of degree 7 in r; the constant of the lower one is 1."""
    above = ((((((a[7] * r + a[6]) * r + a[5]) * r + a[4]) * r + a[3]) * r + a[2]) * r + a[1]) * r + a[0]
    below = ((((((b[6] * r + b[5]) * r + b[4]) * r + b[3]) * r + b[2]) * r + b[1]) * r + b[0]) * r + 1.0
    return above / below


_CENTRE_ABOVE = (
    3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
_CENTRE_BELOW = (
    4.2313330701600911252e1, 6.871870074920579083e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
    3.930789580009271061e4, 2.8729085735721942674e4, 5.226495278852854561e3,
)  # fmt: skip
_SHOULDER_ABOVE = (
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4,
)  # fmt: skip
_SHOULDER_BELOW = (
    2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1, 1.4810397642748007459e-1,
    1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9,
)  # fmt: skip
_TAIL_ABOVE = (
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 2.9656057182850489123e-1,
    2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
_TAIL_BELOW = (
    5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
)  # fmt: skip


@compiled
def normal_quantile(u: float) -> float:
    """Quantile of the normal law with mean 0 and standard deviation 1.

    Args:
        u: Probability, strictly between 0 and 1.

    Returns:
        A number between -9 and 9 for the numbers that `uniform` gives.

    Source: M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), routine PPND16;
        relative error about 1e-16.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(0.180625 - q * q, _CENTRE_ABOVE, _CENTRE_BELOW)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    size = (
        _ratio(r - 1.6, _SHOULDER_ABOVE, _SHOULDER_BELOW)
        if r <= 5.0
        else _ratio(r - 5.0, _TAIL_ABOVE, _TAIL_BELOW)
    )
    return -size if q < 0.0 else size


@inlined
def lognormal_quantile(u: float, median: float, spread: float) -> float:
    """Quantile of a lognormal law: many small values, a few large ones.

    Args:
        u: Probability, strictly between 0 and 1.
        median: Half of the values lie below; 0 or more.
        spread: Standard deviation of the logarithm, 0 or more.

    Returns:
        A number of the unit of the median.
    """
    return median * math.exp(min(spread * normal_quantile(u), 700.0))


@inlined
def logit_normal_quantile(u: float, median: float, spread: float) -> float:
    """Quantile of a law on the interval from 0 to 1 whose logit is normal.

    Args:
        u: Probability, strictly between 0 and 1.
        median: Half of the values lie below; 0 to 1, where the ends are certain.
        spread: Standard deviation of the logit, 0 or more.

    Returns:
        A number from 0 to 1.
    """
    if median <= 0.0:
        return 0.0
    if median >= 1.0:
        return 1.0
    x = math.log(median) - math.log1p(-median) + spread * normal_quantile(u)
    # Each branch takes the exponential of a negative number, which cannot overflow.
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    odds = math.exp(x)
    return odds / (1.0 + odds)
