"""Short runs of the shipped markets."""

from __future__ import annotations

import tomllib

import pytest

from sim.scenario import Scenario, shipped_markets, shipped_policies

SHORT = ["horizon.warmup_days=14", "horizon.counted_days=28", "horizon.follow_up_days=60"]
MARKETS = [one.name for one in shipped_markets() if tomllib.loads(one.path.read_text())["kind"] == "market"]
POLICIES = [one.name for one in shipped_policies()]


def short(market: str = "considered", policy: str = "recycle", overrides: tuple[str, ...] = ()) -> Scenario:
    """A shipped market with a few weeks of arrivals."""
    return Scenario.load(market, policy, [*SHORT, *overrides])


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return short()
