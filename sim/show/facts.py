"""What is known about the buyer before and after the pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREY,
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
from sim.vocabulary import Fact, word

__all__ = ["facts_through_pass", "known_facts"]

_TALLEST = 0.7  # height of a bar for a fact always known, in rows
_WIDTH = 0.34


def facts_through_pass(
    exchanges: pd.DataFrame, policies: Sequence[str] | None = None, ax: Axes | None = None
) -> Figure:
    """For each fact, how often marketing knew it before the pass and sales after it; one row per policy.

    Args:
        exchanges: The exchanges frame; only rows with a pass count.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.80, bottom=0.09)
    heading(
        ax,
        f"What is known about the buyer before and after the pass ({len(Fact)} facts)",
        "Height: share of passes at which the fact is known.  An outline filled to the top: always known.\n"
        "Whiskers and ±: 95% interval over replications.",
    )
    rows = by_policy(exchanges, policies)
    if not (exchanges["outcome"] == "passed").any():
        return empty(ax, "No baton was passed")
    for row, (name, rows_of) in enumerate(rows):
        passes = rows_of[rows_of["outcome"] == "passed"]
        bits = [known_facts(passes[column]) for column in ("facts_before_mask", "facts_after_mask")]
        _draw_row(ax, -float(row), passes, bits)
        row_label(ax, 0.35 - row, name, _remark(passes, bits))
    key(ax, ["marketing, before the pass", "sales, after the pass"], [SKY, BLUE])
    ax.set(xlim=(-0.6, len(Fact) - 0.4), ylim=(-len(rows) + 0.95, 1.0), yticks=[])
    ax.set_xticks(range(len(Fact)), [word(fact) for fact in Fact])
    ax.tick_params(axis="x", labelsize=10.5)
    return figure_of(ax)


def known_facts(masks: pd.Series) -> npt.NDArray[np.int64]:
    """Whether each fact is known at each pass; shape (passes, facts)."""
    return np.asarray(masks.to_numpy(dtype=np.int64)[:, None] >> np.arange(len(Fact)) & 1)


def _draw_row(ax: Axes, y: float, passes: pd.DataFrame, bits: Sequence[npt.NDArray[np.int64]]) -> None:
    for side, known, colour in ((-1, bits[0], SKY), (1, bits[1], BLUE)):
        x = np.arange(len(Fact)) + side * _WIDTH / 2
        ax.bar(x, _TALLEST, _WIDTH, y, facecolor="none", edgecolor=FAINT, lw=1, zorder=1)
        shares = known.mean(axis=0) if len(known) else np.zeros(len(Fact))
        ax.bar(x, shares * _TALLEST, _WIDTH, y, color=colour, zorder=2)
        for at, share, fact in zip(x, shares if len(known) else (), known.T, strict=False):
            reach = half_interval(passes, fact)
            if reach > 0:
                ends = [y + _TALLEST * float(np.clip(share + end, 0, 1)) for end in (-reach, reach)]
                ax.plot([at, at], ends, color=BLACK, lw=1.5, zorder=3)
            top = y + _TALLEST * min(1.0, share + max(0.0, np.nan_to_num(reach)))
            ax.text(
                at, top + 0.015, f"{100 * share:.0f}", ha="center", va="bottom", fontsize=10.5,
                color=BLACK if side > 0 else GREY, zorder=3,
            )  # fmt: skip
    ax.axhline(y, color=BLACK, lw=1, zorder=3)


def _remark(passes: pd.DataFrame, bits: Sequence[npt.NDArray[np.int64]]) -> str:
    if passes.empty:
        return "no passes"
    counts = [known.sum(axis=1) for known in bits]
    said = [f"{count.mean():.1f}{plus_minus(half_interval(passes, count), 1)}" for count in counts]
    return f"{said[0]} facts before\n{said[1]} facts after\n{len(passes):,} passes"
