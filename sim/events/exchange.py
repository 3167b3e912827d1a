"""The exchange: go, letting go, routing, triage, attempts, the pass, and everything that can end it otherwise."""

from __future__ import annotations

from math import floor, inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.working_calendar import after
from sim.events.ledger import close_exchange, is_on_record, open_deal, open_exchange, waste_lap
from sim.events.recycling import fails, goes_back, levers_of
from sim.events.rows import (
    EARLY,
    ESCALATED,
    GONE,
    HOT,
    IGNORED,
    IN_SERVICE,
    LATE,
    OVERLAPPED,
    POOLED,
    QUEUED,
    RAISED,
    ROUTED,
    SOMEBODY_ELSE,
    STEP_BITS,
    TRIAGED,
    WATCH,
    WORK,
    World,
    buyers,
    days,
    exchanges,
    reps,
)
from sim.events.selling import enqueue, leave_queue, plan_next, wakes
from sim.events.steps import (
    change_stage,
    decay_facts,
    is_idle_in_queue,
    lap_of,
    learn_in_sales,
    lose_in_sales,
    move_on,
    note,
    ones,
    plan_turn,
    segment_of,
    step_of,
    touched_now,
)
from sim.rules.attention import answer_probability
from sim.rules.channels import faded
from sim.rules.exchange import (
    ignore_probability,
    qualified_probability,
    readiness,
    speed_after_pass,
    speed_lost_rate,
)
from sim.rules.scoring import TOLERANCE
from sim.rules.track import rise_days
from sim.vocabulary import (
    Breach,
    Decision,
    EventKind,
    Fact,
    Outcome,
    Purpose,
    Reason,
    Routing,
    Stage,
    Task,
    Triage,
)


@inlined
def ask(w: World, decision: int, row: int, rep: int) -> None:
    """Leave a decision to be made before anything else happens."""
    w.s.pending = decision
    w.s.asked_row = row
    w.s.asked_rep = rep


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
    move_on(w, b, t)
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
    if k.overlap:
        b.marks |= OVERLAPPED
        b.pace = k.overlap_pace
    plan_turn(w, b, t)
    watches_exchange(w, b, k, t)
    arrives = after(w.p, t, k.routing_delay)
    if k.batch_days > 0.0:
        arrives = k.batch_days * (floor(arrives / k.batch_days) + 1.0)
    if arrives <= t:
        b.due[WORK] = inf
        is_routed(w, row, t)
    else:
        b.due[WORK] = arrives


@inlined
def watches_exchange(w: World, b: Any, k: Any, t: float) -> None:
    """Note the next limit of the exchange in the diary: the response target first, then expiry."""
    limit = b.let_go_day + k.expiry_days
    if k.response_target < inf and k.breach != Breach.NOTHING and not b.marks & ESCALATED:
        target = after(w.p, b.let_go_day, k.response_target)
        if target <= t:
            target = after(w.p, t, k.response_target)
        if t < target < limit:
            limit = target
    if b.marks & OVERLAPPED:
        # Both run together inside the aimed zone only: past its end marketing stops.
        reach = k.aim_close - w.p.score_bias - b.noise
        stop = t + rise_days(b.x, b.v, b.pace, w.p.tau[b.journey], reach)
        if stop < limit:
            limit = stop
    b.due[WATCH] = limit


@compiled
def is_routed(w: World, row: int, t: float) -> None:
    """The lead arrives at sales: to the rep who was told at the go, or to whoever is picked now."""
    b = buyers(w)[row]
    if b.ledger >= 0:
        e = exchanges(w)[b.ledger]
        e.routed_day = t
        e.system_days = t - b.let_go_day
    if b.marks & GONE and b.owner >= 0:
        takes_over(w, row, t)
    else:
        ask(w, Decision.PICKS_REP, row, -1)


@compiled
def least_loaded(w: World, first: int, step: int) -> int:
    """The rep with the shortest queue among first, first + step, ..."""
    best = first
    load = 1e18
    for rep in range(first, w.p.reps, step):
        r = reps(w)[rep]
        here = r.waiting + (1.0 if r.current >= 0 else 0.0)
        if here < load:
            load = here
            best = rep
    return int(best)


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
def is_assigned(w: World, row: int, t: float, rep: int) -> None:
    """The answer to "who?": at the go that rep starts preparing, after letting go it takes the lead over."""
    b = buyers(w)[row]
    if rep != b.owner:
        if b.facts_sales and b.owner >= 0:
            # Another person starts anew: what the previous owner knew stays with them.
            lose_in_sales(w, b, 255)
        b.prepared_hours = 0.0
    b.owner = rep
    if rep < 0:
        b.marks |= POOLED
    if b.stage == Stage.NURTURE:
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
    k = levers_of(w, b)
    b.marks |= ROUTED
    passes_record(w, b, t)
    note(w, b, t, EventKind.ASSIGNED, float(b.owner), float(ones(b.facts_sales)))
    if b.marks & QUEUED or b.marks & IN_SERVICE:
        return
    call = t
    if w.p.has_deadline[b.journey] and b.facts_sales & (1 << Fact.DEADLINE):
        call = max(t, b.clock_day - w.p.lead_days[b.journey])
        if call > t:
            b.due[WATCH] = call + k.expiry_days
    needs = k.prepare_hours > 0.0 and ready_work(w, b, t) < 0.5 * k.prepare_hours
    plan_next(w, row, t, Task.PREPARE.value if needs else Task.ATTEMPT.value, call)


@compiled
def passes_record(w: World, b: Any, t: float) -> None:
    """What marketing knows travels in the medium: each fact survives with the medium's retention."""
    k = levers_of(w, b)
    decay_facts(w, b, t)
    carried = b.facts_marketing & ~b.facts_sales
    arrived = 0
    for fact in range(8):
        if carried & (1 << fact):
            u = uniform(b.luck, Purpose.RECORD_PASS, lap_of(b) * 8 + fact)
            if u < k.retention[fact]:
                arrived |= 1 << fact
    learn_in_sales(w, b, arrived)


@compiled
def triage_rule(w: World, row: int, rep: int) -> int:
    """The rep's rule on first looking at a lead: reject a poor score, ignore some, take the rest."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    seen = b.x + w.p.score_bias + b.noise
    if seen < k.triage_bar:
        return Triage.REJECT.value
    r = reps(w)[rep]
    chance = ignore_probability(
        k.ignore_rate, k.tracking_rate, r.trust, k.trust_effect, float(r.waiting), k.workload_effect
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
    if b.stage == Stage.IN_AIR:
        plan_next(w, row, t, Task.ATTEMPT.value, t)


@compiled
def answers(w: World, b: Any, t: float) -> bool:
    """Whether the buyer picks up."""
    p = w.p
    hot = b.marks & HOT
    chance = answer_probability(
        hot, t - b.raised_day, p.answer_rate, p.fast_days, p.slow_days, p.fast_share, p.floor_rate
    )
    return bool(uniform(b.luck, Purpose.ANSWER, b.occasion) < chance)


@compiled
def attempts(w: World, row: int, rep: int, t: float, hours: float) -> None:
    """One attempt to reach the buyer: the pass, another try, or the end of trying."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    b.prepared_hours = ready_work(w, b, t) + hours
    b.prepared_day = t
    reached = answers(w, b, t)
    b.occasion += 1
    note(w, b, t, EventKind.ATTEMPTED, float(step_of(b)), 1.0 if reached else 0.0)
    if reached:
        passes(w, row, rep, t)
    elif step_of(b) >= k.attempts:
        expires(w, row, t, Reason.UNREACHED.value)
    elif t >= b.let_go_day + k.expiry_days and b.due[WATCH] == inf:
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
        obstructed = uniform(b.luck, Purpose.OBSTRUCTED, lap_of(b)) < k.obstruct_rate
    loss = 0.0
    if early:
        b.marks |= EARLY
        loss += p.early_goodwill_loss
    if late:
        b.marks |= LATE
    if pushed:
        loss += p.push_goodwill_loss
    if obstructed:
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


@compiled
def introduces(w: World, b: Any, k: Any) -> None:
    """A warm introduction tells in person some of what the medium lost."""
    missed = b.facts_marketing & ~b.facts_sales
    told = 0
    for fact in range(8):
        if missed & (1 << fact):
            u = uniform(b.luck, Purpose.INTRODUCTION, lap_of(b) * 8 + fact)
            if u < k.conveys_rate:
                told |= 1 << fact
    learn_in_sales(w, b, told)


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
        introduces(w, b, k)
    days(w)[int(t)].passes += 1
    b.due[WATCH] = inf
    note(w, b, t, EventKind.PASSED, b.x, b.v)
    close_exchange(w, b, t, Outcome.PASSED)
    qualifies(w, row, t)


@compiled
def qualifies(w: World, row: int, t: float) -> None:
    """The first talk makes an opportunity of the lead, or sends it back."""
    b = buyers(w)[row]
    p = w.p
    zone = p.zone_open[b.journey]
    chance = qualified_probability(
        b.x, zone, b.fit, p.qualify_base_value, p.qualify_fit_value, p.qualify_early_value
    )
    good = uniform(b.luck, Purpose.QUALIFIED, lap_of(b)) < chance
    if b.ledger >= 0:
        exchanges(w)[b.ledger].qualified = 1 if good else 0
    b.occasion = lap_of(b) << STEP_BITS
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
    if t >= b.let_go_day + k.expiry_days - 1e-9:
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
            b.owner = other
            b.prepared_hours = 0.0
            passes_on(w, b, k, t)
        else:
            # A manager stands behind the call: it is not ignored again.
            b.marks |= TRIAGED
        enqueue(w, row, t, Task.ATTEMPT.value)


@compiled
def least_loaded_but(w: World, owner: int) -> int:
    """The least loaded rep other than the owner."""
    best = -1
    load = 1e18
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        here = r.waiting + (1.0 if r.current >= 0 else 0.0)
        if rep != owner and here < load:
            load = here
            best = rep
    return int(best)


@compiled
def passes_on(w: World, b: Any, k: Any, t: float) -> None:
    """From rep to rep the record passes once more through the medium."""
    lost = 0
    for fact in range(8):
        if b.facts_sales & (1 << fact):
            u = uniform(b.luck, Purpose.REASSIGN_PASS, lap_of(b) * 8 + fact)
            if u > k.retention[fact]:
                lost |= 1 << fact
    lose_in_sales(w, b, lost)
