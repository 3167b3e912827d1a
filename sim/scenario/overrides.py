"""Single values set from outside: ``policy.aim.shift=-0.1``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

from sim.scenario.checking import field_at, known_keys, value_at
from sim.scenario.composing import Layer
from sim.scenario.errors import InvalidInput, Problem, nearest_name
from sim.scenario.fields import Part
from sim.scenario.merging import Whole, merged

__all__ = ["overridden"]

_DEFINED_ELSEWHERE = ("channels", "segments", "rivals", "media")


def overridden(
    data: dict[str, Any], overrides: Sequence[str], model: type[Part]
) -> tuple[dict[str, Any], list[Layer]]:
    """Tables with single values replaced.

    Args:
        data: The tables of a scenario.
        overrides: Texts "dotted.key=value"; the value is read as TOML, or as plain text if it is none.
        model: The model that says which keys there are.

    Returns:
        The new tables, and one layer per override (the last first), so that errors can name it.

    Raises:
        InvalidInput: With every override that has no "=" or names no setting.
    """
    problems: list[Problem] = []
    layers: list[Layer] = []
    for override in [overrides] if isinstance(overrides, str) else overrides:
        label = f"override {override!r}"
        key, equals, text = override.partition("=")
        path = tuple(part.strip().strip("\"'") for part in key.strip().split("."))
        if not equals or not all(path):
            problems.append(
                Problem("is not of the form key=value", label, allowed='such as "policy.aim.shift=-0.1"')
            )
            continue
        problem = _no_such_key(data, path, model, label)
        if problem is not None:
            problems.append(problem)
            continue
        data = _laid_over(data, path, _read(text))
        layers.insert(0, Layer(label, None, path))
    if problems:
        raise InvalidInput(problems)
    return data, layers


def _read(text: str) -> Any:
    try:
        read = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text.strip()
    return read["value"] if read.keys() == {"value"} else text.strip()


def _laid_over(data: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    over: Any = Whole(value) if isinstance(value, dict) else value
    if isinstance(value, dict) and path[-1] == "aim":
        over = value
    for key in reversed(path):
        over = {key: over}
    return merged(data, over)


def _no_such_key(
    data: Mapping[str, Any], path: tuple[str, ...], model: type[Part], label: str
) -> Problem | None:
    """What is wrong with a dotted key, or None if it names a setting."""
    for depth, key in enumerate(path):
        above = path[:depth]
        names = known_keys(model, above)
        if names is None:
            return Problem(
                f"{'.'.join(above)} is a value and has nothing below it",
                label,
                key=".".join(path),
                nearest=".".join(above),
            )
        existing = value_at(data, above)
        if existing is not None and not isinstance(existing, Mapping):
            return Problem(
                f"{'.'.join(above)} is a single value here",
                label,
                key=".".join(path),
                nearest=".".join(above),
            )
        if not names and _names_stand_in_data(above):
            names = list(existing or ())
        elif not names:
            continue  # a table whose keys are references, checked with everything else
        if key not in names:
            keys = list(_dotted_keys(model, data, ()))
            return Problem(
                f"there is no setting {key!r}" + (f" under {'.'.join(above)}" if above else ""),
                label,
                key=".".join(path),
                allowed=", ".join(names),
                nearest=_nearest_key(path, depth, names, keys),
            )
    return None


def _names_stand_in_data(path: tuple[str, ...]) -> bool:
    return path[-1] in _DEFINED_ELSEWHERE or path == ("market", "journeys")


def _nearest_key(path: tuple[str, ...], depth: int, names: Sequence[str], keys: Sequence[str]) -> str:
    """The same key with its wrong part mended, or the known key that is most like it."""
    mended = nearest_name(path[depth], names)
    if mended:
        candidate = ".".join((*path[:depth], mended, *path[depth + 1 :]))
        if candidate in keys or depth == len(path) - 1:
            return candidate
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
