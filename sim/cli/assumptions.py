"""What a market's results rest on, in short clauses: "40 sales reps share the work"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.document import Scenario

__all__ = ["assumptions_of"]

_PREFIX = "assumption:"


def assumptions_of(scenario: Scenario) -> list[str]:
    """The assumptions a reader of the results must know.

    A market states its own among its `sources`, each beginning with "assumption:". Every result rests on how
    many people share the work besides; that a win is worth 1 is said by the verdict itself.

    Args:
        scenario: The scenario that was run.

    Returns:
        Clauses that can follow "rests on the assumptions that".
    """
    reps = scenario.team.reps.count
    stated = [text[len(_PREFIX) :].strip() for text in scenario.sources if text.startswith(_PREFIX)]
    return [
        *stated,
        f"{reps} sales rep{'s share' if reps != 1 else ' does'} the work",
        f"every setting marked as assumption in {scenario.name} holds",
    ]
