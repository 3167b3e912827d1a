"""Figures of a run that goes on: the track as it is now, and what has waited so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.show.drawing import BLACK, BLUE, FAINT, GREEN, GREY, ORANGE, PURPLE, VERMILLION
from sim.vocabulary import Phase, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.model import Relay

__all__ = ["queue_figure", "track_figure"]

_BINS = 40
_WIDTH = 11.0  # inches
_LOWEST_TOP = 4.0  # of an axis of counts
_TITLE: dict[str, Any] = {"loc": "left", "fontsize": 12, "fontweight": "bold", "color": BLACK}
_MOST_NAMED = 2  # journeys of one zone
_SHORTEST_AXIS = 30  # days
_GROUPS = (
    ("with marketing", ("nurture", "resting"), BLUE),
    ("in the air", ("in-air",), ORANGE),
    ("with sales", ("opportunity", "forecast", "closing"), GREEN),
    ("dropped", ("dropped",), GREY),
    ("customers", ("customer",), PURPLE),
)


def track_figure(model: Relay) -> Figure:
    """Buyers by their position on the track, by who holds them, above the zone of each journey.

    Args:
        model: The run.
    """
    from sim.agents import Buyer

    figure, axes = _paper(3.0)
    found = model.agents_by_type[Buyer].get(["position", "stage"])
    floor, edges = np.zeros(_BINS), np.linspace(0.0, 1.0, _BINS + 1)
    for label, stages, colour in _GROUPS:
        those = np.array([x for x, stage in found if stage in stages])
        top = floor + np.histogram(np.clip(those, 0.0, 1.0), edges)[0]
        axes.stairs(top, edges, baseline=floor, fill=True, color=colour, label=f"{label} ({len(those)})")
        floor = top
    axes.set_ylim(0, max(_LOWEST_TOP, 1.05 * floor.max()))
    _mark_zones(axes, model)
    for phase in Phase:
        axes.axvline(phase.lower_bound, color=FAINT, linewidth=1, zorder=0)
    names = [word(phase).replace("-", " ") for phase in Phase]
    axes.set_xticks([phase.lower_bound + 0.125 for phase in Phase], names)
    axes.set(xlim=(0, 1), ylabel="buyers")
    axes.set_title("The track: who holds the buyers", **_TITLE)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=len(_GROUPS), frameon=False)
    return figure


def _mark_zones(axes: Axes, model: Relay) -> None:
    """One bar per zone under the track, from where it opens to where it closes, with the journeys that have it."""
    zones: dict[tuple[float, ...], list[str]] = {}
    for name, journey in model.inputs.market.journeys.items():
        zones.setdefault(journey.zone, []).append(name)
    step = 0.07 * axes.get_ylim()[1]
    for place, ((opens, closes), names) in enumerate(zones.items()):
        y = -(place + 0.6) * step
        said = " and ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} journeys"
        axes.barh(y, closes - opens, 0.6 * step, opens, color=GREEN, alpha=0.35)
        axes.text(closes + 0.006, y, f"zone of {said}", fontsize=8, color=BLACK, va="center")
    axes.axhline(0, color=BLACK, linewidth=1)
    axes.set_ylim(-len(zones) * step, None)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= axes.get_ylim()[1]])


def queue_figure(model: Relay) -> Figure:
    """Tasks waiting for reps at the end of each day, and buyers in the air.

    Args:
        model: The run.
    """
    figure, axes = _paper(2.3)
    days = model.world.tables["days"][: model.day]
    numbers = np.arange(1, len(days) + 1)
    axes.plot(numbers, days["queue_length"], color=VERMILLION, label="tasks waiting for a rep")
    axes.plot(numbers, days["in_air"], color=ORANGE, label="buyers in the air")
    axes.set(xlabel="day", ylabel="count", xlim=(0, max(_SHORTEST_AXIS, len(days))))
    axes.set_ylim(0, max(_LOWEST_TOP, axes.get_ylim()[1]))
    axes.set_title("Waiting at the end of each day", **_TITLE)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=2, frameon=False)
    return figure


def _paper(inches_high: float) -> tuple[Figure, Axes]:
    """Axes with room for the words around them; a fixed layout is drawn several times faster than a fitted one."""
    figure = Figure(figsize=(_WIDTH, inches_high), facecolor="white")
    left, right, below, above = (inches / _WIDTH for inches in (0.6, 0.2, 0.45, 0.35))
    shape = _WIDTH / inches_high
    axes = figure.add_axes((left, below * shape, 1 - left - right, 1 - (below + above) * shape))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    return figure, axes
