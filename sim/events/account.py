"""What a buyer's row holds while its price is negotiated and after the sale.

A row has no room for fields that only some buyers need, so fields without a meaning at that stage serve twice.
This file is the only place that knows which; everything else uses the names given here.
"""

from __future__ import annotations

from math import nan
from typing import Any, Final

from sim.engine.compiled import compiled, inlined
from sim.events.rows import CHURNED, CLOCK, LAST_SHIFT, ORIGIN_SHIFT, RIVAL, SERVED, TURN, WORK, World, reps
from sim.events.steps import known_to_sales
from sim.rules.satisfaction import care, clamped

TERM_END, REVIEW, REFERRAL, VISIT = CLOCK, TURN, RIVAL, WORK
"""Slots of a customer's diary: a customer has no clock, no turn and no rivals, and marketing's work is over."""

# Counts packed in a customer's `exposures`, which matter to touches before the sale only: place and bits.
VISITS_DUE, VISITS_MADE, RENEWALS, REFERRALS, REFERRAL_NUMBER, FACTS_SOLD, FACTS_KEPT, REASON = (
    0,
    12,
    24,
    32,
    40,
    48,
    52,
    56,
)
LONG: Final = 4095
SHORT: Final = 255
NIBBLE: Final = 15


@inlined
def wish_of(b: Any) -> float:
    """The discount a buyer in sales has asked for, 0 if none; kept where preparation's day was."""
    return float(b.prepared_day)


@inlined
def discount_of(b: Any) -> float:
    """The discount given to a buyer in sales or a customer; kept where preparation's hours were."""
    return float(b.prepared_hours)


@inlined
def keep_wish(b: Any, wish: float) -> None:
    """Write down what the buyer asks for."""
    b.prepared_day = wish


@inlined
def give_discount(b: Any, rate: float) -> None:
    """Write down the discount that holds from now on."""
    b.prepared_hours = rate


@inlined
def forget_price_talk(b: Any) -> None:
    """Nothing has been asked for and nothing given."""
    b.prepared_day = 0.0
    b.prepared_hours = 0.0


@inlined
def agreed_price(b: Any) -> float:
    """What the first contract is worth, the discount taken off."""
    return float(b.value * (1.0 - discount_of(b)))


@inlined
def satisfaction_before_care(b: Any) -> float:
    """A customer's satisfaction but for what its owner adds, not clamped; kept where fatigue was."""
    return float(b.fatigue)


@inlined
def contract_value(b: Any) -> float:
    """What a customer's contract is worth now; kept where the wish was."""
    return float(b.prepared_day)


@inlined
def renewal_value(b: Any) -> float:
    """Revenue of a customer's renewals so far; kept where the day of letting go was."""
    return float(b.let_go_day)


@inlined
def sold_day(b: Any) -> float:
    """Day of the sale, or of the churn once the customer has left; kept where the day of the facts was."""
    return float(b.facts_day)


@inlined
def opens_account(b: Any, t: float, satisfaction: float, contract: float) -> None:
    """The row of a buyer becomes the row of a customer."""
    b.fatigue = satisfaction
    b.prepared_day = contract
    b.let_go_day = 0.0
    b.facts_day = t
    b.exposures = 0


@inlined
def renews_contract(b: Any, contract: float) -> None:
    """Another term of a contract, worth this much."""
    b.prepared_day = contract
    b.let_go_day += contract
    b.exposures += 1 << RENEWALS


@inlined
def packed(b: Any, what: int, most: int) -> int:
    """One of a customer's packed counts."""
    return int((b.exposures >> what) & most)


@inlined
def count_up(b: Any, what: int, most: int) -> None:
    """Count one more, as far as there is room."""
    if ((b.exposures >> what) & most) < most:
        b.exposures += 1 << what


@inlined
def attention(b: Any) -> float:
    """Visits made of those that fell due, 0 while none has."""
    due = (b.exposures >> VISITS_DUE) & LONG
    made = (b.exposures >> VISITS_MADE) & LONG
    return made / due if due > 0 else 0.0


@inlined
def customer_revenue(b: Any) -> float:
    """All revenue from a customer so far: the first contract and the renewals."""
    return float(agreed_price(b) + renewal_value(b))


@inlined
def keeping_skill(w: World, rep: int) -> float:
    """How well a rep keeps customers; 1 is the median. Hunters open better than they keep, farmers the reverse."""
    r = reps(w)[rep]
    return float(r.skill * (1.0 - r.edge))


@inlined
def care_of(w: World, b: Any) -> float:
    """What the account owner gives this customer; nothing where there is none."""
    if b.owner < 0:
        return 0.0
    return care(keeping_skill(w, b.owner), attention(b), known_to_sales(w, b))


@inlined
def satisfaction_of(w: World, b: Any) -> float:
    """A customer's satisfaction now, 0 to 1."""
    return clamped(satisfaction_before_care(b) + w.p.care_effect * care_of(w, b))


@compiled
def writes_account(w: World, o: Any, b: Any) -> None:
    """The part of a counted buyer's row that tells of channels and of the time after the sale."""
    o.origin_channel = (b.marks >> ORIGIN_SHIFT) & 15
    o.last_channel = (b.marks >> LAST_SHIFT) & 15
    o.churn_reason = -1
    o.satisfaction = nan
    o.churn_day = nan
    if w.p.aftersale == 0 or not b.marks & SERVED:
        return
    o.visits_due = packed(b, VISITS_DUE, LONG)
    o.visits_made = packed(b, VISITS_MADE, LONG)
    o.renewals = packed(b, RENEWALS, SHORT)
    o.referrals = packed(b, REFERRALS, SHORT)
    o.facts_sold = packed(b, FACTS_SOLD, NIBBLE)
    o.facts_kept = packed(b, FACTS_KEPT, NIBBLE)
    o.satisfaction = satisfaction_of(w, b)
    o.renewal_value = renewal_value(b)
    if b.marks & CHURNED:
        o.churn_day = sold_day(b)
        o.churn_reason = packed(b, REASON, NIBBLE) - 1
