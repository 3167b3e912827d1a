"""The moving market and the engagement plan are the same compiled and interpreted, to the bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from sim.events.loop import DONE, GROW, advance
from sim.events.setting import FOLLOW_ALL, grow, new_world
from sim.scenario import Scenario

OVERRIDES = [
    "horizon.warmup_days=10", "horizon.counted_days=15", "horizon.follow_up_days=40",
    "market.demand.arrivals_per_day=4", "market.demand.population=300",
    "market.demand.innovation_per_year=4",
    "market.demand.imitation_per_year=30", "market.demand.ceiling=20",
    "market.demand.season_amplitude=0.6", "market.demand.season_peak_day=20",
    "market.channels.website.drift_per_year=-2", "market.channels.event.drift_per_year=1.5",
    "market.rivals.incumbent.learning_rate=1.5", "market.rivals.incumbent.engagements_per_day=0.1",
    'policy.engagement.any.zero-moment={channels=["email", "event"], role="sales", every=4, relevance=0.3}',
]  # fmt: skip


def digest() -> str:
    world = new_world(
        Scenario.load("considered", policy="engagement-plan", overrides=OVERRIDES), 3, FOLLOW_ALL
    )
    while (code := advance(world, float(world.p.end_day))) != DONE:
        assert code == GROW
        grow(world)
    sums = hashlib.sha256()
    for name in ("exchanges", "deals", "outcomes", "notes"):
        rows = world.tables[name][: int(world.s[name])]
        for field in rows.dtype.names:
            sums.update(rows[field].tobytes())
    for name in ("days", "reps", "phases", "rivals"):
        for field in world.tables[name].dtype.names:
            sums.update(world.tables[name][field].tobytes())
    return sums.hexdigest()


@pytest.mark.slow
def test_interpreted_and_compiled_runs_are_the_same(interpreted: Callable[[str], Any]) -> None:
    assert interpreted(__file__) == digest()


if __name__ == "__main__":
    print(json.dumps(digest()))
