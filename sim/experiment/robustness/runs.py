"""Runs at points of the unit cube, and what was measured there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sim.experiment.designs import Design
from sim.experiment.estimates import Numbers
from sim.experiment.robustness.crossed import Crossed, crossed
from sim.experiment.robustness.uncertain import Uncertain, design_at
from sim.experiment.running import Progress
from sim.experiment.sweep import sweep
from sim.experiment.sweep_result import Sweep
from sim.scenario import Policy, Scenario

__all__ = ["Made", "Make", "maker", "runs_at"]

Make: TypeAlias = Callable[[Design, Sequence[int], str, Progress | None], Sweep]
"""Makes the runs of a design on some replications; the text is the folder within the folder, or empty."""


def maker(
    scenario: Scenario,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path] | None,
    seed: int,
    jobs: int,
    agents: Mapping[type, type] | None,
    executor: Executor | None,
    out: str | Path | None,
) -> Make:
    """What makes runs of a scenario; arguments as for `sweep`."""

    def make(design: Design, replications: Sequence[int], part: str, progress: Progress | None) -> Sweep:
        folder = None if out is None else Path(out) / part
        return sweep(
            scenario, design, policies, replications, seed, jobs, agents=agents, executor=executor, out=folder,
            progress=progress,
        )  # fmt: skip

    return make


@dataclass(frozen=True)
class Made:
    """Finished runs at points of a design.

    Attributes:
        sweep: The runs; a folder may hold more than was asked for now.
        design: The points that were asked for.
        points: They as numbers, shape (points, factors).
        replications: The replications that were asked for.
    """

    sweep: Sweep
    design: Design
    points: Numbers
    replications: tuple[int, ...]

    def crossed(self, measure: str) -> Crossed:
        """The runs as arrays.

        Args:
            measure: Name of the measure.

        Returns:
            The arrays; a point without any finished run has no numbers.

        Raises:
            ValueError: If no run was finished.
        """
        import pandas as pd

        known = {self.sweep.design.settings(number): number for number in range(len(self.sweep.design))}
        asked = range(len(self.design))
        places = pd.DataFrame({"place": [known[self.design.settings(one)] for one in asked], "point": asked})
        runs = self.sweep.parts([measure]).rename(columns={"point": "place"})
        frame = places.merge(runs[runs["replication"].isin(self.replications)], on="place")
        frame = frame.rename(columns={f"{measure}.{part}": part for part in ("numerator", "denominator")})
        for column, path in enumerate(self.design.paths):
            frame[path] = self.points[frame["point"], column]
        return crossed(frame, self.design.paths, self.sweep.policies, len(self.points))


def runs_at(
    uncertain: Sequence[Uncertain],
    unit: Numbers,
    replications: Sequence[int],
    make: Make,
    part: str = "",
    progress: Progress | None = None,
) -> Made:
    """Run a scenario at points of the unit cube.

    Args:
        uncertain: What the axes of the cube stand for.
        unit: The points, shape (points, settings), from 0 to 1.
        replications: Replications of each point.
        make: Makes the runs.
        part: Folder within the folder, if runs are kept.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        The runs.
    """
    design, points = design_at(uncertain, unit)
    return Made(make(design, replications, part, progress), design, points, tuple(replications))
