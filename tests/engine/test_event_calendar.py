"""The agenda against a plain search for the smallest (time, key, subject)."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import draws
from sim.engine.agenda import (
    EVENTS_PER_BUCKET,
    PER_LINE,
    RINGS_PER_RUN,
    grown_agenda,
    has_room,
    new_agenda,
    room_left,
    with_subjects,
)
from sim.engine.compiled import DEBUG, entry, prefetch
from sim.engine.event_calendar import bar, look_ahead, next_time, post, posted_day, take
from sim.engine.tables import new_table

END = 20.0
SUBJECTS = 12
TIMES = st.one_of(
    st.floats(-1.0, END + 1.0),
    st.sampled_from([0.0, -0.0, 1.0, 1.0, 2.5, 19.999, math.nextafter(END, 0.0), END, math.inf]),
)


def coming(agenda):
    """The next time, and the agenda with the room it takes to tell."""
    while (time := next_time(agenda)) == -math.inf:
        assert not has_room(agenda, 1024)
        agenda = grown_agenda(agenda)
    return time, agenda


def drained(agenda):
    """The times of all that is still to come."""
    told = []
    while (found := coming(agenda))[0] < math.inf:
        time, agenda = found
        told.append(time)
        take(agenda)
    return told


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.one_of(st.none(), st.tuples(TIMES, st.integers(-3, 3), st.integers(0, SUBJECTS - 1))), max_size=120
    ),
    st.sampled_from([0, 1, 10, 400, 100_000]),
    st.booleans(),
)
def test_comes_out_in_order_whoever_is_moved(actions, expected_events, peeking):
    agenda, due = new_agenda(END, expected_events, SUBJECTS), {}
    for action in [*actions, *[None] * SUBJECTS]:
        if not has_room(agenda, 1):
            agenda = grown_agenda(agenda, 1)
        if action is not None:
            time, key, subject = action
            due.pop(subject, None)
            assert post(agenda, subject, time, key) == (time < END)
            if time < END:
                due[subject] = (time, key, subject)
            assert posted_day(agenda, subject) == (time if time < END else math.inf)
        if peeking or action is None:
            expected = min(due.values(), default=(math.inf, 0, -1))
            time, agenda = coming(agenda)
            assert time == expected[0]
            if action is None and due:
                assert take(agenda) == expected[2]
                assert posted_day(agenda, expected[2]) == math.inf
                del due[expected[2]]
    assert not due and next_time(agenda) == math.inf


def test_an_appointment_at_the_end_does_not_come_out_in_place_of_an_earlier_one():
    agenda = new_agenda(END, 10_000, 1)
    assert post(agenda, 0, 0.9 * END, 1) and agenda.state[0].far == 1
    assert not post(agenda, 0, END, 1)
    assert next_time(agenda) == posted_day(agenda, 0) == math.inf


@given(st.permutations([(1.0, 1), (1.0, 2), (1.0, 3), (0.5, 9), (1.5, 0), (1.0, -1)]))
def test_the_order_of_posting_does_not_matter(events):
    agenda, told = new_agenda(END, 10, 6), []
    for subject, (time, key) in enumerate(events):
        post(agenda, subject, time, key)
    for _ in events:
        told.append((next_time(agenda), events[take(agenda)][1]))
    assert told == sorted(events)


@entry
def interleave(agenda, start, kinds, times, keys, subjects, taken):
    """Post (kind 1) or take (kind 0) until room runs out; returns where it stopped."""
    for i in range(start, len(kinds)):
        if room_left(agenda) < 1:
            return i
        if kinds[i]:
            post(agenda, subjects[i], times[i], keys[i])
        else:
            taken[i, 0] = next_time(agenda)
            if taken[i, 0] == -math.inf:
                return i
            taken[i, 1] = take(agenda) if taken[i, 0] < math.inf else -1
    return len(kinds)


def reference(kinds, times, keys, subjects, end):
    taken, due = np.zeros((len(kinds), 2)), {}
    for i, (kind, time, key, subject) in enumerate(
        zip(kinds.tolist(), times.tolist(), keys.tolist(), subjects.tolist(), strict=True)
    ):
        if kind:
            due.pop(subject, None)
            if time < end:
                due[subject] = (time, key)
        elif due:
            first = min(due, key=lambda one: (*due[one], one))
            taken[i] = due.pop(first)[0], first
        else:
            taken[i] = math.inf, -1
    return taken


@pytest.mark.parametrize("burst", ["spread", "at nine", "all at once", "long gaps"])
def test_a_long_day_comes_out_in_order(burst):
    count, crowd = (2_000, 100) if DEBUG else (30_000, 1_500)
    luck = draws.luck(0, 0, len(burst))
    u, v = (np.array([draws.uniform(luck, k, i) for i in range(count)]) for k in (1, 3))
    kinds = np.array([draws.uniform(luck, 2, i) < 0.7 for i in range(count)])
    keys = (u * 1e6).astype(np.int64) % 50
    subjects = (v * crowd).astype(np.int64)
    times = {
        "spread": 110.0 * u,
        "at nine": np.floor(100.0 * u) + 0.375,
        "all at once": np.where(u < 0.5, 50.0, 100.0 * u),
        "long gaps": 100.0 * (u**0.05),
    }[burst]
    agenda = new_agenda(100.0, count, crowd)
    taken, stopped, grown = np.zeros((count, 2)), 0, 0
    while (stopped := interleave(agenda, stopped, kinds, times, keys, subjects, taken)) < count:
        agenda, grown = grown_agenda(agenda, 40), grown + 1
    assert grown > 0 or DEBUG
    assert (taken == reference(kinds, times, keys, subjects, 100.0)).all()


def test_room_is_never_promised_in_vain():
    agenda, days = new_agenda(END, 1_000, 1_500), []
    for i in range(1_500):
        if not has_room(agenda, 1):
            agenda = grown_agenda(agenda)
            assert has_room(agenda, 1024)
        days.append(10.0 if i % 2 else i % 19 + 0.5)
        post(agenda, i, days[-1], i)
    assert drained(agenda) == sorted(days)


def test_a_crowd_beyond_the_room_asks_for_it_before_it_is_let_in():
    agenda = new_agenda(END, 100, 3_000)
    for i in range(3_000):
        if not has_room(agenda, 1):
            agenda = grown_agenda(agenda, 1)
        post(agenda, i, 5.0, i)
    assert next_time(agenda) == -math.inf
    assert not has_room(agenda, 1)
    agenda = grown_agenda(agenda, 1)
    assert has_room(agenda, 1) and next_time(agenda) == 5.0
    assert [take(agenda) for _ in range(3_000) if next_time(agenda) == 5.0] == list(range(3_000))


def test_posting_without_room_is_an_error():
    agenda = new_agenda(END, 100, 1)
    with pytest.raises(IndexError, match="no room"):
        for _ in range(100_000):
            post(agenda, 0, 5.0, 0)


def test_memory_is_reused():
    """Crowds that come again and again, each beyond the horizon, need no more room than the first."""
    crowd, rounds, gap = 60, 24, 40.5
    agenda = new_agenda(1000.0, 20_000, crowd)
    assert rounds * crowd > len(agenda.far) and rounds * (crowd // PER_LINE - 1) > len(agenda.spares)
    for nth in range(rounds):
        assert has_room(agenda, crowd)
        for subject in range(crowd):
            post(agenda, subject, gap * (nth + 1), 0)
        assert agenda.state[0].far == crowd
        for subject in range(crowd):
            assert next_time(agenda) == gap * (nth + 1)
            assert take(agenda) == subject
    assert agenda.state[0].used == agenda.state[0].far == agenda.state[0].waiting == 0


def test_refused_appointments_are_counted():
    agenda = new_agenda(END, 10, 3)
    assert not post(agenda, 0, END, 0) and not post(agenda, 1, math.inf, 0)
    assert not post(agenda, 2, math.nan, 0)
    assert (agenda.state[0].dropped, agenda.state[0].broken) == (2, 1)
    assert next_time(agenda) == math.inf


def test_nobody_barred_comes_out():
    agenda = with_subjects(new_agenda(END, 10, 1), 2)
    post(agenda, 0, 1.0, 0)
    post(agenda, 1, 2.0, 0)
    bar(agenda, 0, True)
    assert posted_day(agenda, 0) < -END
    assert next_time(agenda) == 2.0 and take(agenda) == 1
    bar(agenda, 0, False)
    assert posted_day(agenda, 0) == next_time(agenda) == math.inf
    post(agenda, 0, 3.0, 0)
    assert next_time(agenda) == 3.0 and take(agenda) == 0


@pytest.mark.parametrize(("end", "events"), [(0.0, 1), (-1.0, 1), (math.inf, 1), (math.nan, 1), (1.0, -1)])
def test_impossible_agendas_are_refused(end, events):
    with pytest.raises(ValueError, match="must"):
        new_agenda(end, events, 1)


@entry
def looking_ahead(agenda, table, taken):
    """Take everybody while asking for the rows of who comes next."""
    for i in range(len(taken)):
        prefetch(table, look_ahead(agenda), 64)
        prefetch(table, -5, 10**15)
        taken[i] = take(agenda) if next_time(agenda) < math.inf else -1


def test_looking_ahead_changes_nothing():
    table = new_table([("value", "f8", (16,))], 40)
    agenda = new_agenda(END, 40, 40)
    for i in range(40):
        post(agenda, i, (i * 7 % 40) / 4, 0)
    taken = np.zeros(40, np.int64)
    looking_ahead(agenda, table, taken)
    assert taken.tolist() == sorted(range(40), key=lambda i: i * 7 % 40)
    assert not table.value.any()


def test_those_of_the_next_buckets_are_told_one_by_one():
    buckets = 10 * RINGS_PER_RUN  # of which ten or more are in the ring
    agenda = new_agenda(10.0, buckets * EVENTS_PER_BUCKET, 6)
    assert look_ahead(agenda) == -1  # nobody is due
    for subject, place in enumerate([0.5, 1.1, 1.2, 2.3, 3.5, 4.5]):
        post(agenda, subject, place * 10.0 / buckets, 0)
    assert next_time(agenda) == 0.5 * 10.0 / buckets
    assert [one for _ in range(9) if (one := look_ahead(agenda)) >= 0] == [1, 2, 3]  # and none beyond
    assert take(agenda) == 0 and next_time(agenda) == 1.1 * 10.0 / buckets
    assert [one for _ in range(9) if (one := look_ahead(agenda)) >= 0] == [4]


def test_those_due_beyond_the_horizon_come_in_order():
    agenda = new_agenda(1000.0, 10_000, 1_000)
    assert len(agenda.ring) < 1_000  # the ring covers a part of the run only
    days = [float(i * 617 % 1_000) for i in range(1_000)]
    for subject, day in enumerate(days):
        post(agenda, subject, 999.5, 0)
        post(agenda, subject, day, 0)
        if not has_room(agenda, 2):
            agenda = grown_agenda(agenda)
    assert agenda.state[0].far > 0
    assert drained(agenda) == sorted(days)
    assert next_time(agenda) == math.inf and agenda.state[0].waiting == 0
