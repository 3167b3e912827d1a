"""The customer engagement plan: for each journey and phase, where, by whom, with what and how often.

A plan names channels and journeys of a market, so a policy with a plan fits only markets that have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Annotated

from pydantic import AfterValidator

from sim.scenario.fields import GIVEN, Absent, Name, OneOf, Part, Text, refuse, setting
from sim.scenario.units import PositiveDays, Rate
from sim.vocabulary import Phase, word

__all__ = ["ANY", "JUDGED_BY", "ROLES", "Activity", "Plan", "activity_for", "told_from"]

ANY = "any"
"""Stands for every journey that has no plan of its own for a phase."""

ROLES = ("marketing", "sales", "both")

JUDGED_BY = (
    "advance_rate",
    "days_in_phase",
    "touches_per_buyer",
    "cost_per_advance_value",
    "hand_raise_rate",
    "pass_rate",
)
"""Measures that an activity can be judged by; each is counted phase by phase."""

MOST_IN_TURN = 12


def _some(channels: tuple[str, ...]) -> tuple[str, ...]:
    if not 1 <= len(channels) <= MOST_IN_TURN:
        refuse(f"names {len(channels)} channels", allowed=f"1 to {MOST_IN_TURN} channels, used in turn")
    return channels


class Activity(Part):
    """What is done for buyers whom marketing sees in one phase, instead of ordinary nurture."""

    channels: Annotated[tuple[Name, ...], AfterValidator(_some)] = setting(
        meaning="channels, used in turn; one named twice is used twice as often", source=GIVEN
    )
    role: Annotated[str, OneOf(*ROLES)] = setting(
        "marketing",
        meaning="who acts: marketing, a rep in working hours, or marketing with sales told from here on",
    )
    content: Text = setting("", meaning="what buyers are given, in words")
    relevance: Rate = setting(
        0.0, meaning="how well the content fits the phase; full fit doubles the gain", unit="share"
    )
    every: PositiveDays = setting(
        11.0, meaning="time between two activities for one buyer", unit="days", source="T4.5"
    )
    judged_by: Annotated[Annotated[str, OneOf(*JUDGED_BY)] | None, Absent()] = setting(
        None, meaning="measure of the phase that this is judged by"
    )


Plan = Mapping[str, Mapping[str, Activity]]
"""Activities by journey, or "any", and phase."""


def activity_for(plan: Plan, journey: str, phase: Phase) -> Activity | None:
    """What a plan says of a phase.

    Args:
        plan: The plan.
        journey: The journey's name.
        phase: The phase.

    Returns:
        The journey's own activity, else the one for any journey, else None.
    """
    for name in (journey, ANY):
        activity = plan.get(name, {}).get(word(phase))
        if activity is not None:
            return activity
    return None


def told_from(plan: Plan, journey: str) -> float:
    """Score from which the plan has sales told: where the first phase begins in which both act.

    Args:
        plan: The plan.
        journey: The journey's name.

    Returns:
        The score; infinite when both act in no phase.
    """
    for phase in Phase:
        activity = activity_for(plan, journey, phase)
        if activity is not None and activity.role == "both":
            return phase.lower_bound
    return inf
