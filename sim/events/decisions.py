"""Decisions: each is made by the compiled rule or by Python, and then the handler goes on."""

from __future__ import annotations

from math import inf

from sim.engine.compiled import compiled, inlined
from sim.engine.working_calendar import next_opening
from sim.events.ahead import NOTHING, lives_on
from sim.events.customers import is_served
from sim.events.dealdesk import waits_for_the_desk
from sim.events.engaging import engages
from sim.events.exchange import attempts
from sim.events.handing_over import is_assigned, is_ignored, is_rejected, lets_go, prepares, triage_rule
from sim.events.journey import rival_engages, rival_rule
from sim.events.marketing import hands_over_rule, stays
from sim.events.marketing_pay import ACCEPTED, hears_of_lead
from sim.events.people import grows
from sim.events.posting import post_buyer, post_outbox, post_rep
from sim.events.recycling import levers_of
from sim.events.routing import ask, routed_rep
from sim.events.rows import GONE, IN_SERVICE, POOLED, TRIAGED, World, buyers, reps
from sim.events.selling import (
    book_hours,
    drops_work,
    enqueue,
    leave_queue,
    next_in_queue,
    sells_on,
    starts,
    wins,
)
from sim.events.steps import firm_of
from sim.events.trust import held_up
from sim.vocabulary import Decision, Stage, Task, Triage


@inlined
def finishes(w: World, rep: int, t: float) -> None:
    """A rep has finished a task; what it does depends on whether the buyer is still there to feel it."""
    r = reps(w)[rep]
    row = r.current
    task = r.task
    b = buyers(w)[row]
    b.marks &= ~IN_SERVICE
    if w.p.dispute_hours > 0.0:
        held_up(w, rep, t)
    book_hours(w, rep, b, t)
    r.current = -1
    net = r.working_hours * w.p.task_share
    if task == Task.PREPARE and (b.stage == Stage.IN_AIR or (b.stage == Stage.NURTURE and b.marks & GONE)):
        prepares(w, row, t, net)
    elif task == Task.ATTEMPT and b.stage == Stage.IN_AIR:
        attempts(w, row, rep, t, net)
    elif (
        task >= Task.DISCOVER
        and task <= Task.PROPOSE
        and (b.stage == Stage.OPPORTUNITY or b.stage == Stage.FORECAST)
    ):
        sells_on(w, row, rep, t, task)
    elif w.p.negotiates and task == Task.DESK and (b.stage == Stage.OPPORTUNITY or b.stage == Stage.FORECAST):
        waits_for_the_desk(w, row, t)
    elif w.p.aftersale and b.stage == Stage.CUSTOMER:
        is_served(w, row, t, task)
    elif w.p.planned and task == Task.ENGAGE and (b.stage == Stage.NURTURE or b.stage == Stage.IN_AIR):
        engages(w, row, rep, t, net)
    elif b.stage == Stage.CLOSING:
        if task == Task.CLOSE:
            wins(w, row, t)
        else:
            enqueue(w, row, t, Task.CLOSE.value)
    else:
        drops_work(w, row, t)
    lives_on(w, row, NOTHING)


@compiled
def rep_event(w: World, rep: int, t: float) -> None:
    """A rep wakes or finishes; either way the next question is what to do next."""
    r = reps(w)[rep]
    r.due = inf
    if r.current >= 0:
        finishes(w, rep, t)
    if w.p.turns_over:
        grows(w, rep, t)
    ask(w, Decision.PICKS_NEXT, -1, rep)


@compiled
def takes_next(w: World, rep: int, row: int, t: float) -> None:
    """The rep turns to a buyer; a lead not yet looked at is judged first."""
    r = reps(w)[rep]
    r.due = inf
    if row < 0:
        return
    b = buyers(w)[row]
    leave_queue(w, row, t)
    if b.marks & POOLED:
        b.owner = rep
        b.marks &= ~POOLED
    if b.stage == Stage.IN_AIR and not b.marks & TRIAGED:
        ask(w, Decision.ACCEPTS, row, rep)
    else:
        starts(w, rep, row, t)


@compiled
def is_judged(w: World, rep: int, row: int, t: float, answer: int) -> None:
    """The rep's answer to a lead: take it in hand, send it back, or let it lie and look at the next one."""
    b = buyers(w)[row]
    if firm_of(w).marketing_pay == ACCEPTED:
        hears_of_lead(w, b, levers_of(w, b).aim_open, t, answer == Triage.TAKE)
    if answer == Triage.TAKE:
        b.marks |= TRIAGED
        starts(w, rep, row, t)
        return
    if answer == Triage.REJECT:
        is_rejected(w, row, t)
    else:
        is_ignored(w, row, t)
    post_buyer(w, row)
    ask(w, Decision.PICKS_NEXT, -1, rep)


@compiled
def rule_answer(w: World, decision: int, row: int, rep: int, t: float) -> int:
    """What the compiled rule answers to a pending decision."""
    if decision == Decision.HANDS_OVER:
        return 1 if hands_over_rule(w, row, t, w.s.moment) else 0
    if decision == Decision.PICKS_REP:
        return routed_rep(w, row)
    if decision == Decision.ACCEPTS:
        return triage_rule(w, row, rep)
    if decision == Decision.PICKS_NEXT:
        return next_in_queue(w, rep)
    return 1 if rival_rule(w, row, w.s.asked_rival, t) else 0


@inlined
def carries_on(w: World, decision: int, row: int, rep: int, t: float, answer: int) -> None:
    """The second half of a handler, once the decision is made."""
    if decision == Decision.HANDS_OVER:
        if answer:
            lets_go(w, row, t)
        else:
            stays(w, row, t)
    elif decision == Decision.PICKS_REP:
        is_assigned(w, row, t, answer)
    elif decision == Decision.ACCEPTS:
        is_judged(w, rep, row, t, answer)
    elif decision == Decision.PICKS_NEXT:
        takes_next(w, rep, answer, t)
    elif answer:
        rival_engages(w, row, w.s.asked_rival, t)
    if row >= 0:
        post_buyer(w, row)
    if rep >= 0:
        post_rep(w, rep)


@inlined
def settles_pending(w: World, t: float) -> int:
    """Make the pending decision; returns its code if it is Python's to make, 0 otherwise."""
    decision = w.s.pending
    row = w.s.asked_row
    rep = w.s.asked_rep
    if decision == Decision.PICKS_NEXT and w.s.answered == 0:
        if reps(w)[rep].queue < 0 and w.s.pool < 0:
            w.s.pending = 0
            return 0
        opening = next_opening(w.p, t)
        if opening > t:
            w.s.pending = 0
            reps(w)[rep].due = opening
            post_rep(w, rep)
            return 0
    if w.s.answered == 0:
        if w.s.overridden & (1 << decision):
            return int(decision)
        w.s.answer = rule_answer(w, decision, row, rep, t)
    w.s.answered = 0
    w.s.pending = 0
    carries_on(w, decision, row, rep, t, w.s.answer)
    post_outbox(w)
    return 0
