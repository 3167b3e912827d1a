"""Settings and bounds in words: "fewer than 6 reps", "the share of buyers who are ready to buy now is above 40%"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.experiment.robustness.boxes import Box
from sim.experiment.robustness.flips import Spoken
from sim.experiment.verdict import listed
from sim.scenario.checking import part_at
from sim.scenario.document import Scenario
from sim.scenario.overrides import key_path
from sim.scenario.settings import is_whole
from sim.scenario.spellings import usual_setting

__all__ = ["Wording", "condition", "wording_of"]

_COUNTED = {
    "team.reps.count": ("reps", 1.0),
    "team.marketers.count": ("marketers", 1.0),
    "market.demand.arrivals_per_day": ("leads a week", 7.0),
}
"""Settings that are counted in a sentence, and what their numbers are multiplied with there."""

_PLACES = {
    "journeys": "on journey",
    "channels": "of channel",
    "segments": "of segment",
    "rivals": "of rival",
    "media": "of medium",
}


@dataclass(frozen=True)
class Wording:
    """How one setting and its numbers are said.

    Attributes:
        path: The setting, dotted.
        label: What it is, such as "reps" or "share of buyers who are ready to buy now".
        counted: Whether the label follows a number ("6 reps").
        spoken: What its numbers are multiplied with, and whether they are whole.
        unit: Written after a number; "%" without a blank.
        levels: The words it may be, where it is no number; its numbers then are places in this list.
    """

    path: str
    label: str
    counted: bool
    spoken: Spoken
    unit: str = ""
    levels: tuple[str, ...] = ()

    def value(self, number: float) -> str:
        """A number of this setting, with its unit."""
        said = f"{self.spoken.scale * number:,.6g}"
        return f"{said}{'' if self.unit == '%' else ' '}{self.unit}".rstrip()

    @property
    def subject(self) -> str:
        """What a sentence about it begins with; a meaning that is a clause of its own makes no subject."""
        return (
            self.path if self.label.split()[0] in ("what", "how", "when", "whether") else f"the {self.label}"
        )

    def all_of(self, low: float, high: float) -> str:
        """A range, both ends included."""
        if self.levels:
            return self._one_of(low, high + 1)
        return f"{self.value(low).removesuffix(self.unit).rstrip()} to {self.value(high)}"

    def _one_of(self, low: float, end: float) -> str:
        return " or ".join(self.levels[max(0, math.ceil(low)) : math.ceil(min(end, len(self.levels)))])

    def below(self, number: float) -> str:
        """All that is less."""
        if self.levels:
            return f"{self.subject} is {self._one_of(0, number)}"
        said = self.value(number)
        return f"fewer than {said} {self.label}" if self.counted else f"{self.subject} is below {said}"

    def above(self, number: float) -> str:
        """All that is more, the number itself included where numbers are whole."""
        if self.levels:
            return f"{self.subject} is {self._one_of(number, math.inf)}"
        said = self.value(number)
        if not self.counted:
            return (
                f"{self.subject} is {said} or more"
                if self.spoken.whole
                else f"{self.subject} is above {said}"
            )
        return f"{said} or more {self.label}" if self.spoken.whole else f"more than {said} {self.label}"

    def between(self, low: float, high: float) -> str:
        """All from one number to another."""
        if self.levels:
            return f"{self.subject} is {self._one_of(low, high)}"
        top = high - 1 if self.spoken.whole else high
        said = f"between {self.value(low)} and {self.value(top)}"
        return f"{said} {self.label}" if self.counted else f"{self.subject} is {said}"


def wording_of(path: str, own_unit: str = "", levels: tuple[str, ...] = ()) -> Wording:
    """How to speak of a setting, from what it declares about itself.

    Args:
        path: The setting, dotted. What is no setting of a scenario is called by its path.
        own_unit: Unit in which its numbers are given, if not its own.
        levels: The words it may be, where it is no number.

    Returns:
        Its wording.
    """
    keys, _ = usual_setting(key_path(path), 0, path)
    usual = ".".join(keys)
    whole = is_whole(path)
    if usual in _COUNTED and not own_unit:
        noun, scale = _COUNTED[usual]
        return Wording(path, noun, True, Spoken(scale, whole))
    owner = part_at(Scenario, keys[:-1])
    field = owner.model_fields.get(keys[-1]) if owner is not None else None
    if field is None or not field.description:
        return Wording(path, path, False, Spoken(whole=whole or bool(levels)), own_unit, levels)
    label = re.split(r"[:;]", field.description)[0].strip() + _place(keys)
    if own_unit or levels:
        return Wording(path, label, False, Spoken(whole=bool(levels)), own_unit, levels)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    if unit == "probability" or unit.startswith("share"):
        return Wording(path, label, False, Spoken(100.0), "%")
    if whole or unit in ("log units", "relative", "utility"):
        unit = ""
    return Wording(path, label, False, Spoken(whole=whole), unit)


def _place(keys: Sequence[str]) -> str:
    """Which journey, channel or rival a setting belongs to."""
    for above, name in pairwise(keys):
        if above in _PLACES and name != keys[-1]:
            return f" {_PLACES[above]} {name}"
    return ""


def condition(box: Box, words: Sequence[Wording]) -> str:
    """Where a box lies, in words.

    Args:
        box: The box.
        words: How to speak of each factor.

    Returns:
        Such as "fewer than 6 reps and more than 300 leads a week"; empty for everywhere.
    """
    bounded = sorted({factor for factor, _ in box.bounds})
    said = []
    for factor in bounded:
        low, high, word = box.lows[factor], box.highs[factor], words[factor]
        sides = {side for number, side in box.bounds if number == factor}
        if len(sides) == 2:
            said.append(word.between(low, high))
        else:
            said.append(word.above(low) if "low" in sides else word.below(high))
    return listed(said)
