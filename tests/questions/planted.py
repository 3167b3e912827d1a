"""Comparisons whose truth is known, because the numbers were put there."""

from __future__ import annotations

import numpy as np

from sim.experiment.intervals import Comparison, paired
from sim.experiment.questions.families import Choice, Family, Ran
from sim.measure.measures import MEASURES

SEEDS = 12
WIGGLE = np.resize([1.0, -1.0], SEEDS)  # noise without a mean
DRIFT = np.resize([1.0, 1.0, -1.0, -1.0], SEEDS)  # noise of its own, that does not go with the other

BASE = 100 + 10 * np.arange(SEEDS) / SEEDS


def planted(measure: str = "closed_won_count", **shifts: tuple[float, float]) -> Comparison:
    """Choices against "as it is", each further by a shift with noise of a given size."""
    rows = [BASE, *(BASE + shift + noise * WIGGLE for shift, noise in shifts.values())]
    names = ["as it is", *(name.replace("_", " ") for name in shifts)]
    tops = np.array(rows)
    return paired(MEASURES[measure], names, tops, np.ones_like(tops))


def ran_pair(
    shift: float, noise: float, wiggle=WIGGLE, names: tuple[str, str] = ("as it is", "other")
) -> Ran:
    """Two choices, as if they had been run."""
    family = Family("olist", None, tuple(Choice(name) for name in names))
    tops = np.array([BASE, BASE + shift + noise * wiggle])
    return Ran(family, {"closed_won_count": (tops, np.ones_like(tops))})
