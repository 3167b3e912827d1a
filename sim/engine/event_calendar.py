"""The agenda: what happens next, at exact times, in an order that nothing but the events decides.

Time is cut into narrow buckets of about `EVENTS_PER_BUCKET` events. An event for a
later bucket is only thrown into it; when its turn comes the bucket is put in order.
So an event costs the same whether ten or a million others wait, unlike in a heap.
Events come out by (time, key, row), whatever order they went in.

A bucket is a chain of chunks. Slot 0 of a chunk is its header: ``key`` is the next
older chunk and ``row`` the length of the chain from here on. ``heads`` holds, per
bucket, the slot written last; 0, a header, means empty. Compiled code cannot make arrays,
so the caller asks `has_room` before a handler runs and lets Python make a `grown_agenda` if not.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.compiled import compiled, inlined
from sim.engine.tables import Table, grown, new_table

EVENTS_PER_BUCKET = 8
"""Average number of events over the life of a bucket: few enough to sort by insertion."""

CHUNK_SLOTS = 8
"""Slots of a chunk with its header; a power of two."""

_LAST_SLOT = CHUNK_SLOTS - 1
_LARGEST_RUN = 40  # beyond it, a heap is cheaper than sorting by insertion

SLOT = np.dtype([("time", np.float64), ("key", np.int64), ("row", np.int64)], align=True)

STATE = np.dtype(
    [
        ("end", np.float64),  # events from here on are dropped
        ("buckets_per_day", np.float64),
        ("current", np.int64),  # bucket whose events are in `now`, -1 before the first
        ("next", np.int64),  # first event of the run not yet popped
        ("run_end", np.int64),  # end of the run, where the heap of latecomers begins
        ("late", np.int64),  # size of that heap
        ("free", np.int64),  # first chunk given back, 0 = none
        ("fresh", np.int64),  # first chunk never used
        ("free_chunks", np.int64),
        ("deepest", np.int64),  # length of the longest chain so far
        ("waiting", np.int64),  # events in buckets, not yet in `now`
        ("dropped", np.int64),  # events refused for being at or beyond the end
        ("broken", np.int64),  # events refused because their time was not a number
    ],
    align=True,
)


class Agenda(NamedTuple):
    """The calendar of one run; only the functions of this module look inside."""

    state: Table
    heads: npt.NDArray[np.int64]
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
    state = new_table(STATE, 1)
    state[0].end = end
    state[0].buckets_per_day = buckets / end
    state[0].current = -1
    state[0].fresh = 1
    chunks = max(2 * room // _LAST_SLOT, 16)
    state[0].free_chunks = chunks - 1  # chunk 0 stays unused, so that 0 can mean none
    # One bucket more than needed: the product of time and rate may round up to the count.
    heads = np.zeros(buckets + 1, np.int64)
    return Agenda(state, heads, new_table(SLOT, chunks * CHUNK_SLOTS), new_table(SLOT, 1024))


def grown_agenda(agenda: Agenda, room: int = 1024) -> Agenda:
    """The same agenda with more room; its state is shared, so the old one must not be used any more.

    Args:
        agenda: The agenda that lacks room.
        room: How many further events there must be room for; at least what `has_room` was asked.

    Returns:
        An agenda for which ``has_room(agenda, room)`` holds, and larger than the old one.
    """
    state = agenda.state[0]
    chunks = len(agenda.slots) // CHUNK_SLOTS
    lacking = room - int(state.free_chunks)
    needed_now = _needed_now(agenda, room)
    slots, now = agenda.slots, agenda.now
    if needed_now > len(now):
        now = grown(now, max(needed_now, 2 * len(now)))
    if lacking > 0 or now is agenda.now:
        more = max(lacking, chunks)
        slots = grown(slots, (chunks + more) * CHUNK_SLOTS)
        state.free_chunks += more
    return Agenda(agenda.state, agenda.heads, slots, now)


@inlined
def _needed_now(agenda: Agenda, n: int) -> int:
    """How large `now` must be for n more events, should they all fall into the worst bucket."""
    state = agenda.state[0]
    return int(max(state.deepest * _LAST_SLOT, state.run_end + state.late)) + n


@inlined
def has_room(agenda: Agenda, n: int) -> bool:
    """Whether n more events can be pushed, wherever they fall.

    Args:
        agenda: The agenda.
        n: Number of events.

    Returns:
        False if a `grown_agenda` is needed first.
    """
    return bool(agenda.state[0].free_chunks >= n and _needed_now(agenda, n) <= len(agenda.now))


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
def _rise(now: Any, base: int, hole: int, time: float, key: int, row: int) -> None:
    """Put an event into the heap that starts at base, from a free leaf upwards."""
    while hole > 0:
        above = (hole - 1) >> 1
        parent = now[base + above]
        if _is_before(parent, time, key, row):
            break
        _write(now[base + hole], parent.time, parent.key, parent.row)
        hole = above
    _write(now[base + hole], time, key, row)


@compiled
def _push_late(agenda: Agenda, time: float, key: int, row: int) -> None:
    """Put an event into the heap of the current bucket."""
    state = agenda.state[0]
    if state.late == 0 and state.next == state.run_end:
        state.next = 0
        state.run_end = 0
    if state.run_end + state.late >= len(agenda.now):
        raise IndexError("the agenda has no room: ask has_room before pushing")
    _rise(agenda.now, state.run_end, state.late, time, key, row)
    state.late += 1


@compiled
def _new_chunk(agenda: Agenda, bucket: int) -> int:
    """Chain a chunk to a bucket and return its first free slot."""
    state = agenda.state[0]
    if state.free_chunks <= 0:
        raise IndexError("the agenda has no room: ask has_room before pushing")
    state.free_chunks -= 1
    chunk = state.free
    if chunk > 0:
        state.free = agenda.slots[chunk * CHUNK_SLOTS].key
    else:
        chunk = state.fresh
        state.fresh += 1
    older = agenda.heads[bucket] // CHUNK_SLOTS
    depth = agenda.slots[older * CHUNK_SLOTS].row + 1 if older > 0 else 1
    header = agenda.slots[chunk * CHUNK_SLOTS]
    header.key = older
    header.row = depth
    if depth > state.deepest:
        state.deepest = depth
    return int(chunk * CHUNK_SLOTS + 1)


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
        _push_late(agenda, time, key, row)
        return True
    place = agenda.heads[bucket] + 1
    if place % CHUNK_SLOTS <= 1:  # the chunk is full, or there is none
        place = _new_chunk(agenda, bucket)
    _write(agenda.slots[place], time, key, row)
    agenda.heads[bucket] = place
    state.waiting += 1
    return True


@compiled
def _open_next_bucket(agenda: Agenda) -> bool:
    """Move the events of the next bucket that has any into `now`, in order; False if none has."""
    state = agenda.state[0]
    if state.waiting == 0:
        return False
    bucket = state.current + 1
    while agenda.heads[bucket] == 0:
        bucket += 1
    place = agenda.heads[bucket]
    agenda.heads[bucket] = 0
    now = agenda.now
    chunk = place // CHUNK_SLOTS
    is_run = agenda.slots[chunk * CHUNK_SLOTS].row * _LAST_SLOT <= _LARGEST_RUN
    count = 0
    while chunk > 0:
        for slot in range(chunk * CHUNK_SLOTS + 1, place + 1):
            event = agenda.slots[slot]
            if is_run:
                _insert(now, count, event.time, event.key, event.row)
            else:
                _rise(now, 0, count, event.time, event.key, event.row)
            count += 1
        header = agenda.slots[chunk * CHUNK_SLOTS]
        older = header.key
        header.key = state.free
        state.free = chunk
        state.free_chunks += 1
        chunk = older
        place = older * CHUNK_SLOTS + _LAST_SLOT
    state.current = bucket
    state.waiting -= count
    state.next = 0
    state.run_end = count if is_run else 0
    state.late = 0 if is_run else count
    return True


@inlined
def _insert(now: Any, count: int, time: float, key: int, row: int) -> None:
    """Put an event into the sorted run of the given length."""
    hole = count
    while hole > 0:
        left = now[hole - 1]
        if _is_before(left, time, key, row):
            break
        _write(now[hole], left.time, left.key, left.row)
        hole -= 1
    _write(now[hole], time, key, row)


@inlined
def _is_open(agenda: Agenda) -> bool:
    """Whether `now` holds the next event; opens the next bucket if it must."""
    state = agenda.state[0]
    return bool(state.next < state.run_end or state.late > 0 or _open_next_bucket(agenda))


@inlined
def _latecomer_is_next(agenda: Agenda) -> bool:
    state = agenda.state[0]
    if state.late == 0:
        return False
    if state.next == state.run_end:
        return True
    first = agenda.now[state.next]
    return _is_before(agenda.now[state.run_end], first.time, first.key, first.row)


@inlined
def next_time(agenda: Agenda) -> float:
    """When the next event happens.

    Args:
        agenda: The agenda.

    Returns:
        Wall day, infinity if the agenda is empty.
    """
    if not _is_open(agenda):
        return math.inf
    state = agenda.state[0]
    return float(agenda.now[state.run_end if _latecomer_is_next(agenda) else state.next].time)


@inlined
def upcoming_row(agenda: Agenda, ahead: int) -> int:
    """The row of an event that probably comes soon, to fetch it from memory in time.

    Args:
        agenda: The agenda.
        ahead: How many events after the next one, 0 or more.

    Returns:
        A row; 0 if the current bucket does not reach that far. Only good as a hint.
    """
    state = agenda.state[0]
    place = state.next + ahead
    return int(agenda.now[place].row) if place < state.run_end else 0


@compiled
def _pop_late(agenda: Agenda) -> tuple[float, int, int]:
    """Take the first event out of the heap of the current bucket."""
    state = agenda.state[0]
    now = agenda.now
    base = state.run_end
    top = now[base]
    popped = (float(top.time), int(top.key), int(top.row))
    state.late -= 1
    size = state.late
    last = now[base + size]
    time, key, row = float(last.time), int(last.key), int(last.row)
    # The hole sinks to a leaf and the last event rises from there: it usually belongs near a leaf.
    hole = 0
    below = 1
    while below < size:
        if below + 1 < size:
            left = now[base + below]
            if not _is_before(
                left, now[base + below + 1].time, now[base + below + 1].key, now[base + below + 1].row
            ):
                below += 1
        child = now[base + below]
        _write(now[base + hole], child.time, child.key, child.row)
        hole = below
        below = 2 * hole + 1
    _rise(now, base, hole, time, key, row)
    return popped


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
    if _latecomer_is_next(agenda):
        return _pop_late(agenda)
    state = agenda.state[0]
    first = agenda.now[state.next]
    state.next += 1
    return float(first.time), int(first.key), int(first.row)
