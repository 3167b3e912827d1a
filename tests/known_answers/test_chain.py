"""A lap without time is an absorbing Markov chain; its fundamental matrix knows every total."""

from __future__ import annotations

import numpy as np
import pytest

from sim.vocabulary import Outcome

ANSWERS, TRIES, LAPS = 0.4, 3, 3
LOG_ODDS = 0.4
QUALIFIES = 1 / (1 + np.exp(-LOG_ODDS))
SPACING_DAYS, ATTEMPT_HOURS = 1.5, 0.02


@pytest.fixture(scope="module")
def chain() -> tuple[np.ndarray, np.ndarray]:
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


@pytest.fixture(scope="module")
def run(bare, ran):
    """Nobody waits for a rep, nothing decays: only answers, qualification and laps are left."""
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 100.0},
            "attention": {"answer_rate": ANSWERS},
            "exchange": {"qualify_base_value": LOG_ODDS},
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


def by_buyer(run, values) -> np.ndarray:
    """Sums over the exchanges of each buyer."""
    _, place = np.unique(run.exchanges.number, return_inverse=True)
    return np.bincount(place, weights=values)


def test_absorption(run, chain, agreement) -> None:
    n, rows = len(run.outcomes), run.exchanges
    passed = rows.outcome == Outcome.PASSED
    _, (qualified, disqualified, unreached) = chain
    agreement.of_share(int(rows.qualified.sum()), n, qualified)
    agreement.of_share(int((passed & (rows.qualified == 0)).sum()), n, disqualified)
    agreement.of_share(n - int(passed.sum()), n, unreached)


def test_attempts_and_laps(run, chain, agreement) -> None:
    visits, _ = chain
    agreement.of_mean(by_buyer(run, run.exchanges.attempts), visits.sum())
    agreement.of_mean(run.outcomes.laps, visits[::TRIES].sum())
    assert run.outcomes.laps.max() == LAPS and run.exchanges.attempts.max() == TRIES


def test_time_in_the_air(run, chain, agreement) -> None:
    """Attempts take their hours and lie one spacing apart, save waiting for a rep who is on the phone."""
    rows, visits = run.exchanges, chain[0]
    air = rows.end_day - rows.let_go_day - rows.queue_days
    expected = rows.attempts * ATTEMPT_HOURS / 24 + (rows.attempts - 1) * SPACING_DAYS
    np.testing.assert_allclose(air, expected, rtol=0, atol=1e-9)
    attempts, laps = visits.sum(), visits[::TRIES].sum()
    theory = attempts * ATTEMPT_HOURS / 24 + (attempts - laps) * SPACING_DAYS
    agreement.of_mean(by_buyer(run, air), theory)
