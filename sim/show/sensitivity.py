"""What matters: one bar per setting, with its interval and what chance alone would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiment.robustness.outputs import POLICY
from sim.experiment.robustness.screening import Effect
from sim.experiment.robustness.sensitivity import Sensitivity, Table
from sim.experiment.robustness.shares import Share
from sim.experiment.verdict import amount
from sim.show.drawing import BLACK, BLUE, FAINT, GREY, VERMILLION, canvas, empty, figure_of, heading

__all__ = ["what_matters"]

_WIDEST_LABEL = 34
_FOUND = {"no effect": "changes nothing", "no floor": "one replication: chance unknown"}


def what_matters(found: Sensitivity, policy: str = "", against: str = "", ax: Axes | None = None) -> Figure:
    """How much each setting moves a measure, the largest above, with the line that chance alone would reach.

    Args:
        found: What `sensitivity` returned.
        policy: The policy whose measure it is; empty for all of them, with the choice of the policy a bar of its own.
        against: The policy it is compared with; empty for none.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.

    Raises:
        ValueError: If there is no such table.
    """
    table = found.table(policy, against)
    ax = canvas(ax, left=0.34, right=0.76)
    heading(ax, _title(found, table), _subtitle(found, table))
    if not table.rows:
        return empty(ax, "nothing that was varied changes anything")
    words = {one.path: one.words.label for one in found.uncertain} | {POLICY: "choice of the policy"}
    for row, one in enumerate(table.rows):
        _bar(ax, -row, one, words[one.factor], found)
    _axis(ax, table.rows, found)
    return figure_of(ax)


def _title(found: Sensitivity, table: Table) -> str:
    if table.against:
        return f"What moves the advantage of {table.policy} over {table.against}"
    under = f" under {table.policy}" if table.policy and len(found.policies) > 1 else ""
    return f"What moves {found.measure.label}{under}"


def _subtitle(found: Sensitivity, table: Table) -> str:
    mean = amount(table.mean, found.measure.unit, found.scenario.market.currency)
    per = " per run" if found.measure.denominator == "run" else ""
    if found.method == "morris":
        bar = f"Bar: mean size of the change when a setting crosses its range (mean of all: {mean}{per})"
    else:
        bar = "Bar: share of the variance with all interactions (total); dot: by itself"
    return f"{bar}; line: 95% interval.\nRed mark: what chance alone would give, from {found.replications} replications."


def _numbers(one: Effect | Share) -> tuple[float, float, float, float]:
    """Index, ends of its interval and floor."""
    if isinstance(one, Effect):
        return one.mu_star, one.low, one.high, one.floor
    return one.total, one.total_low, one.total_high, one.total_floor


def _bar(ax: Axes, y: float, one: Effect | Share, label: str, found: Sensitivity) -> None:
    value, low, high, floor = _numbers(one)
    clear = one.finding in ("clear", "no floor")
    ax.barh(
        y, value, 0.56, color=BLUE if clear else "white", edgecolor=BLUE if clear else GREY, lw=1.4, zorder=2
    )
    ax.plot([low, high], [y, y], color=BLACK, lw=1.6, zorder=3, solid_capstyle="butt")
    if isinstance(one, Share):
        ax.plot(one.first, y, "o", ms=8, mfc="white", mec=BLACK, mew=1.6, zorder=4)
    if math.isfinite(floor):
        ax.plot([floor, floor], [y - 0.4, y + 0.4], color=VERMILLION, lw=2.6, zorder=5)
    ax.annotate(
        "\n".join(wrap(label, _WIDEST_LABEL)), (0, y), xycoords=("axes fraction", "data"), xytext=(-12, 0),
        textcoords="offset points", ha="right", va="center", fontsize=11.5, color=BLACK, linespacing=1.1,
    )  # fmt: skip
    ax.annotate(
        _remark(one, found), (1, y), xycoords=("axes fraction", "data"), xytext=(12, 0),
        textcoords="offset points", ha="left", va="center", fontsize=11, color=BLACK if clear else GREY,
    )  # fmt: skip


def _remark(one: Effect | Share, found: Sensitivity) -> str:
    value = _numbers(one)[0]
    if one.finding != "clear":
        return _FOUND.get(one.finding, "not distinguishable\nfrom chance")
    if isinstance(one, Share):
        return amount(value, "share")
    unit, scale = (found.measure.unit, 1.0) if found.measure.unit != "share" else ("points", 100.0)
    said = amount(scale * value, unit, found.scenario.market.currency)
    if one.factor == POLICY:
        return said
    way = "up" if one.mu > 0 else "down"
    return f"{said} {way}" if abs(one.mu) > 0.9 * one.mu_star else f"{said}\nup or down"


def _axis(ax: Axes, rows: Sequence[Effect | Share], found: Sensitivity) -> None:
    ends = [end for one in rows for end in _numbers(one) if math.isfinite(end)]
    firsts = [one.first for one in rows if isinstance(one, Share)]
    width = max([*ends, *firsts]) or 1.0
    ax.set_xlim(min([0.0, *firsts]) - 0.01 * width, 1.05 * width)
    ax.set_ylim(0.6 - len(rows), 0.6)
    ax.set_yticks([])
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    share = found.method == "sobol" or found.measure.unit == "share"
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{(100 if share else 1) * x:,.10g}"))
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    if found.method == "sobol":
        label = "% of the variance"
    else:
        unit = found.measure.unit
        names = {
            "money": found.scenario.market.currency or "money",
            "share": "percentage points",
            "count": "number",
        }
        label = names.get(unit, unit) + (" per run" if found.measure.denominator == "run" else "")
    ax.set_xlabel(label, fontsize=12, color=GREY)
