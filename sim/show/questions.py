"""What a question was answered with: choices with their intervals, and what would make the answer wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiment.intervals import Difference
from sim.experiment.questions import Flip, Found
from sim.experiment.questions.wording import change, unit_words
from sim.measure.measures import Measure, measure_named
from sim.show.drawing import BLACK, BLUE, FAINT, GREY, VERMILLION, canvas, empty, figure_of, heading, key

__all__ = ["answer_choices", "answer_flips"]

_SETTLED, _OPEN = "settled: the interval leaves out zero", "not settled"


def answer_choices(found: Found, currency: str = "", ax: Axes | None = None) -> Figure:
    """What each choice changes against the first one, with its interval and a zero line.

    Choices with a place on a scale stand at their places, others in rows, the largest effect on top.

    Args:
        found: What was found on one part of a question.
        currency: Written after money.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    if found.part.scale:
        return _on_a_scale(found, currency, ax)
    ax = canvas(ax, left=0.25, right=0.66)
    comparison, measure = found.comparison, found.comparison.measure
    _headed(
        ax,
        found.part.asked,
        f"{_label(measure)} against “{comparison.estimates[0].policy}”; {_interval(found)}",
    )
    rows = sorted(comparison.differences, key=lambda one: -one.value)
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    for row, one in enumerate(rows):
        _bar(ax, -row, one, measure)
        _words(ax, -row, one.policy, change(one, measure, currency))
    _frame(ax, rows, len(rows), measure, currency)
    key(ax, ["better, settled", "worse, settled", _OPEN], [BLUE, VERMILLION, GREY])
    return figure_of(ax)


def _on_a_scale(found: Found, currency: str, ax: Axes | None) -> Figure:
    ax = canvas(ax, left=0.10, right=0.97, bottom=0.14)
    comparison, measure = found.comparison, found.comparison.measure
    first = found.part.family.choices[0]
    _headed(ax, found.part.asked, f"{_label(measure)} against “{first.name}”; {_interval(found)}")
    places = {choice.name: choice.at for choice in found.part.family.choices}
    ax.axhline(0, color=BLACK, lw=1.4, zorder=1)
    line = [(first.at or 0.0, 0.0)]
    for one in comparison.differences:
        at = places[one.policy]
        colour = _colour(one, measure)
        if at is None:
            ax.axhline(one.value, color=colour, lw=2, ls="--", zorder=2)
            ax.annotate(
                f"{one.policy}: {change(one, measure, currency)}", (1, one.value), xycoords=ax.get_yaxis_transform(),
                xytext=(0, 4), textcoords="offset points", fontsize=12, color=colour, ha="right", va="bottom",
            )  # fmt: skip
            continue
        line.append((at, one.value))
        if math.isfinite(one.low):
            ax.plot([at, at], [one.low, one.high], color=colour, lw=5, solid_capstyle="butt", zorder=3)
        ax.plot(at, one.value, "o", ms=8, mfc=_face(one, colour), mec=colour, mew=3, zorder=4)
    ax.plot(*zip(*sorted(line), strict=True), color=GREY, lw=1.2, zorder=2)
    ax.plot(*line[0], "o", ms=8, mfc="white", mec=BLACK, mew=3, zorder=4)
    ax.grid(axis="y", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: _number(y, measure)))
    ax.set_xlabel(found.part.scale, fontsize=12, color=GREY)
    ax.margins(0.08, 0.12)
    key(ax, ["better, settled", "worse, settled", _OPEN], [BLUE, VERMILLION, GREY])
    return figure_of(ax)


def answer_flips(flips: Sequence[Flip], currency: str = "", ax: Axes | None = None) -> Figure:
    """The same findings as found and where something else holds, with their intervals and a zero line.

    Args:
        flips: Findings of one part looked at again; all of one measure.
        currency: Written after money.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.

    Raises:
        ValueError: If they are of several measures, which share no axis.
    """
    ax = canvas(ax, left=0.30, right=0.60)
    if not flips:
        return empty(ax, "Nothing was put to the test")
    names = {one.measure for one in flips}
    if len(names) > 1:
        raise ValueError(f"one measure at a time, not {', '.join(sorted(names))}")
    measure = measure_named(flips[0].measure)
    _headed(ax, "When would this be wrong?", f"{_label(measure)}: as found (circle) and where something else holds "
            "(square); line: 95% interval, each of its own")  # fmt: skip
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    for row, one in enumerate(flips):
        _bar(ax, -row + 0.16, one.before, measure)
        _bar(ax, -row - 0.16, one.after, measure, "s")
        about = f"“{one.condition.choice}” against “{one.condition.against}”"
        _words(ax, -row, f"with {one.condition.said}", f"{about}\nas found {change(one.before, measure, currency)}\n"
               f"then {change(one.after, measure, currency)}")  # fmt: skip
    _frame(ax, [side for one in flips for side in (one.before, one.after)], len(flips), measure, currency)
    key(ax, ["better, settled", "worse, settled", _OPEN], [BLUE, VERMILLION, GREY])
    return figure_of(ax)


def _headed(ax: Axes, title: str, subtitle: str) -> None:
    heading(ax, title, fill(subtitle, 130))


def _interval(found: Found) -> str:
    comparison = found.comparison
    kind = "interval" if len(comparison.differences) == 1 else "intervals that hold together"
    return f"{comparison.replications} replications, line: {100 * comparison.level:g}% {kind}"


def _label(measure: Measure) -> str:
    return f"{measure.label[0].upper()}{measure.label[1:]}"


def _colour(one: Difference, measure: Measure) -> str:
    if one.finding != "settled":
        return GREY
    if measure.direction == "neither":
        return BLUE
    return BLUE if (one.value > 0) == (measure.direction == "higher") else VERMILLION


def _face(one: Difference, colour: str) -> str:
    return colour if one.finding == "settled" else "white"


def _bar(ax: Axes, y: float, one: Difference, measure: Measure, marker: str = "o") -> None:
    colour = _colour(one, measure)
    if math.isfinite(one.low):
        ax.plot([one.low, one.high], [y, y], color=colour, lw=5, solid_capstyle="butt", zorder=2)
    ax.plot(one.value, y, marker, ms=8, mfc=_face(one, colour), mec=colour, mew=2.5, zorder=3)


def _words(ax: Axes, y: float, name: str, remark: str) -> None:
    """A choice's name left of its row, and what it changes right of it."""
    ax.annotate(
        fill(name, 30), (0, y), xycoords=("axes fraction", "data"), xytext=(-12, 0), textcoords="offset points",
        ha="right", va="center", fontsize=12, fontweight="bold", color=BLACK, linespacing=1.1,
    )  # fmt: skip
    lines = "\n".join(fill(line, 54) for line in remark.splitlines())
    ax.annotate(
        lines, (1, y), xycoords=("axes fraction", "data"), xytext=(12, 0), textcoords="offset points",
        ha="left", va="center", fontsize=11, color=BLACK, linespacing=1.3,
    )  # fmt: skip


def _frame(ax: Axes, shown: Sequence[Difference], rows: int, measure: Measure, currency: str) -> None:
    ends = [0.0, *(end for one in shown for end in (one.low, one.value, one.high) if math.isfinite(end))]
    width = max(ends) - min(ends) or 1.0
    ax.set(xlim=(min(ends) - 0.06 * width, max(ends) + 0.06 * width), ylim=(0.4 - rows, 0.6), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _number(x, measure)))
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    unit = unit_words(measure, currency) or "number"
    ax.set_xlabel(f"less  ←  {unit}  →  more", fontsize=12, color=GREY)


def _number(value: float, measure: Measure) -> str:
    scale = 100.0 if measure.unit == "share" else 1.0
    return f"{scale * value:+,.10g}" if round(value, 12) else "0"
