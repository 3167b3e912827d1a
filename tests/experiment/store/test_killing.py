"""Real processes killed at random moments: nothing half-written looks whole, and the sweep ends all the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sim.experiment.store.folder import Folder
from sim.experiment.sweep import opened, resume, sweep

from .conftest import POLICIES, VARIED, readable, same

ROOT = Path(__file__).parents[3]
SEEDS = 12
KILLS = 50

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here"),
]


class Starter:
    """The process of `killable.py`."""

    def __init__(self, market: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.experiment.store.killable", str(market)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begun(self, out: Path, jobs: int) -> int:
        """Begin or go on with the sweep in a folder; the process that does it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{out} {jobs} {SEEDS}\n")
        self.process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait for that process; minus the signal that killed it, or its exit code."""
        return int(self._line())

    def close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait()


@pytest.fixture
def starter(market: Path) -> Iterator[Starter]:
    found = Starter(market)
    yield found
    found.close()


@pytest.fixture(scope="module")
def uninterrupted(market: Path):
    return sweep(market, VARIED, POLICIES, SEEDS)


def test_killed_fifty_times(starter: Starter, uninterrupted, tmp_path: Path) -> None:
    """Each sweep is killed until it ends by itself or has been killed ten times, then it is resumed.

    Half of the kills come at any moment from the start on, half shortly after some more runs were committed: how long the
    start takes differs from machine to machine, and each part of a sweep has to be hit.
    """
    begun = time.monotonic()
    out = tmp_path / "timed"
    starter.begun(out, 1)
    assert starter.ended() == 0
    whole_seconds = time.monotonic() - begun
    assert readable(out) == len(uninterrupted)

    kills, number, partial = 0, 0, set()
    while kills < KILLS:
        number += 1
        out, jobs = tmp_path / str(number), 1 + number % 2
        for attempt in range(10):
            process = starter.begun(out, jobs)
            if attempt % 2:
                _wait_for_commits(process, out, random.randint(1, 3))
            time.sleep(random.uniform(0, whole_seconds / (20 if attempt % 2 else 2)))
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            if starter.ended() == 0:
                break  # it was quicker
            kills += 1
            partial.add(readable(out))
        if not (out / "manifest.json").exists():
            sweep(opened(tmp_path / "timed").scenario, VARIED, POLICIES, SEEDS, out=out)
        assert same(resume(out, jobs=2), uninterrupted)
        assert not Folder(out).missing().any() and not list(out.rglob(".being-written*"))
    assert len(partial) > 3, "the moments were not spread over the sweep"


def _wait_for_commits(process: int, out: Path, more: int) -> None:
    """Until a process has committed some more parts to a folder, or has ended."""
    known = set(out.glob("runs/part-*.parquet"))
    while len(set(out.glob("runs/part-*.parquet")) - known) < more and _lives(process):
        time.sleep(0.001)


def test_processes_do_not_outlive_the_one_that_started_them(starter: Starter, tmp_path: Path) -> None:
    process = starter.begun(tmp_path, 2)
    deadline = time.monotonic() + 60
    children: list[int] = []
    while len(children) < 2 and time.monotonic() < deadline:
        listed = Path(f"/proc/{process}/task/{process}/children")
        if not listed.exists():
            pytest.skip("this system does not list the children of a process")
        children = [int(one) for one in listed.read_text().split()]
    os.kill(process, signal.SIGKILL)
    assert starter.ended() == -signal.SIGKILL and len(children) == 2
    while any(map(_lives, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_lives, children))


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
