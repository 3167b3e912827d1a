"""Sales work: what a task takes, what a meeting moves, and which task comes first."""

from __future__ import annotations

from sim.engine.compiled import inlined
from sim.vocabulary import Order, Task

FIRST = -1e12
"""Added to a priority to put a task ahead of all others of its rep."""


@inlined
def meeting_progress(gain: float, skill: float, complete: float, fit: float) -> float:
    """Progress of one meeting if nothing follows, as a share of the track.

    Source: assumption; completeness enters because a rep who knows the buyer talks to the point (T3.11).
    """
    return gain * skill * (0.5 + 0.5 * complete) * (0.5 + fit)


@inlined
def task_priority(
    order: int, task: int, available_day: float, seen: float, deadline_day: float, value: float, fit: float
) -> float:
    """Priority of a waiting task, smaller first.

    Args:
        order: The policy's `Order`.
        task: The `Task`.
        available_day: When the task became available.
        seen: Marketing's score at letting go.
        deadline_day: The deadline as far as sales knows it, inf if it does not.
        value: Deal value.
        fit: Fit of the buyer, 0 to 1.

    Source: section "sales after the pass" of the model; assumption.
    """
    if order == Order.NEW_FIRST and task <= Task.ATTEMPT:
        # The newest lead first: it is the one most likely to be near the phone (T1.17).
        return 0.1 * FIRST - available_day
    if order == Order.SCORE:
        return -seen
    if order == Order.DEADLINE and deadline_day < 1e9:
        return 0.1 * FIRST + deadline_day
    if order == Order.VALUE:
        return -value
    if order == Order.CHERRY_PICK:
        return -value * fit
    return available_day
