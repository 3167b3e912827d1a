"""Runs of a sweep in blocks: one point under one policy on a few replications, made wherever there is room.

Blocks are made as they are needed and only so many are under way at a time, so a sweep of any length takes the
same memory. What a block gives depends on its runs alone: neither their order nor the place matters.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import numpy.typing as npt

from sim.experiment.rule_book import bits
from sim.experiment.running import RunFailed, Task, one_run, packed
from sim.measure.measures import MEASURES
from sim.measure.records import RunKey
from sim.scenario import InvalidInput, Scenario

__all__ = ["Block", "Common", "Done", "Pace", "blocks_of", "made", "made_elsewhere"]

MOST_RUNS = 64
BLOCK_SECONDS = 0.25
"""How long a block should take: long enough to be worth sending, and so short that in the end, when there is none left
for the others, they do not wait long for the last one."""


@dataclass(frozen=True)
class Block:
    """Some runs of one point under one policy.

    Attributes:
        point: Number of the point.
        settings: What the point sets, as overrides.
        policy: Number of the policy.
        replications: Which replications.
    """

    point: int
    settings: tuple[str, ...]
    policy: int
    replications: tuple[int, ...]


@dataclass(frozen=True)
class Common:
    """What all runs of a sweep share.

    Attributes:
        scenarios: The scenario under each policy.
        names: Names of the policies in results.
        seed: Seed of the experiment.
        agents: Agent classes and what to put in their place.
        commands: The words that run the scenario under each policy, for failures.
    """

    scenarios: tuple[Scenario, ...]
    names: tuple[str, ...]
    seed: int
    agents: Mapping[type, type] | None = None
    commands: tuple[tuple[str, ...], ...] = ()

    def packed(self) -> tuple[str, bytes]:
        """A name for it and what travels to other processes."""
        load = packed(self, self.agents)
        return hashlib.sha256(load).hexdigest(), load


@dataclass(frozen=True)
class Done:
    """What became of a block.

    Attributes:
        block: The block.
        replications: Those that finished.
        parts: Numerators and denominators of every measure, shape (finished, measures, 2).
        failed: Replication, stage and message of each run that failed.
        seconds: How long it took.
        bits: Name of the rule book it was made with, where it was made elsewhere.
        lost: Why none of it could be made, where whoever should have made it was lost; empty otherwise.
    """

    block: Block
    replications: tuple[int, ...]
    parts: npt.NDArray[np.float64]
    failed: tuple[tuple[int, str, str], ...]
    seconds: float
    lost: str = ""
    bits: str = ""

    @property
    def runs(self) -> int:
        """Runs that have ended, one way or the other."""
        return len(self.replications) + len(self.failed)


@dataclass
class Pace:
    """How many runs make a block, from how long the last ones took."""

    seconds: float = field(default=BLOCK_SECONDS)

    def told(self, done: Done) -> None:
        """Learn from a block that has been made."""
        if done.runs:
            self.seconds = done.seconds / done.runs

    @property
    def runs(self) -> int:
        """Runs of the next block."""
        return max(1, min(MOST_RUNS, int(BLOCK_SECONDS / max(self.seconds, 1e-6))))


def blocks_of(wanted: Iterator[Block], pace: Pace) -> Iterator[Block]:
    """Blocks of a size that is worth sending, cut as they are asked for.

    Args:
        wanted: Blocks of any size.
        pace: Says how large; it may learn meanwhile.

    Yields:
        The same runs.
    """
    for one in wanted:
        left = one.replications
        while left:
            size = pace.runs
            yield replace(one, replications=left[:size])
            left = left[size:]


def made(common: Common, block: Block) -> Done:
    """Make the runs of a block.

    Args:
        common: What all runs share.
        block: Which runs.

    Returns:
        What became of them. A run that fails, or a point that makes no scenario, ends nothing but itself.
    """
    begun = perf_counter()
    try:
        scenario = _scenario_at(common, block)
    except InvalidInput as error:
        failed = tuple((number, "prepare", str(error)) for number in block.replications)
        return Done(block, (), np.empty((0, len(MEASURES), 2)), failed, perf_counter() - begun)
    finished: list[int] = []
    parts: list[list[tuple[float, float]]] = []
    failures: list[tuple[int, str, str]] = []
    for number in block.replications:
        key = RunKey(scenario.name, common.names[block.policy], common.seed, number)
        try:
            run = one_run(scenario, Task(0, key, keep_records=False), common.agents)
        except RunFailed as error:
            failures.append((number, error.failure.stage, error.failure.message))
            continue
        finished.append(number)
        parts.append([run.parts[name] for name in MEASURES])
    counted = np.array(parts, dtype=np.float64).reshape(len(finished), len(MEASURES), 2)
    return Done(block, tuple(finished), counted, tuple(failures), perf_counter() - begun)


_last: tuple[Common, int, tuple[str, ...], Scenario] | None = None
"""The scenario made last in this process: the next block often wants it again."""


def _scenario_at(common: Common, block: Block) -> Scenario:
    global _last
    if _last is None or _last[0] is not common or _last[1:3] != (block.policy, block.settings):
        made = common.scenarios[block.policy].with_overrides(block.settings)
        _last = (common, block.policy, block.settings, made)
    return _last[3]


_unpacked: dict[str, Common] = {}


def made_elsewhere(name: str, load: bytes, block: Block) -> Done:
    """Make the runs of a block in another process.

    Args:
        name: Name of what the runs share.
        load: That, as `Common.packed` gives it.
        block: Which runs.

    Returns:
        What became of them.
    """
    if name not in _unpacked:
        _unpacked.clear()
        _unpacked[name] = pickle.loads(load)
    return replace(made(_unpacked[name], block), bits=bits())
