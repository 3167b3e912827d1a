"""From words to numbers: negotiation and the time after the sale."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.events.levers import copy_fields
from sim.scenario import Scenario


def set_aftersale(p: Any, scenario: Scenario) -> None:
    """Write what the market says of prices and customers into the parameters."""
    negotiation, after = scenario.market.negotiation, scenario.market.aftersale
    copy_fields(p, negotiation, " ".join(type(negotiation).model_fields))
    copy_fields(
        p,
        after,
        "fit_effect facts_effect care_effect promise_effect satisfaction_spread review_rate review_delay_days "
        "review_satisfaction_effect "
        "reviews_memory_days reviews_at_start valence_at_start volume_elasticity valence_elasticity "
        "reputation_value referral_rate referral_delay_days renewal_base_value renewal_satisfaction_value "
        "renewal_care_value expansion_base_value expansion_rate story_gain story_half story_memory_days",
    )
    p.satisfaction_base = after.satisfaction_base_rate
    p.term_days = inf if after.term_days is None else after.term_days
    journeys = list(scenario.market.journeys)
    p.referral_journey = -1 if after.referral_journey is None else journeys.index(after.referral_journey)
    p.negotiates = 1 if negotiation.demand_rate > 0 or _anybody_pushes(scenario) else 0
    p.reviewed = 1 if after.review_rate > 0 else 0
    p.talks = 1 if after.review_rate > 0 or after.story_gain > 0 else 0
    p.aftersale = 1 if after.review_rate > 0 or after.referral_rate > 0 or after.term_days is not None else 0


def _anybody_pushes(scenario: Scenario) -> bool:
    """Whether some policy of the run pays reps by the quarter, so that prices are talked about."""
    policies = [scenario.policy, *(change.policy for change in scenario.horizon.changes)]
    return any(policy.organisation.sales_paid_for == "quarter" for policy in policies)


def start_word_of_mouth(s: Any, scenario: Scenario) -> None:
    """The reviews that exist before the first day."""
    after = scenario.market.aftersale
    s.review_volume = after.reviews_at_start
    s.review_valence = after.reviews_at_start * after.valence_at_start
