"""What became of leads that went back and ran another lap, by why they had come back."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

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
    row_label,
)
from sim.show.spread import half_interval

__all__ = ["later_laps", "recycled_wins"]

_LOOKS = (
    (BLUE, "o"), (VERMILLION, "s"), (GREEN, "D"), (PURPLE, "^"), (ORANGE, "v"), (SKY, "P"), (BLACK, "X"), (GREY, "*"),
)  # fmt: skip
_LAP = ["scenario", "policy", "seed", "replication", "number", "lap"]
_SPAN = 0.7  # of a row that the marks of its policies are spread over


def later_laps(buyers: pd.DataFrame, exchanges: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Every lap after a buyer's first, with why the one before it had ended.

    Args:
        buyers: The buyers frame.
        exchanges: The exchanges frame of the same runs.
        deals: The deals frame of the same runs.

    Returns:
        One row per buyer and lap from the second: the keys, `number`, `lap`, `reason` (of the lap before;
        "not stated" where a lap left none), `won` (bought from us on this lap) and `revenue_value`.
    """
    keys = _LAP[:-1]
    again = buyers.loc[buyers["laps"] > 1, [*keys, "laps", "lap_won", "revenue_value"]]
    rows = again.loc[again.index.repeat((again["laps"] - 1).to_numpy())]
    rows = rows.assign(lap=rows.groupby(level=0).cumcount() + 2).reset_index(drop=True)
    ended = [frame[frame["reason"].notna()] for frame in (exchanges, deals)]
    reasons = pd.concat([frame[[*_LAP, "reason"]].astype({"reason": object}) for frame in ended])
    # The last word on a lap is the deal's, where there was one.
    reasons = reasons.drop_duplicates(_LAP, keep="last").assign(lap=lambda frame: frame["lap"] + 1)
    found = rows.merge(reasons, on=_LAP, how="left", validate="one_to_one")
    won = found["lap_won"] == found["lap"]
    reason = found["reason"].astype(object).fillna("not stated").astype(str)
    return found.assign(reason=reason, won=won, revenue_value=found["revenue_value"].where(won, 0.0))


def recycled_wins(
    buyers: pd.DataFrame,
    exchanges: pd.DataFrame,
    deals: pd.DataFrame,
    policies: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Share of later laps that ended in a purchase from us; one row per reason why leads had come back.

    Args:
        buyers: The buyers frame.
        exchanges: The exchanges frame of the same runs.
        deals: The deals frame of the same runs.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, right=0.78, bottom=0.14)
    heading(
        ax,
        "What later laps bring, by why the lead had come back",
        "Mark: share of laps 2 and later that end in a win.  Line: its 95% interval over replications.",
    )
    names = [str(name) for name in buyers["policy"].unique()] if policies is None else list(policies)
    laps = later_laps(buyers, exchanges, deals)
    laps = laps[laps["policy"].isin(names)]
    if laps.empty:
        return empty(ax, "No lead ran a second lap")
    reasons = (
        laps["reason"]
        .value_counts(sort=True)
        .sort_index(kind="stable")
        .sort_values(ascending=False, kind="stable")
    )
    longest = 0.0
    for row, reason in enumerate(reasons.index):
        remarks = []
        for place, name in enumerate(names):
            here = laps[(laps["policy"] == name) & (laps["reason"] == reason)]
            remarks.append(f"{here['won'].sum():,} of {len(here):,}" if len(here) else "none")
            y = -row + _SPAN * (0.5 - (place + 0.5) / len(names))
            longest = max(longest, _draw_mark(ax, here, y, place))
        row_label(ax, -float(row), reason.replace("-", " "), _wins(remarks))
    _axis(ax, longest, len(reasons))
    marks = [
        Line2D([], [], color=_look(place)[0], marker=_look(place)[1], ms=9, lw=2, label=name)
        for place, name in enumerate(names)
    ]
    ax.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=min(4, len(marks)), frameon=False,
        fontsize=TEXT_SIZE, borderaxespad=0.2,
    )  # fmt: skip
    return figure_of(ax)


def _look(place: int) -> tuple[str, str]:
    return _LOOKS[place % len(_LOOKS)]


def _wins(remarks: Sequence[str]) -> str:
    """Wins of laps, policy by policy; of many policies only as many as fit beside a row."""
    return "\n".join(remarks) if len(remarks) <= 4 else ""


def _draw_mark(ax: Axes, laps: pd.DataFrame, y: float, place: int) -> float:
    """Draw a share with its interval; how far to the right that reaches."""
    if laps.empty:
        return 0.0
    colour, mark = _look(place)
    share, reach = float(laps["won"].mean()), half_interval(laps, laps["won"])
    if math.isfinite(reach):
        ax.plot([max(0.0, share - reach), share + reach], [y, y], color=colour, lw=2, zorder=2)
    ax.plot(share, y, mark, ms=9, color=colour, zorder=3, clip_on=False)
    return share + (reach if math.isfinite(reach) else 0.0)


def _axis(ax: Axes, longest: float, rows: int) -> None:
    ax.axvline(0, color=BLACK, lw=1.4, zorder=1)
    ax.set(xlim=(0, min(1.0, 1.08 * longest) or 0.01), ylim=(0.5 - rows, 0.5), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.10g}%")
    ax.grid(axis="x", color=FAINT, lw=1)
    ax.set_axisbelow(True)
    ax.set_xlabel("of the laps that followed, share won; beside it: wins of laps", fontsize=12, color=GREY)
