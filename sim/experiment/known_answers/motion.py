"""Coasting and crossing: a buyer that nobody touches rolls on to the aim by a closed form."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from sim.experiment.known_answers.answer import Answer, exactly
from sim.experiment.known_answers.bare import bare, ran
from sim.rules.track import fall_days, moved, rise_days

__all__ = ["RUNS", "answers", "by_integration", "coasted"]

RUNS = (
    (0.3, 0.05, 0.0, 14.0, 0.7),
    (0.3, 0.05, 0.0, 14.0, 0.99),
    (0.1, 0.0, 0.01, 21.0, 0.5),
    (0.1, 0.03, 0.01, 21.0, 0.9),
    (0.1, 0.01, 0.01, 7.0, 0.9),
    (0.1, 0.2, 0.001, 7.0, 1.0),
    (0.0, 0.0, 11.65, 1.18, 100.0),
    (0.0, 12.0, 11.65, 1.18, 30.0),
    (0.0, 0.0, 11.65, 1.18, 1e-6),
)
"""Place, momentum, pace, time constant and target."""

START, SPEED, TAU, AIM = 0.3, 0.05, 14.0, 0.7


def by_integration(x: float, v: float, pace: float, tau: float, target: float) -> tuple[float, float, float]:
    """When the law dv/dt = (pace - v) / tau carries a runner to a target, by solving it step by step.

    Args:
        x: Place.
        v: Momentum.
        pace: Pace of whoever carries on.
        tau: Time constant.
        target: Where to.

    Returns:
        The time of the crossing, and place and momentum one time constant after the start.
    """
    from scipy.integrate import solve_ivp

    def law(_: float, state: Any) -> list[float]:
        return [state[1], (pace - state[1]) / tau]

    def crosses(_: float, state: Any) -> float:
        return float(state[0] - target)

    crosses.terminal = True  # type: ignore[attr-defined]
    exact: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-15, "method": "DOP853"}
    crossing = solve_ivp(law, (0, 1e3 * tau), [x, v], events=crosses, **exact)
    after = solve_ivp(law, (0, tau), [x, v], **exact)
    return float(crossing.t_events[0][0]), float(after.y[0, -1]), float(after.y[1, -1])


def coasted() -> Any:
    """Exchanges of buyers who start with a momentum and are let go when their score reaches the aim."""
    scenario = bare(
        market={
            "journeys": {
                "only": {
                    "start_position": START,
                    "ready_position": START,
                    "start_spread": 0.0,
                    "start_momentum_per_day": SPEED,
                    "momentum_days": TAU,
                    "zone": [AIM, 1.0],
                    "arrives_with_hand_raise_rate": 0.0,
                }
            }
        },
        policy={"triggers": ["score"]},
        horizon={"counted_days": 100.0, "follow_up_days": 100.0},
    )
    run = ran(scenario)
    arrival = dict(zip(run.outcomes.number.tolist(), run.outcomes.arrival_day.tolist(), strict=True))
    rows = run.exchanges
    return np.array([row.let_go_day - arrival[int(row.number)] for row in rows]), rows


def answers(replications: int = 1) -> list[Answer]:
    """Coasting, crossing and cooling.

    Args:
        replications: Not used: there is no chance in motion.

    Returns:
        The comparisons.
    """
    name = "coasting and crossing times"
    waits, rows = coasted()
    wait = TAU * log(SPEED * TAU / (SPEED * TAU - (AIM - START)))
    day = float(np.spacing(rows.let_go_day.max()))
    count = f"rounding of {len(rows):,} buyers in a run"
    found = [
        exactly(name, "shortest coast to the aim, days", float(waits.min()), wait, 1e4 * day, count),
        exactly(name, "longest coast to the aim, days", float(waits.max()), wait, 1e4 * day, count),
        exactly(name, "place at the letting-go", float(rows.score.mean()), AIM, 1e-9, count),
    ]
    for x, v, pace, tau, target in RUNS[1:5]:
        crossing, place, speed = by_integration(x, v, pace, tau, target)
        case = f"from {x:g} at {v:g}, pace {pace:g}, time constant {tau:g}"
        rounding, why = 1e-8, "the law solved step by step to 1e-12"
        found += [
            exactly(
                name, f"time to {target:g} {case}", rise_days(x, v, pace, tau, target), crossing,
                rounding * crossing, why,
            ),
            exactly(name, f"place after one time constant {case}", moved(x, v, pace, tau, tau)[0], place, rounding, why),
            exactly(name, f"momentum then {case}", moved(x, v, pace, tau, tau)[1], speed, rounding, why),
        ]  # fmt: skip
    cooled = fall_days(0.8, 0.5, 60.0)
    return [
        *found,
        exactly(name, "days of cooling from 0.8 to 0.5", cooled, 60 * log(1.6), 1e-12, "rounding"),
    ]
