"""Sweep: a scenario run at every point of a design, under every policy, on the same seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.blocks import Block, Common, Done
from sim.experiment.designs import Design, Levels, design_of
from sim.experiment.making import all_made
from sim.experiment.possible import refuse_impossible
from sim.experiment.running import Progress
from sim.experiment.simulate import replications_of, scenario_of
from sim.experiment.store.stopping import SweepStopped
from sim.experiment.store.wish import Wish
from sim.experiment.sweep_failure import failures_of
from sim.experiment.sweep_result import InMemory, Sweep
from sim.experiment.sweep_rows import Rows
from sim.measure.measures import MEASURES, measure_named
from sim.scenario import Policy, Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.store.folder import Folder

__all__ = ["Sweep", "opened", "resume", "sweep", "swept", "variants_of"]


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
            is computed, and further points or replications are added.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        The sweep. A run that fails, or a point whose settings contradict each other, is a row of `failures`.

    Raises:
        InvalidInput: If the scenario or a policy cannot be loaded, a setting does not exist, a value is not
            allowed, or no point makes a scenario.
        ValueError: If a measure is unknown, or a number is out of range.
        SweepRefused: If `out` holds another sweep; the message says what differs.
        SweepStopped: If `out` cannot be written, or runs were lost; what is committed is safe.
    """
    shown = tuple(MEASURES) if measures is None else tuple(measure_named(name).name for name in measures)
    variants = variants_of(scenario, policies)
    wish = Wish(
        Common(tuple(variants.values()), tuple(variants), seed, agents, _commands(variants)),
        design_of(design),
        tuple(replications_of(seeds)),
        shown,
    )
    return swept(wish, jobs, executor, progress, None if out is None else Path(out))


def swept(
    wish: Wish,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    out: Path | None = None,
) -> Sweep:
    """Make a sweep as asked for, in memory or in a folder.

    Args:
        wish: What is asked for.
        jobs: Processes to use.
        executor: Any executor to use instead.
        progress: Called with the numbers of runs done and of all runs.
        out: Folder to keep the runs in.

    Returns:
        The sweep.

    Raises:
        InvalidInput: If the design is impossible.
        SweepRefused: If the folder holds another sweep.
        SweepStopped: If runs were lost, or the folder cannot be written; what is committed is safe.
    """
    if out is None or not (out / "manifest.json").exists():
        refuse_impossible(wish.common, wish.design)  # before a folder is made
    if out is not None:
        # Imported here, because whoever keeps nothing need not wait for Arrow.
        from sim.experiment.store.filling import fill
        from sim.experiment.store.resuming import begun, held

        with held(out) as folder:
            begun(folder, wish)
            fill(folder, wish.common, jobs, executor, progress)
        return _in_folder(folder, wish.common.scenarios[0])
    common = wish.common
    wanted = _every_run(wish)
    total = len(wish.design) * len(common.names) * len(wish.replications)
    with closing(all_made(common, wanted, jobs, executor)) as blocks:
        done = list(_told(blocks, total, progress))
    lost = next((one.lost for one in done if one.lost), "")
    if lost:
        raise SweepStopped(f"runs were lost with whoever made them ({lost})")
    failed = sorted(one for block in done for one in failures_of(block, common))
    kept = InMemory(Rows.of(done).in_order(), tuple(failed))
    return Sweep(
        common.scenarios[0], wish.design, common.names, wish.replications, common.seed, wish.measures, kept
    )


def resume(
    out: str | Path,
    seeds: int | Iterable[int] | None = None,
    design: Design | Levels | pd.DataFrame | None = None,
    jobs: int = 1,
    *,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path] | None = None,
    measures: Iterable[str] | None = None,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    retry_failed: bool = False,
) -> Sweep:
    """Go on with a sweep that is kept in a folder: only what is missing is computed.

    Args:
        out: The folder.
        seeds: Replications wanted from now on, how many or which; those that are there stay.
        design: Points to add. Of a grid it is enough to name settings with further levels; all combinations
            with the other settings' levels are added.
        jobs: Processes to use.
        policies: Policies to add, as for `sweep`; each is run at all points.
        measures: Measures that frames show from now on. All are kept, so this computes nothing.
        agents: Agent classes, if the sweep began with some that were written in a notebook.
        executor: Any executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs.
        retry_failed: Whether runs are made again that failed after their scenario was made.

    Returns:
        The sweep.

    Raises:
        SweepRefused: If there is no sweep in the folder, or scenario, agents or rule book have changed since it
            began; the message says what.
        SweepStopped: If it cannot be written.
        InvalidInput: If the new points are impossible.
    """
    from sim.experiment.store.extending import extend, further_points, further_policies
    from sim.experiment.store.filling import fill
    from sim.experiment.store.folder import Folder
    from sim.experiment.store.resuming import common_of, current, held, refuse_changes

    path = Path(out)
    Folder(path).manifest  # noqa: B018 - says so before anything is made where there is no sweep
    with held(path) as folder:
        common = common_of(folder, agents)
        refuse_changes(folder, current(folder, common))
        source = None
        if policies is not None:
            common, source = further_policies(folder, common, policies)
        numbers = [] if seeds is None else replications_of(seeds)
        shown = () if measures is None else tuple(measure_named(name).name for name in measures)
        added = None if design is None else further_points(folder, design)
        extend(folder, common, added, numbers, shown, source)
        if retry_failed:
            folder.forget_failures(("run", "measure"))
        fill(folder, common, jobs, executor, progress)
    return _in_folder(folder, common.scenarios[0])


def opened(out: str | Path) -> Sweep:
    """The sweep in a folder, finished or not; nothing is computed.

    Args:
        out: The folder.

    Returns:
        The sweep, whose tables are read when they are asked for.

    Raises:
        SweepRefused: If there is no sweep in the folder.
        SweepStopped: If a file in it is not what it was.
    """
    from sim.experiment.store.folder import Folder

    folder = Folder(Path(out))
    return _in_folder(folder, next(iter(folder.scenarios.values())))


def _in_folder(folder: Folder, first: Scenario) -> Sweep:
    said = folder.manifest
    return Sweep(first, folder.design, said.policies, said.replications, said.seed, said.measures, folder)


def _commands(variants: Mapping[str, Scenario]) -> tuple[tuple[str, ...], ...]:
    return tuple(("relay", "run", one.name, "--policy", name) for name, one in variants.items())


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


def _every_run(wish: Wish) -> Iterator[Block]:
    for point in range(len(wish.design)):
        settings = wish.design.settings(point)
        for policy in range(len(wish.common.names)):
            yield Block(point, settings, policy, wish.replications)


def _told(blocks: Iterator[Done], total: int, progress: Progress | None) -> Iterator[Done]:
    ended = 0
    for done in blocks:
        ended += done.runs
        if progress is not None:
            progress(ended, total)
        yield done
