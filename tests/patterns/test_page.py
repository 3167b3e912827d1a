"""The page: its three tables, from what was found alone; and published patterns beside somebody's own market."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.group import relay
from sim.experiment import validation
from sim.experiment.known_answers import GROUPS, Answer, answered
from sim.experiment.levers import DOWN, LEVERS, Effect, paired
from sim.experiment.own_patterns import own_patterns
from sim.experiment.patterns import simulated
from sim.experiment.published import PATTERNS
from sim.experiment.validation import (
    known_answers_section,
    mechanisms_section,
    own_page,
    patterns_section,
    validation_page,
)
from sim.scenario import Scenario

pytestmark = pytest.mark.statistical

SMALL = """
kind = "market"
extends = "considered"
title = "Ours"
story = "A market of our own. It is small."
sources = ["assumption"]
[horizon]
warmup_days = 20
counted_days = 20
follow_up_days = 100
[policy]
aim = { open = 0.5, close = 0.9 }
"""


def rows_of(page: str) -> list[list[str]]:
    """Cells of all rows, without heads."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def fake(lever: int = 0, **changes: object) -> Effect:
    """An effect that nobody ran."""
    import numpy as np

    found = paired(LEVERS[lever], np.array([1.0, 2.0, 3.0]), np.array([5.0, 6.1, 7.2]))
    return replace(found, **changes)


def test_every_lever_of_the_package_is_on_the_page() -> None:
    page = mechanisms_section([fake(place) for place in range(len(LEVERS))])
    rows = {row[0]: row for row in rows_of(page)}
    for lever in LEVERS:
        row = rows[lever.shown]
        assert row[1] == f"{lever.market}, {lever.policy}" and row[-2] == lever.direction
        assert all(f"`{change}`" in row[3] for change in lever.change)
    assert "### Others" not in page


def test_a_lever_that_goes_the_wrong_way_is_not_held_on_the_page() -> None:
    right = fake()
    wrong = replace(right, lever=replace(right.lever, shown="a fake", direction=DOWN))
    rows = {row[0]: row for row in rows_of(mechanisms_section([right, wrong]))}
    assert rows[right.lever.shown][-1] == "held"
    assert rows["a fake"][-1] == "not held" and rows["a fake"][6:8] == rows[right.lever.shown][6:8]
    assert "1 of 2 are held" in mechanisms_section([right, wrong])


def test_an_answer_outside_its_bound_is_not_agreed() -> None:
    near = Answer("theory", "near", 1.0, 1.1, 0.2, "4 cases")
    far = replace(near, what="far", found=1.3)
    rows = {row[1]: row for row in rows_of(known_answers_section([near, far]))}
    assert (rows["near"][-1], rows["far"][-1]) == ("agreed", "not agreed")
    assert "1 of 2 agree" in known_answers_section([near, far])


def test_known_answers_of_the_page_agree_and_name_every_theory() -> None:
    answers = answered(replications=8)
    assert [one for one in answers if not one.agreed] == []
    assert len({one.what for one in answers}) == len(answers)
    theories = " ".join({one.theory for one in answers})
    for word in ("Erlang C", "Erlang A", "Little", "Markov", "Bass", "coasting", "sprint", "n passes", "hazard",
                 "conservation"):  # fmt: skip
        assert word in theories, word
    assert len(GROUPS) >= 8


def test_answers_need_two_replications() -> None:
    with pytest.raises(ValueError, match="two replications"):
        answered(1)


def test_misses_of_patterns_say_why_and_standings_are_apart() -> None:
    some = [one for one in PATTERNS if one.setups[0].market == "olist" and len(one.setups) == 1][-12:]
    found = simulated(some, seeds=2)
    page = patterns_section(found)
    rows = {row[0]: row for row in rows_of(page)}
    for one in found:
        said = rows[one.pattern.name][7]
        assert said.startswith("held" if one.held else "missed")
        assert ("within chance" in said) is not one.settled
        assert one.held or one.pattern.explained in rows[one.pattern.name][7]
    standings = [row[6] for row in rows_of(page) if row[0] in {one.name for one in some}]
    assert standings == sorted(standings, key=["fitted", "emerging", "identity"].index)


def test_the_page_is_made_of_three_tables_and_the_same_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "LEVERS", LEVERS[:2])
    monkeypatch.setattr(validation, "PATTERNS", PATTERNS[:2])
    monkeypatch.setattr("sim.experiment.known_answers.GROUPS", GROUPS[4:5])
    said: list[str] = []
    page = validation_page(seeds=2, say=said.append)
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Mechanisms", "## Known answers", "## Published patterns", "## What the parameters of market olist rest on",
    ]  # fmt: skip
    assert len(said) == 3
    assert page == validation_page(seeds=2)
    only = validation_page(seeds=2, only="mechanisms")
    assert only in page and "## Known" not in only


@pytest.fixture
def own(tmp_path: Path) -> str:
    file = tmp_path / "ours.toml"
    file.write_text(SMALL, encoding="utf-8")
    return str(file)


def test_own_patterns_run_the_scenario_that_was_given(own: str) -> None:
    patterns, unasked = own_patterns(own)
    assert {setup.market for one in patterns for setup in one.setups} == {own}
    for one in patterns:
        for setup in one.setups:
            Scenario.load(setup.market, setup.policy, setup.overrides)
    assert {one.name for one in unasked} == {f"bought from anyone within {day} days" for day in (182, 365)}
    names = " ".join(one.name for one in patterns)
    for word in (
        "exchange position",
        "1.5 times the leads",
        "3 times the leads",
        "forecast deal won",
        "91 days",
    ):
        assert word in names, word


def test_published_stands_beside_yours(own: str) -> None:
    result = CliRunner().invoke(
        relay, ["validate-model", own, "--table", "patterns", "--seeds", "2", "--jobs", "1"]
    )
    assert result.exit_code == 0, result.output
    rows = {row[0]: row for row in rows_of(result.stdout)}
    head = rows["pattern"]
    assert (head[3], head[4]) == ("published", "yours")
    assert rows["attempts answered"][3] == "32 to 47%" and "[" in rows["attempts answered"][4]
    assert rows["bought from anyone within 365 days"][-1].startswith(
        "not asked: horizon.follow_up_days is 100"
    )
    assert result.stdout == own_page(own, seeds=2)


def test_the_page_can_go_to_a_file(own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "LEVERS", LEVERS[:1])
    target = tmp_path / "page.md"
    arguments = [
        "validate-model",
        "--table",
        "mechanisms",
        "--seeds",
        "2",
        "--jobs",
        "2",
        "--out",
        str(target),
        "-q",
    ]
    result = CliRunner().invoke(relay, arguments)
    assert result.exit_code == 0 and result.output == ""
    assert LEVERS[0].shown in target.read_text(encoding="utf-8")
