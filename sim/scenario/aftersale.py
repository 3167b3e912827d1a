"""After the sale: satisfaction, reviews, referrals, renewals, and the stories that deals leave behind."""

from __future__ import annotations

from typing import Annotated

from sim.scenario.fields import Absent, Name, Part, setting
from sim.scenario.units import Days, Finite, NonNegative, Positive, PositiveDays, PositiveRate, Rate

__all__ = ["Aftersale"]


class Aftersale(Part):
    """The second moment of truth, which becomes a later buyer's zero moment; all of it off by default."""

    satisfaction_base_rate: Rate = setting(
        0.6, meaning="satisfaction of a middling customer who was promised what is delivered", unit="share"
    )
    fit_effect: NonNegative = setting(
        0.4, meaning="what full fit adds over middling fit, twice over", unit="satisfaction per fit"
    )
    facts_effect: NonNegative = setting(
        0.3,
        meaning="what a deal closed with all facts adds over one with half of them, twice over",
        unit="satisfaction per completeness",
        source="T3.11, assumption",
    )
    care_effect: NonNegative = setting(
        0.2, meaning="what full attention of a median account owner adds", unit="satisfaction"
    )
    promise_effect: NonNegative = setting(
        0.15,
        meaning="what each fault of overselling (pushed, obstructed, early; discounts by size) takes",
        unit="satisfaction per fault",
    )
    satisfaction_spread: NonNegative = setting(
        0.15, meaning="standard deviation of satisfaction between customers alike", unit="satisfaction"
    )
    review_rate: Rate = setting(
        0.0, meaning="share of middling customers who review us; 0: nobody", unit="share"
    )
    review_satisfaction_effect: Rate = setting(
        0.5,
        meaning="how much likelier a fully satisfied customer reviews us than a middling one, and an unhappy one less",
        unit="share of the rate",
    )
    review_delay_days: Days = setting(30.0, meaning="time from the sale to the review", unit="days")
    reviews_memory_days: PositiveDays = setting(
        365.0, meaning="time constant with which reviews are forgotten", unit="days"
    )
    reviews_at_start: Positive = setting(20.0, meaning="reviews that exist at the start", unit="reviews")
    valence_at_start: PositiveRate = setting(
        0.6, meaning="mean satisfaction told in them", unit="satisfaction"
    )
    volume_elasticity: NonNegative = setting(
        0.236, meaning="elasticity of reputation to the number of reviews", unit="elasticity", source="T5.14"
    )
    valence_elasticity: NonNegative = setting(
        0.417, meaning="elasticity of reputation to their valence", unit="elasticity", source="T5.14"
    )
    reputation_value: NonNegative = setting(
        0.5, meaning="utility of us per unit of the logarithm of reputation", unit="utility per log unit"
    )
    referral_rate: NonNegative = setting(
        0.0,
        meaning="expected referrals of a fully satisfied customer; 0: none",
        unit="referrals per customer",
    )
    referral_delay_days: PositiveDays = setting(
        60.0, meaning="mean time from the sale to a referral", unit="days", source="T5.16, assumption"
    )
    referral_journey: Annotated[Name | None, Absent("any")] = setting(
        None, meaning="journey of those referred; drawn as for everybody unless given"
    )
    term_days: Annotated[PositiveDays | None, Absent("never")] = setting(
        None, meaning="term of a contract, at whose end it is renewed or not", unit="days"
    )
    renewal_base_value: Finite = setting(
        1.5, meaning="log odds that a half satisfied customer nobody visits renews", unit="logits"
    )
    renewal_satisfaction_value: NonNegative = setting(
        4.0, meaning="what full over half satisfaction adds to log odds, twice over", unit="logits"
    )
    renewal_care_value: NonNegative = setting(
        1.0, meaning="what full attention of a median account owner adds to them", unit="logits"
    )
    expansion_base_value: Finite = setting(
        -1.5, meaning="log odds that such a customer, when renewing, buys more", unit="logits"
    )
    expansion_rate: NonNegative = setting(
        0.2, meaning="growth of the contract when the customer buys more", unit="share of the contract"
    )
    story_gain: NonNegative = setting(
        0.0, meaning="how much more early touches move buyers when we know all stories", unit="share"
    )
    story_half: Positive = setting(
        20.0, meaning="stories of closed deals with which half of that is reached", unit="stories"
    )
    story_memory_days: PositiveDays = setting(
        365.0, meaning="time constant with which stories are forgotten", unit="days"
    )
