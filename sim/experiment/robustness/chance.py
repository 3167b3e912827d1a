"""What chance alone would show: the noise floor from replications.

Every point is run on the same replications. Two points share their buyers and their luck, so what is common to all
points cancels when two are compared; a setting that no rule reads changes nothing at all. What remains is the luck
that a change re-deals: the same buyers meet other reps, or come to the telephone at another time. It differs from
replication to replication, and its mean over the replications is what a setting without any effect in expectation
would still show. These changes are not independent between points either: a replication in which few buyers come is
unlucky everywhere.

So chance is imitated as a whole. Each change's deviations from its own mean over the replications are multiplied by
one standard normal number per replication, the same number for all points, and the sum is divided by the root of
n (n - 1) for n replications. That has the covariance, between points and between settings, that the replications
show. Dividing by the root of a chi-square over its n - 1 degrees of freedom, drawn along, allows for the covariance
being estimated: a single change gets the limits of Student's t.

Source: a multiplier bootstrap (Chernozhukov, Chetverikov and Kato 2013) with the scale of a multivariate t; the idea
of asking what an input that does nothing would get is the dummy parameter of Khorashadi Zadeh and others (2017).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.experiment.estimates import Numbers
from sim.experiment.student import student_quantile

__all__ = ["LEVEL", "by_chance", "multipliers", "reaches_of", "resampled", "together"]

LEVEL = 0.95
"""Probability with which all floors of a family hold at once, and of each interval."""

_DRAWS = 1_000  # the quantile of 95% is then off by 0.7% of probability
_RESAMPLES = 500
_STREAM = 20_170_501


@cache
def multipliers(replications: int) -> Numbers:
    """What to multiply deviations of replications with, always the same numbers.

    Args:
        replications: At least 2.

    Returns:
        Shape (draws, replications).

    Raises:
        ValueError: If one replication has to tell how large its own luck is.
    """
    if replications < 2:
        raise ValueError("the noise floor needs two or more replications")
    stream = np.random.Generator(np.random.PCG64(_STREAM))
    freedom = replications - 1
    normal = stream.standard_normal((_DRAWS, replications))
    scale = np.sqrt(stream.chisquare(freedom, (_DRAWS, 1)) / freedom)
    return np.asarray(normal / scale / np.sqrt(replications * freedom))


def by_chance(contributions: Numbers) -> Iterator[Numbers]:
    """What chance alone could have given at all points at once.

    Args:
        contributions: By replication, shape (..., replications), 2 or more of them.

    Yields:
        Means over replications around 0, shape (...).
    """
    deviations = contributions - contributions.mean(axis=-1, keepdims=True)
    for drawn in multipliers(contributions.shape[-1]):
        yield deviations @ drawn


def together(found: Numbers, level: float = LEVEL) -> Numbers:
    """Limits under which chance keeps all of a family of statistics with the stated probability.

    Args:
        found: What chance gave, none of it negative, shape (draws, family).
        level: The probability.

    Returns:
        One limit per member, shape (family,): each member's own quantile, raised by a common factor.
    """
    own = np.quantile(found, level, axis=0)
    alive = own > 0
    if not alive.any():
        return own
    largest = (found[:, alive] / own[alive]).max(axis=1)
    return np.asarray(own * np.quantile(largest, level))


def resampled(values: Numbers, contributions: Numbers) -> Iterator[tuple[Numbers, NDArray[np.intp]]]:
    """The same table with rows and replications drawn with replacement, both at once.

    Args:
        values: Shape (policies, rows, ...); rows are independent: trajectories, blocks or worlds.
        contributions: What each replication contributes, shape (policies, rows, ..., replications).

    Yields:
        The values of the replications drawn, in all rows, and the numbers of the rows drawn.

    Source: Owen (2007), the pigeonhole bootstrap; for two crossed samples it errs on the wide side.
    """
    stream = np.random.Generator(np.random.PCG64(_STREAM + 1))
    rows, replications = values.shape[1], contributions.shape[-1]
    even = np.full(replications, 1 / replications)
    for _ in range(_RESAMPLES):
        weights = stream.multinomial(replications, even) / replications - even
        yield values + contributions @ weights, np.asarray(stream.integers(rows, size=rows), dtype=np.intp)


def reaches_of(found: Numbers, rows: int) -> Numbers:
    """Half the lengths of intervals, from statistics of resampled tables.

    Rows drawn with replacement vary less than rows drawn anew, by (n - 1) / n of the variance, and with few rows the
    variance itself is hardly known: both are allowed for as for a mean of n rows, by Student's t.

    Args:
        found: Statistics of each resample, shape (resamples, ...); NaN where one says nothing.
        rows: How many rows the table has.

    Returns:
        Shape (...).
    """
    freedom = max(1, rows - 1)
    wider = student_quantile((1 + LEVEL) / 2, freedom) * math.sqrt(rows / freedom)
    return np.asarray(wider * np.nanstd(found, axis=0, ddof=1))
