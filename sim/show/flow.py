"""What became of every buyer: from arrival over the exchange to the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

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
)
from sim.show.spread import SAID, half_interval, plus_minus

__all__ = ["buyer_flow", "fates", "placed_apart"]

_EXCHANGE = {
    "passed": ("passed to sales", GREEN),
    "bought-meanwhile": ("bought while in the air", PURPLE),
    "open": ("still in the air", SKY),
    "taken-back": ("taken back", BLUE),
    "rejected": ("rejected by sales", ORANGE),
    "ignored": ("ignored by sales", VERMILLION),
    "expired": ("never reached", BLACK),
    "never": ("never handed over", GREY),
}
_END = {
    "us": ("won: bought from us", GREEN),
    "rival": ("bought from a rival", VERMILLION),
    "somebody-else": ("bought from somebody else", ORANGE),
    "open": ("still open", SKY),
}
_LOST_COLOUR = GREY
_COLUMNS = (0.085, 0.33, 0.665)  # left edges of the three columns of bars
_GAP = 0.035  # between neighbours in a column, as a share of the height
_SMALLEST = 0.01  # losses rarer than this are put together


def fates(buyers: pd.DataFrame, exchanges: pd.DataFrame) -> pd.DataFrame:
    """How the exchange and the purchase of every buyer came out.

    Args:
        buyers: The buyers frame.
        exchanges: The exchanges frame of the same runs.

    Returns:
        One row per buyer, indexed like `buyers`: `exchange` is `"passed"` if any exchange of the buyer
        came to live contact, else the outcome of the last one, or `"never"`; `end` is `"us"`, `"rival"`,
        `"somebody-else"`, else `"lost:<reason>"` when nothing was bought yet but the buyer was lost or
        went back, else `"open"`.
    """
    keys = [key for key in ("scenario", "policy", "seed", "replication") if key in buyers.columns]
    by = [*keys, "number"]
    plain = exchanges[[*by, "let_go_day", "outcome"]].astype({"outcome": str})
    plain = plain.assign(passed=plain["outcome"] == "passed")
    last = plain.sort_values(["passed", "let_go_day"], kind="stable").drop_duplicates(by, keep="last")
    merged = buyers[by].merge(last[[*by, "outcome"]], on=by, how="left", validate="one_to_one")
    source = buyers["bought_from"].astype(object).fillna("nobody yet").astype(str)
    reason = buyers["loss_reason"].astype(object)
    lost = ("lost:" + reason.fillna("").astype(str)).where(reason.notna(), "open")
    end = source.where(source != "nobody yet", lost).str.replace(r"^rival:.*", "rival", regex=True)
    exchange = merged["outcome"].astype(object).fillna("never").to_numpy()
    return pd.DataFrame({"exchange": exchange, "end": end}, index=buyers.index)


def buyer_flow(
    buyers: pd.DataFrame, exchanges: pd.DataFrame, policy: str | None = None, ax: Axes | None = None
) -> Figure:
    """What became of every buyer of one policy, from left to right, widths in proportion.

    Args:
        buyers: The buyers frame, of one run or of many.
        exchanges: The exchanges frame of the same runs.
        policy: The policy to draw; needed when the frames hold more than one.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.

    Raises:
        ValueError: If the frames hold several policies and none is named.
    """
    names = [str(name) for name in buyers["policy"].unique()]
    if policy is None and len(names) > 1:
        raise ValueError(f"which policy? there are {', '.join(names)}")
    policy = policy if policy is not None else (names[0] if names else "")
    ax = canvas(ax, left=0.02, right=0.98, bottom=0.04)
    chosen = buyers[buyers["policy"] == policy]
    runs = max(1, len(chosen[["seed", "replication"]].drop_duplicates()))
    many = f", {runs} replications together" if runs > 1 else ""
    heading(
        ax,
        f"What became of every buyer under the policy {policy}",
        f"{len(chosen):,} buyers{many}.  Width: number of buyers.{f'  {SAID}' if runs > 1 else ''}",
    )
    if chosen.empty:
        return empty(ax, "No buyer arrived")
    found = fates(chosen, exchanges[exchanges["policy"] == policy])
    found["end"] = _rare_put_together(found["end"])
    table = pd.crosstab(found["exchange"], found["end"]) / len(found)
    middle = [name for name in _EXCHANGE if name in table.index]
    ends = _end_order(table.columns)
    sure = [
        [plus_minus(100 * half_interval(chosen, found[column] == word), 1) for word in words]
        for column, words in (("exchange", middle), ("end", ends))
    ]
    _draw(ax, table.loc[middle, ends].to_numpy(dtype=np.float64), middle, ends, len(found), sure)
    ax.set(xlim=(0, 1), ylim=(-0.03, 1.07), xticks=[], yticks=[])
    for x, text in zip(_COLUMNS, ("arrived", "handed over?", "at the end of follow-up"), strict=True):
        ax.text(x, 1.05, text, fontsize=13, color=GREY, ha="left", va="bottom", style="italic")
    return figure_of(ax)


def _rare_put_together(end: pd.Series) -> pd.Series:
    share = end.map(end.value_counts(normalize=True))
    return end.where(~(end.str.startswith("lost:") & (share < _SMALLEST)), "lost:other reasons")


def _end_order(found: Iterable[str]) -> list[str]:
    """Ends from best to worst: ours, elsewhere, lost reason by reason, undecided."""
    words = set(found)
    lost = sorted(word for word in words if word.startswith("lost:"))
    return [word for word in ("us", "rival", "somebody-else", *lost, "open") if word in words]


def _draw(
    ax: Axes,
    table: npt.NDArray[np.float64],
    middle: Sequence[str],
    ends: Sequence[str],
    total: int,
    sure: Sequence[Sequence[str]],
) -> None:
    """Three columns of bars and the bands between them; `table` is shares by (exchange, end)."""
    height = 1.0 - _GAP * (max(len(middle), len(ends)) - 1)
    rows = _stacked(table.sum(axis=1) * height)
    columns = _stacked(table.sum(axis=0) * height)
    width, at = 0.018, _COLUMNS
    start = 0.5 - height / 2
    _bar(ax, at[0], width, start, height, BLACK)
    ax.text(at[0] - 0.012, 0.5, f"{total:,}\nbuyers", ha="right", va="center", fontsize=13, color=BLACK)
    filled_from = start + height
    taken = np.array([low + size for low, size in columns])
    for i, name in enumerate(middle):
        low, size = rows[i]
        colour = _EXCHANGE[name][1]
        filled_from -= size
        _band(ax, at[0] + width, filled_from, at[1], low, size, FAINT, 1.0)
        _bar(ax, at[1], width, low, size, colour)
        leaving = low + size
        for j, end in enumerate(ends):
            part = table[i, j] * height
            leaving, taken[j] = leaving - part, taken[j] - part
            _band(ax, at[1] + width, leaving, at[2], taken[j], part, _end_look(end)[1], 0.42)
    for j, end in enumerate(ends):
        _bar(ax, at[2], width, *columns[j], _end_look(end)[1])
    labels = [_EXCHANGE[name][0] for name in middle]
    _labels(ax, at[1] + width + 0.006, rows, labels, table.sum(axis=1), total, sure[0])
    labels = [_end_look(end)[0] for end in ends]
    _labels(ax, at[2] + width + 0.008, columns, labels, table.sum(axis=0), total, sure[1])


def _end_look(end: str) -> tuple[str, str]:
    if end.startswith("lost:"):
        return f"not bought: {end.removeprefix('lost:').replace('-', ' ')}", _LOST_COLOUR
    return _END[end]


def _stacked(sizes: npt.NDArray[np.float64]) -> list[tuple[float, float]]:
    """Lower edge and height of each bar, from the top down, centred, with gaps."""
    extent = float(sizes.sum()) + _GAP * (len(sizes) - 1)
    top = 0.5 + extent / 2
    places = []
    for size in sizes:
        places.append((top - float(size), float(size)))
        top -= float(size) + _GAP
    return places


def _bar(ax: Axes, x: float, width: float, low: float, size: float, colour: str) -> None:
    ax.add_patch(Rectangle((x, low), width, max(size, 0.0015), facecolor=colour, lw=0, zorder=3))


def _band(
    ax: Axes, x0: float, y0: float, x1: float, y1: float, size: float, colour: str, alpha: float
) -> None:
    """A band of constant height that leaves and arrives level."""
    if size <= 0:
        return
    half = (x0 + x1) / 2
    corners = [(x0, y0), (half, y0), (half, y1), (x1, y1), (x1, y1 + size), (half, y1 + size),
               (half, y0 + size), (x0, y0 + size), (x0, y0)]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    ax.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=alpha, lw=0, zorder=2))


def _labels(
    ax: Axes,
    x: float,
    places: Sequence[tuple[float, float]],
    words: Sequence[str],
    shares: npt.NDArray[np.float64],
    total: int,
    sure: Sequence[str],
) -> None:
    """Words beside bars, moved apart where they would overlap."""
    wanted = [low + size / 2 for low, size in places]
    for y, text, share, reach in zip(placed_apart(wanted, 0.043), words, shares, sure, strict=True):
        count = round(float(share) * total)
        ax.text(
            x, y, f"{text}  {_percent(float(share))}{reach} ({count:,})", fontsize=11.5, va="center", color=BLACK,
            zorder=5, bbox={"facecolor": "white", "alpha": 0.72, "lw": 0, "pad": 1.2},
        )  # fmt: skip


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


def placed_apart(wanted: Sequence[float], distance: float) -> list[float]:
    """Heights as near to those wanted (from the top down) as keeps neighbours apart and within 0 to 1."""
    placed: list[float] = []
    for height in wanted:
        placed.append(min(height, placed[-1] - distance) if placed else min(height, 1.0))
    lowest = 0.0
    for i in reversed(range(len(placed))):
        placed[i] = max(placed[i], lowest)
        lowest = placed[i] + distance
    return placed
