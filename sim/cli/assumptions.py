"""What a market's results rest on, in short clauses: "each win counts 1"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.document import Scenario

__all__ = ["assumptions_of"]

_PREFIX = "assumption:"


def assumptions_of(scenario: Scenario) -> list[str]:
    """The assumptions a reader of the results must know.

    A market states its own among its `sources`, each beginning with "assumption:". Added to them is what can be
    seen from its settings: that all wins are worth the same, and how many people share the work.

    Args:
        scenario: The scenario that was run.

    Returns:
        Clauses that can follow "rests on the assumptions that".
    """
    values = {(one.deal_value, one.deal_spread) for one in scenario.market.segments.values()}
    clauses = []
    if len(values) == 1 and next(iter(values))[1] == 0:
        value = next(iter(values))[0]
        clauses.append(f"every win is worth {value:g}" + ("" if value == 1 else f" {scenario.market.currency}"))
    reps = scenario.team.reps.count
    clauses.append(f"{reps} sales rep{'s' if reps != 1 else ''} share the work")
    clauses.append("the settings marked as assumption in the market's file hold")
    stated = [text[len(_PREFIX) :].strip() for text in scenario.sources if text.startswith(_PREFIX)]
    return [*stated, *clauses]
