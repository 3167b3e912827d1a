"""What does conflict cost, and which mechanism of integration pays for itself?"""

from __future__ import annotations

from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import sorted_told
from sim.scenario.mechanisms import MECHANISMS

__all__ = ["HELPING", "NEUTRAL", "QUESTION"]

PEACE, CONFLICT, NOTHING = "trust as it was at the start", "mistrust that feeds itself", "nothing done"

SPIRAL = (
    "team.learning.trust_memory=60",
    "team.learning.withhold_rate=0.8",
    "team.learning.spite_shift=0.5",
    "team.learning.dispute_hours=4",
)
"""Both sides learn from what they see; without trust they keep facts back, aim lower and dispute credit."""

HELPING = ("single-unit", "cross-functional-teams", "job-rotation", "committee")
"""Mechanisms that help by the survey. Source: T7.7 (the committee stands for its cross-functional meetings)."""

NEUTRAL = ("joint-training", "co-location")
"""Mechanisms without effect by the survey. Source: T7.7."""


def parts(market: str) -> tuple[Part, ...]:
    """What conflict costs, and what each mechanism brings where there is conflict."""
    names = {name: name.replace("_", "-") for name in MECHANISMS}
    done = [
        Choice(word, (f"policy.organisation.mechanisms.{name}.intensity=1",)) for name, word in names.items()
    ]
    tracked = ("policy.triage.tracking_rate=0.98",)
    definition = names["shared_definition"]
    return (
        Part(
            "conflict",
            "How many customers does mistrust that feeds itself cost?",
            Family(market, "today", (Choice(PEACE), Choice(CONFLICT, SPIRAL))),
            "closed_won_count",
            lambda comparison, currency: sorted_told(comparison, "Conflict pays", "Conflict costs", currency),
            (
                Condition("nearly every lead tracked", tracked, CONFLICT, PEACE),
                Condition("reps whose follow-up does not depend on trust", ("policy.triage.trust_effect=0",), CONFLICT,
                          PEACE),
            ),
        ),
        Part(
            "mechanisms",
            "Where there is such conflict, which mechanism brings in more than it costs?",
            Family(market, "today", (Choice(NOTHING), *done), SPIRAL),
            "profit_value",
            lambda comparison, currency: sorted_told(
                comparison, "Pays for itself", "Costs more than it brings", currency
            ),
            (
                Condition("nearly every lead tracked", tracked, definition, NOTHING),
                Condition("nearly every lead tracked", tracked, names["joint_compensation"], NOTHING),
                Condition("a running cost of 20,000 a month instead of 500",
                          ("policy.organisation.mechanisms.shared_definition.cost_per_month_value=20000",), definition,
                          NOTHING),
            ),
        ),
        Part(
            "customers",
            "The same in customers, leaving cost aside",
            Family(market, "today", (Choice(NOTHING), *done), SPIRAL),
            "closed_won_count",
            lambda comparison, currency: sorted_told(comparison, "Brings customers", "Costs customers", currency),
            drawn=False,
            expected={**dict.fromkeys(HELPING, 1), **dict.fromkeys(NEUTRAL, 0)},
            evidence="T7.7",
        ),
    )  # fmt: skip


QUESTION = Question(
    "what-conflict-costs",
    "What does conflict cost, and which way of working together pays for itself?",
    "Reps trust marketing's leads as far as these come to something, and marketing thinks of sales as sales follows up. "
    "Where trust is low, leads are ignored, facts kept back, bars lowered and credit disputed, which makes for less "
    "trust. Each mechanism of integration is then added alone, done fully, with its cost and the hours it takes.",
    {
        "considered": "few large deals: one saved lead pays for much",
        "web-leads": "many small deals: a mechanism must move many leads",
    },
    parts,
    {"considered": 40, "web-leads": 12},
    (
        "how strongly mistrust acts, and what mechanisms cost and do, are assumptions of the model",
        "the firm works as most do today: hardly any tracking, seven in ten leads ignored (T2.1)",
    ),
)
