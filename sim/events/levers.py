"""A policy as numbers: one row of levers for each policy and journey."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from sim.engine.tables import new_table
from sim.events.numbers import FACTS, LEVERS, PLAN
from sim.rules.demand import MONTH_DAYS
from sim.scenario import Levers, Policy, Scenario, Triage
from sim.scenario.engagement import activity_for, told_from
from sim.vocabulary import Breach, Fact, Order, Phase, Reason, Routing, Trigger, from_word, word


def copy_fields(target: Any, source: Any, names: str) -> None:
    """Copy the fields of these names, separated by blanks."""
    for name in names.split():
        setattr(target, name, getattr(source, name))


def lever_table(scenario: Scenario, policies: Sequence[Policy]) -> Any:
    """One row of levers for each policy and journey, in this order."""
    journeys = list(scenario.market.journeys)
    table = new_table(LEVERS, len(policies) * len(journeys))
    for nth, policy in enumerate(policies):
        for number, name in enumerate(journeys):
            row = table[nth * len(journeys) + number]
            _set_levers(row, policy.for_journey(name), scenario, name)
            row.go_level = min(float(row.go_level), told_from(policy.engagement, name))
    return table


def policies_of(scenario: Scenario) -> list[Policy]:
    """The policy at the start, then those that take over during the run."""
    return [scenario.policy, *(change.policy for change in scenario.horizon.changes)]


def plan_table(scenario: Scenario, policies: Sequence[Policy]) -> Any:
    """The engagement plans: one row for each policy, journey and phase, in this order."""
    journeys, channels = list(scenario.market.journeys), list(scenario.market.channels)
    table = new_table(PLAN, len(policies) * len(journeys) * len(Phase))
    rows = iter(table)
    for policy in policies:
        for name in journeys:
            for phase in Phase:
                row, activity = next(rows), activity_for(policy.engagement, name, phase)
                if activity is not None:
                    row.in_plan = 1
                    row.by_sales = 1 if activity.role == "sales" else 0
                    row.plan_channels = len(activity.channels)
                    row.every_days = activity.every
                    row.relevance = activity.relevance
                    for place, channel in enumerate(activity.channels):
                        row.plan_channel[place] = channels.index(channel)
    return table


def _set_levers(k: Any, levers: Levers, scenario: Scenario, journey: str) -> None:
    hours = scenario.team.calendar.hours_per_business_day
    k.aim_open, k.aim_close = levers.aim.on(scenario.market.journeys[journey].zone)
    k.go_level = inf if levers.checkmark is None else k.aim_open - levers.checkmark
    copy_fields(
        k, levers, "prepare_hours age_days overlap obstruct_rate introduction_hours attempts expiry_days"
    )
    k.near_days = levers.deadline_near_days
    k.wanted = sum(1 << from_word(Trigger, name) for name in set(levers.triggers))
    k.all_of_them = 1 if levers.combine == "all" else 0
    k.quota = levers.quota_per_month * levers.quota_review_days / MONTH_DAYS
    k.review_days = levers.quota_review_days if "quota" in levers.triggers else inf
    k.bar_drop = levers.quota_bar_drop
    channels = list(scenario.market.channels)
    k.nurture_days = inf if levers.nurture.cadence_days is None else levers.nurture.cadence_days
    k.nurture_channel = 0 if levers.nurture.channel is None else channels.index(levers.nurture.channel)
    k.overlap_pace = levers.overlap_pace_per_day
    k.overlap_cost = levers.overlap_cost_per_day_value
    k.introduction = 1 if levers.warm_introduction else 0
    k.conveys_rate = levers.introduction_conveys_rate
    k.routing = from_word(Routing, levers.routing)
    k.routing_delay = levers.routing_delay.encoded(hours)
    k.batch_days = levers.batch_hours / 24.0
    k.triage_bar = levers.triage.bar
    copy_fields(k, levers.triage, "tracking_rate ignore_rate workload_effect trust_effect")
    k.response_target = inf if levers.response_target is None else levers.response_target.encoded(hours)
    k.breach = from_word(Breach, levers.breach)
    k.spacing = levers.attempt_spacing.encoded(hours)
    k.order = from_word(Order, levers.order)
    recycling = levers.recycling
    k.recycle_mask = sum(1 << from_word(Reason, name) for name in set(recycling.reasons))
    k.max_laps = recycling.max_laps
    k.previous_owner = 1 if recycling.previous_owner else 0
    k.kept_rate = recycling.kept_position_rate
    for reason in Reason:
        k.cool_off[reason] = recycling.cool_off_days[word(reason)]
    _set_media(k, levers, scenario)
    for number, name in enumerate(channels):
        k.spend[number] = levers.spend.get(name, 1.0)
    _set_follow_up(k, levers.triage)


def _set_follow_up(k: Any, triage: Triage) -> None:
    k.prequalification = triage.prequalification_effect
    names = "experience_tracking experience_volume experience_prequalification"
    names += " performance_volume performance_tracking"
    copy_fields(k, triage, names)
    answers = [triage.prequalification_effect, *(getattr(triage, name) for name in names.split())]
    k.varied = 1 if any(answers) else 0


def _set_media(k: Any, levers: Levers, scenario: Scenario) -> None:
    there, back = scenario.team.media[levers.medium], scenario.team.media[levers.medium_back]
    for fact in range(FACTS):
        name = word(Fact(fact))
        k.retention[fact] = 0.0 if name in there.loses else there.retention
        k.return_retention[fact] = 0.0 if name in back.loses else back.retention
