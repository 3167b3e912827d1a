"""A small market, written as a user would, and files made from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario

SMALL_MARKET = """\
kind = "market"
title = "A small market"
story = "One channel sells. Another one does not."
sources = ["assumption: all of it"]

[market.demand]
arrivals_per_day = 5

[market.segments.firms]
deal_value = 1000

[market.channels.email]
gain = [0.01, 0.02, 0.03, 0.04]

[market.channels.website]
gain = [0.02, 0.02, 0.02, 0.02]
reveals = { need = "20 %" }

[market.journeys.inbound]
share = 1
origin = "website"
zone = [0.4, 0.7]
transitions.stimulus = { any = { email = 0.5, website = 0.5 } }

[market.journeys.outbound]
share = 1
origin = "email"
zone = [0.5, 0.8]
transitions.stimulus = { any = { email = 1 } }

[team.reps]
count = 2

[horizon]
warmup_days = 10
counted_days = 20
follow_up_days = 30
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file in the test's own folder."""

    def _write(text: str, name: str = "mine.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def small() -> str:
    return SMALL_MARKET


@pytest.fixture
def scenario(write: Callable[[str, str], Path], small: str) -> Scenario:
    return Scenario.load(write(small, "mine.toml"))
