"""Trust and regard: what people learn from how exchanges end, and what mistrust costs."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.working_calendar import finish_day, worked_days
from sim.events.integration import openness_of, throttled
from sim.events.rows import EARLY, PROMPT, STEP_BITS, World, marketers, reps
from sim.events.steps import firm_of, note
from sim.rules.facts import count
from sim.rules.trust import believed_share, disputed_hours, spite_slide, withheld_share
from sim.vocabulary import EventKind, Outcome, Purpose

HOURS_PER_DAY = 24.0


@inlined
def marketer_of(w: World, b: Any) -> Any:
    """The marketer who looks after the buyer's journey."""
    return marketers(w)[b.journey % w.p.marketers]


@inlined
def slid_aim(w: World, b: Any, aim: float) -> float:
    """Where the aim opens in fact: marketers with little regard let it slide, joint planning raises it."""
    if w.p.spite_shift > 0.0:
        aim -= spite_slide(w.p.spite_shift, marketer_of(w, b).regard)
    if firm_of(w).throttle > 0.0:
        aim = throttled(w, aim)
    return aim


@inlined
def rep_learns(w: World, rep: int, good: bool) -> None:
    """A lead was what marketing had promised, or it was not: the rep trusts the next one more or less."""
    if w.p.learns and rep >= 0:
        r = reps(w)[rep]
        r.good = r.good * w.p.trust_kept + (1.0 if good else 0.0)
        r.bad = r.bad * w.p.trust_kept + (0.0 if good else 1.0)
        r.trust = believed_share(w.p.trust_rate, w.p.trust_strength, r.good, r.bad)


@inlined
def judges_lead(w: World, b: Any, qualified: bool) -> None:
    """The first talk has shown what the lead was worth: an opportunity in time, or not."""
    rep_learns(w, b.owner, qualified and not b.marks & EARLY)


@compiled
def judges_follow_up(w: World, b: Any, outcome: int) -> None:
    """An exchange has ended: a prompt call earns sales marketing's regard, a lead left lying costs it."""
    if outcome >= Outcome.BOUGHT_MEANWHILE:
        return
    tried = (b.occasion & ((1 << STEP_BITS) - 1)) > 0
    if outcome == Outcome.EXPIRED and tried:
        rep_learns(w, b.owner, False)  # nobody there: not the lead that marketing had promised
    good = 1.0 if outcome == Outcome.PASSED and b.marks & PROMPT else 0.0
    m = marketer_of(w, b)
    m.good = m.good * w.p.trust_kept + good
    m.bad = m.bad * w.p.trust_kept + 1.0 - good
    m.regard = believed_share(w.p.regard_rate, w.p.trust_strength, m.good, m.bad)


@inlined
def is_called(w: World, b: Any, t: float, due_day: float) -> None:
    """The first call of this exchange: in time for marketing's regard, or too late."""
    if t <= due_day + w.p.follow_up_days:
        b.marks |= PROMPT
    else:
        b.marks &= ~PROMPT


@compiled
def kept_back(w: World, b: Any, facts: int, purpose: int, belief: float) -> int:
    """Which of the facts somebody keeps back who thinks so much of the other side."""
    share = withheld_share(w.p.withhold_rate, belief) * (1.0 - openness_of(w, b.owner))
    lap = int(b.occasion >> STEP_BITS)
    held = 0
    for fact in range(8):
        if facts & (1 << fact) and uniform(b.luck, purpose, lap * 8 + fact) < share:
            held |= 1 << fact
    if held:
        note(w, b, w.s.now, EventKind.WITHHELD, float(count(held)), belief)
    return held


@inlined
def marketing_tells(w: World, b: Any, facts: int) -> int:
    """What of these facts marketing puts into the record."""
    if w.p.withhold_rate > 0.0:
        facts &= ~kept_back(w, b, facts, Purpose.WITHHELD.value, marketer_of(w, b).regard)
    return facts


@inlined
def sales_tells(w: World, b: Any) -> int:
    """What sales sends back of what it knows."""
    facts = int(b.facts_sales)
    if w.p.withhold_rate > 0.0 and b.owner >= 0:
        facts &= ~kept_back(w, b, facts, Purpose.WITHHELD_BACK.value, reps(w)[b.owner].trust)
    return facts


@compiled
def disputes_credit(w: World, b: Any, t: float) -> None:
    """Whose win is it? Every rep loses hours over that question where trust and regard are low."""
    regard = marketer_of(w, b).regard
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        hours = disputed_hours(w.p.dispute_hours, r.trust, regard) * (1.0 - firm_of(w).less_dispute)
        if hours > 0.0 and r.absent_until <= t:
            works_off(w, rep, t)
            r.owed_hours += hours


@inlined
def book_other(w: World, r: Any, start: float, stop: float, hours: float) -> None:
    """Write hours that were spent on no buyer to the rep, and the part inside the counted period apart."""
    r.other_hours += hours
    start = max(start, w.p.warmup_end)
    stop = min(stop, w.p.counted_end)
    if stop > start:
        r.busy_hours += HOURS_PER_DAY * (worked_days(w.p, stop) - worked_days(w.p, start))


@compiled
def works_off(w: World, rep: int, t: float) -> None:
    """An idle rep has had time since for hours owed to meetings and disputes."""
    r = reps(w)[rep]
    if r.current >= 0:
        return
    if r.owed_hours > 0.0:
        there = HOURS_PER_DAY * (worked_days(w.p, t) - worked_days(w.p, r.owed_day))
        if there >= r.owed_hours:
            stop = finish_day(w.p, r.owed_day, r.owed_hours / HOURS_PER_DAY)
            book_other(w, r, r.owed_day, min(stop, t), r.owed_hours)
            r.owed_hours = 0.0
        elif there > 0.0:
            book_other(w, r, r.owed_day, t, there)
            r.owed_hours -= there
    r.owed_day = t


@compiled
def owed_first(w: World, rep: int, t: float) -> float:
    """The hours still owed come before the next task; returns when that can begin."""
    works_off(w, rep, t)
    r = reps(w)[rep]
    r.held_hours = r.owed_hours
    r.owed_hours = 0.0
    r.owed_day = t
    return finish_day(w.p, t, r.held_hours / HOURS_PER_DAY)


@inlined
def held_up(w: World, rep: int, t: float) -> None:
    """The task is done: book the hours that were owed before it began."""
    r = reps(w)[rep]
    if r.held_hours > 0.0:
        start = min(t, r.started_day)
        hours = min(r.held_hours, HOURS_PER_DAY * (worked_days(w.p, start) - worked_days(w.p, r.owed_day)))
        book_other(w, r, r.owed_day, start, hours)
        r.held_hours = 0.0
    r.owed_day = t
