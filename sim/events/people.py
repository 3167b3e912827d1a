"""Reps come and go: experience grows, seats fall vacant, and a leaver's buyers are passed on."""

from __future__ import annotations

from math import inf

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import exponential_quantile, lognormal_quantile, uniform
from sim.engine.working_calendar import worked_days
from sim.events.integration import is_welcomed, kept_rate
from sim.events.posting import post_buyer, post_outbox, post_rep
from sim.events.recycling import levers_of
from sim.events.routing import least_loaded_but
from sim.events.rows import GONE, IN_SERVICE, QUEUED, World, buyers, reps
from sim.events.selling import HOURS_PER_DAY, book_hours, drops_work, enqueue, is_in_sales, leave_queue, wakes
from sim.events.steps import firm_of, lap_of, lose_in_sales, note
from sim.events.trust import held_up
from sim.rules.facts import count
from sim.rules.people import experience, ramped_skill
from sim.vocabulary import EventKind, Purpose, Stage, Task


@inlined
def grows(w: World, rep: int, t: float) -> None:
    """Experience raises a rep's skill."""
    r = reps(w)[rep]
    r.experience = experience(t - r.hired_day, w.p.ramp_days)
    r.skill = ramped_skill(r.full_skill, w.p.novice_rate, r.experience) * firm_of(w).skill_factor


@compiled
def people_change(w: World, t: float) -> bool:
    """One step of what happens to the team at midnight; false while there is more of it."""
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        if r.leaves_day <= t:
            if passes_one_on(w, rep, t):
                vacates(w, rep, t)
            return False
        if 0.0 < r.absent_until <= t:
            is_hired(w, rep, t)
            return False
    return True


@compiled
def passes_one_on(w: World, rep: int, t: float) -> bool:
    """Pass the next buyer of a leaver on; true when there is none left."""
    if reps(w)[rep].current >= 0:
        puts_down(w, rep, t)
        return False
    for row in range(w.s.passing_row, w.s.rows_used):
        b = buyers(w)[row]
        if b.number >= 0 and b.owner == rep and b.stage != Stage.DROPPED and b.stage != Stage.SETTLED:
            w.s.passing_row = row + 1
            is_inherited(w, row, rep, t)
            return False
    w.s.passing_row = 0
    return True


@compiled
def puts_down(w: World, rep: int, t: float) -> None:
    """The leaver drops the task in hand; what was worked on it stays worked."""
    r = reps(w)[rep]
    row = r.current
    b = buyers(w)[row]
    b.marks &= ~IN_SERVICE
    held_up(w, rep, t)
    worked = HOURS_PER_DAY * (worked_days(w.p, t) - worked_days(w.p, min(r.started_day, t)))
    r.working_hours = min(worked, r.working_hours)
    book_hours(w, rep, b, t)
    r.current = -1
    r.due = inf
    preparing = r.task == Task.PREPARE and b.stage == Stage.NURTURE and b.marks & GONE
    calling = r.task <= Task.ATTEMPT and b.stage == Stage.IN_AIR
    if preparing or calling or (r.task >= Task.DISCOVER and is_in_sales(b)):
        enqueue(w, row, t, Task.CLOSE.value if b.stage == Stage.CLOSING else r.task)
    else:
        drops_work(w, row, t)
    post_buyer(w, row)
    post_outbox(w)


@compiled
def is_inherited(w: World, row: int, rep: int, t: float) -> None:
    """Somebody else takes the leaver's buyer over; its record passes through a medium once more."""
    b = buyers(w)[row]
    waits = b.marks & QUEUED
    leave_queue(w, row, t)
    lost = 0
    for fact in range(8):
        if b.facts_sales & (1 << fact):
            occasion = (reps(w)[rep].stint * 64 + lap_of(b)) * 8 + fact
            kept = w.p.handover_retention[fact] if w.p.lossy_handover else levers_of(w, b).retention[fact]
            if uniform(b.luck, Purpose.LEAVER_PASS, occasion) > kept_rate(w, rep, kept):
                lost |= 1 << fact
    lose_in_sales(w, b, lost)
    heir = least_loaded_but(w, rep)
    if heir >= 0:
        b.owner = heir
    if b.stage == Stage.NURTURE or b.stage == Stage.IN_AIR:
        b.prepared_hours = 0.0  # the heir has prepared nothing; later the field holds the discount
    reps(w)[rep].passed_on += 1
    note(w, b, t, EventKind.PASSED_ON, float(b.owner), float(count(lost)))
    if waits:
        enqueue(w, row, t, b.task)
    post_buyer(w, row)
    post_outbox(w)


@compiled
def vacates(w: World, rep: int, t: float) -> None:
    """The rep is gone; the seat is empty until somebody new comes."""
    r = reps(w)[rep]
    r.departures += 1
    r.leaves_day = inf
    r.due = inf
    r.owed_hours = 0.0
    r.absent_until = t + w.p.vacancy_days
    if r.absent_until <= t:
        is_hired(w, rep, t)


@compiled
def is_hired(w: World, rep: int, t: float) -> None:
    """A newcomer takes the seat: other skill, no experience, and trust as anybody has it at the start."""
    r = reps(w)[rep]
    r.stint += 1
    r.absent_until = 0.0
    r.full_skill = lognormal_quantile(uniform(r.luck, Purpose.SKILL, r.stint), 1.0, w.p.skill_spread)
    r.hired_day = t
    r.leaves_day = t + w.p.tenure_days * exponential_quantile(uniform(r.luck, Purpose.TENURE, r.stint))
    r.practised_day = t
    r.trust = w.p.trust_rate
    r.good = 0.0
    r.bad = 0.0
    is_welcomed(w, rep)
    r.wins = 0.0
    r.owed_day = t
    grows(w, rep, t)
    wakes(w, rep, t)
    post_outbox(w)
    post_rep(w, rep)
