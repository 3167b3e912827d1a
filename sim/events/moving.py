"""Moving a buyer on: the one way in which its row is brought up to now."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.events.phases import cell_now, cell_of, crosses
from sim.events.rivals import judge_moments
from sim.events.rows import COOLING, World
from sim.rules.track import cooled_position, moved


@inlined
def move_on(w: World, b: Any, t: float) -> None:
    """Bring position and speed up to now, and what rivals have made of the time since the last look."""
    if b.moved_day < t or b.rival_day <= t:
        _moves(w, b, t)


@compiled
def _moves(w: World, b: Any, t: float) -> None:
    judge_moments(w, b, t)
    elapsed = t - b.moved_day
    if elapsed > 0.0:
        x = b.x
        v = b.v
        if b.marks & COOLING:
            b.x = cooled_position(b.x, elapsed, w.p.cooling_days)
        elif b.v != 0.0 or b.pace != 0.0:
            b.x, b.v = moved(b.x, b.v, b.pace, w.p.tau[b.journey], elapsed)
        if cell_now(b) != cell_of(b):
            crosses(w, b, t, x, v, b.x)
        b.moved_day = t
