"""What the settings of a sweep move: lines with bands for one setting, a map for two."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.experiment.estimates import Estimate
from sim.experiment.main_effects import Effect, Level
from sim.measure.measures import Measure
from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    TEXT_SIZE,
    VERMILLION,
    canvas,
    empty,
    figure_of,
    heading,
)
from sim.show.numbers import writing_for

__all__ = ["effect_lines", "effect_map"]

_LOOKS = (
    (BLUE, "o", "-"), (VERMILLION, "s", "--"), (GREEN, "D", "-."), (PURPLE, "^", ":"), (ORANGE, "v", "-"),
    (SKY, "P", "--"), (BLACK, "X", "-."), (GREY, "*", ":"),
)  # fmt: skip
_MOST_WRITTEN = 64  # cells of a map that have room for their numbers


def effect_lines(
    effects: Sequence[Effect], measure: Measure, currency: str = "", ax: Axes | None = None
) -> Figure:
    """How a measure goes with one setting, a line with its band for each policy.

    Args:
        effects: Effects of one setting, one per policy.
        measure: What was measured.
        currency: What money is counted in.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.95, bottom=0.13)
    path = effects[0].path if effects else "nothing"
    heading(
        ax,
        f"{measure.label[0].upper()}{measure.label[1:]} by {path}",
        "Mark: mean over all points with this value.  Band and whisker: its 95% interval over replications.",
    )
    known = [one.value for effect in effects for one in effect.estimates if math.isfinite(one.value)]
    if not known:
        return empty(ax, "No run has a value here")
    writing = writing_for(measure, known, (), currency)
    for place, effect in enumerate(effects):
        _draw_line(ax, effect, place, writing.factor)
    levels = effects[0].levels
    ax.set_xticks([one.at for one in levels], [one.label for one in levels])
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.10g}"))
    ax.grid(axis="y", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    ax.set_xlabel(path, fontsize=12, color=GREY)
    ax.set_ylabel(writing.unit or measure.label, fontsize=12, color=GREY)
    if ax.get_ylim()[0] < 0 < ax.get_ylim()[1]:
        ax.axhline(0, color=BLACK, lw=1.4, zorder=1)
    marks = [
        Line2D(
            [],
            [],
            color=_look(place)[0],
            marker=_look(place)[1],
            ls=_look(place)[2],
            ms=9,
            lw=2.5,
            label=one.policy,
        )
        for place, one in enumerate(effects)
    ]
    ax.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=min(4, len(marks)), frameon=False,
        fontsize=TEXT_SIZE, handlelength=3, borderaxespad=0.2,
    )  # fmt: skip
    return figure_of(ax)


def _look(place: int) -> tuple[str, str, str]:
    return _LOOKS[place % len(_LOOKS)]


def _draw_line(ax: Axes, effect: Effect, place: int, factor: float) -> None:
    colour, mark, line = _look(place)
    x = np.array([one.at for one in effect.levels])
    value, low, high = (
        factor * np.array([getattr(one, name) for one in effect.estimates])
        for name in ("value", "low", "high")
    )
    ax.plot(x, value, line, marker=mark, ms=9, lw=2.5, color=colour, zorder=3)
    ax.fill_between(x, low, high, color=colour, alpha=0.18, lw=0, zorder=2)
    ax.vlines(x, low, high, color=colour, lw=1.5, zorder=3)


def effect_map(
    columns: Sequence[Level],
    rows: Sequence[Level],
    cells: Sequence[Sequence[Estimate]],
    names: tuple[str, str],
    measure: Measure,
    title: str,
    currency: str = "",
    difference: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """A map over two settings: a value, or a difference of two policies, in every cell.

    Args:
        columns: Levels of the setting along the width.
        rows: Levels of the setting along the height, from below.
        cells: One estimate per row and column.
        names: The two settings, width first.
        measure: What was measured.
        title: What the cells are.
        currency: What money is counted in.
        difference: Whether cells are differences; then zero is white, and a hatch marks what is not settled.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.97, bottom=0.13)
    sure = "; hatched: the interval holds zero" if difference else ""
    heading(
        ax,
        title,
        f"Number: mean of the points in the cell ± half of its 95% interval over replications{sure}.",
    )
    values = np.array([[one.value for one in row] for row in cells])
    if not np.isfinite(values).any():
        return empty(ax, "No run has a value here")
    bounds = [(one.high - one.low) / 2 for row in cells for one in row]
    writing = writing_for(measure, values.ravel().tolist(), bounds, currency)
    _draw_cells(ax, values * writing.factor, difference)
    for y, row in enumerate(cells):
        for x, one in enumerate(row):
            if difference and not (one.low > 0 or one.high < 0):
                ax.fill_between(
                    [x - 0.5, x + 0.5], y - 0.5, y + 0.5, facecolor="none", edgecolor=GREY, hatch="//", lw=0
                )
            if len(rows) * len(columns) <= _MOST_WRITTEN and math.isfinite(one.value):
                reach = (one.high - one.low) / 2
                half = f"\n± {writing.value(reach)}" if math.isfinite(reach) else ""
                value = writing.signed(one.value) if difference else writing.value(one.value)
                ax.text(
                    x, y, f"{value}{half}", ha="center", va="center", fontsize=11, color=BLACK,
                    bbox={"facecolor": "white", "alpha": 0.75, "lw": 0, "pad": 1.5},
                )  # fmt: skip
    ax.set_xticks(range(len(columns)), [one.label for one in columns])
    ax.set_yticks(range(len(rows)), [one.label for one in rows])
    unit = f"   (cells: {writing.unit})" if writing.unit else ""
    ax.set_xlabel(f"{names[0]}{unit}", fontsize=12, color=GREY)
    ax.set_ylabel(names[1], fontsize=12, color=GREY)
    return figure_of(ax)


def _draw_cells(ax: Axes, values: npt.NDArray[np.float64], difference: bool) -> None:
    """Colours in orange and purple about zero, or from light to dark; both are told apart with any eyes."""
    height, width = values.shape
    x, y = (np.arange(count + 1) - 0.5 for count in (width, height))
    if difference:
        most = float(np.nanmax(np.abs(values))) or 1.0
        ax.pcolormesh(
            x, y, values, cmap="PuOr_r", norm=TwoSlopeNorm(0.0, -most, most), edgecolors="white", lw=2
        )
    else:
        ax.pcolormesh(x, y, values, cmap="cividis", edgecolors="white", lw=2)
    ax.set(xlim=(-0.5, width - 0.5), ylim=(-0.5, height - 0.5))
