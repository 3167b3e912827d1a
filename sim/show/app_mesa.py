"""Mesa's own viewer on a run: its buttons and tabs, our pictures."""

from __future__ import annotations

import warnings
from typing import Any

import solara

with warnings.catch_warnings():
    # Solara's check of its rules for hooks finds fault with Mesa's own viewer when that is imported.
    warnings.filterwarnings("ignore", "(?s).*mesa.visualization.*use_state", UserWarning)
    from mesa.visualization import SolaraViz

from sim.model import Relay
from sim.scenario import Scenario
from sim.show.drawing import ORANGE, VERMILLION
from sim.show.live import HOLDERS, Line, holders, key, line_picture, nice_top, track_picture

__all__ = ["SolaraViz", "queues", "track", "viewer"]

_SHORTEST_AXIS = 30  # days


def track(model: Relay) -> Any:
    """Buyers on the track by who holds them; a component for Mesa's viewer.

    Args:
        model: The run.
    """
    counts = holders(model)
    legend = key((label, colour) for label, _, colour in HOLDERS)
    picture = track_picture(model.inputs, counts, nice_top(counts.sum(axis=0).max()))
    return _shown("The track: who holds the buyers", legend + picture)


def queues(model: Relay) -> Any:
    """Who waits at the end of each day; a component for Mesa's viewer.

    Args:
        model: The run.
    """
    days = model.world.tables["days"][: model.day]
    lines = [
        Line("buyers in the air", days["in_air"], ORANGE),
        Line("tasks waiting for a rep", days["queue_length"], VERMILLION),
    ]
    top = nice_top(max(max(line.values, default=0) for line in lines))
    picture = line_picture(lines, 0, 0, top, max(_SHORTEST_AXIS, model.day))
    return _shown(
        "Waiting at the end of each day", key((line.label, line.colour) for line in lines) + picture
    )


def viewer(scenario: Scenario, seed: int) -> Any:
    """Mesa's viewer; see `sim.show.app.mesa_viewer`."""
    return SolaraViz(
        Relay(scenario, seed),
        components=[(track, 0), (queues, 0)],
        model_params={
            "inputs": scenario,
            "seed": {"type": "InputText", "value": str(seed), "label": "Seed"},
        },
        name=f"Relay: {scenario.name} under {scenario.policy.name}",
    )


def _shown(title: str, inside: str) -> Any:
    with solara.Card(title, margin=0) as card:
        solara.HTML(tag="div", unsafe_innerHTML=f"<div style='min-width: 300px'>{inside}</div>")
    return card
