"""The way to the first table is short: nothing is loaded on it that only later tables or figures need."""

from __future__ import annotations

import json
import subprocess
import sys

from .conftest import ROOT, SHORT

NOT_NEEDED = {"mesa", "matplotlib", "pandas", "pyarrow", "networkx", "scipy.linalg", "scipy.stats", "tqdm"}
ARGUMENTS = (
    "compare",
    "olist",
    "--policies",
    "today,patient",
    "--seeds",
    "2",
    "--jobs",
    "1",
    "--quiet",
    *SHORT,
)
CODE = f"""
import sys
from sim.cli.group import relay
relay.main({list(ARGUMENTS)!r}, standalone_mode=False)
import json
print("LOADED", json.dumps([name for name in sys.modules]))
import scipy.linalg.cython_blas
"""


def test_a_comparison_loads_only_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr  # SciPy's linear algebra can be loaded afterwards
    table, _, listed = done.stdout.partition("LOADED")
    assert "patient" in table
    loaded = set(json.loads(listed))
    assert "numba" in loaded
    assert not loaded & NOT_NEEDED
