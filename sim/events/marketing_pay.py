"""Marketing's pay: letting go before the aim, holding on after it, and giving long nurturing up."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.events.rows import RAISED, WORK, World, buyers
from sim.events.steps import firm_of, note, position_at
from sim.events.trust import marketer_of, slid_aim
from sim.rules.integration import given_up_chance
from sim.rules.pay import (
    believed_credit,
    days_left_of,
    holds_on,
    lets_go_for_pay,
    miss_chance,
    progress_per_day,
    spends_on,
    touch_pays,
    waiting_worth,
)
from sim.vocabulary import EventKind, Purpose

AS_TOLD, SPEND, LEADS, ACCEPTED, REVENUE = range(5)
"""What marketing is paid for, in the order of the scenario's words."""


@compiled
def period_begins(m: Any, period_days: float, t: float) -> None:
    """Close the pay periods that have ended, and remember how fast leads came in the last of them."""
    while t >= m.period_start + period_days:
        m.flow = m.earned / period_days
        m.earned = 0.0
        m.period_start += period_days


@inlined
def days_to_pay(m: Any, f: Any, t: float) -> float:
    """Days left of a marketer's pay period."""
    return float(m.period_start + f.period_days - t)


@inlined
def marginal_pay(m: Any, f: Any, t: float) -> float:
    """What one more lead of full credit is worth to a marketer now."""
    if f.marketing_pay == REVENUE:
        return 1.0
    flow = (m.earned + m.flow * f.period_days) / (t - m.period_start + f.period_days)
    return miss_chance(f.target, m.earned, flow, days_to_pay(m, f, t))


@inlined
def credit(m: Any, seen: float, aim: float) -> float:
    """Chance that a lead of this score comes to what the marketer is paid for, as it believes."""
    return believed_credit(seen, aim, m.seen, m.sum_x, m.sum_y, m.sum_xx, m.sum_xy)


@inlined
def expected_progress(w: World, b: Any, f: Any, t: float, seen: float, aim: float) -> float:
    """Progress per day that the marketer expects of this buyer."""
    start = w.p.start_position[b.journey]
    return progress_per_day(seen, start, aim, t - b.arrival_day, f.usual_days)


@compiled
def worth_of_waiting(w: World, b: Any, t: float, seen: float, aim: float) -> float:
    """What the buyer will have brought the marketer if it is let go at the aim."""
    f = firm_of(w)
    m = marketer_of(w, b)
    wait = max((aim - seen) / expected_progress(w, b, f, t, seen, aim), 1e-3)
    weight = 1.0 if f.marketing_pay == REVENUE else f.next_weight
    weight *= 1.0 - f.short_sight
    left = days_to_pay(m, f, t)
    hazard = w.p.hazard_per_day[b.journey]
    own = waiting_worth(wait, left, f.period_days, marginal_pay(m, f, t), weight, hazard)
    if f.joint_pay <= 0.0:
        return own
    left = days_left_of(t, f.quarter_days)
    later = f.next_weight * (1.0 - f.short_sight)
    joint = waiting_worth(wait, left, f.quarter_days, 1.0, later, hazard)
    return float((1.0 - f.joint_pay) * own + f.joint_pay * joint)


@inlined
def keeps_spending(w: World, b: Any, k: Any, t: float, seen: float, aim: float) -> bool:
    """Whether the buyer is kept for what its touches spend; a raised hand is not left hanging."""
    f = firm_of(w)
    if seen < aim or b.marks & RAISED or k.nurture_days == inf:
        return False
    if not spends_on(f.spend_rate, f.effort_rate, seen - aim, f.discipline_rate):
        return False
    note(w, b, t, EventKind.HELD_ON, seen, aim)
    return True


@compiled
def pays_to_hand_over(w: World, b: Any, k: Any, t: float, seen: float, aim: float, told: bool) -> bool:
    """The rule of a marketer who is paid by a period: what acting now brings against waiting.

    Args:
        w: The world.
        b: The buyer, whose position is up to date.
        k: The levers of its journey.
        t: Now.
        seen: Its score.
        aim: Where the aim opens.
        told: Whether the policy says to let go.

    Returns:
        Whether the marketer lets go.
    """
    f = firm_of(w)
    if f.marketing_pay == SPEND:
        return told and not keeps_spending(w, b, k, t, seen, aim)
    m = marketer_of(w, b)
    period_begins(m, f.period_days, t)
    if told:
        if f.marketing_pay == REVENUE and aim <= seen < k.aim_close and not b.marks & RAISED:
            days = min(k.nurture_days, f.period_days)
            then = seen + days * expected_progress(w, b, f, t, seen, aim)
            if holds_on(credit(m, seen, aim), credit(m, then, aim), w.p.hazard_per_day[b.journey], days):
                note(w, b, t, EventKind.HELD_ON, seen, aim)
                return False
        return True
    if seen >= aim:
        return False
    rate = 1.0
    if f.marketing_pay != LEADS:
        full = k.aim_close if f.marketing_pay == REVENUE else aim  # up to which it would hold on
        rate = credit(m, seen, aim) / credit(m, full, aim)
    waiting = worth_of_waiting(w, b, t, seen, aim)
    marginal = marginal_pay(m, f, t)
    if f.joint_pay > 0.0:
        shared = credit(m, seen, aim) / credit(m, k.aim_close, aim)
        rate = (1.0 - f.joint_pay) * marginal * rate + f.joint_pay * shared
        marginal = 1.0
    return lets_go_for_pay(marginal, rate, aim - seen, f.discipline_rate, waiting)


@compiled
def counts_letting_go(w: World, b: Any, k: Any, t: float) -> None:
    """A lead was let go: it counts for pay, and the story tells if it went before the policy's aim."""
    f = firm_of(w)
    m = marketer_of(w, b)
    period_begins(m, f.period_days, t)
    if f.marketing_pay == LEADS:
        m.earned += 1.0
    seen = b.x + w.p.score_bias + b.noise
    aim = slid_aim(w, b, k.aim_open)
    if seen < aim and not b.marks & RAISED:
        note(w, b, t, EventKind.BROUGHT_FORWARD, seen, aim)


@compiled
def hears_of_lead(w: World, b: Any, aim: float, t: float, good: bool) -> None:
    """What became of a lead tells the marketer which scores are worth letting go."""
    f = firm_of(w)
    m = marketer_of(w, b)
    x = position_at(w, b, t) + w.p.score_bias + b.noise - aim
    y = 1.0 if good else 0.0
    m.seen = m.seen * f.belief_kept + 1.0
    m.sum_x = m.sum_x * f.belief_kept + x
    m.sum_y = m.sum_y * f.belief_kept + y
    m.sum_xx = m.sum_xx * f.belief_kept + x * x
    m.sum_xy = m.sum_xy * f.belief_kept + x * y
    if f.marketing_pay == ACCEPTED:
        period_begins(m, f.period_days, t)
        m.earned += y


@compiled
def lets_lie(w: World, row: int, t: float, k: Any) -> bool:
    """Whether the next touch is not worth its effort; the buyer then lies until the next pay period."""
    f = firm_of(w)
    b = buyers(w)[row]
    m = marketer_of(w, b)
    period_begins(m, f.period_days, t)
    aim = slid_aim(w, b, k.aim_open)
    seen = position_at(w, b, t) + w.p.score_bias + b.noise
    if seen >= aim:
        return False
    wait = (aim - seen) / expected_progress(w, b, f, t, seen, aim)
    if touch_pays(worth_of_waiting(w, b, t, seen, aim), wait, k.nurture_days, f.effort_rate):
        return False
    b.due[WORK] = m.period_start + f.period_days
    note(w, b, t, EventKind.LET_LIE, b.due[WORK], 0.0)
    return True


@compiled
def gives_up(w: World, row: int, t: float, k: Any) -> bool:
    """Paid with sales by this quarter's revenue, marketing leaves alone who will hardly buy in it, until the next."""
    f = firm_of(w)
    b = buyers(w)[row]
    aim = slid_aim(w, b, k.aim_open)
    seen = position_at(w, b, t) + w.p.score_bias + b.noise
    if seen >= aim:
        return False
    left = days_left_of(t, f.quarter_days)
    wait = (aim - seen) / expected_progress(w, b, f, t, seen, aim)
    quarter = int(t // f.quarter_days)
    if uniform(b.luck, Purpose.GIVEN_UP, quarter) >= given_up_chance(f.short_sight, wait, left):
        return False
    b.due[WORK] = t + max(left, 1.0)
    note(w, b, t, EventKind.LET_LIE, b.due[WORK], 0.0)
    return True
