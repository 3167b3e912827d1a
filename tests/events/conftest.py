"""The same run as plain Python: what a test file prints when it is run without compiling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def interpreted(tmp_path: Path) -> Callable[[str], Any]:
    """Runs a test file as a program with `SIM_DEBUG=1`; gives the JSON that it prints."""

    def printed(file: str) -> Any:
        here = Path(file).resolve()
        told = subprocess.run(
            [sys.executable, "-W", "error", str(here)],
            env={**os.environ, "SIM_DEBUG": "1", "PYTHONPATH": str(here.parents[2])},
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        return json.loads(told.stdout)

    return printed
