"""A customer's life: visits by the account owner, reviews, referrals, and the end of each term."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.events.account import (
    LONG,
    REASON,
    REFERRAL,
    REFERRAL_NUMBER,
    REFERRALS,
    RENEWALS,
    REVIEW,
    SHORT,
    TERM_END,
    VISIT,
    VISITS_DUE,
    VISITS_MADE,
    attention,
    care_of,
    contract_value,
    count_up,
    customer_revenue,
    keeping_skill,
    packed,
    renews_contract,
    satisfaction_before_care,
    satisfaction_of,
)
from sim.events.aftersale import lies_ahead, plans_referral, plans_visit
from sim.events.arriving import appears
from sim.events.ledger import record, settle
from sim.events.rows import CHURNED, END, IN_SERVICE, QUEUED, US, World, buyers, days
from sim.events.selling import enqueue, leave_queue
from sim.events.steps import known_to_sales, note
from sim.events.word_of_mouth import is_reviewed
from sim.rules.satisfaction import care, clamped, renewal_probability
from sim.vocabulary import EventKind, Purpose, Reason, Task

REFERRED_BIT = 1 << 49
NAME_RANGE = 281474976710656.0
"""Names of referred buyers: 48 bits of luck of their own under a bit that arrivals never reach."""


@compiled
def leaves_if_over(w: World, row: int, t: float) -> None:
    """A customer of no more consequence is no longer kept."""
    b = buyers(w)[row]
    if not lies_ahead(b):
        leave_queue(w, row, t)
        settle(w, row, t, US, customer_revenue(b))


@compiled
def visit_falls_due(w: World, row: int, t: float) -> None:
    """The account owner is to see the customer; one visit at a time, what is not done in time is missed."""
    b = buyers(w)[row]
    plans_visit(w, b, t)
    if b.owner < 0:
        return
    count_up(b, VISITS_DUE, LONG)
    if not b.marks & (QUEUED | IN_SERVICE):
        enqueue(w, row, t, Task.FARM.value)


@compiled
def is_served(w: World, row: int, t: float, task: int) -> None:
    """A rep has finished something for a customer; only a visit is of use."""
    b = buyers(w)[row]
    if task == Task.FARM:
        count_up(b, VISITS_MADE, LONG)
        note(w, b, t, EventKind.FARMED, attention(b), float(packed(b, VISITS_MADE, LONG)))


@compiled
def writes_review(w: World, b: Any, t: float) -> None:
    """The customer tells the market how it fared."""
    b.due[REVIEW] = inf
    valence = satisfaction_of(w, b)
    is_reviewed(w, t, valence)
    days(w)[int(t)].reviews += 1
    note(w, b, t, EventKind.REVIEWED, valence, 0.0)


@compiled
def speaks_of_us(w: World, row: int, t: float) -> int:
    """The customer speaks with somebody who may need us; returns the row of the buyer who appears, or -1.

    The child is named after its parent, so it is the same under every policy that makes the parent happy.
    """
    b = buyers(w)[row]
    k = packed(b, REFERRAL_NUMBER, SHORT)
    count_up(b, REFERRAL_NUMBER, SHORT)
    plans_referral(w, b)
    if uniform(b.luck, Purpose.REFERRED, k) >= satisfaction_of(w, b):
        return -1
    child = REFERRED_BIT | int(uniform(b.luck, Purpose.REFERRAL_NAME, k) * NAME_RANGE)
    count_up(b, REFERRALS, SHORT)
    days(w)[int(t)].referrals += 1
    note(w, b, t, EventKind.REFERRED_ANOTHER, float(child), float(packed(b, REFERRALS, SHORT)))
    return appears(w, t, child, w.p.referral_journey, -1)


@inlined
def stays_chance(w: World, satisfaction: float, cared: float) -> float:
    """Chance that the customer renews."""
    p = w.p
    return renewal_probability(
        p.renewal_base_value, p.renewal_satisfaction_value, satisfaction, p.renewal_care_value, cared
    )


@compiled
def why_churned(w: World, b: Any, u: float) -> int:
    """What would have kept the customer, with the same luck: more visits, more satisfaction, or nothing of ours."""
    p = w.p
    skill = keeping_skill(w, b.owner) if b.owner >= 0 else 1.0
    seen_to = care(skill, 1.0, known_to_sales(w, b))
    before = satisfaction_before_care(b)
    if u < stays_chance(w, clamped(before + p.care_effect * seen_to), seen_to):
        return Reason.IGNORED.value
    return Reason.FIT.value if u < stays_chance(w, 1.0, care_of(w, b)) else Reason.RIVAL.value


@compiled
def term_ends(w: World, row: int, t: float) -> None:
    """The contract runs out: the customer renews, perhaps for more, or leaves."""
    b = buyers(w)[row]
    p = w.p
    n = packed(b, RENEWALS, SHORT)
    satisfaction = satisfaction_of(w, b)
    cared = care_of(w, b)
    u = uniform(b.luck, Purpose.RENEWAL, n)
    if u >= stays_chance(w, satisfaction, cared) or n >= SHORT:
        churns(w, row, t, why_churned(w, b, u))
        return
    contract = contract_value(b)
    more = renewal_probability(
        p.expansion_base_value, p.renewal_satisfaction_value, satisfaction, p.renewal_care_value, cared
    )
    if uniform(b.luck, Purpose.EXPANSION, n) < more:
        contract *= 1.0 + p.expansion_rate
        note(w, b, t, EventKind.EXPANDED, contract, p.expansion_rate)
    renews_contract(b, contract)
    b.due[TERM_END] = t + p.term_days
    if not b.due[VISIT] < inf:
        plans_visit(w, b, t)
    day = days(w)[int(t)]
    day.renewals += 1
    day.renewal_value += contract
    day.revenue += contract
    note(w, b, t, EventKind.RENEWED, contract, float(n + 1))


@compiled
def churns(w: World, row: int, t: float, reason: int) -> None:
    """The customer leaves; whoever meant to write a review does so now."""
    b = buyers(w)[row]
    note(w, b, t, EventKind.CHURNED, float(reason), satisfaction_of(w, b))
    if b.due[REVIEW] < inf:
        writes_review(w, b, t)
    days(w)[int(t)].churned += 1
    b.exposures |= (reason + 1) << REASON
    b.facts_day = t
    b.marks |= CHURNED
    leave_queue(w, row, t)
    settle(w, row, t, US, customer_revenue(b))


@compiled
def customer_event(w: World, row: int, t: float, slot: int) -> int:
    """Something in a customer's diary has come; returns the row of a buyer who appears through it, or -1."""
    b = buyers(w)[row]
    child = -1
    if slot == VISIT:
        visit_falls_due(w, row, t)
        return child
    if slot == TERM_END:
        term_ends(w, row, t)
        return child
    if slot == END:
        b.due[END] = inf
        note(w, b, t, EventKind.FOLLOW_UP_ENDED, 0.0, 0.0)
        record(w, b, t, US, customer_revenue(b))
        return child
    if slot == REVIEW:
        writes_review(w, b, t)
    elif slot == REFERRAL:
        child = speaks_of_us(w, row, t)
    else:
        b.due[slot] = inf
    leaves_if_over(w, row, t)
    return child
