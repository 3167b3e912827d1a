"""What came of each phase of the buyer's journey, and what the engagement plan is judged by there."""

from __future__ import annotations

import math
from textwrap import shorten

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.measure.by_phase import judged
from sim.show.drawing import (
    BLACK,
    BLUE,
    FAINT,
    ORANGE,
    SKY,
    canvas,
    empty,
    figure_of,
    heading,
    key,
    row_label,
)
from sim.show.spread import half_interval
from sim.vocabulary import Phase, words

__all__ = ["engagement_plan"]

_HEIGHT = 0.5
_LINE = 40  # letters that fit beside a bar
_WORDS = ("went on", "still there", "left")
_COLOURS = (BLUE, SKY, ORANGE)
_UNITS = {"advance_rate": "%", "hand_raise_rate": "%", "pass_rate": "%", "days_in_phase": "days"}


def engagement_plan(
    phases: pd.DataFrame, policy: str | None = None, ax: Axes | None = None, *, currency: str = ""
) -> Figure:
    """One row per phase: what became of the buyers who entered it, who acts, and what it is judged by.

    Args:
        phases: The phases frame.
        policy: The policy to show; None for the first.
        ax: Axes to draw on; a new figure when None.
        currency: What money is counted in.

    Returns:
        The figure drawn on.
    """
    ax = canvas(ax, left=0.17, right=0.66, bottom=0.09)
    name = policy if policy is not None or phases.empty else str(phases["policy"].iloc[0])
    heading(
        ax,
        f"From phase to phase{f' under {name}' if name else ''}",
        "Each bar: all entries of counted buyers to a phase.  Right: who acts by the plan, and its measure.\n"
        "Black line: 95% interval over replications of the share that went on.",
    )
    rows = phases[phases["policy"] == name]
    if not rows["entered"].sum():
        return empty(ax, "No buyer was counted")
    for place, phase in enumerate(words(Phase)):
        here = rows[rows["phase"] == phase]
        _draw_row(ax, -float(place), here)
        row_label(ax, -float(place), phase.replace("-", " "), _remark(here, currency))
    key(ax, _WORDS, _COLOURS)
    ax.set(xlim=(0, 1), ylim=(-len(Phase) + 0.5, 0.6), yticks=[])
    ax.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    return figure_of(ax)


def _draw_row(ax: Axes, y: float, rows: pd.DataFrame) -> None:
    ax.barh(y, 1, _HEIGHT, facecolor="none", edgecolor=FAINT, lw=1)
    counts = [float(rows[column].sum()) for column in ("advanced", "staying", "left")]
    total, left = sum(counts), 0.0
    reach = half_interval(rows, rows["advanced"], rows["entered"]) if total else math.nan
    if reach > 0:
        went_on = counts[0] / total
        ax.plot([went_on - reach, went_on + reach], [y, y], "-|", color=BLACK, lw=2, ms=10, mew=2, zorder=4)
    for count, colour in zip(counts if total else (), _COLOURS, strict=False):
        share = count / total
        ax.barh(y, share, _HEIGHT, left, color=colour)
        if share >= 0.06:
            ink = "white" if colour == BLUE else BLACK
            ax.text(left + share / 2, y, f"{share:.0%}", ha="center", va="center", fontsize=11, color=ink)
        left += share


def _remark(rows: pd.DataFrame, currency: str) -> str:
    """Entries, who acts with what, and each measure that journeys are judged by here."""
    lines = [f"{rows['entered'].sum():,} entries, {judged(rows, 'days_in_phase'):.0f} days each"]
    if not rows["entered"].sum():
        lines = ["nobody came here"]
    roles = [str(role) for role in rows["role"].dropna().unique()]
    content = [str(one) for one in rows["content"].dropna().unique()]
    if roles:
        more = f" (+{len(content) - 1})" if len(content) > 1 else ""
        acting = " or ".join(roles)
        room = _LINE - len(acting) - len(more)
        said = shorten(content[0], room, placeholder="...") + more if content else "no content stated"
        lines.append(f"{acting}: {said}")
    for measure in rows["judged_by"].dropna().unique():
        value = judged(rows[rows["judged_by"] == measure], str(measure))
        lines.append(
            f"{str(measure).replace('_', ' ').removesuffix(' value')}: {_shown(value, str(measure), currency)}"
        )
    return "\n".join(lines) if roles else f"{lines[0]}\nno plan"


def _shown(value: float, measure: str, currency: str) -> str:
    if math.isnan(value):
        return "nobody"
    if _UNITS.get(measure) == "%":
        return f"{value:.1%}"
    if measure.endswith("_value"):
        return f"{value:,.0f} {currency}".strip()
    return f"{value:.1f} {_UNITS.get(measure, '')}".strip()
