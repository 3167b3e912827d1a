"""One run, and many runs on however many processes: each is a pure function of scenario and seed."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shlex
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal, TypeAlias

from sim.engine.draws import seed_of
from sim.events.loop import CEILING, DONE, GROW, advance
from sim.events.rows import World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world, translated
from sim.measure.records import RunKey, records_of
from sim.measure.results import Failure, Run, measured
from sim.scenario import InvalidInput, Scenario

__all__ = [
    "Progress",
    "RunFailed",
    "Task",
    "all_runs",
    "born_deaf_to_interrupts",
    "compile_once",
    "finished_world",
    "one_of_each_kind",
    "one_pool",
    "one_run",
    "packed",
    "processes",
    "workers_of",
]

Progress: TypeAlias = Callable[[int, int], None]
"""Told after some runs have ended: how many are done, and how many there are."""

_CHUNKS_PER_PROCESS = 4  # enough that no process waits long for the last one
_LARGEST_CHUNK = 32
_STAGES = ("prepare", "run", "measure")
_OURS = str(Path(__file__).resolve().parents[1])


class RunFailed(RuntimeError):
    """A run that could not be finished.

    Attributes:
        failure: Which run, at which stage, why, and how to repeat it.
    """

    def __init__(self, failure: Failure) -> None:
        """Take the failure."""
        super().__init__(f"{failure.message} (repeat with: {failure.command})")
        self.failure = failure

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with the failure intact."""
        return (type(self), (self.failure,))


@dataclass(frozen=True)
class Task:
    """One run to be made.

    Attributes:
        scenario: Number of the scenario in the list that goes with the tasks.
        key: Name of the run; its seed and replication give the luck.
        keep_records: Whether frames will be wanted.
        follow: Number of the buyer whose events are logged.
    """

    scenario: int
    key: RunKey
    keep_records: bool = True
    follow: int = FOLLOW_NOBODY


def finished_world(
    scenario: Scenario, seed: int, follow: int = FOLLOW_NOBODY, agents: Mapping[type, type] | None = None
) -> World:
    """Run a scenario to its end.

    Args:
        scenario: What is simulated.
        seed: Seed of the run's luck.
        follow: Number of the buyer whose events are logged.
        agents: Agent classes and what to put in their place; without any Mesa is not even imported.

    Returns:
        The world after its last event.

    Raises:
        RuntimeError: If demand passes its ceiling.
        InvalidInput: If the arrivals file cannot be read.
    """
    if agents:
        from sim.model import Relay

        model = Relay(scenario, seed, agents=agents, follow=_said_to_model(follow), replication=None)
        model.run()
        played: World = model.world
        return played
    world = new_world(scenario, seed, follow)
    end = float(world.p.end_day)
    while (code := advance(world, end)) != DONE:
        if code == GROW:
            grow(world)
        elif code == CEILING:
            raise RuntimeError(
                f"demand passed its ceiling of {scenario.market.demand.ceiling:g} times arrivals_per_day on "
                f"day {float(world.s.now):.0f}; raise market.demand.ceiling"
            )
        else:
            raise RuntimeError(f"the engine waits for decision {code}, which nobody makes")
    return world


def _said_to_model(follow: int) -> int | Literal["all"] | None:
    """Whom to follow, as `Relay` wants it said."""
    if follow == FOLLOW_NOBODY:
        return None
    return "all" if follow == FOLLOW_ALL else follow


def one_run(scenario: Scenario, task: Task, agents: Mapping[type, type] | None = None) -> Run:
    """Make one run and count its measures.

    Args:
        scenario: What is simulated.
        task: Which run.
        agents: Agent classes and what to put in their place.

    Returns:
        The run.

    Raises:
        RunFailed: Whatever went wrong, with the original error as its cause.
    """
    stage = _STAGES[1]
    try:
        world = finished_world(scenario, seed_of(task.key.seed, task.key.replication), task.follow, agents)
        stage = _STAGES[2]
        return measured(records_of(world, scenario, task.key), task.keep_records)
    except Exception as error:
        stage = _STAGES[0] if isinstance(error, InvalidInput) else stage
        plain = isinstance(error, InvalidInput | RuntimeError)
        said = str(error) if plain else f"{type(error).__name__}: {error}"
        said += _place_in_own_code(error) if agents else ""
        raise RunFailed(Failure(task.key, stage, said, _command(task.key))) from error


def _place_in_own_code(error: BaseException) -> str:
    """Where in the code of a class of the user's own an error arose; empty if it did not arise there."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        one for one in frames if not one.filename.startswith(_OURS) and "site-packages" not in one.filename
    ]
    return f" (in {own[-1].name}, {Path(own[-1].filename).name} line {own[-1].lineno})" if own else ""


def all_runs(
    scenarios: Sequence[Scenario],
    tasks: Sequence[Task],
    jobs: int = 1,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[int, Run | Failure]]:
    """Make many runs, here or in other processes.

    Args:
        scenarios: The scenarios that tasks speak of by number.
        tasks: The runs to be made.
        jobs: Number of processes; 1 runs everything here.
        agents: Agent classes and what to put in their place.
        executor: Any executor to use instead of processes of our own; it is not shut down.
        progress: Told how far things are.

    Yields:
        Number of the task and its run or failure, in the order in which they end. A run depends on its task
        alone, so neither the order nor `jobs` changes it.

    Raises:
        ValueError: If `jobs` is not positive.
    """
    _check_jobs(jobs)
    total, done = len(tasks), 0
    if executor is None and (jobs == 1 or total == 1):
        for number, task in enumerate(tasks):
            yield number, _run_or_failure(scenarios[task.scenario], task, agents)
            done += 1
            if progress is not None:
                progress(done, total)
        return
    compile_once(scenarios)
    chunks = _chunks(total, jobs if executor is None else max(jobs, workers_of(executor)))
    load = packed((list(scenarios), dict(agents) if agents else None), agents)
    pool = executor or processes(min(jobs, len(chunks)))
    futures: dict[Future[list[Run | Failure]], range] = {}
    # Not `concurrent.futures.wait`: interrupted while it takes the locks of all futures it keeps some of them.
    ended: SimpleQueue[Future[list[Run | Failure]]] = SimpleQueue()
    try:
        with warnings.catch_warnings(), born_deaf_to_interrupts():
            # Python warns that other threads (of a BLAS, say) may hold locks when it forks; ours take none.
            warnings.simplefilter("ignore", DeprecationWarning)
            for chunk in chunks:
                future = pool.submit(_run_chunk, load, [tasks[number] for number in chunk])
                futures[future] = chunk
                future.add_done_callback(ended.put)
        for _ in chunks:
            future = ended.get()
            yield from zip(futures[future], future.result(), strict=True)
            done += len(futures[future])
            if progress is not None:
                progress(done, total)
    finally:
        for future in futures:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=True, cancel_futures=True)


def _run_or_failure(scenario: Scenario, task: Task, agents: Mapping[type, type] | None) -> Run | Failure:
    try:
        return one_run(scenario, task, agents)
    except RunFailed as error:
        return error.failure


def _run_chunk(load: bytes, tasks: Sequence[Task]) -> list[Run | Failure]:
    """Several runs in another process."""
    scenarios, agents = pickle.loads(load)
    return [_run_or_failure(scenarios[task.scenario], task, agents) for task in tasks]


def packed(what: Any, agents: Mapping[type, type] | None) -> bytes:
    """What runs have in common, ready to travel to other processes.

    Args:
        what: Scenarios and, if there are any, the agent classes.
        agents: The agent classes; those written in a notebook travel by value.
    """
    if not agents:
        return pickle.dumps(what)
    import cloudpickle

    load: bytes = cloudpickle.dumps(what)
    return load


def _chunks(total: int, processes: int) -> list[range]:
    size = max(1, min(_LARGEST_CHUNK, total // (processes * _CHUNKS_PER_PROCESS)))
    return [range(start, min(start + size, total)) for start in range(0, total, size)]


def workers_of(executor: Executor) -> int:
    """How many runs an executor can make at the same time, as far as it tells."""
    return int(getattr(executor, "_max_workers", 1))


def processes(jobs: int) -> ProcessPoolExecutor:
    """Processes that start from this one where that is safe: they need not import or compile again.

    Args:
        jobs: How many.

    Returns:
        The pool; whoever asks for it shuts it down.
    """
    alone = sys.platform.startswith("linux") and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if alone else "spawn")
    return ProcessPoolExecutor(jobs, context, _begin_process)


@contextmanager
def one_pool(jobs: int, executor: Executor | None = None) -> Iterator[Executor | None]:
    """One executor for several calls of `all_runs`, so that processes start only once.

    Args:
        jobs: Number of processes; 1 runs everything here.
        executor: An executor to use instead; it is not shut down.

    Yields:
        What to give `all_runs`: None where everything runs here.

    Raises:
        ValueError: If `jobs` is not positive.
    """
    _check_jobs(jobs)
    if executor is not None or jobs == 1:
        yield executor
        return
    pool = processes(jobs)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _check_jobs(jobs: int) -> None:
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")


def _begin_process() -> None:
    """Leave interrupts to the parent, and do not outlive it.

    A terminal interrupts all processes; one that died with the lock of a queue would block the others. And a
    process whose parent was killed would wait for work for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def born_deaf_to_interrupts() -> Iterator[None]:
    """Hold interrupts back while processes start: they inherit that, so none can die before it ignores them.

    An interrupt of this process waits until the end of the block.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def compile_once(scenarios: Sequence[Scenario]) -> None:
    """Compile, or load from the cache, once before other processes want it all at the same time.

    Args:
        scenarios: What will be run.
    """
    for world in one_of_each_kind(scenarios):
        advance(world, 0.0)


def one_of_each_kind(scenarios: Iterable[Scenario]) -> list[World]:
    """One world for each kind of machine code that running some scenarios takes.

    Args:
        scenarios: What will be run. Those that cannot be are passed over; every run will say so.

    Returns:
        Worlds before their first event, two at most.
    """
    found: dict[bool, World] = {}
    for scenario in scenarios:
        with suppress(InvalidInput):
            bare = translated(scenario).bare
            if bare not in found:
                found[bare] = new_world(scenario, 0)
    return list(found.values())


def _command(key: RunKey) -> str:
    """The command line that repeats a run."""
    words = ["relay", "run", key.scenario, "--policy", key.policy, "--seed", str(key.seed)]
    if key.replication:
        words += ["--replication", str(key.replication)]
    return shlex.join(words)
