"""Results change only on purpose: a few runs are held to the numbers of the last release.

A change of results is made with `python tests/baselines/test_baselines.py` and an entry *results change: yes* in the
changelog. The same file serves every Python and Mesa version; across platforms numbers may differ in the last digits.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("baselines.json")
SMALL = ["horizon.warmup_days=30", "horizon.counted_days=30", "horizon.follow_up_days=120"]
RUNS = [
    (market, policy)
    for market in ("olist", "considered", "web-leads", "car-seat")
    for policy in ("today", "speed-to-lead", "warm-introduction")
]


def measures_of(market: str, policy: str) -> dict[str, float | None]:
    """All measures of one small run; None where there was nothing to measure."""
    from sim.experiment import simulate
    from sim.scenario import Scenario

    table = simulate(Scenario.load(market, policy=policy, overrides=SMALL), seed=7).measures
    return {
        row.measure: None if math.isnan(row.value) else float(row.value)
        for row in table.sort_values("measure").itertuples()
    }


@pytest.mark.parametrize(("market", "policy"), RUNS)
def test_results_have_not_changed(market: str, policy: str) -> None:
    expected = json.loads(FILE.read_text(encoding="utf-8"))[f"{market} {policy}"]
    found = measures_of(market, policy)
    assert expected.keys() <= found.keys()  # a measure added since then is no change of results
    moved = {
        name: (expected[name], value)
        for name, value in found.items()
        if name in expected
        and (
            (value is None) != (expected[name] is None)
            or (value is not None and not math.isclose(value, expected[name], rel_tol=1e-9, abs_tol=1e-12))
        )
    }
    assert not moved


if __name__ == "__main__":
    kept = {f"{market} {policy}": measures_of(market, policy) for market, policy in RUNS}
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
