"""Working hours against intervals added up in exact fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.engine.tables import new_table
from sim.engine.working_calendar import after, finish_day, is_open, next_opening, wall_day, worked_days

CALENDAR = np.dtype(
    [("opens", "f8"), ("closes", "f8"), ("week_days", "i8"), ("start_weekday", "i8")], align=True
)
DAYS = 60
ERROR = 1e-8  # a multiple of the snap of 1e-9 days, over a horizon whose rounding error is 1e-14


def calendar(opens=9 / 24, closes=17 / 24, week_days=5, start_weekday=0):
    table = new_table(CALENDAR, 1)
    table[0] = (opens, closes, week_days, start_weekday)
    return table[0]


@st.composite
def calendars(draw):
    opens = draw(st.integers(0, 95))
    closes = draw(st.integers(opens + 1, 96))
    return calendar(opens / 96, closes / 96, draw(st.integers(1, 7)), draw(st.integers(0, 6)))


INSTANTS = st.one_of(
    st.floats(0.0, 40.0), st.integers(0, 40 * 96).map(lambda quarters: quarters // 96 + quarters % 96 / 96)
)
WORK = st.one_of(st.floats(0.0, 3.0), st.integers(0, 300).map(lambda quarters: quarters / 96))


def hours(p):
    """Every opening and closing, as the rounded numbers that are compared with."""
    return [
        (day + float(p.opens), day + float(p.closes))
        for day in range(DAYS)
        if (day + int(p.start_weekday)) % 7 < p.week_days
    ]


def worked_by_adding(p, t):
    return sum((Fraction(min(max(t, a), b)) - Fraction(a) for a, b in hours(p)), Fraction(0))


def finished_by_walking(p, t, work):
    rest = Fraction(work)
    for a, b in hours(p):
        start = Fraction(max(t, a))
        if start < b:
            if rest <= Fraction(b) - start:
                return float(start + rest)
            rest -= Fraction(b) - start
    raise AssertionError("the test's horizon is too short")


@given(calendars(), INSTANTS)
def test_open_from_opening_until_before_closing(p, t):
    assert is_open(p, t) == any(a <= t < b for a, b in hours(p))
    expected = t if is_open(p, t) else min(a for a, _ in hours(p) if a >= t)
    assert next_opening(p, t) == expected
    assert is_open(p, next_opening(p, t))


@given(calendars(), INSTANTS)
def test_worked_days_add_up(p, t):
    assert math.isclose(worked_days(p, t), worked_by_adding(p, t), rel_tol=0.0, abs_tol=ERROR)


@given(calendars(), INSTANTS, INSTANTS)
def test_worked_days_never_fall(p, t, other):
    assert worked_days(p, min(t, other)) <= worked_days(p, max(t, other))


@given(calendars(), st.integers(0, 40))
def test_worked_days_never_fall_from_one_number_to_the_next(p, day):
    for boundary in (day + float(p.opens), day + float(p.closes), float(day)):
        around = [max(boundary, 1e-3)]
        for _ in range(3):
            around = [math.nextafter(around[0], -1.0), *around, math.nextafter(around[-1], 99.0)]
        worked = [worked_days(p, t) for t in around]
        assert worked == sorted(worked)


@given(calendars(), INSTANTS)
def test_the_way_back_ends_no_later_and_at_the_same_instant_when_open(p, t):
    back = wall_day(p, worked_days(p, t))
    assert back <= t + ERROR
    assert math.isclose(worked_days(p, back), worked_days(p, t), abs_tol=ERROR)
    if is_open(p, t) and is_open(p, t - 2e-9):  # not at the very opening, which is the closing before
        assert math.isclose(back, t, abs_tol=ERROR)


@given(calendars(), st.integers(1, 40))
def test_whole_days_of_work_end_exactly_at_closing(p, days):
    length = float(p.closes) - float(p.opens)
    assume(length < 1.0 or p.week_days < 7)
    closings = [b for _, b in hours(p)]
    assume(days <= len(closings))
    assert wall_day(p, days * length) == closings[days - 1]
    assert finish_day(p, hours(p)[0][0], days * length) == closings[days - 1]


@given(calendars(), INSTANTS, WORK)
def test_work_is_put_aside_outside_hours(p, t, work):
    assume(worked_by_adding(p, DAYS) - worked_by_adding(p, t) > work + 0.01)
    finish = finish_day(p, t, work)
    assert finish >= t
    assert any(a <= finish <= b for a, b in hours(p))
    assert math.isclose(worked_days(p, finish) - worked_days(p, t), work, abs_tol=ERROR)
    walked = finished_by_walking(p, t, max(work - 1e-9, 0.0))
    assert walked - ERROR <= finish <= finished_by_walking(p, t, work) + ERROR


@given(calendars(), INSTANTS, WORK, WORK)
def test_more_work_ends_no_earlier(p, t, work, other):
    assert finish_day(p, t, min(work, other)) <= finish_day(p, t, max(work, other))


@given(st.floats(0.0, 1e5), st.floats(0.0, 100.0), st.integers(0, 6))
def test_round_the_clock_is_wall_time(t, work, start_weekday):
    p = calendar(0.0, 1.0, 7, start_weekday)
    assert is_open(p, t)
    assert worked_days(p, t) == wall_day(p, t) == next_opening(p, t) == t
    assert finish_day(p, t, work) == after(p, t, -work) == after(p, t, work) == t + work


@given(calendars(), INSTANTS, WORK)
def test_a_negative_span_is_working_time(p, t, span):
    assert after(p, t, span) == t + span
    if span > 0.0:
        assert after(p, t, -span) == finish_day(p, t, span)


def test_an_office_week():
    p = calendar()
    friday_four = 4 + 16 / 24
    assert finish_day(p, friday_four, 2 / 24) == pytest.approx(7 + 10 / 24, abs=1e-12)
    assert finish_day(p, friday_four, 1 / 24) == 4 + 17 / 24
    assert finish_day(p, 0 + 9 / 24, 8 / 24) == 17 / 24
    assert next_opening(p, 5.0) == 7 + 9 / 24
    assert finish_day(p, 5.0, 0.0) == 7 + 9 / 24
    assert worked_days(p, 7.0) == 5 * (17 / 24 - 9 / 24)
    assert next_opening(calendar(start_weekday=6), 0.0) == 1 + 9 / 24


def test_never_stays_never():
    p = calendar()
    assert finish_day(p, 1.0, math.inf) == after(p, math.inf, -1.0) == after(p, 1.0, math.inf) == math.inf
    assert wall_day(p, math.inf) == worked_days(p, math.inf) == next_opening(p, math.inf) == math.inf
    assert not is_open(p, math.inf)
