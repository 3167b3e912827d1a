"""Run a scenario, once or on many seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Literal

from sim.events.setting import FOLLOW_NOBODY
from sim.experiment.running import Progress, Task, all_runs, one_run
from sim.measure.records import RunKey
from sim.measure.results import Failure, Results, Run
from sim.scenario import Policy, Scenario

__all__ = ["Keep", "collected", "replications_of", "scenario_of", "simulate"]

Keep = Literal["frames", "measures"]


def simulate(
    scenario: Scenario | str | Path,
    policy: Policy | str | Path | None = None,
    seed: int = 0,
    seeds: int | Iterable[int] | None = None,
    jobs: int = 1,
    *,
    agents: Mapping[type, type] | None = None,
    keep: Keep = "frames",
    follow: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Results:
    """Run a scenario.

    A run is a pure function of scenario, seed and replication, so results do not depend on `jobs`.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        policy: A policy, its name or its file, in place of the scenario's own.
        seed: Seed of the experiment, 0 or more. Equal seeds mean the same buyers with the same luck.
        seeds: How many replications, or which (`range(20, 40)` goes on where 20 left off); each has luck of
            its own. None makes the one run that is replication 0.
        jobs: Processes to use.
        agents: Agent classes and what to put in their place, such as `{SalesRep: MyRep}`.
        keep: "frames" keeps what all frames are made of; "measures" keeps the measures only, some kilobytes
            a run.
        follow: Number of a buyer whose events are logged (see `Results.events`).
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        The results, in the order of replications. With `seeds` a run that fails is a row of `failures`.

    Raises:
        InvalidInput: If scenario or policy cannot be loaded.
        RunFailed: If `seeds` is None and the run fails.
        ValueError: If `keep`, `seeds` or `jobs` is out of range.
    """
    if keep not in ("frames", "measures"):
        raise ValueError(f'keep is "frames" or "measures", not {keep!r}')
    built = scenario_of(scenario, policy)
    tasks = [
        Task(
            0,
            RunKey(built.name, built.policy.name, seed, replication),
            keep == "frames",
            FOLLOW_NOBODY if follow is None else follow,
        )
        for replication in replications_of(seeds)
    ]
    if seeds is None:
        run = one_run(built, tasks[0], agents)
        if progress is not None:
            progress(1, 1)
        return Results([run])
    found = dict(all_runs([built], tasks, jobs, agents, executor, progress))
    return collected(found)


def collected(found: Mapping[int, Run | Failure]) -> Results:
    """Results in the order of the tasks.

    Args:
        found: Run or failure by the number of the task.

    Returns:
        The results.
    """
    ordered = [found[number] for number in sorted(found)]
    return Results(
        [one for one in ordered if isinstance(one, Run)], [one for one in ordered if isinstance(one, Failure)]
    )


def scenario_of(scenario: Scenario | str | Path, policy: Policy | str | Path | None = None) -> Scenario:
    """A scenario from whatever names one.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        policy: A policy in place of its own.

    Returns:
        The scenario.

    Raises:
        InvalidInput: If scenario or policy cannot be loaded.
    """
    if not isinstance(scenario, Scenario):
        return Scenario.load(scenario, policy)
    return scenario if policy is None else scenario.with_policy(policy)


def replications_of(seeds: int | Iterable[int] | None) -> list[int]:
    """The replications asked for.

    Args:
        seeds: How many, or which; None for the first alone.

    Returns:
        Their numbers.

    Raises:
        ValueError: If there is none, or one is named twice.
    """
    numbers = list(range(1 if seeds is None else seeds) if isinstance(seeds, int | None) else seeds)
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"seeds must be one or more different replications, not {seeds!r}")
    return numbers
