"""Working hours: the time that counts, and the way back to wall time.

Times are wall days since midnight before the first day, work is counted in
days of 24 working hours (eight hours of work are 1/3). A calendar is any record
with the fields ``opens`` and ``closes`` (parts of a day, opens < closes),
``week_days`` (how many days of the week, Monday first, are worked, 1 to 7) and
``start_weekday`` (weekday of day 0, Monday is 0). Opens 0, closes 1 and seven days is round the clock.

Every opening and closing is computed as day + part of day in one place, so that
comparing with it is exact. Work that ends within `SNAP_DAYS` of a closing ends at
closing: "eight hours from nine" ends at five, whatever the last bit says.
"""

import math
from typing import Any

from sim.engine.compiled import compiled, inlined

SNAP_DAYS = 1e-9
"""Differences in working time up to here are rounding errors (0.1 milliseconds)."""

FOREVER_DAYS = 1e12
"""Times and spans from here on are not counted in working hours: never is never."""


@inlined
def _round_the_clock(p: Any) -> bool:
    return bool(p.opens <= 0.0 and p.closes >= 1.0 and p.week_days >= 7)


@inlined
def _is_worked(p: Any, day: int) -> bool:
    return (day + int(p.start_weekday)) % 7 < int(p.week_days)


@inlined
def _days_before(p: Any, day: int) -> int:
    """Number of worked days from day 0 up to, not including, the given day."""
    start = int(p.start_weekday)
    week_days = int(p.week_days)
    since_monday = day + start
    weeks = since_monday // 7
    return weeks * week_days + min(since_monday - 7 * weeks, week_days) - min(start, week_days)


@inlined
def _worked_day(p: Any, index: int) -> int:
    """The day that is the given worked day, counted from 0: the inverse of `_days_before`."""
    start = int(p.start_weekday)
    week_days = int(p.week_days)
    worked_since_monday = index + min(start, week_days)
    weeks = worked_since_monday // week_days
    # The rest is 0 to week_days - 1; a second division would cost as much as all else.
    return worked_since_monday + weeks * (7 - week_days) - start


@inlined
def _within(p: Any, day: int, work: float) -> float:
    """The instant of a worked day by which an amount of work since its opening is done."""
    if work >= float(p.closes) - float(p.opens) - SNAP_DAYS:
        return day + float(p.closes)
    return day + float(p.opens) + max(work, 0.0)


@inlined
def is_open(p: Any, t: float) -> bool:
    """Whether people work at an instant.

    Args:
        p: The calendar.
        t: Wall day.

    Returns:
        True from opening up to, not including, closing on a worked day.
    """
    if not abs(t) < FOREVER_DAYS:
        return False
    day = math.floor(t)
    return _is_worked(p, day) and day + float(p.opens) <= t and t < day + float(p.closes)


@compiled
def next_opening(p: Any, t: float) -> float:
    """The first instant from t on at which people work.

    Args:
        p: The calendar.
        t: Wall day.

    Returns:
        t itself while open, else the wall day of the next opening.
    """
    if not abs(t) < FOREVER_DAYS or _round_the_clock(p):
        return t
    day = math.floor(t)
    if _is_worked(p, day):
        opening = day + float(p.opens)
        if t < opening:
            return opening
        if t < day + float(p.closes):
            return t
    return _worked_day(p, _days_before(p, day + 1)) + float(p.opens)


@compiled
def worked_days(p: Any, t: float) -> float:
    """Working time from day 0 to an instant.

    Never falls as t rises, and is an exact multiple of a day's work while closed.

    Args:
        p: The calendar.
        t: Wall day, 0 or more.

    Returns:
        Days of 24 working hours.
    """
    if _round_the_clock(p) or not abs(t) < FOREVER_DAYS:
        return t
    length = float(p.closes) - float(p.opens)
    day = math.floor(t)
    before = _days_before(p, day)
    opening = day + float(p.opens)
    if not _is_worked(p, day) or t <= opening:
        return before * length
    full = (before + 1) * length
    if t >= day + float(p.closes):
        return full
    return min(before * length + (t - opening), full)


@compiled
def wall_day(p: Any, worked: float) -> float:
    """The earliest instant by which an amount of working time has passed since day 0.

    The inverse of `worked_days`: a full day's work is reached at closing, not at
    the next opening.

    Args:
        p: The calendar.
        worked: Days of 24 working hours, 0 or more.

    Returns:
        Wall day.
    """
    if _round_the_clock(p) or not worked < FOREVER_DAYS:
        return worked
    if worked <= 0.0:
        return 0.0
    length = float(p.closes) - float(p.opens)
    index = max(math.ceil((worked - SNAP_DAYS) / length) - 1, 0)
    day = _worked_day(p, index)
    return _within(p, day, worked - index * length)


@compiled
def finish_day(p: Any, t: float, work_days: float) -> float:
    """When work begun at an instant is done, if it is put aside outside working hours.

    Args:
        p: The calendar.
        t: Wall day on which the work is taken up; outside hours it waits for the next opening.
        work_days: Amount of work, days of 24 working hours, 0 or more.

    Returns:
        Wall day, not before t, during hours or at closing.
    """
    if _round_the_clock(p) or not work_days < FOREVER_DAYS or not abs(t) < FOREVER_DAYS:
        return t + work_days
    start = next_opening(p, t)
    day = math.floor(start)
    closing = day + float(p.closes)
    rest = work_days - (closing - start)
    if rest < -SNAP_DAYS:
        return start + work_days
    if rest <= SNAP_DAYS:
        return closing
    length = float(p.closes) - float(p.opens)
    full_days = max(math.ceil((rest - SNAP_DAYS) / length) - 1, 0)
    day = _worked_day(p, _days_before(p, day + 1) + full_days)
    return _within(p, day, rest - full_days * length)


@compiled
def after(p: Any, t: float, span: float) -> float:
    """The instant a span after another, in wall time or in working time.

    Args:
        p: The calendar.
        t: Wall day.
        span: Wall days if 0 or more; if negative, minus the working time in days of 24 working hours.

    Returns:
        Wall day.
    """
    return t + span if span >= 0.0 else finish_day(p, t, -span)
