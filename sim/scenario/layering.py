"""Documents laid over each other by name: `today+aligned-information`.

Only keys that a file gives count, those of the files it extends included; where two give the same key the
later one wins. So presets that pull different levers can be combined in any way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InvalidInput, Problem
from sim.scenario.library import shipped_path
from sim.scenario.merging import merged

if TYPE_CHECKING:
    from sim.scenario.composing import Composed

__all__ = ["PLUS", "laid_over", "layer_names"]

PLUS = "+"
"""What stands between the names of policies laid over each other."""


def layer_names(wanted: str | Path, folders: tuple[str, ...], beside: Path | None = None) -> list[str | Path]:
    """The documents that a name stands for, the lowest first.

    Args:
        wanted: A name, a path, or several with "+" between them. A file whose own name has a plus in it is
            one document.
        folders: Where shipped names are looked up.
        beside: The folder that relative paths start from; the working directory unless given.

    Returns:
        One name or more.

    Raises:
        InvalidInput: If nothing stands before or after a plus.
    """
    if not isinstance(wanted, str) or PLUS not in wanted or _is_one_file(wanted, folders, beside):
        return [wanted]
    names = [name.strip() for name in wanted.split(PLUS)]
    if not all(names):
        raise InvalidInput(
            Problem(
                "has a plus with no name beside it",
                wanted,
                allowed='names with "+" between them, such as "today+aligned-information"',
            )
        )
    return list(names)


def _is_one_file(wanted: str, folders: tuple[str, ...], beside: Path | None) -> bool:
    try:
        return (wanted.isprintable() and shipped_path(wanted, *folders) is not None) or (
            (beside or Path()) / wanted
        ).is_file()
    except (OSError, ValueError):  # no file can have this name
        return False


def laid_over(parts: Sequence[Composed]) -> Composed:
    """Documents of one kind as one.

    Args:
        parts: The documents, the lowest first; at least one.

    Returns:
        A document with the keys of all of them, the later ones winning; its name joins theirs with "+".
    """
    from sim.scenario.composing import Composed

    if len(parts) == 1:
        return parts[0]
    data: dict[str, Any] = {}
    for part in parts:
        data = merged(data, part.data)
    return Composed(
        next((part.kind for part in parts if part.kind is not None), None),
        parts[-1].path,
        {**data, **_headings([part.data for part in parts])},
        tuple(layer for part in reversed(parts) for layer in part.layers),
        tuple(problem for part in parts for problem in part.problems),
    )


def _headings(tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Name, title, story and sources of all; what is not written as it should be is left to the checks."""
    found: dict[str, Any] = {}
    for key, between in (("name", PLUS), ("title", f" {PLUS} "), ("story", " ")):
        texts = [table[key] for table in tables if table.get(key)]
        if texts and all(isinstance(text, str) for text in texts):
            found[key] = between.join(texts)
    lists = [table["sources"] for table in tables if "sources" in table]
    if lists and all(isinstance(one, list) for one in lists):
        sources = [source for one in lists for source in one]
        found["sources"] = [one for place, one in enumerate(sources) if one not in sources[:place]]
    return found
