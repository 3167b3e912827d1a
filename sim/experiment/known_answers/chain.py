"""A lap without time is an absorbing Markov chain; its fundamental matrix knows every total."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from sim.experiment.known_answers.answer import Answer, of_mean, of_share
from sim.experiment.known_answers.bare import Finished, bare, ran
from sim.experiment.setups import Numbers
from sim.vocabulary import Outcome

__all__ = ["ATTEMPT_HOURS", "LAPS", "SPACING_DAYS", "TRIES", "answers", "chain", "days_in_air", "lap"]

ANSWERS, TRIES, LAPS = 0.4, 3, 3
LOG_ODDS = 0.4
QUALIFIES = float(1 / (1 + np.exp(-LOG_ODDS)))
SPACING_DAYS, ATTEMPT_HOURS = 1.5, 0.02


def chain() -> tuple[Numbers, Numbers]:
    """Expected visits to each (lap, attempt), and chances of ending qualified, disqualified or unreached."""
    size = LAPS * TRIES
    within, into = np.zeros((size, size)), np.zeros((size, 3))
    for state in range(size):
        into[state, 0] = ANSWERS * QUALIFIES
        into[state, 1] = ANSWERS * (1 - QUALIFIES)
        if state + 1 < size:
            within[state, state + 1] = 1 - ANSWERS
        else:
            into[state, 2] = 1 - ANSWERS
    fundamental = np.linalg.inv(np.eye(size) - within)
    return fundamental[0], (fundamental @ into)[0]


@lru_cache(maxsize=1)
def lap() -> Finished:
    """A run in which nobody waits for a rep and nothing decays: only answers, qualification and laps are left."""
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 100.0},
            "attention": {"answer_rate": ANSWERS},
            "exchange": {
                "qualify_base_value": LOG_ODDS,
                "qualify_momentum_value": 0.0,
                "qualify_intent_value": 0.0,
            },
        },
        team={
            "reps": {"count": 100},
            "tasks": {
                "attempt": ATTEMPT_HOURS,
                "discover": 0.0,
                "meet": 0.01,
                "meeting_gain": 0.0,
                "max_meetings": 1,
            },
        },
        policy={
            "triggers": ["age"],
            "age_days": 0.0,
            "attempts": TRIES,
            "attempt_spacing": SPACING_DAYS,
            "recycling": {"reasons": ["unreached"], "max_laps": LAPS, "cool_off_days": 4.0},
        },
        horizon={"counted_days": 200.0, "follow_up_days": 60.0},
    )
    return ran(scenario)


def _by_buyer(run: Finished, values: Any) -> Numbers:
    """Sums over the exchanges of each buyer."""
    _, place = np.unique(run.exchanges.number, return_inverse=True)
    return np.bincount(place, weights=values).astype(float)


def days_in_air(run: Finished) -> Numbers:
    """Days from letting go to the end of each exchange, less waiting for a rep who is on the phone."""
    rows = run.exchanges
    return np.asarray(rows.end_day - rows.let_go_day - rows.queue_days, dtype=float)


def answers(replications: int = 1) -> list[Answer]:
    """Where a lap ends, and what it takes.

    Args:
        replications: Not used: one run has twenty thousand buyers, and each is a case.

    Returns:
        The comparisons.
    """
    run = lap()
    n, rows = len(run.outcomes), run.exchanges
    passed = rows.outcome == Outcome.PASSED
    visits, (qualified, disqualified, unreached) = chain()
    attempts, laps = float(visits.sum()), float(visits[::TRIES].sum())
    air = attempts * ATTEMPT_HOURS / 24 + (attempts - laps) * SPACING_DAYS
    name = "absorbing Markov chain"
    return [
        of_share(name, "share who become an opportunity", int(rows.qualified.sum()), n, float(qualified)),
        of_share(
            name, "share who are disqualified", int((passed & (rows.qualified == 0)).sum()), n,
            float(disqualified),
        ),
        of_share(name, "share who are never reached", n - int(passed.sum()), n, float(unreached)),
        of_mean(name, "attempts per buyer", _by_buyer(run, rows.attempts), attempts),
        of_mean(name, "laps per buyer", run.outcomes.laps, laps),
        of_mean(name, "days in the air per buyer", _by_buyer(run, days_in_air(run)), air),
    ]  # fmt: skip
