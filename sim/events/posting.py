"""Posting: putting buyers and reps on the agenda when their next moment changes."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.agenda import Agenda
from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.event_calendar import bar, post, posted_day
from sim.events.rows import (
    SLOTS,
    World,
    agenda_far,
    agenda_now,
    agenda_posts,
    agenda_ring,
    agenda_spares,
    agenda_state,
    buyers,
    reps,
)
from sim.vocabulary import Purpose

BUYER_KEY = 1 << 50
REP_KEY = 1 << 51


@inlined
def agenda_of(w: World) -> Agenda:
    """The agenda, whose subjects are the reps, by number, and after them the rows of buyers."""
    return Agenda(
        agenda_state(w), agenda_posts(w), agenda_ring(w), agenda_spares(w), agenda_far(w), agenda_now(w)
    )


@inlined
def subject_of(w: World, row: int) -> int:
    """A buyer's number as a subject of the agenda."""
    return int(reps(w).shape[0] + row)


@inlined
def opens_diary(w: World, row: int) -> None:
    """A row is a buyer's from now on."""
    bar(agenda_of(w), subject_of(w, row), False)


@inlined
def closes_diary(w: World, row: int) -> None:
    """A row is nobody's from now on: nothing is posted of it, whatever is written there."""
    bar(agenda_of(w), subject_of(w, row), True)


@inlined
def first_due(b: Any) -> int:
    """The slot of the diary that comes first; the earlier slot where two fall together."""
    first = 0
    day = b.due[0]
    for slot in range(1, SLOTS):
        if b.due[slot] < day:
            day = b.due[slot]
            first = slot
    return first


@inlined
def first_day(b: Any) -> float:
    """When the diary begins."""
    day = b.due[0]
    for slot in range(1, SLOTS):
        day = min(day, b.due[slot])
    return float(day)


@inlined
def post_buyer(w: World, row: int) -> None:
    """Put a buyer on the agenda if its diary now begins earlier than the agenda knows.

    While a decision about the buyer is pending its diary may still change: it is posted once that is made.
    """
    if w.s.pending and w.s.asked_row == row:
        return
    b = buyers(w)[row]
    post_at(w, b, row, first_day(b))


@inlined
def post_at(w: World, b: Any, row: int, day: float) -> None:
    """Put a buyer on the agenda whose diary begins on a day, unless the agenda knows."""
    subject = subject_of(w, row)
    if day < posted_day(agenda_of(w), subject):
        post(agenda_of(w), subject, day, BUYER_KEY | b.number)


@compiled
def post_rep(w: World, rep: int) -> None:
    """Put a rep on the agenda; where several wake at one instant their order is shuffled anew each time."""
    r = reps(w)[rep]
    if r.due < inf and r.due != posted_day(agenda_of(w), rep):
        r.wakes += 1
        shuffle = int(uniform(r.luck, Purpose.SERVER_SHUFFLE, r.wakes) * 1099511627776.0)
        post(agenda_of(w), rep, r.due, REP_KEY | (shuffle << 10) | rep)


@inlined
def post_outbox(w: World) -> None:
    """Post everybody a handler has asked to be looked at."""
    while w.s.outbox_size > 0:
        w.s.outbox_size -= 1
        row = w.s.outbox[w.s.outbox_size]
        if row >= 0:
            post_buyer(w, row)
        else:
            post_rep(w, -1 - row)
