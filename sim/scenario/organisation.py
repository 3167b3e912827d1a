"""The organisation: what a policy decides for the whole firm, not for single journeys."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from sim.scenario.fields import Absent, Finding, OneOf, Part, refuse_all, setting
from sim.scenario.units import Hours, PositiveDays, Rate, Span, SpanText

__all__ = ["ACCOUNT_OWNERS", "DealDesk", "Organisation"]

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
    """Firm-wide levers."""

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
