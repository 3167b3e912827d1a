"""From words to numbers: what holds for the firm as a whole, one row per policy."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from sim.engine.tables import new_table
from sim.events.levers import copy_fields
from sim.events.numbers import FIRM
from sim.rules.demand import MONTH_DAYS
from sim.rules.integration import own_effort
from sim.rules.trust import kept_weight
from sim.scenario import Policy, Scenario
from sim.scenario.mechanisms import Committee, Mechanisms
from sim.scenario.organisation import ACCOUNT_OWNERS, MARKETING_PAY, SALES_PAY, Organisation
from sim.scenario.team import Team


def firm_table(scenario: Scenario, policies: Sequence[Policy]) -> Any:
    """Firm-wide levers, one row per policy in the order in which they come into force."""
    table = new_table(FIRM, len(policies))
    for f, policy in zip(table, policies, strict=True):
        _set_pay(f, policy.organisation, scenario)
        _set_accounts(f, policy.organisation, scenario)
        _set_mechanisms(f, policy.organisation.mechanisms, scenario.team)
        f.less_dispute = 1.0 - (1.0 - f.less_dispute) * (1.0 - policy.organisation.shared_attribution_rate)
    return table


def _set_pay(f: Any, organisation: Organisation, scenario: Scenario) -> None:
    f.sales_pay = SALES_PAY.index(organisation.sales_paid_for)
    f.marketing_pay = MARKETING_PAY.index(organisation.marketing_paid_for)
    copy_fields(f, organisation, "quarter_days next_quarter_weight push_gain discipline_rate usual_days")
    f.push_rate = organisation.push_discount_rate
    f.period_days = organisation.pay_period_days
    f.next_weight = organisation.next_period_weight
    f.effort_rate = organisation.touch_effort_rate
    f.spend_rate = organisation.touch_spend_rate
    f.belief_kept = kept_weight(organisation.belief_memory)
    monthly = organisation.lead_target_per_month
    share = f.period_days / MONTH_DAYS / scenario.team.marketers.count
    f.target = inf if monthly is None else monthly * share


def _set_accounts(f: Any, organisation: Organisation, scenario: Scenario) -> None:
    desk = organisation.deal_desk
    copy_fields(f, desk, "boundary_rate ceiling_rate approval_hours")
    f.approval_delay = desk.approval_delay.encoded(scenario.team.calendar.hours_per_business_day)
    f.account_owner = ACCOUNT_OWNERS.index(organisation.account_owner)
    f.farm_every_days = inf if organisation.farm_every_days is None else organisation.farm_every_days
    f.farm_hours = organisation.farm_hours


def _set_mechanisms(f: Any, mechanisms: Mechanisms, team: Team) -> None:
    """Strength of every effect and drawback: the setting times how fully the mechanism is done."""
    calendar = team.calendar
    f.integrated = 1 if any(one.intensity for one in mechanisms.each()) else 0
    f.mechanism_cost = mechanisms.cost_per_month_value / MONTH_DAYS
    week_hours = calendar.hours_per_business_day * calendar.days_per_week
    f.coordination_rate = mechanisms.hours_per_week / week_hours
    f.practice_days = mechanisms.practice_days
    definition, record = mechanisms.shared_definition, mechanisms.shared_record
    f.noise_cut = definition.intensity * definition.noise_effect
    f.agreed = definition.intensity * definition.follow_effect
    f.raised_slack = definition.slack / definition.intensity if definition.intensity else inf
    f.record_gain = record.intensity * record.record_effect
    unit, rotation = mechanisms.single_unit, mechanisms.job_rotation
    f.delay_factor = 1.0 - record.intensity * record.automation_effect
    f.delay_factor *= 1.0 - unit.intensity * unit.delay_effect
    f.less_dispute = unit.intensity * unit.dispute_effect
    f.neglect = unit.intensity * unit.neglect_effect
    f.far_distance = unit.far_distance
    f.rotation_gain = rotation.intensity * rotation.loss_effect
    f.openness = rotation.intensity * rotation.openness_effect
    f.openness += (1.0 - f.openness) * unit.intensity * unit.openness_effect
    f.welcome = rotation.intensity * rotation.welcome_effect
    f.skill_factor = 1.0 - rotation.intensity * rotation.rotation_cost
    _set_committee(f, mechanisms.committee)
    _set_joint(f, mechanisms)
    pay = mechanisms.joint_compensation
    f.skill_factor *= own_effort(pay.intensity * pay.free_riding, team.reps.count + team.marketers.count)


def _set_committee(f: Any, committee: Committee) -> None:
    f.committee_share = committee.intensity
    f.meeting_every = committee.every_days if committee.intensity else inf
    f.repair_rate = committee.intensity * committee.repair_rate
    f.fair_rate = committee.fair_rate
    ruled = min(committee.boundary_rate, f.ceiling_rate)
    f.boundary_rate += committee.intensity * (ruled - f.boundary_rate)


def _set_joint(f: Any, mechanisms: Mechanisms) -> None:
    teams, pay = mechanisms.cross_functional_teams, mechanisms.joint_compensation
    f.less_obstruction = teams.intensity * teams.obstruct_effect
    f.team_tells = teams.intensity * teams.tell_effect
    f.team_hours = teams.intensity * teams.team_hours
    f.joint_pay = pay.intensity
    f.shared_pay = pay.intensity * pay.share_effect
    f.short_sight = pay.intensity * pay.short_sight
    planning = mechanisms.joint_planning
    f.throttle = planning.intensity * planning.throttle
    f.comfortable_queue = planning.comfortable_queue
    f.most_throttle = planning.most
    training, desks = mechanisms.joint_training, mechanisms.co_location
    f.training = training.intensity * training.training_effect
    f.contact = desks.intensity * desks.contact_effect
