"""How trust and regard go over a run, and what is missing to both."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from sim.show.drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, canvas, empty, heading, key
from sim.show.drawing import by_policy as rows_by_policy

__all__ = ["conflict_course"]

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, GREY)
_LINES = {"conflict_rate": "-", "trust_rate": ":", "regard_rate": "--"}


def conflict_course(
    days: pd.DataFrame, policies: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Mean trust, regard and conflict day by day, one colour per policy.

    Conflict is 1 less the mean of trust and regard. Where nobody learns, all three stay where they began.

    Args:
        days: The days frame.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The axes.
    """
    axes = canvas(ax)
    heading(
        axes,
        "Trust, regard and what is missing to both",
        "Conflict (line) is 1 less the mean of the reps' trust (dots) and the marketers' regard (dashes); "
        "means over replications",
    )
    if not len(days):
        return empty(axes, "no day was run")
    groups = [group for group in rows_by_policy(days, policies) if len(group[1])]
    colours = [_COLOURS[nth % len(_COLOURS)] for nth in range(len(groups))]
    for (_, rows), colour in zip(groups, colours, strict=True):
        course = rows.groupby("day")[list(_LINES)].mean()
        for name, line in _LINES.items():
            axes.plot(course.index, course[name], line, color=colour)
    axes.set_ylim(0, 1)
    axes.set_xlabel("day of the run")
    axes.set_ylabel("share")
    key(axes, [policy for policy, _ in groups], colours)
    return axes
