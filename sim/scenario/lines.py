"""On which line of a TOML text each key stands, which the standard parser does not tell.

The scanner is only run on text that the standard parser has accepted, so it may assume valid TOML.
"""

from __future__ import annotations

import re
import tomllib

__all__ = ["key_lines"]

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)


def key_lines(text: str) -> dict[Path, int]:
    """The line of every table, key and list item of a TOML text.

    Args:
        text: A valid TOML document.

    Returns:
        Lines, counted from 1, by path: keys as text, positions in lists as integers.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    """Walks through a TOML text once, remembering where keys begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._counted_to = 0
        self._line = 1
        self._lengths: dict[Path, int] = {}

    def _note(self, path: Path, start: int) -> None:
        self._line += self.text.count("\n", self._counted_to, start)
        self._counted_to = start
        for depth in range(1, len(path) + 1):
            self.lines.setdefault(path[:depth], self._line)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def _next_is(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def document(self) -> None:
        """Scan to the end: table headers and the keys under them."""
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            table = self._header() if self._next_is("[") else self._assignment(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        start, of_list = self.at, self._next_is("[[")
        self.at += 2 if of_list else 1
        path = self._within_lists(self._dotted_key(), of_list)
        self.at += 2 if of_list else 1
        self._note(path, start)
        return path

    def _within_lists(self, keys: Path, of_list: bool) -> Path:
        """Put positions into a header's path: keys below `[[list]]` belong to its last item."""
        path: Path = ()
        for depth, key in enumerate(keys):
            path = (*path, key)
            if of_list and depth == len(keys) - 1:
                self._lengths[path] = self._lengths.get(path, 0) + 1
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _assignment(self, table: Path) -> Path:
        start = self.at
        path = (*table, *self._dotted_key())
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._note(path, start)
        self._value(path)
        return table

    def _dotted_key(self) -> Path:
        keys: list[str | int] = []
        while True:
            self._skip(_SPACE)
            found = _STRING.match(self.text, self.at) or _BARE_KEY.match(self.text, self.at)
            if found is None:
                raise ValueError(f"no key at character {self.at}")
            raw = found[0]
            keys.append(tomllib.loads(f"key = {raw}")["key"] if raw[0] in "\"'" else raw)
            self.at = found.end()
            self._skip(_SPACE)
            if not self._next_is("."):
                return tuple(keys)
            self.at += 1

    def _value(self, path: Path) -> None:
        string = _STRING.match(self.text, self.at)
        if string is not None:
            self.at = string.end()
        elif self._next_is("["):
            self._list(path)
        elif self._next_is("{"):
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _list(self, path: Path) -> None:
        self.at += 1
        position = 0
        self._skip(_BLANK)
        while not self._next_is("]"):
            self._note((*path, position), self.at)
            self._value((*path, position))
            position += 1
            self._skip(_BLANK)
            if self._next_is(","):
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while not self._next_is("}"):
            self._assignment(path)
            self._skip(_BLANK)
            if self._next_is(","):
                self.at += 1
                self._skip(_BLANK)
        self.at += 1
