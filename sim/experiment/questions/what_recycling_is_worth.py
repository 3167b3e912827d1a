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


def parts(market: str) -> tuple[Part, ...]:
    """One policy for each reason that sends leads back."""
    choices = [Choice(DROPPED, ("policy.recycling.reasons=[]",))]
    choices += [Choice(reason, (_back(reason),)) for reason in REASONS]
    choices.append(Choice(EVERYTHING, (_back(*REASONS),)))
    return (
        Part(
            "recycling",
            "How many more customers are won if these leads go back and run another lap?",
            Family(market, "recycle", tuple(choices)),
            "closed_won_count",
            lambda comparison, currency: sorted_told(
                comparison, "Worth sending back", "Sending back costs customers", currency
            ),
            _conditions(market),
            per="recycled_rate",
            per_said="leads that ran another lap",
        ),
    )


def _back(*reasons: str) -> str:
    return f"policy.recycling.reasons={json.dumps(list(reasons))}"


def _conditions(market: str) -> tuple[Condition, ...]:
    reps = Scenario.load(market).team.reps.count
    many = f"team.reps.count={6 * reps}"
    undecided = "no-decision"
    return (
        Condition(f"{6 * reps} reps instead of {reps}", (many,), EVERYTHING, DROPPED),
        Condition(f"{6 * reps} reps instead of {reps}", (many,), undecided, DROPPED),
        Condition("a rest of 200 days instead of 60", ("policy.recycling.cool_off_days=200",), undecided, DROPPED),
        Condition("buyers who come back almost to the start", ("policy.recycling.kept_position_rate=0.1",), undecided,
                  DROPPED),
    )  # fmt: skip


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
    {"considered": 24, "car-seat": 30},
    ("leads go back through a shared record, rest for 60 days and keep 0.7 of their position",),
)
