"""What a question is: its parts, and the conditions under which its answer is put to the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sim.experiment.intervals import Comparison
from sim.experiment.questions.families import Family

__all__ = ["Condition", "Part", "Question", "Told"]

Told = Callable[[Comparison, str], str]
"""Makes a sentence of a comparison and a currency."""


@dataclass(frozen=True)
class Condition:
    """Something else that may hold, under which one finding is looked at again.

    Attributes:
        said: In words that follow "with".
        settings: What it sets.
        choice: The choice looked at.
        against: The choice it is compared with.
    """

    said: str
    settings: tuple[str, ...]
    choice: str
    against: str


@dataclass(frozen=True)
class Part:
    """One part of a question: a family of choices and what they are judged by.

    Attributes:
        name: A word or two, its heading in tables and figures.
        asked: The question in plain words.
        family: The choices.
        measure: What they are judged by.
        told: Makes the sentence.
        conditions: What may make it wrong.
        scale: What the places of the choices on an axis mean; empty when they have none.
        per: A measure whose numerator counts what the effect can be stated per; empty when nothing.
        per_said: What that is, in words.
        drawn: Whether it is worth a figure; the table says it all otherwise.
        expected: What a published source says of choices: 1 that they help, 0 that they do nothing.
        evidence: That source, a row of the evidence table.
    """

    name: str
    asked: str
    family: Family
    measure: str
    told: Told
    conditions: tuple[Condition, ...] = ()
    scale: str = ""
    per: str = ""
    per_said: str = ""
    drawn: bool = True
    expected: Mapping[str, int] = field(default_factory=dict)
    evidence: str = ""


@dataclass(frozen=True)
class Question:
    """A question a firm asks.

    Attributes:
        name: Its name on the command line.
        title: The question in plain words.
        story: Two or three sentences on how it is answered.
        markets: The shipped markets it is answered for, and why each.
        parts: Makes the parts for a market, shipped or not.
        seeds: Replications by market after which what can be settled is.
        assumptions: What every answer rests on.
    """

    name: str
    title: str
    story: str
    markets: Mapping[str, str]
    parts: Callable[[str], tuple[Part, ...]]
    seeds: Mapping[str, int] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()

    def seeds_for(self, market: str) -> int:
        """Replications to make when nobody says how many."""
        return self.seeds.get(market, USUAL_SEEDS)


USUAL_SEEDS = 20
