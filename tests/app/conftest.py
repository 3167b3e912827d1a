from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.chromium import Tab, browser, eventually, need_browser

ROOT = Path(__file__).parents[2]
SERVE = "from sim.cli import main; main()"
READY = "The page is at "
OWN = """
kind = "policy"
extends = "patient"

[policy.nurture]
channel = "peers"  # which not every market has
"""
STARTS_WITHIN = 120.0  # seconds; the first run on a machine compiles the engine


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `relay app` serves its page, with a policy of one's own beside today.

    Skips without Solara, and without a browser except in CI.
    """
    pytest.importorskip("solara")
    pytest.importorskip("websockets")
    need_browser()
    folder = tmp_path_factory.mktemp("server")
    own, said = folder / "mine.toml", folder / "said"
    own.write_text(OWN)
    with said.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-u", "-c", SERVE, "app", "--port", "0", "--against", str(own)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:

        def ready() -> bool:
            assert server.poll() is None, said.read_text()
            return READY in said.read_text()

        eventually(ready, "the page is not served", STARTS_WITHIN)
        yield said.read_text().split(READY)[1].split()[0]
    finally:
        server.terminate()
        server.wait(20)
    assert "Traceback" not in said.read_text(), said.read_text()


@pytest.fixture(scope="module")
def tab(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A browser that looks at the page."""
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        opened.open(address)
        opened.wait_for("mine")
        yield opened
