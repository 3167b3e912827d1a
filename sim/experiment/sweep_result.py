"""What a sweep gave, as tidy tables, however many runs it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.experiment.designs import Design
from sim.experiment.sweep_failure import SweepFailure
from sim.experiment.sweep_rows import Rows, part_frame, value_frame
from sim.measure.measures import measure_named
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["InMemory", "Runs", "Sweep"]


class Runs(Protocol):
    """Where runs are kept."""

    def rows(self, measures: Sequence[str]) -> Rows:
        """The finished runs with some measures, by point, policy and replication."""

    def failed(self) -> Sequence[SweepFailure]:
        """The runs that failed."""

    def finished(self) -> int:
        """How many runs have finished."""


@dataclass(frozen=True)
class InMemory:
    """Runs that are kept nowhere else."""

    every: Rows
    failures: tuple[SweepFailure, ...] = ()

    def rows(self, measures: Sequence[str]) -> Rows:
        """The finished runs with some measures, by point, policy and replication."""
        return self.every.with_measures(measures)

    def failed(self) -> tuple[SweepFailure, ...]:
        """The runs that failed."""
        return self.failures

    def finished(self) -> int:
        """How many runs have finished."""
        return len(self.every)


@dataclass(frozen=True)
class Sweep:
    """A scenario run at every point of a design.

    Attributes:
        scenario: The scenario under the first policy, before a point changes it.
        design: What was varied.
        policies: Names of the policies in results.
        replications: Replications that were asked for.
        seed: Seed of the experiment.
        measures: Measures that frames show.
        runs: Where the runs are: in memory or in a folder.
    """

    scenario: Scenario
    design: Design
    policies: tuple[str, ...]
    replications: tuple[int, ...]
    seed: int
    measures: tuple[str, ...]
    runs: Runs

    def __len__(self) -> int:
        """Return the number of finished runs."""
        return self.runs.finished()

    def __repr__(self) -> str:
        """Say what is in here in one line."""
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return (
            f"<Sweep of {', '.join(self.design.paths)}: {len(self.design)} points, "
            f"{', '.join(self.policies)}, {len(self)} runs{failed}>"
        )

    def to_frame(self, measures: Iterable[str] | None = None) -> pd.DataFrame:
        """The finished runs as a tidy table, one row each.

        Args:
            measures: Measures wanted; those of the sweep when None.

        Returns:
            `point`, one column per factor named by its dotted key, `scenario`, `policy`, `seed`,
            `replication`, and one column per measure: its value, NaN where the run had no occasion. Over
            runs a measure is a ratio of sums: see `parts`.

        Raises:
            ValueError: If there is no such measure.
        """
        rows = self.rows(measures)
        return value_frame(self._keys(rows.points, rows.policies, rows.replications), rows)

    def parts(self, measures: Iterable[str] | None = None) -> pd.DataFrame:
        """The finished runs with numerator and denominator of each measure.

        Args:
            measures: Measures wanted; those of the sweep when None.

        Returns:
            The keys as in `to_frame`, then `<measure>.numerator` and `<measure>.denominator`.

        Raises:
            ValueError: If there is no such measure.
        """
        rows = self.rows(measures)
        return part_frame(self._keys(rows.points, rows.policies, rows.replications), rows)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row per failed run: the keys as in `to_frame`, then `stage`, `message` and `command`."""
        columns = [
            np.array([getattr(one, name) for one in self.failed], dtype=np.int64)
            for name in ("point", "policy", "replication")
        ]
        frame = self._keys(*columns)
        for name in ("stage", "message", "command"):
            frame[name] = np.array([getattr(one, name) for one in self.failed], dtype=object)
        return frame

    @cached_property
    def failed(self) -> tuple[SweepFailure, ...]:
        """The runs that failed."""
        return tuple(self.runs.failed())

    def to_xarray(self, measures: Iterable[str] | None = None) -> Any:
        """The finished runs as an `xarray.Dataset`; see `sim.experiment.sweep_arrays`.

        Args:
            measures: Measures wanted; those of the sweep when None.

        Returns:
            One variable per measure. A grid has one dimension per factor, any other design the dimension
            `point` with the factors as coordinates; then come `policy` and `replication`. Missing runs are
            NaN.

        Raises:
            ModuleNotFoundError: If xarray is not installed.
            ValueError: If there is no such measure.
        """
        from sim.experiment.sweep_arrays import dataset_of

        return dataset_of(self, self.rows(measures))

    def rows(self, measures: Iterable[str] | None = None) -> Rows:
        """The finished runs as arrays, by point, policy and replication.

        Args:
            measures: Measures wanted; those of the sweep when None.

        Raises:
            ValueError: If there is no such measure.
        """
        names = self.measures if measures is None else [measure_named(name).name for name in measures]
        return self.runs.rows(tuple(names))

    def _keys(self, points: Any, policies: Any, replications: Any) -> pd.DataFrame:
        import pandas as pd

        frame = self.design.to_frame().take(points).reset_index(drop=True)
        frame.insert(0, "point", points)
        names = pd.Index([self.scenario.name])
        frame["scenario"] = pd.Categorical.from_codes(np.zeros(len(points), dtype=np.int8), categories=names)
        frame["policy"] = pd.Categorical.from_codes(policies, categories=pd.Index(self.policies))
        frame["seed"] = np.full(len(points), self.seed, dtype=np.int64)
        frame["replication"] = replications
        return frame
