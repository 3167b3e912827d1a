"""The line of every key in a TOML text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from sim.scenario.library import shipped_markets, shipped_policies
from sim.scenario.lines import key_lines

TEXT = '''\
# a comment = "not a key"
top = 1
"quoted.key" = 2
'literal key' = 3

[table]
a = "# no comment"   # a comment
b.c.d = true
text = """
[not.a.table]
no_key = 1
"""
after_text = 1
list = [
  1,  # one
  [2, 3],
  # nothing
  { x = 1, y.z = 2 },
]
inline = { one = 1, two = { three = "}" } }
  [table."sub.table"]
  e = 1979-05-27T07:32:00Z

[[items]]
name = 'first'
[items.detail]
deep = 1
[[items]]
name = "second"
[[items.parts]]
p = 1
[[items.parts]]
p = \'\'\'
]] = 3 \'\'\'
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted.key",), 3),
        (("literal key",), 4),
        (("table",), 6),
        (("table", "a"), 7),
        (("table", "b"), 8),
        (("table", "b", "c", "d"), 8),
        (("table", "text"), 9),
        (("table", "after_text"), 13),
        (("table", "list"), 14),
        (("table", "list", 0), 15),
        (("table", "list", 1), 16),
        (("table", "list", 1, 1), 16),
        (("table", "list", 2, "y", "z"), 18),
        (("table", "inline", "two", "three"), 20),
        (("table", "sub.table", "e"), 22),
        (("items", 0, "name"), 25),
        (("items", 0, "detail", "deep"), 27),
        (("items", 1), 28),
        (("items", 1, "parts", 0, "p"), 31),
        (("items", 1, "parts", 1, "p"), 33),
    ],
)
def test_each_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert key_lines(TEXT)[path] == line


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield (*path, key)
        yield from paths(below, (*path, key))


@pytest.mark.parametrize(
    "text",
    [TEXT, *(one.path.read_text(encoding="utf-8") for one in (*shipped_markets(), *shipped_policies()))],
)
def test_the_scanner_knows_exactly_the_keys_that_the_parser_knows(text: str) -> None:
    assert set(key_lines(text)) == set(paths(tomllib.loads(text)))
