"""What people learn about each other, and what they do with it."""

from __future__ import annotations

from typing import Annotated

from sim.scenario.fields import Absent, Part, setting
from sim.scenario.units import Days, Hours, NonNegative, Positive, PositiveDays, Rate

__all__ = ["Learning"]


class Learning(Part):
    """How trust and regard follow from experience, and what mistrust does."""

    trust_memory: Annotated[Positive | None, Absent("none")] = setting(
        None,
        meaning="outcomes after which an experience counts 1/e; none: trust and regard stay as they are",
        unit="outcomes",
    )
    trust_strength: NonNegative = setting(
        10.0, meaning="weight of what people believe at the start", unit="outcomes"
    )
    regard_rate: Rate = setting(
        0.5, meaning="marketing's regard for sales' follow-up at the start", unit="share"
    )
    follow_up_target_days: Days = setting(
        2.0, meaning="a call within this time of letting go earns sales regard", unit="days", source="T1.1"
    )
    withhold_rate: Rate = setting(
        0.0,
        meaning="share of the facts that somebody without any trust or regard keeps back at a pass",
        unit="share",
        source="T7.5, assumption",
    )
    dispute_hours: Hours = setting(
        0.0,
        meaning="hours each rep loses over the credit for a win when trust and regard are at zero",
        unit="hours per win",
        source="T2.11, assumption",
    )
    spite_shift: NonNegative = setting(
        0.0,
        meaning="how far the aim slides down for each unit of regard below one half",
        unit="score",
        source="T7.12, assumption",
    )
    performance_days: PositiveDays = setting(
        91.25, meaning="time constant with which a win stops counting as good performance", unit="days"
    )
