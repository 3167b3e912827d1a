"""Blocks of runs made here, in processes of our own, or by any executor, a few under way at a time."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import closing
from dataclasses import replace
from queue import SimpleQueue

import numpy as np

from sim.experiment.blocks import Block, Common, Done, Pace, blocks_of, made, made_elsewhere
from sim.experiment.rule_book import bits
from sim.experiment.running import born_deaf_to_interrupts, compile_once, processes, workers_of
from sim.measure.measures import MEASURES

__all__ = ["OtherRules", "all_made"]

AHEAD = 2
"""Blocks under way for each worker, so that none waits for the next."""

TRIES = 3
"""How often a block is sent to an executor that loses it."""


def all_made(
    common: Common, wanted: Iterator[Block], jobs: int = 1, executor: Executor | None = None
) -> Generator[Done, None, None]:
    """Make blocks of runs, in any order.

    Args:
        common: What all runs share.
        wanted: The runs, in blocks of any size; taken as there is room.
        jobs: Processes; 1 makes everything here.
        executor: Any executor to use instead; it is not shut down.

    Yields:
        What became of each block. Whoever stops early closes the generator, which lets go of the processes.

    Raises:
        ValueError: If `jobs` is not positive.
        OtherRules: If a worker runs another version of the simulation.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")
    pace = Pace()
    blocks = blocks_of(wanted, pace)
    if executor is None and jobs == 1:
        made_now: Generator[Done, None, None] = (made(common, block) for block in blocks)
    else:
        compile_once(common.scenarios)
        made_now = _Crew(common, jobs, executor).made(blocks)
    with closing(made_now):
        for done in made_now:
            pace.told(done)
            yield done


class OtherRules(RuntimeError):
    """A worker that would make other runs."""


class _Crew:
    """Whoever makes blocks elsewhere, and what is under way with them."""

    def __init__(self, common: Common, jobs: int, executor: Executor | None) -> None:
        self._load = common.packed()
        self._given = executor
        self._jobs = jobs
        self._pool: Executor | None = executor
        self._under_way: dict[Future[Done], Block] = {}
        # Not `concurrent.futures.wait`: interrupted while it takes the locks of all futures it keeps some.
        self._ended: SimpleQueue[Future[Done]] = SimpleQueue()
        self._tries: dict[Block, int] = {}

    def made(self, blocks: Iterator[Block]) -> Generator[Done, None, None]:
        """Make blocks, some at a time; own processes that die are replaced."""
        again: deque[Block] = deque()
        try:
            while True:
                while len(self._under_way) < self._room:
                    block = again.popleft() if again else next(blocks, None)
                    if block is None:
                        break
                    try:
                        self._send(block)
                    except BrokenExecutor:
                        if self._given is not None:
                            raise
                        yield from self._after_a_death([block, *self._collected()])
                if not self._under_way:
                    return
                future = self._ended.get()
                block = self._under_way.pop(future)
                error = _error_of(future)
                if error is None:
                    yield _of_same_rules(future.result())
                elif isinstance(error, BrokenExecutor) and self._given is None:
                    yield from self._after_a_death([block, *self._collected()])
                elif self._lost_again(block):
                    yield _lost(block, error)
                else:
                    again.append(block)
        finally:
            for future in self._under_way:
                future.cancel()
            self._let_go()

    @property
    def _room(self) -> int:
        if self._given is None:
            return AHEAD * self._jobs
        return AHEAD * max(self._jobs, workers_of(self._given))

    def _send(self, block: Block) -> None:
        if self._pool is None:
            self._pool = processes(self._jobs)
        with warnings.catch_warnings(), born_deaf_to_interrupts():
            # Python warns that other threads (of a BLAS, say) may hold locks when it forks; ours take none.
            warnings.simplefilter("ignore", DeprecationWarning)
            future = self._pool.submit(made_elsewhere, *self._load, block)
        self._under_way[future] = block
        future.add_done_callback(self._ended.put)

    def _let_go(self) -> None:
        if self._given is None and self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _collected(self) -> list[Block]:
        """The other blocks that a broken pool had in hand."""
        blocks = list(self._under_way.values())
        self._under_way.clear()
        self._ended = SimpleQueue()
        self._let_go()
        return blocks

    def _after_a_death(self, suspects: list[Block]) -> Iterator[Done]:
        """A process died: make its runs one at a time, so that the one to blame is known."""
        for block in suspects:
            for number in block.replications:
                alone = replace(block, replications=(number,))
                self._send(alone)
                future = self._ended.get()
                del self._under_way[future]
                if future.exception() is None:
                    yield future.result()
                else:
                    self._let_go()
                    said = "the process that made this run died; it was killed, or memory ran out"
                    yield Done(alone, (), _NOTHING, ((number, "run", said),), 0.0)

    def _lost_again(self, block: Block) -> bool:
        self._tries[block] = self._tries.get(block, 1) + 1
        return self._tries[block] > TRIES


def _of_same_rules(done: Done) -> Done:
    if done.bits != bits():
        raise OtherRules(
            "a worker runs another version of this package, of numba or of NumPy: its runs would be other runs. "
            "Install the same versions on all machines."
        )
    return done


def _error_of(future: Future[Done]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:  # by a cluster that went away
        return error


_NOTHING = np.empty((0, len(MEASURES), 2))


def _lost(block: Block, error: BaseException) -> Done:
    return Done(block, (), _NOTHING, (), 0.0, f"{type(error).__name__}: {error}")
