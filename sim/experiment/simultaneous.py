"""Intervals that hold together: how far a whole family of differences must reach."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.experiment.student import student_quantile

__all__ = ["simultaneous_quantile"]

_SIMULATED = 40_000  # sets of differences drawn to find the quantile of the largest |t|; error near 0.4%


def simultaneous_quantile(
    correlation: npt.NDArray[np.float64], replications: int, level: float = 0.95
) -> float:
    """How many standard errors all intervals of a family must reach to hold at once.

    The quantile of the largest |t| among differences with the given correlation, each divided by its own
    estimated error: the paired form of Dunnett's and of Tukey's intervals. It is simulated, with a stream
    of its own that is always the same, so equal input gives equal output.

    Args:
        correlation: Correlation of the differences, shape (differences, differences); may be singular.
        replications: Number of seeds the differences were taken over, at least 2.
        level: Probability with which all hold at once.

    Returns:
        The multiplier; for one difference the quantile of Student's t.

    Source: Dunnett (1955) for a common error; here every difference keeps its own, by simulating the
    Wishart matrix of their errors. Assumption: pseudo-values near enough to normal for t intervals.
    """
    freedom = replications - 1
    if len(correlation) == 1:
        return student_quantile((1 + level) / 2, freedom)
    weight, direction = np.linalg.eigh(correlation)
    kept = weight > 1e-9 * weight.max()
    factor = direction[:, kept] * np.sqrt(weight[kept])
    stream = np.random.Generator(np.random.PCG64(20_130_107))
    rank = factor.shape[1]
    centre = stream.standard_normal((_SIMULATED, rank)) @ factor.T
    variance = np.zeros_like(centre)
    if freedom >= rank:
        for column in range(rank):  # Bartlett: the Wishart matrix is A A', A lower triangular
            part = np.zeros((_SIMULATED, rank))
            part[:, column] = np.sqrt(stream.chisquare(freedom - column, _SIMULATED))
            part[:, column + 1 :] = stream.standard_normal((_SIMULATED, rank - column - 1))
            variance += np.square(part @ factor.T)
    else:
        for _ in range(freedom):
            variance += np.square(stream.standard_normal((_SIMULATED, rank)) @ factor.T)
    largest = np.max(np.abs(centre) / np.sqrt(variance / freedom), axis=1)
    return float(np.quantile(largest, level))
