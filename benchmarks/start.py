"""How long a first run takes: importing, compiling on a cold cache, loading from a warm one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import sim
from benchmarks.report import Row

ROOT = Path(__file__).resolve().parent.parent
COMPILED = ("engine", "rules", "events")
FIRST_RUN = (
    "from benchmarks import lap, project; from benchmarks.lap import lap_scenario; "
    "project.run(lap_scenario(500), 1)"
)


def seconds(code: str, **environment: str) -> float:
    """How long a fresh interpreter takes for some code."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment}, check=True)
    return perf_counter() - start


def start_up() -> list[Row]:
    """Seconds from a fresh interpreter, and how many lines are compiled."""
    bare = min(seconds("pass") for _ in range(3))
    imported = min(seconds("import sim") for _ in range(3))
    with TemporaryDirectory() as cache:
        cold = seconds(FIRST_RUN, NUMBA_CACHE_DIR=cache)
        warm = min(seconds(FIRST_RUN, NUMBA_CACHE_DIR=cache) for _ in range(3))
    package = Path(sim.__file__).parent
    files = [path for folder in COMPILED for path in (package / folder).glob("*.py")]
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in files)
    return [
        Row("import sim", imported - bare, "{:.2f} s", most=0.5),
        Row("first run of 500 buyers, warm cache", warm, "{:.2f} s"),
        Row(
            "first run of 500 buyers, cold cache",
            cold,
            "{:.1f} s",
            note=f"{lines:,} lines in {', '.join(COMPILED)}",
        ),
        Row("compiling, per 100 lines", (cold - warm) / lines * 100, "{:.2f} s"),
    ]
