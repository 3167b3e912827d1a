"""What a design varies: one setting and its levels, or the range it is drawn from.

Written on a command line or in a design file as `path=levels`, where levels are separated by commas:

* `team.reps=5,10,20`: these values; texts may have units (`policy.response_target=30 min,4 h`);
* `policy.zone.open=0.3:0.8:11`: eleven values, evenly spaced, both ends included;
* `policy.zone.open=0.3:0.8`: anything between, for designs that draw their points.

Settings that take whole numbers get whole numbers: evenly spaced values are rounded, and every whole number
within a range is drawn equally often.
"""

from __future__ import annotations

import math
import numbers
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from sim.scenario import InvalidInput, Problem
from sim.scenario.overrides import read_value
from sim.scenario.settings import is_whole
from sim.scenario.writing import toml_value

__all__ = ["Factor", "Value", "factor_from", "factor_named", "plain_value", "spelled"]

Value: TypeAlias = Any
"""What a setting can be set to, as TOML knows it: a number, a text, yes or no, a list or a table."""

MOST_LEVELS = 10_000
_NUMBER = r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(
    rf"\s*({_NUMBER})\s*([^\d:,]*?)\s*:\s*({_NUMBER})\s*([^\d:,]*?)\s*(?::\s*(\d+)\s*)?", re.ASCII
)
_ALLOWED = 'such as "5,10,20", "0.3:0.8:11" (eleven values) or "0.3:0.8" (a range)'


@dataclass(frozen=True)
class Factor:
    """A setting that a design varies.

    Attributes:
        path: Its dotted key, as the user spells it.
        levels: The values it takes; empty for a range.
        low: Where a range begins; 0 where there are levels.
        high: Where it ends; 0 where there are levels.
        unit: Unit of a range, written behind each number; empty for the setting's own.
    """

    path: str
    levels: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 0.0
    unit: str = ""

    @property
    def is_range(self) -> bool:
        """Whether values are drawn between two ends."""
        return not self.levels

    def at(self, u: float) -> Value:
        """The value that belongs to a number drawn from [0, 1).

        Args:
            u: The number; equal stretches of [0, 1) stand for equal stretches of a range, or for one level
                or one whole number each.

        Returns:
            The value.
        """
        if self.levels:
            return self.levels[min(int(u * len(self.levels)), len(self.levels) - 1)]
        if is_whole(self.path):
            first, last = math.ceil(self.low), math.floor(self.high)
            return min(first + int(u * (last - first + 1)), last)
        return self._written(self.low + (self.high - self.low) * u)

    @property
    def ends(self) -> tuple[Value, ...]:
        """The levels, or both ends of the range."""
        return self.levels or (self.at(0.0), self.at(1.0))

    def _written(self, number: float) -> Value:
        return f"{number!r} {self.unit}" if self.unit else number


def factor_named(text: str, label: str = "--vary") -> Factor:
    """A factor from a text "path=levels".

    Args:
        text: The text.
        label: Where it stands, as messages name it.

    Returns:
        The factor.

    Raises:
        InvalidInput: If the text is not of this form.
    """
    path, equals, levels = text.partition("=")
    if not (equals and path.strip() and levels.strip()):
        said = "is not of the form path=levels"
        raise InvalidInput(Problem(said, f"{label} {text!r}", allowed='such as "team.reps=5,10,20"'))
    return factor_from(path.strip(), levels, f"{label} {text!r}")


def factor_from(path: str, given: Any, label: str, line: int | None = None) -> Factor:
    """A factor from whatever says what it takes.

    Args:
        path: The dotted key of the setting.
        given: A text as on the command line, a list of values, a pair (low, high), or a table with the keys
            low, high and perhaps levels.
        label: Where it stands, as messages name it.
        line: The line there.

    Returns:
        The factor.

    Raises:
        InvalidInput: If it says nothing, or something impossible.
    """
    try:
        if isinstance(given, str):
            return _from_text(path, given)
        if isinstance(given, Mapping):
            return _from_table(path, given)
        if isinstance(given, tuple) and len(given) == 2 and all(map(_is_number, given)):
            return _range(path, float(given[0]), float(given[1]))
        values = given if isinstance(given, Sequence | Iterable) else [given]
        return _levels(path, [plain_value(one) for one in values])
    except ValueError as error:
        said = str(error)
        raise InvalidInput(Problem(said, label, line, path, "", _ALLOWED)) from None


def _from_text(path: str, text: str) -> Factor:
    items = list(_split(text))
    if len(items) == 1 and (found := _RANGE.fullmatch(items[0])) and found[5] is None:
        return _range(path, float(Fraction(found[1])), float(Fraction(found[3])), _unit_of(found))
    levels: list[Value] = []
    for item in items:
        found = _RANGE.fullmatch(item)
        if found is None or (found[5] is None and _is_clock_time(item)):
            levels.append(read_value(item))
        elif found[5] is None:
            raise ValueError(
                f"{item.strip()!r} is a range and cannot stand among values; add how many, as in 0.3:0.8:11"
            )
        else:
            ends = Fraction(found[1]), Fraction(found[3])
            levels.extend(_evenly(path, *ends, int(found[5]), _unit_of(found)))
    return _levels(path, levels)


def _is_clock_time(text: str) -> bool:
    return re.fullmatch(r"\s*\d{1,2}:\d{2}\s*", text, re.ASCII) is not None


def _unit_of(found: re.Match[str]) -> str:
    low, high = found[2], found[4]
    if low and low != high:
        raise ValueError(f"the ends have different units, {low!r} and {high!r}")
    return high


def _from_table(path: str, table: Mapping[str, Any]) -> Factor:
    if not {"low", "high"} <= table.keys() <= {"low", "high", "levels"}:
        raise ValueError(f"a range needs low and high, and may have levels; here are {', '.join(table)}")
    text = ":".join(str(table[key]) for key in ("low", "high", "levels") if key in table)
    return _from_text(path, text)


def _split(text: str) -> Iterator[str]:
    """The parts of a text between commas that stand in no quotes or brackets."""
    depth, quote, start = 0, "", 0
    letters = enumerate(text)
    for place, letter in letters:
        if quote:
            if letter == "\\" and quote == '"':
                next(letters, None)  # whatever follows is no end of the quotes
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "[{(":
            depth += 1
        elif letter in "]})":
            depth -= 1
        elif letter == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _range(path: str, low: float, high: float, unit: str = "") -> Factor:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"a range goes from a lower to a higher number, not from {low:g} to {high:g}")
    if is_whole(path) and math.ceil(low) > math.floor(high):
        raise ValueError(f"there is no whole number from {low:g} to {high:g}")
    return Factor(path, (), low, high, unit)


def _evenly(path: str, low: Fraction, high: Fraction, count: int, unit: str) -> list[Value]:
    """Values at equal distances, exact before they are rounded once; whole ones where these are wanted."""
    if not 2 <= count <= MOST_LEVELS:
        raise ValueError(f"evenly spaced values are 2 to {MOST_LEVELS:,}, not {count}")
    if not low < high:
        raise ValueError(f"evenly spaced values go from a lower to a higher number, not from {low} to {high}")
    exact = [(low * (count - 1 - place) + high * place) / (count - 1) for place in range(count)]
    if is_whole(path):
        return list(dict.fromkeys(math.floor(one + Fraction(1, 2)) for one in exact))
    return [f"{float(one)!r} {unit}" if unit else float(one) for one in exact]


def _levels(path: str, values: Sequence[Value]) -> Factor:
    if not values:
        raise ValueError("has no levels")
    if any(isinstance(one, str) and not one.strip() for one in values):
        raise ValueError("has an empty level")
    twice = [text for text, times in Counter(map(spelled, values)).items() if times > 1]
    if twice:
        raise ValueError(f"has the level {twice[0]} twice")
    return Factor(path, tuple(values))


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def plain_value(value: Any) -> Value:
    """A value as TOML knows it: numbers of NumPy become Python's, whole floats stay floats.

    Raises:
        ValueError: If it is empty, or nothing that a setting can be.
    """
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        raise ValueError("is empty")
    if isinstance(value, float) and math.isinf(value):
        raise ValueError("is not a finite number")
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        return [plain_value(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain_value(one) for key, one in value.items()}
    if isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"{value!r} is nothing that a setting can be")


def spelled(value: Value) -> str:
    """A value as an override on the command line spells it, so that it reads back as the same."""
    return toml_value(value)
