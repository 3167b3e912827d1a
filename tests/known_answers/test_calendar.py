"""Work stops at closing time and goes on where it stopped."""

from __future__ import annotations

import numpy as np

HOUR = 1 / 24


def test_an_attempt_is_carried_over_the_weekend(bare, ran, tmp_path) -> None:
    """One rep, 09:00 to 17:00 from Monday to Friday, three-hour attempts; the run starts on a Monday.

    Friday 15:30: worked 1.5 hours, the rest on Monday until 10:30. The lead of Saturday noon follows until
    13:30, that of Monday 09:10 until 16:30, that of Monday 16:00 from 16:30, the rest on Tuesday until 11:30.
    """
    leads = [4 + 15.5 * HOUR, 5 + 12 * HOUR, 7 + (9 + 1 / 6) * HOUR, 7 + 16 * HOUR]
    file = tmp_path / "leads.csv"
    file.write_text("day\n" + "\n".join(map(repr, leads)) + "\n", encoding="utf-8")
    scenario = bare(
        market={"demand": {"arrivals_file": str(file)}},
        team={
            "calendar": {"round_the_clock": False, "opens": "09:00", "closes": "17:00", "working_days": 5},
            "tasks": {"attempt": 3.0},
        },
        horizon={"counted_days": 20.0, "follow_up_days": 20.0},
    )
    rows = ran(scenario).exchanges
    np.testing.assert_allclose(rows.let_go_day, leads, atol=1e-12)
    starts = [leads[0], 7 + 10.5 * HOUR, 7 + 13.5 * HOUR, 7 + 16.5 * HOUR]
    np.testing.assert_allclose(rows.first_attempt_day, starts, atol=1e-9)
    ends = [7 + 10.5 * HOUR, 7 + 13.5 * HOUR, 7 + 16.5 * HOUR, 8 + 11.5 * HOUR]
    np.testing.assert_allclose(rows.pass_day, ends, atol=1e-9)


def test_hours_of_work_do_not_depend_on_the_calendar(bare, ran) -> None:
    """The same leads take the same hours of work, whether people work at night or not."""
    hours = {"demand": {"arrivals_per_day": 2.0}}
    tasks = {"tasks": {"attempt": 1.0, "duration_law": "exponential"}}
    by_day = {"calendar": {"round_the_clock": False}, **tasks}
    long = {"horizon": {"counted_days": 100.0, "follow_up_days": 60.0}}
    night = ran(bare(market=hours, team=tasks, **long)).outcomes
    day = ran(bare(market=hours, team=by_day, **long)).outcomes
    order = np.argsort(night.number), np.argsort(day.number)
    assert (night.number[order[0]] == day.number[order[1]]).all()
    np.testing.assert_array_equal(night.hours[order[0]], day.hours[order[1]])
    assert night.hours.min() > 0
