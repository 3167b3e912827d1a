"""Commands that the documents show exist, with the options they are shown with."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sim.cli.group import COMMANDS, relay

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/how-to/*.md"), *ROOT.glob("docs/questions/*.md")])
SUBJECTS = {"compare", "sweep", "resume", "cluster", "sensitivity", "report", "app", "own-rule"}


def shown_commands(text: str) -> Iterator[list[str]]:
    """Command lines in fenced blocks, continued lines joined, without what a shell would put in."""
    for block in re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith(("relay ", "$ relay ")):
                yield shlex.split(line.removeprefix("$ "), comments=True)[1:]


def test_each_subject_has_its_page() -> None:
    assert {path.stem for path in (ROOT / "docs" / "how-to").glob("*.md")} >= SUBJECTS


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_options_exist(path: Path) -> None:
    commands = list(shown_commands(path.read_text(encoding="utf-8")))
    if path.parent.name == "how-to" and path.stem in COMMANDS:
        assert any(words[0] == path.stem for words in commands), f"{path.name} shows no `relay {path.stem}`"
    context = click.Context(relay)
    for name, *words in commands:
        command = relay.get_command(context, name)
        assert command is not None, f"there is no `relay {name}`"
        known = {option for one in command.params for option in one.opts} | {"--help"}
        given = {word.partition("=")[0] for word in words if word.startswith("--") and word != "--"}
        assert given <= known, f"`relay {name}` has no {sorted(given - known)}"


def test_commands_are_found() -> None:
    text = "```\nrelay run olist --seeds 2  # a remark --no\n  printed --never\n$ relay list\n```\nrelay nothing\n"
    assert list(shown_commands(text)) == [["run", "olist", "--seeds", "2"], ["list"]]
