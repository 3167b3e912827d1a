"""Handing over: marketing lets go, the lead is routed, and a rep looks at it for the first time."""

from __future__ import annotations

from math import floor, inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.working_calendar import after
from sim.events.follow_up import personal_ignore_chance
from sim.events.integration import integrated_ignore_rate, kept_rate
from sim.events.ledger import open_exchange
from sim.events.marketing_pay import counts_letting_go
from sim.events.moving import move_on
from sim.events.phases import cell_now, is_counted
from sim.events.plans import calls_on_plan, withdraws_call
from sim.events.recycling import fails, levers_of
from sim.events.routing import ask, present_rep
from sim.events.rows import (
    ESCALATED,
    GONE,
    IGNORED,
    IN_SERVICE,
    OVERLAPPED,
    POOLED,
    QUEUED,
    RAISED,
    ROUTED,
    TRIAGED,
    WATCH,
    WORK,
    World,
    buyers,
    days,
    exchanges,
    phases,
    reps,
)
from sim.events.selling import enqueue, plan_next
from sim.events.steps import (
    change_stage,
    decay_facts,
    firm_of,
    lap_of,
    learn_in_sales,
    lose_in_sales,
    note,
    plan_turn,
    position_at,
)
from sim.events.trust import marketing_tells
from sim.rules.channels import faded
from sim.rules.exchange import ignore_probability
from sim.rules.facts import count
from sim.rules.track import rise_days
from sim.vocabulary import Breach, Decision, EventKind, Fact, Outcome, Purpose, Reason, Stage, Task, Triage


@inlined
def ready_work(w: World, b: Any, t: float) -> float:
    """Preparation still fresh, in hours."""
    if b.prepared_hours <= 0.0:
        return 0.0
    return faded(b.prepared_hours, t - b.prepared_day, w.p.stale_days)


@compiled
def lets_go(w: World, row: int, t: float) -> None:
    """Marketing lets go: the baton is in the air until somebody speaks with the buyer."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    if w.p.planned:
        withdraws_call(w, row, t)
    move_on(w, b, t)
    if is_counted(b):
        phases(w)[cell_now(b)].let_go += 1
    decay_facts(w, b, t)
    open_exchange(w, b, t, b.x + w.p.score_bias + b.noise)
    change_stage(w, b, t, Stage.IN_AIR)
    if b.ledger >= 0 and b.marks & QUEUED:
        # The rep's preparation is still waiting; from here on that wait is part of the exchange.
        exchanges(w)[b.ledger].queue_days -= t
    b.let_go_day = t
    b.marks &= ~(RAISED | TRIAGED | IGNORED | ESCALATED | OVERLAPPED | ROUTED)
    w.s.handed += 1.0
    days(w)[int(t)].let_go += 1
    note(w, b, t, EventKind.LET_GO, b.x, b.x + w.p.score_bias + b.noise)
    if firm_of(w).marketing_pay:
        counts_letting_go(w, b, k, t)
    if k.overlap:
        b.marks |= OVERLAPPED
        b.pace = k.overlap_pace
    plan_turn(w, b, t)
    watches_exchange(w, b, k, t)
    arrives = after(w.p, t, k.routing_delay * firm_of(w).delay_factor)
    batch_days = k.batch_days * firm_of(w).delay_factor
    if batch_days > 0.0:
        arrives = batch_days * (floor(arrives / batch_days) + 1.0)
    if arrives <= t:
        b.due[WORK] = inf
        is_routed(w, row, t)
    else:
        b.due[WORK] = arrives


@inlined
def call_due_day(w: World, b: Any) -> float:
    """From when sales is to call: letting go, or later if selling works only near a deadline it knows of."""
    start = float(b.let_go_day)
    if w.p.has_deadline[b.journey] and b.facts_sales & (1 << Fact.DEADLINE):
        start = max(start, b.clock_day - w.p.lead_days[b.journey])
    return start


@inlined
def watches_exchange(w: World, b: Any, k: Any, t: float) -> None:
    """Note the next limit of the exchange in the diary: the response target first, then expiry."""
    start = call_due_day(w, b)
    limit = start + k.expiry_days
    if k.response_target < inf and k.breach != Breach.NOTHING and not b.marks & ESCALATED:
        target = after(w.p, start, k.response_target)
        if target <= t:
            target = after(w.p, t, k.response_target)
        if t < target < limit:
            limit = target
    b.due[WATCH] = limit if limit > t else t
    watches_overlap(w, b, k, t)


@inlined
def watches_overlap(w: World, b: Any, k: Any, t: float) -> None:
    """Both run together inside the aimed zone only: note when the buyer passes its end and marketing stops."""
    if b.marks & OVERLAPPED:
        reach = k.aim_close - w.p.score_bias - b.noise
        stop = t + rise_days(b.x, b.v, b.pace, w.p.tau[b.journey], reach)
        if stop < b.due[WATCH]:
            b.due[WATCH] = stop


@compiled
def is_routed(w: World, row: int, t: float) -> None:
    """The lead arrives at sales: to the rep who was told at the go, or to whoever is picked now."""
    b = buyers(w)[row]
    if b.ledger >= 0:
        e = exchanges(w)[b.ledger]
        e.routed_day = t
        e.system_days = t - b.let_go_day
        # Until now the delay was the system's, whatever else was waiting meanwhile.
        e.queue_days = -t if b.marks & QUEUED else 0.0
    if b.marks & GONE and b.owner >= 0:
        takes_over(w, row, t)
    else:
        ask(w, Decision.PICKS_REP, row, -1)


@compiled
def is_assigned(w: World, row: int, t: float, rep: int) -> None:
    """The answer to "who?": at the go that rep starts preparing, after letting go it takes the lead over."""
    b = buyers(w)[row]
    rep = present_rep(w, rep)
    if w.p.planned:
        withdraws_call(w, row, t)
    if rep != b.owner:
        if b.facts_sales and b.owner >= 0:
            # Another person starts anew: what the previous owner knew stays with them.
            lose_in_sales(w, b, 255)
        b.prepared_hours = 0.0
    b.owner = rep
    if rep < 0:
        b.marks |= POOLED
    if b.stage == Stage.NURTURE:
        if w.p.planned and calls_on_plan(w, row, t):
            return
        if rep >= 0 and levers_of(w, b).prepare_hours > 0.0:
            enqueue(w, row, t, Task.PREPARE.value)
        else:
            b.marks &= ~POOLED
        note(w, b, t, EventKind.GO, float(rep), b.x)
        return
    takes_over(w, row, t)


@compiled
def takes_over(w: World, row: int, t: float) -> None:
    """The record reaches the rep; with a known deadline the call waits until selling works."""
    b = buyers(w)[row]
    b.marks |= ROUTED
    passes_record(w, b, t)
    note(w, b, t, EventKind.ASSIGNED, float(b.owner), float(count(b.facts_sales)))
    if not b.marks & (QUEUED | IN_SERVICE):
        hours = levers_of(w, b).prepare_hours
        unready = hours > 0.0 and ready_work(w, b, t) < 0.5 * hours
        plans_call(w, row, t, Task.PREPARE.value if unready else Task.ATTEMPT.value)


@compiled
def plans_call(w: World, row: int, t: float, task: int) -> None:
    """The rep plans what leads to the first attempt: now, or when selling works before a known deadline."""
    b = buyers(w)[row]
    call = call_due_day(w, b)
    if call > t:
        move_on(w, b, t)
        watches_exchange(w, b, levers_of(w, b), t)
    plan_next(w, row, t, task, call)


@compiled
def passes_record(w: World, b: Any, t: float) -> None:
    """What marketing knows travels in the medium: each fact survives with the medium's retention."""
    k = levers_of(w, b)
    decay_facts(w, b, t)
    carried = marketing_tells(w, b, b.facts_marketing & ~b.facts_sales)
    arrived = 0
    for fact in range(8):
        if carried & (1 << fact):
            u = uniform(b.luck, Purpose.RECORD_PASS, lap_of(b) * 8 + fact)
            if u < kept_rate(w, b.owner, k.retention[fact]):
                arrived |= 1 << fact
    learn_in_sales(w, b, arrived)


@compiled
def triage_rule(w: World, row: int, rep: int) -> int:
    """The rep's rule on first looking at a lead: reject a poor score, ignore some, take the rest."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    seen = position_at(w, b, w.s.now) + w.p.score_bias + b.noise
    if seen < k.triage_bar:
        return Triage.REJECT.value
    r = reps(w)[rep]
    if k.varied:
        chance = personal_ignore_chance(w, k, rep, seen - k.aim_open)
    else:
        rate = integrated_ignore_rate(w, rep, k.ignore_rate)
        chance = ignore_probability(
            rate, k.tracking_rate, r.trust, k.trust_effect, float(r.waiting), k.workload_effect
        )
    # A lead looked at again, by another rep after a breach, is another occasion.
    u = uniform(b.luck, Purpose.TRIAGE, b.occasion * 2 + (1 if b.marks & ESCALATED else 0))
    return Triage.IGNORE.value if u < chance else Triage.TAKE.value


@compiled
def is_rejected(w: World, row: int, t: float) -> None:
    """The rep sends the lead back with a reason."""
    b = buyers(w)[row]
    note(w, b, t, EventKind.REJECTED, float(b.owner), 0.0)
    fails(w, row, t, Outcome.REJECTED, Reason.REJECTED.value)


@compiled
def is_ignored(w: World, row: int, t: float) -> None:
    """The rep lets the lead lie; nobody is told."""
    b = buyers(w)[row]
    b.marks |= IGNORED
    note(w, b, t, EventKind.IGNORED, float(b.owner), 0.0)


@compiled
def prepares(w: World, row: int, t: float, hours: float) -> None:
    """Preparation done: fresh hours add to what has not gone stale."""
    b = buyers(w)[row]
    b.prepared_hours = ready_work(w, b, t) + hours
    b.prepared_day = t
    note(w, b, t, EventKind.PREPARED, b.prepared_hours, 0.0)
    if b.stage == Stage.IN_AIR and b.marks & ROUTED:
        # Before that the rep is ready and waits for the lead itself.
        plans_call(w, row, t, Task.ATTEMPT.value)
