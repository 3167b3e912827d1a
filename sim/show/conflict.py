"""How trust and regard go over a run, and what is missing to both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment.student import student_quantile
from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    canvas,
    empty,
    figure_of,
    heading,
    key,
)
from sim.show.drawing import by_policy as rows_by_policy
from sim.show.flow import placed_apart
from sim.show.spread import LEVEL

__all__ = ["conflict_course"]

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, GREY)
_LINES = {"conflict_rate": "-", "trust_rate": ":", "regard_rate": "--"}


def conflict_course(
    days: pd.DataFrame, policies: Sequence[str] | None = None, ax: Axes | None = None
) -> Figure:
    """Mean trust, regard and conflict day by day, one colour per policy.

    Conflict is 1 less the mean of trust and regard. Where nobody learns, all three stay where they began.

    Args:
        days: The days frame.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    axes = canvas(ax)
    heading(
        axes,
        "Trust, regard and what is missing to both",
        "Conflict (line) is 1 less the mean of the reps' trust (dots) and the marketers' regard (dashes).\n"
        "Means over replications; band: 95% interval of conflict on each day.",
    )
    if not len(days):
        return empty(axes, "no day was run")
    groups = [group for group in rows_by_policy(days, policies) if len(group[1])]
    colours = [_COLOURS[nth % len(_COLOURS)] for nth in range(len(groups))]
    for (_, rows), colour in zip(groups, colours, strict=True):
        course = rows.groupby("day")[list(_LINES)].mean()
        for name, line in _LINES.items():
            axes.plot(course.index, course[name], line, color=colour)
        low, high = _band(rows)
        axes.fill_between(course.index, low, high, color=colour, alpha=0.2, lw=0)
    _name_ends(axes, [policy for policy, _ in groups])
    axes.set_ylim(0, 1)
    axes.set_xlabel("day of the run", fontsize=12, color=GREY)
    axes.set_ylabel("share", fontsize=12, color=GREY)
    axes.grid(axis="y", color=FAINT, lw=1)
    axes.set_axisbelow(True)
    key(axes, [policy for policy, _ in groups], colours)
    return figure_of(axes)


def _band(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Ends of the interval of mean conflict on each day, by t over replications; the mean itself for one."""
    by_day = rows.groupby("day")["conflict_rate"]
    mean, count = by_day.mean(), by_day.count().clip(lower=1)
    factor = [student_quantile((1 + LEVEL) / 2, n - 1) / np.sqrt(n) if n > 1 else 0.0 for n in count]
    reach = by_day.std().fillna(0.0) * factor
    return (mean - reach).clip(lower=0.0), (mean + reach).clip(upper=1.0)


def _name_ends(axes: Axes, names: Sequence[str]) -> None:
    """Each policy's name where its line of conflict ends, so that colour is not all that tells them apart."""
    courses = [np.asarray(line.get_ydata(), dtype=np.float64) for line in axes.lines[:: len(_LINES)]]
    # The last day may be cut short and then has no value.
    ends = [
        float(course[np.isfinite(course)][-1]) if np.isfinite(course).any() else 0.0 for course in courses
    ]
    last = max(float(np.asarray(line.get_xdata())[-1]) for line in axes.lines)
    order = sorted(range(len(ends)), key=lambda nth: -ends[nth])
    heights = placed_apart([ends[nth] for nth in order], 0.055)
    for nth, y in zip(order, heights, strict=True):
        axes.annotate(
            names[nth], (last, y), xytext=(8, 0), textcoords="offset points", va="center", fontsize=12,
            color=BLACK, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
