"""Every switch and lever of the model, and what pulling it shows.

A group of levers is a module with a docstring that says what it is about and a table `LEVERS`; it is added to
`GROUPS` and appears in the tests and on the page.
"""

from __future__ import annotations

from types import ModuleType

from sim.experiment.levers import customers, desks, engagement, integration, lap, market, people, prices
from sim.experiment.levers.lever import DOWN, STILL, UP, Effect, Lever, by_run, paired, per_run, pulled

__all__ = [
    "DOWN",
    "GROUPS",
    "LEVERS",
    "STILL",
    "UP",
    "Effect",
    "Lever",
    "by_run",
    "paired",
    "per_run",
    "pulled",
]

GROUPS: tuple[ModuleType, ...] = (lap, desks, people, integration, prices, customers, market, engagement)
"""Modules with a table of levers, in the order of the page."""

LEVERS: tuple[Lever, ...] = tuple(lever for group in GROUPS for lever in group.LEVERS)
"""All levers."""
