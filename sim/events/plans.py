"""What the engagement plan says of a buyer now, and the calls it asks of sales.

Marketing goes by the phase it sees, that is, by the score; only the market knows the true one.
"""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.events.integration import cadence
from sim.events.recycling import levers_of
from sim.events.routing import ask
from sim.events.rows import CALLING, GONE, IN_SERVICE, QUEUED, SEEN_SHIFT, WORK, World, buyers, plans
from sim.events.selling import enqueue, leave_queue
from sim.events.steps import note
from sim.rules.scoring import score
from sim.rules.track import phase_of
from sim.vocabulary import Decision, EventKind, Stage, Task

SEEN = 7 << SEEN_SHIFT


@inlined
def phase_seen(w: World, b: Any) -> int:
    """Phase in which marketing sees a buyer whose position is up to date."""
    return phase_of(score(b.x, w.p.score_bias, b.noise))


@inlined
def plan_of(w: World, b: Any) -> Any:
    """What the plan of the policy in force says of the phase in which marketing sees the buyer."""
    return plans(w)[(w.s.policy * w.p.journeys + b.journey) * 4 + phase_seen(w, b)]


@compiled
def rhythm_days(w: World, b: Any) -> float:
    """Time between two activities: the plan's where it says something, else that of nurture."""
    if w.p.planned:
        k = plan_of(w, b)
        if k.in_plan:
            return float(cadence(w, b, levers_of(w, b), k.every_days))
    k = levers_of(w, b)
    return float(cadence(w, b, k, k.nurture_days))


@compiled
def keeps_rhythm(w: World, b: Any, t: float) -> None:
    """Marketing has looked: the next activity is never further away than the phase it sees allows."""
    phase = phase_seen(w, b)
    if (b.marks & SEEN) >> SEEN_SHIFT != phase + 1:
        b.marks = (b.marks & ~SEEN) | ((phase + 1) << SEEN_SHIFT)
        if plan_of(w, b).in_plan:
            note(w, b, t, EventKind.SEEN_IN_PHASE, float(phase), float(b.journey))
    due = t + rhythm_days(w, b)
    if due < b.due[WORK]:
        b.due[WORK] = due


@compiled
def asks_for_call(w: World, row: int, t: float) -> None:
    """The plan wants a rep to act: the owner, or whoever is picked now. A rep still at it is left alone."""
    b = buyers(w)[row]
    if b.marks & (QUEUED | IN_SERVICE):
        return
    b.marks |= GONE
    if b.owner >= 0:
        enqueue(w, row, t, Task.ENGAGE.value)
    else:
        b.marks |= CALLING
        ask(w, Decision.PICKS_REP, row, -1)


@compiled
def calls_on_plan(w: World, row: int, t: float) -> bool:
    """A rep was picked: for an activity of the plan, or while one is under way; false for anything else."""
    b = buyers(w)[row]
    if b.marks & CALLING:
        b.marks &= ~CALLING
        note(w, b, t, EventKind.GO, float(b.owner), b.x)
        enqueue(w, row, t, Task.ENGAGE.value)
        return True
    return bool(b.marks & IN_SERVICE)


@compiled
def withdraws_call(w: World, row: int, t: float) -> None:
    """Something more important comes: an activity that still waits for its rep is called off."""
    b = buyers(w)[row]
    if b.marks & QUEUED and b.task == Task.ENGAGE and b.stage <= Stage.IN_AIR:
        leave_queue(w, row, t)
