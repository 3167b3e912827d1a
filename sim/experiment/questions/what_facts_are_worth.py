"""What is each fact about the buyer worth that survives the pass?"""

from __future__ import annotations

import json

from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import sorted_told
from sim.scenario import Scenario
from sim.vocabulary import Fact, words

__all__ = ["QUESTION"]

KEPT, NONE = "every fact kept", "no fact kept"

# Losing a fact costs work; with a full desk that hits other buyers, and the fact itself is not seen.
STAFF = {"considered": ("team.reps.count=60",)}


def parts(market: str) -> tuple[Part, ...]:
    """One medium for each fact that it may lose."""
    facts = words(Fact)
    lost = {KEPT: [], **{f"{fact} lost": [fact] for fact in facts}, NONE: list(facts)}
    choices = tuple(Choice(name, (_medium(which),)) for name, which in lost.items())
    # On the way back nothing is lost, so that each pass begins with what marketing has found out.
    settings = ('policy.medium="trial"', 'policy.return_medium="shared-record"', *STAFF.get(market, ()))
    family = Family(market, "patient", choices, settings)
    return (
        Part(
            "facts",
            "How many customers does it cost if this fact does not survive the pass?",
            family,
            "closed_won_count",
            lambda comparison, currency: sorted_told(
                comparison, "Losing it brings customers", "Losing it costs customers", currency
            ),
            _conditions(market),
        ),
        Part(
            "hours",
            "What does it cost in the reps' time?",
            family,
            "rep_utilisation_rate",
            lambda comparison, currency: sorted_told(
                comparison, "Takes more of the reps' time", "Takes less of the reps' time", currency
            ),
            drawn=False,
        ),
    )


def _medium(lost: list[str]) -> str:
    return f"team.media.trial={{retention=0.998, loses={json.dumps(lost)}}}"


def _conditions(market: str) -> tuple[Condition, ...]:
    """Reps who find everything out for nothing; and, where there is a deadline, sales that calls at once."""
    free = Condition(
        "reps who find out in the first talk whatever got lost, without annoying anybody",
        (
            "team.tasks.discover_rate=1",
            "market.facts.ask_again_momentum_loss=0",
            "market.facts.ask_again_goodwill_loss=0",
        ),
        NONE,
        KEPT,
    )
    dated = [name for name, one in Scenario.load(market).market.journeys.items() if one.deadline is not None]
    if not dated:
        return (free,)
    lead = tuple(f"market.journeys.{name}.deadline.lead_days=170" for name in dated)
    at_once = Condition("sales calling at once even if it knows the date", lead, "deadline lost", "need lost")
    return (free, at_once)


QUESTION = Question(
    "what-facts-are-worth",
    "What is each fact about the buyer worth?",
    "Marketing learns eight facts about a buyer, one way or another. Here the medium of the pass loses one of them every "
    "time, and then all of them, while everything else survives. What sales does not know, it must ask again.",
    {
        "car-seat": "a call three months early is wasted, so one fact matters more than all others",
        "considered": "buying groups with a long journey in which every fact comes up; with 60 reps, so that work "
        "for one buyer does not keep another waiting",
    },
    parts,
    {"car-seat": 24, "considered": 32},
    (
        "facts count alike in the buyer's choice; only the deadline also moves the call, and marketing, which keeps what "
        "the pass loses, still lets go by it",
    ),
)
