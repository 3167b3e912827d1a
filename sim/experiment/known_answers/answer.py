"""Known answers: what theory says, what was simulated, and how far apart they may be by chance alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from sim.engine.draws import normal_quantile
from sim.experiment.student import student_quantile

__all__ = ["FALSE_ALARM", "Answer", "exactly", "of_mean", "of_share", "over_replications"]

FALSE_ALARM = 1e-4
"""Chance that a comparison fails although engine and theory agree."""

NORMAL: float = normal_quantile(1 - FALSE_ALARM / 2)


@dataclass(frozen=True)
class Answer:
    """One comparison with theory.

    Attributes:
        theory: Which theory, as it is known.
        what: What is compared.
        expected: The closed form.
        found: What was simulated.
        bound: How far apart they may be: by chance, at `FALSE_ALARM`, or by rounding.
        sample: What the bound was computed from.
    """

    theory: str
    what: str
    expected: float
    found: float
    bound: float
    sample: str

    @property
    def agreed(self) -> bool:
        """Whether simulation and theory agree within the bound."""
        return abs(self.found - self.expected) <= self.bound

    @property
    def sharpness(self) -> float:
        """The bound as a share of what is expected: a wide one would prove little."""
        return self.bound / abs(self.expected) if self.expected else 0.0

    def __repr__(self) -> str:
        """The comparison in one line."""
        return (
            f"{self.theory}, {self.what}: {self.found:.6g} found, {self.expected:.6g} expected, "
            f"+- {self.bound:.2g} ({self.sample})"
        )


def over_replications(theory: str, what: str, found: Sequence[float], expected: float) -> Answer:
    """Independent replications against a theoretical mean.

    The bound is Student's quantile with n - 1 degrees of freedom times s / sqrt(n). Correlation within a
    replication does not matter: only the n replications count as observations.

    Args:
        theory: Which theory.
        what: What is compared.
        found: One mean per replication.
        expected: The closed form.

    Returns:
        The comparison.
    """
    n = len(found)
    bound = student_quantile(1 - FALSE_ALARM / 2, n - 1) * float(np.std(found, ddof=1)) / sqrt(n)
    return Answer(theory, what, expected, float(np.mean(found)), bound, f"{n} replications")


def of_share(theory: str, what: str, hits: int, n: int, expected: float) -> Answer:
    """A share among n independent cases against a probability.

    The bound is the normal quantile times sqrt(p (1 - p) / n), and half a case for continuity.

    Args:
        theory: Which theory.
        what: What is compared.
        hits: Cases that have it.
        n: All cases.
        expected: The probability.

    Returns:
        The comparison.
    """
    bound = NORMAL * sqrt(expected * (1 - expected) / n) + 0.5 / n
    return Answer(theory, what, expected, hits / n, bound, f"{n:,} cases")


def of_mean(theory: str, what: str, found: Any, expected: float) -> Answer:
    """A mean over thousands of independent cases against an expectation.

    The bound is the normal quantile times s / sqrt(n).

    Args:
        theory: Which theory.
        what: What is compared.
        found: One number per case.
        expected: The expectation.

    Returns:
        The comparison.
    """
    n = len(found)
    bound = NORMAL * float(np.std(found, ddof=1)) / sqrt(n)
    return Answer(theory, what, expected, float(np.mean(found)), bound, f"{n:,} cases")


def exactly(theory: str, what: str, found: float, expected: float, rounding: float, why: str) -> Answer:
    """A number without chance against its closed form.

    Args:
        theory: Which theory.
        what: What is compared.
        found: What the engine gives.
        expected: The closed form.
        rounding: How far apart rounding or a stated approximation may leave them.
        why: Where that bound comes from.

    Returns:
        The comparison.
    """
    return Answer(theory, what, float(expected), float(found), float(rounding), why)
