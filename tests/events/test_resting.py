"""The rest of a lead that went back: its cool-off, unless a date that marketing watches for comes first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.experiment import simulate
from sim.scenario import Scenario

NEAR, REST = 60.0, 400.0
SETTINGS = (
    "horizon.warmup_days=20",
    "horizon.counted_days=60",
    "horizon.follow_up_days=300",
    "team.reps.count=20",
    f"policy.recycling.cool_off_days={REST:g}",
    f"policy.deadline_near_days={NEAR:g}",
    "market.journeys.first-scan.deadline.lead_days=300",
    "market.journeys.second-time.deadline.lead_days=300",
)
"""Called at once and long before the date, most are lost early and have the date still before them."""


def second_laps(*settings: str) -> pd.DataFrame:
    """Second exchanges, with the day of the clock and of the first one's end."""
    results = simulate(Scenario.load("car-seat", "patient", (*SETTINGS, *settings)), seeds=3)
    buyers = results.buyers[["replication", "number", "clock_day"]]
    exchanges = results.exchanges[results.exchanges["lap"] == 2]
    return exchanges.merge(buyers, on=["replication", "number"])


def test_a_known_date_that_draws_near_ends_the_rest() -> None:
    laps = second_laps()
    assert len(laps) > 50
    late = laps["let_go_day"] - (laps["clock_day"] - NEAR)
    assert (late > -1e-6).all()
    # A date that was forgotten during the rest brings the lead back, but is no reason to let go at once.
    assert np.median(late) < 1e-6


@pytest.mark.parametrize(
    "settings",
    [
        ('policy.triggers=["score"]',),
        ("policy.deadline_near_days=0",),
        tuple(
            f"market.channels.{name}.reveals.deadline=0" for name in ("email", "clinic-leaflet", "shop-visit")
        ),
    ],
    ids=["nobody watches for it", "it is never near", "nobody knows it"],
)
def test_otherwise_the_cool_off_is_waited_for(settings: tuple[str, ...]) -> None:
    assert second_laps(*settings).empty
