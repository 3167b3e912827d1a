"""What rivals make of our slowness."""

from __future__ import annotations

from sim.engine.compiled import inlined


@inlined
def average_wait_days(waited: float, seen: float) -> float:
    """What a rival believes a lead of ours waits, from fading sums of waits and of their number.

    One more observation of no wait at all stands for what the rival believes before it has seen anything.

    Source: assumption.
    """
    return waited / (seen + 1.0)


@inlined
def learned_multiple(learning_rate: float, wait_days: float, slow_days: float, limit: float) -> float:
    """Engagement of a rival that has learned how slow we are, in multiples of its usual one.

    Args:
        learning_rate: What a wait of `slow_days` adds.
        wait_days: The wait it believes in.
        slow_days: The wait that counts as slow.
        limit: The highest multiple.

    Source: assumption; T10.11 (losses to competitors) and T1.9 (late answers) for its direction.
    """
    multiple = 1.0 + learning_rate * wait_days / slow_days
    return multiple if multiple < limit else limit
