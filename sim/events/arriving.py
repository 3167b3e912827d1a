"""Arrival: a buyer appears with everything that no policy can change."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import exponential_quantile, logit_normal_quantile, lognormal_quantile, luck, uniform
from sim.events.phases import cell_now, enters, is_counted
from sim.events.plans import rhythm_days
from sim.events.posting import opens_diary
from sim.events.rivals import plans_rival
from sim.events.rows import (
    CHANNEL_SHIFT,
    CLOCK,
    COUNTED,
    END,
    HOT,
    ORIGIN_SHIFT,
    RAISED,
    RAISES,
    READY_NOW,
    SEGMENT_SHIFT,
    TOUCH,
    WORK,
    World,
    buyers,
    days,
    levers,
    phases,
)
from sim.events.steps import clear_diary, note, tallied
from sim.rules.channels import carried_stock, spend_response, touch_wait_days
from sim.vocabulary import Entity, EventKind, Purpose, Stage


@inlined
def drawn(shares: Any, u: float, count: int) -> int:
    """Index of the alternative in which u falls; `shares` are cumulative."""
    k = 0
    for other in range(count - 1):
        k += 1 if u >= shares[other] else 0  # no branch, for the processor cannot guess what is drawn
    return k


@inlined
def spend_now(w: World, channel: int, t: float) -> float:
    """What the stock of advertising on a channel buys today, 1 at reference spending."""
    p = w.p
    if p.paid[channel] == 0:
        return 1.0
    spend = levers(w)[w.s.policy * p.journeys].spend[channel]
    stock = carried_stock(w.s.stock[channel], spend, t - w.s.stock_day, p.carryover_days[channel])
    return spend_response(stock, p.half_response[channel])


@compiled
def draws_clock(w: World, b: Any, journey: int) -> float:
    """Days until the buyer buys from somebody, drawn before any policy acts."""
    p = w.p
    u = uniform(b.luck, Purpose.CLOCK, 0)
    if p.has_deadline[journey]:
        return lognormal_quantile(u, p.deadline_median[journey], p.deadline_spread[journey])
    if uniform(b.luck, Purpose.READY, 0) < p.ready_rate[journey]:
        b.marks |= READY_NOW
        return lognormal_quantile(u, p.ready_median[journey], p.ready_spread[journey])
    if p.hazard_per_day[journey] <= 0.0:
        return 1e9
    return float(exponential_quantile(u) / p.hazard_per_day[journey])


@compiled
def takes_row(w: World) -> int:
    """A free row of the buyers' table; the loop has made sure that there is one."""
    row = w.s.free_row
    if row >= 0:
        w.s.free_row = buyers(w)[row].next
    else:
        row = w.s.rows_used
        w.s.rows_used += 1
    w.s.live += 1
    return int(row)


@compiled
def is_born(w: World, row: int, t: float, number: int, journey: int, segment: int) -> None:
    """Fill the row of a buyer that has just appeared: all that no policy can change."""
    b = buyers(w)[row]
    p = w.p
    b.number = number
    b.luck = luck(w.s.seed, Entity.BUYER, number)
    if journey < 0:
        journey = drawn(p.journey_share, uniform(b.luck, Purpose.JOURNEY, 0), p.journeys)
    if segment < 0:
        segment = drawn(p.segment_share[journey], uniform(b.luck, Purpose.SEGMENT, 0), p.segments)
    b.journey = journey
    b.stage = Stage.NURTURE
    b.marks = (segment << SEGMENT_SHIFT) | (p.origin[journey] << CHANNEL_SHIFT)
    b.marks |= p.origin[journey] << ORIGIN_SHIFT
    b.tally = 0
    b.occasion = 0
    u = uniform(b.luck, Purpose.FIT, 0)
    b.fit = logit_normal_quantile(u, p.fit_median[segment], p.fit_spread[segment])
    u = uniform(b.luck, Purpose.DEAL_VALUE, 0)
    b.value = lognormal_quantile(u, p.deal_value[segment], p.deal_spread[segment])
    b.arrival_day = t
    b.clock_day = t + draws_clock(w, b, journey)
    start = p.ready_position[journey] if b.marks & READY_NOW else p.start_position[journey]
    b.x = logit_normal_quantile(uniform(b.luck, Purpose.START_POSITION, 0), start, p.start_spread[journey])
    b.x = min(b.x, 0.99)
    b.v = p.start_momentum[journey]
    b.pace = 0.0
    b.moved_day = t
    b.touches = 0
    b.exposures = 0
    b.rivals = 0
    b.fatigue = 0.0
    b.touched_day = t
    b.noise = 0.0
    b.facts_day = t
    b.raised_day = -1e9
    b.goodwill = p.start_goodwill[journey]
    b.facts_marketing = 0
    b.facts_sales = 0
    b.owner = -1
    b.ledger = -1
    b.prepared_hours = 0.0
    b.prepared_day = t
    b.touch_value = 0.0
    b.hours = 0.0
    b.lap_hours = 0.0
    b.wasted_hours = 0.0
    opens_diary(w, row)


@compiled
def raises_hand(w: World, b: Any, t: float) -> None:
    """A high-intent act: a form, a demo request. A minority is hot now, for minutes to hours."""
    n = tallied(b, RAISES)
    b.marks |= RAISED
    b.raised_day = t
    if is_counted(b):
        phases(w)[cell_now(b)].hand_raises += 1
    if uniform(b.luck, Purpose.HOT, n) < w.p.hot_rate[b.journey]:
        b.marks |= HOT
    else:
        b.marks &= ~HOT
    note(w, b, t, EventKind.RAISED_HAND, b.x, 1.0 if b.marks & HOT else 0.0)


@compiled
def appears(w: World, t: float, number: int, journey: int, segment: int) -> int:
    """A buyer arrives; returns its row. The first touch, on its journey's own channel, is due at once."""
    row = takes_row(w)
    is_born(w, row, t, number, journey, segment)
    b = buyers(w)[row]
    w.s.stage_count[Stage.NURTURE] += 1
    w.s.buyers_in += 1
    days(w)[int(t)].arrivals += 1
    clear_diary(b)
    b.due[END] = inf
    if w.p.warmup_end <= t < w.p.counted_end:
        b.marks |= COUNTED
        b.due[END] = t + w.p.follow_up
    b.due[CLOCK] = b.clock_day
    b.due[TOUCH] = t
    enters(w, b, t, cell_now(b))
    note(w, b, t, EventKind.ARRIVED, b.x, b.clock_day)
    plans_rival(w, b, t)
    if uniform(b.luck, Purpose.ARRIVAL_HAND_RAISE, 0) < w.p.arrives_raised[b.journey]:
        raises_hand(w, b, t)
    b.due[WORK] = t + rhythm_days(w, b)
    return row


@inlined
def plans_own_touch(w: World, b: Any, t: float) -> None:
    """Note the buyer's next own touch in the diary; its timing depends on no policy."""
    p = w.p
    if p.touches_per_day[b.journey] <= 0.0:
        b.due[TOUCH] = inf
        return
    unit = exponential_quantile(uniform(b.luck, Purpose.TOUCH_GAP, b.touches))
    wait = touch_wait_days(
        unit, p.touches_per_day[b.journey], b.clock_day - t, p.quicken_factor, p.quicken_days
    )
    b.due[TOUCH] = t + wait
