"""From words to numbers: what holds for the firm as a whole, one row per policy."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from sim.engine.tables import new_table
from sim.events.levers import copy_fields
from sim.events.rows import FIRM
from sim.rules.demand import MONTH_DAYS
from sim.rules.trust import kept_weight
from sim.scenario import Policy, Scenario
from sim.scenario.organisation import ACCOUNT_OWNERS, MARKETING_PAY, SALES_PAY, Organisation


def firm_table(scenario: Scenario, policies: Sequence[Policy]) -> Any:
    """Firm-wide levers, one row per policy in the order in which they come into force."""
    table = new_table(FIRM, len(policies))
    for f, policy in zip(table, policies, strict=True):
        _set_pay(f, policy.organisation, scenario)
        _set_accounts(f, policy.organisation, scenario)
    return table


def _set_pay(f: Any, organisation: Organisation, scenario: Scenario) -> None:
    f.sales_pay = SALES_PAY.index(organisation.sales_paid_for)
    f.marketing_pay = MARKETING_PAY.index(organisation.marketing_paid_for)
    copy_fields(f, organisation, "quarter_days next_quarter_weight push_gain discipline_rate usual_days")
    f.push_rate = organisation.push_discount_rate
    f.period_days = organisation.pay_period_days
    f.next_weight = organisation.next_period_weight
    f.effort_rate = organisation.touch_effort_rate
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
