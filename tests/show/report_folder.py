"""A results folder of a few short runs, for the tests of the report; and the page read back as a tree."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from sim.cli.group import relay

SHORT = (
    "--set", "horizon.warmup_days=7",
    "--set", "horizon.counted_days=21",
    "--set", "horizon.follow_up_days=40",
)  # fmt: skip

WITHOUT_END = {"meta", "link", "br", "hr", "img", "input"}


def compared(folder: Path, *more: str, policies: str = "today,recycle") -> Path:
    """Compare policies on a market in which things cost money, and keep the results."""
    arguments = ["compare", "considered", "--policies", policies, "--seeds", "3", "--jobs", "1", "--quiet"]
    words = [*arguments, "--out", str(folder), *SHORT, *more]
    with mock.patch.object(sys, "argv", ["relay", *words]):  # what the manifest says of the command
        result = CliRunner().invoke(relay, words)
    assert result.exit_code == 0, result.output
    return folder


class Page(HTMLParser):
    """Elements of a page in order, with their attributes and text; fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = [name for name, _ in attrs]
        assert len(named) == len(set(named)), f"<{tag}> has an attribute twice"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in WITHOUT_END:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append((self._open[-1] if self._open else "", data.strip()))

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        """What stands directly in elements of a kind."""
        return [text for name, text in self.words if name == tag]
