"""The purchase clock of everybody who is not ready now has a constant hazard."""

from __future__ import annotations

from functools import lru_cache
from math import exp
from typing import Any

import numpy as np

from sim.experiment.known_answers.answer import Answer, of_mean, of_share
from sim.experiment.known_answers.bare import bare, ran
from sim.rules.demand import MONTH_DAYS

__all__ = ["HAZARD", "PUBLISHED", "answers", "bought_within", "clocks"]

HAZARD = 0.05
"""Per month. Source: T4.2."""

PUBLISHED = ((6, 0.26), (12, 0.45))
"""Share that has bought from anyone within so many months. Source: T4.2, in whole percent."""

NAME = "constant-hazard clock"


@lru_cache(maxsize=1)
def clocks() -> Any:
    """Ten thousand buyers whom nobody calls."""
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 200.0},
            "clock": {"hazard_per_month": HAZARD},
            "journeys": {"only": {"arrives_with_hand_raise_rate": 0.0}},
        },
        horizon={"counted_days": 50.0, "follow_up_days": 366.0},
    )
    return ran(scenario).outcomes


def bought_within(months: int) -> Answer:
    """Share that has bought within some months."""
    rows = clocks()
    bought = int((rows.bought_day - rows.arrival_day <= months * MONTH_DAYS).sum())
    what = f"share that has bought within {months} months"
    return of_share(NAME, what, bought, len(rows), 1 - exp(-HAZARD * months))


def answers(replications: int = 1) -> list[Answer]:
    """Shares and moments of the clocks of a run.

    Args:
        replications: Not used: each buyer is a case.

    Returns:
        The comparisons.
    """
    rows = clocks()
    months = np.asarray(rows.clock_day - rows.arrival_day, dtype=float) / MONTH_DAYS
    return [
        *(bought_within(month) for month in (1, 3, 6, 12)),
        of_mean(NAME, "mean months to the purchase", months, 1 / HAZARD),
        of_mean(NAME, "mean square of the months to the purchase", months**2, 2 / HAZARD**2),
    ]
