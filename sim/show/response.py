"""Where the time goes between letting go of the baton and the first live contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREY,
    ORANGE,
    SKY,
    by_policy,
    canvas,
    empty,
    figure_of,
    heading,
    key,
    row_label,
)
from sim.show.spread import half_interval, plus_minus

__all__ = ["response_split", "time_unit"]

_PARTS = {"system_days": ("system: routing", SKY), "queue_days": ("queue: waiting for the rep", BLUE),
          "human_days": ("human: until the buyer is reached", ORANGE)}  # fmt: skip


class TimeUnit(NamedTuple):
    """A unit of time to show spans in."""

    name: str
    per_day: float


def time_unit(longest_days: float) -> TimeUnit:
    """The unit in which the longest span on an axis reads best.

    Args:
        longest_days: The longest span, in days; zero and NaN count as minutes.

    Returns:
        Minutes below 2 hours, hours below 3 days, days beyond.
    """
    if longest_days >= 3:
        return TimeUnit("days", 1.0)
    return TimeUnit("hours", 24.0) if longest_days >= 2 / 24 else TimeUnit("minutes", 1440.0)


def response_split(
    exchanges: pd.DataFrame, policies: Sequence[str] | None = None, ax: Axes | None = None
) -> Figure:
    """Mean time from letting go to the first live contact, split into its three parts; one row per policy.

    The parts are means, so that they add up; the median of the whole, which long waits do not pull, is the
    triangle. Leads never reached have no such time and are named beside the row.

    Args:
        exchanges: The exchanges frame.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.74, bottom=0.14)
    heading(
        ax,
        "Where the time goes before sales and buyer first talk",
        "Bars: mean time from letting go to the first live contact, in its three parts.  Triangle: median.\n"
        "Line above the end of a bar: 95% interval of the mean over replications.",
    )
    rows = by_policy(exchanges, policies)
    passed = {name: rows_of[rows_of["outcome"] == "passed"] for name, rows_of in rows}
    means = {name: _means(passes) for name, passes in passed.items()}
    medians = {name: _median(passes) for name, passes in passed.items()}
    if not any(np.isfinite(median) for median in medians.values()):
        return empty(ax, "No buyer was reached")
    longest = max(np.nansum([*means[name]]) for name, _ in rows)
    longest = max(longest, *(median for median in medians.values() if np.isfinite(median)))
    reaches = {name: half_interval(passes, _delays(passes)) for name, passes in passed.items()}
    unit = time_unit(longest)
    edge = max(longest, np.nanmax([sum(means[name]) + np.nan_to_num(reaches[name]) for name in means]))
    for row, (name, rows_of) in enumerate(rows):
        if np.isfinite(medians[name]):
            _draw_row(ax, -float(row), means[name], medians[name], unit, longest)
            _draw_interval(ax, -float(row), sum(means[name]), reaches[name], unit)
        row_label(ax, -row, name, _remark(means[name], reaches[name], medians[name], rows_of))
    key(ax, [label for label, _ in _PARTS.values()], [colour for _, colour in _PARTS.values()])
    ax.set(xlim=(0, 1.05 * edge * unit.per_day or 1.0), ylim=(0.45 - len(rows), 0.6), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(7))
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    ax.set_xlabel(f"{unit.name} since letting go", fontsize=12, color=GREY)
    return figure_of(ax)


def _means(passes: pd.DataFrame) -> list[float]:
    return [float(passes[part].mean()) if len(passes) else float("nan") for part in _PARTS]


def _delays(passes: pd.DataFrame) -> pd.Series:
    return passes[list(_PARTS)].sum(axis=1, skipna=False)


def _median(passes: pd.DataFrame) -> float:
    return float(_delays(passes).median()) if len(passes) else float("nan")


def _draw_interval(ax: Axes, y: float, mean: float, reach: float, unit: TimeUnit) -> None:
    if np.isfinite(reach):
        ends = [(mean + end) * unit.per_day for end in (-reach, reach)]
        ax.plot(ends, [y + 0.31, y + 0.31], "-|", color=BLACK, lw=2, ms=9, mew=2, zorder=4)


def _draw_row(
    ax: Axes, y: float, means: Sequence[float], median: float, unit: TimeUnit, longest: float
) -> None:
    left = 0.0
    for days, (_, colour) in zip(means, _PARTS.values(), strict=True):
        width = days * unit.per_day
        ax.barh(y, width, 0.5, left, color=colour, zorder=2)
        if days > 0.07 * longest:
            ink = "white" if colour == BLUE else BLACK
            ax.text(
                left + width / 2, y, _span(days), ha="center", va="center", fontsize=12, color=ink, zorder=3
            )
        left += width
    ax.plot(median * unit.per_day, y - 0.31, "^", color=BLACK, ms=11, zorder=4)


def _span(days: float) -> str:
    """A span in the unit that suits it: "12 min", "3.4 h", "2.1 days"."""
    unit = time_unit(days)
    value = days * unit.per_day
    short = {"minutes": "min", "hours": "h"}.get(unit.name, unit.name)
    return f"{value:.0f} {short}" if value >= 10 or value == 0 else f"{value:.1f} {short}"


def _remark(means: Sequence[float], reach: float, median: float, exchanges: pd.DataFrame) -> str:
    ended = exchanges[exchanges["outcome"] != "open"]
    reached = (ended["outcome"] == "passed").mean() if len(ended) else float("nan")
    never = f"{1 - reached:.0%} of {len(ended):,} never reached" if len(ended) else "none let go"
    if not np.isfinite(median):
        return never
    mean = sum(means)
    number, unit = _span(mean).split(" ")
    sure = plus_minus(reach * time_unit(mean).per_day)
    return f"mean {number}{sure} {unit}\nmedian {_span(median)}\n{never}"
