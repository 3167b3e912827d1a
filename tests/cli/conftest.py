"""Running `relay` inside the test process, and as a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli.group import relay

ROOT = Path(__file__).parents[2]
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[0] = 'relay'; from sim.cli import main; main()"
)
SHORT = (
    "--set", "horizon.warmup_days=7",
    "--set", "horizon.counted_days=21",
    "--set", "horizon.follow_up_days=30",
)  # fmt: skip
"""Overrides that make a run of olist short."""

Relay = Callable[..., Result]
Process = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Relay:
    """Run a command inside this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(relay, list(arguments))

    return invoke


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """Run a command in a process of its own, in an empty directory."""

    def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments], cwd=tmp_path, env={**os.environ, **environment},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return start
