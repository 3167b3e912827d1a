"""What each policy brings in, what it costs and what is left, with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiment.estimates import Estimate
from sim.experiment.verdict import amount
from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    TEXT_SIZE,
    VERMILLION,
    canvas,
    empty,
    figure_of,
    heading,
    row_label,
)

__all__ = ["money_by_policy"]

_LOOKS = {"revenue": (BLUE, "o"), "cost": (VERMILLION, "s"), "profit": (GREEN, "D")}
_APART = 0.22  # between the marks of one policy, in rows


def money_by_policy(
    estimates: Mapping[str, Sequence[Estimate]], currency: str = "", ax: Axes | None = None
) -> Figure:
    """Revenue, cost and profit per run with their intervals; one row per policy.

    Args:
        estimates: By "revenue", "cost" and "profit" (any of them), one estimate per policy, in the same order.
        currency: What money is counted in.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.74, bottom=0.14)
    shown = [name for name in _LOOKS if name in estimates]
    heading(ax, "Money by policy", "Mark: value per run.  Line: its 95% interval, each policy by itself.")
    if not shown or not estimates[shown[0]]:
        return empty(ax, "No money was counted")
    policies = [one.policy for one in estimates[shown[0]]]
    for row, policy in enumerate(policies):
        remarks = []
        for place, name in enumerate(shown):
            one = estimates[name][row]
            _draw_mark(ax, one, -row + _APART * ((len(shown) - 1) / 2 - place), name)
            remarks.append(f"{name} {_written(one, currency)}")
        row_label(ax, -float(row), policy, "\n".join(remarks))
    _axis(ax, [one for name in shown for one in estimates[name]], len(policies), currency)
    marks = [
        Line2D([], [], color=_LOOKS[name][0], marker=_LOOKS[name][1], ms=9, lw=3, label=name)
        for name in shown
    ]
    ax.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=len(marks), frameon=False,
        fontsize=TEXT_SIZE, borderaxespad=0.2,
    )  # fmt: skip
    return figure_of(ax)


def _draw_mark(ax: Axes, one: Estimate, y: float, name: str) -> None:
    colour, mark = _LOOKS[name]
    if math.isfinite(one.low):
        ax.plot([one.low, one.high], [y, y], color=colour, lw=3, solid_capstyle="butt", zorder=2)
    ax.plot(one.value, y, mark, ms=9, color=colour, zorder=3)


def _written(one: Estimate, currency: str) -> str:
    reach = (one.high - one.low) / 2
    if not math.isfinite(reach) or reach == 0:
        return amount(one.value, "money", currency)
    value, half = (amount(number, "money", "", reach) for number in (one.value, reach))
    return f"{value} ± {half} {currency}".rstrip()


def _axis(ax: Axes, estimates: Sequence[Estimate], rows: int, currency: str) -> None:
    ends = [0.0, *(end for one in estimates for end in (one.low, one.value, one.high) if math.isfinite(end))]
    room = 0.05 * (max(ends) - min(ends) or 1.0)
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    ax.set(xlim=(min(ends) - room, max(ends) + room), ylim=(0.5 - rows, 0.5), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.10g}"))
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    ax.set_xlabel(f"{currency or 'money'} per run", fontsize=12, color=GREY)
