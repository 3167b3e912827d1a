"""What is known about the buyer before and after the pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from sim.show.drawing import BLACK, BLUE, FAINT, GREY, SKY, by_policy, canvas, empty, heading, key, row_label
from sim.vocabulary import Fact, word

__all__ = ["facts_through_pass"]

_TALLEST = 0.7  # height of a bar for a fact always known, in rows
_WIDTH = 0.34


def facts_through_pass(
    exchanges: pd.DataFrame, policies: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """For each fact, how often marketing knew it before the pass and sales after it; one row per policy.

    Args:
        exchanges: The exchanges frame; only rows with a pass count.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The axes.
    """
    ax = canvas(ax, right=0.84, bottom=0.09)
    heading(
        ax,
        f"What is known about the buyer before and after the pass ({len(Fact)} facts)",
        "Height: share of passes at which the fact is known.  An outline filled to the top: always known.",
    )
    rows = by_policy(exchanges, policies)
    if not (exchanges["outcome"] == "passed").any():
        return empty(ax, "No baton was passed")
    for row, (name, rows_of) in enumerate(rows):
        passes = rows_of[rows_of["outcome"] == "passed"]
        before, after = (_known(passes[column]) for column in ("facts_before_mask", "facts_after_mask"))
        _draw_row(ax, -float(row), before, after)
        row_label(ax, 0.35 - row, name, _remark(before, after, len(passes)))
    key(ax, ["marketing, before the pass", "sales, after the pass"], [SKY, BLUE])
    ax.set(xlim=(-0.6, len(Fact) - 0.4), ylim=(-len(rows) + 0.95, 1.0), yticks=[])
    ax.set_xticks(range(len(Fact)), [word(fact) for fact in Fact])
    ax.tick_params(axis="x", labelsize=11.5)
    return ax


def _known(masks: pd.Series) -> npt.NDArray[np.float64]:
    """Share of passes at which each fact is known; NaN without a pass; shape (facts,)."""
    if masks.empty:
        return np.full(len(Fact), np.nan)
    bits = masks.to_numpy(dtype=np.int64)[:, None] >> np.arange(len(Fact)) & 1
    return np.asarray(bits.mean(axis=0), dtype=np.float64)


def _draw_row(ax: Axes, y: float, before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> None:
    for side, known, colour in ((-1, before, SKY), (1, after, BLUE)):
        x = np.arange(len(Fact)) + side * _WIDTH / 2
        ax.bar(x, _TALLEST, _WIDTH, y, facecolor="none", edgecolor=FAINT, lw=1, zorder=1)
        shown = np.nan_to_num(known)
        ax.bar(x, shown * _TALLEST, _WIDTH, y, color=colour, zorder=2)
        for at, share in zip(x, known, strict=True):
            if np.isfinite(share):
                ax.text(
                    at, y + share * _TALLEST + 0.015, f"{100 * share:.0f}", ha="center", va="bottom",
                    fontsize=10.5, color=BLACK if side > 0 else GREY, zorder=3,
                )  # fmt: skip
    ax.axhline(y, color=BLACK, lw=1, zorder=3)


def _remark(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64], passes: int) -> str:
    if not passes:
        return "no passes"
    return f"{before.sum():.1f} facts before\n{after.sum():.1f} facts after\n{passes:,} passes"
