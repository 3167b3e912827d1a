"""Settings and bounds in words: "fewer than 6 reps", "the share of buyers who are ready to buy now is above 40%"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from sim.experiment.robustness.boxes import Box
from sim.experiment.robustness.flips import Spoken
from sim.experiment.verdict import listed
from sim.scenario.checking import field_at, part_at
from sim.scenario.document import Scenario

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
    """

    path: str
    label: str
    counted: bool
    spoken: Spoken
    unit: str = ""

    def value(self, number: float) -> str:
        """A number of this setting, with its unit."""
        said = f"{self.spoken.scale * number:,.6g}"
        return f"{said}{'' if self.unit == '%' else ' '}{self.unit}".rstrip()

    def below(self, number: float) -> str:
        """All that is less."""
        said = self.value(number)
        return f"fewer than {said} {self.label}" if self.counted else f"the {self.label} is below {said}"

    def above(self, number: float) -> str:
        """All that is more, the number itself included where numbers are whole."""
        said = self.value(number)
        if not self.counted:
            return f"the {self.label} is {said} or more" if self.spoken.whole else f"the {self.label} is above {said}"
        return f"{said} or more {self.label}" if self.spoken.whole else f"more than {said} {self.label}"

    def between(self, low: float, high: float) -> str:
        """All from one number to another."""
        top = high - 1 if self.spoken.whole else high
        said = f"between {self.value(low)} and {self.value(top)}"
        return f"{said} {self.label}" if self.counted else f"the {self.label} is {said}"


def wording_of(path: str) -> Wording:
    """How to speak of a setting, from what it declares about itself.

    Args:
        path: The setting, dotted. What is no setting of a scenario is called by its path.

    Returns:
        Its wording.
    """
    keys = tuple(path.split("."))
    whole = _is_whole(field_at(Scenario, keys))
    if path in _COUNTED:
        noun, scale = _COUNTED[path]
        return Wording(path, noun, True, Spoken(scale, whole))
    owner = part_at(Scenario, keys[:-1])
    field = owner.model_fields.get(keys[-1]) if owner is not None else None
    if field is None or not field.description:
        return Wording(path, path, False, Spoken(whole=whole))
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    label = re.split(r"[:;]", field.description)[0].strip() + _place(keys)
    if unit == "probability" or unit.startswith("share"):
        return Wording(path, label, False, Spoken(100.0), "%")
    if whole or unit in ("log units", "relative", "utility"):
        unit = ""
    return Wording(path, label, False, Spoken(whole=whole), unit)


def _is_whole(annotation: Any) -> bool:
    while get_origin(annotation) is not None:
        annotation = get_args(annotation)[0]
    return annotation is int


def _place(keys: Sequence[str]) -> str:
    """Which journey, channel or rival a setting belongs to."""
    for above, name in zip(keys, keys[1:], strict=False):
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
