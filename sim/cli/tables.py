"""Tables for a terminal: aligned, at most 100 columns wide, readable without colour."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from sim.experiment.estimates import Estimate
from sim.experiment.intervals import Comparison, Difference
from sim.measure.measures import Measure
from sim.scenario.athletes import Race
from sim.scenario.document import Scenario
from sim.show.numbers import Writing, writing_for

__all__ = [
    "WIDTH",
    "Cell",
    "aligned",
    "better_or_worse",
    "compared_measures",
    "headline",
    "legend",
    "measures_of_one",
    "paragraph",
    "titled",
    "writing_of",
]

WIDTH = 100
_LABEL = 34
_OTHERS_AT_A_TIME = 2
_LONGEST_SHOWN = 14  # letters of the first policy's name that a heading has room for
_BETTER, _WORSE, _DIFFERENT = "green", "red", "cyan"


@dataclass(frozen=True)
class Cell:
    """A text in a table and how it looks.

    Attributes:
        text: The text.
        colour: Colour, where colour is on.
        bold: Whether it stands out.
    """

    text: str = ""
    colour: str | None = None
    bold: bool = False

    def padded(self, width: int, right: bool) -> str:
        """The text with blanks, styled after padding so that styles do not shift columns."""
        blanks = " " * (width - len(self.text))
        styled = self.text
        if self.text and (self.colour or self.bold):
            styled = click.style(self.text, fg=self.colour, bold=self.bold or None)
        return blanks + styled if right else styled + blanks


def aligned(rows: Sequence[Sequence[Cell | str]], sides: str, gap: int = 2, label_width: int = 0) -> str:
    """Rows as lines of aligned columns.

    Args:
        rows: Texts or cells; rows may be short.
        sides: One letter per column: "l" flush left, "r" flush right.
        gap: Blanks between columns.
        label_width: Longer texts of the first column go on in the next line; 0 for no limit.

    Returns:
        The lines, without blanks at their ends.
    """
    wrapped = [one for row in rows for one in _wrapped(row, label_width)]
    widths = [
        max((len(row[i].text) for row in wrapped if i < len(row)), default=0) for i in range(len(sides))
    ]
    lines = []
    for row in wrapped:
        cells = [cell.padded(widths[i], sides[i] == "r") for i, cell in enumerate(row)]
        lines.append((" " * gap).join(cells).rstrip())
    return "\n".join(lines)


def _wrapped(row: Sequence[Cell | str], width: int) -> Iterator[list[Cell]]:
    """A row with a first column of limited width; its other cells stand in the last line."""
    cells = [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]
    if width and cells and len(cells[0].text) > width:
        indent = " " * (len(cells[0].text) - len(cells[0].text.lstrip()))
        *above, last = textwrap.wrap(
            cells[0].text, width, initial_indent=indent, subsequent_indent=f"{indent}  "
        )
        yield from ([Cell(line, cells[0].colour, cells[0].bold)] for line in above)
        cells[0] = Cell(last, cells[0].colour, cells[0].bold)
    yield cells


def paragraph(text: str, indent: str = "") -> str:
    """Text in lines of at most `WIDTH` columns; words are never broken."""
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def titled(scenario: Scenario | Race, line: str) -> str:
    """The first two lines of a report: the scenario, and what was done with it."""
    known = scenario.title not in ("", scenario.name)
    title = f"{scenario.title} ({scenario.name})" if known else scenario.name
    return f"{click.style(title, bold=True)}\n{paragraph(line)}"


def labelled(measure: Measure, writing: Writing) -> str:
    """A measure's name in a table, with its unit."""
    if writing.unit == "%":
        return measure.label
    return f"{measure.label}, {writing.unit}" if writing.unit else measure.label


def measures_of_one(rows: Sequence[tuple[Measure, Estimate]], currency: str) -> str:
    """The table of `relay run`: measure, value and interval.

    Args:
        rows: Measures with their estimates.
        currency: What money is counted in.

    Returns:
        The table.
    """
    replicated = any(math.isfinite(estimate.low) for _, estimate in rows)
    lines: list[list[Cell | str]] = [["", Cell("value", bold=True)]]
    if replicated:
        lines[0].append(Cell("95% interval", bold=True))
    for measure, estimate in rows:
        reach = (estimate.high - estimate.low) / 2
        writing = writing_for(measure, [estimate.value], [reach], currency)
        line: list[Cell | str] = [labelled(measure, writing), writing.value(estimate.value)]
        lines.append([*line, writing.range(estimate.low, estimate.high)] if replicated else line)
    return aligned(lines, "lrr", 3, 60)


def headline(comparison: Comparison, currency: str) -> str:
    """The first table of `relay compare`: one measure, all policies, with what pairing saves.

    Args:
        comparison: The policies compared on the measure.
        currency: What money is counted in.

    Returns:
        The table.
    """
    first, *others = comparison.estimates
    writing = writing_of(comparison, currency)
    label = labelled(comparison.measure, writing)
    title = click.style(label[0].upper() + label[1:], bold=True)
    against = f"against {first.policy}" if len(first.policy) <= _LONGEST_SHOWN else "difference"
    heads = ["", "value", against, "95% interval", "finding", "pairing saves"]
    lines: list[list[Cell | str]] = [[Cell(head, bold=True) for head in heads]]
    lines.append([f"  {first.policy}", writing.value(first.value)])
    for estimate, pair in zip(others, comparison.differences, strict=True):
        text, colour = _finding(pair, comparison.measure)
        lines.append(
            [
                f"  {estimate.policy}", writing.value(estimate.value), writing.signed(pair.value),
                writing.interval(pair.low, pair.high), Cell(text, colour, bool(colour)), _saving(pair.saving),
            ]
        )  # fmt: skip
    return f"{title}\n{aligned(lines, 'lrrrll', 2, _LABEL - 6)}"


def writing_of(comparison: Comparison, currency: str) -> Writing:
    """How values and differences of the first table are written."""
    values = [estimate.value for estimate in comparison.estimates]
    return writing_for(comparison.measure, values, _bounds(comparison.differences), currency, finer=1)


def better_or_worse() -> tuple[str, str]:
    """Colours of what is better and what is worse."""
    return _BETTER, _WORSE


def compared_measures(comparisons: Sequence[Comparison], currency: str) -> str:
    """The second table of `relay compare`: each measure, two policies beside the first at a time.

    Args:
        comparisons: One per measure, all of the same policies.
        currency: What money is counted in.

    Returns:
        The tables, separated by an empty line.
    """
    count = len(comparisons[0].differences)
    starts = range(0, count, _OTHERS_AT_A_TIME)
    return "\n\n".join(
        _some_policies(comparisons, range(start, min(start + _OTHERS_AT_A_TIME, count)), currency)
        for start in starts
    )


def _some_policies(comparisons: Sequence[Comparison], which: range, currency: str) -> str:
    first = comparisons[0].estimates[0].policy
    names: list[Cell | str] = ["", Cell(first, bold=True)]
    heads: list[Cell | str] = ["", ""]
    for i in which:
        names += ["", Cell(comparisons[0].differences[i].policy, bold=True), ""]
        heads += ["value", "difference", ""]
    lines: list[list[Cell | str]] = [names, heads]
    for comparison in comparisons:
        pairs = [comparison.differences[i] for i in which]
        shown = [comparison.estimates[0], *(comparison.estimates[i + 1] for i in which)]
        writing = writing_for(comparison.measure, [e.value for e in shown], _bounds(pairs), currency)
        line: list[Cell | str] = [labelled(comparison.measure, writing), writing.value(shown[0].value)]
        for estimate, pair in zip(shown[1:], pairs, strict=True):
            mark, colour = _mark(pair, comparison.measure)
            difference = "same" if pair.finding == "tie" else writing.interval(pair.low, pair.high)
            line += [writing.value(estimate.value), difference, Cell(mark, colour)]
        lines.append(line)
    return aligned(lines, "lr" + "rrl" * len(which), 1, _LABEL)


def _bounds(pairs: Sequence[Difference]) -> list[float]:
    return [bound for pair in pairs for bound in (pair.low, pair.high)]


def legend(comparison: Comparison, more_measures: bool) -> str:
    """How to read the tables of `relay compare`."""
    first = comparison.estimates[0].policy
    several = len(comparison.differences) > 1
    lines = [
        f"Differences are against {first}, each with its {100 * comparison.level:g}% interval"
        + ("; the intervals of a measure hold together." if several else ".")
        + " Settled means that the interval leaves out zero."
    ]
    if more_measures:
        lines.append("* settled. Differences of percentages are in percentage points.")
    lines.append(
        "Pairing saves: how many times more replications it would take with other buyers per policy."
    )
    if several:
        lines.append("The verdict looks at every pair of policies, so its intervals reach a little further.")
    return "\n".join(click.style(paragraph(line), dim=True) for line in lines)


def _side(pair: Difference, measure: Measure) -> str | None:
    """Colour of a settled difference."""
    if measure.direction == "neither":
        return _DIFFERENT
    return _BETTER if (pair.value > 0) == (measure.direction == "higher") else _WORSE


def _finding(pair: Difference, measure: Measure) -> tuple[str, str | None]:
    if pair.finding != "settled":
        return {"tie": "the same", "no interval": "unknown"}.get(pair.finding, pair.finding), None
    return f"settled: {'more' if pair.value > 0 else 'less'}", _side(pair, measure)


def _mark(pair: Difference, measure: Measure) -> tuple[str, str | None]:
    if pair.finding != "settled":
        return "", None
    return "*", _side(pair, measure)


def _saving(saving: float) -> str:
    if not math.isfinite(saving):
        return "all" if saving == math.inf else "-"
    return f"{saving:.1f} times" if saving < 10 else f"{saving:,.0f} times"
