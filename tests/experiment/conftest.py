"""Short runs of the shipped markets."""

from __future__ import annotations

import tomllib

import pytest

from sim.scenario import Policy, Scenario, shipped_markets, shipped_policies

SHORT = ["horizon.warmup_days=14", "horizon.counted_days=28", "horizon.follow_up_days=60"]
MARKETS = [one.name for one in shipped_markets() if tomllib.loads(one.path.read_text())["kind"] == "market"]
PLANNED = [one.name for one in shipped_policies() if Policy.load(one.name).engagement]
POLICIES = [one.name for one in shipped_policies() if one.name not in PLANNED]
CASES = [(market, policy) for market in MARKETS for policy in POLICIES]
CASES += [("considered", policy) for policy in PLANNED]  # a plan fits only markets with its channels


def short(market: str = "considered", policy: str = "recycle", overrides: tuple[str, ...] = ()) -> Scenario:
    """A shipped market with a few weeks of arrivals."""
    return Scenario.load(market, policy, [*SHORT, *overrides])


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return short()
