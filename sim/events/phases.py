"""The phases of counted buyers: who enters each, goes on, slides back, and what happens there.

A buyer carries the number of its journey and phase in its marks. When it is moved and these no longer fit,
the lines it has crossed are found in closed form, so days in a phase are exact although nobody was looking.
Days are summed as the day of leaving minus the day of entering. All of this only watches, and it counts in whole
numbers, so that it does not matter in which order buyers who run ahead of each other are seen.
"""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.events.rows import CELL_SHIFT, COOLING, COUNTED, NOBODY, RECORDED, TICKS_PER_DAY, US, World, phases
from sim.rules.track import fall_days, phase_of, rise_days

CELL = 63 << CELL_SHIFT


@inlined
def is_counted(b: Any) -> bool:
    """Whether what happens to this buyer counts."""
    return bool((b.marks & (COUNTED | RECORDED)) == COUNTED)


@inlined
def cell_now(b: Any) -> int:
    """Row of the phases' table in which the buyer belongs by its journey and position."""
    return int(b.journey) * 4 + phase_of(b.x)


@inlined
def cell_of(b: Any) -> int:
    """Row of the phases' table in which the buyer stands."""
    return int((b.marks & CELL) >> CELL_SHIFT)


@inlined
def ticks(t: float) -> int:
    """A day in whole ticks."""
    return int(t * TICKS_PER_DAY)


@compiled
def enters(w: World, b: Any, t: float, cell: int) -> None:
    """The buyer is in another phase, or on another journey."""
    b.marks = (b.marks & ~CELL) | (cell << CELL_SHIFT)
    if is_counted(b):
        phases(w)[cell].entered += 1
        phases(w)[cell].ticks_in -= ticks(t)


@compiled
def changes_phase(w: World, b: Any, t: float, cell: int) -> None:
    """From one phase to another: on to the next, or back, or over to another journey."""
    old = cell_of(b)
    if is_counted(b):
        phases(w)[old].ticks_in += ticks(t)
        if cell == old + 1 and cell >> 2 == old >> 2:
            phases(w)[old].advanced += 1
        else:
            phases(w)[old].left += 1
    enters(w, b, t, cell)


@compiled
def crosses(w: World, b: Any, t: float, x: float, v: float, reached: float) -> None:
    """Account for the lines between where the buyer was when last moved (x, v) and where it is now."""
    start = int(b.journey) * 4 + phase_of(x)
    if start != cell_of(b):
        changes_phase(w, b, b.moved_day, start)
    phase = start & 3
    here = phase_of(reached)
    while phase != here:
        wait = 0.0
        if here > phase:
            phase += 1
            wait = rise_days(x, v, b.pace, w.p.tau[b.journey], 0.25 * phase)
        else:
            if b.marks & COOLING:
                wait = fall_days(x, 0.25 * phase, w.p.cooling_days)
            phase -= 1
        day = b.moved_day + wait
        changes_phase(w, b, day if day < t else t, int(b.journey) * 4 + phase)


@compiled
def jumps(w: World, b: Any, t: float) -> None:
    """The buyer was set back on the track at one stroke."""
    if cell_now(b) != cell_of(b):
        changes_phase(w, b, t, cell_now(b))


@compiled
def leaves_phases(w: World, b: Any, t: float, reached: float, bought_from: int) -> None:
    """The observation of a counted buyer ends: it bought from us, from another, or is still there."""
    if int(b.journey) * 4 + phase_of(reached) != cell_of(b):
        crosses(w, b, t, b.x, b.v, reached)
    row = phases(w)[cell_of(b)]
    row.ticks_in += ticks(t)
    if bought_from == US:
        row.advanced += 1
    elif bought_from == NOBODY:
        row.staying += 1
    else:
        row.left += 1


@inlined
def counts_touch(w: World, b: Any, channel: int, phase: int) -> None:
    """A touch, whoever made it."""
    if is_counted(b):
        phases(w)[b.journey * 4 + phase].touches[channel] += 1
