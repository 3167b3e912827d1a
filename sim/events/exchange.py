"""The exchange: attempts, the pass with its faults, and everything that can end it otherwise."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.working_calendar import after
from sim.events.handing_over import call_due_day, ready_work, watches_exchange
from sim.events.integration import kept_rate, obstructs_rate, talks_it_over, tells
from sim.events.ledger import close_exchange, open_deal, waste_lap
from sim.events.marketing_pay import LEADS, REVENUE, hears_of_lead
from sim.events.moving import move_on
from sim.events.phases import cell_now, is_counted
from sim.events.recycling import fails, goes_back, levers_of
from sim.events.routing import least_loaded_but
from sim.events.rows import (
    EARLY,
    ESCALATED,
    HOT,
    IGNORED,
    IN_SERVICE,
    LATE,
    OBSTRUCTED,
    OVERLAPPED,
    POOLED,
    PUSHED,
    QUEUED,
    ROUTED,
    STEP_BITS,
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
from sim.events.selling import enqueue, leave_queue, plan_next
from sim.events.steps import (
    change_stage,
    firm_of,
    lap_of,
    lose_in_sales,
    note,
    plan_turn,
    step_of,
    touched_now,
)
from sim.events.trust import is_called, judges_lead
from sim.rules.attention import answer_probability
from sim.rules.exchange import (
    fresh_intent,
    qualified_probability,
    readiness,
    speed_after_pass,
    speed_lost_rate,
)
from sim.rules.scoring import TOLERANCE
from sim.vocabulary import Breach, EventKind, Outcome, Purpose, Reason, Stage, Task


@compiled
def answers(w: World, b: Any, t: float) -> bool:
    """Whether the buyer picks up a call made at t."""
    p = w.p
    hot = b.marks & HOT
    chance = answer_probability(
        hot,
        t - b.raised_day,
        p.answer_rate,
        p.fast_days,
        p.slow_days,
        p.fast_share,
        p.floor_rate,
        p.recover_days,
    )
    return bool(uniform(b.luck, Purpose.ANSWER, b.occasion) < chance)


@compiled
def attempts(w: World, row: int, rep: int, t: float, hours: float) -> None:
    """One attempt to reach the buyer: the pass, another try, or the end of trying."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    b.prepared_hours = ready_work(w, b, t) + hours
    b.prepared_day = t
    if w.p.learns and step_of(b) == 0:
        is_called(w, b, reps(w)[rep].started_day, call_due_day(w, b))
    reached = answers(w, b, reps(w)[rep].started_day)
    b.occasion += 1
    note(w, b, t, EventKind.ATTEMPTED, float(step_of(b)), 1.0 if reached else 0.0)
    if reached:
        passes(w, row, rep, t)
    elif step_of(b) >= k.attempts or (t >= call_due_day(w, b) + k.expiry_days and b.due[WATCH] == inf):
        expires(w, row, t, Reason.UNREACHED.value)
    else:
        plan_next(w, row, t, Task.ATTEMPT.value, after(w.p, t, k.spacing))


@compiled
def faults(w: World, b: Any, k: Any, t: float, outgoing: float) -> None:
    """Judge the pass against the market's true zone and the two speeds, and let the buyer feel it."""
    p = w.p
    # A score that has reached the aim to its tolerance must not make a pass early by rounding alone.
    early = b.x < p.zone_open[b.journey] - 10.0 * TOLERANCE
    late = b.x > p.zone_close[b.journey] + 10.0 * TOLERANCE
    lost = speed_lost_rate(b.v, outgoing)
    slow = lost > p.slow_loss_rate
    pushed = outgoing > b.v + p.push_excess_per_day
    obstructed = False
    if b.marks & OVERLAPPED:
        obstructed = uniform(b.luck, Purpose.OBSTRUCTED, lap_of(b)) < obstructs_rate(w, b, k.obstruct_rate)
    loss = 0.0
    if early:
        b.marks |= EARLY
        loss += p.early_goodwill_loss
    if late:
        b.marks |= LATE
    if pushed:
        b.marks |= PUSHED
        loss += p.push_goodwill_loss
    if obstructed:
        b.marks |= OBSTRUCTED
        loss += p.obstruct_goodwill_loss
    if k.introduction:
        loss -= p.warm_goodwill_gain
    b.goodwill = min(1.0, max(0.0, b.goodwill - loss))
    if b.ledger >= 0:
        e = exchanges(w)[b.ledger]
        e.pass_day = t
        e.journey = b.journey
        e.position = b.x
        e.speed_in = b.v
        e.speed_out = outgoing
        e.early = 1 if early else 0
        e.late = 1 if late else 0
        e.slow = 1 if slow else 0
        e.pushed = 1 if pushed else 0
        e.obstructed = 1 if obstructed else 0


@inlined
def lands(w: World, b: Any, k: Any, t: float) -> None:
    """The baton is no longer in the air: marketing stops running, and its overlap is paid for."""
    if b.marks & OVERLAPPED:
        b.touch_value += k.overlap_cost * (t - b.let_go_day)
        b.marks &= ~OVERLAPPED
    b.pace = 0.0


@compiled
def passes(w: World, row: int, rep: int, t: float) -> None:
    """The pass: the first live contact. Speeds match or do not, facts arrive, and the talk qualifies or not."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    move_on(w, b, t)
    touched_now(w, b, t)
    outgoing = readiness(w.p.top_readiness, b.prepared_hours, w.p.preparation_scale)
    faults(w, b, k, t, outgoing)
    b.v = speed_after_pass(b.v, outgoing)
    lands(w, b, k, t)
    if k.introduction:
        tells(w, b, Purpose.INTRODUCTION.value, k.conveys_rate)
    if firm_of(w).integrated:
        talks_it_over(w, b, t)
    days(w)[int(t)].passes += 1
    if is_counted(b):
        phases(w)[cell_now(b)].passes += 1
    b.due[WATCH] = inf
    note(w, b, t, EventKind.PASSED, b.x, b.v)
    close_exchange(w, b, t, Outcome.PASSED)
    qualifies(w, row, t)


@compiled
def qualifies(w: World, row: int, t: float) -> None:
    """The first talk makes an opportunity of the lead, or sends it back."""
    b = buyers(w)[row]
    p = w.p
    intent = fresh_intent(t - b.raised_day, p.intent_days)
    chance = qualified_probability(b.x, p.zone_open[b.journey], b.v * p.tau[b.journey], b.fit, intent, p)
    good = uniform(b.luck, Purpose.QUALIFIED, lap_of(b)) < chance
    if b.ledger >= 0:
        exchanges(w)[b.ledger].qualified = 1 if good else 0
    b.occasion = lap_of(b) << STEP_BITS
    judges_lead(w, b, good)
    f = firm_of(w)
    if f.marketing_pay == REVENUE or (f.joint_pay > 0.0 and f.marketing_pay == LEADS):
        hears_of_lead(w, b, levers_of(w, b).aim_open, t, good)
    if not good:
        reason = Reason.TIMING.value if b.marks & EARLY else Reason.FIT.value
        if b.ledger >= 0:
            exchanges(w)[b.ledger].reason = reason
            b.ledger = -1
        waste_lap(b)
        note(w, b, t, EventKind.DISQUALIFIED, float(reason), chance)
        goes_back(w, row, t, reason)
        return
    b.ledger = -1
    change_stage(w, b, t, Stage.OPPORTUNITY)
    open_deal(w, b, t)
    note(w, b, t, EventKind.QUALIFIED, chance, b.x)
    plan_turn(w, b, t)
    if b.facts_sales != 255:
        plan_next(w, row, t, Task.DISCOVER.value, t)
    else:
        plan_next(w, row, t, Task.MEET.value, after(p, t, p.meeting_spacing))


@compiled
def expires(w: World, row: int, t: float, reason: int) -> None:
    """Nobody was reached in time."""
    b = buyers(w)[row]
    move_on(w, b, t)
    leave_queue(w, row, t)
    lands(w, b, levers_of(w, b), t)
    note(w, b, t, EventKind.EXPIRED, float(reason), float(step_of(b)))
    if b.marks & IGNORED:
        fails(w, row, t, Outcome.IGNORED, Reason.IGNORED.value)
    else:
        fails(w, row, t, Outcome.EXPIRED, reason)


@compiled
def limit_reached(w: World, row: int, t: float) -> None:
    """The response target or the expiry of an exchange has come."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    if b.marks & IN_SERVICE:
        # The rep is on the phone just now; what follows is decided when the attempt ends.
        b.due[WATCH] = inf
        return
    if b.marks & OVERLAPPED:
        move_on(w, b, t)
        if b.x + w.p.score_bias + b.noise >= k.aim_close - TOLERANCE:
            lands(w, b, k, t)
            plan_turn(w, b, t)
            watches_exchange(w, b, k, t)
            return
    if t >= call_due_day(w, b) + k.expiry_days - 1e-9:
        expires(w, row, t, Reason.UNREACHED.value)
        return
    if step_of(b) > 0:
        b.marks |= ESCALATED
        watches_exchange(w, b, k, t)
        return
    breaches(w, row, t)


@compiled
def breaches(w: World, row: int, t: float) -> None:
    """The response target was missed: escalate, give the lead to another rep, or take it back."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    note(w, b, t, EventKind.BREACHED, float(k.breach), t - b.let_go_day)
    if not b.marks & ROUTED:
        # Nobody in sales has it yet: it is taken out of the batch, and the clock starts anew.
        b.due[WORK] = t
        watches_exchange(w, b, k, t)
        return
    waited = b.marks & QUEUED
    looked_at = waited or b.marks & IGNORED
    leave_queue(w, row, t)
    b.marks |= ESCALATED
    watches_exchange(w, b, k, t)
    if k.breach == Breach.TAKE_BACK:
        lands(w, b, k, t)
        note(w, b, t, EventKind.TAKEN_BACK, 0.0, 0.0)
        fails(w, row, t, Outcome.TAKEN_BACK, Reason.TAKEN_BACK.value)
    elif looked_at:
        b.marks &= ~IGNORED
        if k.breach == Breach.REASSIGN and w.p.reps > 1 and not b.marks & POOLED:
            b.marks &= ~TRIAGED
            other = least_loaded_but(w, b.owner)
            b.owner = other if other >= 0 else b.owner
            b.prepared_hours = 0.0
            passes_on(w, b, k, t)
        else:
            # A manager stands behind the call: it is not ignored again.
            b.marks |= TRIAGED
        enqueue(w, row, t, Task.ATTEMPT.value)


@compiled
def passes_on(w: World, b: Any, k: Any, t: float) -> None:
    """From rep to rep the record passes once more through the medium."""
    lost = 0
    for fact in range(8):
        if b.facts_sales & (1 << fact):
            u = uniform(b.luck, Purpose.REASSIGN_PASS, lap_of(b) * 8 + fact)
            if u > kept_rate(w, b.owner, k.retention[fact]):
                lost |= 1 << fact
    lose_in_sales(w, b, lost)
