"""What is a lead worth that goes back, by the reason for which it was lost?"""

from __future__ import annotations

import json

from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import sorted_told
from sim.scenario import Scenario

__all__ = ["QUESTION"]

DROPPED, EVERYTHING = "nothing goes back", "all reasons"
REASONS = ("timing", "no-decision", "fit", "price", "unreached", "rejected", "ignored", "taken-back")


CONDITIONS = (
    Condition(
        "a rest of 200 days instead of 60", ("policy.recycling.cool_off_days=200",), "no-decision", DROPPED
    ),
    Condition(
        "buyers who come back almost to the start",
        ("policy.recycling.kept_position_rate=0.1",),
        "no-decision",
        DROPPED,
    ),
)
"""A rest so long that buyers have bought by then, and buyers who lose their place on the track."""


def parts(market: str) -> tuple[Part, ...]:
    """One policy for each reason that sends leads back: with the reps there are, and with time to spare."""
    choices = [Choice(DROPPED, ("policy.recycling.reasons=[]",))]
    choices += [Choice(reason, (_back(reason),)) for reason in REASONS]
    choices.append(Choice(EVERYTHING, (_back(*REASONS),)))
    family = Family(market, "recycle", tuple(choices))
    reps = Scenario.load(market).team.reps.count
    many, plenty = f"{6 * reps} reps instead of {reps}", f"team.reps.count={6 * reps}"
    now = f"How many more customers are won if these leads go back, with {reps} reps?"
    roomy = f"And with {6 * reps} reps, so that returned leads keep nobody waiting?"
    return (
        _part("recycling", now, family, (Condition(many, (plenty,), EVERYTHING, DROPPED),)),
        _part("with time", roomy, family.under(plenty), CONDITIONS),
    )


def _part(name: str, asked: str, family: Family, conditions: tuple[Condition, ...]) -> Part:
    return Part(
        name,
        asked,
        family,
        "closed_won_count",
        lambda comparison, currency: sorted_told(
            comparison, "Worth sending back", "Sending back costs customers", currency
        ),
        conditions,
        per="recycled_rate",
        per_said="leads that ran another lap",
    )


def _back(*reasons: str) -> str:
    return f"policy.recycling.reasons={json.dumps(list(reasons))}"


QUESTION = Question(
    "what-recycling-is-worth",
    "What is a lead worth that goes back to marketing, by the reason for which it was lost?",
    "A lead that does not close is dropped, or rests for two months and runs another lap. Here one reason at a time is "
    "sent back, against nothing at all. A buyer who bought elsewhere has bought: such leads have no second lap.",
    {
        "considered": "long journeys and a small, busy team of 8",
        "car-seat": "one purchase, one date, and a team with time to spare",
    },
    parts,
    {"considered": 20, "car-seat": 24},
    ("leads go back through a shared record, rest for 60 days and keep 0.7 of their position",),
)
