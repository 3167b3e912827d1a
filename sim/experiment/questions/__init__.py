"""Questions a firm asks, answered with intervals, each with what would make the answer wrong."""

from types import MappingProxyType

from sim.experiment.questions import (
    more_leads_fewer_sales,
    what_conflict_costs,
    what_facts_are_worth,
    what_recycling_is_worth,
    when_alignment_hurts,
    when_to_hand_over,
)
from sim.experiment.questions.answer import Answer, Flip, Found, answer
from sim.experiment.questions.question import Condition, Part, Question

__all__ = ["QUESTIONS", "Answer", "Condition", "Flip", "Found", "Part", "Question", "answer"]

QUESTIONS = MappingProxyType(
    {
        one.QUESTION.name: one.QUESTION
        for one in (
            when_to_hand_over,
            what_facts_are_worth,
            what_recycling_is_worth,
            what_conflict_costs,
            more_leads_fewer_sales,
            when_alignment_hurts,
        )
    }
)
"""The questions by name, in the order in which a buyer meets them."""
