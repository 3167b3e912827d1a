"""Fit the few parameters of market olist that its data identify, by simulated moments on common seeds.

    RELAY_OLIST_CSV=path python -m tests.patterns.fitting [runs] [steps]

The share of buyers ready now is scaled, journey by journey, until the share won is that of the origin; the median
and the spread of their clock, and the hazard of everybody else, take Gauss-Newton steps towards the days of the
wins. Without the file the published figures of `sim.experiment.published` are the targets, and they are the same.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.experiment import pattern_counts as counts
from sim.experiment.published import BY_DAY, BY_ORIGIN, OLIST_WINS
from sim.experiment.simulate import simulate
from sim.measure.results import Results
from sim.scenario import Scenario

DAYS = tuple(day for day, _ in BY_DAY)
LONGEST_STEP = 0.12  # share of its value by which a parameter of the clock may move at once
NUDGE = 0.08  # and by which it is moved to see what that does


@dataclass(frozen=True)
class Moments:
    """What is fitted: the share won by group of origins, and the share of wins by day."""

    won: npt.NDArray[np.float64]
    by_day: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """The parameters."""

    ready: tuple[float, ...]
    median_days: float
    spread: float
    hazard: float

    def overrides(self) -> list[str]:
        journeys = [
            f"market.journeys.{name}.ready_now_rate={rate}"
            for (names, _, _), rate in zip(BY_ORIGIN, self.ready, strict=True)
            for name in names
        ]
        return [
            *journeys,
            f"market.clock.ready_now_median_days={self.median_days}",
            f"market.clock.ready_now_spread={self.spread}",
            f"market.clock.hazard_per_month={self.hazard}",
        ]


def shipped() -> Fit:
    """The parameters as they stand in the market's file."""
    market = Scenario.load("olist").market
    ready = tuple(market.resolved_journey(names[0]).ready_now_rate for names, _, _ in BY_ORIGIN)
    clock = market.clock
    return Fit(ready, clock.ready_now_median_days, clock.ready_now_spread, clock.hazard_per_month)


def published() -> Moments:
    won = np.array([hits / of for _, hits, of in BY_ORIGIN])
    return Moments(won, np.array([part for _, part in BY_DAY]))


def of_file(path: str) -> Moments:
    """The same moments counted in the data."""
    import pandas as pd

    names = {
        "direct traffic": "direct",
        "organic search": "organic",
        "paid search": "paid",
        "other publicities": "other",
    }
    leads = pd.read_csv(path, parse_dates=["first_contact_date", "won_at_local"])
    contact = leads["first_contact_date"]
    leads = leads[(contact >= "2018-01-01") & (contact < "2018-06-01")]
    origin = leads["origin"].replace(names)
    days = (leads["won_at_local"].dt.normalize() - leads["first_contact_date"]).dt.days
    won = (leads["won"] == 1) & (days <= 150)
    groups = [origin.isin(group) for group, _, _ in BY_ORIGIN]
    return Moments(
        np.array([won[group].mean() for group in groups]),
        np.array([(days[won] <= day).mean() for day in DAYS]),
    )


def of_runs(results: Results) -> Moments:
    def ratio(count: counts.Count) -> float:
        return counts.share(count(results).sum(axis=0)[None, :])

    won = np.array([ratio(counts.won_from(*names)) for names, _, _ in BY_ORIGIN])
    return Moments(won, np.array([ratio(counts.won_by(day)) for day in DAYS]))


def simulated(fit: Fit, runs: int) -> Moments:
    return of_runs(simulate(Scenario.load("olist", None, fit.overrides()), seeds=runs))


def distance(target: Moments, found: Moments) -> float:
    """Sum of squared misses of the days of wins, in standard errors of the data."""
    part = target.by_day
    return float(np.sum((found.by_day - part) ** 2 / (part * (1 - part) / OLIST_WINS)))


def better(fit: Fit, target: Moments, runs: int) -> Fit:
    """One step towards the target."""
    found = simulated(fit, runs)
    clock = ("median_days", "spread", "hazard")
    nudged = [replace(fit, **{name: getattr(fit, name) * (1 + NUDGE)}) for name in clock]
    weight = 1 / np.sqrt(target.by_day * (1 - target.by_day))
    slopes = [(simulated(one, runs).by_day - found.by_day) / NUDGE * weight for one in nudged]
    step, *_ = np.linalg.lstsq(np.array(slopes).T, (target.by_day - found.by_day) * weight, rcond=None)
    move = 1 + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
    ready = np.minimum(1.0, np.array(fit.ready) * (target.won / found.won) ** 0.8)
    moved = {name: round(float(getattr(fit, name) * by), 4) for name, by in zip(clock, move, strict=True)}
    return Fit(tuple(map(float, ready.round(4))), **moved)


def main() -> None:
    runs, steps = (
        int(sys.argv[place]) if len(sys.argv) > place else other for place, other in ((1, 8), (2, 4))
    )
    path = os.environ.get("RELAY_OLIST_CSV")
    target = of_file(path) if path else published()
    fit = shipped()
    for step in range(steps + 1):
        found = simulated(fit, runs)
        print(step, fit, "distance", round(distance(target, found), 1))
        print("  won", found.won.round(3), "by day", found.by_day.round(3), flush=True)
        if step < steps:
            fit = better(fit, target, runs)


if __name__ == "__main__":
    main()
