"""The way to the first table is short: nothing is loaded on it that only later tables or figures need."""

from __future__ import annotations

import json
import subprocess
import sys

from sim.cli.group import relay

from .conftest import ROOT, SHORT

NOT_NEEDED = {
    "numba",
    "mesa",
    "matplotlib",
    "pandas",
    "pyarrow",
    "networkx",
    "scipy.linalg",
    "scipy.stats",
    "tqdm",
}
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
"""


def test_a_comparison_loads_only_what_it_needs() -> None:
    assert not relay.main(list(ARGUMENTS), standalone_mode=False)  # from here on the machine code is kept
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    table, _, listed = done.stdout.partition("LOADED")
    assert "patient" in table
    assert not set(json.loads(listed)) & NOT_NEEDED
