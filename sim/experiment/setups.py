"""Setups: ways of running a market, each run once for everybody who counts something in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import Any, TypeAlias

import cloudpickle
import numpy as np
import numpy.typing as npt

from sim.experiment.running import compile_once, processes
from sim.experiment.simulate import simulate
from sim.measure.results import Results
from sim.scenario import Scenario

__all__ = ["Count", "Numbers", "Progress", "Setup", "counted", "results_of", "settled"]

Numbers: TypeAlias = npt.NDArray[np.float64]
Count: TypeAlias = Callable[[Results], Numbers]
"""What is counted in the runs of one setup; the first axis is the runs, in order."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many pieces of work are done, and how many there are."""


@dataclass(frozen=True)
class Setup:
    """One way of running a market.

    Attributes:
        market: Name of a shipped market, or a file.
        policy: Name of a policy; None for the market's own.
        overrides: Single settings, such as "team.reps.count=40".
    """

    market: str
    policy: str | None = None
    overrides: tuple[str, ...] = ()

    def scenario(self) -> Scenario:
        """The scenario to run.

        Raises:
            InvalidInput: If it cannot be loaded.
        """
        return Scenario.load(self.market, self.policy, self.overrides)


def results_of(setup: Setup, seeds: int) -> Results:
    """All runs of a setup.

    Args:
        setup: What to run.
        seeds: How many runs; equal numbers mean the same buyers with the same luck in every setup.

    Returns:
        The results.

    Raises:
        InvalidInput: If the setup cannot be loaded.
        RuntimeError: If a run fails.
    """
    results = simulate(setup.scenario(), seeds=seeds)
    if results.failed:
        raise RuntimeError(f"{setup.market}: {results.failed[0].message}")
    return results


def counted(
    wanted: Iterable[tuple[Setup, Count]], seeds: int, jobs: int = 1, progress: Progress | None = None
) -> list[Numbers]:
    """Run each setup once and count all that is wanted of it.

    Args:
        wanted: Setups and what to count in them; setups may come again.
        seeds: Runs of each setup; all setups share the seeds.
        jobs: Processes to use; they change nothing but the time it takes.
        progress: Told how many setups are done.

    Returns:
        The numbers, in the order of what is wanted.

    Raises:
        ValueError: If there are fewer than two runs, which give no interval.
    """
    if seeds < 2:
        raise ValueError(f"an interval needs two runs or more, not {seeds}")
    pairs = list(wanted)
    places: dict[Setup, list[int]] = {}
    for place, (setup, _) in enumerate(pairs):
        places.setdefault(setup, []).append(place)
    work = [
        (_counts, (setup, [pairs[place][1] for place in where], seeds)) for setup, where in places.items()
    ]
    if jobs > 1 and pairs:
        compile_once([pairs[0][0].scenario()])
    found: list[Numbers | None] = [None] * len(pairs)
    for number, numbers in enumerate(settled(work, jobs, progress)):
        for place, one in zip(list(places.values())[number], numbers, strict=True):
            found[place] = one
    return [one for one in found if one is not None]


def _counts(setup: Setup, counts: Sequence[Count], seeds: int) -> list[Numbers]:
    results = results_of(setup, seeds)
    return [np.asarray(count(results), dtype=float) for count in counts]


def settled(
    work: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]],
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Any]:
    """Do pieces of work, here or in other processes.

    Args:
        work: Functions and what to call them with; functions written anywhere travel by value.
        jobs: Processes to use.
        progress: Told how many pieces are done.

    Returns:
        What the functions gave, in order.
    """
    total = len(work)
    if jobs == 1 or total < 2:
        found = []
        for number, (function, arguments) in enumerate(work):
            found.append(function(*arguments))
            if progress is not None:
                progress(number + 1, total)
        return found
    results: dict[int, Any] = {}
    pool = processes(min(jobs, total))
    try:
        with warnings.catch_warnings():
            # Python warns that other threads (of a BLAS, say) may hold locks when it forks; ours take none.
            warnings.simplefilter("ignore", DeprecationWarning)
            futures = {
                pool.submit(_unpacked, cloudpickle.dumps(one)): number for number, one in enumerate(work)
            }
        for done, future in enumerate(as_completed(futures), start=1):
            results[futures[future]] = future.result()
            if progress is not None:
                progress(done, total)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [results[number] for number in range(total)]


def _unpacked(packed: bytes) -> Any:
    function, arguments = cloudpickle.loads(packed)
    return function(*arguments)
