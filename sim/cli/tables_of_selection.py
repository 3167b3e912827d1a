"""The table of a comparison that went on until it was settled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from sim.cli.tables import Cell, aligned, better_or_worse, labelled, paragraph, writing_of

if TYPE_CHECKING:
    from sim.experiment.selection.settled import SettledComparison, Standing

__all__ = ["selection_legend", "standings_table"]

_LABEL = 28
_LONGEST_SHOWN = 14  # letters of the best policy's name that a heading has room for


def standings_table(found: SettledComparison, currency: str) -> str:
    """Where each policy stands, the best first.

    Args:
        found: What was found.
        currency: What money is counted in.

    Returns:
        The table.
    """
    comparison = found.differences()
    writing = writing_of(comparison, currency)
    label = labelled(comparison.measure, writing)
    against = f"against {found.best}" if len(found.best) <= _LONGEST_SHOWN else "difference"
    level = f"{100 * comparison.level:g}% interval"
    heads = ["", "value", "runs", against, level, "finding", "best in"]
    lines: list[list[Cell | str]] = [[Cell(head, bold=True) for head in heads]]
    for one in found.standings:
        leads = one.place == "leads"
        text, colour = _finding(found, one)
        lines.append(
            [
                f"  {one.policy}", writing.value(one.value), f"{one.replications:,}",
                "" if leads else writing.signed(one.difference),
                "" if leads else writing.interval(one.low, one.high),
                Cell(text, colour, bool(colour)), f"{100 * one.share_best:.0f}%" if math.isfinite(one.share_best) else "-",
            ]
        )  # fmt: skip
    return f"{click.style(label[0].upper() + label[1:], bold=True)}\n{aligned(lines, 'lrrrrlr', 2, _LABEL)}"


def selection_legend(found: SettledComparison, more_measures: bool) -> str:
    """How to read the tables."""
    rules = found.contest.rules
    lines = [
        f"Differences are against {found.best}, with {100 * rules.level:g}% intervals that hold together and at "
        "every moment, so that it was right to look at them after each round."
    ]
    if any(one.place == "not better" for one in found.standings):
        lines[0] += f" Not better: not by more than {rules.indifference}."
    for one in found.standings:
        if one.place == "worse" and one.low < 0 < one.high:
            lines[0] += f" {one.policy} is worse than {one.worse_than}."
    if more_measures:
        lines.append(
            "* settled, by intervals of the same kind for each measure. Differences of percentages are in "
            "percentage points."
        )
    lines.append(
        "Best in: share of 2,000 bootstrap samples of the runs; it describes them, and proves nothing."
    )
    return "\n".join(click.style(paragraph(line), dim=True) for line in lines)


def _finding(found: SettledComparison, one: Standing) -> tuple[str, str | None]:
    """What is said of a policy, and its colour."""
    good, bad = better_or_worse()
    match one.place:
        case "leads":
            said = {"not settled": "leads", "settled within indifference": "choice"}
            return said.get(found.finding, "best"), good if found.contest.settled else None
        case "tie":
            return "the same", None
        case "worse":
            return "worse", bad
        case "open":
            return "not settled", None
    return one.place, None
