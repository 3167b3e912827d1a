"""The levers of a handoff policy, by subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import model_validator

from sim.scenario.errors import nearest_name
from sim.scenario.fields import (
    Absent,
    Finding,
    Name,
    OneOf,
    Part,
    Reader,
    Shape,
    WordSet,
    YesNo,
    refuse_all,
    setting,
    word_of,
)
from sim.scenario.frozen import FrozenTable
from sim.scenario.units import (
    Days,
    Finite,
    Hours,
    Money,
    NonNegative,
    PositiveCount,
    PositiveDays,
    Rate,
    Span,
    SpanText,
)
from sim.vocabulary import Breach, Order, Reason, Routing, Trigger, words

__all__ = ["Aim", "Levers", "Nurture", "Recycling", "Triage"]

_READ_DAYS = Days.__metadata__[0].read  # type: ignore[attr-defined]
COOL_OFF_DAYS = 60.0


class Aim(Part):
    """Where on the score scale marketing aims the pass: relative to each journey's zone, or absolute."""

    shift: Finite = setting(
        0.0, meaning="how far the aim opens after the journey's zone opens", unit="position"
    )
    width: Annotated[NonNegative | None, Absent("zone")] = setting(
        None, meaning="length of the aim; the zone's own unless given", unit="position"
    )
    open: Annotated[Finite | None, Absent()] = setting(
        None, meaning="where an absolute aim opens, on the score scale", unit="score"
    )
    close: Annotated[Finite | None, Absent()] = setting(
        None,
        meaning="where an absolute aim closes; where the journey's zone does unless given, never before it opens",
        unit="score",
    )

    @model_validator(mode="after")
    def _relative_or_absolute(self) -> Aim:
        """Refuse an aim that is both relative and absolute, closes only, or is the wrong way round."""
        refuse_all(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        allowed = "shift and width, or open and perhaps close"
        if self.open is None and self.close is None:
            return
        if self.shift != 0 or self.width is not None:
            yield Finding(
                (),
                "the aim is relative (shift, width) and absolute (open, close) at once",
                self.model_dump(mode="json"),
                allowed,
            )
        if self.open is None:
            yield Finding((), "an absolute aim needs open as well", allowed=allowed)
        elif self.close is not None and self.open > self.close:
            yield Finding(("open",), "the aim opens after it closes", self.open, "open not above close")

    @property
    def absolute(self) -> bool:
        """Whether the aim ignores the journeys' zones."""
        return self.open is not None

    def on(self, zone: tuple[float, ...]) -> tuple[float, float]:
        """The aim for a journey.

        Args:
            zone: The journey's true zone, [open, close].

        Returns:
            Where the aim opens and closes on the score scale.
        """
        if self.open is not None:
            return self.open, max(self.open, zone[1]) if self.close is None else self.close
        opens = zone[0] + self.shift
        return opens, opens + (zone[1] - zone[0] if self.width is None else self.width)


class Nurture(Part):
    """The touches marketing sends of its own accord, and when it looks again."""

    cadence_days: Annotated[PositiveDays | None, Absent("never")] = setting(
        11.0, meaning="time between two nurture touches", unit="days", source="T4.5"
    )
    channel: Annotated[Name | None, Absent("first")] = setting(
        None, meaning="channel of nurture touches; the market's first unless given"
    )


class Triage(Part):
    """What a rep does with a lead on its record alone."""

    bar: Finite = setting(0.0, meaning="score below which a rep rejects the lead", unit="score")
    tracking_rate: Rate = setting(
        0.5, meaning="share of leads whose follow-up is tracked", unit="share", source="T2.2, T8.6"
    )
    ignore_rate: Rate = setting(
        0.3,
        meaning="share ignored by a rep of neutral trust and empty queue when nothing is tracked",
        unit="share",
        source="T2.1, T2.9",
    )
    workload_effect: NonNegative = setting(
        0.02,
        meaning="how much each waiting lead adds to ignoring, on the logit scale",
        unit="logits per lead",
        source="T2.2, assumption",
    )
    trust_effect: NonNegative = setting(
        2.0,
        meaning="how much full trust over neutral trust takes from ignoring, on the logit scale",
        unit="logits",
        source="T2.2, assumption",
    )
    prequalification_effect: NonNegative = setting(
        0.0,
        meaning="how much a unit of score above the aim takes from ignoring, on the logit scale",
        unit="logits per unit of score",
        source="T2.2, T2.9, assumption",
    )
    experience_tracking: Rate = setting(
        0.0,
        meaning="how much less a rep of full experience responds to tracking",
        unit="share",
        source="T2.2, assumption",
    )
    experience_volume: Rate = setting(
        0.0,
        meaning="how much less a rep of full experience responds to volume",
        unit="share",
        source="T2.2, assumption",
    )
    experience_prequalification: NonNegative = setting(
        0.0,
        meaning="how much more a rep of full experience responds to prequalification",
        unit="share",
        source="T2.2, assumption",
    )
    performance_volume: Rate = setting(
        0.0,
        meaning="how much more a rep with twice the usual wins responds to volume",
        unit="share",
        source="T2.2, assumption",
    )
    performance_tracking: Rate = setting(
        0.0,
        meaning="how much less a rep with twice the usual wins responds to tracking",
        unit="share",
        source="T2.2, assumption",
    )


def _read_cool_off(value: Any) -> FrozenTable[str, float]:
    known = words(Reason)
    if not isinstance(value, Mapping):
        days = _READ_DAYS(value)
        return FrozenTable({reason: days for reason in known})
    strange = [reason for reason in value if reason not in known]
    findings = [
        Finding((reason,), "is not a reason for which leads go back", value[reason], ", ".join(known), near)
        for reason, near in ((str(one), nearest_name(str(one), known)) for one in strange)
    ]
    refuse_all(findings)
    return FrozenTable({reason: _READ_DAYS(value.get(reason, COOL_OFF_DAYS)) for reason in known})


def _write_cool_off(table: FrozenTable[str, float]) -> float | dict[str, float]:
    days = set(table.values())
    return days.pop() if len(days) == 1 else dict(table)


_COOL_OFF_SCHEMA = {
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "string"},
        {
            "type": "object",
            "propertyNames": {"enum": list(words(Reason))},
            "additionalProperties": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]},
        },
    ]
}


class Recycling(Part):
    """What happens to leads that come back."""

    reasons: Annotated[tuple[str, ...], WordSet(Reason)] = setting(
        ("timing", "no-decision", "unreached", "rejected", "ignored", "taken-back"),
        meaning="reasons for which a lead goes back to marketing; all others are dropped",
        source="T4.4, T4.13",
    )
    cool_off_days: Annotated[
        FrozenTable[str, float],
        Reader(_read_cool_off, _COOL_OFF_SCHEMA, _write_cool_off),
        Shape(FrozenTable[Annotated[str, word_of(Reason)], Days]),
    ] = setting(
        COOL_OFF_DAYS,
        meaning="rest before a returned lead is worked again, for all reasons or by reason",
        unit="days",
    )
    max_laps: PositiveCount = setting(3, meaning="most laps of one buyer, the first included", unit="laps")
    previous_owner: YesNo = setting(True, meaning="the rep of the last lap gets the lead again")
    kept_position_rate: Rate = setting(
        0.7, meaning="share of its position that a returned buyer keeps", unit="share"
    )


class Levers(Part):
    """Every lever of the handoff; a journey may override any of them."""

    aim: Aim = setting(factory=Aim, meaning="where on the score scale the pass is aimed")
    checkmark: Annotated[NonNegative | None, Absent("never")] = setting(
        0.1,
        meaning="score distance before the aim at which sales is told",
        unit="score",
        source="T9.2, assumption",
    )
    prepare_hours: Hours = setting(
        0.5, meaning="work a rep puts into preparing for a buyer", unit="hours", source="T8.1, T8.13"
    )
    triggers: Annotated[tuple[str, ...], WordSet(Trigger, least=1)] = setting(
        ("score",), meaning="what makes marketing let go"
    )
    combine: Annotated[str, OneOf("any", "all")] = setting(
        "any", meaning="whether any trigger is enough or all must hold"
    )
    deadline_near_days: Days = setting(
        45.0, meaning="time before a known deadline at which the deadline trigger holds", unit="days"
    )
    age_days: Days = setting(
        30.0, meaning="time since the first touch at which the age trigger holds", unit="days"
    )
    quota_per_month: NonNegative = setting(0.0, meaning="leads marketing owes sales", unit="leads per month")
    quota_review_days: PositiveDays = setting(
        30.0, meaning="time between two looks at the quota", unit="days"
    )
    quota_bar_drop: NonNegative = setting(
        0.1,
        meaning="how far the aim is lowered when the quota falls short",
        unit="score",
        source="T8.8, assumption",
    )
    nurture: Nurture = setting(factory=Nurture, meaning="touches marketing sends of its own accord")
    overlap: YesNo = setting(False, meaning="marketing keeps running while the baton is in the air")
    overlap_pace_per_day: NonNegative = setting(
        0.01, meaning="pace at which marketing carries the buyer meanwhile", unit="track per day"
    )
    overlap_cost_per_day_value: Money = setting(
        0.0, meaning="cost of the overlap", unit="money per day", source="T9.2, assumption"
    )
    obstruct_rate: Rate = setting(
        0.1,
        meaning="chance that two uncoordinated runners obstruct each other",
        unit="probability",
        source="T6.13, assumption",
    )
    warm_introduction: YesNo = setting(False, meaning="marketing introduces the rep in person")
    introduction_hours: Hours = setting(0.25, meaning="rep's work for an introduction", unit="hours")
    introduction_conveys_rate: Rate = setting(
        0.5, meaning="chance that a fact the medium lost is conveyed in person", unit="probability"
    )
    medium: Name = setting("notes", meaning="what facts pass through on the way to sales", source="T6.2")
    return_medium: Annotated[Name | None, Absent("same")] = setting(
        None, meaning="what facts pass through on the way back; the same medium unless given", source="T6.2"
    )
    routing: Annotated[str, word_of(Routing)] = setting(
        "round-robin", meaning="how a lead finds its rep", source="T2.3"
    )
    routing_delay: SpanText = setting(Span(0.0), meaning="time that routing takes", unit="days")
    batch_hours: Hours = setting(
        0.0, meaning="leads are handed over together every so many hours; 0: each at once", unit="hours"
    )
    triage: Triage = setting(factory=Triage, meaning="what a rep does with a lead on its record")
    response_target: Annotated[SpanText | None, Absent()] = setting(
        None, meaning="time within which the first attempt is due", unit="days"
    )
    breach: Annotated[str, word_of(Breach)] = setting(
        "nothing", meaning="what happens when the target is missed"
    )
    attempts: PositiveCount = setting(
        6, meaning="most attempts to reach a buyer", unit="attempts", source="T1.14, assumption"
    )
    attempt_spacing: SpanText = setting(
        Span(1.0, business=True, working_days=True), meaning="time between two attempts", unit="days"
    )
    expiry_days: PositiveDays = setting(
        30.0, meaning="time after which a lead never reached expires", unit="days"
    )
    order: Annotated[str, word_of(Order)] = setting("first-in", meaning="which task a rep takes first")
    recycling: Recycling = setting(factory=Recycling, meaning="what happens to leads that come back")
    spend: FrozenTable[Name, NonNegative] = setting(
        FrozenTable(),
        meaning="spend by channel in multiples of the market's reference; unnamed channels 1",
        unit="multiple",
    )

    @property
    def medium_back(self) -> str:
        """The medium of the way back to marketing."""
        return self.medium if self.return_medium is None else self.return_medium

    def conflicts(self) -> Iterator[Finding]:
        """Levers that cannot work together.

        Yields:
            One finding per conflict, at the path of a lever.
        """
        if "quota" in self.triggers and self.quota_per_month == 0:
            yield Finding(
                ("quota_per_month",),
                "the quota trigger is set, but the quota is 0",
                self.quota_per_month,
                "a number above 0",
            )
        if self.breach != "nothing" and self.response_target is None:
            yield Finding(
                ("breach",),
                "a breach has a consequence, but there is no response_target to miss",
                self.breach,
                'a response_target such as "4 business hours", or breach = "nothing"',
            )
