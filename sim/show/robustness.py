"""When the advice would be wrong: regret by policy, and a map of where which policy is best."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from sim.experiment.robustness.flips import Rule
from sim.experiment.robustness.regret import Standing
from sim.experiment.robustness.robust import Robustness, rivals_of
from sim.experiment.robustness.uncertain import Uncertain
from sim.experiment.verdict import amount
from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    canvas,
    empty,
    figure_of,
    heading,
    row_label,
)

__all__ = ["flip_map", "regret_by_policy"]

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION)
_MARKERS = ("o", "s", "^", "D", "v", "P")


def regret_by_policy(found: Robustness, ax: Axes | None = None) -> Figure:
    """What each policy lacks to the best one, over all worlds: every world, the mean with its interval, the worst.

    Args:
        found: What `robust` returned.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.70)
    sign = 1.0 if found.direction == "higher" else -1.0
    regrets = (sign * found.table.values).max(axis=0) - sign * found.table.values
    heading(
        ax,
        f"Regret: {found.measure.label} missed by not having the best policy",
        f"Each dot is one of {len(found.table.points)} worlds. Bar: mean over the worlds with its 95% interval; "
        "line: nine worlds of ten lie left of it.\nThe policy above is the advice: it has the least mean regret.",
    )
    for row, one in enumerate(found.standings):
        _regret_row(ax, -row, one, regrets[found.table.policies.index(one.policy)], found)
    ax.set_ylim(0.6 - len(found.standings), 0.6)
    width = max(one.most_regret for one in found.standings) or 1.0
    ax.set_xlim(-0.02 * width, 1.05 * width)
    ax.set_yticks([])
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    share = found.measure.unit == "share"
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{(100 if share else 1) * x:,.10g}"))
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    unit = found.measure.unit
    names = {
        "money": found.scenario.market.currency or "money",
        "share": "percentage points",
        "count": "number",
    }
    per = " per run" if found.measure.denominator == "run" else ""
    ax.set_xlabel(f"{names.get(unit, unit)}{per} missed", fontsize=12, color=GREY)
    return figure_of(ax)


def _regret_row(ax: Axes, y: float, one: Standing, regrets: NDArray[np.float64], found: Robustness) -> None:
    ax.barh(y, one.mean_regret, 0.46, color=BLUE, zorder=2, alpha=0.85)
    # Worlds side by side, in the order in which they were drawn, so that equal ones do not hide each other.
    ax.plot(regrets, y + np.linspace(-0.36, 0.36, len(regrets)), ".", color=GREY, ms=4, alpha=0.7, zorder=3)
    ax.plot([one.mean_low, one.mean_high], [y, y], color=BLACK, lw=3, solid_capstyle="butt", zorder=4)
    ax.plot([one.p90_regret] * 2, [y - 0.36, y + 0.36], color=BLACK, lw=1.6, ls=(0, (4, 2)), zorder=4)
    unit, scale = (found.measure.unit, 1.0) if found.measure.unit != "share" else ("points", 100.0)
    currency = found.scenario.market.currency
    mean, most = (amount(scale * value, unit, currency) for value in (one.mean_regret, one.most_regret))
    if found.good.least is None:
        enough = f"within {amount(found.good.within, 'share')} of the best"
    else:
        enough = f"at {amount(found.good.least, found.measure.unit, currency)} or better"
    good = (
        f"{enough} in\n{100 * one.good_share:.0f}% ({100 * one.good_low:.0f} to {100 * one.good_high:.0f}%)"
    )
    row_label(ax, y, one.policy, f"mean {mean}\nmost {most}\n{good}")


def flip_map(found: Robustness, ax: Axes | None = None) -> Figure:
    """Which policy is best where, over the two settings that decide most, with the first rule's boundary.

    A filled mark is a world in which the best policy is better than the advice, or the advice better than all others,
    beyond luck; a hollow one may as well be luck.

    Args:
        found: What `robust` returned.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax)
    rules = found.reliable
    title = "Where the advice flips" if rules else "No rule says where the advice flips"
    heading(ax, title, _map_subtitle(found, rules))
    if len(found.uncertain) < 2:
        return empty(ax, "a map needs two settings that vary")
    across, up = _deciding(found, rules)
    _worlds(ax, found, across, up)
    for rule in rules:
        if {number for number, _ in rule.box.bounds} <= {across, up}:
            _boundary(ax, rule, found.uncertain, across, up)
    for axis, place in ((ax.xaxis, across), (ax.yaxis, up)):
        one = found.uncertain[place]
        axis.set_major_locator(MaxNLocator(7, integer=one.words.spoken.whole))
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))
        unit = f", {one.words.unit}" if one.words.unit else ""
        axis.set_label_text(f"{one.words.label}{unit}", fontsize=12, color=GREY)
        low, high = (one.words.spoken.scale * end for end in one.range)
        edge = 0.03 * (high - low)
        (ax.set_xlim if place == across else ax.set_ylim)(low - edge, high + edge)
    ax.grid(color=FAINT, lw=1)
    ax.set_axisbelow(True)
    return figure_of(ax)


def _map_subtitle(found: Robustness, rules: Sequence[Rule]) -> str:
    marks = "Each mark is a world, coloured by its best policy; hollow: the difference may be luck."
    if not rules:
        return f"{marks}\nThe advice is {found.advice}."
    first = rules[0]
    return f"If {found.condition(first)}, {found.advice} loses to {first.policy}.\n{marks}"


def _deciding(found: Robustness, rules: Sequence[Rule]) -> tuple[int, int]:
    """The settings of the first rule, then those whose ranks go most with the advantage of the others."""
    first = list(dict.fromkeys(number for rule in rules for number, _ in rule.box.bounds))
    rivals = rivals_of(found.table, found.advice, found.direction)
    gain = np.max([one.differences for one in rivals.values()], axis=0)
    ranks = np.argsort(np.argsort(found.table.points, axis=0), axis=0)
    order = np.argsort(np.argsort(gain))
    strength = [
        abs(np.corrcoef(ranks[:, place], order)[0, 1]) if np.ptp(gain) > 0 else 0.0
        for place in range(ranks.shape[1])
    ]
    rest = [int(place) for place in np.argsort(strength)[::-1] if place not in first]
    across, up = [*first, *rest][:2]
    return across, up


def _worlds(ax: Axes, found: Robustness, across: int, up: int) -> None:
    sign = 1.0 if found.direction == "higher" else -1.0
    best = (sign * found.table.values).argmax(axis=0)
    rivals = rivals_of(found.table, found.advice, found.direction)
    signs = {name: worlds.signs for name, worlds in rivals.items()}
    holds = np.all([one < 0 for one in signs.values()], axis=0)
    handles = []
    for row, name in enumerate(found.table.policies):
        colour, marker = _COLOURS[row % len(_COLOURS)], _MARKERS[row % len(_MARKERS)]
        sure = holds if name == found.advice else signs[name] > 0
        for filled in (True, False):
            chosen = (best == row) & (sure == filled)
            points = found.table.points[chosen] * [one.words.spoken.scale for one in found.uncertain]
            ax.plot(
                points[:, across], points[:, up], marker, ms=9, mfc=colour if filled else "white", mec=colour, mew=1.6,
                ls="none", zorder=3,
            )  # fmt: skip
        handles.append(ax.plot([], [], marker, ms=9, color=colour, ls="none", label=f"{name} is best")[0])
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=len(handles), frameon=False,
        fontsize=12, handletextpad=0.2, columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip


def _boundary(ax: Axes, rule: Rule, uncertain: Sequence[Uncertain], across: int, up: int) -> None:
    """The box of a rule on the map; open sides end beyond the axes."""
    corner, size = [], []
    for place in (across, up):
        spoken, (low, high) = uncertain[place].words.spoken, uncertain[place].range
        width = high - low
        whole = 0.5 if spoken.whole else 0.0  # between two whole numbers
        start = rule.box.lows[place] - whole if math.isfinite(rule.box.lows[place]) else low - width
        end = rule.box.highs[place] - whole if math.isfinite(rule.box.highs[place]) else high + width
        corner.append(spoken.scale * start)
        size.append(spoken.scale * (end - start))
    ax.add_patch(
        Rectangle(
            (corner[0], corner[1]), size[0], size[1], fc="#0000000d", ec=BLACK, lw=2, ls=(0, (5, 2)), zorder=2
        )
    )
