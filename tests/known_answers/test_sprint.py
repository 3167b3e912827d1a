"""The sprint law against published times, and a race without luck against its closed form."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from sim.engine.draws import seed_of
from sim.events.athletes import run_race
from sim.experiment.known_answers import sprint
from sim.experiment.known_answers.sprint import AIMS, SETS, approximation, race_without_luck
from sim.rules.exchange import readiness, speed_after_pass, speed_lost_rate
from sim.rules.relay import catch_seconds, go_mark_metres, ideal_saving_seconds, saving_seconds
from sim.rules.track import moved, position, rise_days

TOP, TAU = SETS["fitted"]


def test_law_savings_and_races_are_those_of_the_closed_forms(agreement) -> None:
    agreement.all_of(sprint.answers(), sharpness=0.5)


@pytest.mark.parametrize(
    ("metres", "low", "high"), [(10, 0.74, 0.85), (20, 0.87, 0.95), (25, 0.91, 0.97), (30, 0.93, 0.98)]
)
def test_speed_of_the_outgoing_runner(metres, low, high) -> None:
    """T9.10: the range over the three sets of constants, rounded to whole percent."""
    shares = []
    for top, tau in SETS.values():
        run_up = rise_days(0.0, 0.0, top, tau, metres)
        shares.append(readiness(top, run_up, tau) / top)
    assert min(shares) == pytest.approx(low, abs=0.0051) and max(shares) == pytest.approx(high, abs=0.0051)


@pytest.mark.parametrize(("metres", "published"), [(10, 0.92), (20, 1.07)])
def test_ideal_saving(metres, published) -> None:
    """Three ways to the same saving: the closed form, the speed not lost, and the books of the exchange."""
    run_up = rise_days(0.0, 0.0, TOP, TAU, metres)
    saving = ideal_saving_seconds(run_up, TAU)
    out = readiness(TOP, run_up, TAU)
    assert speed_after_pass(TOP, out) == out
    assert saving == pytest.approx(published, abs=0.0051)
    assert saving == pytest.approx(TAU * (1 - exp(-run_up / TAU)), rel=1e-14)
    assert saving == pytest.approx(TAU * (1 - speed_lost_rate(TOP, out)), rel=1e-12)
    assert saving == pytest.approx(saving_seconds(metres, out, TOP, TAU, metres / TOP), rel=1e-12)
    assert saving == pytest.approx(run_up - metres / TOP, rel=1e-9)


@pytest.mark.parametrize("speed_in", [11.65, 11.2, 10.8])
@pytest.mark.parametrize("metres", [5.0, 10.0, 18.0])
def test_the_go_mark_brings_the_pass_where_it_is_aimed(speed_in, metres) -> None:
    reaction, reach = 0.15, 1.0
    mark = go_mark_metres(metres, reach, speed_in, reaction, TOP, TAU)
    gap = mark - speed_in * reaction - reach
    wait = catch_seconds(gap, speed_in, speed_in - TOP, TAU)
    assert position(0.0, 0.0, TOP, TAU, wait) == pytest.approx(metres, rel=1e-9)


@pytest.mark.parametrize(
    ("gap", "speed", "pace"),
    [(5.0, 8.0, -0.4), (9.0, 11.0, -0.4), (3.0, 2.0, 0.0), (4.0, 1.0, 5.0), (4.0, -1.0, 5.0)],
)
def test_the_catch_is_the_first_meeting(gap, speed, pace) -> None:
    wait = catch_seconds(gap, speed, pace, TAU)
    times = np.linspace(0, 60, 600_001)
    met = np.flatnonzero([moved(0.0, speed, pace, TAU, t)[0] >= gap for t in times])
    if not len(met):
        assert wait == np.inf
    else:
        assert times[met[0]] - 1e-4 - 1e-9 <= wait <= times[met[0]] + 1e-9


@pytest.mark.parametrize("aim", AIMS)
def test_each_exchange_of_a_race_without_luck_is_its_closed_form(aim) -> None:
    lap = run_race(race_without_luck(aim), seed_of(0, 0))
    bound = approximation()
    assert len(lap.exchanges) == 3
    for row in lap.exchanges:
        assert row.saving_seconds == pytest.approx(ideal_saving_seconds(row.run_up_seconds, TAU), abs=bound)
        assert row.speed_lost_rate == pytest.approx(exp(-row.run_up_seconds / TAU), abs=exp(-6.0 / TAU))
        assert row.readiness == pytest.approx(row.speed_out, rel=1e-12)
    books = 0.15 + (400.0 - 3 * 1.0) / TOP + 4 * TAU - sum(row.saving_seconds for row in lap.exchanges)
    assert lap.race_seconds == pytest.approx(books, abs=3 * bound)
