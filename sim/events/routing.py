"""Routing: which rep gets a lead, and the way a handler leaves a decision to be made."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.events.recycling import levers_of
from sim.events.rows import World, buyers, reps
from sim.events.steps import lap_of, segment_of
from sim.vocabulary import Routing


@inlined
def ask(w: World, decision: int, row: int, rep: int) -> None:
    """Leave a decision to be made before anything else happens."""
    w.s.pending = decision
    w.s.asked_row = row
    w.s.asked_rep = rep


@compiled
def least_loaded(w: World, first: int, step: int) -> int:
    """The rep with the shortest queue among first, first + step, ..."""
    best = first
    load = 1e18
    for rep in range(first, w.p.reps, step):
        r = reps(w)[rep]
        here = r.waiting + (1.0 if r.current >= 0 else 0.0)
        if here < load and r.absent_until <= w.s.now:
            load = here
            best = rep
    return int(best)


@inlined
def present_rep(w: World, rep: int) -> int:
    """This rep, or somebody else while the seat is empty."""
    if rep >= 0 and reps(w)[rep].absent_until > w.s.now:
        return least_loaded(w, 0, 1)
    return rep


@compiled
def best_skilled(w: World, b: Any) -> int:
    """The rep whose skill, less a little for every waiting task, is highest."""
    best = 0
    top = -1e18
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        here = r.skill - 0.1 * (r.waiting + (1.0 if r.current >= 0 else 0.0))
        if here > top:
            top = here
            best = rep
    return int(best)


@compiled
def routed_rep(w: World, row: int) -> int:
    """The routing rule: which rep gets this lead, or -1 for the common queue."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    if b.owner >= 0 and (k.routing == Routing.PREVIOUS_OWNER or (lap_of(b) > 0 and k.previous_owner)):
        return int(b.owner)
    if k.routing == Routing.ROUND_ROBIN:
        rep = w.s.turn_taker
        w.s.turn_taker = (rep + 1) % w.p.reps
        return int(rep)
    if k.routing == Routing.PULL:
        return -1
    if k.routing == Routing.SKILL_MATCH:
        return best_skilled(w, b)
    if k.routing == Routing.SPECIALIST:
        first = segment_of(b)
        if first < w.p.reps:
            return least_loaded(w, first, w.p.segments)
    return least_loaded(w, 0, 1)


@compiled
def least_loaded_but(w: World, owner: int) -> int:
    """The least loaded rep other than the owner."""
    best = -1
    load = 1e18
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        here = r.waiting + (1.0 if r.current >= 0 else 0.0)
        if rep != owner and here < load and r.absent_until <= w.s.now:
            load = here
            best = rep
    return int(best)
