"""Bookkeeping: opening and closing exchanges and deals, and the one row that is left of every counted buyer."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.events.account import agreed_price, forget_price_talk, writes_account
from sim.events.phases import leaves_phases
from sim.events.posting import closes_diary
from sim.events.rivals import rivals_notice
from sim.events.rows import (
    COUNTED,
    END,
    IN_SERVICE,
    NOBODY,
    QUEUED,
    READY_NOW,
    REASON_SHIFT,
    RECORDED,
    US,
    World,
    buyers,
    deals,
    exchanges,
    outcomes,
)
from sim.events.steps import (
    change_stage,
    lap_of,
    lose_in_marketing,
    lose_in_sales,
    position_at,
    segment_of,
    step_of,
)
from sim.events.trust import judges_follow_up
from sim.events.word_of_mouth import tells_story
from sim.rules.exchange import verdict
from sim.vocabulary import Outcome, Stage


@inlined
def is_on_record(b: Any) -> bool:
    """Whether what happens to this buyer counts: it arrived in the counted period and is still followed."""
    return bool((b.marks & (COUNTED | RECORDED)) == COUNTED)


@inlined
def give_reason(b: Any, reason: int) -> None:
    """Remember why the buyer last went back or was lost."""
    b.marks = (b.marks & ~(15 << REASON_SHIFT)) | ((reason + 1) << REASON_SHIFT)


@compiled
def open_exchange(w: World, b: Any, t: float, score: float) -> None:
    """Start a ledger row for this letting-go."""
    if not is_on_record(b):
        b.ledger = -1
        return
    b.ledger = w.s.exchanges
    w.s.exchanges += 1
    e = exchanges(w)[b.ledger]
    e.number = b.number
    e.journey = b.journey
    e.lap = lap_of(b)
    e.rep = -1
    e.let_go_day = t
    e.routed_day = nan
    e.first_attempt_day = nan
    e.pass_day = nan
    e.end_day = nan
    e.system_days = 0.0
    e.queue_days = 0.0
    e.score = score
    e.position = nan
    e.speed_in = nan
    e.speed_out = nan
    e.facts_before = b.facts_marketing
    e.facts_after = 0
    e.attempts = 0
    e.outcome = Outcome.OPEN
    e.early = 0
    e.late = 0
    e.slow = 0
    e.pushed = 0
    e.obstructed = 0
    e.verdict = verdict(Outcome.OPEN, False, False, False, False, False)
    e.qualified = 0
    e.reason = -1


@compiled
def close_exchange(w: World, b: Any, t: float, outcome: int) -> None:
    """Write how the exchange ended; the baton is no longer in the air."""
    if w.p.rivals_learn:
        rivals_notice(w, b, t)
    if b.ledger >= 0:
        e = exchanges(w)[b.ledger]
        e.end_day = t
        e.outcome = outcome
        e.attempts = step_of(b)
        e.rep = b.owner
        e.facts_after = b.facts_sales
        e.verdict = verdict(outcome, e.early != 0, e.late != 0, e.slow != 0, e.pushed != 0, e.obstructed != 0)
    if outcome != Outcome.PASSED:
        b.ledger = -1
    if w.p.learns:
        judges_follow_up(w, b, outcome)


@inlined
def waste_lap(b: Any) -> None:
    """The hours worked on this lap led to no opportunity."""
    b.wasted_hours += b.lap_hours
    b.lap_hours = 0.0


@compiled
def open_deal(w: World, b: Any, t: float) -> None:
    """Start the row of an opportunity."""
    b.ledger = -1
    forget_price_talk(b)
    if not is_on_record(b):
        return
    b.ledger = w.s.deals
    w.s.deals += 1
    d = deals(w)[b.ledger]
    d.number = b.number
    d.journey = b.journey
    d.lap = lap_of(b)
    d.rep = b.owner
    d.meetings = 0
    d.outcome = 0
    d.reason = -1
    d.opened_day = t
    d.forecast_day = nan
    d.closed_day = nan
    d.hours = b.lap_hours
    d.value = b.value
    d.revenue = 0.0
    d.discount = 0.0
    d.pushed = 0
    d.wish = 0.0
    d.asked_day = nan
    d.allowed_day = nan


@compiled
def close_deal(w: World, b: Any, t: float, won: bool, reason: int) -> None:
    """Write how an opportunity ended."""
    if b.ledger >= 0:
        d = deals(w)[b.ledger]
        d.closed_day = t
        d.outcome = 1 if won else 2
        d.reason = -1 if won else reason
        d.meetings = step_of(b)
        d.hours = b.lap_hours
        d.revenue = agreed_price(b) if won else 0.0
        d.discount = b.value - agreed_price(b) if won else 0.0
    b.ledger = -1
    tells_story(w, b, t)


@compiled
def record(w: World, b: Any, t: float, bought_from: int, revenue: float) -> None:
    """Write the one row that is left of a counted buyer; what comes later is not observed."""
    if not is_on_record(b):
        return
    leaves_phases(w, b, t, position_at(w, b, t), bought_from)
    o = outcomes(w)[w.s.outcomes]
    w.s.outcomes += 1
    o.number = b.number
    o.journey = b.journey
    o.segment = segment_of(b)
    o.ready_now = 1 if b.marks & READY_NOW else 0
    o.bought_from = bought_from
    o.stage = b.stage
    o.laps = lap_of(b) + 1
    o.touches = b.touches
    o.exchanges = 0
    o.reason = ((b.marks >> REASON_SHIFT) & 15) - 1
    o.lap_won = lap_of(b) if revenue > 0.0 else -1
    o.arrival_day = b.arrival_day
    o.fit = b.fit
    o.value = b.value
    o.clock_day = b.clock_day
    # Whoever has bought is not moved on any more, so the day of the last move is the day of the decision.
    o.bought_day = b.moved_day if bought_from != NOBODY else nan
    o.won_day = t if bought_from == US and revenue > 0.0 else nan
    o.touch_value = b.touch_value
    o.hours = b.hours
    o.wasted_hours = b.wasted_hours
    o.revenue = revenue
    writes_account(w, o, b)
    if b.ledger >= 0:
        if b.stage == Stage.IN_AIR:
            e = exchanges(w)[b.ledger]
            e.attempts = step_of(b)
            e.rep = b.owner
            if b.marks & QUEUED:
                e.queue_days += t
        else:
            d = deals(w)[b.ledger]
            d.meetings = step_of(b)
            d.hours = b.lap_hours
    if b.stage == Stage.IN_AIR:
        w.s.air_area += w.s.counted_in_air * (t - w.s.air_day)
        w.s.air_day = t
        w.s.counted_in_air -= 1
    b.marks |= RECORDED
    b.ledger = -1


@compiled
def release(w: World, row: int) -> None:
    """Give a row back once nothing about its buyer can matter any more."""
    b = buyers(w)[row]
    if b.marks & (IN_SERVICE | QUEUED):
        return
    lose_in_marketing(w, b, 255)
    lose_in_sales(w, b, 255)
    w.s.hours_out += b.hours
    w.s.touch_value_out += b.touch_value
    w.s.stage_count[b.stage] -= 1
    w.s.buyers_out += 1
    w.s.live -= 1
    b.number = -1
    closes_diary(w, row)
    b.next = w.s.free_row
    w.s.free_row = row


@compiled
def settle(w: World, row: int, t: float, bought_from: int, revenue: float) -> None:
    """The buyer has bought, from whomever: its story is over."""
    b = buyers(w)[row]
    change_stage(w, b, t, Stage.SETTLED)
    record(w, b, t, bought_from, revenue)
    for slot in range(END + 1):
        b.due[slot] = 1e300
    b.rival_day = inf
    release(w, row)
