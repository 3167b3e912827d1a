"""Running ahead: what concerns nobody but the buyer is done at once, as far as nobody else looks at it.

Most of a buyer's moments are touches of its own, or of a programme, after which marketing leaves it where it is. Such
moments are lived through one after another without going back to the agenda: the buyer is in the processor's cache,
and so is what is done with it. A run is the same to the bit as if everything had waited for its turn, because luck is
the buyer's own, and what is counted for all is counted in whole numbers, which add up to the same in any order.

The way ahead ends where somebody else comes in: before the end of the day or run that was asked for, before policies
change or quotas are reviewed, when sales has to do with the buyer, and at a question whose answer concerns sales (see
`is_asked_again`). There is none where Python decides, or where the organisation makes one buyer's moments matter to the
next.
"""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.events.handing_over import watches_overlap
from sim.events.journey import touches_on_own
from sim.events.marketing import asks_whether, nurtures, plans_watch
from sim.events.moving import move_on
from sim.events.posting import first_due, post_at
from sim.events.recycling import levers_of
from sim.events.rows import IN_SERVICE, OVERLAPPED, QUEUED, TOUCH, WORK, World, buyers
from sim.vocabulary import Moment, Stage

NOTHING = -1
"""No slot of the diary."""

SHARED = QUEUED | IN_SERVICE | OVERLAPPED
"""Marks of a buyer that a rep has to do with."""


@inlined
def sees_ahead(w: World, until: float) -> None:
    """Note how far buyers may run ahead: nobody looks at them before."""
    s = w.s
    s.ahead_until = -inf
    if s.bare and s.overridden == 0:
        s.ahead_until = min(until, min(s.next_change_day, s.next_review_day))


@inlined
def is_own_touch(w: World, b: Any, slot: int) -> bool:
    """Whether a slot of a buyer's diary holds its next own touch; customers keep something else there."""
    return slot == TOUCH and not (w.p.aftersale and b.stage == Stage.CUSTOMER)


@inlined
def may_run_ahead(w: World, b: Any, slot: int, day: float) -> bool:
    """Whether a moment that lies ahead concerns nobody but the buyer."""
    alone = (slot == TOUCH) | ((slot == WORK) & (b.stage == Stage.NURTURE))
    # One question instead of many: which of them will be the one that fails can hardly be foreseen.
    return bool(alone & (b.marks & SHARED == 0) & (day < w.s.ahead_until) & (w.s.room > 0))


@inlined
def own_touch(w: World, row: int, t: float) -> None:
    """A touch of the buyer's own, and what marketing makes of it."""
    b = buyers(w)[row]
    observed = touches_on_own(w, row, t)
    if b.stage == Stage.NURTURE:
        if b.raised_day == t:
            asks_whether(w, row, t, Moment.HAND_RAISE.value)
        elif observed:
            asks_whether(w, row, t, Moment.TOUCH.value)
        else:
            plans_watch(w, b, t)
    elif b.marks & OVERLAPPED and b.stage == Stage.IN_AIR:
        move_on(w, b, t)
        watches_overlap(w, b, levers_of(w, b), t)


@compiled
def lives_on(w: World, row: int, slot: int) -> None:
    """Go on with a buyer, through moments that concern nobody else, and put it back on the agenda.

    The slot is that of a moment which is due now, or `NOTHING`.
    """
    b = buyers(w)[row]
    day = w.s.now
    while not (w.s.pending and w.s.asked_row == row):
        if slot == NOTHING:
            slot = first_due(b)
            day = b.due[slot]
            if not may_run_ahead(w, b, slot, day):
                post_at(w, b, row, day)
                return
            w.s.room -= 1
        w.s.events += 1
        if slot == TOUCH:
            own_touch(w, row, day)
        else:
            b.due[WORK] = inf
            nurtures(w, row, day)
        slot = NOTHING
