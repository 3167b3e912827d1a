"""How sure a share or a mean of simulated rows is: half of its interval, from what differs between replications."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.experiment.estimates import pseudo_values
from sim.experiment.student import student_quantile

__all__ = ["LEVEL", "SAID", "half_interval", "plus_minus"]

LEVEL = 0.95

SAID = f"±: half of the {100 * LEVEL:g}% interval over replications."
"""What a chart says of the numbers behind ±."""


def half_interval(frame: pd.DataFrame, tops: npt.ArrayLike, bottoms: npt.ArrayLike | None = None) -> float:
    """Half of the interval of a ratio of sums.

    Rows of one run are not independent of each other, runs are: each adds its sums, and the jackknife over runs
    gives the error, as for every measure (see `sim.experiment.estimates`).

    Args:
        frame: Rows with the columns that name a run.
        tops: What is summed above, one number per row.
        bottoms: What is summed below; the number of rows when None.

    Returns:
        Half of the interval; NaN with fewer than two runs.
    """
    above = np.asarray(tops, dtype=np.float64)
    below = np.ones(len(frame)) if bottoms is None else np.asarray(bottoms, dtype=np.float64)
    keys = [key for key in ("scenario", "seed", "replication") if key in frame.columns]
    run = frame.groupby(keys, observed=True).ngroup().to_numpy()
    if not len(run) or run.max() < 1:
        return math.nan
    top, bottom = (np.bincount(run, weights=part).astype(np.float64)[None] for part in (above, below))
    pseudo = pseudo_values(top, bottom)[1][0]
    error = float(np.std(pseudo, ddof=1)) / math.sqrt(len(pseudo))
    return student_quantile((1 + LEVEL) / 2, len(pseudo) - 1) * error


def plus_minus(reach: float, decimals: int | None = None) -> str:
    """How half an interval stands behind a number: " ± 1.2"; empty where there is none.

    Args:
        reach: Half of the interval, in the unit of the number.
        decimals: Digits after the point; None for two digits in all, at most three after the point.
    """
    if not math.isfinite(reach):
        return ""
    if decimals is None:
        decimals = 1 if reach == 0 else min(3, max(0, 1 - math.floor(math.log10(reach))))
    return f" ± {reach:,.{decimals}f}"
