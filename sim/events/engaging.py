"""The customer engagement plan at work: activities by marketing, and by a rep in working hours."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled
from sim.engine.draws import normal_quantile, uniform
from sim.events.arriving import raises_hand, spend_now
from sim.events.handing_over import plans_call, ready_work, watches_exchange
from sim.events.integration import score_spread
from sim.events.journey import EXPOSURE_BITS, EXPOSURE_LIMIT, is_touched
from sim.events.marketing import asks_whether, plans_watch, score_of
from sim.events.moving import move_on
from sim.events.phases import cell_now, counts_touch, is_counted
from sim.events.plans import asks_for_call, plan_of, rhythm_days
from sim.events.recycling import levers_of
from sim.events.rows import GONE, NURTURES, RAISED, ROUTED, WATCH, WORK, World, buyers, phases, reps
from sim.events.steps import known_to_sales, learn_in_sales, note, plan_turn, tallied, touched_now
from sim.rules.channels import faded, touch_progress
from sim.rules.engagement import plan_gain, turn_of
from sim.rules.scoring import TOLERANCE
from sim.rules.track import phase_of
from sim.vocabulary import EventKind, Moment, Purpose, Stage, Task


@compiled
def follows_plan(w: World, row: int, t: float) -> bool:
    """The next activity is due; false where the plan says nothing of the phase marketing sees."""
    b = buyers(w)[row]
    move_on(w, b, t)
    k = plan_of(w, b)
    if not k.in_plan:
        return False
    b.due[WORK] = t + rhythm_days(w, b)
    if k.by_sales:
        asks_for_call(w, row, t)
    else:
        addresses(w, row, t)
    return True


@compiled
def addresses(w: World, row: int, t: float) -> None:
    """An activity of marketing: a nurture touch on the channel whose turn it is, with content for the phase."""
    b = buyers(w)[row]
    k = plan_of(w, b)
    n = tallied(b, NURTURES)
    channel = k.plan_channel[turn_of(n, k.plan_channels)]
    speed = b.v
    phase = phase_of(b.x)
    is_touched(w, b, t, channel, phase, n, True)
    b.v = speed + plan_gain(b.v - speed, k.relevance)
    rate = w.p.hand_raise[channel, phase]
    if rate > 0.0 and uniform(b.luck, Purpose.NURTURE_HAND_RAISE, n) < rate:
        raises_hand(w, b, t)
    b.noise = score_spread(w) * normal_quantile(uniform(b.luck, Purpose.NURTURE_NOISE, n))
    plan_turn(w, b, t)
    asks_whether(w, row, t, Moment.REVIEW.value)


@compiled
def is_told(w: World, b: Any, channel: int, n: int) -> None:
    """Facts that the buyer tells the rep; no pass can lose them."""
    new = 0
    for fact in range(8):
        if not b.facts_sales & (1 << fact):
            u = uniform(b.luck, Purpose.PLAN_REVEAL, n * 8 + fact)
            if u < w.p.reveals[channel, fact]:
                new |= 1 << fact
    learn_in_sales(w, b, new)


@compiled
def speaks(w: World, b: Any, t: float, channel: int, relevance: float) -> None:
    """The touch itself, made by a rep: it moves the buyer like any other, and nags nobody."""
    p = w.p
    shift = EXPOSURE_BITS * channel
    seen = (b.exposures >> shift) & EXPOSURE_LIMIT
    known = 1.0 + p.relevance_gain * known_to_sales(w, b)
    if b.fatigue > 0.0:
        b.fatigue = faded(b.fatigue, t - b.touched_day, p.recovery_days)
    phase = phase_of(b.x)
    gain = plan_gain(p.gain[channel, phase] * spend_now(w, channel, t), relevance)
    progress = touch_progress(gain, b.fit, known, float(seen), p.half_saturation[channel], b.fatigue)
    b.v += progress / p.tau[b.journey]
    if seen < EXPOSURE_LIMIT:
        b.exposures += 1 << shift
    b.touch_value += p.touch_cost[channel]
    counts_touch(w, b, channel, phase)
    touched_now(w, b, t)
    note(w, b, t, EventKind.ENGAGED, float(channel), b.x)


@compiled
def engages(w: World, row: int, rep: int, t: float, hours: float) -> None:
    """A rep has done an activity of the plan; what was learned on the way prepares the rep as well."""
    b = buyers(w)[row]
    move_on(w, b, t)
    k = plan_of(w, b)
    n = tallied(b, NURTURES)
    channel = k.plan_channel[turn_of(n, k.plan_channels)] if k.in_plan else levers_of(w, b).nurture_channel
    if is_counted(b):
        phases(w)[cell_now(b)].plan_hours += reps(w)[rep].working_hours
    b.prepared_hours = ready_work(w, b, t) + hours
    b.prepared_day = t
    is_told(w, b, channel, n)
    speaks(w, b, t, channel, k.relevance)
    rate = w.p.hand_raise[channel, phase_of(b.x)]
    if rate > 0.0 and uniform(b.luck, Purpose.PLAN_HAND_RAISE, n) < rate:
        raises_hand(w, b, t)
    b.noise = score_spread(w) * normal_quantile(uniform(b.luck, Purpose.PLAN_NOISE, n))
    plan_turn(w, b, t)
    goes_on(w, row, t)


@compiled
def goes_on(w: World, row: int, t: float) -> None:
    """After a rep's activity: marketing looks at once if there is something to see, a lead let go is called."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    if b.stage == Stage.NURTURE:
        b.marks |= GONE  # whatever was called off meanwhile, this rep is with the buyer
        if b.marks & RAISED or score_of(w, b) >= k.aim_open - TOLERANCE:
            b.due[WATCH] = t
        else:
            plans_watch(w, b, t)
        return
    watches_exchange(w, b, k, t)
    if b.marks & ROUTED:
        plans_call(w, row, t, Task.ATTEMPT.value)
