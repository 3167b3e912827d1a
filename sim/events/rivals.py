"""Rivals that learn: they notice how long our batons are in the air, journey by journey."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled
from sim.events.rows import World, rivals
from sim.rules.channels import faded
from sim.rules.rivals import average_wait_days, learned_multiple


@compiled
def rivals_notice(w: World, b: Any, t: float) -> None:
    """A baton has come down, or was never caught: every rival that learns hears how long that took."""
    p = w.p
    journey = b.journey
    for rival in range(p.rivals):
        if p.rival_learning[rival] > 0.0:
            r = rivals(w)[rival]
            kept = faded(1.0, t - r.heard_day[journey], p.rival_memory[rival])
            r.waited[journey] = r.waited[journey] * kept + (t - b.let_go_day)
            r.seen[journey] = r.seen[journey] * kept + 1.0
            r.heard_day[journey] = t


@compiled
def learned_here(w: World, rival: int, journey: int, t: float) -> float:
    """How much harder a rival engages on a journey for what it has learned there, as a multiple."""
    p = w.p
    r = rivals(w)[rival]
    kept = faded(1.0, t - r.heard_day[journey], p.rival_memory[rival])
    wait = average_wait_days(r.waited[journey] * kept, r.seen[journey] * kept)
    return learned_multiple(p.rival_learning[rival], wait, p.rival_slow_days[rival], p.rival_limit[rival])
