"""Other spellings of settings, turned into the usual one while a file or an override is read.

`policy.zone` is `policy.aim`, for the policy, for a journey's own levers and for a change of policy; and a plain
number for a group of people is how many of them there are: `team.reps = 5`. Nothing else knows of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.errors import InvalidInput, Problem

__all__ = ["ZONE", "usual_lines", "usual_path", "usual_setting", "usual_tables"]

ZONE, AIM, COUNT = "zone", "aim", "count"
COUNTED = {("team", "reps"), ("team", "marketers")}
"""Tables of people, for which a number stands for `count`."""

Path = tuple[str | int, ...]


def usual_path(path: Path) -> Path:
    """A setting's path in the usual spelling."""
    levers = _levers_end(path)
    if levers is not None and path[levers : levers + 1] == (ZONE,):
        return (*path[:levers], AIM, *path[levers + 1 :])
    return path


def _levers_end(path: Path) -> int | None:
    """How many keys lead to the levers that a path goes through, or None if it goes through none."""
    if path[:1] == ("policy",):
        end = 1
    elif path[:2] == ("horizon", "changes") and path[3:4] == ("policy",):
        end = 4
    else:
        return None
    return end + 2 if path[end : end + 1] == ("journeys",) else end


def usual_setting(path: tuple[str, ...], value: Any, label: str) -> tuple[tuple[str, ...], Any]:
    """One setting in the usual spelling.

    Args:
        path: The keys that lead to it, from the scenario's top.
        value: What it is set to.
        label: Where it comes from, as messages name it.

    Returns:
        The path, one key longer where a number stands for people, and the value.

    Raises:
        InvalidInput: If the value spells one setting in two ways.
    """
    usual = tuple(str(key) for key in usual_path(path))
    if usual in COUNTED and not isinstance(value, Mapping):
        return (*usual, COUNT), value
    return usual, _usual(usual, value, label, {})


def usual_tables(data: Mapping[str, Any], label: str, lines: Mapping[Path, int]) -> dict[str, Any]:
    """A file's tables in the usual spelling.

    Args:
        data: The tables as read.
        label: The file, as messages name it.
        lines: The lines of its keys.

    Returns:
        New tables.

    Raises:
        InvalidInput: If the file spells one setting in two ways.
    """
    usual: dict[str, Any] = _usual((), data, label, lines)
    return usual


def usual_lines(lines: Mapping[Path, int]) -> dict[Path, int]:
    """The lines of a file's keys, by their usual paths."""
    found: dict[Path, int] = {}
    for path, line in lines.items():
        found.setdefault(usual_path(path), line)
    for people in COUNTED & lines.keys():
        found.setdefault((*people, COUNT), lines[people])
    return found


def _usual(path: Path, value: Any, label: str, lines: Mapping[Path, int]) -> Any:
    if path in COUNTED and not isinstance(value, Mapping):
        return {COUNT: value}
    if isinstance(value, Mapping):
        found = dict(_usual_items(path, value, label, lines))
        return type(value)(found) if isinstance(value, dict) else found
    if isinstance(value, list):
        return [_usual((*path, place), one, label, lines) for place, one in enumerate(value)]
    return value


def _usual_items(
    path: Path, table: Mapping[str, Any], label: str, lines: Mapping[Path, int]
) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        usual = usual_path((*path, key))
        name = str(usual[-1])
        if name != key and name in table:
            dotted = ".".join(map(str, (*path, key)))
            said = f"is another spelling of {name}, which is set here too"
            raise InvalidInput(
                Problem(said, label, lines.get((*path, key)), dotted, allowed="one of the two")
            )
        yield name, _usual(usual, value, label, lines)
