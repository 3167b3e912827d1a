"""A lap without time is an absorbing Markov chain; its fundamental matrix knows every total."""

from __future__ import annotations

import numpy as np

from sim.experiment.known_answers import chain
from sim.experiment.known_answers.chain import ATTEMPT_HOURS, LAPS, SPACING_DAYS, TRIES


def test_ends_and_totals(agreement) -> None:
    agreement.all_of(chain.answers(), sharpness=0.3)


def test_no_lap_and_no_attempt_too_many() -> None:
    run = chain.lap()
    assert run.outcomes.laps.max() == LAPS and run.exchanges.attempts.max() == TRIES


def test_time_in_the_air() -> None:
    """Attempts take their hours and lie one spacing apart, save waiting for a rep who is on the phone."""
    run = chain.lap()
    rows = run.exchanges
    expected = rows.attempts * ATTEMPT_HOURS / 24 + (rows.attempts - 1) * SPACING_DAYS
    np.testing.assert_allclose(chain.days_in_air(run), expected, rtol=0, atol=1e-9)


def test_ends_of_the_chain_are_all_ends() -> None:
    _, ends = chain.chain()
    assert abs(ends.sum() - 1) < 1e-12
