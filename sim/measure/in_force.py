"""What is charged by the day: for how long each policy was in force, and what its mechanisms cost."""

from __future__ import annotations

from sim.events.rows import World

__all__ = ["days_in_force", "mechanism_value"]


def days_in_force(world: World) -> list[float]:
    """Days of the counted period under each policy, in the order in which they come into force.

    Args:
        world: The world of a run.

    Returns:
        One number per policy; not above 0 for a policy that was not in force in the counted period.
    """
    p, starts = world.p, [float(day) for day in world.tables["changes"].day]
    ends = [*starts[1:], float("inf")]
    return [
        min(end, float(p.counted_end)) - max(start, float(p.warmup_end))
        for start, end in zip(starts, ends, strict=True)
    ]


def mechanism_value(world: World) -> float:
    """Running cost of the mechanisms of integration in the counted period.

    Args:
        world: The world of a run.

    Returns:
        Money.
    """
    rates = world.tables["firms"].mechanism_cost
    spans = days_in_force(world)
    return sum(max(0.0, days) * float(rate) for days, rate in zip(spans, rates, strict=True))
