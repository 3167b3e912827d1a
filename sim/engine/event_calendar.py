"""The agenda: what happens next, at exact times, in an order that nothing but the events decides.

Time is cut into narrow buckets of about `EVENTS_PER_BUCKET` events. An event for a later bucket is only thrown into
it; when its turn comes all of the bucket is laid out in ``now`` in order. So an event costs the same whether ten or a
million others wait, unlike in a heap. Events come out by (time, key, row), whatever order they went in.

A bucket is a chain of slots, newest first; slot 0 stays unused, so that 0 can mean none. There are chains for the
buckets of one stretch of time, the ring, used again and again; events beyond its ``horizon`` wait in one
chain of their own until the ring has gone round. ``now`` is a pile in order while small, the earliest on top, and
a heap otherwise. Compiled code cannot make arrays, so the caller asks `has_room` before a handler runs and lets
Python make a `grown_agenda` if not.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from sim.engine.compiled import compiled, inlined, prefetch
from sim.engine.tables import Table, grown, new_table

EVENTS_PER_BUCKET = 5
"""Average number of events over the life of a bucket: few enough to put in order one by one."""

RINGS_PER_RUN = 22
"""How often the ring goes round in a run; the more, the less memory and the more events beyond its horizon."""

_LARGEST_PILE = 24  # beyond it, a heap is cheaper than making room in a pile

SLOT = np.dtype([("time", "f8"), ("key", "i8"), ("row", "i4"), ("next", "i4")], align=True)

HEAD = np.dtype([("first", "i4"), ("count", "i4")], align=True)

STATE = np.dtype(
    [
        ("end", np.float64),  # events from here on are dropped
        ("buckets_per_day", np.float64),
        ("current", np.int64),  # bucket whose events are in `now`, -1 before the first
        ("present", np.int64),  # events in `now`
        ("is_heap", np.int64),  # whether `now` is a heap, else a pile with the earliest on top
        ("free", np.int64),  # first slot given back, 0 = none
        ("fresh", np.int64),  # first slot never used
        ("waiting", np.int64),  # events in slots, not yet in `now`
        ("horizon", np.int64),  # last bucket of the ring
        ("far", np.int64),  # first slot of the chain of events beyond it, 0 = none
        ("ahead", np.int64),  # slot of the next bucket to look at before it is opened, 0 = none
        ("deepest", np.int64),  # length of the longest chain of a bucket so far
        ("dropped", np.int64),  # events refused for being at or beyond the end
        ("broken", np.int64),  # events refused because their time was not a number
    ],
    align=True,
)


class Agenda(NamedTuple):
    """The calendar of one run; only the functions of this module look inside."""

    state: Table
    heads: Table
    slots: Table
    now: Table


def new_agenda(end: float, expected_events: float, room: int = 4096) -> Agenda:
    """An empty agenda.

    Args:
        end: Wall day on which the run ends; events from there on are dropped.
        expected_events: How many events are expected in all; sets the width of a bucket.
            A wrong guess costs time, never correctness.
        room: How many waiting events there is room for at first.

    Returns:
        The agenda.

    Raises:
        ValueError: If end is not a positive number or a count is negative.
    """
    if not 0.0 < end < math.inf:
        raise ValueError(f"an agenda must end on a positive day, not {end!r}")
    if not 0.0 <= expected_events < math.inf or room < 0:
        raise ValueError("expected_events and room must be 0 or more")
    buckets = max(math.ceil(expected_events / EVENTS_PER_BUCKET), 1)
    ring = (
        1 << (max(buckets // RINGS_PER_RUN, 1) - 1).bit_length()
    )  # a power of two, to find a bucket's place
    state = new_table(STATE, 1)
    state[0].end = end
    state[0].buckets_per_day = buckets / end
    state[0].current = -1
    state[0].horizon = ring - 1
    state[0].fresh = 1
    return Agenda(state, new_table(HEAD, ring), new_table(SLOT, room + 1), new_table(SLOT, 1024))


def grown_agenda(agenda: Agenda, room: int = 1024) -> Agenda:
    """The same agenda with more room; its state is shared, so the old one must not be used any more.

    Args:
        agenda: The agenda that lacks room.
        room: How many further events there must be room for; at least what `has_room` was asked.

    Returns:
        An agenda for which ``has_room(agenda, room)`` holds, and larger than the old one.
    """
    state = agenda.state[0]
    lacking = room - (len(agenda.slots) - 1 - int(state.waiting))
    needed_now = _needed_now(agenda, room)
    slots, now = agenda.slots, agenda.now
    if needed_now > len(now):
        now = grown(now, max(needed_now, 2 * len(now)))
    if lacking > 0 or now is agenda.now:
        slots = grown(slots, len(slots) + max(lacking, len(slots)))
    return Agenda(agenda.state, agenda.heads, slots, now)


@inlined
def _needed_now(agenda: Agenda, n: int) -> int:
    """How large `now` must be for n more events, should they all fall into the worst bucket."""
    state = agenda.state[0]
    return int(max(state.deepest, state.present)) + n


@inlined
def has_room(agenda: Agenda, n: int) -> bool:
    """Whether n more events can be pushed, wherever they fall.

    Args:
        agenda: The agenda.
        n: Number of events.

    Returns:
        False if a `grown_agenda` is needed first.
    """
    return room_left(agenda) >= n


@inlined
def room_left(agenda: Agenda) -> int:
    """How many more events can be pushed for certain, wherever they fall."""
    return int(min(len(agenda.slots) - 1 - agenda.state[0].waiting, len(agenda.now) - _needed_now(agenda, 0)))


@inlined
def _is_before(a: Any, time: float, key: int, row: int) -> bool:
    if a.time != time:
        return bool(a.time < time)
    if a.key != key:
        return bool(a.key < key)
    return bool(a.row < row)


@inlined
def _write(slot: Any, time: float, key: int, row: int) -> None:
    slot.time = time
    slot.key = key
    slot.row = row


@inlined
def _rise(now: Any, hole: int, time: float, key: int, row: int) -> None:
    """Put an event into the heap, from a free leaf upwards."""
    while hole > 0:
        above = (hole - 1) >> 1
        parent = now[above]
        if _is_before(parent, time, key, row):
            break
        _write(now[hole], parent.time, parent.key, parent.row)
        hole = above
    _write(now[hole], time, key, row)


@compiled
def _make_heap(agenda: Agenda) -> None:
    """Turn `now` from a pile into a heap."""
    state = agenda.state[0]
    state.is_heap = 1
    for place in range(state.present):
        event = agenda.now[place]
        _rise(agenda.now, place, event.time, event.key, event.row)


@inlined
def _sink(now: Any, place: int, time: float, key: int, row: int) -> None:
    """Put an event into the pile, below those that come before it."""
    while place > 0:
        below = now[place - 1]
        if not _is_before(below, time, key, row):
            break
        _write(now[place], below.time, below.key, below.row)
        place -= 1
    _write(now[place], time, key, row)


@compiled
def _push_now(agenda: Agenda, time: float, key: int, row: int) -> None:
    """Put an event among those of the current bucket."""
    state = agenda.state[0]
    now = agenda.now
    if state.present >= len(now):
        raise IndexError("the agenda has no room: ask has_room before pushing")
    if state.present == _LARGEST_PILE and not state.is_heap:
        _make_heap(agenda)
    if state.is_heap:
        _rise(now, state.present, time, key, row)
    else:
        _sink(now, state.present, time, key, row)
    state.present += 1


@inlined
def _chain(agenda: Agenda, slot: int, bucket: int) -> None:
    """Hang a filled slot on the chain of its bucket."""
    state = agenda.state[0]
    if bucket > state.horizon:
        agenda.slots[slot].next = state.far
        state.far = slot
        return
    head = agenda.heads[bucket & (len(agenda.heads) - 1)]
    agenda.slots[slot].next = head.first
    head.first = slot
    head.count += 1
    if head.count > state.deepest:
        state.deepest = head.count


@compiled
def push(agenda: Agenda, time: float, key: int, row: int) -> bool:
    """Put an event on the agenda.

    Args:
        agenda: The agenda; it must have room.
        time: Wall day of the event; a time before the last event popped comes out next.
        key: Rank among events of the same time, smallest first.
        row: What the event is about; the last to decide the order.

    Returns:
        False if the event was dropped, because it is at or beyond the end or its time is not a number.

    Raises:
        IndexError: If there is no room.
    """
    state = agenda.state[0]
    if not time < state.end:
        if time >= state.end:
            state.dropped += 1
        else:
            state.broken += 1
        return False
    bucket = int(time * state.buckets_per_day)
    if bucket <= state.current:
        _push_now(agenda, time, key, row)
        return True
    slot = int(state.free)
    if slot > 0:
        state.free = agenda.slots[slot].next
    else:
        slot = int(state.fresh)
        if slot >= len(agenda.slots):
            raise IndexError("the agenda has no room: ask has_room before pushing")
        state.fresh = slot + 1
    _write(agenda.slots[slot], time, key, row)
    _chain(agenda, slot, bucket)
    state.waiting += 1
    return True


@compiled
def _turn_ring(agenda: Agenda) -> None:
    """The ring has gone round: it now stands for the buckets that follow, and takes their events in."""
    state = agenda.state[0]
    state.horizon += len(agenda.heads)
    slot = int(state.far)
    state.far = 0
    while slot > 0:
        event = agenda.slots[slot]
        following = int(event.next)
        _chain(agenda, slot, int(event.time * state.buckets_per_day))
        slot = following


@compiled
def _open_next_bucket(agenda: Agenda) -> bool:
    """Lay out the events of the next bucket that has any in `now`; False if none has."""
    state = agenda.state[0]
    if state.waiting == 0:
        return False
    heads, slots = agenda.heads, agenda.slots
    bucket = int(state.current)
    first = 0
    while first == 0:
        if bucket == state.horizon:
            _turn_ring(agenda)
        bucket += 1
        first = int(heads[bucket & (len(heads) - 1)].first)
    head = heads[bucket & (len(heads) - 1)]
    is_heap = head.count > _LARGEST_PILE
    head.first = 0
    head.count = 0
    count = 0
    slot = last = first
    while slot > 0:
        event = slots[slot]
        if is_heap:
            _rise(agenda.now, count, event.time, event.key, event.row)
        else:
            _sink(agenda.now, count, event.time, event.key, event.row)
        count += 1
        last = slot
        slot = int(event.next)
    slots[last].next = state.free
    state.free = first
    state.current = bucket
    state.ahead = heads[(bucket + 1) & (len(heads) - 1)].first
    state.waiting -= count
    state.present = count
    state.is_heap = 1 if is_heap else 0
    return True


@inlined
def _is_open(agenda: Agenda) -> bool:
    """Whether `now` holds the next event; opens the next bucket if it must."""
    return bool(agenda.state[0].present > 0 or _open_next_bucket(agenda))


@inlined
def _first(agenda: Agenda) -> int:
    """Place of the earliest event in `now`, which is not empty."""
    state = agenda.state[0]
    return 0 if state.is_heap else int(state.present) - 1


@inlined
def next_time(agenda: Agenda) -> float:
    """The wall day of the next event, infinity if the agenda is empty."""
    return float(agenda.now[_first(agenda)].time) if _is_open(agenda) else math.inf


@compiled
def _close_heap(agenda: Agenda) -> None:
    """Close the gap at the top of the heap, whose size has just been lowered by one."""
    state = agenda.state[0]
    now = agenda.now
    size = state.present
    last = now[size]
    time, key, row = float(last.time), int(last.key), int(last.row)
    # The hole sinks to a leaf and the last event rises from there: it usually belongs near a leaf.
    hole = 0
    below = 1
    while below < size:
        if below + 1 < size:
            right = now[below + 1]
            if not _is_before(now[below], right.time, right.key, right.row):
                below += 1
        child = now[below]
        _write(now[hole], child.time, child.key, child.row)
        hole = below
        below = 2 * hole + 1
    _rise(now, hole, time, key, row)


@inlined
def pop(agenda: Agenda) -> tuple[float, int, int]:
    """Take the next event off the agenda.

    Args:
        agenda: The agenda.

    Returns:
        Its (time, key, row); (infinity, -1, -1) if the agenda is empty.
    """
    if not _is_open(agenda):
        return math.inf, -1, -1
    state = agenda.state[0]
    event = agenda.now[_first(agenda)]
    popped = (float(event.time), int(event.key), int(event.row))
    state.present -= 1
    if state.is_heap:
        _close_heap(agenda)
    return popped


@inlined
def look_ahead(agenda: Agenda) -> int:
    """The row of an event of the next bucket, another one at each call: only a hint, so that memory can be prepared.

    The slots of a bucket hang on each other, and with many events they lie in slow memory. So one is looked at, and
    the next asked for, at every event of the bucket before: when the bucket is opened they have come nearer.
    """
    state = agenda.state[0]
    event = agenda.slots[state.ahead]  # slot 0 is never used: where nothing lies ahead this reads a row 0
    state.ahead = event.next
    prefetch(agenda.slots, event.next, 0)
    return int(event.row)
