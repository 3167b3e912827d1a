"""What is uncertain: settings with the ranges in which they may lie, and which to take when nobody says."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiment.designs import Design
from sim.experiment.estimates import Numbers
from sim.experiment.factors import Factor, factor_from, factor_named, spelled
from sim.experiment.robustness.wording import Wording, wording_of
from sim.scenario.checking import value_at
from sim.scenario.document import Scenario
from sim.scenario.errors import InvalidInput, Problem

__all__ = ["USUAL", "Uncertain", "Varied", "design_at", "uncertain_of", "usual_uncertainties"]

Varied = Mapping[str, Any] | Iterable["Uncertain | Factor | str"]
"""Settings and their ranges: `{"team.reps": (4, 12)}` or texts such as "team.reps=4:12"."""


@dataclass(frozen=True)
class Uncertain:
    """A setting that may lie anywhere in a range, or have any of several values.

    Attributes:
        factor: The setting and its range.
        why: Why it is uncertain; empty where whoever asked knows.
    """

    factor: Factor
    why: str = ""

    @property
    def path(self) -> str:
        """The setting, dotted, as the user spells it."""
        return self.factor.path

    @property
    def words(self) -> Wording:
        """How to speak of it."""
        numeric = self.factor.is_range or all(_is_number(one) for one in self.factor.levels)
        levels = () if numeric else tuple(_plain(one) for one in self.factor.levels)
        return wording_of(self.path, self.factor.unit, levels)

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest number it may have; of words the first and the last place in their list."""
        ends = [self.number(one) for one in self.factor.ends]
        return min(ends), max(ends)

    @property
    def said_range(self) -> str:
        """The range in words."""
        return self.words.all_of(*self.range)

    def number(self, value: Any) -> float:
        """The number that a value has in analyses: without its unit; of words their place in the list."""
        if _is_number(value):
            return float(value)
        if self.factor.is_range:
            return float(str(value).removesuffix(self.factor.unit))
        return float([spelled(one) for one in self.factor.levels].index(spelled(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else spelled(value)


def uncertain_of(scenario: Scenario, varied: Varied | None) -> list[Uncertain]:
    """The settings to vary.

    Args:
        scenario: The market.
        varied: What somebody asked for; the usual ones when None.

    Returns:
        The settings.

    Raises:
        InvalidInput: If one is not of the form path=low:high or has a single value.
    """
    if varied is None:
        return usual_uncertainties(scenario)
    if isinstance(varied, Mapping):
        factors: Iterable[Any] = [factor_from(path, given, "design") for path, given in varied.items()]
    else:
        factors = [factor_named(one) if isinstance(one, str) else one for one in varied]
    found = [one if isinstance(one, Uncertain) else Uncertain(one) for one in factors]
    single = [one for one in found if one.range[0] == one.range[1]]
    if single:
        said = "can have one value only, and what never varies explains nothing"
        raise InvalidInput([Problem(said, "--vary", key=one.path, allowed="such as 4:12") for one in single])
    return found


def design_at(uncertain: Sequence[Uncertain], unit: Numbers) -> tuple[Design, Numbers]:
    """Points of the unit cube as settings.

    Args:
        uncertain: The settings.
        unit: Shape (points, settings), from 0 to 1.

    Returns:
        The design, and its points as numbers, shape (points, settings).
    """
    points = tuple(
        tuple(one.factor.at(float(u)) for one, u in zip(uncertain, row, strict=True)) for row in unit
    )
    numbers = [[one.number(value) for one, value in zip(uncertain, row, strict=True)] for row in points]
    return Design(tuple(one.factor for one in uncertain), points, "table"), np.array(numbers)


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
        found.append(Uncertain(Factor(path, (), low, high), why))
    return found[:most]
