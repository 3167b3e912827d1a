"""The organisation: what a policy decides for the whole firm, not for single journeys."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from sim.scenario.fields import Absent, Finding, OneOf, Part, refuse_all, setting
from sim.scenario.mechanisms import Mechanisms
from sim.scenario.units import Hours, NonNegative, Positive, PositiveDays, Rate, Span, SpanText

__all__ = ["ACCOUNT_OWNERS", "MARKETING_PAY", "SALES_PAY", "DealDesk", "Organisation"]

SALES_PAY = ("flat", "quarter", "lifetime")
MARKETING_PAY = ("policy", "spend", "lead-count", "accepted-leads", "revenue")

ACCOUNT_OWNERS = ("closer", "farmer", "least-loaded")
"""Who can get a customer after the sale, in the order of their numbers."""


class DealDesk(Part):
    """Who may give a discount, how much, and how long it takes to be allowed."""

    boundary_rate: Rate = setting(
        0.1, meaning="discount that a rep may give at once", unit="share of the price"
    )
    ceiling_rate: Rate = setting(
        0.25, meaning="highest discount that is ever allowed", unit="share of the price"
    )
    approval_delay: SpanText = setting(
        Span(2.0, business=True, working_days=True),
        meaning="time from the rep's request to the answer",
        unit="days",
    )
    approval_hours: Hours = setting(
        0.5, meaning="rep's work on a request that goes beyond the boundary", unit="hours"
    )

    @model_validator(mode="after")
    def _ceiling_above_boundary(self) -> DealDesk:
        """Refuse a ceiling below what reps give without asking."""
        if self.ceiling_rate < self.boundary_rate:
            refuse_all(
                [
                    Finding(
                        ("ceiling_rate",),
                        "is below boundary_rate, which nobody has to ask for",
                        self.ceiling_rate,
                        f"at least boundary_rate, {self.boundary_rate:g}",
                    )
                ]
            )
        return self


class Organisation(Part):
    """Levers that hold for the firm as a whole and cannot be set for one journey."""

    sales_paid_for: Annotated[str, OneOf(*SALES_PAY)] = setting(
        "flat",
        meaning="what reps are paid for: nothing in particular, this quarter's deals, or customers for life",
        source="T8.8",
    )
    quarter_days: PositiveDays = setting(
        91.25, meaning="length of the period over which sales pay is counted", unit="days", source="T8.8"
    )
    next_quarter_weight: Rate = setting(
        0.5,
        meaning="what the same deal closed in the next quarter is worth to a rep paid by the quarter",
        unit="share",
        source="T8.8, assumption",
    )
    push_discount_rate: Rate = setting(
        0.1,
        meaning="discount a rep offers to have a deal closed within the quarter",
        unit="share of the price",
        source="T8.8",
    )
    push_gain: NonNegative = setting(
        0.15, meaning="progress of an offer that ends with the quarter, if nothing follows", unit="position"
    )
    marketing_paid_for: Annotated[str, OneOf(*MARKETING_PAY)] = setting(
        "policy",
        meaning="what marketing is paid for; under policy it does as it is told",
    )
    pay_period_days: PositiveDays = setting(
        30.4375, meaning="length of the period over which marketing's pay is counted", unit="days"
    )
    lead_target_per_month: Annotated[NonNegative | None, Absent("none")] = setting(
        None,
        meaning="leads (or accepted leads) marketing is paid for, firm-wide; none: every one is paid",
        unit="leads per month",
    )
    discipline_rate: NonNegative = setting(
        0.3,
        meaning="pay of a lead given up rather than let it go a tenth of the track below the policy's aim",
        unit="pay of a lead",
    )
    next_period_weight: Rate = setting(
        0.5,
        meaning="what a lead of the next period is worth to a marketer paid by the lead",
        unit="share",
        source="T8.8, assumption",
    )
    touch_effort_rate: NonNegative = setting(
        0.02, meaning="effort of one nurture touch", unit="pay of a lead"
    )
    touch_spend_rate: NonNegative = setting(
        0.1,
        meaning="pay for what one nurture touch spends, where marketing is paid for spending",
        unit="pay of a lead",
    )
    usual_days: PositiveDays = setting(
        120.0,
        meaning="time in which marketers expect a buyer to come from the start to the aim",
        unit="days",
    )
    belief_memory: Positive = setting(
        50.0, meaning="leads after which what became of one counts 1/e to marketers", unit="leads"
    )

    deal_desk: DealDesk = setting(factory=DealDesk, meaning="who may give a discount, and how much")
    account_owner: Annotated[str, OneOf(*ACCOUNT_OWNERS)] = setting(
        "closer",
        meaning="who looks after a customer: who closed the deal, who keeps best, who has least to do",
        source="T8.11, assumption",
    )
    farm_every_days: Annotated[PositiveDays | None, Absent("never")] = setting(
        None, meaning="time between two visits of the account owner to a customer", unit="days"
    )
    farm_hours: Hours = setting(1.0, meaning="work of one such visit", unit="hours")
    shared_attribution_rate: Rate = setting(
        0.0,
        meaning="part of the disputes over credit that goes since both count wins by one rule",
        unit="share",
        source="T2.11, assumption",
    )
    mechanisms: Mechanisms = setting(
        factory=Mechanisms, meaning="what is done to bring marketing and sales together"
    )
