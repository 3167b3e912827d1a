"""After the sale: what was delivered against what was promised, and what the customer makes of it."""

from __future__ import annotations

from math import exp, log

from sim.engine.compiled import inlined


@inlined
def clamped(share: float) -> float:
    """A share brought into 0 to 1."""
    if share < 0.0:
        return 0.0
    return share if share < 1.0 else 1.0


@inlined
def logistic(logits: float) -> float:
    """Probability of log odds."""
    return 1.0 / (1.0 + exp(-logits)) if logits > -700.0 else 0.0


@inlined
def overselling(pushed: bool, obstructed: bool, early: bool, discount: float) -> float:
    """How much was promised beyond what can be delivered: one for each fault of the pass, and the discount.

    A push, two runners who contradict each other and a pass before the buyer was ready all raise hopes; whoever was
    won by price expects the full service all the same.

    Source: assumption.
    """
    return (1.0 if pushed else 0.0) + (1.0 if obstructed else 0.0) + (1.0 if early else 0.0) + discount


@inlined
def satisfaction_at_sale(
    base: float,
    fit_term: float,
    facts_term: float,
    promise_term: float,
    noise: float,
) -> float:
    """Delivered less promised, before anybody looks after the customer; not yet clamped.

    Source: assumption (section "after the sale" of the model).
    """
    return base + fit_term + facts_term - promise_term + noise


@inlined
def review_chance(rate: float, effect: float, satisfaction: float) -> float:
    """Chance that a customer reviews us: who is pleased tells it more often.

    Args:
        rate: Chance of a middling customer.
        effect: How much likelier a fully satisfied one is to, as a share of that.
        satisfaction: 0 to 1.

    Source: section "after the sale" of the model (satisfaction sets the volume of reviews); the form is an assumption.
    """
    return clamped(rate * (1.0 + effect * (2.0 * satisfaction - 1.0)))


@inlined
def care(skill: float, attention: float, complete: float) -> float:
    """What an account owner gives: skill, times visits made of those due, the better the more is known.

    Args:
        skill: The owner's skill at keeping customers, 1 at the median.
        attention: Visits made divided by visits due, 0 to 1.
        complete: Weighted share of the facts that the owner knows.

    Source: assumption; the form is that of a meeting's progress.
    """
    return skill * attention * (0.5 + 0.5 * complete)


@inlined
def renewal_probability(
    base: float, satisfaction_value: float, satisfaction: float, care_value: float, cared: float
) -> float:
    """Chance that a customer renews, or, with another base, buys more when renewing: logistic in both.

    Source: assumption.
    """
    return logistic(base + satisfaction_value * (satisfaction - 0.5) + care_value * cared)


@inlined
def referral_delay(heard: float, rate: float, mean_days: float) -> float:
    """Days from the sale to the referral at which the expected number of them reaches `heard`.

    The rate of referrals fades exponentially; their expected number by day t is rate * (1 - exp(-t / mean_days)).

    Args:
        heard: Sum of unit exponentials up to this referral.
        rate: Expected referrals of a fully satisfied customer.
        mean_days: Mean delay.

    Returns:
        Days, or a number beyond every horizon if there is no such referral.

    Source: T5.16 for the slow decay of referrals; the form is an assumption.
    """
    left = 1.0 - heard / rate if rate > 0.0 else 0.0
    return -mean_days * log(left) if left > 0.0 else 1e300
