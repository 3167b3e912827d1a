"""What the agenda of a run consists of, and how it gets more room; `sim.engine.event_calendar` keeps it.

The agenda says who is due next, at exact times, in an order that nothing but the appointments decides.

Every subject (a buyer, a rep) has one appointment at most; posting another moves it. Appointments come out by (time,
key, subject), whatever order they were posted in.

Time is cut into narrow buckets of about `EVENTS_PER_BUCKET` appointments. A subject due in a later bucket is only
thrown into it: a number in a line of memory. When its turn comes all that are still due in the bucket are laid out in
order (`sim.engine.open_bucket`). So an appointment takes the same steps whether ten or a million others wait, unlike
in a heap. Moving an appointment leaves the number in the bucket where it was; it is passed over there.

There are lines for the buckets of one stretch of time, the ring, used again and again; subjects due beyond its
``horizon`` wait in a list of their own until the ring has gone round. A full line is put aside among the ``spares`` and
hangs on the one that takes its place; spare 0 stays unused, so that 0 can mean none. Compiled code cannot make
arrays, so the caller asks `room_left` before a handler runs and lets Python make a `grown_agenda` if there is none.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.engine.compiled import inlined
from sim.engine.open_bucket import EVENT
from sim.engine.tables import Table, grown, new_table

EVENTS_PER_BUCKET = 5
"""Average number of events over the life of a bucket: few enough to put in order one by one."""

RINGS_PER_RUN = 44
"""How often the ring goes round in a run; the more, the less memory and the more events beyond its horizon."""

PER_LINE = 6

_USUAL_CROWD = 64
"""For a bucket of so many there is always room, so that opening one seldom has to ask for it."""

POST = np.dtype([("time", "f8"), ("key", "i8")], align=True)

LINE = np.dtype([("next", "i4"), ("held", "i4"), ("subjects", "i4", (PER_LINE,))], align=True)
"""Half a memory line: subjects due in a bucket. Of a line put aside, `held` is how many hang on each other there."""

WAITING = np.dtype([("subject", "i4")])

STATE = np.dtype(
    [
        ("end", np.float64),  # appointments from here on are dropped
        ("buckets_per_day", np.float64),
        ("current", np.int64),  # bucket that is open, -1 before the first
        ("present", np.int64),  # events in `now`
        ("is_heap", np.int64),  # whether `now` is a heap, else a pile with the earliest on top
        ("free", np.int64),  # first spare line given back, 0 = none
        ("fresh", np.int64),  # first spare line never used
        ("used", np.int64),  # spare lines in use
        ("waiting", np.int64),  # numbers in lines and beyond the horizon
        ("horizon", np.int64),  # last bucket of the ring
        ("far", np.int64),  # numbers beyond the horizon
        ("promised", np.int64),  # room that was told to be left
        ("crowd", np.int64),  # size of a bucket that could not be opened for want of room, else 0
        ("scout", np.int64),  # bucket that `look_ahead` has come to, and the place in its line
        ("scout_place", np.int64),
        ("dropped", np.int64),  # appointments refused for being at or beyond the end
        ("broken", np.int64),  # appointments refused because their time was not a number
    ],
    align=True,
)


class Agenda(NamedTuple):
    """The calendar of one run; only this module and `sim.engine.event_calendar` look inside."""

    state: Table
    posts: Table
    ring: Table
    spares: Table
    far: Table
    now: Table


def new_agenda(end: float, expected_events: float, subjects: int) -> Agenda:
    """An empty agenda.

    Args:
        end: Wall day on which the run ends; appointments from there on are dropped.
        expected_events: How many events are expected in all; sets the width of a bucket.
            A wrong guess costs time, never correctness.
        subjects: How many subjects there are, numbered from 0.

    Returns:
        The agenda.

    Raises:
        ValueError: If end is not a positive number or a count is negative.
    """
    if not 0.0 < end < math.inf:
        raise ValueError(f"an agenda must end on a positive day, not {end!r}")
    if not 0.0 <= expected_events < math.inf or subjects < 0:
        raise ValueError("expected_events and subjects must be 0 or more")
    buckets = max(math.ceil(expected_events / EVENTS_PER_BUCKET), 1)
    # A power of two, to find a bucket's place.
    ring = 1 << (max(buckets // RINGS_PER_RUN, 1) - 1).bit_length()
    state = new_table(STATE, 1)
    state[0].end = end
    state[0].buckets_per_day = buckets / end
    state[0].current = -1
    state[0].horizon = ring - 1
    state[0].fresh = 1
    empty = Agenda(
        state,
        new_table(POST, 0),
        new_table(LINE, ring),
        new_table(LINE, max(64, subjects // 8)),  # usually enough
        new_table(WAITING, max(1024, subjects)),
        new_table(EVENT, 2048),
    )
    return with_subjects(empty, subjects)


def with_subjects(agenda: Agenda, subjects: int) -> Agenda:
    """The same agenda for more subjects, none of which has an appointment yet.

    Args:
        agenda: The agenda; the old one must not be used any more.
        subjects: How many subjects there are now, at least as many as before.

    Returns:
        The larger agenda.
    """
    if subjects == len(agenda.posts):
        return agenda
    posts = grown(agenda.posts, subjects)
    posts.time[len(agenda.posts) :] = math.inf
    return agenda._replace(posts=posts)


def grown_agenda(agenda: Agenda, room: int = 1024) -> Agenda:
    """The same agenda with more room; its state is shared, so the old one must not be used any more.

    Args:
        agenda: The agenda that lacks room.
        room: How many further appointments there must be room for; at least what `has_room` was asked.

    Returns:
        An agenda for which ``has_room(agenda, room)`` holds.
    """
    state = agenda.state[0]
    needed = {
        "spares": int(state.used) + _spares_to_turn(agenda) + room + 1,
        "far": int(state.far) + room,
        "now": _most_present(agenda) + room,
    }
    tables = agenda._asdict()
    larger = {
        name: grown(tables[name], max(rows, 2 * len(tables[name])))
        for name, rows in needed.items()
        if rows > len(tables[name])
    }
    return agenda._replace(**larger)


@inlined
def _spares_to_turn(agenda: Agenda) -> int:
    """How many spare lines it can take when the ring goes round, all of whose lines are empty then."""
    return int(agenda.state[0].far) // PER_LINE


@inlined
def _most_present(agenda: Agenda) -> int:
    """How many may be in `now` before anything more is posted there."""
    state = agenda.state[0]
    return int(max(max(state.present, state.crowd), _USUAL_CROWD))


@inlined
def room_left(agenda: Agenda) -> int:
    """How many more appointments can be posted for certain, wherever they fall; a promise that `next_time` heeds.

    Args:
        agenda: The agenda.

    Returns:
        The number, 0 if a `grown_agenda` is needed first.
    """
    state = agenda.state[0]
    room = len(agenda.spares) - 1 - state.used - _spares_to_turn(agenda)
    room = min(room, len(agenda.far) - state.far)
    room = min(room, len(agenda.now) - _most_present(agenda))
    state.promised = max(room, 0)
    return int(state.promised)


def has_room(agenda: Agenda, n: int) -> bool:
    """Whether n more appointments can be posted, wherever they fall.

    Args:
        agenda: The agenda.
        n: Number of appointments.

    Returns:
        False if a `grown_agenda` is needed first.
    """
    return room_left(agenda) >= n
