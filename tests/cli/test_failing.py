"""Wrong commands, wrong inputs, and the world outside: codes, messages and streams."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.cli.group import relay
from sim.cli.replicating import PREVIEW

from .conftest import PROGRAM, SHORT, Process, Relay

TWO = ("--policies", "today,patient")
WRONG = [
    ("shw",),
    ("--nothing",),
    ("show",),
    ("show", "olst"),
    ("show", ""),
    ("show", "olist", "--policy", "patiend"),
    ("show", "olist", "--set", "team.reps.cunt=3"),
    ("show", "olist", "--set", "nonsense"),
    ("show", "olist", "--set", "team.reps.count=many"),
    ("show", "x" * 5000),
    ("show", "a\0b"),
    ("run", "olist", "--seeds", "0"),
    ("run", "olist", "--seeds", "-4"),
    ("run", "olist", "--seeds", "10000000000"),
    ("run", "olist", "--seeds", "1.5"),
    ("run", "olist", "--seed", "-1"),
    ("run", "olist", "--jobs", "0"),
    ("run", "olist", "--measures", "wun_rate"),
    ("run", "olist", "--measures", ","),
    ("run", "olist", "--all", "--measures", "win_rate"),
    ("run", "olist", "--agents", "no_such_module:Rep"),
    ("run", "olist", "--agents", "json"),
    ("run", "olist", "--agents", "json:JSONDecoder"),
    ("run", "olist", "--agents", "json:Nothing"),
    ("run", "patient"),
    ("run", "."),
    ("compare", "olist"),
    ("compare", "olist", "--policies", ""),
    ("compare", "olist", "--policies", "today"),
    ("compare", "olist", "--policies", "today,today"),
    ("compare", "olist", "--policies", "today,patiend"),
    ("compare", "olist", "--policies", "today,olist"),
    ("compare", "olist", *TWO, "--measures", "revenue"),
    ("follow", "olist", "--buyer", "-1", *TWO),
    ("follow", "olist", "--buyer", "x", *TWO),
    ("run", "relay-4x100", "--policy", "today"),
    ("run", "relay-4x100", "--measures", "race_time_seconds"),
    ("run", "relay-4x100", "--agents", "mine:Rep"),
    ("run", "relay-4x100", "--set", "exchange.aim_metres=300"),
    ("show", "relay-4x100", "--policy", "today"),
    ("compare", "relay-4x100"),
    ("compare", "relay-4x100", *TWO),
    ("follow", "relay-4x100"),
    ("follow", "relay-4x100", *TWO),
    ("validate",),
    ("validate", "nowhere.toml"),
    ("init",),
    ("validate-model", "nowhere.toml"),
    ("validate-model", "patient"),
    ("validate-model", "relay-4x100"),
    ("validate-model", "--table", "prophecies"),
    ("validate-model", "--seeds", "1"),
    ("validate-model", "--jobs", "0"),
    ("validate-model", "--out", "/nowhere/at/all.md"),
    ("validate-model", "olist", "--table", "mechanisms"),
    ("validate-model", "olist", "--table", "known-answers"),
]  # fmt: skip


@pytest.mark.parametrize(
    "arguments", WRONG, ids=lambda arguments: " ".join(arguments)[:50].replace("\0", "0")
)
def test_wrong_input_is_one_message_and_code_2(run: Relay, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    "arguments", WRONG, ids=lambda arguments: " ".join(arguments)[:50].replace("\0", "0")
)
def test_failures_are_json_where_json_was_asked_for(run: Relay, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert "error" in answer or answer["valid"] is False


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (("comparre",), "compare"),
        (("show", "olst"), "olist"),
        (("show", "olist", "--policy", "patiend"), "patient"),
        (("show", "olist", "--set", "team.reps.cunt=3"), "team.reps.count"),
        (("run", "olist", "--measures", "wun_rate"), "win_rate"),
        (("run", "olist", "--agents", "json:JSONDecode"), "JSONDecoder"),
    ],
)
def test_nearest_name(run: Relay, arguments: tuple[str, ...], nearest: str) -> None:
    assert nearest in run(*arguments).stderr


def test_all_problems_of_all_policies_are_told_together(run: Relay) -> None:
    result = run("compare", "olist", "--policies", "todai,patiend")
    assert "todai" in result.stderr
    assert "patiend" in result.stderr


def test_without_solara_the_page_says_what_to_install(run: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sim.show.app_page", "sim.show.app_server"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "solara", None)
    result = run("app", "olist")
    assert result.exit_code == 1
    assert "pip install 'relay-handoff[app]'" in result.stderr
    assert run("app", "no-such-market").exit_code == 2


class TestOut:
    def test_a_file(self, run: Relay, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("")
        result = run("compare", "olist", *TWO, "--out", "taken")
        assert result.exit_code == 2
        assert "taken is a file" in result.stderr

    def test_below_a_file(self, run: Relay, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("")
        assert run("compare", "olist", *TWO, "--out", "taken/below").exit_code == 2

    def test_not_writable(self, run: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**_: object) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        monkeypatch.setattr("sim.cli.keeping.TemporaryFile", refuse)
        result = run("run", "olist", "--out", "there", *SHORT)
        assert result.exit_code == 2
        assert "--out: cannot write to there: Read-only file system" in result.stderr


class TestFailedRuns:
    # Demand that season raises above its ceiling fails every run that gets that far.
    BREAKING = ("--set", "market.demand.growth_per_year=9", "--set", "market.demand.ceiling=1")

    def test_code_1_and_how_to_repeat(self, run: Relay) -> None:
        result = run("run", "olist", "--seeds", "2", *self.BREAKING, *SHORT)
        assert result.exit_code == 1
        assert "relay run olist --policy" in result.stderr
        assert result.stdout == ""

    def test_json(self, run: Relay) -> None:
        result = run("run", "olist", "--seeds", "2", "--json", *self.BREAKING, *SHORT)
        assert result.exit_code == 1
        assert json.loads(result.stdout)["error"]["kind"] == "failed"


def test_a_fault_of_the_program_is_not_hidden(run: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("sim.scenario.library.shipped_markets", broken)
    result = run("list")
    assert isinstance(result.exception, RuntimeError)
    with pytest.raises(RuntimeError, match="a fault"):
        relay.main(["list"])


class TestProcess:
    def test_streams_are_kept_apart(self, process: Process) -> None:
        done = process("compare", "olist", *TWO, "--seeds", "2", "--json", *SHORT)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["command"] == "compare"
        quiet = process("compare", "olist", *TWO, "--seeds", "2", "--quiet", *SHORT)
        assert quiet.stderr == ""
        assert quiet.stdout.startswith("A Brazilian marketplace")

    def test_no_colour_in_a_pipe(self, process: Process) -> None:
        assert "\x1b" not in process("run", "olist", "--seeds", "2", *SHORT).stdout

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
    @pytest.mark.parametrize(("no_color", "expected"), [("", True), ("1", False)])
    def test_colour_on_a_terminal(self, tmp_path: Path, no_color: str, expected: bool) -> None:
        assert (b"\x1b[1m" in _on_a_terminal(tmp_path, no_color)) is expected

    def test_a_reader_that_goes_away(self, tmp_path: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "schema"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as done:
            assert done.stdout is not None
            assert done.stderr is not None
            done.stdout.close()
            said = done.stderr.read()
        assert said == b""
        assert done.returncode == 1

    @pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_interrupt(self, tmp_path: Path, jobs: str) -> None:
        arguments = ["compare", "olist", *TWO, "--seeds", "2000", "--jobs", jobs, *SHORT]
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments], cwd=tmp_path, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        ) as running:  # fmt: skip
            assert running.stderr is not None
            # From the early table on it certainly simulates.
            assert any(f"After {PREVIEW} of" in line for line in iter(running.stderr.readline, ""))
            begun = time.monotonic()
            os.killpg(running.pid, signal.SIGINT)  # what a terminal does: all processes of the group
            _, said = running.communicate(timeout=60)
        assert running.returncode == 130
        assert said.rstrip().endswith("Interrupted.")
        assert "Traceback" not in said
        assert time.monotonic() - begun < 20

    def test_completion(self, process: Process) -> None:
        done = process(_RELAY_COMPLETE="bash_complete", COMP_WORDS="relay compare ol", COMP_CWORD="2")
        assert done.stdout.split() == ["plain,olist"]
        done = process(
            _RELAY_COMPLETE="bash_complete",
            COMP_WORDS="relay compare olist --policies today,pat",
            COMP_CWORD="4",
        )
        assert done.stdout.split() == ["plain,today,patient"]
        for shell, word in (("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete --no-files")):
            done = process(_RELAY_COMPLETE=f"{shell}_source")
            assert done.returncode == 0 and word in done.stdout, shell


def _on_a_terminal(directory: Path, no_color: str) -> bytes:
    """What a command writes when its stdout is a terminal."""
    import pty

    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    if no_color:
        environment["NO_COLOR"] = no_color
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "run", "olist", "--seeds", "2", *SHORT],
        cwd=directory, env=environment, stdout=theirs, stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 4096):
                pieces.append(piece)
        except OSError:  # Linux says so when the other end has closed
            pass
    os.close(ours)
    assert running.returncode == 0
    return b"".join(pieces)
