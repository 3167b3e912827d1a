"""The open bucket of the agenda: the few events that come next, in order.

They are a pile in order while few, and otherwise a heap with a pile of one on it; either way the earliest lies on top,
at the last place. Events come out by (time, key, subject), whatever order they went in.
"""

from typing import Any

import numpy as np

from sim.engine.compiled import compiled, inlined
from sim.engine.tables import Table

LARGEST_PILE = 24
"""Beyond so many, a heap is cheaper than making room in a pile."""

EVENT = np.dtype([("time", "f8"), ("key", "i8"), ("subject", "i8")], align=True)


@inlined
def _is_before(a: Any, time: float, key: int, subject: int) -> bool:
    if a.time != time:
        return bool(a.time < time)
    if a.key != key:
        return bool(a.key < key)
    return bool(a.subject < subject)


@inlined
def _write(place: Any, time: float, key: int, subject: int) -> None:
    place.time = time
    place.key = key
    place.subject = subject


@inlined
def sink(now: Table, place: int, time: float, key: int, subject: int) -> None:
    """Put an event into the pile, below those that come before it.

    Args:
        now: The pile, with room for one more.
        place: How many events it holds.
        time: Wall day.
        key: Rank among events of the same time, smallest first.
        subject: What the event is about; the last to decide the order.
    """
    while place > 0:
        below = now[place - 1]
        if not _is_before(below, time, key, subject):
            break
        _write(now[place], below.time, below.key, below.subject)
        place -= 1
    _write(now[place], time, key, subject)


@inlined
def rise(now: Table, hole: int, time: float, key: int, subject: int) -> None:
    """Put an event into the heap, from a free leaf upwards (arguments as for `sink`)."""
    while hole > 0:
        above = (hole - 1) >> 1
        parent = now[above]
        if _is_before(parent, time, key, subject):
            break
        _write(now[hole], parent.time, parent.key, parent.subject)
        hole = above
    _write(now[hole], time, key, subject)


@compiled
def heap_up(now: Table, count: int) -> None:
    """Turn a pile of so many events into a heap, with the earliest still on top."""
    for place in range(count - 1):
        event = now[place]
        rise(now, place, event.time, event.key, event.subject)


@compiled
def rise_or_top(now: Table, count: int, time: float, key: int, subject: int) -> None:
    """Put an event into a heap of so many with the earliest on top, and keep the earliest there."""
    if count > 0:
        top = now[count - 1]
        if _is_before(top, time, key, subject):
            earliest = (float(top.time), int(top.key), int(top.subject))
            rise(now, count - 1, time, key, subject)
            time, key, subject = earliest
        else:
            rise(now, count - 1, top.time, top.key, top.subject)
    _write(now[count], time, key, subject)


@compiled
def top_up(now: Table, count: int) -> None:
    """After the earliest was taken from its place on top: the root of the heap of those left takes the place below.

    Args:
        now: The heap.
        count: How many events are left.
    """
    root = now[0]
    earliest = (float(root.time), int(root.key), int(root.subject))
    last = now[count - 1]
    time, key, subject = float(last.time), int(last.key), int(last.subject)
    # The hole sinks to a leaf and the last event rises from there: it usually belongs near a leaf.
    hole = 0
    below = 1
    while below < count - 1:
        if below + 1 < count - 1:
            right = now[below + 1]
            if not _is_before(now[below], right.time, right.key, right.subject):
                below += 1
        child = now[below]
        _write(now[hole], child.time, child.key, child.subject)
        hole = below
        below = 2 * hole + 1
    rise(now, hole, time, key, subject)
    _write(now[count - 1], earliest[0], earliest[1], earliest[2])
