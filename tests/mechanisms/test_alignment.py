"""Alignment is not monotone (T7.5): like goals help where follow-up is missing and hurt where it is not.

With everyone paid by this quarter's revenue nobody feeds the next.
"""

from __future__ import annotations

import pytest

from sim.experiment import mechanism_response
from sim.scenario import Scenario

LONG = ["horizon.warmup_days=180", "horizon.counted_days=180", "horizon.follow_up_days=730"]
SEEDS = 100


def done_fully(mechanism: str, base: str) -> tuple[float, float]:
    """Interval of what a mechanism done fully changes in the share of leads won within two years."""
    table = mechanism_response(
        Scenario.load("considered", overrides=LONG),
        mechanism,
        base,
        intensities=(0, 1),
        seeds=SEEDS,
        measures=("lead_to_won_rate",),
        level=0.999,
    )
    return float(table["low"].iloc[0]), float(table["high"].iloc[0])


@pytest.mark.slow
def test_joint_pay_helps_where_leads_are_ignored() -> None:
    low, _ = done_fully("joint-compensation", "today")
    assert low > 0


@pytest.mark.slow
def test_joint_pay_hurts_where_patience_was_the_strength() -> None:
    _, high = done_fully("joint-compensation", "patient")
    assert high < 0
