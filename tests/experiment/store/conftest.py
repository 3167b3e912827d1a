"""A market so small that a run takes milliseconds, and sweeps of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.experiment.store import filling
from sim.experiment.store.folder import Folder
from sim.experiment.store.tables import read_table
from sim.experiment.sweep import sweep
from sim.experiment.sweep_result import Sweep

MARKET = """\
kind = "market"
title = "A market of a few buyers"
story = "One channel. Two reps."
sources = ["assumption: all of it"]

[market.demand]
arrivals_per_day = 5

[market.segments.firms]
deal_value = 1000

[market.channels.website]
gain = [0.05, 0.05, 0.05, 0.05]
hand_raise = [0.01, 0.02, 0.05, 0.1]

[market.journeys.inbound]
share = 1
origin = "website"
zone = [0.4, 0.7]
touches_per_day = 0.5
transitions.stimulus = { any = { website = 1 } }

[team.reps]
count = 2

[horizon]
warmup_days = 2
counted_days = 10
follow_up_days = 20
"""
VARIED = {"policy.zone.open": [0.3, 0.6], "policy.zone.close": [0.5, 0.9], "team.reps": [1, 3]}
"""Eight points, two of which open their aim after it closes."""
POLICIES = ["today", "patient"]
SEEDS = 3


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("market") / "tiny.toml"
    path.write_text(MARKET, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def whole(market: Path) -> Sweep:
    """The sweep that nothing interrupts."""
    return sweep(market, VARIED, POLICIES, SEEDS)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit every few runs."""
    monkeypatch.setattr(filling, "COMMIT_RUNS", 3)


def table(swept: Sweep) -> pd.DataFrame:
    """All there is to know of the finished runs, in an order that does not depend on how they came about."""
    keys = [*swept.design.paths, "policy", "replication"]
    return swept.parts().drop(columns="point").sort_values(keys, ignore_index=True)


def failures(swept: Sweep) -> pd.DataFrame:
    keys = [*swept.design.paths, "policy", "replication"]
    return swept.failures.drop(columns=["point", "command"]).sort_values(keys, ignore_index=True)


def same(one: Sweep, other: Sweep) -> bool:
    """Whether two sweeps have the same runs to the last bit, and the same failures."""
    left, right = table(one), table(other)
    numbers = left.select_dtypes("number").columns
    alike = left.equals(right) and left[numbers].to_numpy().tobytes() == right[numbers].to_numpy().tobytes()
    return alike and failures(one).equals(failures(other))


def readable(path: Path) -> int:
    """Read every file of a folder as strictly as can be; how many runs are in it."""
    if not (path / "manifest.json").exists():
        return 0
    folder = Folder(path)
    assert len(folder.design) == folder.manifest.points
    assert list(folder.scenarios) == list(folder.manifest.policies)
    for file in [*path.glob("*.parquet"), *path.glob("runs/part-*.parquet")]:
        read_table(file)
    rows = folder.rows()
    keys = set(zip(rows.points.tolist(), rows.policies.tolist(), rows.replications.tolist(), strict=True))
    assert len(keys) == len(rows) == folder.finished(), "a run is there twice"
    assert not keys & {one.key for one in folder.failed()}
    return len(rows)
