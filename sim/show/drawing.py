"""The paper all charts are drawn on: colours, type, an empty canvas, and saving.

Figures are made without pyplot, so drawing keeps no global state and needs no display.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import cast

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.engine.whole_file import whole_file

__all__ = [
    "BLACK",
    "BLUE",
    "FAINT",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "SKY",
    "TEXT_SIZE",
    "VERMILLION",
    "YELLOW",
    "by_policy",
    "canvas",
    "empty",
    "figure_of",
    "heading",
    "key",
    "row_label",
    "save",
]

# Okabe and Ito's colours: told apart with any of the common colour blindnesses, and in grey.
BLACK = "#222222"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#6B6B6B"
FAINT = "#E4E4E4"

_DOTS_PER_INCH = 100
_TITLE_SIZE, TEXT_SIZE = 17, 12
_LONGEST_NAME = 13  # letters of a policy's name that the left margin has room for in one line
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.16, 0.83, 0.11, 0.80


def canvas(ax: Axes | None, left: float = _LEFT, right: float = _RIGHT, bottom: float = _BOTTOM) -> Axes:
    """The axes to draw on, without frame: the given ones, or those of a new figure of 1200 x 700 points.

    Args:
        ax: Axes to use; None for a new figure.
        left: Left edge of new axes, as a share of the figure's width; names of rows stand left of it.
        right: Right edge of new axes; remarks on rows stand right of it.
        bottom: Lower edge of new axes, as a share of the figure's height.

    Returns:
        The axes; `axes.figure` is their figure.
    """
    if ax is None:
        figure = Figure(figsize=(12, 7), dpi=_DOTS_PER_INCH, facecolor="white")
        FigureCanvasAgg(figure)
        ax = figure.add_axes((left, bottom, right - left, _TOP - bottom))
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0, labelsize=TEXT_SIZE, colors=BLACK)
    return ax


def heading(ax: Axes, title: str, subtitle: str) -> None:
    """Title and subtitle above the axes, flush left with the figure when the axes have it to themselves."""
    box = ax.get_position()
    alone = len(ax.figure.axes) == 1
    x = (0.02 - box.x0) / box.width if alone else 0.0
    ax.text(
        x, 1.20, title, transform=ax.transAxes, fontsize=_TITLE_SIZE, fontweight="bold", color=BLACK,
        va="bottom", gid="title",
    )  # fmt: skip
    ax.text(
        x, 1.185, subtitle, transform=ax.transAxes, fontsize=TEXT_SIZE, color=GREY, va="top", gid="subtitle",
        linespacing=1.35,
    )  # fmt: skip


def key(ax: Axes, words: Sequence[str], colours: Sequence[str], hatches: Sequence[str] = ()) -> None:
    """A row of coloured squares with their words, between heading and drawing; some may be hatched."""
    patches = [
        Patch(facecolor=colour, edgecolor="white", lw=0, hatch=hatch, label=word)
        for word, colour, hatch in zip(words, colours, hatches or [""] * len(words), strict=True)
    ]
    ax.legend(
        handles=patches, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=len(patches), frameon=False,
        fontsize=TEXT_SIZE, handlelength=1, handleheight=1, columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip


def row_label(ax: Axes, y: float, name: str, remark: str = "") -> None:
    """A policy's name left of its row, long ones in several lines, and a remark right of it."""
    lines = "\n".join(wrap(name, _LONGEST_NAME))
    ax.annotate(
        lines, (0, y), xycoords=("axes fraction", "data"), xytext=(-12, 0), textcoords="offset points",
        ha="right", va="center", fontsize=13, fontweight="bold", color=BLACK, linespacing=1.1,
    )  # fmt: skip
    if remark:
        ax.annotate(
            remark, (1, y), xycoords=("axes fraction", "data"), xytext=(12, 0), textcoords="offset points",
            ha="left", va="center", fontsize=TEXT_SIZE, color=BLACK, linespacing=1.35,
        )  # fmt: skip


def empty(ax: Axes, text: str) -> Figure:
    """Say in the middle of the axes why there is nothing to see."""
    ax.set(xticks=[], yticks=[])
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=14, color=GREY)
    return figure_of(ax)


def figure_of(ax: Axes) -> Figure:
    """The figure that axes belong to, however deep they lie in it: what a chart function returns."""
    return ax.figure.figure


def by_policy(frame: pd.DataFrame, policies: Sequence[str] | None) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each policy.

    Args:
        frame: A frame with the column `policy`.
        policies: Policies in the order wanted; None for all in order of appearance.

    Returns:
        Pairs of name and rows; a policy asked for that has no rows is there with an empty frame.
    """
    names = [str(name) for name in frame["policy"].unique()] if policies is None else list(policies)
    return [(name, frame[frame["policy"] == name]) for name in names]


def save(drawing: Axes | Figure, path: str | Path, dots_per_inch: int = _DOTS_PER_INCH) -> Path:
    """Save a chart; equal charts give equal files.

    A reader never meets half a file, and the file carries no date and no version.

    Args:
        drawing: What a chart function returned, or its figure.
        path: Where to; the suffix `.png` or `.svg` says in which format.
        dots_per_inch: How fine a `.png` is; charts are 12 inches wide.

    Returns:
        The path.

    Raises:
        ValueError: If the suffix is neither.
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise ValueError(f"charts are saved as .png or .svg, not {path.suffix or 'without a suffix'!r}")
    figure = drawing if isinstance(drawing, Figure) else cast(Figure, drawing.figure)
    metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with whole_file(path) as file, matplotlib.rc_context({"svg.hashsalt": "relay"}):
        figure.savefig(file, format=kind, metadata=metadata, dpi=dots_per_inch)
    return path
