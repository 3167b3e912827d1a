"""The one door to SALib: points at which screening and shares are computed.

SALib knows no replications, so the estimates themselves, their intervals and the noise floor are ours (`screening`
and `shares`); for one replication they are SALib's, which a test holds them to.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.extra import required

__all__ = ["morris_points", "sobol_points"]

_LEVELS = 4


def morris_points(factors: int, trajectories: int, seed: int) -> Numbers:
    """Trajectories in which one factor after the other takes a step of two thirds of its range.

    Args:
        factors: How many factors.
        trajectories: How many trajectories.
        seed: 0 or more.

    Returns:
        Shape (trajectories * (factors + 1), factors), between 0 and 1.

    Raises:
        ModuleNotFoundError: If SALib is not installed.

    Source: Morris (1991), four levels.
    """
    required("SALib", "SALib")
    from SALib.sample import morris

    return np.asarray(morris.sample(_problem(factors), trajectories, num_levels=_LEVELS, seed=seed + 1))


def sobol_points(factors: int, samples: int, seed: int) -> Numbers:
    """Blocks of a point of A, that point with one factor after the other taken from B, and the point of B.

    Args:
        factors: How many factors.
        samples: How many blocks, a power of 2.
        seed: 0 or more.

    Returns:
        Shape (samples * (factors + 2), factors), between 0 and 1.

    Raises:
        ModuleNotFoundError: If SALib is not installed.

    Source: Saltelli and others (2010) on a scrambled Sobol sequence.
    """
    required("SALib", "SALib")
    from SALib.sample import sobol

    points = sobol.sample(_problem(factors), samples, calc_second_order=False, seed=seed + 1)
    return np.asarray(points)


def _problem(factors: int) -> dict[str, Any]:
    """The unit cube; seeds are raised by 1 above because SALib takes 0 for none."""
    return {
        "num_vars": factors,
        "names": [f"x{place}" for place in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }
