"""Where on the track the baton was passed, against the stretch in which it can be passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    by_policy,
    canvas,
    empty,
    figure_of,
    heading,
    key,
    row_label,
)
from sim.show.spread import SAID, half_interval, plus_minus
from sim.vocabulary import Phase, Verdict, word

__all__ = ["VERDICT_COLOURS", "relay_track"]

VERDICT_COLOURS = {
    word(Verdict.CLEAN): GREEN,
    word(Verdict.EARLY): SKY,
    word(Verdict.LATE): VERMILLION,
    word(Verdict.OBSTRUCTED): BLACK,
    word(Verdict.SLOW): ORANGE,
    word(Verdict.PUSHED): PURPLE,
}
"""Colour of each verdict that a pass can get."""

_HATCHES = {word(Verdict.OBSTRUCTED): "//", word(Verdict.SLOW): "..", word(Verdict.PUSHED): "xx"}
"""Hatches of the verdicts that stand where others do, for readers who see no colours."""

_PER_ZONE = 20  # columns in the zone, or in a quarter of the track
_TALLEST = 0.82  # height of the tallest column, in rows


def relay_track(
    exchanges: pd.DataFrame,
    scale: Literal["zone", "track"] = "zone",
    policies: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Passes along the track, one row per policy, coloured by verdict.

    Args:
        exchanges: The exchanges frame; only rows with a pass are drawn.
        scale: `"zone"` puts every journey's true zone between 0 and 1, so that journeys can be read
            together; `"track"` shows the track as it is, with its phases and each journey's zone.
        policies: Policies in the order wanted; None for all.
        ax: Axes to draw on; a new figure when None.

    Returns:
        The figure drawn on.

    Raises:
        ValueError: If `scale` is not one of the two words.
    """
    if scale not in ("zone", "track"):
        raise ValueError(f"scale is 'zone' or 'track', not {scale!r}")
    ax = canvas(ax, right=0.84, bottom=0.13)
    passes = exchanges[exchanges["outcome"] == "passed"]
    rows = by_policy(exchanges, policies)
    remarks = [_remark(rows_of) for _, rows_of in rows]
    zone = {
        "zone": "Green stretch: the zone in which the buyer can be passed.",
        "track": "Green bars: where buyers of each journey can be passed.",
    }[scale]
    said = f"\n{SAID}" if any("±" in remark for remark in remarks) else ""
    title = "Where on the track the baton was passed"
    heading(ax, title, f"Height: share of the policy's passes.  {zone}{said}")
    if passes.empty:
        return empty(ax, "No baton was passed")
    edges = _edges(scale, passes)
    drawn = [name for name in VERDICT_COLOURS if (passes["verdict"] == name).any()]
    counts = [_counts(rows_of[rows_of["outcome"] == "passed"], scale, edges, drawn) for _, rows_of in rows]
    tallest = max(float(share.sum(axis=0).max()) for share in counts)
    for row, ((name, _), share, remark) in enumerate(zip(rows, counts, remarks, strict=True)):
        floor = np.full(len(edges) - 1, -float(row))
        for verdict, part in zip(drawn, share, strict=True):
            height = part / tallest * _TALLEST
            seen = height > 0
            ax.bar(
                edges[:-1][seen], height[seen], np.diff(edges)[seen], floor[seen], align="edge", zorder=3,
                color=VERDICT_COLOURS[verdict], hatch=_HATCHES.get(verdict), lw=0 if verdict in _HATCHES else 0.5,
                edgecolor="white" if verdict in _HATCHES else VERDICT_COLOURS[verdict],
            )  # fmt: skip
            floor = floor + height
        ax.axhline(-row, color=BLACK, lw=1, zorder=4)
        row_label(ax, 0.35 - row, name, remark)
    key(ax, drawn, [VERDICT_COLOURS[name] for name in drawn], [_HATCHES.get(name, "") for name in drawn])
    ax.set(xlim=(edges[0], edges[-1]), ylim=(-len(rows) + 1 - 0.02, 1.0), yticks=[])
    if scale == "zone":
        _mark_zone(ax)
    else:
        _mark_track(ax, passes, len(rows))
    return figure_of(ax)


def _in_zones(passes: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Positions with the zone of the buyer's journey put between 0 and 1."""
    opens = passes["zone_open"].to_numpy(dtype=np.float64)
    closes = passes["zone_close"].to_numpy(dtype=np.float64)
    return np.asarray((passes["position"].to_numpy(dtype=np.float64) - opens) / (closes - opens))


def _edges(scale: str, passes: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Edges of the columns; zone edges fall on them, so that no column mixes inside and outside.

    On the zone scale they hold nearly all passes and always the whole zone; what lies outside stands at the
    ends.
    """
    if scale == "track":
        return np.linspace(0.0, 1.0, 4 * _PER_ZONE + 1)
    low, high = np.nanquantile(_in_zones(passes), [0.002, 0.998])
    first, last = np.floor(_PER_ZONE * min(low, -0.5)), np.ceil(_PER_ZONE * max(high, 1.5))
    return np.asarray(np.arange(max(first, -3 * _PER_ZONE), min(last, 4 * _PER_ZONE) + 1) / _PER_ZONE)


def _counts(
    passes: pd.DataFrame, scale: str, edges: npt.NDArray[np.float64], verdicts: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Share of the passes in each bin by verdict; shape (verdicts, bins)."""
    places = passes["position"].to_numpy(dtype=np.float64) if scale == "track" else _in_zones(passes)
    places = np.clip(places, edges[0], edges[-1])
    found = [np.histogram(places[(passes["verdict"] == name).to_numpy()], edges)[0] for name in verdicts]
    return np.asarray(found, dtype=np.float64) / max(1, len(passes))


def _remark(exchanges: pd.DataFrame) -> str:
    passes = exchanges[exchanges["outcome"] == "passed"]
    if passes.empty:
        return "no passes"
    clean = passes["verdict"] == "clean"
    reach = plus_minus(100 * half_interval(passes, clean), 1)
    return f"{clean.mean():.0%}{reach} clean\nof {len(passes):,} passes"


def _mark_zone(ax: Axes) -> None:
    ax.axvspan(0, 1, color=GREEN, alpha=0.12, lw=0, zorder=0)
    for edge in (0, 1):
        ax.axvline(edge, color=GREEN, lw=1.5, zorder=2)
    low, high = ax.get_xlim()
    ax.set_xticks(
        [(low + 0) / 2, 0, 0.5, 1, (1 + high) / 2],
        ["too early", "zone\nopens", "the zone", "zone\ncloses", "too late"],
    )
    ax.tick_params(axis="x", labelsize=13)


def _mark_track(ax: Axes, passes: pd.DataFrame, rows: int) -> None:
    """Phases as ticks, and under the rows one bar per journey from the opening to the closing of its zone."""
    for phase in Phase:
        if phase.lower_bound > 0:
            ax.axvline(phase.lower_bound, color=FAINT, lw=1.5, zorder=1)
    zones = passes.groupby("journey", observed=True)[["zone_open", "zone_close"]].median()
    step = 0.16 * max(1.0, rows / 3)
    for place, (journey, zone) in enumerate(zones.iterrows()):
        y = -rows + 1 - (place + 0.8) * step
        opens, closes = float(zone["zone_open"]), float(zone["zone_close"])
        ax.barh(y, closes - opens, 0.55 * step, opens, color=GREEN, alpha=0.45, zorder=2)
        at_right = closes < 0.75
        ax.text(
            closes + 0.008 if at_right else opens - 0.008, y, str(journey), fontsize=12, color=BLACK,
            ha="left" if at_right else "right", va="center",
        )  # fmt: skip
    ax.set_ylim(-rows + 1 - (len(zones) + 0.6) * step, 1.0)
    names = [
        f"{word(phase).replace('-', ' ')}\n{phase.lower_bound:g} to {phase.lower_bound + 0.25:g}"
        for phase in Phase
    ]
    ax.set_xticks([phase.lower_bound + 0.125 for phase in Phase], names)
    ax.annotate(
        "buyer\ndecides", (1, 1), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points",
        ha="center", va="bottom", fontsize=12, color=BLUE,
    )  # fmt: skip
    ax.axvline(1.0, color=BLUE, lw=2, clip_on=False, zorder=2)
