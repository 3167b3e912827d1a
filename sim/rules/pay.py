"""Pay: what acting now brings against waiting, for people paid by a period.

No rule here knows what a month's end is. People compare the pay of acting now with the pay of waiting, and a
period that runs out makes waiting pay less.
"""

from __future__ import annotations

from math import exp, inf, sqrt

from sim.engine.compiled import inlined
from sim.rules.track import coast_days

LOGISTIC = 1.702
"""Slope at which a logistic curve comes nearest to the normal distribution."""
BREACH = 0.1
"""Distance below the aim, on the score scale, for which marketers give up `discipline_rate`."""
BELIEF_STRENGTH = 10.0
"""Leads that marketers' belief before any experience is worth."""
BELIEF_SPREAD = 0.1
"""Spread of the scores of those leads."""
BELIEF_MEAN = 0.5
"""Share of them that come to something."""
BELIEF_SLOPE = 1.0
"""How much that share rises with a unit of score."""
LEAST_BELIEF = 0.01
OBSERVED_DAYS = 30.0
"""Days of watching a buyer after which what was seen counts as much as what is usual."""
LEAST_PROGRESS = 1e-4
"""Progress per day that marketers expect of a buyer who does not move."""
URGENT_DAYS = 7.0
"""Slack, in days, at which the pay at risk through putting a task off has fallen to 1/e."""


@inlined
def miss_chance(target: float, earned: float, flow_per_day: float, days_left: float) -> float:
    """Chance that a pay period's target is missed without one more lead: what that lead is worth.

    What still comes is taken as Poisson with the flow seen so far; its distribution by a logistic curve.

    Source: T8.8 (pay that depends on a target is gamed); the form is an assumption.
    """
    if target == inf:
        return 1.0
    coming = flow_per_day * days_left
    z = LOGISTIC * (target - earned - coming) / sqrt(coming + 1.0)
    if z > 30.0:
        return 1.0
    return 1.0 / (1.0 + exp(-z)) if z > -30.0 else 0.0


@inlined
def believed_credit(
    seen: float, aim: float, n: float, sum_x: float, sum_y: float, sum_xx: float, sum_xy: float
) -> float:
    """Chance that a lead let go at a score comes to what marketing is paid for, as marketers believe.

    A line fitted to fading sums over past leads, added to a belief held before any: one in two at the aim,
    more above it. Nobody believes that a higher score is worse.

    Args:
        seen: Score of the lead.
        aim: Where the policy's aim opens.
        n: Weight of past leads.
        sum_x: Their scores, less the aim.
        sum_y: How many came to something.
        sum_xx: Squares of the scores, less the aim.
        sum_xy: Scores, less the aim, of those that came to something.

    Source: T2.6 (about half of marketing's leads look like a fit to sales); the form is an assumption.
    """
    weight = BELIEF_STRENGTH + n
    mean_x = sum_x / weight
    mean_y = (BELIEF_STRENGTH * BELIEF_MEAN + sum_y) / weight
    prior_xx = BELIEF_STRENGTH * BELIEF_SPREAD * BELIEF_SPREAD
    var = prior_xx + sum_xx - weight * mean_x * mean_x
    cov = prior_xx * BELIEF_SLOPE + sum_xy - mean_x * (BELIEF_STRENGTH * BELIEF_MEAN + sum_y)
    slope = cov / var if cov > 0.0 else 0.0
    chance = mean_y + slope * (seen - aim - mean_x)
    return min(1.0, max(LEAST_BELIEF, chance))


@inlined
def progress_per_day(seen: float, start: float, aim: float, age_days: float, usual_days: float) -> float:
    """Progress that a marketer expects of a buyer: what it has made since it came, and what is usual.

    Source: assumption (shrinkage with the weight of `OBSERVED_DAYS`).
    """
    usual = (aim - start) / usual_days
    rate = (seen - start + usual * OBSERVED_DAYS) / (age_days + OBSERVED_DAYS)
    return rate if rate > LEAST_PROGRESS else LEAST_PROGRESS


@inlined
def waiting_worth(
    wait_days: float,
    days_left: float,
    period_days: float,
    marginal: float,
    next_weight: float,
    hazard_per_day: float,
) -> float:
    """What a lead is worth, in leads paid now, when it is let go at the aim rather than today.

    The wait is exponential with the mean `wait_days`: it ends within the period, where a lead brings
    `marginal`, or in a later one, each of which counts `next_weight` of the one before; and the buyer may be
    gone by then.

    Source: T8.8; the form is an assumption.
    """
    misses = exp(-days_left / wait_days)
    passes_period = exp(-period_days / wait_days)
    later = 1.0
    if next_weight < 1.0:
        later = next_weight * (1.0 - passes_period) / (1.0 - next_weight * passes_period)
    return (marginal * (1.0 - misses) + misses * later) / (1.0 + hazard_per_day * wait_days)


@inlined
def lets_go_for_pay(
    marginal: float, credit_rate: float, below_aim: float, discipline_rate: float, waiting: float
) -> bool:
    """Whether letting go below the aim pays more than waiting for it.

    Args:
        marginal: What one more lead of full credit is worth now.
        credit_rate: Credit of the lead now, relative to its credit at the aim.
        below_aim: How far below the aim its score is.
        discipline_rate: Pay given up rather than let go a tenth of the track too soon.
        waiting: What the lead is worth when it is let go at the aim.

    Source: T8.8; the form is an assumption.
    """
    return marginal * credit_rate - discipline_rate * below_aim / BREACH > waiting


@inlined
def holds_on(credit_now: float, credit_then: float, hazard_per_day: float, days: float) -> bool:
    """Whether credit still rises by more than waiting risks.

    Source: assumption.
    """
    return credit_then / (1.0 + hazard_per_day * days) > credit_now


@inlined
def spends_on(touch_pay: float, effort_rate: float, beyond_aim: float, discipline_rate: float) -> bool:
    """Whether somebody paid for what is spent keeps a buyer beyond the aim, since one more touch still pays.

    Args:
        touch_pay: Pay for what one nurture touch spends.
        effort_rate: Effort of that touch.
        beyond_aim: How far beyond the aim the buyer's score is.
        discipline_rate: Pay given up rather than let go a tenth of the track too late.

    Source: T8.8 (people do what they are paid for); the form is an assumption.
    """
    return touch_pay - effort_rate > discipline_rate * beyond_aim / BREACH


@inlined
def touch_pays(waiting: float, wait_days: float, cadence_days: float, effort_rate: float) -> bool:
    """Whether nurturing a buyer up to the aim brings more than the effort of all the touches it takes.

    Source: T8.8; the form is an assumption.
    """
    return waiting > effort_rate * wait_days / cadence_days


@inlined
def push_pays(
    days_before: float,
    days_after: float,
    days_left: float,
    spacing_days: float,
    discount_rate: float,
    next_weight: float,
) -> bool:
    """Whether a discount pays now that pulls a deal into the period.

    It does when the deal would close too late without it, just in time with it, and too late again if the
    offer were kept for the next meeting.

    Args:
        days_before: Days until the deal closes, as the rep believes, without an offer.
        days_after: The same with an offer.
        days_left: Days left of the pay period.
        spacing_days: Days until the next meeting.
        discount_rate: Discount it takes.
        next_weight: What the deal would be worth in the next period.

    Source: T8.8 (deals pulled in across quarters cost 6 to 8 % of revenue).
    """
    in_time = days_before > days_left >= days_after > days_left - spacing_days
    return in_time and 1.0 - discount_rate > next_weight


@inlined
def closing_days(x: float, v: float, tau: float, progress: float, spacing_days: float) -> float:
    """Days until a deal closes as its rep believes: the momentum there is, then meeting after meeting.

    Args:
        x: Position of the buyer.
        v: Its speed, track per day.
        tau: Time constant of its motion, days.
        progress: Progress of one more meeting if nothing follows.
        spacing_days: Days from one meeting to the next.

    Source: closed form of the law T9.5 as far as the momentum carries; the rest is an assumption.
    """
    coasting = coast_days(x, v, tau, 1.0)
    if coasting < inf:
        return coasting
    return (1.0 - x - v * tau) / progress * spacing_days if progress > 0.0 else inf


@inlined
def urgency(days: float, days_left: float, next_weight: float) -> float:
    """Pay at risk through putting off a deal's next task: most when it can just still close in the period.

    Source: T8.8, T8.10 (sales bunch at the end of the fiscal year); the form is an assumption.
    """
    slack = days_left - days
    if slack < 0.0 or days_left == inf:
        return 0.0
    return (1.0 - next_weight) * exp(-slack / URGENT_DAYS)


@inlined
def days_left_of(day: float, period_days: float) -> float:
    """Days until the period ends in which a day lies.

    Source: arithmetic.
    """
    return period_days * (day // period_days + 1.0) - day
