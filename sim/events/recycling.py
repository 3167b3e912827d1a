"""Going back: what becomes of a lead that was rejected, ignored, expired or lost, and its return to marketing."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.events.integration import kept_rate
from sim.events.ledger import close_exchange, give_reason, is_on_record, record, release, waste_lap
from sim.events.moving import move_on
from sim.events.phases import jumps
from sim.events.rivals import judge_moments
from sim.events.rows import (
    EARLY,
    END,
    ESCALATED,
    GONE,
    IGNORED,
    LATE,
    OBSTRUCTED,
    OVERLAPPED,
    POOLED,
    PUSHED,
    RAISED,
    ROUTED,
    STEP_BITS,
    TRIAGED,
    WATCH,
    WORK,
    World,
    buyers,
    days,
    levers,
)
from sim.events.steps import (
    change_stage,
    close_diary,
    decay_facts,
    lap_of,
    learn_in_marketing,
    note,
    plan_turn,
)
from sim.events.trust import sales_tells
from sim.vocabulary import EventKind, Fact, Purpose, Stage, Trigger


@inlined
def levers_of(w: World, b: Any) -> Any:
    """The levers of the policy in force for this buyer's journey."""
    return levers(w)[w.s.policy * w.p.journeys + b.journey]


@inlined
def known_deadline(w: World, b: Any) -> float:
    """The deadline as far as marketing knows it; inf if the journey has none or nobody told."""
    if w.p.has_deadline[b.journey] and b.facts_marketing & (1 << Fact.DEADLINE):
        return float(b.clock_day)
    return inf


@inlined
def start_lap(b: Any, lap: int) -> None:
    """Begin a lap: steps count from zero and the marks of the last exchange are wiped off."""
    b.occasion = lap << STEP_BITS
    b.marks &= ~(GONE | TRIAGED | IGNORED | LATE | EARLY | ESCALATED | POOLED | OVERLAPPED | RAISED | ROUTED)
    b.marks &= ~(PUSHED | OBSTRUCTED)


@inlined
def rested_day(w: World, b: Any, k: Any, t: float, reason: int) -> float:
    """When the rest is over: after the cool-off, or when a date that marketing watches for draws near before that."""
    day = float(t + k.cool_off[reason])
    if k.wanted & (1 << Trigger.DEADLINE):
        near = known_deadline(w, b) - k.near_days
        if t < near < day:
            return float(near)
    return day


@compiled
def goes_back(w: World, row: int, t: float, reason: int) -> None:
    """A lead leaves sales without buying: it rests before the next lap, or is dropped.

    The policy decides by reason; the buyer's own journey and purchase clock go on either way.
    """
    b = buyers(w)[row]
    k = levers_of(w, b)
    give_reason(b, reason)
    move_on(w, b, t)
    b.pace = 0.0
    b.due[WATCH] = inf
    if k.recycle_mask & (1 << reason) and lap_of(b) + 1 < k.max_laps:
        change_stage(w, b, t, Stage.RESTING)
        b.due[WORK] = rested_day(w, b, k, t, reason)
        plan_turn(w, b, t)
        note(w, b, t, EventKind.RESTED, float(reason), b.due[WORK] - t)
    else:
        drop(w, row, t, reason)


@compiled
def drop(w: World, row: int, t: float, reason: int) -> None:
    """Nobody here will call this buyer again; it is only watched, and only while it counts."""
    b = buyers(w)[row]
    change_stage(w, b, t, Stage.DROPPED)
    b.due[WORK] = inf
    b.due[WATCH] = inf
    note(w, b, t, EventKind.DROPPED, float(reason), 0.0)
    if is_on_record(b):
        plan_turn(w, b, t)
    else:
        close_diary(b)
        release(w, row)


@compiled
def returns(w: World, row: int, t: float) -> None:
    """The rest is over: the buyer is marketing's again, with what the return pass kept of sales' facts."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    move_on(w, b, t)
    decay_facts(w, b, t)
    kept = 0
    told = sales_tells(w, b)
    for fact in range(8):
        bit = 1 << fact
        if told & bit and not b.facts_marketing & bit:
            u = uniform(b.luck, Purpose.RECORD_RETURN, lap_of(b) * 8 + fact)
            if u < kept_rate(w, b.owner, k.return_retention[fact]):
                kept |= bit
    learn_in_marketing(w, b, kept)
    start_lap(b, lap_of(b) + 1)
    b.x *= k.kept_rate
    jumps(w, b, t)
    b.lap_hours = 0.0
    b.prepared_hours = 0.0
    change_stage(w, b, t, Stage.NURTURE)
    days(w)[int(t)].returned += 1
    note(w, b, t, EventKind.RETURNED, float(lap_of(b)), b.x)


@compiled
def fails(w: World, row: int, t: float, outcome: int, reason: int) -> None:
    """An exchange ended without a pass: the ledger says how, and the lead goes back by reason."""
    b = buyers(w)[row]
    close_exchange(w, b, t, outcome)
    waste_lap(b)
    goes_back(w, row, t, reason)


@compiled
def follow_up_ends(w: World, row: int, t: float) -> None:
    """The observation of this buyer ends; a dropped one leaves, others go on uncounted."""
    b = buyers(w)[row]
    b.due[END] = inf
    judge_moments(w, b, t)
    note(w, b, t, EventKind.FOLLOW_UP_ENDED, 0.0, 0.0)
    bought = 1 if b.stage == Stage.CLOSING else 0
    record(w, b, t, bought, 0.0)
    if b.stage == Stage.DROPPED:
        close_diary(b)
        release(w, row)
