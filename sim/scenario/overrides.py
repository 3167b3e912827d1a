"""Single values set from outside: ``policy.aim.shift=-0.1``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from sim.scenario.checking import field_at, known_keys, part_at, value_at
from sim.scenario.composing import Layer, with_references
from sim.scenario.errors import InvalidInput, Problem, nearest_name
from sim.scenario.fields import Part
from sim.scenario.frozen import FrozenTable
from sim.scenario.merging import Whole, merged
from sim.scenario.policy import Policy
from sim.scenario.reading import Document
from sim.scenario.spellings import usual_setting

__all__ = ["Setting", "key_path", "missing_key", "overridden", "read_value", "usual_override"]

_NAMED = {
    ("market", "channels"),
    ("market", "segments"),
    ("market", "journeys"),
    ("market", "rivals"),
    ("team", "media"),
}
"""Tables whose rows have names that the user chooses; other tables of names refer to these."""

_SLIP = 0.75
"""Likeness from which a new name passes for a slip of the finger: "emial" is 0.8 like "email"."""


class Setting(NamedTuple):
    """One override as read: the dotted key and the value."""

    label: str
    path: tuple[str, ...]
    value: Any

    def mentions(self, name: str) -> bool:
        """Whether a name is part of the key or stands anywhere in the value."""
        return name in self.path or name in _words_in(self.value)


def overridden(
    data: dict[str, Any], overrides: Sequence[str], model: type[Part]
) -> tuple[dict[str, Any], list[Layer]]:
    """Tables with single values replaced.

    A row of a new name may be added where users choose the names, such as a medium. What looks like a slip
    of the finger for a name that is there is refused, unless the new name comes up in another override or is
    given a whole table.

    Args:
        data: The tables of a scenario.
        overrides: Texts "dotted.key=value"; the value is read as TOML, or as plain text if it is none.
            Policies may be given by name.
        model: The model that says which keys there are.

    Returns:
        The new tables, and one layer per override (the last first), so that errors can name it.

    Raises:
        InvalidInput: With every override that has no "=" or names no setting.
    """
    problems: list[Problem] = []
    settings: list[Setting] = []
    for override in [overrides] if isinstance(overrides, str) else overrides:
        label = f"override {override!r}"
        key, equals, text = override.partition("=")
        path = key_path(key)
        if equals and all(path):
            settings.append(usual_override(Setting(label, path, read_value(text)), model))
        else:
            problems.append(
                Problem("is not of the form key=value", label, allowed='such as "policy.aim.shift=-0.1"')
            )
    layers: list[Layer] = []
    for place, one in enumerate(settings):
        problem = missing_key(data, one, model, [*settings[:place], *settings[place + 1 :]])
        if problem is not None:
            problems.append(problem)
            continue
        try:
            over, brought = with_references(_document(data, one, model), ())
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        data = merged(data, over)
        layers = [*brought, Layer(one.label, None, one.path), *layers]
    if problems:
        raise InvalidInput(problems)
    return data, layers


def key_path(key: str) -> tuple[str, ...]:
    """The names that a dotted key is made of; blanks and quotes around them do not count."""
    return tuple(part.strip().strip("\"'") for part in key.strip().split("."))


def usual_override(one: Setting, model: type[Part]) -> Setting:
    """A setting in the usual spelling; a policy's own keys are those below `policy` in a scenario."""
    above = ("policy",) if model is Policy else ()
    path, value = usual_setting((*above, *one.path), one.value, one.label)
    return Setting(one.label, path[len(above) :], value)


def read_value(text: str) -> Any:
    """What stands behind the "=" of an override: TOML, or plain text where it is none."""
    try:
        read = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text.strip()
    return read["value"] if read.keys() == {"value"} else text.strip()


def _words_in(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from _words_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words_in(one)
    else:
        yield value


def _document(data: Mapping[str, Any], one: Setting, model: type[Part]) -> Document:
    """The override as a small file in the working directory, to be laid over the tables."""
    whole = isinstance(one.value, dict) and one.path[-1] != "aim"
    over: Any = Whole(one.value) if whole else one.value
    for depth in reversed(range(len(one.path))):
        above, key = one.path[:depth], one.path[depth]
        if above in _NAMED and isinstance(over, dict) and key not in (value_at(data, above) or {}):
            row = _default_rows(model, above).get(key, {})
            over = over if isinstance(over, Whole) else merged(row, over)
        over = {key: over}
    return Document(one.label, Path("override"), over, {})


def _default_rows(model: type[Part], path: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The rows that a table has without being mentioned, such as the media there always are."""
    owner = part_at(model, path[:-1])
    rows = owner.model_fields[path[-1]].default if owner is not None else None
    if not isinstance(rows, FrozenTable):
        return {}
    return {name: row.model_dump(mode="json") for name, row in rows.items()}


def missing_key(
    data: Mapping[str, Any], one: Setting, model: type[Part], others: Sequence[Setting]
) -> Problem | None:
    """What is wrong with a dotted key, or None if it names a setting."""
    path, dotted = one.path, ".".join(one.path)
    for depth, key in enumerate(path):
        above = path[:depth]
        around = ".".join(above)
        names = known_keys(model, above)
        if names is None:
            said = f"{around} is a value and has nothing below it"
            return Problem(said, one.label, key=dotted, nearest=around)
        existing = value_at(data, above)
        if existing is not None and not isinstance(existing, Mapping):
            return Problem(f"{around} is a single value here", one.label, key=dotted, nearest=around)
        allowed = ", ".join(names)
        if above in _NAMED:
            names = list({**_default_rows(model, above), **(existing or {})})
            allowed = f"{', '.join(names)}, or a new name that another override uses too"
            if key not in names and _is_new(key, names, one, depth, others):
                continue
        elif not names:
            continue  # a table whose keys are references, checked with everything else
        if key not in names:
            keys = list(_dotted_keys(model, data, ()))
            return Problem(
                f"there is no setting {key!r}" + (f" under {around}" if above else ""),
                one.label,
                key=dotted,
                allowed=allowed,
                nearest=_nearest_key(model, path, depth, names, keys),
            )
    return None


def _is_new(name: str, names: Sequence[str], one: Setting, depth: int, others: Sequence[Setting]) -> bool:
    """Whether a name that is not there yet is meant as a new one."""
    given_whole = depth == len(one.path) - 1 and isinstance(one.value, Mapping)
    if given_whole or not nearest_name(name, names, _SLIP):
        return True
    return any(other.mentions(name) for other in others)


def _nearest_key(
    model: type[Part], path: tuple[str, ...], depth: int, names: Sequence[str], keys: Sequence[str]
) -> str:
    """The same key with its wrong part mended, or the known key that is most like it."""
    mended = nearest_name(path[depth], names)
    if mended:
        candidate = (*path[:depth], mended, *path[depth + 1 :])
        if depth == len(path) - 1 or field_at(model, candidate) is not None:
            return ".".join(candidate)
    ending = [key for key in keys if key.endswith("." + ".".join(path))]
    return ending[0] if ending else nearest_name(".".join(path), keys)


def _dotted_keys(model: type[Part], data: Any, above: tuple[str, ...]) -> Iterator[str]:
    """Every key of a scenario; under free names, those that the scenario uses."""
    names = known_keys(model, above)
    if names == []:
        existing = value_at(data, above)
        names = list(existing) if isinstance(existing, Mapping) else list(_words_of(field_at(model, above)))
    for name in names or ():
        below = (*above, name)
        if known_keys(model, below) is None:
            yield ".".join(below)
        else:
            yield ".".join(below)
            yield from _dotted_keys(model, data, below)


def _words_of(annotation: Any) -> Iterator[str]:
    for one in get_args(annotation) if get_origin(annotation) is not None else ():
        if isinstance(one, str) and one:
            yield one
