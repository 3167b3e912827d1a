"""Runs at points of the unit cube, and what was measured there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.crossed import Crossed, crossed
from sim.experiment.robustness.uncertain import Uncertain, design_at
from sim.experiment.running import Progress
from sim.experiment.sweep import Sweep, sweep
from sim.measure.measures import MEASURES
from sim.scenario import Policy, Scenario

__all__ = ["Made", "runs_at"]


@dataclass(frozen=True)
class Made:
    """Finished runs at points of a design.

    Attributes:
        sweep: The runs.
        points: The points as numbers, shape (points, factors).
    """

    sweep: Sweep
    points: Numbers

    def crossed(self, measure: str) -> Crossed:
        """The runs as arrays.

        Args:
            measure: Name of the measure.

        Returns:
            The arrays; a point without any finished run has no numbers.

        Raises:
            ValueError: If no run was finished.
        """
        frame = self.sweep.parts([measure]).rename(
            columns={f"{measure}.{part}": part for part in ("numerator", "denominator")}
        )
        paths = self.sweep.design.paths
        for place, path in enumerate(paths):
            frame[path] = self.points[frame["point"], place]
        return crossed(frame, paths, self.sweep.policies, len(self.points))


def runs_at(
    scenario: Scenario,
    uncertain: Sequence[Uncertain],
    unit: Numbers,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path] | None,
    replications: Sequence[int],
    seed: int,
    jobs: int,
    *,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Made:
    """Run a scenario at points of the unit cube; arguments as for `sweep`."""
    design, points = design_at(uncertain, unit)
    made = sweep(
        scenario, design, policies, replications, seed, jobs, measures=list(MEASURES), agents=agents, executor=executor,
        out=out, progress=progress,
    )  # fmt: skip
    return Made(made, points)
