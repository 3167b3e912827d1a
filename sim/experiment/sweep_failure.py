"""A run of a sweep that failed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from sim.experiment.blocks import Common, Done

__all__ = ["SweepFailure", "failures_of"]


@dataclass(frozen=True, order=True)
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

    @property
    def key(self) -> tuple[int, int, int]:
        """Point, policy and replication."""
        return self.point, self.policy, self.replication


def failures_of(done: Done, common: Common) -> Iterator[SweepFailure]:
    """The failed runs of a block, each with the command that repeats it."""
    block = done.block
    for number, stage, message in done.failed:
        words = [*common.commands[block.policy], "--seed", str(common.seed), "--replication", str(number)]
        words += [word for setting in block.settings for word in ("--set", setting)]
        yield SweepFailure(block.point, block.policy, number, stage, message, shlex.join(words))
