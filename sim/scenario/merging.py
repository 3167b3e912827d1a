"""Laying one table over another, deeply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Whole", "merged"]

_RELATIVE, _ABSOLUTE = {"shift", "width"}, {"open", "close"}


class Whole(dict[str, Any]):
    """A table that takes the place of another instead of being laid over it."""


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One table laid over another.

    Args:
        under: The table below.
        over: The table above; its values win, its tables are laid over those below, key by key. An
            absolute aim above replaces a relative one below and the other way round. So does a
            transition row, whose probabilities only make sense together.

    Returns:
        A new table, with the keys of `under` first and in their order.
    """
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping) and not isinstance(value, Whole):
            result[key] = (
                _aims(below, value)
                if key == "aim"
                else (_transitions(below, value) if key == "transitions" else merged(below, value))
            )
        else:
            result[key] = dict(value) if isinstance(value, Whole) else value
    return result


def _aims(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    replaced = (_RELATIVE if above.keys() & _ABSOLUTE else set()) | (
        _ABSOLUTE if above.keys() & _RELATIVE else set()
    )
    return merged({key: value for key, value in below.items() if key not in replaced}, above)


def _transitions(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    rows = {
        phase: {last: Whole(row) if isinstance(row, Mapping) else row for last, row in table.items()}
        if isinstance(table, Mapping)
        else table
        for phase, table in above.items()
    }
    return merged(below, rows)
