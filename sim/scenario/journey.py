"""What buyers are and where they go: channels, segments, journeys and rivals."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator

from sim.scenario.fields import GIVEN, Absent, Name, Part, refuse, setting, word_of
from sim.scenario.frozen import FrozenTable
from sim.scenario.units import (
    Days,
    Finite,
    Inside,
    Money,
    Multiple,
    NonNegative,
    PerDay,
    Positive,
    PositiveDays,
    Rate,
)
from sim.vocabulary import Fact, Phase, word, words

__all__ = ["Channel", "Deadline", "FactWeights", "Journey", "Rival", "Segment", "exactly"]


def exactly(count: int, said: str) -> AfterValidator:
    """Annotation for a list of a fixed length.

    Args:
        count: The length.
        said: What the numbers stand for, in order.

    Returns:
        The check.
    """

    def check(values: tuple[float, ...]) -> tuple[float, ...]:
        if len(values) != count:
            refuse(f"has {len(values)} numbers instead of {count}", allowed=f"{count} numbers, {said}")
        return values

    return AfterValidator(check)


def _in_fact_order(table: FrozenTable[str, float]) -> FrozenTable[str, float]:
    return FrozenTable({fact: table[fact] for fact in words(Fact) if fact in table})


def _zone(zone: tuple[float, ...]) -> tuple[float, ...]:
    if len(zone) != 2:
        refuse("should be two positions", allowed="[open, close], each from 0 to 1")
    if zone[0] > zone[1]:
        refuse("the zone opens after it closes", allowed="[open, close] with open not above close")
    return zone


def _row(row: FrozenTable[str, float]) -> FrozenTable[str, float]:
    total = math.fsum(row.values())
    if abs(total - 1) > 1e-9:
        refuse(f"the row sums to {total:.12g} instead of 1", allowed="probabilities that sum to 1")
    return row


def _drift(value: float) -> float:
    if abs(value) > MOST_DRIFT:
        refuse(f"is a drift of more than {MOST_DRIFT:g} log units a year", allowed=f"at most {MOST_DRIFT:g}")
    return value


MOST_DRIFT = 5.0
PHASES = exactly(4, "one per phase: " + ", ".join(words(Phase)))
FactName = Annotated[str, word_of(Fact)]
FactRates = Annotated[FrozenTable[FactName, Rate], AfterValidator(_in_fact_order)]
FactWeights = Annotated[FrozenTable[FactName, NonNegative], AfterValidator(_in_fact_order)]
Row = Annotated[FrozenTable[Name, Rate], AfterValidator(_row)]
PhaseName = Annotated[str, word_of(Phase)]


class Channel(Part):
    """Where touches happen."""

    cost_value: Money = setting(0.0, meaning="cost of one touch", unit="money per touch")
    gain: Annotated[tuple[NonNegative, ...], PHASES] = setting(
        meaning="progress of one touch in each phase, if nothing follows", unit="position", source=GIVEN
    )
    reveals: FactRates = setting(
        FrozenTable(), meaning="chance that one touch reveals each fact", unit="probability"
    )
    hand_raise: Annotated[tuple[Rate, ...], PHASES] = setting(
        (0.0,) * 4, meaning="chance that one touch makes the buyer raise a hand, by phase", unit="probability"
    )
    observed_rate: Rate = setting(1.0, meaning="share of touches that marketing sees", unit="share")
    half_saturation: Positive = setting(
        1.56, meaning="exposures at which a touch moves half as much", unit="exposures", source="T10.7"
    )
    carryover_days: Days = setting(
        7.0, meaning="time constant of the carry-over of spend", unit="days", source="T10.5, T10.6"
    )
    spend_per_day_value: Money = setting(0.0, meaning="reference spend on the channel", unit="money per day")
    half_response: Positive = setting(
        1.0,
        meaning="spend, in multiples of the reference, at which response is half its most",
        unit="multiple",
    )
    drift_per_year: Annotated[Finite, AfterValidator(_drift)] = setting(
        0.0, meaning="growth of the channel's pull on buyers' own touches", unit="log units per year"
    )


class Segment(Part):
    """Buyers of one kind."""

    share: Positive = setting(
        1.0, meaning="share of the buyers, relative to the other segments", unit="relative"
    )
    fit_median: Inside = setting(0.5, meaning="median fit with what we sell", unit="share")
    fit_spread: NonNegative = setting(1.0, meaning="spread of fit on the logit scale", unit="logits")
    deal_value: Money = setting(meaning="median value of a deal", unit="money", source=GIVEN)
    deal_spread: NonNegative = setting(
        0.5, meaning="spread of deal values: sigma of their logarithm", unit="log units"
    )


class Deadline(Part):
    """A date by which these buyers must have bought."""

    median_days: PositiveDays = setting(
        meaning="median time from arrival to the deadline", unit="days", source=GIVEN
    )
    spread: NonNegative = setting(
        0.2, meaning="spread of that time: sigma of its logarithm", unit="log units"
    )
    lead_days: Days = setting(meaning="how long before the deadline selling works", unit="days", source=GIVEN)


class Journey(Part):
    """One way of coming to a purchase, with its pace, channel mix and true zone."""

    share: Positive = setting(
        meaning="share of the buyers, relative to the other journeys", unit="relative", source=GIVEN
    )
    origin: Name = setting(meaning="channel of the first touch", source=GIVEN)
    momentum_days: PositiveDays = setting(
        14.0, meaning="time constant with which momentum fades", unit="days"
    )
    touches_per_day: PerDay = setting(
        0.1, meaning="touches a buyer seeks or meets", unit="touches per day", source="T5.7, T5.13"
    )
    zone: Annotated[tuple[Rate, ...], AfterValidator(_zone)] = setting(
        meaning="true zone [open, close]: where on the track the buyer can be passed",
        unit="position",
        source=GIVEN,
    )
    start_position: Inside = setting(0.3, meaning="median position on arrival", unit="position")
    ready_position: Inside = setting(
        0.55, meaning="median position on arrival of those who are ready now", unit="position", source="T5.1"
    )
    start_spread: NonNegative = setting(
        0.8, meaning="spread of positions on arrival on the logit scale", unit="logits", source="T5.1"
    )
    start_momentum_per_day: NonNegative = setting(0.0, meaning="momentum on arrival", unit="track per day")
    start_goodwill_rate: Rate = setting(
        0.5, meaning="goodwill towards us on arrival", unit="goodwill", source="T4.11, assumption"
    )
    arrives_with_hand_raise_rate: Rate = setting(0.0, meaning="share who arrive raising a hand", unit="share")
    segments: FrozenTable[Name, NonNegative] = setting(
        FrozenTable(),
        meaning="mix of segments on this journey; empty: the segments' own shares",
        unit="relative",
    )
    transitions: FrozenTable[PhaseName, FrozenTable[Name, Row]] = setting(
        meaning='next channel by phase and last channel (or "any"); a phase left out uses the one before it',
        unit="probability",
        source=GIVEN,
    )
    switch: FrozenTable[Name, Rate] = setting(
        FrozenTable(),
        meaning="chance per touch of switching to another journey",
        unit="probability per touch",
    )
    hot_rate: Annotated[Rate | None, Absent("market")] = setting(
        None, meaning="share who are hot after a high-intent act; the market's unless given", unit="share"
    )
    ready_now_rate: Annotated[Rate | None, Absent("market")] = setting(
        None, meaning="share who are ready to buy now; the market's unless given", unit="share"
    )
    ready_now_median_days: Annotated[PositiveDays | None, Absent("market")] = setting(
        None, meaning="median clock of those who are ready now; the market's unless given", unit="days"
    )
    ready_now_spread: Annotated[NonNegative | None, Absent("market")] = setting(
        None, meaning="spread of that clock; the market's unless given", unit="log units"
    )
    hazard_per_month: Annotated[NonNegative | None, Absent("market")] = setting(
        None, meaning="hazard of buying of everybody else; the market's unless given", unit="per month"
    )
    deadline: Annotated[Deadline | None, Absent()] = setting(
        None, meaning="hard deadline of these buyers, if any"
    )

    def transition_row(self, phase: Phase, channel: str) -> FrozenTable[str, float]:
        """Probabilities of the next channel.

        Args:
            phase: The buyer's phase.
            channel: The channel of the last touch.

        Returns:
            Probabilities by channel name; channels left out have none. They sum to 1.
        """
        stated = next(word(Phase(n)) for n in range(phase, -1, -1) if word(Phase(n)) in self.transitions)
        rows = self.transitions[stated]
        return rows[channel] if channel in rows else rows["any"]


class Rival(Part):
    """A competitor who engages buyers on its own."""

    strength_value: Finite = setting(0.0, meaning="utility of the rival before it engages", unit="utility")
    engagements_per_day: PerDay = setting(
        0.02, meaning="engagements with one buyer", unit="engagements per day"
    )
    near_decision_factor: NonNegative = setting(
        3.0, meaning="multiple of engagement near a decision", unit="multiple"
    )
    neglect_factor: NonNegative = setting(
        2.0, meaning="multiple of engagement of a neglected buyer", unit="multiple"
    )
    learning_rate: NonNegative = setting(
        0.0,
        meaning="what an average wait of slow_days between letting go and contact adds to engagement",
        unit="share",
    )
    learning_memory_days: PositiveDays = setting(
        60.0, meaning="time constant with which the rival forgets our waits", unit="days"
    )
    slow_days: PositiveDays = setting(2.0, meaning="wait that the rival counts as slow", unit="days")
    learning_limit: Multiple = setting(
        3.0, meaning="highest multiple of engagement that learning reaches", unit="multiple"
    )
