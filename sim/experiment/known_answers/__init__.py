"""With everything else switched off the model collapses to theory: every known answer, and whether it is met.

A group of answers is a module with a function `answers(replications)`; it is added to `GROUPS`.
"""

from __future__ import annotations

from types import ModuleType

from sim.experiment.known_answers import (
    bare,
    chain,
    clock,
    conservation,
    diffusion,
    integration,
    motion,
    passes,
    queueing,
    sprint,
)
from sim.experiment.known_answers.answer import FALSE_ALARM, Answer
from sim.experiment.running import compile_once
from sim.experiment.setups import Progress, settled

__all__ = ["FALSE_ALARM", "GROUPS", "Answer", "answered"]

GROUPS: tuple[ModuleType, ...] = (
    queueing,
    chain,
    diffusion,
    motion,
    sprint,
    passes,
    clock,
    integration,
    conservation,
)
"""Modules with known answers, in the order of the page."""


def answered(replications: int = 24, jobs: int = 1, progress: Progress | None = None) -> list[Answer]:
    """All known answers.

    Args:
        replications: Runs of what needs several; what has thousands of cases in one run takes one.
        jobs: Processes to use; they change nothing but the time it takes.
        progress: Told how many groups are done.

    Returns:
        The comparisons, group by group.

    Raises:
        ValueError: If there are fewer than two replications, which give no bound.
    """
    if replications < 2:
        raise ValueError(f"a bound needs two replications or more, not {replications}")
    if jobs > 1:
        compile_once([bare.bare()])
    work = [(group.answers, (replications,)) for group in GROUPS]
    return [one for answers in settled(work, jobs, progress) for one in answers]
