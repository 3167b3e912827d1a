"""The market: demand, the buyers' clocks and journeys, channels, segments, rivals and choice.

Everything in here is a fact of the market that no policy can change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, model_validator

from sim.scenario.aftersale import Aftersale
from sim.scenario.fields import (
    GIVEN,
    Absent,
    Finding,
    Name,
    Part,
    Reader,
    Text,
    refuse,
    refuse_all,
    setting,
)
from sim.scenario.frozen import FrozenTable
from sim.scenario.journey import Channel, FactWeights, Journey, Rival, Segment, exactly
from sim.scenario.names import market_findings
from sim.scenario.negotiation import Negotiation
from sim.scenario.units import (
    Days,
    Finite,
    Growth,
    Inside,
    Minutes,
    Multiple,
    NonNegative,
    PositiveCount,
    PositiveDays,
    PositivePerDay,
    Rate,
)
from sim.vocabulary import Fact, word

__all__ = ["Attention", "Choice", "Clock", "Cooling", "Demand", "Exchange", "Facts", "Market"]

MOST_CHANNELS, MOST_JOURNEYS, MOST_SEGMENTS, MOST_RIVALS = 12, 12, 8, 5


def _some(most: int, what: str) -> AfterValidator:
    def check(table: FrozenTable[str, Any]) -> FrozenTable[str, Any]:
        if not 1 <= len(table) <= most:
            refuse(f"has {len(table)} {what}", allowed=f"1 to {most} {what}")
        return table

    return AfterValidator(check)


def _not_all_zero(each: str) -> AfterValidator:
    def check(profile: tuple[float, ...]) -> tuple[float, ...]:
        if not any(profile):
            refuse(f"is 0 on every {each}", allowed=f"at least one {each} above 0")
        return profile

    return AfterValidator(check)


def _read_currency(value: Any) -> str:
    if not (isinstance(value, str) and 1 <= len(value.strip()) <= 12):
        refuse("is not a currency", allowed='a code or sign of at most 12 letters, such as "EUR"')
    return value.strip()


Currency = Annotated[str, Reader(_read_currency, {"type": "string", "minLength": 1, "maxLength": 12})]


class Demand(Part):
    """How many buyers arrive, and when."""

    arrivals_per_day: PositivePerDay = setting(
        meaning="buyers who arrive on an average day", unit="buyers per day", source=GIVEN
    )
    weekday_profile: Annotated[tuple[NonNegative, ...], exactly(7, "Monday first"), _not_all_zero("day")] = (
        setting(
            (1.0,) * 7, meaning="arrivals by weekday, Monday first, relative to each other", unit="relative"
        )
    )
    hour_profile: Annotated[tuple[NonNegative, ...], exactly(24, "midnight first"), _not_all_zero("hour")] = (
        setting(
            (1.0,) * 24,
            meaning="arrivals by hour of the day, midnight first, relative to each other",
            unit="relative",
        )
    )
    weekly_spread: NonNegative = setting(
        0.0,
        meaning="spread of demand from week to week (campaigns, news): sigma of the logarithm of a weekly factor",
        unit="log units",
    )
    growth_per_year: Growth = setting(
        0.0, meaning="growth of arrivals over a year, as a share", unit="share per year"
    )
    ceiling: Multiple = setting(
        3.0,
        meaning="highest multiple of arrivals_per_day that marketing and season may reach",
        unit="multiple",
    )
    arrivals_file: Annotated[Text | None, Absent()] = setting(
        None, meaning="CSV file of arrivals with columns day[, journey][, segment][, number], used instead"
    )
    season_amplitude: Rate = setting(
        0.0, meaning="how far demand at the peak of the season lies above its mean", unit="share"
    )
    season_peak_day: Days = setting(
        0.0, meaning="day of the year of that peak; the run begins on day 0 of a year", unit="days"
    )
    population: Annotated[PositiveCount | None, Absent()] = setting(
        None,
        meaning="all who can ever become buyers, from whom they come by innovation and imitation; without it "
        "demand never runs dry (with it arrivals_per_day only says what the ceiling is a multiple of)",
        unit="buyers",
    )
    innovation_per_year: NonNegative = setting(
        0.03,
        meaning="rate at which each of the population comes of its own accord",
        unit="per year",
        source="T5.18",
    )
    imitation_per_year: NonNegative = setting(
        0.38,
        meaning="what is added to that rate when all of the population are customers of ours",
        unit="per year",
        source="T5.18",
    )


class Clock(Part):
    """When buyers will buy from somebody, drawn before any policy acts."""

    ready_now_rate: Rate = setting(
        0.1, meaning="share of buyers who are ready to buy now", unit="share", source="T3.13, T4.1"
    )
    ready_now_median_days: PositiveDays = setting(
        30.0, meaning="median time to the purchase of those who are ready now", unit="days"
    )
    ready_now_spread: NonNegative = setting(
        1.0, meaning="spread of that time: sigma of its logarithm", unit="log units"
    )
    hazard_per_month: NonNegative = setting(
        0.05,
        meaning="constant hazard of buying from anyone of everybody else",
        unit="per month",
        source="T4.2",
    )
    pull_forward_rate: Rate = setting(
        0.15,
        meaning="last share of the clock within which a buyer can already decide",
        unit="share of the clock",
    )
    quicken_factor: Multiple = setting(
        3.0, meaning="multiple of a buyer's own activity when the purchase is near", unit="multiple"
    )
    quicken_days: Days = setting(
        30.0, meaning="how long before the purchase the activity quickens", unit="days"
    )


class Attention(Part):
    """How reachable buyers are after a buyer-initiated act, and whenever else they are called."""

    hot_rate: Rate = setting(0.1, meaning="share of buyers who are hot after a high-intent act", unit="share")
    fast_minutes: Minutes = setting(
        3.2, meaning="fast time scale of cooling attention", unit="minutes", source="T1.17"
    )
    slow_minutes: Minutes = setting(
        403.0, meaning="slow time scale of cooling attention", unit="minutes", source="T1.17"
    )
    fast_share: Rate = setting(
        0.989, meaning="share of hot attention on the fast scale", unit="share", source="T1.17"
    )
    floor_rate: Rate = setting(
        0.001, meaning="hot attention that never cools", unit="probability", source="T1.17"
    )
    recover_days: Days = setting(
        3.0,
        meaning="how long after the act a hot buyer who was missed answers like anybody else again",
        unit="days",
    )
    answer_rate: Rate = setting(
        0.40, meaning="chance that a patient buyer answers one attempt", unit="probability", source="T1.20"
    )


class Cooling(Part):
    """What neglect and nagging do to a buyer."""

    grace_days: Days = setting(21.0, meaning="neglect that costs nothing", unit="days", source="T10.4")
    cooling_days: PositiveDays = setting(
        60.0, meaning="time constant of cooling after the grace", unit="days"
    )
    fatigue_per_touch: NonNegative = setting(
        0.05, meaning="fatigue that one touch adds", unit="fatigue per touch"
    )
    recovery_days: PositiveDays = setting(14.0, meaning="time constant of recovery from fatigue", unit="days")


class Facts(Part):
    """What the eight facts are worth, and how they age."""

    decay_per_year: Rate = setting(
        0.25,
        meaning="share of unattended facts that are wrong after a year",
        unit="share per year",
        source="T6.7",
    )
    weights: FactWeights = setting(
        FrozenTable({word(fact): 1.0 for fact in Fact}),
        meaning="weight of each fact in completeness; unnamed ones 1",
        unit="relative",
    )
    relevance_gain: NonNegative = setting(
        0.5, meaning="how much more a touch moves a buyer about whom everything is known", unit="share"
    )
    ask_again_momentum_loss: Rate = setting(
        0.1,
        meaning="momentum lost when a buyer is asked for a fact told before",
        unit="share",
        source="T6.12",
    )
    ask_again_goodwill_loss: Rate = setting(
        0.03,
        meaning="goodwill lost when a buyer is asked for a fact told before",
        unit="goodwill",
        source="T6.12",
    )

    @model_validator(mode="before")
    @classmethod
    def _complete_weights(cls, data: Any) -> Any:
        """Give every fact without a weight the weight 1."""
        if isinstance(data, Mapping) and isinstance(data.get("weights"), Mapping):
            return {**data, "weights": {**{word(fact): 1.0 for fact in Fact}, **data["weights"]}}
        return data


class Choice(Part):
    """What a buyer's decision weighs."""

    base_value: Finite = setting(0.0, meaning="utility of us before anything is known", unit="utility")
    fit_value: Finite = setting(2.0, meaning="utility of full fit", unit="utility")
    facts_value: Finite = setting(1.0, meaning="utility of an offer made with all facts", unit="utility")
    relationship_value: Finite = setting(1.0, meaning="utility of full goodwill", unit="utility")
    late_value: Finite = setting(-1.0, meaning="utility of a late pass", unit="utility")
    unassisted_value: Finite = setting(
        -3.0, meaning="utility of us when no rep is at the buyer's side", unit="utility"
    )
    talks_scale: NonNegative = setting(
        1.0,
        meaning="live talks with a rep that leave 1/e of that; 0: the first talk takes all of it away",
        unit="talks",
    )
    rival_engagement_value: Finite = setting(1.0, meaning="utility per engagement of a rival", unit="utility")
    other_value: Finite = setting(0.0, meaning="utility of buying from somebody else", unit="utility")
    wait_value: Finite = setting(-1.0, meaning="utility of waiting", unit="utility")
    indecision_value: Finite = setting(
        1.0, meaning="utility that missing facts add to waiting", unit="utility"
    )
    early_goodwill_loss: Rate = setting(0.1, meaning="goodwill lost by an early pass", unit="goodwill")
    push_goodwill_loss: Rate = setting(0.1, meaning="goodwill lost by a pushed pass", unit="goodwill")
    obstruct_goodwill_loss: Rate = setting(0.1, meaning="goodwill lost by double contact", unit="goodwill")
    warm_goodwill_gain: Rate = setting(0.1, meaning="goodwill won by a warm introduction", unit="goodwill")
    commit_share: Rate = setting(
        0.6,
        meaning="share of the clock that must have run before a buyer commits to a proposal (forecast)",
        unit="share of the clock",
    )
    fallback_position: Inside = setting(
        0.6, meaning="position on the track to which a buyer who waits falls back", unit="position"
    )


class Exchange(Part):
    """What a first live contact is judged by."""

    qualify_base_value: Finite = setting(
        1.0, meaning="log odds that a lead of middling fit inside the zone qualifies", unit="logits"
    )
    qualify_fit_value: Finite = setting(
        2.0, meaning="what full fit adds to, and none takes from, these log odds", unit="logits"
    )
    qualify_early_value: Finite = setting(
        -12.0,
        meaning="what each unit of track before the zone adds to these log odds",
        unit="logits per track",
    )
    qualify_momentum_value: NonNegative = setting(
        4.0,
        meaning="what each unit of track that the buyer's momentum still covers adds to these log odds",
        unit="logits per track",
        source="T1.21, assumption",
    )
    qualify_intent_value: NonNegative = setting(
        1.0,
        meaning="what a hand raised just now adds to these log odds",
        unit="logits",
        source="T1.21, assumption",
    )
    intent_days: PositiveDays = setting(
        1.0, meaning="time constant with which the intent of a raised hand fades", unit="days"
    )
    slow_loss_rate: Rate = setting(
        0.25,
        meaning="share of speed lost from which a pass counts as slow",
        unit="share",
        source="T9.14, assumption",
    )
    push_excess_per_day: NonNegative = setting(
        0.04,
        meaning="how much faster than the buyer a rep may come before it is a push",
        unit="track per day",
    )


def _few_rivals(table: FrozenTable[str, Rival]) -> FrozenTable[str, Rival]:
    if len(table) > MOST_RIVALS:
        refuse(f"has {len(table)} rivals", allowed=f"0 to {MOST_RIVALS} rivals")
    return table


class Market(Part):
    """What the firm finds: demand, buyers, journeys, channels and rivals."""

    currency: Currency = setting("EUR", meaning="the currency of all money")
    demand: Demand = setting(meaning="how many buyers arrive, and when", source=GIVEN)
    clock: Clock = setting(factory=Clock, meaning="when buyers will buy from somebody")
    attention: Attention = setting(factory=Attention, meaning="how reachable buyers are")
    cooling: Cooling = setting(factory=Cooling, meaning="what neglect and nagging do")
    facts: Facts = setting(factory=Facts, meaning="what the eight facts are worth")
    choice: Choice = setting(factory=Choice, meaning="what a decision weighs")
    exchange: Exchange = setting(factory=Exchange, meaning="what a first live contact is judged by")
    channels: Annotated[FrozenTable[Name, Channel], _some(MOST_CHANNELS, "channels")] = setting(
        meaning="where touches happen, by name; nurture uses the first unless told otherwise", source=GIVEN
    )
    segments: Annotated[FrozenTable[Name, Segment], _some(MOST_SEGMENTS, "segments")] = setting(
        meaning="kinds of buyers, by name", source=GIVEN
    )
    journeys: Annotated[FrozenTable[Name, Journey], _some(MOST_JOURNEYS, "journeys")] = setting(
        meaning="ways of coming to a purchase, by name", source=GIVEN
    )
    rivals: Annotated[FrozenTable[Name, Rival], AfterValidator(_few_rivals)] = setting(
        FrozenTable(), meaning="competitors, by name"
    )
    negotiation: Negotiation = setting(
        factory=Negotiation, meaning="what buyers ask for, and what price is worth"
    )
    aftersale: Aftersale = setting(factory=Aftersale, meaning="what becomes of customers, and what they say")

    @model_validator(mode="after")
    def _names_exist(self) -> Market:
        """Refuse references to channels, segments and journeys that do not exist."""
        refuse_all(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        yield from market_findings(self.model_dump(mode="json"))

    def resolved_journey(self, name: str) -> Journey:
        """A journey with everything it leaves to the market filled in.

        Args:
            name: The journey's name.

        Returns:
            The journey with its hot rate, clock and segment mix (weights that sum to 1) made explicit.

        Raises:
            KeyError: If there is no such journey.
        """
        journey = self.journeys[name]
        mix = {key: w for key, w in journey.segments.items() if w > 0} or {
            key: segment.share for key, segment in self.segments.items()
        }
        total = math.fsum(mix.values())
        clock = self.clock
        own = {
            "hot_rate": self.attention.hot_rate,
            "ready_now_rate": clock.ready_now_rate,
            "ready_now_median_days": clock.ready_now_median_days,
            "ready_now_spread": clock.ready_now_spread,
            "hazard_per_month": clock.hazard_per_month,
        }
        filled: dict[str, Any] = {key: value for key, value in own.items() if getattr(journey, key) is None}
        filled["segments"] = FrozenTable({key: mix.get(key, 0.0) / total for key in self.segments})
        return journey.model_copy(update=filled)
