"""How far each policy is from the first, with intervals and a zero line."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiment.intervals import Comparison, Difference
from sim.experiment.verdict import amount
from sim.show.drawing import BLACK, BLUE, FAINT, GREY, VERMILLION, canvas, figure_of, heading, row_label

__all__ = ["revenue_difference"]


def revenue_difference(comparison: Comparison, currency: str = "", ax: Axes | None = None) -> Figure:
    """Differences against the first policy with their intervals.

    Works for any measure, revenue being the usual one. Better and settled is blue, worse and settled is
    vermillion; what is not settled is grey and hollow.

    Args:
        comparison: What `sim.experiment.intervals.paired_comparison` returned.
        currency: Written after money.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.70)
    first = comparison.estimates[0]
    measure = comparison.measure
    per = " per run" if measure.denominator == "run" else ""
    interval = "interval" if len(comparison.differences) == 1 else "intervals that hold together"
    heading(
        ax,
        f"{measure.label[0].upper()}{measure.label[1:]}: difference from {first.policy}",
        f"{first.policy} has {amount(first.value, measure.unit, currency)}{per}.\n"
        f"Line: {100 * comparison.level:g}% {interval}, {comparison.replications} replications, "
        "each with the same buyers and luck.",
    )
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    for row, difference in enumerate(comparison.differences):
        _draw_row(ax, -row, difference, comparison, currency)
    _axis(ax, comparison, currency)
    return figure_of(ax)


def _draw_row(ax: Axes, y: float, difference: Difference, comparison: Comparison, currency: str) -> None:
    colour, words = _finding(difference, comparison.measure.direction)
    if math.isfinite(difference.low):
        ax.plot(
            [difference.low, difference.high], [y, y], color=colour, lw=5, solid_capstyle="butt", zorder=2
        )
    face = colour if difference.finding == "settled" else "white"
    ax.plot(difference.value, y, "o", ms=13, mfc=face, mec=colour, mew=3, zorder=3)
    unit, scale = comparison.measure.unit, 1.0
    if unit == "share":
        unit, scale = "points", 100.0
    reach = (difference.high - difference.low) / 2
    error = scale * reach if math.isfinite(reach) and reach > 0 else None
    value = amount(scale * difference.value, unit, currency, error)
    text = f"{_plus(difference.value)}{value}"
    if error:
        low, high = (
            _plus(end) + amount(scale * end, unit, "", error).removesuffix(f" {unit}")
            for end in (difference.low, difference.high)
        )
        text += f"\n{low} to {high}"
    row_label(ax, y, difference.policy, f"{text}\n{words}")


def _plus(value: float) -> str:
    return "+" if value > 0 else ""


def _finding(difference: Difference, direction: str) -> tuple[str, str]:
    """Colour and words of a finding."""
    if difference.finding == "tie":
        return GREY, "exactly the same"
    if difference.finding == "no interval":
        return GREY, "no interval"
    if difference.finding == "not settled":
        return GREY, "not settled: may be zero"
    if direction == "neither":
        return BLUE, "settled: more" if difference.value > 0 else "settled: less"
    good = (difference.value > 0) == (direction == "higher")
    return (BLUE, "settled: better") if good else (VERMILLION, "settled: worse")


def _axis(ax: Axes, comparison: Comparison, currency: str) -> None:
    ends = [0.0]
    for difference in comparison.differences:
        ends += [end for end in (difference.low, difference.value, difference.high) if math.isfinite(end)]
    width = max(ends) - min(ends) or 1.0
    ax.set_xlim(min(ends) - 0.08 * width, max(ends) + 0.08 * width)
    ax.set_ylim(0.6 - len(comparison.differences), 0.6)
    ax.set_yticks([])
    scale = 100.0 if comparison.measure.unit == "share" else 1.0
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{scale * x:+,.10g}" if round(x, 12) else "0"))
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    unit = comparison.measure.unit
    unit = {"money": currency or "money", "share": "percentage points", "count": "number"}.get(unit, unit)
    per = f" per {comparison.measure.denominator}" if comparison.measure.denominator == "run" else ""
    first = comparison.estimates[0].policy
    ax.set_xlabel(f"less than {first}  ←  {unit}{per}  →  more than {first}", fontsize=12, color=GREY)
