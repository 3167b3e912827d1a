"""The agenda against a plain heap of (time, key, row)."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import draws
from sim.engine.compiled import DEBUG, entry, prefetch
from sim.engine.event_calendar import (
    EVENTS_PER_BUCKET,
    RINGS_PER_RUN,
    grown_agenda,
    has_room,
    look_ahead,
    new_agenda,
    next_time,
    pop,
    push,
)
from sim.engine.tables import new_table

END = 20.0
TIMES = st.one_of(
    st.floats(-1.0, END + 1.0),
    st.sampled_from([0.0, 1.0, 1.0, 2.5, 19.999, math.nextafter(END, 0.0), END, math.inf]),
)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.one_of(st.none(), st.tuples(TIMES, st.integers(-3, 3))), max_size=120),
    st.sampled_from([0, 1, 10, 400, 100_000]),
    st.booleans(),
)
def test_comes_out_like_a_heap(actions, expected_events, peeking):
    agenda, heap = new_agenda(END, expected_events, room=0), []
    for row, action in enumerate(actions):
        if not has_room(agenda, 1):
            agenda = grown_agenda(agenda, 1)
        if action is not None:
            time, key = action
            assert push(agenda, time, key, row) == (time < END)
            if time < END:
                heapq.heappush(heap, (time, key, row))
        elif heap:
            assert pop(agenda) == heapq.heappop(heap)
        if peeking:
            assert next_time(agenda) == (heap[0][0] if heap else math.inf)
    while heap:
        assert pop(agenda) == heapq.heappop(heap)
    assert next_time(agenda) == math.inf
    assert pop(agenda) == (math.inf, -1, -1)


@given(st.permutations([(1.0, 1), (1.0, 2), (1.0, 3), (0.5, 9), (1.5, 0), (1.0, -1)]))
def test_the_order_of_pushing_does_not_matter(events):
    agenda = new_agenda(END, 10)
    for time, key in events:
        push(agenda, time, key, 0)
    assert [pop(agenda)[:2] for _ in events] == sorted(events)


@entry
def interleave(agenda, start, kinds, times, keys, popped):
    """Push (kind 1) or pop (kind 0) until room runs out; returns where it stopped."""
    for i in range(start, len(kinds)):
        if not has_room(agenda, 1):
            return i
        if kinds[i]:
            push(agenda, times[i], keys[i], i)
        else:
            popped[i, 0], popped[i, 1], popped[i, 2] = pop(agenda)
    return len(kinds)


def reference(kinds, times, keys, end):
    popped, heap = np.zeros((len(kinds), 3)), []
    for i, (kind, time, key) in enumerate(zip(kinds.tolist(), times.tolist(), keys.tolist(), strict=True)):
        if not kind:
            popped[i] = heapq.heappop(heap) if heap else (math.inf, -1, -1)
        elif time < end:
            heapq.heappush(heap, (time, key, i))
    return popped


@pytest.mark.parametrize("burst", ["spread", "at nine", "all at once", "long gaps"])
def test_a_long_day_comes_out_like_a_heap(burst):
    count = 2_000 if DEBUG else 30_000
    luck = draws.luck(0, 0, len(burst))
    u = np.array([draws.uniform(luck, 1, i) for i in range(count)])
    kinds = np.array([draws.uniform(luck, 2, i) < 0.7 for i in range(count)])
    keys = (u * 1e6).astype(np.int64) % 50
    times = {
        "spread": 110.0 * u,
        "at nine": np.floor(100.0 * u) + 0.375,
        "all at once": np.where(u < 0.5, 50.0, 100.0 * u),
        "long gaps": 100.0 * (u**0.05),
    }[burst]
    agenda = new_agenda(100.0, count, room=0)
    popped, stopped, grown = np.zeros((count, 3)), 0, 0
    while (stopped := interleave(agenda, stopped, kinds, times, keys, popped)) < count:
        agenda, grown = grown_agenda(agenda, 1), grown + 1
    assert grown > 0
    assert (popped == reference(kinds, times, keys, 100.0)).all()


def test_room_is_never_promised_in_vain():
    agenda = new_agenda(END, 1_000, room=0)
    for i in range(1_500):
        if not has_room(agenda, 1):
            agenda = grown_agenda(agenda)
            assert has_room(agenda, 1024)
        push(agenda, 10.0 if i % 2 else i % 19 + 0.5, i, i)
    assert [pop(agenda)[0] for _ in range(1_500)] == sorted(
        10.0 if i % 2 else i % 19 + 0.5 for i in range(1_500)
    )


def test_pushing_without_room_is_an_error():
    agenda = new_agenda(END, 100, room=0)
    with pytest.raises(IndexError, match="no room"):
        for i in range(100_000):
            push(agenda, 5.0, i, i)


def test_memory_is_reused():
    agenda = new_agenda(1000.0, 20_000)
    slots = len(agenda.slots)
    for i in range(4_000):
        assert has_room(agenda, 1)
        push(agenda, i * 0.2, 0, i)
        if i > 20:
            pop(agenda)
    assert len(agenda.slots) == slots


def test_refused_events_are_counted():
    agenda = new_agenda(END, 10)
    assert not push(agenda, END, 0, 0) and not push(agenda, math.inf, 0, 0)
    assert not push(agenda, math.nan, 0, 0)
    assert (agenda.state[0].dropped, agenda.state[0].broken) == (2, 1)
    assert next_time(agenda) == math.inf


@pytest.mark.parametrize(("end", "events"), [(0.0, 1), (-1.0, 1), (math.inf, 1), (math.nan, 1), (1.0, -1)])
def test_impossible_agendas_are_refused(end, events):
    with pytest.raises(ValueError, match="must"):
        new_agenda(end, events)


@entry
def looking_ahead(agenda, table, popped):
    """Pop everything while asking for the rows of what comes next."""
    for i in range(len(popped)):
        prefetch(table, look_ahead(agenda), 64)
        prefetch(table, -5, 10**15)
        popped[i] = pop(agenda)[2]


def test_looking_ahead_changes_nothing():
    table = new_table([("value", "f8", (16,))], 40)
    agenda = new_agenda(END, 40)
    for i in range(40):
        push(agenda, (i * 7 % 40) / 4, 0, i)
    popped = np.zeros(40, np.int64)
    looking_ahead(agenda, table, popped)
    assert popped.tolist() == sorted(range(40), key=lambda i: i * 7 % 40)
    assert not table.value.any()


def test_the_rows_of_the_next_bucket_are_told_one_by_one():
    buckets = 10 * RINGS_PER_RUN  # of which ten or more are in the ring
    agenda = new_agenda(10.0, buckets * EVENTS_PER_BUCKET)
    assert look_ahead(agenda) == 0  # no bucket is open yet
    for row, place in enumerate([1.5, 2.1, 2.2, 2.3, 4.5], start=1):
        push(agenda, place * 10.0 / buckets, 0, row)
    assert pop(agenda)[2] == 1
    assert {look_ahead(agenda) for _ in range(3)} == {2, 3, 4}
    assert look_ahead(agenda) == 0  # all of them were told
    assert [pop(agenda)[2] for _ in range(4)] == [2, 3, 4, 5]


def test_events_beyond_the_horizon_come_in_order():
    agenda = new_agenda(1000.0, 10_000)
    assert len(agenda.heads) < 1_000  # the ring covers a part of the run only
    days = [float(i * 617 % 1_000) for i in range(1_000)]
    for row, day in enumerate(days):
        push(agenda, day, 0, row)
    assert agenda.state[0].far > 0
    assert [pop(agenda)[0] for _ in days] == sorted(days)
