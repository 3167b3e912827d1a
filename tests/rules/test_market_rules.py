"""Season, drift, learning rivals and the engagement plan: rules against their closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.demand import YEAR_DAYS
from sim.rules.drift import drifted_channel
from sim.rules.engagement import plan_gain, turn_of
from sim.rules.rivals import average_wait_days, learned_multiple
from sim.rules.season import cosine_of_turns, season_multiple


@given(st.floats(-1e4, 1e4))
def test_our_cosine_is_the_cosine(turns: float) -> None:
    # taking whole turns off 1e4 of them leaves the angle uncertain by 1e4 * 2**-53 turns
    assert cosine_of_turns(turns) == pytest.approx(math.cos(2 * math.pi * (turns % 1.0)), abs=2e-15)


def test_the_season_peaks_on_its_day_and_averages_out() -> None:
    assert season_multiple(0.4, 100.0, 100.0) == 1.4
    assert season_multiple(0.4, 100.0, 100.0 + YEAR_DAYS / 2) == pytest.approx(0.6)
    assert season_multiple(0.4, 100.0, 100.0 + YEAR_DAYS / 4) == pytest.approx(1.0)
    assert season_multiple(0.0, 100.0, 17.0) == 1.0
    year = [season_multiple(1.0, 30.0, YEAR_DAYS * k / 1000) for k in range(1000)]
    assert np.mean(year) == pytest.approx(1.0) and min(year) >= -1e-12


def cumulative(row: list[float]) -> np.ndarray:
    return np.cumsum(row)


def share_drawn(row: list[float], drift: list[float], years: float, draws: int = 4000) -> np.ndarray:
    marks = (np.arange(draws) + 0.5) / draws
    chosen = [drifted_channel(cumulative(row), np.array(drift), years, u, len(row)) for u in marks]
    return np.bincount(chosen, minlength=len(row)) / draws


def test_drift_weights_a_row_and_renormalises_it() -> None:
    row, drift, years = [0.5, 0.3, 0.0, 0.2], [-1.0, 0.5, 3.0, 0.0], 1.5
    weights = np.array(row) * np.exp(np.array(drift) * years)
    np.testing.assert_allclose(share_drawn(row, drift, years), weights / weights.sum(), atol=2 / 4000)
    assert share_drawn(row, drift, 20.0)[2] == 0  # what cannot be reached stays out of reach


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(1e-9, 1 - 1e-9), st.floats(-2, 2))
def test_drift_that_is_the_same_for_all_changes_no_share(row: list[float], u: float, drift: float) -> None:
    shares = cumulative(list(np.array(row) / np.sum(row)))
    edges = np.abs(shares - u).min()
    if edges > 1e-9:  # at an edge rounding decides
        plain = int(np.searchsorted(shares, u, side="right"))
        assert drifted_channel(shares, np.full(len(row), drift), 1.0, u, len(row)) == min(plain, len(row) - 1)


def test_the_last_possible_channel_is_drawn_at_the_very_end() -> None:
    assert drifted_channel(np.array([0.4, 1.0, 1.0]), np.zeros(3), 5.0, 1 - 2**-53, 3) == 1


def test_rivals_believe_what_they_saw_and_forget_it() -> None:
    assert average_wait_days(0.0, 0.0) == 0.0
    assert average_wait_days(30.0, 9.0) == 3.0  # nine waits and the first belief
    assert learned_multiple(1.0, 2.0, 2.0, 3.0) == 2.0
    assert learned_multiple(1.0, 20.0, 2.0, 3.0) == 3.0
    assert learned_multiple(0.0, 20.0, 2.0, 3.0) == 1.0


def test_content_that_fits_doubles_a_touch_and_channels_take_turns() -> None:
    assert plan_gain(0.02, 0.0) == 0.02 and plan_gain(0.02, 1.0) == 0.04
    assert [turn_of(nth, 3) for nth in range(5)] == [0, 1, 2, 0, 1]
