"""Single settings looked at by themselves: whether they exist, what they take, and what is wrong with a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.scenario.checking import field_at, findings_of, part_at, plain_type
from sim.scenario.document import Scenario
from sim.scenario.errors import Problem, shown_value
from sim.scenario.overrides import Setting, key_path, missing_key, usual_override
from sim.scenario.spellings import usual_setting

__all__ = ["is_whole", "setting_problems", "usual_key"]


def setting_problems(data: Mapping[str, Any], settings: Sequence[tuple[str, str, Any]]) -> list[Problem]:
    """What is wrong with settings of a scenario, each looked at by itself.

    Values that are fine alone and do not go together, such as an aim that opens after it closes, pass.

    Args:
        data: The scenario's tables.
        settings: Where each setting comes from, as messages name it; its dotted key; its value.

    Returns:
        One problem or more for each setting that does not exist or cannot have its value.
    """
    by_path: dict[tuple[str, ...], list[Setting]] = {}
    for label, key, value in settings:
        one = usual_override(Setting(label, key_path(key), value), Scenario)
        by_path.setdefault(one.path, []).append(one)
    problems: list[Problem] = []
    for path, ones in by_path.items():
        others = [one for other, some in by_path.items() if other != path for one in some]
        missing = missing_key(data, ones[0], Scenario, others)
        problems.extend(
            [missing] if missing is not None else [p for one in ones for p in _value_problems(one)]
        )
    return problems


def _value_problems(one: Setting) -> Iterator[Problem]:
    try:
        _reader_at(one.path).validate_python(one.value)
    except ValidationError as error:
        for found in findings_of(error, part_at(Scenario, one.path) or Scenario, one.value):
            key = ".".join(str(part) for part in (*one.path, *found.at))
            value = one.value if found.value is None else found.value
            yield Problem(found.said, one.label, None, key, shown_value(value), found.allowed, found.nearest)


@cache
def _reader_at(path: tuple[str, ...]) -> TypeAdapter[Any]:
    return TypeAdapter(field_at(Scenario, path))


def is_whole(key: str) -> bool:
    """Whether a setting of a scenario takes whole numbers, such as `team.reps`.

    Args:
        key: Its dotted key; False when there is none of this name.
    """
    return plain_type(field_at(Scenario, usual_key(key))) is int


def usual_key(key: str) -> tuple[str, ...]:
    """The path of a setting in the usual spelling, so that two spellings of one setting are known as one.

    Args:
        key: Its dotted key; for people, of their number.
    """
    path, _ = usual_setting(key_path(key), 0, key)
    return path
