"""What is uncertain: settings with the ranges in which they may lie, and which to take when nobody says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.wording import Wording, wording_of
from sim.scenario.checking import value_at
from sim.scenario.document import Scenario

__all__ = ["USUAL", "Uncertain", "usual_uncertainties", "values_at"]


@dataclass(frozen=True)
class Uncertain:
    """A setting that may lie anywhere in a range.

    Attributes:
        path: The setting, dotted.
        low: Lower end of the range.
        high: Upper end.
        why: Why it is uncertain; empty where whoever asked knows.
    """

    path: str
    low: float
    high: float
    why: str = ""

    @property
    def words(self) -> Wording:
        """How to speak of it."""
        return wording_of(self.path)


USUAL = (
    ("market.demand.arrivals_per_day", "demand of next year is not that of last year"),
    ("team.reps.count", "people leave, and budgets are cut or raised"),
    ("market.clock.ready_now_rate", "how many are ready to buy depends on who is attracted"),
    ("market.clock.hazard_per_month", "how soon the others buy is known for whole markets only"),
    ("market.attention.hot_rate", "nobody counts who is reachable only for minutes"),
    ("market.attention.answer_rate", "published rates of answers to a call differ a lot"),
    ("market.choice.base_value", "how good we are in buyers' eyes shows in wins alone"),
    ("market.choice.late_value", "what a late pass costs is an assumption"),
    ("market.cooling.cooling_days", "how fast neglected buyers cool is an assumption"),
    ("team.reps.trust_rate", "trust in marketing's leads is seldom asked for"),
    ("team.marketers.score_noise", "how well scores tell where a buyer stands is seldom checked"),
    ("team.tasks.discover_rate", "what a talk brings to light is an assumption"),
    ("market.facts.decay_per_year", "how fast records age differs from firm to firm"),
    ("market.choice.relationship_value", "what goodwill is worth is an assumption"),
)
"""Settings that a firm seldom knows and results may rest on, those that strategists ask about first, and why.

Nothing of the policy is here, which is decided and not unknown, and nothing that only scales money.
"""

_LEAST, _MOST = 0.5, 2.0
_MOST_SETTINGS = 8


def usual_uncertainties(scenario: Scenario, most: int = _MOST_SETTINGS) -> list[Uncertain]:
    """The settings to vary when nobody says which: the first of `USUAL` that count in a market.

    Each goes from half its value to twice that; shares stop at 1 and whole numbers are rounded. A setting is passed
    over where it is 0 (half and twice of nothing is nothing) or every journey has a value of its own.

    Args:
        scenario: The market.
        most: Most settings.

    Returns:
        The settings.
    """
    tables = scenario.model_dump(mode="json")
    found = []
    for path, why in USUAL:
        keys = path.split(".")
        value = value_at(tables, keys)
        journeys = scenario.market.journeys.values()
        replaced = all(getattr(one, keys[-1], None) is not None for one in journeys)
        if not isinstance(value, int | float) or not value or replaced:
            continue
        low, high = sorted((_LEAST * value, _MOST * value))
        words = wording_of(path)
        if words.unit == "%":
            high = min(high, 1.0)
        if words.spoken.whole:
            low, high = max(1.0, float(math.floor(low))), float(math.ceil(high))
        found.append(Uncertain(path, low, high, why))
    return found[:most]


def values_at(unit: Numbers, uncertain: Sequence[Uncertain]) -> Numbers:
    """Values of settings at points of the unit cube.

    Args:
        unit: Shape (points, settings), from 0 to 1.
        uncertain: The settings.

    Returns:
        The values; whole numbers have equally wide parts of the unit interval.
    """
    columns = []
    for one, share in zip(uncertain, unit.T, strict=True):
        if one.words.spoken.whole:
            columns.append(np.minimum(np.floor(one.low + share * (one.high - one.low + 1)), one.high))
        else:
            columns.append(one.low + share * (one.high - one.low))
    return np.column_stack(columns)
