"""Trust and regard: what people believe of each other, and what it makes them do."""

from __future__ import annotations

from math import exp

from sim.engine.compiled import inlined


@inlined
def believed_share(prior: float, strength: float, good: float, bad: float) -> float:
    """Share of good outcomes that somebody expects: a prior worth `strength` outcomes and what was seen.

    Source: section "the organisation" of the model (Bayesian counts); assumption.
    """
    seen = strength + good + bad
    return (strength * prior + good) / seen if seen > 0.0 else prior


@inlined
def kept_weight(memory: float) -> float:
    """What an outcome still counts when one more has been seen; after `memory` outcomes 1/e.

    Source: section "the organisation" of the model (forgetting); assumption.
    """
    return exp(-1.0 / memory)


@inlined
def withheld_share(withhold_rate: float, belief: float) -> float:
    """Share of the facts somebody keeps back who thinks `belief` of the other side; falls linearly to 0.

    Source: T7.5 (direction); the form is an assumption.
    """
    return withhold_rate * (1.0 - belief)


@inlined
def disputed_hours(dispute_hours: float, trust: float, regard: float) -> float:
    """Hours a rep loses over the credit for one win; most when both sides think nothing of each other.

    Source: T2.11 (marketers claim 38 % of the wins, sales grants 23 %); the form is an assumption.
    """
    return dispute_hours * (1.0 - trust) * (1.0 - regard)


@inlined
def spite_slide(spite_shift: float, regard: float) -> float:
    """How far marketing lets its aim slide down: nothing at a regard of one half or more.

    Source: T7.12 (unhealthy conflict is common); the form is an assumption.
    """
    return spite_shift * (0.5 - regard) if regard < 0.5 else 0.0


@inlined
def conflict_rate(trust: float, regard: float) -> float:
    """How much is missing to full trust and full regard, on average.

    Source: section "the organisation" of the model; assumption.
    """
    return 1.0 - 0.5 * (trust + regard)
