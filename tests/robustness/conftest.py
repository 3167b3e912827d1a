"""Tables of runs made from functions instead of simulations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiment.robustness.crossed import Crossed

Numbers = NDArray[np.float64]


def table(points: Numbers, *runs: Numbers) -> Crossed:
    """Runs of one policy or several: each of shape (points,) or (points, replications)."""
    stacked = np.stack([one[:, None] if one.ndim == 1 else one for one in runs])
    factors = tuple(f"x{place}" for place in range(points.shape[1]))
    policies = tuple("abcdef"[: len(runs)])
    return Crossed(factors, points, policies, stacked.mean(axis=2), stacked)


def stream(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))
