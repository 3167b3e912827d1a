"""Posting: putting buyers and reps on the agenda when their next moment changes."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.event_calendar import Agenda, push, room_left
from sim.events.rows import SLOTS, World, agenda_heads, agenda_now, agenda_slots, agenda_state, buyers, reps
from sim.vocabulary import Purpose

BUYER_KEY = 1 << 50
REP_KEY = 1 << 51


@inlined
def put(w: World, day: float, key: int, row: int) -> None:
    """Put something on the agenda."""
    push(Agenda(agenda_state(w), agenda_heads(w), agenda_slots(w), agenda_now(w)), day, key, row)


@inlined
def agenda_room(w: World) -> int:
    """How many more events the agenda takes for certain."""
    return room_left(Agenda(agenda_state(w), agenda_heads(w), agenda_slots(w), agenda_now(w)))


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


@compiled
def post_buyer(w: World, row: int) -> None:
    """Put a buyer on the agenda if its diary now begins earlier than the agenda knows.

    While a decision about the buyer is pending its diary may still change: it is posted once that is made.
    """
    if w.s.pending and w.s.asked_row == row:
        return
    b = buyers(w)[row]
    day = first_day(b)
    if day < b.posted:  # a row given back is as good as posted: see `release`
        b.posted = day
        put(w, day, BUYER_KEY | b.number, row)


@compiled
def post_rep(w: World, rep: int) -> None:
    """Put a rep on the agenda; where several wake at one instant their order is shuffled anew each time."""
    r = reps(w)[rep]
    if r.due < inf and r.due != r.posted:
        r.posted = r.due
        r.wakes += 1
        shuffle = int(uniform(r.luck, Purpose.SERVER_SHUFFLE, r.wakes) * 1099511627776.0)
        put(w, r.due, REP_KEY | (shuffle << 10) | rep, -1 - rep)


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
