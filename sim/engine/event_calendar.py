"""The event calendar: makes appointments on an agenda, and tells who is due next.

How the agenda is made, and why, stands in `sim.engine.agenda`.
"""

import math
from typing import Any

from sim.engine.agenda import PER_LINE, Agenda
from sim.engine.compiled import compiled, inlined, prefetch
from sim.engine.open_bucket import LARGEST_PILE, heap_up, rise_or_top, sink, top_up

_SCOUTED = 2  # buckets that `look_ahead` is ahead at most


@inlined
def posted_day(agenda: Agenda, subject: int) -> float:
    """When a subject is due, infinity if it has no appointment."""
    return float(agenda.posts[subject].time)


@inlined
def bar(agenda: Agenda, subject: int, barred: bool) -> None:
    """Call off a subject's appointment, and let it have no other while it is barred.

    Args:
        agenda: The agenda.
        subject: Whose appointment.
        barred: Whether `posted_day` is to lie before every other day from now on.
    """
    agenda.posts[subject].time = -math.inf if barred else math.inf


@compiled
def _put_aside(agenda: Agenda, line: Any) -> None:
    """Copy a full line to a spare one, which hangs on the line from then on."""
    state = agenda.state[0]
    place = int(state.free)
    if place > 0:
        state.free = agenda.spares[place].next
    else:
        place = int(state.fresh)
        if place >= len(agenda.spares):
            raise IndexError("the agenda has no room: ask room_left before posting")
        state.fresh = place + 1
    state.used += 1
    spare = agenda.spares[place]
    for i in range(PER_LINE):
        spare.subjects[i] = line.subjects[i]
    spare.next = line.next
    spare.held = 1
    if line.next > 0:
        spare.held += agenda.spares[line.next].held
    line.next = place
    line.held = 0


@inlined
def _throw(agenda: Agenda, subject: int, bucket: int) -> None:
    """Throw a subject into a bucket of the ring."""
    line = agenda.ring[bucket & (len(agenda.ring) - 1)]
    if line.held == PER_LINE:
        _put_aside(agenda, line)
    line.subjects[line.held] = subject
    line.held += 1


@compiled
def _post_now(agenda: Agenda, subject: int, time: float, key: int) -> None:
    """Put an event among those of the open bucket."""
    state = agenda.state[0]
    if state.present >= len(agenda.now):
        raise IndexError("the agenda has no room: ask room_left before posting")
    if state.present == LARGEST_PILE and not state.is_heap:
        heap_up(agenda.now, state.present)
        state.is_heap = 1
    if state.is_heap:
        rise_or_top(agenda.now, state.present, time, key, subject)
    else:
        sink(agenda.now, state.present, time, key, subject)
    state.present += 1


@inlined
def post(agenda: Agenda, subject: int, time: float, key: int) -> bool:
    """Make an appointment; the subject's earlier one, if any, is called off.

    Args:
        agenda: The agenda; it must have room.
        subject: Who is due.
        time: Wall day; a time before the last event taken comes out next.
        key: Rank among appointments of the same time, smallest first.

    Returns:
        False if it will never come out, because it is at or beyond the end or its time is not a number.

    Raises:
        IndexError: If there is no room.
    """
    state = agenda.state[0]
    mine = agenda.posts[subject]
    mine.time = time
    mine.key = key
    if not time < state.end:
        mine.time = math.inf  # or a number left from an earlier appointment could bring it back
        if time >= state.end:
            state.dropped += 1
        else:
            state.broken += 1
        return False
    place = time * state.buckets_per_day
    if place < state.current + 1:
        _post_now(agenda, subject, time, key)
        return True
    bucket = int(place)
    if bucket <= state.horizon:
        _throw(agenda, subject, bucket)
    else:
        if state.far >= len(agenda.far):
            raise IndexError("the agenda has no room: ask room_left before posting")
        agenda.far[state.far].subject = subject
        state.far += 1
    state.waiting += 1
    return True


@compiled
def _turn_ring(agenda: Agenda) -> None:
    """The ring has gone round: it now stands for the buckets that follow, and takes in who is due there."""
    state = agenda.state[0]
    first = float(state.horizon + 1)
    state.horizon += len(agenda.ring)
    beyond = float(state.horizon + 1)
    kept = 0
    for i in range(state.far):
        subject = int(agenda.far[i].subject)
        time = agenda.posts[subject].time
        place = time * state.buckets_per_day
        if place >= beyond and time < state.end:
            agenda.far[kept].subject = subject
            kept += 1
        elif first <= place < beyond:
            _throw(agenda, subject, int(place))
        else:
            state.waiting -= 1  # moved since
    state.far = kept


@inlined
def _lay_out(agenda: Agenda, line: Any, held: int, bucket: int, present: int) -> int:
    """Put those subjects of a line in order that are still due in the bucket; returns how many there are then."""
    state = agenda.state[0]
    for i in range(held):
        subject = int(line.subjects[i])
        made = agenda.posts[subject]
        place = made.time * state.buckets_per_day
        if bucket <= place < bucket + 1:
            if state.is_heap:
                rise_or_top(agenda.now, present, made.time, made.key, subject)
            else:
                sink(agenda.now, present, made.time, made.key, subject)
            present += 1
    return present


@compiled
def _lay_out_spares(agenda: Agenda, first: int, bucket: int, present: int) -> int:
    """The same for lines put aside, which are given back."""
    state = agenda.state[0]
    last = place = first
    while place > 0:
        present = _lay_out(agenda, agenda.spares[place], PER_LINE, bucket, present)
        state.used -= 1
        last = place
        place = int(agenda.spares[place].next)
    agenda.spares[last].next = state.free
    state.free = first
    return present


@compiled
def _open_next_bucket(agenda: Agenda) -> bool:
    """Lay out in `now` who is due in the next bucket that has any; False if there is none or no room for it."""
    state = agenda.state[0]
    state.is_heap = 0
    while state.present == 0:
        if state.waiting == 0:
            return False
        bucket = int(state.current) + 1
        if state.current == state.horizon:
            _turn_ring(agenda)
        line = agenda.ring[bucket & (len(agenda.ring) - 1)]
        held = int(line.held)
        if held > 0:
            aside = int(line.next)
            count = held
            if aside > 0:
                count += PER_LINE * agenda.spares[aside].held
            if count + state.promised > len(agenda.now):
                state.crowd = count
                return False
            state.crowd = 0
            state.is_heap = 1 if count > LARGEST_PILE else 0
            state.waiting -= count
            line.held = 0
            line.next = 0
            state.present = _lay_out(agenda, line, held, bucket, 0)
            if aside > 0:
                state.present = _lay_out_spares(agenda, aside, bucket, state.present)
        state.current = bucket
    return True


@inlined
def next_time(agenda: Agenda) -> float:
    """When the next subject is due.

    Args:
        agenda: The agenda.

    Returns:
        The wall day; infinity if nobody is due, minus infinity if room has to be made first (see `room_left`).
    """
    state = agenda.state[0]
    while state.present > 0 or _open_next_bucket(agenda):
        event = agenda.now[state.present - 1]
        made = agenda.posts[event.subject]
        if made.time == event.time and made.key == event.key:
            return float(event.time)
        _drop_first(agenda)
    return -math.inf if state.crowd > 0 else math.inf


@inlined
def _drop_first(agenda: Agenda) -> None:
    state = agenda.state[0]
    state.present -= 1
    if state.is_heap and state.present > 0:
        top_up(agenda.now, state.present)


@inlined
def take(agenda: Agenda) -> int:
    """The subject that is due next, which has no appointment any more.

    Args:
        agenda: The agenda, for which `next_time` has just told a day.

    Returns:
        The subject.
    """
    subject = int(agenda.now[agenda.state[0].present - 1].subject)
    agenda.posts[subject].time = math.inf
    _drop_first(agenda)
    return subject


@inlined
def look_ahead(agenda: Agenda) -> int:
    """A subject that will be due soon, another one at each call, or -1: a hint, so that memory can be prepared.

    With many subjects all they consist of lies in slow memory, and even when the bucket they wait in is opened they
    have to be looked up one by one.
    """
    state = agenda.state[0]
    if state.scout <= state.current:
        state.scout = state.current + 1
        state.scout_place = 0
    line = agenda.ring[state.scout & (len(agenda.ring) - 1)]
    if state.scout_place < line.held:
        subject = int(line.subjects[state.scout_place])
        state.scout_place += 1
        prefetch(agenda.posts, subject, 0)
        return subject
    if state.scout < state.current + _SCOUTED:
        state.scout += 1
        state.scout_place = 0
    return -1
