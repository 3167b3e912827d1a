"""The team: its calendar, marketers, reps, what tasks take, and the media facts pass through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import field_validator, model_validator

from sim.scenario.fields import (
    GIVEN,
    Absent,
    Finding,
    Name,
    OneOf,
    Part,
    WordSet,
    YesNo,
    refuse_all,
    setting,
)
from sim.scenario.frozen import FrozenTable
from sim.scenario.people import Learning
from sim.scenario.units import (
    ClockTime,
    Days,
    DaysOfWeek,
    Finite,
    Hours,
    Money,
    NonNegative,
    PositiveCount,
    PositiveDays,
    PositiveHours,
    PositiveRate,
    Rate,
    Span,
    SpanText,
)
from sim.vocabulary import Fact

__all__ = ["WEEKDAYS", "Calendar", "Marketers", "Medium", "Reps", "Tasks", "Team"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Calendar(Part):
    """When people work."""

    opens: ClockTime = setting("09:00", meaning="when work starts", unit="time of day")
    closes: ClockTime = setting("17:00", meaning="when work ends", unit="time of day")
    working_days: DaysOfWeek = setting(5, meaning="working days in a week, from Monday on", unit="days")
    start_weekday: Annotated[str, OneOf(*WEEKDAYS)] = setting(
        "monday", meaning="weekday on which the run starts"
    )
    round_the_clock: YesNo = setting(False, meaning="work never stops; the hours above do not count then")

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Calendar:
        """Refuse a working day without hours."""
        if not self.round_the_clock and self.opens >= self.closes:
            refuse_all([Finding(("closes",), "closes before it opens", allowed="a time after opens")])
        return self

    @property
    def hours_per_business_day(self) -> float:
        """Opening hours of a working day."""
        return 24.0 if self.round_the_clock else (self.closes - self.opens) * 24

    @property
    def days_per_week(self) -> int:
        """Working days of a week, seven round the clock."""
        return 7 if self.round_the_clock else self.working_days


class Marketers(Part):
    """The people who run programmes, score leads and let them go."""

    count: PositiveCount = setting(1, meaning="number of marketers", unit="people")
    score_bias: Finite = setting(
        0.0, meaning="what the score adds to the position on average", unit="position"
    )
    score_noise: NonNegative = setting(
        0.1, meaning="standard deviation of the score around the position", unit="position", source="T11.11"
    )
    salary_per_month_value: Money = setting(0.0, meaning="salary of one marketer", unit="money per month")


class Reps(Part):
    """The people who call, meet and close."""

    count: PositiveCount = setting(meaning="number of reps", unit="people", source=GIVEN)
    skill_spread: NonNegative = setting(
        0.2, meaning="spread of skill: sigma of its logarithm", unit="log units"
    )
    trust_rate: Rate = setting(0.5, meaning="trust in marketing's leads at the start", unit="share")
    task_share: PositiveRate = setting(
        0.65, meaning="share of the opening hours left for all tasks", unit="share", source="T8.1"
    )
    selling_share: PositiveRate = setting(
        0.41,
        meaning="share of the opening hours left for meeting, proposing and closing",
        unit="share",
        source="T8.1",
    )
    top_readiness_per_day: NonNegative = setting(
        0.05, meaning="readiness of a rep who has prepared without end", unit="track per day"
    )
    preparation_hours_scale: PositiveHours = setting(
        0.5, meaning="hours of preparation that give 63% of the top readiness", unit="hours", source="T9.5"
    )
    stale_days: PositiveDays = setting(
        7.0, meaning="time constant with which preparation goes stale", unit="days"
    )
    hour_value: Money = setting(0.0, meaning="variable cost of a working hour", unit="money per hour")
    salary_per_month_value: Money = setting(0.0, meaning="salary of one rep", unit="money per month")
    ramp_days: Annotated[PositiveDays | None, Absent("none")] = setting(
        None,
        meaning="time constant with which a newcomer's skill rises; none: everybody is full from the start",
        unit="days",
        source="T8.7",
    )
    novice_rate: PositiveRate = setting(
        0.4, meaning="skill of a newcomer on the first day", unit="share of full skill"
    )
    tenure_days: Annotated[PositiveDays | None, Absent("none")] = setting(
        None,
        meaning="mean time a rep stays, exponential; none: nobody ever leaves",
        unit="days",
        source="T8.7",
    )
    vacancy_days: Days = setting(0.0, meaning="time until a seat is filled again", unit="days")
    handover_medium: Annotated[Name | None, Absent("same")] = setting(
        None,
        meaning="what a leaver's facts pass through; the policy's medium unless given",
        source="T6.2",
    )
    hunter_rate: Rate = setting(
        0.0, meaning="share of reps who open better than they keep", unit="share", source="T8.11"
    )
    farmer_rate: Rate = setting(
        0.0, meaning="share of reps who keep better than they open", unit="share", source="T8.11"
    )
    hunter_edge: Rate = setting(
        0.2,
        meaning="how much better hunters open, and farmers keep; as much worse at the other",
        unit="share of skill",
        source="T8.11, assumption",
    )
    specialist_edge: Rate = setting(
        0.0,
        meaning="how much better a rep sells to its own segment, and as much worse to others; 0: to all alike",
        unit="share of skill",
    )

    @model_validator(mode="after")
    def _selling_is_part_of_tasks(self) -> Reps:
        """Refuse more selling time than time for tasks, and more hunters and farmers than reps."""
        if self.hunter_rate + self.farmer_rate > 1.0 + 1e-9:
            allowed = f"at most {1.0 - self.hunter_rate:g}, the share that are no hunters"
            refuse_all(
                [Finding(("farmer_rate",), "leaves no room for the hunters", self.farmer_rate, allowed)]
            )
        if self.selling_share > self.task_share:
            refuse_all(
                [
                    Finding(
                        ("selling_share",),
                        "is more than task_share, of which it is a part",
                        self.selling_share,
                        f"at most task_share, {self.task_share:g}",
                    )
                ]
            )
        return self


class Tasks(Part):
    """What each task takes and does."""

    attempt: Hours = setting(0.1, meaning="work of one attempt to reach a buyer", unit="hours", source="T8.7")
    discover: Hours = setting(
        0.25, meaning="work of discovering one missing fact", unit="hours", source="T8.13"
    )
    meet: Hours = setting(1.0, meaning="work of one meeting", unit="hours")
    propose: Hours = setting(2.0, meaning="work of a proposal", unit="hours")
    close: Hours = setting(1.0, meaning="work of closing", unit="hours")
    engage: Hours = setting(
        0.25, meaning="work of one activity of the engagement plan that a rep does", unit="hours"
    )
    variability: NonNegative = setting(
        0.5, meaning="spread of a lognormal duration: sigma of its logarithm", unit="log units"
    )
    duration_law: Annotated[str, OneOf("lognormal", "exponential", "fixed")] = setting(
        "lognormal", meaning="how the duration of a task varies; the mean is the same under each"
    )
    meeting_gain: NonNegative = setting(
        0.12, meaning="progress of one meeting, if nothing follows", unit="position"
    )
    meeting_spacing: SpanText = setting(Span(3.0), meaning="least time between two meetings", unit="days")
    propose_position: Rate = setting(0.85, meaning="position at which a proposal is made", unit="position")
    max_meetings: PositiveCount = setting(
        8, meaning="most meetings with one buyer in one lap", unit="meetings"
    )
    discover_rate: Rate = setting(
        0.8, meaning="chance that discovery work finds the fact", unit="probability"
    )


class Medium(Part):
    """What facts pass through when the buyer changes hands."""

    retention: Rate = setting(
        meaning="share of facts that survive one pass", unit="share per pass", source=GIVEN
    )
    loses: Annotated[tuple[str, ...], WordSet(Fact)] = setting((), meaning="facts that never survive")


BUILT_IN_MEDIA: Mapping[str, Medium] = {
    "verbal": Medium(retention=0.478),  # T6.2
    "notes": Medium(retention=0.969),  # T6.2
    "shared-record": Medium(retention=0.998),  # T6.2
    "business-card": Medium(retention=0.3),  # assumption
    "spreadsheet": Medium(retention=0.95),  # assumption
    "crm": Medium(retention=0.99),  # assumption
    "crm-with-automation": Medium(retention=0.998),  # assumption: as good as a shared record
}
"""Media that every team has; a scenario may redefine them and add others."""


class Team(Part):
    """Who does the work, and with what."""

    calendar: Calendar = setting(factory=Calendar, meaning="when people work")
    marketers: Marketers = setting(factory=Marketers, meaning="the marketers")
    reps: Reps = setting(meaning="the reps", source=GIVEN)
    tasks: Tasks = setting(factory=Tasks, meaning="what tasks take")
    media: FrozenTable[Name, Medium] = setting(
        FrozenTable(BUILT_IN_MEDIA),
        meaning="media by name; verbal, notes, shared-record and four more are always there",
        source="T6.2, assumption",
    )
    learning: Learning = setting(factory=Learning, meaning="what people learn about each other")

    @field_validator("media", mode="after")
    @classmethod
    def _built_in_media(cls, media: FrozenTable[str, Medium]) -> Any:
        """Add the media that every team has, first and in their own order."""
        return FrozenTable({**BUILT_IN_MEDIA, **media})
