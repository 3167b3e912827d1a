"""Mechanisms of integration: what sharing words, records, meetings, work and pay does to the handoff.

Strengths are an effect times how fully its mechanism is done, 0 where it is off; a strength of 0 changes nothing
to the last bit.
"""

from __future__ import annotations

from math import exp, inf

from sim.engine.compiled import inlined


@inlined
def practised(days: float, practice_days: float, training: float) -> float:
    """How well a rep knows the firm's mechanisms `days` after beginning to use them, 0 to 1.

    Args:
        days: Days of use.
        practice_days: Time constant without joint training.
        training: How much sooner people know it with joint training.

    Source: T6.5 (benefits are gone with a new cohort that was not trained); the exponential is an assumption.
    """
    return 1.0 - exp(-days * (1.0 + training) / practice_days)


@inlined
def kept_with(retention: float, record: float, rotation: float) -> float:
    """Share of facts that survive a pass: of what the medium loses, shared records and rotation keep a part.

    Source: T6.2, T6.3 (direction); the form is an assumption.
    """
    return retention + (1.0 - retention) * (record + rotation - record * rotation)


@inlined
def lowered_rate(rate: float, weight: float) -> float:
    """A share whose odds are divided by e to the power of `weight`.

    Source: T2.7, T7.5 (direction); the form is an assumption.
    """
    if weight <= 0.0:
        return rate
    factor = exp(-weight)
    return rate * factor / (1.0 - rate + rate * factor)


@inlined
def follows_hand(seen: float, bar: float, slack: float) -> bool:
    """Whether a raised hand counts although the score is below the agreed bar.

    Source: assumption; the drawback of a definition is that what it does not cover is not seen.
    """
    return seen >= bar - slack


@inlined
def repaired(belief: float, fair: float, share: float) -> float:
    """What people think of each other after a meeting: part of the way up to what talking can restore.

    Source: T7.7 (meetings help); the form is an assumption.
    """
    return belief + share * (fair - belief) if belief < fair else belief


@inlined
def recounted(prior: float, strength: float, good: float, bad: float, belief: float) -> tuple[float, float]:
    """Good and bad outcomes that a person holding this belief would remember; bad ones are forgiven first.

    Args:
        prior: Belief before any outcome.
        strength: Outcomes it is worth.
        good: Weight of good outcomes so far.
        bad: Weight of bad ones.
        belief: The belief that shall follow from the counts, below 1 and not below what follows now.

    Source: arithmetic: the inverse of `believed_share`.
    """
    seen = strength + good + bad
    more = belief * seen - strength * prior - good
    if more <= bad:
        return good + more, bad - more
    return (belief * strength - strength * prior) / (1.0 - belief), 0.0


@inlined
def opens_later(waiting: float, reps: int, comfortable: float, throttle: float, most: float) -> float:
    """How much later the aim opens while sales has more to do than it likes.

    Args:
        waiting: Tasks that wait for all reps.
        reps: Number of reps.
        comfortable: Tasks per rep up to which nothing is held back.
        throttle: Shift of the aim for each task per rep beyond that.
        most: Most by which the aim shifts.

    Source: T7.11 (campaigns hurt where sales has no time for what they bring); the form is an assumption.
    """
    excess = waiting / reps - comfortable
    if excess <= 0.0:
        return 0.0
    shift = throttle * excess
    return shift if shift < most else most


@inlined
def stretched(days: float, neglect: float, below_aim: float, far: float) -> float:
    """Time until a buyer is nurtured again: longer for those far from the aim where all work on what is near.

    Source: T7.5 (some difference of time horizons helps); the form is an assumption.
    """
    return days * (1.0 + neglect) if below_aim > far else days


@inlined
def given_up_chance(short_sight: float, wait_days: float, days_left: float) -> float:
    """Chance that marketing leaves a buyer alone for the rest of the quarter, since it will not buy in it.

    The wait until the aim is taken as exponential.

    Source: T7.5 (with everyone on this quarter's revenue nobody feeds the next); the form is an assumption.
    """
    if short_sight <= 0.0 or wait_days <= 0.0 or days_left == inf:
        return 0.0
    return short_sight * exp(-days_left / wait_days)


def own_effort(free_riding: float, people: int) -> float:
    """Effort of somebody who shares the pay for its own work with everybody.

    Args:
        free_riding: Part of the effort that would go if nothing of what it earns were its own.
        people: Those who share, itself included.

    Source: T7.14 (rewards shared by n leave each 1/n of what its effort brings); the linear form is an assumption.
    """
    return 1.0 - free_riding * (1.0 - 1.0 / people)


@inlined
def coordinated_hours(hours: float, coordination_rate: float) -> float:
    """Hours a task takes when a share of every working hour goes to coordination.

    Source: arithmetic.
    """
    return hours / (1.0 - coordination_rate)
