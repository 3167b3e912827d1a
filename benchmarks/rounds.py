"""Timing in turns: every variant once per round, so that a slow moment of the machine hits all of them.

Processor time is counted, not the clock on the wall, so that other programs steal as little as possible. A turn lasts
a second at least: something that takes a twentieth of that, timed once after seconds of something else, would mostly
tell of caches gone cold.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True)
class Variant:
    """Something to time.

    Attributes:
        run: Runs it with a seed and returns how many units (buyers, events) it has done.
        rounds: In how many of the rounds it takes part, the first ones; None for all.
    """

    run: Callable[[int], float]
    rounds: int | None = None


@dataclass(frozen=True)
class Times:
    """Seconds per unit of one variant, round by round."""

    seconds: list[float]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.seconds)

    def ratio_to(self, other: Times) -> float:
        """Median over rounds of this variant's time over the other's in the same round."""
        return median(mine / its for mine, its in zip(self.seconds, other.seconds, strict=False))


Clock = Callable[[], float]

TURN_SECONDS = 1.0
"""What is quicker than this is run again, with other seeds, until so much time has passed."""

ANOTHER = 1_000
"""What is added to the seed for each further run of a turn."""


def timed(run: Callable[[int], float], seed: int, clock: Clock = process_time) -> float:
    """Seconds per unit of one turn."""
    gc.collect()
    start = clock()
    units = run(seed)
    while (taken := clock() - start) < TURN_SECONDS:
        seed += ANOTHER
        units += run(seed)
    return taken / units


def take_turns(
    variants: Mapping[str, Variant], rounds: int, first_seed: int = 1, clock: Clock = process_time
) -> dict[str, Times]:
    """Time all variants in turn, round after round, with the same seed within a round.

    Work that other processes do takes none of this one's time: give `perf_counter` as the clock for it.
    """
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for nth in range(rounds):
        for name, variant in variants.items():
            if variant.rounds is None or nth < variant.rounds:
                seconds[name].append(timed(variant.run, first_seed + nth, clock))
    return {name: Times(each) for name, each in seconds.items()}
