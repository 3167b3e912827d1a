"""Reps compared at equal quality of their leads.

A rep with better leads wins more of them. So each rep's wins are set beside those expected of an average rep with
leads of the same quality, the buyer's fit: it says what a lead is worth, and no rep can change it. This is indirect
standardisation, observed over expected, as hospitals and surgeons are compared at an equal mix of cases: within each
run opportunities are put in classes of equal size by fit, and the win rate of all reps in a class is what is expected
of anybody there.

Compared are opportunities, not leads: whom a rep turns down or never reaches does not count against it, and a buyer
who comes back and is qualified again counts twice. The win of an opportunity is its opener's, that is, the seat's: after
a departure somebody else may have signed it.

Source: observed over expected, and how far chance takes it, are those of provider profiling (Normand, Glickman and
Gatsonis 1997, "Statistical methods for profiling providers of medical care: issues and applications", J. Am. Stat.
Assoc. 92; Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in Medicine 24).
That fit alone is the quality of a lead is an assumption.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["QUALITY_CLASSES", "Comparison", "compared"]

Numbers = npt.NDArray[np.float64]

QUALITY_CLASSES = 5
"""Classes of quality in a run; five take away about 90% of what a difference in quality does to a comparison.

Source: Cochran (1968), "The effectiveness of adjustment by subclassification in removing bias in observational
studies", Biometrics 24: roughly 64, 79, 86, 90 and 92% for two to six classes.
"""


class Comparison(NamedTuple):
    """What each rep made of its opportunities, and what an average rep would have; arrays of shape (reps,).

    Both kinds of expected wins add up to all wins.

    Attributes:
        deals: Opportunities.
        wins: Of these, won.
        raw_expected_wins: Wins of an average rep with as many opportunities, whatever their quality.
        expected_wins: Wins of an average rep with as many opportunities of each class of quality.
        chance_wins: Standard deviation of the wins if within each class luck alone said whose they are. It is that
            of the hypergeometric distribution, because a rep is part of the average it is compared with.
    """

    deals: npt.NDArray[np.int64]
    wins: npt.NDArray[np.int64]
    raw_expected_wins: Numbers
    expected_wins: Numbers
    chance_wins: Numbers


def compared(
    rep: npt.NDArray[np.integer[Any]],
    quality: Numbers,
    won: npt.NDArray[np.bool_],
    reps: int,
    classes: int = QUALITY_CLASSES,
) -> Comparison:
    """Compare reps by the opportunities of one run.

    Args:
        rep: Whose each opportunity is, 0 to `reps - 1`.
        quality: What each is worth, whoever has it. Only the order matters; equal quality is never parted.
        won: Whether each was won.
        reps: How many reps there are, those without an opportunity included.
        classes: Classes of equal size that opportunities are put in.

    Returns:
        Each rep's wins and what they are compared with.
    """
    worse = np.searchsorted(np.sort(quality), quality)
    cell = rep.astype(np.int64) * classes + worse * classes // max(len(quality), 1)
    deals = np.bincount(cell, minlength=reps * classes).reshape(reps, classes)
    wins = np.bincount(cell[won], minlength=reps * classes).reshape(reps, classes)
    of_class, won_of_class = np.maximum(deals.sum(axis=0), 1), wins.sum(axis=0)
    part = deals / of_class
    variance = (part * (1 - part)) @ (won_of_class * (of_class - won_of_class) / np.maximum(of_class - 1, 1))
    return Comparison(
        deals=deals.sum(axis=1),
        wins=wins.sum(axis=1),
        raw_expected_wins=deals.sum(axis=1) * (won_of_class.sum() / max(len(quality), 1)),
        expected_wins=part @ won_of_class,
        chance_wins=np.sqrt(variance),
    )
