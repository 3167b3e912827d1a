"""Sales work: queues, tasks within working hours, and what each finished task does."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import exponential_quantile, lognormal_quantile, uniform
from sim.engine.queues import queue_push, queue_remove
from sim.engine.working_calendar import after, finish_day, next_opening, worked_days
from sim.events.account import LONG, VISITS_DUE, agreed_price, discount_of, packed
from sim.events.aftersale import is_sold
from sim.events.dealdesk import asks_the_desk
from sim.events.follow_up import counts_win
from sim.events.integration import trained
from sim.events.ledger import close_deal, is_on_record, release, waste_lap
from sim.events.moving import move_on
from sim.events.recycling import goes_back, levers_of
from sim.events.rows import (
    ESCALATED,
    IN_SERVICE,
    NURTURES,
    POOLED,
    QUEUED,
    TALLY_BITS,
    WORK,
    World,
    buyers,
    days,
    deals,
    exchanges,
    firms,
    reps,
)
from sim.events.sales_pay import QUARTER, pushes_deal, urgent_priority, visit_priority
from sim.events.steps import (
    change_stage,
    firm_of,
    known_to_sales,
    lap_of,
    learn_in_sales,
    note,
    plan_turn,
    position_at,
    segment_of,
    step_of,
    touched_now,
    wake_row,
)
from sim.events.trust import disputes_credit, owed_first
from sim.rules.facts import count
from sim.rules.integration import coordinated_hours
from sim.rules.people import specialised
from sim.rules.selling import FIRST, meeting_progress, task_priority
from sim.vocabulary import EventKind, Fact, Order, Purpose, Reason, Stage, Task

HOURS_PER_DAY = 24.0


@inlined
def is_in_sales(b: Any) -> bool:
    """Whether the buyer has been passed and is being sold to."""
    return bool(b.stage == Stage.OPPORTUNITY or b.stage == Stage.FORECAST or b.stage == Stage.CLOSING)


@inlined
def wakes(w: World, rep: int, t: float) -> None:
    """An idle rep looks up: at once, or when the working day begins."""
    r = reps(w)[rep]
    if r.current < 0:
        due = next_opening(w.p, max(t, r.absent_until))
        if due < r.due:
            r.due = due
            wake_row(w, -1 - rep)


@compiled
def wakes_one_of_all(w: World, b: Any, t: float) -> None:
    """A task lies in the common queue: one idle rep, drawn by the buyer's luck, looks up."""
    best = -1
    best_draw = 2.0
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        if r.current < 0 and r.due > t and r.absent_until <= t:
            draw = uniform(b.luck, Purpose.SERVER_SHUFFLE, b.occasion * 1024 + rep)
            if draw < best_draw:
                best = rep
                best_draw = draw
    if best >= 0:
        wakes(w, best, t)


@compiled
def enqueue(w: World, row: int, t: float, task: int) -> None:
    """Put a buyer's next task in its rep's queue, or in the common one."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    b.task = task
    b.marks |= QUEUED
    if b.stage == Stage.IN_AIR and b.ledger >= 0:
        exchanges(w)[b.ledger].queue_days -= t
    deadline = b.clock_day if b.facts_sales & (1 << Fact.DEADLINE) and w.p.has_deadline[b.journey] else inf
    if task == Task.FARM:
        deadline = inf  # it has been met
    # An exponential is saved where nobody asks for it.
    seen = position_at(w, b, t) + w.p.score_bias + b.noise if k.order == Order.SCORE else 0.0
    b.priority = task_priority(k.order, task, t, seen, deadline, b.value, b.fit)
    if b.marks & ESCALATED or task == Task.CLOSE:
        b.priority += FIRST
    elif w.p.aftersale and task == Task.FARM:
        b.priority += visit_priority(firm_of(w).sales_pay)
    elif task >= Task.DISCOVER and firm_of(w).sales_pay == QUARTER:
        b.priority += urgent_priority(w, b, t)
    if b.marks & POOLED:
        w.s.pool = queue_push(buyers(w), w.s.pool, row)
        w.s.pool_length += 1
        wakes_one_of_all(w, b, t)
    else:
        r = reps(w)[b.owner]
        r.queue = queue_push(buyers(w), r.queue, row)
        r.waiting += 1
        wakes(w, b.owner, t)


@compiled
def leave_queue(w: World, row: int, t: float) -> None:
    """Take a buyer's task out of the queue it waits in."""
    b = buyers(w)[row]
    if not b.marks & QUEUED:
        return
    b.marks &= ~QUEUED
    if b.marks & POOLED:
        w.s.pool = queue_remove(buyers(w), w.s.pool, row)
        w.s.pool_length -= 1
    else:
        r = reps(w)[b.owner]
        r.queue = queue_remove(buyers(w), r.queue, row)
        r.waiting -= 1
    if b.ledger >= 0 and b.stage == Stage.IN_AIR:
        exchanges(w)[b.ledger].queue_days += t


@compiled
def next_in_queue(w: World, rep: int) -> int:
    """The rule for what to do next: the first task by priority, own queue and common queue together."""
    own = reps(w)[rep].queue
    common = w.s.pool
    if own < 0:
        return int(common)
    if common < 0:
        return int(own)
    a = buyers(w)[own]
    c = buyers(w)[common]
    if c.priority < a.priority or (c.priority == a.priority and c.number < a.number):
        return int(common)
    return int(own)


@compiled
def working_hours(w: World, b: Any, k: Any, task: int, skill: float) -> float:
    """Working hours a task takes, overhead included; keyed by the buyer, scaled by the rep's skill."""
    base = w.p.task_hours[task]
    if task == Task.PREPARE:
        base = k.prepare_hours
    elif task == Task.DISCOVER:
        base *= 8 - count(b.facts_sales)
    elif task == Task.DESK:
        base *= firms(w)[w.s.policy].approval_hours
    elif task == Task.FARM:
        base *= firms(w)[w.s.policy].farm_hours
    if w.p.duration_law != 0:
        u = uniform(b.luck, Purpose.TASK_HOURS, b.occasion * 8 + task)
        if task == Task.FARM:
            u = uniform(b.luck, Purpose.FARM_HOURS, packed(b, VISITS_DUE, LONG))
        elif task == Task.ENGAGE:
            u = uniform(b.luck, Purpose.PLAN_HOURS, (b.tally >> NURTURES) & TALLY_BITS)
        if w.p.duration_law == 1:
            base = lognormal_quantile(u, base, w.p.duration_spread)
        else:
            base *= exponential_quantile(u)
    if task == Task.MEET and k.introduction and step_of(b) == 0:
        base += k.introduction_hours  # the first meeting is held by three
    if task == Task.MEET and step_of(b) == 0:
        base += firm_of(w).team_hours
    opening = task <= Task.DISCOVER or task == Task.DESK or task == Task.ENGAGE
    share = w.p.task_share if opening else w.p.selling_share
    return float(coordinated_hours(base / (share * skill), firm_of(w).coordination_rate))


@inlined
def skill_with(w: World, b: Any, rep: int) -> float:
    """A rep's skill at opening and selling to this very buyer."""
    r = reps(w)[rep]
    skill = r.skill * (1.0 + r.edge)
    if w.p.specialist_edge <= 0.0:
        return float(skill)
    return specialised(skill, w.p.specialist_edge, rep % w.p.segments == segment_of(b), w.p.segments)


@compiled
def starts(w: World, rep: int, row: int, t: float) -> None:
    """The rep takes a task in hand; it will be done when its working hours have passed."""
    r = reps(w)[rep]
    b = buyers(w)[row]
    k = levers_of(w, b)
    if b.marks & POOLED:
        b.owner = rep
        b.marks &= ~POOLED
    b.marks |= IN_SERVICE
    if b.task == Task.ATTEMPT and b.stage == Stage.IN_AIR and b.ledger >= 0:
        e = exchanges(w)[b.ledger]
        if not e.first_attempt_day >= 0.0:
            e.first_attempt_day = t
    begins = owed_first(w, rep, t) if w.p.dispute_hours > 0.0 and r.owed_hours > 0.0 else t
    r.current = row
    r.task = b.task
    r.started_day = begins
    r.working_hours = working_hours(w, b, k, b.task, skill_with(w, b, rep))
    r.due = finish_day(w.p, begins, r.working_hours / HOURS_PER_DAY)


@inlined
def book_hours(w: World, rep: int, b: Any, t: float) -> None:
    """Write the hours just worked to the rep and the buyer, and the part inside the counted period apart."""
    r = reps(w)[rep]
    hours = r.working_hours
    r.hours[r.task] += hours
    r.coordination_hours += hours * firm_of(w).coordination_rate
    b.hours += hours
    b.lap_hours += hours
    start = r.started_day if r.started_day > w.p.warmup_end else w.p.warmup_end
    stop = t if t < w.p.counted_end else w.p.counted_end
    if stop > start:
        r.busy_hours += HOURS_PER_DAY * (worked_days(w.p, stop) - worked_days(w.p, start))


@compiled
def plan_next(w: World, row: int, t: float, task: int, day: float) -> None:
    """Queue the next task now, or note in the diary when it becomes possible."""
    b = buyers(w)[row]
    b.task = task
    if day <= t:
        b.due[WORK] = inf
        enqueue(w, row, t, task)
    else:
        b.due[WORK] = day


@compiled
def loses(w: World, row: int, t: float, reason: int) -> None:
    """The opportunity is lost; the lead goes back by reason."""
    b = buyers(w)[row]
    close_deal(w, b, t, False, reason)
    days(w)[int(t)].losses += 1
    note(w, b, t, EventKind.LOST, float(reason), 0.0)
    leave_queue(w, row, t)
    goes_back(w, row, t, reason)


@compiled
def wins(w: World, row: int, t: float) -> None:
    """The contract is signed."""
    b = buyers(w)[row]
    close_deal(w, b, t, True, 0)
    counts_win(w, b.owner, t)
    if w.p.dispute_hours > 0.0:
        disputes_credit(w, b, t)
    day = days(w)[int(t)]
    day.wins += 1
    price = agreed_price(b)
    day.revenue += price
    note(w, b, t, EventKind.WON, price, 0.0)
    is_sold(w, row, t)


@compiled
def discovers(w: World, row: int, rep: int, t: float) -> None:
    """The rep asks for what is missing; asking again what marketing had been told costs goodwill and momentum."""
    b = buyers(w)[row]
    missing = 255 & ~b.facts_sales
    again = count(missing & b.facts_marketing)
    found = 0
    for fact in range(8):
        if missing & (1 << fact):
            u = uniform(b.luck, Purpose.DISCOVERED, lap_of(b) * 8 + fact)
            if u < w.p.discover_rate:
                found |= 1 << fact
    learn_in_sales(w, b, found)
    b.goodwill = max(0.0, b.goodwill - w.p.ask_again_goodwill_loss * again)
    b.v *= 1.0 - w.p.ask_again_momentum_loss * again / 8.0
    note(w, b, t, EventKind.DISCOVERED, float(count(found)), float(again))


@compiled
def meets(w: World, row: int, rep: int, t: float) -> None:
    """A meeting or a proposal pushes the buyer on."""
    b = buyers(w)[row]
    progress = meeting_progress(w.p.meeting_gain, skill_with(w, b, rep), known_to_sales(w, b), b.fit)
    b.v += progress * trained(w, rep) / w.p.tau[b.journey]


@compiled
def sells_on(w: World, row: int, rep: int, t: float, task: int) -> None:
    """What follows a finished task after the pass."""
    b = buyers(w)[row]
    p = w.p
    move_on(w, b, t)
    touched_now(w, b, t)
    if task == Task.DISCOVER:
        discovers(w, row, rep, t)
        plan_turn(w, b, t)
        plan_next(w, row, t, Task.MEET.value, after(p, t, p.meeting_spacing))
        return
    meets(w, row, rep, t)
    b.occasion += 1
    if discount_of(b) == 0.0 and firm_of(w).sales_pay == QUARTER:
        pushes_deal(w, b, rep, t)
    if task == Task.PROPOSE:
        note(w, b, t, EventKind.PROPOSED, b.x, b.v)
        if t >= b.arrival_day + p.commit_share * (b.clock_day - b.arrival_day):
            change_stage(w, b, t, Stage.FORECAST)
            note(w, b, t, EventKind.FORECAST, b.x, 0.0)
            if b.ledger >= 0:
                deals(w)[b.ledger].forecast_day = t
    else:
        note(w, b, t, EventKind.MET, b.x, b.v)
    if step_of(b) >= p.max_meetings:
        loses(w, row, t, Reason.NO_DECISION.value)
        return
    plan_turn(w, b, t)
    if p.negotiates and task == Task.PROPOSE and asks_the_desk(w, row, t):
        plan_next(w, row, t, Task.DESK.value, t)
        return
    proposes = task == Task.MEET and b.x >= p.propose_position
    follow = Task.PROPOSE.value if proposes else Task.MEET.value
    plan_next(w, row, t, follow, after(p, t, p.meeting_spacing))


@compiled
def drops_work(w: World, row: int, t: float) -> None:
    """The buyer had gone while the rep was still at work for it: those hours were wasted."""
    b = buyers(w)[row]
    if b.stage == Stage.SETTLED or b.stage == Stage.DROPPED:
        if b.stage == Stage.SETTLED or not is_on_record(b):
            release(w, row)
    else:
        waste_lap(b)
