"""What a newcomer reads: help in lines, and messages that say what to do."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from .conftest import SHORT, Relay

RULES = """
from sim import SalesRep

class Broken(SalesRep):
    def accepts(self, buyer):
        return buyer.nonsense
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a module of the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "broken_rules.py").write_text(RULES)
    return tmp_path


def test_help_keeps_its_lines(run: Relay) -> None:
    lines = run("--help").stdout.splitlines()
    assert "\\b" not in "".join(lines)
    assert any(
        line.split() == ["relay", "init", "my-company", "a", "scenario", "of", "your", "own"]
        for line in lines
    )


def test_limits_that_go_without_saying_are_not_in_the_help(run: Relay) -> None:
    assert "<=" not in run("run", "--help").stdout
    assert "100000" in run("run", "olist", "--seeds", "100001").stderr


def test_a_failed_run_is_repeated_with_what_was_typed(run: Relay, here: Path) -> None:
    (here / "mine.toml").write_text('kind = "policy"\nextends = "today"\n')
    words = ["olist", "--policy", "mine.toml", *SHORT, "--agents", "broken_rules:Broken"]
    failed = run("run", *words, "--seeds", "1", "--jobs", "1", "-q")
    assert failed.exit_code == 1
    assert "no attribute 'nonsense' (in accepts, broken_rules.py line 6)" in failed.stderr
    repeated = shlex.split(failed.stderr.splitlines()[-1].removeprefix("Repeat it with: "))
    assert repeated[:2] == ["relay", "run"]
    assert sorted(repeated[2:]) == sorted([*words, "--seed", "0"])
    assert run(*repeated[1:], "--jobs", "1").exit_code == 1, "it fails again"


def test_a_name_of_the_other_kind(run: Relay) -> None:
    assert "this is a policy; a market is needed here" in run("run", "patient").stderr
    assert "this is a market; a policy is needed here" in run("run", "olist", "--policy", "olist").stderr


def test_several_policies_where_one_goes(run: Relay) -> None:
    assert "relay compare --policies today,patient" in run("run", "olist", "--policy", "today,patient").stderr


def test_what_is_missing_is_missing_in_the_file_itself(run: Relay, here: Path) -> None:
    (here / "empty.toml").write_text('kind = "market"\n')
    said = run("validate", "empty.toml", "--no-run").stderr
    assert "empty.toml: market" in said and "today.toml" not in said


def test_athletes_cannot_be_watched(run: Relay) -> None:
    refused = run("app", "relay-4x100")
    assert refused.exit_code == 2 and "there is nothing to watch" in refused.stderr
