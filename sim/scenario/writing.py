"""Tables written as TOML, which the standard library only reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["toml_text", "toml_value"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
Path = tuple[str | int, ...]


def toml_text(table: Mapping[str, Any], comment: Callable[[Path], str] | None = None) -> str:
    """A table as TOML.

    Args:
        table: Plain text, numbers, booleans, lists and tables; no None.
        comment: Gives the remark that stands behind a key, or an empty text.

    Returns:
        A document that reads back as an equal table.

    Raises:
        TypeError: If a value has no spelling in TOML.
    """
    return "\n".join(_lines(table, (), comment or (lambda _: ""))).strip() + "\n"


def _lines(table: Mapping[str, Any], path: Path, comment: Callable[[Path], str]) -> Iterator[str]:
    below = {key: value for key, value in table.items() if _has_own_header(value)}
    for key, value in table.items():
        if key not in below:
            remark = comment((*path, key))
            yield f"{_key(key)} = {toml_value(value)}" + (f"  # {remark}" if remark else "")
    for key, value in below.items():
        header = ".".join(_key(str(part)) for part in (*path, key) if isinstance(part, str))
        if isinstance(value, Mapping):
            if not value or any(not _has_own_header(one) for one in value.values()):
                yield from ("", f"[{header}]")
            yield from _lines(value, (*path, key), comment)
        else:
            for index, item in enumerate(value):
                yield from ("", f"[[{header}]]")
                yield from _lines(item, (*path, key, index), comment)


def _has_own_header(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml_value(key)


def toml_value(value: Any) -> str:
    """One value as TOML spells it.

    Raises:
        TypeError: If it has no spelling in TOML.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, except that TOML also wants the delete character escaped
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {toml_value(one)}" for key, one in value.items()) + "}"
    raise TypeError(f"{type(value).__name__} has no spelling in TOML")
