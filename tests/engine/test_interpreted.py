"""Compiled and interpreted, the engine gives the same bits.

Run as a program, the file prints a digest of what the engine computes.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from sim.engine import draws, event_calendar, queues, working_calendar
from sim.engine.agenda import new_agenda
from sim.engine.compiled import DEBUG, entry
from sim.engine.tables import new_table

CALENDAR = np.dtype(
    [("opens", "f8"), ("closes", "f8"), ("week_days", "i8"), ("start_weekday", "i8")], align=True
)
WAITING = np.dtype(
    [("child", "i8"), ("next", "i8"), ("previous", "i8"), ("priority", "f8"), ("number", "i8")], align=True
)
COUNT = 400
ROOT = Path(__file__).resolve().parents[2]


@entry
def draw_all(out, calendars):
    for i in range(len(out)):
        p = calendars[i % len(calendars)]
        luck = draws.luck(7, i % 3, i)
        u = draws.uniform(luck, 3, i)
        t = 50.0 * draws.uniform(luck, 4, i)
        out[i, 0] = draws.exponential_quantile(u)
        out[i, 1] = draws.normal_quantile(u)
        out[i, 2] = draws.lognormal_quantile(u, 2.0, 0.5)
        out[i, 3] = draws.logit_normal_quantile(u, 0.3, 1.0)
        out[i, 4] = working_calendar.worked_days(p, t)
        out[i, 5] = working_calendar.wall_day(p, t)
        out[i, 6] = working_calendar.finish_day(p, t, u)
        out[i, 7] = working_calendar.next_opening(p, t)
        out[i, 8] = working_calendar.after(p, t, u - 0.5)
        out[i, 9] = 1.0 if working_calendar.is_open(p, t) else 0.0


@entry
def play(agenda, waiting, out):
    """Events that schedule others and move rows in and out of one queue."""
    root = -1
    for i in range(len(waiting)):
        waiting[i].number = i
        waiting[i].child = -2
        event_calendar.post(agenda, i, draws.uniform(np.uint64(5), 1, i), i % 5)
    for k in range(len(out)):
        time = event_calendar.next_time(agenda)
        out[k, 0] = time
        if time > 1e300:
            break
        row = event_calendar.take(agenda)
        u = draws.uniform(np.uint64(5), 2, k)
        event_calendar.post(agenda, row, time + u * u * u, row % 5)
        if waiting[row].child == -2:
            waiting[row].priority = u
            root = queues.queue_push(waiting, root, row)
        else:
            root = queues.queue_remove(waiting, root, row)
            waiting[row].child = -2
        out[k, 1] = row
        out[k, 2] = root


def digest() -> str:
    calendars = new_table(CALENDAR, 3)
    calendars[0] = (9 / 24, 17 / 24, 5, 0)
    calendars[1] = (0.0, 1.0, 7, 3)
    calendars[2] = (8.5 / 24, 20 / 24, 6, 6)
    drawn = np.zeros((COUNT, 10))
    draw_all(drawn, calendars)
    played = np.zeros((COUNT, 3))
    play(new_agenda(8.0, 500, 60), new_table(WAITING, 60), played)
    assert np.isfinite(drawn).all() and np.count_nonzero(played) > COUNT
    return hashlib.sha256(drawn.tobytes() + played.tobytes()).hexdigest()


def run_the_other_way(*arguments: str) -> str:
    environment = {**os.environ, "SIM_DEBUG": "0" if DEBUG else "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_same_bits_compiled_and_interpreted():
    other = run_the_other_way(__file__)
    assert other == digest()


def test_debugging_does_not_load_numba():
    code = "import sys; import sim.engine.draws; print(int('numba' in sys.modules))"
    assert run_the_other_way("-c", code) == ("1" if DEBUG else "0")


if __name__ == "__main__":
    print(digest())
