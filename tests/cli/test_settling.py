"""relay compare --until-settled."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.experiment import compare_until_settled
from sim.scenario import Scenario

from .conftest import PROGRAM, SHORT, Relay

POLICIES = "speed-to-lead,recycle,patient,call-desk,warm-introduction"
BASE = ("compare", "olist", "--until-settled", "--jobs", "1", "--measures", "revenue_value,win_rate", *SHORT)
NEARLY = """kind = "policy"
extends = "call-desk"
name = "nearly"
title = "A desk that prepares a minute longer"
story = "Almost the same."

[policy]
prepare_hours = "7 min"
"""


def test_table_verdict_guarantee_and_cost(run: Relay) -> None:
    result = run(*BASE, "--policies", POLICIES)
    assert result.exit_code == 0, result.stderr
    shown = " ".join(result.stdout.split())
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "against speed-to-lead" in shown
    assert "settled" in shown
    assert "With a probability of at least 95%, speed-to-lead is the best policy" in shown
    assert "it describes them, and proves nothing" in shown
    assert "This took" in shown and "fewer than all policies running as long" in shown
    assert "After 10 replications speed-to-lead leads, 2 of 5 in contention; at most" in result.stderr
    assert run(*BASE, "--policies", POLICIES, "--quiet").stderr == ""


def test_json_and_folder_say_what_was_found(run: Relay, tmp_path: Path) -> None:
    asked = (
        "--policies",
        POLICIES,
        "--json",
        "--out",
        "results",
        "--confidence",
        "90%",
        "--indifference",
        "5",
    )
    result = run(*BASE, *asked)
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    expected = compare_until_settled(
        Scenario.load("olist", None, SHORT[1::2]), POLICIES.split(","), confidence=0.9, indifference=5
    )
    selection = answer["selection"]
    assert selection == json.loads(json.dumps(expected.to_dict()["selection"]))
    assert (selection["confidence"], selection["indifference_amount"]) == (0.9, 5.0)
    kept = {path.name for path in (tmp_path / "results").iterdir()}
    assert {"table.txt", "table.csv", "results.json", "manifest.json", "selection.csv"} <= kept
    assert {"revenue-difference.svg", "relay-track.png", "scenario-call-desk.toml"} <= kept
    assert json.loads((tmp_path / "results/results.json").read_text("utf-8")) == answer
    with (tmp_path / "results/selection.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["policy"] for row in rows] == [one["policy"] for one in selection["standings"]]
    with (tmp_path / "results/table.csv").open(encoding="utf-8") as lines:
        counts = {row["policy"]: int(row["replications"]) for row in csv.DictReader(lines)}
    assert counts == expected.spent


def test_a_policy_under_another_name_is_a_tie_at_once(run: Relay, tmp_path: Path) -> None:
    (tmp_path / "copy.toml").write_text(NEARLY.partition("[policy]")[0], encoding="utf-8")
    result = run(*BASE, "--policies", "call-desk,copy.toml", "--quiet")
    shown = " ".join(result.stdout.split())
    assert "In all 10 replications call-desk and nearly are the same in everything" in shown
    assert "taken for the same" not in shown
    assert "share of opportunities won" in shown and " same" in shown


def test_defaults_are_those_of_python() -> None:
    from sim.cli.settling import FEWEST_FIRST, MOST
    from sim.experiment.selection import contest, rounds

    assert (FEWEST_FIRST, MOST) == (contest.FEWEST_FIRST, rounds.MAX_SEEDS)


def test_not_settled(run: Relay, tmp_path: Path) -> None:
    (tmp_path / "nearly.toml").write_text(NEARLY, encoding="utf-8")
    asked = (
        "--policies",
        "call-desk,nearly.toml",
        "--indifference",
        "0",
        "--seeds",
        "12",
        "--max-seeds",
        "14",
    )
    result = run(*BASE, *asked)
    assert result.exit_code == 0, result.stderr
    shown = " ".join(result.stdout.split())
    assert "After 14 replications, the most allowed, it is not settled which of" in shown
    assert "This took 28 runs." in shown
    assert [line[:21] for line in result.stderr.splitlines()] == [
        "After 12 replications",
        "After 14 replications",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--max-seeds", "50"), "--max-seeds: says when to stop, so it needs --until-settled"),
        (("--confidence", "95%"), "needs --until-settled"),
        (("--indifference", "1%"), "needs --until-settled"),
        (("--until-settled", "--seeds", "5"), "the first round, which needs 10"),
        (("--until-settled", "--max-seeds", "9"), "less than the 10 replications"),
        (("--until-settled", "--seeds", "50", "--max-seeds", "20"), "less than the 50 replications"),
        (("--until-settled", "--confidence", "95"), 'did you mean "95%"?'),
        (("--until-settled", "--indifference", "small"), "--indifference: an indifference is"),
        (("--until-settled", "--measures", "let_go_rate"), "neither more nor less of let_go_rate is better"),
    ],
)
def test_options_that_make_no_sense(run: Relay, arguments: tuple[str, ...], said: str) -> None:
    result = run("compare", "olist", "--policies", "today,patient", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupt_says_what_is_known_so_far(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "nearly.toml").write_text(NEARLY, encoding="utf-8")
    arguments = [
        "compare", "olist", "--until-settled", "--policies", "call-desk,nearly.toml", "--indifference", "0", "--json",
        "--measures", "revenue_value", "--max-seeds", "9000", "--jobs", jobs, *SHORT,
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True, env=dict(os.environ),
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert any("After 10 replications" in line for line in iter(running.stderr.readline, ""))
        os.killpg(running.pid, signal.SIGINT)  # what a terminal does: all processes of the group
        out, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Interrupted. What is known so far:" in said and "Traceback" not in said
    selection = json.loads(out)["selection"]
    assert (selection["finding"], selection["stopped"]) == ("not settled", "interrupted")
    assert selection["standings"][0]["replications"] >= 10
