"""From words to numbers: negotiation, the time after the sale, and what holds for the whole firm."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.tables import new_table
from sim.events.levers import copy_fields
from sim.events.rows import FIRM
from sim.scenario import Scenario
from sim.scenario.organisation import ACCOUNT_OWNERS


def set_aftersale(p: Any, scenario: Scenario) -> None:
    """Write what the market says of prices and customers into the parameters."""
    negotiation, after = scenario.market.negotiation, scenario.market.aftersale
    copy_fields(p, negotiation, " ".join(type(negotiation).model_fields))
    copy_fields(
        p,
        after,
        "fit_effect facts_effect care_effect promise_effect satisfaction_spread review_rate review_delay_days "
        "reviews_memory_days reviews_at_start valence_at_start volume_elasticity valence_elasticity "
        "reputation_value referral_rate referral_delay_days renewal_base_value renewal_satisfaction_value "
        "renewal_care_value expansion_base_value expansion_rate story_gain story_half story_memory_days",
    )
    p.satisfaction_base = after.satisfaction_base_rate
    p.term_days = inf if after.term_days is None else after.term_days
    journeys = list(scenario.market.journeys)
    p.referral_journey = -1 if after.referral_journey is None else journeys.index(after.referral_journey)
    p.negotiates = 1 if negotiation.demand_rate > 0 else 0
    p.reviewed = 1 if after.review_rate > 0 else 0
    p.talks = 1 if after.review_rate > 0 or after.story_gain > 0 else 0
    p.aftersale = 1 if after.review_rate > 0 or after.referral_rate > 0 or after.term_days is not None else 0


def start_word_of_mouth(s: Any, scenario: Scenario) -> None:
    """The reviews that exist before the first day."""
    after = scenario.market.aftersale
    s.review_volume = after.reviews_at_start
    s.review_valence = after.reviews_at_start * after.valence_at_start


def firm_table(scenario: Scenario) -> Any:
    """One row of firm-wide levers for each policy."""
    policies = [scenario.policy, *(change.policy for change in scenario.horizon.changes)]
    hours = scenario.team.calendar.hours_per_business_day
    table = new_table(FIRM, len(policies))
    for f, policy in zip(table, policies, strict=True):
        firm, desk = policy.organisation, policy.organisation.deal_desk
        f.account_owner = ACCOUNT_OWNERS.index(firm.account_owner)
        f.boundary_rate = desk.boundary_rate
        f.ceiling_rate = desk.ceiling_rate
        f.approval_delay = desk.approval_delay.encoded(hours)
        f.approval_hours = desk.approval_hours
        f.farm_every_days = inf if firm.farm_every_days is None else firm.farm_every_days
        f.farm_hours = firm.farm_hours
    return table
