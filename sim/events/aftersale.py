"""From the sale on: a buyer becomes a customer, with a satisfaction, an account owner and a diary of its own."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import exponential_quantile, normal_quantile, uniform
from sim.events.account import (
    FACTS_KEPT,
    FACTS_SOLD,
    REFERRAL,
    REFERRAL_NUMBER,
    REVIEW,
    SHORT,
    TERM_END,
    VISIT,
    agreed_price,
    discount_of,
    keeping_skill,
    opens_account,
    packed,
    sold_day,
)
from sim.events.integration import kept_rate
from sim.events.ledger import settle
from sim.events.recycling import levers_of
from sim.events.routing import least_loaded
from sim.events.rows import (
    EARLY,
    ESCALATED,
    OBSTRUCTED,
    POOLED,
    PUSHED,
    SERVED,
    US,
    World,
    buyers,
    firms,
    reps,
)
from sim.events.steps import change_stage, clear_diary, known_to_sales, lose_in_sales, note
from sim.rules.facts import count
from sim.rules.satisfaction import clamped, overselling, referral_delay, review_chance, satisfaction_at_sale
from sim.vocabulary import EventKind, Purpose, Stage

CLOSER, FARMER, LEAST_LOADED = 0, 1, 2
NEVER = 1e299


@compiled
def best_keeper(w: World) -> int:
    """The rep who keeps customers best, less a little for every waiting task."""
    best = 0
    top = -1e18
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        here = keeping_skill(w, rep) - 0.1 * (r.waiting + (1.0 if r.current >= 0 else 0.0))
        if here > top:
            top = here
            best = rep
    return int(best)


@compiled
def passes_account(w: World, b: Any, t: float) -> None:
    """The second handoff: another rep looks after the customer, with what the medium keeps of the facts."""
    way = firms(w)[w.s.policy].account_owner
    owner = int(b.owner)
    if way == FARMER:
        owner = best_keeper(w)
    elif way == LEAST_LOADED:
        owner = least_loaded(w, 0, 1)
    known = count(b.facts_sales)
    b.exposures += known << FACTS_SOLD
    if owner != b.owner:
        k = levers_of(w, b)
        lost = 0
        for fact in range(8):
            kept = kept_rate(w, owner, k.retention[fact])
            if b.facts_sales & (1 << fact) and uniform(b.luck, Purpose.SECOND_PASS, fact) > kept:
                lost |= 1 << fact
        lose_in_sales(w, b, lost)
        b.owner = owner
        note(w, b, t, EventKind.ACCOUNT_PASSED, float(owner), float(count(b.facts_sales)))
    b.exposures += count(b.facts_sales) << FACTS_KEPT


@compiled
def is_satisfied(w: World, b: Any) -> float:
    """Satisfaction at the sale: what was delivered against what was promised."""
    p = w.p
    promised = overselling(
        b.marks & PUSHED != 0, b.marks & OBSTRUCTED != 0, b.marks & EARLY != 0, discount_of(b)
    )
    return satisfaction_at_sale(
        p.satisfaction_base,
        p.fit_effect * (b.fit - 0.5),
        p.facts_effect * (known_to_sales(w, b) - 0.5),
        p.promise_effect * promised,
        p.satisfaction_spread * normal_quantile(uniform(b.luck, Purpose.SATISFACTION, 0)),
    )


@compiled
def plans_referral(w: World, b: Any) -> None:
    """Note when this customer may next speak of us to somebody; the moments depend on its luck alone."""
    number = packed(b, REFERRAL_NUMBER, SHORT)
    if w.p.referral_rate <= 0.0 or number >= SHORT:
        b.due[REFERRAL] = inf
        return
    heard = 0.0
    for k in range(number + 1):
        heard += exponential_quantile(uniform(b.luck, Purpose.REFERRAL_GAP, k))
    wait = referral_delay(heard, w.p.referral_rate, w.p.referral_delay_days)
    b.due[REFERRAL] = sold_day(b) + wait if wait < NEVER else inf


@inlined
def plans_visit(w: World, b: Any, t: float) -> None:
    """Note when the account owner is to see the customer next."""
    b.due[VISIT] = t + firms(w)[w.s.policy].farm_every_days


@inlined
def lies_ahead(b: Any) -> bool:
    """Whether a customer can still be of any consequence; visits alone are of none."""
    return bool(b.due[TERM_END] < inf or b.due[REVIEW] < inf or b.due[REFERRAL] < inf)


@compiled
def is_sold(w: World, row: int, t: float) -> None:
    """The buyer has bought from us: its story is over, unless the market knows a second moment of truth."""
    b = buyers(w)[row]
    w.s.customers_won += 1
    price = agreed_price(b)
    if w.p.aftersale == 0:
        settle(w, row, t, US, price)
        return
    clear_diary(b)
    change_stage(w, b, t, Stage.CUSTOMER)
    b.v = 0.0
    b.pace = 0.0
    felt = is_satisfied(w, b)
    b.marks = (b.marks & ~(POOLED | ESCALATED)) | SERVED
    opens_account(b, t, felt, price)
    passes_account(w, b, t)
    note(w, b, t, EventKind.BECAME_CUSTOMER, clamped(felt), float(b.owner))
    b.due[TERM_END] = t + w.p.term_days
    told = review_chance(w.p.review_rate, w.p.review_satisfaction_effect, clamped(felt))
    if uniform(b.luck, Purpose.REVIEWS, 0) < told:
        b.due[REVIEW] = t + w.p.review_delay_days
    plans_referral(w, b)
    plans_visit(w, b, t)
    if not lies_ahead(b):
        settle(w, row, t, US, price)
