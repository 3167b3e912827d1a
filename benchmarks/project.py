"""The bench lap, or any other scenario, as the project runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.events.loop import DONE, GROW, advance
from sim.events.rows import US, World
from sim.events.setting import FOLLOW_NOBODY, grow, new_world
from sim.scenario import Scenario


def run(scenario: Scenario, seed: int, follow: int = FOLLOW_NOBODY) -> World:
    """Run a scenario to its end."""
    world = new_world(scenario, seed, follow)
    advance_to(world, float(world.p.end_day))
    return world


def advance_to(world: World, day: float) -> None:
    """Run a world up to a day, giving its tables room as they need it."""
    while (code := advance(world, day)) != DONE:
        if code != GROW:
            raise RuntimeError(f"the run stopped with code {code}")
        grow(world)


def buyers_of(world: World) -> int:
    """Buyers that appeared during a run."""
    return int(world.s.buyers_in)


def table_bytes(world: World) -> int:
    """Memory that a world holds: all its tables."""
    return sum(int(table.nbytes) for table in world.tables.values())


@dataclass(frozen=True)
class Counted:
    """The tables of a run that the bench measures are read from."""

    outcomes: Any
    exchanges: Any

    @classmethod
    def of(cls, world: World) -> Counted:
        """The filled rows of a world's tables."""
        return cls(
            world.tables["outcomes"][: world.s.outcomes], world.tables["exchanges"][: world.s.exchanges]
        )

    def columns(self) -> dict[str, np.ndarray]:
        """The columns that a `Record` has as well."""
        e, o = self.exchanges, self.outcomes
        exchanges_each = np.zeros(int(max(o.number.max(), e.number.max(initial=0))) + 1, dtype=int)
        np.add.at(exchanges_each, e.number, 1)
        passed = np.isfinite(e.pass_day)
        return {
            "touches": o.touches,
            "laps": o.laps,
            "won": o.bought_from == US,
            "let_go": exchanges_each[o.number] > 0,
            "attempts": e.attempts,
            "passed": passed,
            "position": e.position[passed],
            "response_days": (e.first_attempt_day - e.let_go_day)[np.isfinite(e.first_attempt_day)],
        }
