"""The buyer's own story between touches: channels, facts revealed, cooling, and rivals."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import normal_quantile, uniform
from sim.events.arriving import drawn, plans_own_touch, raises_hand, spend_now
from sim.events.integration import score_spread
from sim.events.ledger import is_on_record
from sim.events.moving import move_on
from sim.events.phases import counts_touch
from sim.events.rivals import counts_engagement, plans_rival, rival_drawn, would_engage, zeal_drawn
from sim.events.routing import ask
from sim.events.rows import CHANNEL_SHIFT, COOLING, RIVAL_MOMENTS, World, buyers
from sim.events.steps import (
    decay_facts,
    learn_in_marketing,
    note,
    plan_turn,
    position_at,
    tallied,
    touched_now,
)
from sim.events.word_of_mouth import books_touch, talk_factor
from sim.rules.channels import faded, touch_progress
from sim.rules.demand import YEAR_DAYS
from sim.rules.drift import drifted_channel
from sim.rules.track import phase_of
from sim.vocabulary import Decision, EventKind, Purpose

EXPOSURE_BITS = 5
EXPOSURE_LIMIT = 31


@compiled
def reveals(w: World, b: Any, t: float, channel: int, purpose: int, n: int) -> None:
    """Facts that this touch tells marketing."""
    unknown = w.p.reveal_mask[channel] & ~b.facts_marketing
    if unknown == 0:
        return
    new = 0
    for fact in range(8):
        if unknown & (1 << fact) and uniform(b.luck, purpose, n * 8 + fact) < w.p.reveals[channel, fact]:
            new |= 1 << fact
    if new:
        decay_facts(w, b, t)
        learn_in_marketing(w, b, new)


@inlined
def is_touched(w: World, b: Any, t: float, channel: int, phase: int, n: int, nurture: bool) -> None:
    """One touch: it moves the buyer, who is up to date, by what channel, phase and buyer make of it."""
    p = w.p
    shift = EXPOSURE_BITS * channel
    seen = (b.exposures >> shift) & EXPOSURE_LIMIT
    relevance = 1.0 + p.relevance_gain * p.known_share[b.facts_marketing]
    if b.fatigue > 0.0:
        b.fatigue = faded(b.fatigue, t - b.touched_day, p.recovery_days)
    gain = p.gain[channel, phase] * spend_now(w, channel, t)
    if p.talks:
        gain *= talk_factor(w, phase, t)
    progress = touch_progress(gain, b.fit, relevance, float(seen), p.half_saturation[channel], b.fatigue)
    b.v += progress / p.tau[b.journey]
    if seen < EXPOSURE_LIMIT:
        b.exposures += 1 << shift
    if nurture:
        b.fatigue += p.fatigue_per_touch * (1.0 - b.fatigue)
    b.touch_value += p.touch_cost[channel]
    books_touch(w, b, channel, is_on_record(b))
    counts_touch(w, b, channel, phase)
    touched_now(w, b, t)
    reveals(w, b, t, channel, Purpose.NURTURE_REVEAL if nurture else Purpose.TOUCH_REVEAL, n)
    note(w, b, t, EventKind.NURTURED if nurture else EventKind.TOUCHED, float(channel), b.x)


@inlined
def touches_on_own(w: World, row: int, t: float) -> bool:
    """The buyer's own touch: the channel follows the journey's chain; true if marketing observes it."""
    b = buyers(w)[row]
    p = w.p
    n = b.touches
    channel = (b.marks >> CHANNEL_SHIFT) & 15
    move_on(w, b, t)
    phase = phase_of(b.x)
    if n > 0:
        u = uniform(b.luck, Purpose.TOUCH_CHANNEL, n)
        row_of_chain = p.chain[b.journey, phase, channel]
        if p.drifts:
            channel = drifted_channel(row_of_chain, p.channel_drift, t / YEAR_DAYS, u, p.channels)
        else:
            channel = drawn(row_of_chain, u, p.channels)
        b.marks = (b.marks & ~(15 << CHANNEL_SHIFT)) | (channel << CHANNEL_SHIFT)
        if p.switches[b.journey]:
            u = uniform(b.luck, Purpose.TOUCH_SWITCH, n)
            b.journey = drawn(p.switch_share[b.journey], u, p.journeys)
    is_touched(w, b, t, channel, phase, n, False)
    rate = p.hand_raise[channel, phase]
    if rate > 0.0 and uniform(b.luck, Purpose.TOUCH_HAND_RAISE, n) < rate:
        raises_hand(w, b, t)
    b.touches = n + 1
    plans_own_touch(w, b, t)
    plan_turn(w, b, t)
    observed = p.observed[channel]
    if observed >= 1.0 or (observed > 0.0 and uniform(b.luck, Purpose.TOUCH_OBSERVED, n) < observed):
        b.noise = score_spread(w) * normal_quantile(uniform(b.luck, Purpose.SCORE_NOISE, n))
        return True
    return False


@compiled
def cools(w: World, row: int, t: float) -> None:
    """Neglected beyond the grace period: the momentum is gone and the buyer slides back."""
    b = buyers(w)[row]
    b.v = 0.0
    b.marks |= COOLING
    note(w, b, t, EventKind.COOLED, b.x, 0.0)
    plan_turn(w, b, t)


@compiled
def rival_moment(w: World, row: int, t: float) -> None:
    """A rival might engage now; which one is drawn by its share of all moments."""
    b = buyers(w)[row]
    tallied(b, RIVAL_MOMENTS)
    plans_rival(w, b, t)
    w.s.asked_rival = rival_drawn(w, b)
    ask(w, Decision.ENGAGES, row, -1)


@compiled
def rival_rule(w: World, row: int, rival: int, t: float) -> bool:
    """The rule of a rival: harder when the buyer is close to deciding or neglected."""
    b = buyers(w)[row]
    return would_engage(w, b, rival, zeal_drawn(b), t)


@compiled
def rival_engages(w: World, row: int, rival: int, t: float) -> None:
    """A rival has spoken with the buyer."""
    b = buyers(w)[row]
    counts_engagement(b, rival)
    note(w, b, t, EventKind.RIVAL_ENGAGED, float(rival), position_at(w, b, t))
