"""The buyer's choice between us, a rival, somebody else and waiting."""

from __future__ import annotations

from math import exp

from sim.engine.compiled import inlined


@inlined
def our_utility(
    base: float,
    fit_term: float,
    facts_term: float,
    relationship_term: float,
    penalty: float,
) -> float:
    """Utility of buying from us, the sum of its terms; penalties are negative.

    Source: assumption (a multinomial logit).
    """
    return base + fit_term + facts_term + relationship_term + penalty


@inlined
def unassisted_share(talks: float, talks_scale: float) -> float:
    """How much a buyer still misses a rep at its side: all of it before the first talk, then less with each.

    Args:
        talks: Live talks of this lap: the first contact, meetings and proposals.
        talks_scale: Talks after which 1/e of it is left; 0 when the first talk does it all.

    Source: assumption; T7.11 (leads that are called but not worked on are not sold to).
    """
    if talks <= 0.0:
        return 1.0
    return exp(-talks / talks_scale) if talks_scale > 0.0 else 0.0


@inlined
def rival_utility(strength: float, engagements: float, engagement_value: float, shortlist: float) -> float:
    """Utility of one rival: its strength, what its engagements add with diminishing returns, and its shortlist.

    Source: T5.3 (the favourite before contact wins about 8 in 10); the form is an assumption.
    """
    return strength + engagement_value * engagements / (1.0 + engagements) + shortlist


@inlined
def wait_utility(wait: float, indecision: float, complete: float) -> float:
    """Utility of not deciding yet: indecision grows with what the seller does not know.

    Source: T3.11 (no-decision falls with full buyer facts), T5.9.
    """
    return wait + indecision * (1.0 - complete)


@inlined
def weight(utility: float) -> float:
    """Weight of an alternative in the logit choice; utilities are clamped to keep exp finite."""
    if utility > 30.0:
        return exp(30.0)
    return exp(utility) if utility > -60.0 else 0.0
