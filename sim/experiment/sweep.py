"""Sweep: a scenario run at every point of a design, under every policy, on the same seeds."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.blocks import Block, Common, Done
from sim.experiment.designs import Design, Levels, design_of
from sim.experiment.making import all_made
from sim.experiment.possible import refuse_impossible
from sim.experiment.running import Progress
from sim.experiment.simulate import replications_of, scenario_of
from sim.experiment.sweep_rows import Rows, part_frame, value_frame
from sim.measure.measures import MEASURES, measure_named
from sim.scenario import Policy, Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sweep", "SweepFailure", "failures_of", "sweep", "variants_of"]


@dataclass(frozen=True)
class SweepFailure:
    """One run of a sweep that failed.

    Attributes:
        point: Number of its point.
        policy: Number of its policy.
        replication: Its replication.
        stage: "prepare" (the point makes no scenario), "run" or "measure".
        message: What went wrong.
        command: How to repeat the run and see it fail.
    """

    point: int
    policy: int
    replication: int
    stage: str
    message: str
    command: str


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
        rows: The finished runs, by point, policy and replication.
        failed: The runs that failed.
    """

    scenario: Scenario
    design: Design
    policies: tuple[str, ...]
    replications: tuple[int, ...]
    seed: int
    measures: tuple[str, ...]
    rows: Rows
    failed: tuple[SweepFailure, ...] = ()

    def __len__(self) -> int:
        """Return the number of finished runs."""
        return len(self.rows)

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
        rows = self._chosen(measures)
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
        rows = self._chosen(measures)
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

        return dataset_of(self, self._chosen(measures))

    def _chosen(self, measures: Iterable[str] | None) -> Rows:
        names = self.measures if measures is None else tuple(measure_named(name).name for name in measures)
        places = [self.rows.measures.index(name) for name in names]
        one = self.rows
        return Rows(one.points, one.policies, one.replications, one.parts[:, places], tuple(names))

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


def sweep(
    scenario: Scenario | str | Path,
    design: Design | Levels | pd.DataFrame,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path] | None = None,
    seeds: int | Iterable[int] = 20,
    seed: int = 0,
    jobs: int = 1,
    *,
    measures: Iterable[str] | None = None,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run a scenario at every point of a design, under every policy, on the same seeds.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        design: What to vary: a `Design`; a table with a column per setting and a row per point; or what each
            setting takes, such as `{"team.reps": [5, 10], "policy.zone.open": "0.3:0.8:11"}`.
        policies: Policies, their names or files, or policies by the names that results shall use; the
            scenario's own when None.
        seeds: How many replications of each point, or which.
        seed: Seed of the experiment, 0 or more. All points and policies meet the same buyers.
        jobs: Processes to use; they change nothing but the time it takes.
        measures: Measures that frames show; all when None.
        agents: Agent classes and what to put in their place; they may be written in a notebook.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        out: Folder to keep the runs in as they finish. If it holds this sweep already, only what is missing
            is computed.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        The sweep. A run that fails, or a point whose settings contradict each other, is a row of `failures`.

    Raises:
        InvalidInput: If the scenario or a policy cannot be loaded, a setting does not exist, a value is not
            allowed, or no point makes a scenario.
        ValueError: If a measure is unknown, or a number is out of range.
    """
    shown = tuple(MEASURES) if measures is None else tuple(measure_named(name).name for name in measures)
    chosen, numbers = design_of(design), tuple(replications_of(seeds))
    variants = variants_of(scenario, policies)
    common = Common(tuple(variants.values()), tuple(variants), seed, agents)
    refuse_impossible(common, chosen)
    wanted = _every_run(chosen, len(variants), numbers)
    total = len(chosen) * len(variants) * len(numbers)
    done = list(_told(all_made(common, wanted, jobs, executor), total, progress))
    failed = [one for block in done for one in failures_of(block, common)]
    first = next(iter(variants.values()))
    return Sweep(
        first, chosen, tuple(variants), numbers, seed, shown, Rows.of(done).in_order(), tuple(failed)
    )


def variants_of(
    scenario: Scenario | str | Path,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path] | None = None,
) -> dict[str, Scenario]:
    """The scenario under each policy, by the name that the policy has in results.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        policies: Policies, their names or files, or policies by name; the scenario's own when None.

    Returns:
        One scenario per policy.

    Raises:
        InvalidInput: If the scenario or a policy cannot be loaded.
        ValueError: If there is no policy, or two have one name.
    """
    given = scenario_of(scenario)
    if policies is None:
        return {given.policy.name: given}
    if isinstance(policies, str | Path | Policy):
        policies = [policies]
    named = policies.items() if isinstance(policies, Mapping) else [(None, one) for one in policies]
    found: dict[str, Scenario] = {}
    for label, policy in named:
        variant = given.with_policy(policy)
        name = label or variant.policy.name
        if name in found:
            raise ValueError(f"two policies are called {name!r}; give them names: {{name: policy, ...}}")
        found[name] = variant
    if not found:
        raise ValueError("name one policy or more")
    return found


def _every_run(design: Design, policies: int, replications: tuple[int, ...]) -> Iterator[Block]:
    for point in range(len(design)):
        settings = design.settings(point)
        for policy in range(policies):
            yield Block(point, settings, policy, replications)


def _told(blocks: Iterator[Done], total: int, progress: Progress | None) -> Iterator[Done]:
    ended = 0
    for done in blocks:
        ended += done.runs
        if progress is not None:
            progress(ended, total)
        yield done


def failures_of(done: Done, common: Common) -> Iterator[SweepFailure]:
    """The failed runs of a block, each with the command that repeats it."""
    block = done.block
    name = common.scenarios[block.policy].name
    for number, stage, message in done.failed:
        words = ["relay", "run", name, "--policy", common.names[block.policy], "--seed", str(common.seed)]
        words += ["--replication", str(number)]
        words += [word for setting in block.settings for word in ("--set", setting)]
        yield SweepFailure(block.point, block.policy, number, stage, message, shlex.join(words))
