"""What one policy gives, and how sure that is: a ratio of sums with its interval.

A measure is a ratio of sums over seeds; leaving out one seed at a time (the jackknife) turns it into one
pseudo-value per seed, whose mean has an interval by t. For a measure stated per run the pseudo-values are the
runs' own values.

A share lies between 0 and 1, and a difference of shares between -1 and 1. The interval by t does not know that,
so its ends are cut there. That costs no coverage: what is cut off cannot be the true value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.experiment.student import student_quantile
from sim.measure.measures import Measure

__all__ = ["Estimate", "Numbers", "estimated", "pseudo_values", "single", "within_bounds"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One policy's value of the measure.

    Attributes:
        policy: The policy.
        value: Sum of numerators over sum of denominators, over the seeds used; NaN without any occasion.
        low: Lower end of its own interval (not simultaneous); NaN when there is none.
        high: Upper end.
        replications: Seeds used.
        missing: Seeds of this policy whose run failed, is absent or gave no number.
        without_occasion: Seeds used in which the denominator was 0: they add nothing to the sums.
    """

    policy: str
    value: float
    low: float
    high: float
    replications: int
    missing: int
    without_occasion: int


def single(
    measure: Measure, policy: str, numerators: Numbers, denominators: Numbers, level: float = 0.95
) -> Estimate:
    """One policy's value of a measure with its interval, as comparisons give it for each policy.

    Args:
        measure: The measure.
        policy: Name of the policy.
        numerators: Shape (seeds,), NaN where a run is missing.
        denominators: Same shape.
        level: Probability with which the interval holds.

    Returns:
        The estimate; its ends are NaN with fewer than two seeds.
    """
    usable = np.isfinite(numerators) & np.isfinite(denominators)
    values, pseudo = pseudo_values(numerators[None, usable], denominators[None, usable])
    return estimated(measure, policy, float(values[0]), pseudo[0], denominators[usable], usable, level)


def estimated(
    measure: Measure,
    policy: str,
    value: float,
    pseudo: Numbers,
    denominators: Numbers,
    usable: npt.NDArray[np.bool_],
    level: float,
) -> Estimate:
    """A policy's value with its interval by t, from what each seed contributes.

    Args:
        measure: The measure.
        policy: Name of the policy.
        value: The ratio of sums.
        pseudo: Its pseudo-values, shape (seeds used,).
        denominators: Denominators of the seeds used.
        usable: Which of all seeds of this policy gave a number.
        level: Probability with which the interval holds.

    Returns:
        The estimate; its ends are NaN with fewer than two seeds used.
    """
    low = high = np.nan
    if pseudo.size > 1 and np.isfinite(pseudo).all():
        error = np.std(pseudo, ddof=1) / np.sqrt(pseudo.size)
        reach = student_quantile((1 + level) / 2, pseudo.size - 1) * float(error)
        low, high = within_bounds(measure, 0.0, value, reach)
    missing, idle = int((~usable).sum()), int((denominators == 0).sum())
    return Estimate(policy, value, low, high, pseudo.size, missing, idle)


def pseudo_values(numerators: Numbers, denominators: Numbers) -> tuple[Numbers, Numbers]:
    """Ratios of sums, and what each seed contributes to them.

    Args:
        numerators: Shape (policies, seeds).
        denominators: Same shape.

    Returns:
        The ratio of each policy, shape (policies,), and its jackknife pseudo-values, shape
        (policies, seeds): n times the ratio minus (n - 1) times the ratio without that seed. Their mean
        square deviation estimates the error of the ratio. NaN where a denominator sums to zero.
    """
    seeds = numerators.shape[1]
    top = numerators.sum(axis=1, keepdims=True)
    bottom = denominators.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(bottom != 0, top / bottom, np.nan)
        # With equal denominators a seed contributes its own value; computed directly it carries no rounding.
        equal = (denominators == denominators[:, :1]).all(axis=1, keepdims=True) & (bottom != 0)
        own = np.where(equal, numerators / denominators, np.nan)
        rest = bottom - denominators
        without = np.where(rest != 0, (top - numerators) / rest, np.nan)
        pseudo = np.where(equal, own, seeds * ratio - (seeds - 1) * without)
    return ratio[:, 0], pseudo


def within_bounds(measure: Measure, least: float, value: float, reach: float) -> tuple[float, float]:
    """The interval around a value, cut where no share can lie.

    A value outside the bounds, which no share has, stays within its interval all the same.

    Args:
        measure: The measure; nothing is cut unless it is a share.
        least: 0 for a share, -1 for a difference of shares.
        value: The value.
        reach: Half the interval's length.

    Returns:
        Lower and upper end.
    """
    low, high = value - reach, value + reach
    if not measure.unit.startswith("share"):
        return low, high
    return max(low, min(least, value)), min(high, max(1.0, value))
