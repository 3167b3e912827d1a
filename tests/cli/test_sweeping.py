"""`relay sweep`, `relay resume` and `relay reproduce`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.experiment.store.folder import Folder

from .conftest import PROGRAM, SHORT, Relay

GRID = ("--vary", "policy.zone.open=0.3:0.6:2", "--vary", "team.reps=5,10", "--policies", "today,patient")
QUICK = (*SHORT, "--jobs", "1", "--quiet")


@pytest.fixture
def swept(run: Relay) -> Relay:
    done = run("sweep", "olist", *GRID, "--seeds", "2", "--out", "out", *QUICK)
    assert done.exit_code == 0, done.output
    assert "may be as good" in done.output and "relay resume out --seeds N" in done.output
    return run


def test_a_sweep_leaves_what_it_found(swept: Relay) -> None:
    answer = json.loads(Path("out/results.json").read_text())
    assert answer["points"] == 4 and answer["runs"] == 16 and answer["failures"] == []
    assert {one["policy"] for one in answer["best"]} == {"today", "patient"}
    assert set(answer["best"][0]["settings"]) == {"policy.zone.open", "team.reps"}
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert manifest["source"]["market"] == "olist" and manifest["command"].startswith("relay")
    assert Path("out/table.txt").exists() and len(list(Path("out/runs").iterdir())) == 1


def test_resume_adds_seeds_and_levels(swept: Relay) -> None:
    done = swept("resume", "out", "--seeds", "3", "--vary", "team.reps=20", "--json", "--jobs", "1")
    assert done.exit_code == 0 and json.loads(done.stdout)["runs"] == 6 * 2 * 3
    again = swept("sweep", "olist", *GRID, "--seeds", "2", "--out", "out", "--json", *QUICK)
    assert json.loads(again.stdout)["runs"] == 36


def test_reproduce(swept: Relay) -> None:
    done = swept("reproduce", "out", "--sample", "5", "--jobs", "1")
    assert done.exit_code == 0 and "of 5 runs 5 are the same to the bit" in done.output
    assert json.loads(swept("reproduce", "out", "--sample", "1", "--json").stdout)["reproduced"] is True


def test_a_dry_run_writes_nothing(run: Relay) -> None:
    done = run("sweep", "olist", *GRID, "--seeds", "500", "--out", "out", "--dry-run", *QUICK)
    assert done.exit_code == 0 and "4 points x 2 policies x 500 seeds = 4,000 runs" in done.output
    assert not Path("out").exists()
    answer = json.loads(run("sweep", "olist", *GRID, "--dry-run", "--json", *QUICK).stdout)
    assert answer["runs"] == 160 and answer["seconds"] == pytest.approx(160 * answer["seconds_per_run"])


def test_a_design_file_says_what_the_command_does_not(run: Relay) -> None:
    Path("design.toml").write_text(
        'kind = "sobol"\nsamples = 4\nseeds = 3\npolicies = ["patient"]\n[vary]\nteam.reps = "5:20"\n'
    )
    answer = json.loads(
        run("sweep", "olist", "--design", "design.toml", "--dry-run", "--json", *QUICK).stdout
    )
    assert (answer["points"], answer["policies"], answer["replications"]) == (4, ["patient"], 3)
    more = ("--seeds", "2", "--policies", "today,patient", "--vary", "policy.zone.open=0.3:0.5")
    answer = json.loads(
        run("sweep", "olist", "--design", "design.toml", *more, "--dry-run", "--json", *QUICK).stdout
    )
    assert (answer["policies"], answer["replications"]) == (["today", "patient"], 2)


def test_failed_runs_are_counted_and_end_nothing(run: Relay) -> None:
    crossed = ("--vary", "policy.zone.open=0.3,0.6", "--vary", "policy.zone.close=0.5,0.9")
    done = run("sweep", "olist", *crossed, "--seeds", "1", "--out", "out", *QUICK)
    assert (
        done.exit_code == 1 and "1 of 4 runs failed" in done.output and "opens after it closes" in done.output
    )
    assert "Repeat it with: relay run out/scenario-call-desk.toml --seed 0" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sweep", "olist"), "say what to vary"),
        (("sweep", "olist", "--vary", "team.rep=3"), "nearest  team.reps"),
        (("sweep", "olist", "--vary", "team.reps=3,x"), "should be a number"),
        (("sweep", "olist", "--vary", "team.reps"), "not of the form"),
        (("sweep", "olist", "--design", "nothing.toml"), "no such file"),
        (("sweep", "olist", "--vary", "team.reps=3", "--measures", "revenu_value"), "revenue_value"),
        (("sweep", "olist", "--vary", "team.reps=3", "--policies", "tody"), "today"),
        (("sweep", "relay-4x100", "--vary", "team.reps=3"), "race of athletes"),
        (
            ("sweep", "olist", "--vary", "policy.zone.open=0.9", "--vary", "policy.zone.close=0.5"),
            "none of the 1 points",
        ),
    ],
)
def test_mistakes_are_explained_and_exit_with_2(run: Relay, words, said) -> None:
    done = run(*words)
    assert done.exit_code == 2 and said in done.output


def test_a_folder_without_a_sweep(run: Relay) -> None:
    for command in ("resume", "reproduce"):
        done = run(command, "nowhere")
        assert done.exit_code == 2 and "no sweep has begun here" in done.output


def test_another_sweep_in_the_folder_is_refused(swept: Relay) -> None:
    done = swept(
        "sweep",
        "olist",
        *GRID,
        "--seeds",
        "2",
        "--set",
        "market.demand.arrivals_per_day=3",
        "--out",
        "out",
        *QUICK,
    )
    assert done.exit_code == 2 and "market.demand.arrivals_per_day" in done.output
    done = swept("sweep", "olist", *GRID, "--out", "out", "--json", *QUICK, "--seed", "7")
    assert done.exit_code == 2 and json.loads(done.stdout)["error"]["kind"] == "refused"


def test_without_dask_the_extra_is_named(run: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run("sweep", "olist", *GRID, "--cluster", "tcp://127.0.0.1:1", *QUICK)
    assert done.exit_code == 1 and "relay-handoff[cluster]" in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_pauses(run: Relay, jobs: str) -> None:
    words = ("sweep", "olist", *GRID, *SHORT, "--seeds", "200", "--out", "out", "--jobs", jobs)
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(Path("out").glob("runs/part-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Paused: " in said and " of 1,600 runs are in out.\nGo on with: relay resume out" in said
    folder = Folder(Path("out"))
    assert int((~folder.missing()).sum()) == folder.finished() > 0 and folder.missing().any()


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:8786", "tcp://127.0.0.1", "tcp://:8786"])
@pytest.mark.parametrize("command", ["sweep", "sensitivity", "robust"])
def test_an_address_that_is_none_is_refused_at_once(run: Relay, command: str, address: str) -> None:
    done = run(
        command, "olist", "--vary", "team.reps=5:10", "--policies", "today,patient", "--cluster", address
    )
    assert done.exit_code == 2 and f"{address!r} is no address of a scheduler" in done.output
