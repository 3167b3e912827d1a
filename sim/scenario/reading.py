"""One TOML file, read with care: what cannot be read is said in one clear problem."""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario.errors import InvalidInput, Problem, nearest_name, shown_value
from sim.scenario.library import shipped_folder, shipped_markets, shipped_path, shipped_policies
from sim.scenario.lines import key_lines
from sim.scenario.spellings import usual_lines, usual_tables

__all__ = ["Document", "located_file", "read_document"]

MOST_BYTES = 1_000_000
MOST_LEVELS = 40
LONGEST_SHOWN = 120  # letters of a name that a message repeats
_TOML_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)|\s*\(at end of document\)")


@dataclass(frozen=True)
class Document:
    """A TOML file as read.

    Attributes:
        label: The file as messages name it.
        path: The file.
        data: Its tables.
        lines: The line of every key, by path.
    """

    label: str
    path: Path
    data: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]

    def problem(self, said: str, key: str, *, allowed: str = "", nearest: str = "") -> Problem:
        """A problem with one of the file's own top-level keys."""
        value = self.data.get(key)
        return Problem(
            said,
            self.label,
            self.lines.get((key,)),
            key,
            "" if value is None else shown_value(value),
            allowed,
            nearest,
        )


def located_file(wanted: str | Path, folders: tuple[str, ...], beside: Path | None = None) -> Path:
    """The file that a name or a path means.

    Args:
        wanted: The name of a shipped scenario, or a path.
        folders: Where shipped names are looked up: "markets", "policies" or both.
        beside: The folder that relative paths start from; the working directory unless given.

    Returns:
        The path; it need not exist when it was written as a path.

    Raises:
        InvalidInput: If a name is neither shipped nor a file.
    """
    text = str(wanted)
    path = (beside or Path()) / text
    if isinstance(wanted, Path) or "/" in text or "\\" in text or text.endswith(".toml"):
        return path
    shipped = shipped_path(text, *folders) if text.isprintable() else None
    if shipped is not None:
        return shipped
    try:
        exists = bool(text) and path.exists()
    except (OSError, ValueError):
        exists = False
    if exists:
        return path
    raise InvalidInput(_unknown_name(text, folders, "there is no shipped scenario and no file of this name"))


def _unknown_name(text: str, folders: tuple[str, ...], said: str) -> Problem:
    listed = {"markets": shipped_markets, "policies": shipped_policies}
    names = [one.name for folder in folders for one in listed[folder]()]
    return Problem(
        said,
        text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...",
        allowed=f"a path, or one of {', '.join(names)}",
        nearest=nearest_name(Path(text).stem or text, names),
    )


def read_document(path: Path) -> Document:
    """Read one TOML file.

    Args:
        path: The file.

    Returns:
        Its tables in the usual spelling, with the line of every key.

    Raises:
        InvalidInput: If it is missing, no regular file, too large, unreadable, not text or not TOML.
    """
    label = _label(path)
    text = _text(path, label)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise InvalidInput(_too_deep(label)) from None
    except ValueError as error:  # also numbers and dates that Python cannot hold
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) if place is not None and place[1] else None
        if place is not None and not place[1]:
            line = text.count("\n") + 1
        said = "is not valid TOML: " + _TOML_PLACE.sub("", str(error))
        standing = text.splitlines()[line - 1].strip() if line and line <= len(text.splitlines()) else ""
        raise InvalidInput(Problem(said, label, line, value=standing[:120])) from None
    if _levels(data) > MOST_LEVELS:
        raise InvalidInput(_too_deep(label))
    lines = key_lines(text)
    return Document(label, path, usual_tables(data, label, lines), usual_lines(lines))


def _label(path: Path) -> str:
    """The path as given; shipped files by their place in the shipped folder."""
    try:
        return str(Path("scenarios") / path.resolve().relative_to(shipped_folder().resolve()))
    except (ValueError, OSError):
        return str(path)


def _too_deep(label: str) -> Problem:
    return Problem("nests tables or lists too deeply", label, allowed=f"at most {MOST_LEVELS} levels")


def _levels(data: Any) -> int:
    level, inside = 0, [data]
    while inside and level <= MOST_LEVELS:
        level += 1
        inside = [
            one
            for outer in inside
            for one in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(one, dict | list)
        ]
    return level


def _text(path: Path, label: str) -> str:
    try:
        about = path.stat()
    except FileNotFoundError:
        raise InvalidInput(_unknown_name(label, ("markets", "policies"), "there is no such file")) from None
    except (OSError, ValueError) as error:
        raise InvalidInput(_unreadable(error, label)) from None
    if stat.S_ISDIR(about.st_mode):
        raise InvalidInput(Problem("is a directory, not a file", label, allowed="a TOML file"))
    if not stat.S_ISREG(about.st_mode):
        raise InvalidInput(Problem("is not a regular file", label, allowed="a TOML file"))
    if about.st_size > MOST_BYTES:
        raise InvalidInput(
            Problem(
                f"has {about.st_size:,} bytes; this is no scenario",
                label,
                allowed=f"at most {MOST_BYTES:,} bytes",
            )
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(_unreadable(error, label)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InvalidInput(Problem("is not a text file", label, allowed="TOML in UTF-8"))
    return text.replace("\r\n", "\n")


def _unreadable(error: OSError | ValueError, label: str) -> Problem:
    return Problem(f"cannot be read: {getattr(error, 'strerror', None) or error}", label)
