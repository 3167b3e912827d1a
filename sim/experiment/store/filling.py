"""Making the runs that a folder still misses, and committing them every few seconds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from time import monotonic

import numpy as np
import numpy.typing as npt

from sim.experiment.blocks import Block, Common, Done
from sim.experiment.making import all_made
from sim.experiment.running import Progress
from sim.experiment.store.folder import Folder
from sim.experiment.store.stopping import SweepStopped
from sim.experiment.sweep_failure import failures_of
from sim.experiment.sweep_rows import Rows

__all__ = ["COMMIT_RUNS", "COMMIT_SECONDS", "fill"]

COMMIT_RUNS = 500
COMMIT_SECONDS = 3.0
"""At most so many runs, or so much time, is lost when a sweep is killed."""


def fill(
    folder: Folder,
    common: Common,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> None:
    """Make what is missing and commit it; the caller holds the folder.

    Args:
        folder: Where runs are kept.
        common: What all runs share.
        jobs: Processes to use.
        executor: Any executor to use instead.
        progress: Told how many of all runs have ended.

    Raises:
        SweepStopped: If the folder cannot be written, or runs were lost with whoever made them. What is
            committed is safe. An interrupt commits what has ended and goes on.
    """
    missing = folder.missing()
    total, ended, lost = missing.size, int((~missing).sum()), ""
    if progress is not None:
        progress(ended, total)
    waiting = _Waiting(folder, replace(common, commands=_commands(folder)))
    try:
        with closing(all_made(common, _wanted(folder, missing), jobs, executor)) as blocks:
            for done in blocks:
                ended += done.runs
                lost = lost or done.lost
                waiting.add(done)
                if progress is not None:
                    progress(ended, total)
    finally:
        waiting.commit()
    if lost:
        raise SweepStopped(f"{total - ended} runs were lost with whoever made them ({lost})")


def _commands(folder: Folder) -> tuple[tuple[str, ...], ...]:
    """The words that run the scenario of each policy, for the command that repeats a failed run."""
    said = folder.manifest
    own = [word for one in (said.source.agents if said.source else ()) for word in ("--agents", one)]
    files = (str(folder.path / one["file"]) for one in said.scenarios.values())
    return tuple(("relay", "run", file, *own) for file in files)


def _wanted(folder: Folder, missing: npt.NDArray[np.bool_]) -> Iterator[Block]:
    numbers = np.array(folder.manifest.replications)
    for point in range(len(missing)):
        for policy in range(missing.shape[1]):
            chosen = numbers[missing[point, policy]]
            if len(chosen):
                yield Block(point, folder.design.settings(point), policy, tuple(int(one) for one in chosen))


class _Waiting:
    """Runs that have ended and wait to be committed together."""

    def __init__(self, folder: Folder, common: Common) -> None:
        self._folder, self._common = folder, common
        self._blocks: list[Done] = []
        self._since = monotonic()

    def add(self, done: Done) -> None:
        """Take a block, and commit when enough wait or enough time has passed."""
        self._blocks.append(done)
        if (
            sum(one.runs for one in self._blocks) >= COMMIT_RUNS
            or monotonic() - self._since >= COMMIT_SECONDS
        ):
            self.commit()

    def commit(self) -> None:
        """Put all on the disk. If that fails they are given up, so that nobody tries again and again."""
        blocks, self._blocks = self._blocks, []
        failed = [one for block in blocks for one in failures_of(block, self._common)]
        self._folder.commit(Rows.of(blocks).in_order(), failed)
        self._since = monotonic()
