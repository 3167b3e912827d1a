"""The buyer's own story: arrival, touches, cooling, rivals, the decision and the purchase clock."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import (
    exponential_quantile,
    logit_normal_quantile,
    lognormal_quantile,
    luck,
    normal_quantile,
    uniform,
)
from sim.events.exchange import ask, lands
from sim.events.ledger import close_deal, close_exchange, give_reason, settle, waste_lap
from sim.events.recycling import levers_of
from sim.events.rows import (
    CHANNEL_SHIFT,
    CLOCK,
    COOLING,
    COUNTED,
    DECISIONS,
    END,
    FIRST_RIVAL,
    HOT,
    IN_SERVICE,
    LATE,
    NOBODY,
    QUEUED,
    RAISED,
    RAISES,
    READY_NOW,
    RIVAL,
    RIVAL_MOMENTS,
    SEGMENT_SHIFT,
    SOMEBODY_ELSE,
    TOUCH,
    TURN,
    US,
    WATCH,
    WORK,
    World,
    buyers,
    days,
    levers,
)
from sim.events.selling import enqueue, is_in_sales, leave_queue, loses
from sim.events.steps import (
    change_stage,
    clear_diary,
    decay_facts,
    is_idle_in_queue,
    known_to_sales,
    learn_in_marketing,
    move_on,
    note,
    plan_turn,
    tallied,
    touched_now,
)
from sim.rules.channels import carried_stock, faded, spend_response, touch_progress, touch_wait_days
from sim.rules.choice import our_utility, rival_utility, wait_utility, weight
from sim.rules.demand import may_buy_from
from sim.rules.facts import completeness
from sim.rules.track import phase_of
from sim.vocabulary import Decision, Entity, EventKind, Fact, Outcome, Purpose, Reason, Stage, Task

EXPOSURE_BITS = 5
EXPOSURE_LIMIT = 31
ENGAGEMENT_BITS = 12


@inlined
def drawn(shares: Any, u: float, count: int) -> int:
    """Index of the alternative in which u falls; `shares` are cumulative."""
    k = 0
    while k < count - 1 and u >= shares[k]:
        k += 1
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
    return exponential_quantile(u) / p.hazard_per_day[journey]


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
    b.goodwill = 0.5
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
    b.posted = inf


@compiled
def appears(w: World, t: float, number: int, journey: int, segment: int) -> int:
    """A buyer arrives; returns its row. The first touch, on its journey's own channel, follows at once."""
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
    note(w, b, t, EventKind.ARRIVED, b.x, b.clock_day)
    plans_rival(w, b, t)
    if uniform(b.luck, Purpose.ARRIVAL_HAND_RAISE, 0) < w.p.arrives_raised[b.journey]:
        raises_hand(w, b, t)
    b.due[WORK] = t + levers_of(w, b).nurture_days
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


@inlined
def plans_rival(w: World, b: Any, t: float) -> None:
    """Note the next moment at which a rival may engage."""
    if w.p.rival_total > 0.0:
        n = (b.tally >> RIVAL_MOMENTS) & 4095
        b.due[RIVAL] = t + exponential_quantile(uniform(b.luck, Purpose.RIVAL_MOMENT, n)) / w.p.rival_total


@compiled
def raises_hand(w: World, b: Any, t: float) -> None:
    """A high-intent act: a form, a demo request. A minority is hot now, for minutes to hours."""
    n = tallied(b, RAISES)
    b.marks |= RAISED
    b.raised_day = t
    if uniform(b.luck, Purpose.HOT, n) < w.p.hot_rate[b.journey]:
        b.marks |= HOT
    else:
        b.marks &= ~HOT
    note(w, b, t, EventKind.RAISED_HAND, b.x, 1.0 if b.marks & HOT else 0.0)


@compiled
def reveals(w: World, b: Any, t: float, channel: int, purpose: int, n: int) -> None:
    """Facts that this touch tells marketing."""
    unknown = w.p.reveal_mask[channel] & ~b.facts_marketing
    if unknown == 0:
        return
    new = 0
    for fact in range(8):
        if unknown & (1 << fact):
            if uniform(b.luck, purpose, n * 8 + fact) < w.p.reveals[channel, fact]:
                new |= 1 << fact
    if new:
        decay_facts(w, b, t)
        learn_in_marketing(w, b, new)


@compiled
def is_touched(w: World, b: Any, t: float, channel: int, n: int, nurture: bool) -> None:
    """One touch: it moves the buyer by what the channel, the phase and the buyer make of it."""
    p = w.p
    move_on(w, b, t)
    shift = EXPOSURE_BITS * channel
    seen = (b.exposures >> shift) & EXPOSURE_LIMIT
    relevance = 1.0 + p.relevance_gain * completeness(b.facts_marketing, p.fact_weight)
    if b.fatigue > 0.0:
        b.fatigue = faded(b.fatigue, t - b.touched_day, p.recovery_days)
    gain = p.gain[channel, phase_of(b.x)] * spend_now(w, channel, t)
    progress = touch_progress(gain, b.fit, relevance, float(seen), p.half_saturation[channel], b.fatigue)
    b.v += progress / p.tau[b.journey]
    if seen < EXPOSURE_LIMIT:
        b.exposures += 1 << shift
    if nurture:
        b.fatigue += p.fatigue_per_touch * (1.0 - b.fatigue)
    b.touch_value += p.touch_cost[channel]
    touched_now(w, b, t)
    reveals(w, b, t, channel, Purpose.NURTURE_REVEAL if nurture else Purpose.TOUCH_REVEAL, n)
    note(w, b, t, EventKind.NURTURED if nurture else EventKind.TOUCHED, float(channel), b.x)


@compiled
def touches_on_own(w: World, row: int, t: float) -> bool:
    """The buyer's own touch: the channel follows the journey's chain; true if marketing observes it."""
    b = buyers(w)[row]
    p = w.p
    n = b.touches
    channel = (b.marks >> CHANNEL_SHIFT) & 15
    if n > 0:
        move_on(w, b, t)
        u = uniform(b.luck, Purpose.TOUCH_CHANNEL, n)
        channel = drawn(p.chain[b.journey, phase_of(b.x), channel], u, p.channels)
        b.marks = (b.marks & ~(15 << CHANNEL_SHIFT)) | (channel << CHANNEL_SHIFT)
        if p.switches[b.journey]:
            u = uniform(b.luck, Purpose.TOUCH_SWITCH, n)
            b.journey = drawn(p.switch_share[b.journey], u, p.journeys)
    is_touched(w, b, t, channel, n, False)
    rate = p.hand_raise[channel, phase_of(b.x)]
    if rate > 0.0 and uniform(b.luck, Purpose.TOUCH_HAND_RAISE, n) < rate:
        raises_hand(w, b, t)
    b.touches = n + 1
    plans_own_touch(w, b, t)
    plan_turn(w, b, t)
    observed = p.observed[channel]
    if observed >= 1.0 or (observed > 0.0 and uniform(b.luck, Purpose.TOUCH_OBSERVED, n) < observed):
        b.noise = p.score_noise * normal_quantile(uniform(b.luck, Purpose.SCORE_NOISE, n))
        return True
    return False


@compiled
def rival_moment(w: World, row: int, t: float) -> None:
    """A rival might engage now; which one is drawn by its share of all moments."""
    b = buyers(w)[row]
    n = tallied(b, RIVAL_MOMENTS)
    move_on(w, b, t)
    plans_rival(w, b, t)
    u = uniform(b.luck, Purpose.RIVAL_ENGAGES, n * 2) * w.p.rival_total
    k = 0
    while k < w.p.rivals - 1 and u >= w.p.rival_ceiling[k]:
        u -= w.p.rival_ceiling[k]
        k += 1
    w.s.asked_rival = k
    ask(w, Decision.ENGAGES, row, -1)


@compiled
def rival_rule(w: World, row: int, rival: int, t: float) -> bool:
    """The rule of a rival: harder when the buyer is close to deciding or neglected."""
    b = buyers(w)[row]
    p = w.p
    rate = p.rival_rate[rival]
    if b.x >= 0.75:
        rate *= p.rival_near[rival]
    if t - b.touched_day > p.grace_days:
        rate *= p.rival_neglect[rival]
    n = ((b.tally >> RIVAL_MOMENTS) & 4095) - 1
    return bool(uniform(b.luck, Purpose.RIVAL_ENGAGES, n * 2 + 1) * p.rival_ceiling[rival] < rate)


@compiled
def rival_engages(w: World, row: int, rival: int, t: float) -> None:
    """A rival has spoken with the buyer."""
    b = buyers(w)[row]
    shift = ENGAGEMENT_BITS * rival
    if (b.rivals >> shift) & 4095 < 4095:
        b.rivals += 1 << shift
    note(w, b, t, EventKind.RIVAL_ENGAGED, float(rival), b.x)


@compiled
def chooses(w: World, b: Any, u: float, may_wait: bool) -> int:
    """Whom the buyer chooses: us, a rival, somebody else, or nobody yet."""
    p = w.p
    complete = known_to_sales(w, b)
    penalty = p.late_value if b.marks & LATE else 0.0
    if not is_in_sales(b):
        penalty += p.unassisted_value
    ours = our_utility(
        p.base_value,
        p.fit_value * (2.0 * b.fit - 1.0),
        p.facts_value * complete,
        p.relationship_value * (2.0 * b.goodwill - 1.0),
        penalty,
    )
    total = weight(ours)
    edge_us = total
    for k in range(p.rivals):
        n = (b.rivals >> (ENGAGEMENT_BITS * k)) & 4095
        total += weight(rival_utility(p.rival_strength[k], float(n), p.rival_engagement_value, 0.0))
    edge_rivals = total
    other = weight(p.other_value)
    waiting = weight(wait_utility(p.wait_value, p.indecision_value, complete)) if may_wait else 0.0
    total += other + waiting
    u *= total
    if u < edge_us:
        return US
    if u >= edge_rivals:
        return SOMEBODY_ELSE if u < edge_rivals + other else NOBODY
    u -= edge_us
    for k in range(p.rivals - 1):
        n = (b.rivals >> (ENGAGEMENT_BITS * k)) & 4095
        share = weight(rival_utility(p.rival_strength[k], float(n), p.rival_engagement_value, 0.0))
        if u < share:
            return FIRST_RIVAL + k
        u -= share
    return FIRST_RIVAL + p.rivals - 1


@compiled
def decides(w: World, row: int, t: float, at_clock: bool) -> None:
    """A decision opens, at the end of the track or at the purchase clock."""
    b = buyers(w)[row]
    move_on(w, b, t)
    from_day = b.arrival_day + may_buy_from(b.clock_day - b.arrival_day, w.p.pull_forward_rate)
    choice = NOBODY
    if at_clock:
        choice = chooses(w, b, uniform(b.luck, Purpose.FINAL_CHOICE, 0), False)
    else:
        n = tallied(b, DECISIONS)
        if t >= from_day:
            choice = chooses(w, b, uniform(b.luck, Purpose.CHOICE, n), True)
    if choice == NOBODY:
        waits(w, row, t)
    elif choice == US:
        chooses_us(w, row, t)
    else:
        chooses_another(w, row, t, choice)


@compiled
def waits(w: World, row: int, t: float) -> None:
    """Not yet: the buyer falls back on the track; an open opportunity is closed as no decision."""
    b = buyers(w)[row]
    b.x = w.p.fallback_position
    b.v = 0.0
    note(w, b, t, EventKind.WAITED, b.x, b.clock_day)
    if is_in_sales(b):
        loses(w, row, t, Reason.NO_DECISION.value)
    plan_turn(w, b, t)


@compiled
def chooses_us(w: World, row: int, t: float) -> None:
    """The buyer wants to buy from us: with a rep the contract is still to be closed, without one it is a sale."""
    b = buyers(w)[row]
    note(w, b, t, EventKind.CHOSE_US, b.x, 0.0)
    assisted = is_in_sales(b)
    clear_diary(b)
    if assisted:
        change_stage(w, b, t, Stage.CLOSING)
        leave_queue(w, row, t)
        if not b.marks & IN_SERVICE:
            enqueue(w, row, t, Task.CLOSE.value)
        return
    ends_exchange(w, row, t)
    day = days(w)[int(t)]
    day.wins += 1
    day.revenue += b.value
    settle(w, row, t, US, b.value)


@compiled
def chooses_another(w: World, row: int, t: float, choice: int) -> None:
    """The buyer buys elsewhere."""
    b = buyers(w)[row]
    reason = Reason.SOMEBODY_ELSE.value if choice == SOMEBODY_ELSE else Reason.RIVAL.value
    kind = EventKind.CHOSE_SOMEBODY_ELSE if choice == SOMEBODY_ELSE else EventKind.CHOSE_RIVAL
    note(w, b, t, kind, float(choice - FIRST_RIVAL), b.x)
    give_reason(b, reason)
    if is_in_sales(b):
        leave_queue(w, row, t)
        close_deal(w, b, t, False, reason)
        days(w)[int(t)].losses += 1
    else:
        ends_exchange(w, row, t)
    settle(w, row, t, choice, 0.0)


@compiled
def ends_exchange(w: World, row: int, t: float) -> None:
    """The buyer has bought while the baton was in the air, or before anybody let go."""
    b = buyers(w)[row]
    leave_queue(w, row, t)
    if b.stage == Stage.IN_AIR:
        lands(w, b, levers_of(w, b), t)
        close_exchange(w, b, t, Outcome.BOUGHT_MEANWHILE)
    waste_lap(b)


@compiled
def cools(w: World, row: int, t: float) -> None:
    """Neglected beyond the grace period: the momentum is gone and the buyer slides back."""
    b = buyers(w)[row]
    b.v = 0.0
    b.marks |= COOLING
    note(w, b, t, EventKind.COOLED, b.x, 0.0)
    plan_turn(w, b, t)
