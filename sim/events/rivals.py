"""Rivals: the moments at which they may speak with a buyer, their rule, and what they learn of our slowness.

A moment of a rival changes a count and nothing else, and most moments are let pass. Between two looks at a buyer its
position and its neglect are known in closed form, so the moments in between are judged at the next look, each as of
its own time. They are events of their own only where somebody has to be there: Python that answers for a rival, a
rival whose zeal depends on what it has learned by then, or a log that is kept in order.
"""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import exponential_quantile, uniform
from sim.events.rows import COOLING, RIVAL, RIVAL_MOMENTS, TALLY_BITS, World, rivals
from sim.events.steps import position_at, tallied
from sim.rules.channels import faded
from sim.rules.rivals import average_wait_days, learned_multiple
from sim.rules.scoring import TOLERANCE
from sim.vocabulary import Decision, Purpose

ENGAGEMENT_BITS = 12
ENGAGEMENT_LIMIT = 4095

NEAR_DECISION = 0.75
"""Position from which a buyer is close to deciding."""


@inlined
def all_are_events(p: Any, s: Any) -> bool:
    """Whether every moment of a rival is an event of its own."""
    return bool(s.overridden & (1 << Decision.ENGAGES) or p.rivals_learn or s.follow == -2)


@inlined
def next_moment(w: World, b: Any, t: float) -> float:
    """When a rival may engage next."""
    n = (b.tally >> RIVAL_MOMENTS) & TALLY_BITS
    return float(t + exponential_quantile(uniform(b.luck, Purpose.RIVAL_MOMENT, n)) / w.p.rival_total)


@inlined
def plans_rival(w: World, b: Any, t: float) -> None:
    """Note the next moment at which a rival may engage."""
    if w.p.rival_total > 0.0:
        b.rival_day = next_moment(w, b, t)
        if all_are_events(w.p, w.s) or w.s.follow == b.number:
            b.due[RIVAL] = b.rival_day


@inlined
def rival_drawn(w: World, b: Any) -> int:
    """Whose the moment at hand is, drawn by each rival's share of all moments."""
    n = ((b.tally >> RIVAL_MOMENTS) & TALLY_BITS) - 1
    u = uniform(b.luck, Purpose.RIVAL_ENGAGES, n * 2) * w.p.rival_total
    k = 0
    while k < w.p.rivals - 1 and u >= w.p.rival_ceiling[k]:
        u -= w.p.rival_ceiling[k]
        k += 1
    return k


@inlined
def zeal_drawn(b: Any) -> float:
    """The luck of the moment at hand: a rival engages if it lies below the share of the ceiling that its rate is."""
    n = ((b.tally >> RIVAL_MOMENTS) & TALLY_BITS) - 1
    return uniform(b.luck, Purpose.RIVAL_ENGAGES, n * 2 + 1)


@inlined
def is_neglected(w: World, b: Any, t: float) -> bool:
    """Whether nobody has had this buyer's attention for longer than the grace period."""
    return bool(t - b.touched_day > w.p.grace_days)


@inlined
def may_come_near(w: World, b: Any) -> bool:
    """Whether a buyer may be, or come, close to deciding before it is next looked at."""
    if b.pace > 0.0:
        return True
    reach = b.x if b.marks & COOLING else b.x + max(b.v, 0.0) * w.p.tau[b.journey]
    return bool(reach >= NEAR_DECISION - TOLERANCE)


@inlined
def would_engage(w: World, b: Any, rival: int, u: float, t: float) -> bool:
    """The rule of a rival for the moment at hand: harder when the buyer is close to deciding or neglected."""
    p = w.p
    neglected = 1 if is_neglected(w, b, t) else 0
    far = p.rival_rate[rival, 0, neglected]
    near = p.rival_rate[rival, 1, neglected]
    if p.rivals_learn and p.rival_learning[rival] > 0.0:
        multiple = learned_here(w, rival, b.journey, t)
        far *= multiple
        near *= multiple
    drawn = u * p.rival_ceiling[rival]
    if (drawn < far) == (drawn < near):
        return bool(drawn < far)  # wherever the buyer is: an exponential is saved
    return bool(drawn < (near if position_at(w, b, t) >= NEAR_DECISION else far))


@inlined
def counts_engagement(b: Any, rival: int) -> None:
    """A rival has spoken with the buyer."""
    shift = ENGAGEMENT_BITS * rival
    if (b.rivals >> shift) & ENGAGEMENT_LIMIT < ENGAGEMENT_LIMIT:
        b.rivals += 1 << shift


@compiled
def moments_pass(w: World, b: Any, t: float) -> int:
    """Judge the moments of rivals since the last look at a buyer, up to now; returns how many there were.

    Nothing else may have changed since the buyer was last moved on: see `move_on`.
    """
    if all_are_events(w.p, w.s) or w.s.follow == b.number:
        return 0
    passed = 0
    near = 1 if may_come_near(w, b) else 0
    while b.rival_day <= t:
        day = b.rival_day
        tallied(b, RIVAL_MOMENTS)
        b.rival_day = next_moment(w, b, day)
        u = zeal_drawn(b)
        # Most moments are beyond every rival's zeal, whosever they are and wherever the buyer is.
        if u < w.p.rival_share[near, 1 if is_neglected(w, b, day) else 0]:
            rival = rival_drawn(w, b)
            if would_engage(w, b, rival, u, day):
                counts_engagement(b, rival)
        passed += 1
    return passed


@inlined
def judge_moments(w: World, b: Any, t: float) -> None:
    """Judge what moments of rivals there were, each of which counts as an event."""
    if b.rival_day <= t:
        w.s.events += moments_pass(w, b, t)


@compiled
def rivals_notice(w: World, b: Any, t: float) -> None:
    """A baton has come down, or was never caught: every rival that learns hears how long that took."""
    p = w.p
    journey = b.journey
    for rival in range(p.rivals):
        if p.rival_learning[rival] > 0.0:
            r = rivals(w)[rival]
            kept = faded(1.0, t - r.heard_day[journey], p.rival_memory[rival])
            r.waited[journey] = r.waited[journey] * kept + (t - b.let_go_day)
            r.seen[journey] = r.seen[journey] * kept + 1.0
            r.heard_day[journey] = t


@compiled
def learned_here(w: World, rival: int, journey: int, t: float) -> float:
    """How much harder a rival engages on a journey for what it has learned there, as a multiple."""
    p = w.p
    r = rivals(w)[rival]
    kept = faded(1.0, t - r.heard_day[journey], p.rival_memory[rival])
    wait = average_wait_days(r.waited[journey] * kept, r.seen[journey] * kept)
    return learned_multiple(p.rival_learning[rival], wait, p.rival_slow_days[rival], p.rival_limit[rival])
