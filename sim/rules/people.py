"""People: experience, performance, callings, and how each of them answers to tracking and volume."""

from __future__ import annotations

from math import exp, inf

from sim.engine.compiled import inlined


@inlined
def experience(days: float, ramp_days: float) -> float:
    """Share of the ramp that a rep has climbed `days` after the first day; 1 where there is no ramp.

    Source: T8.7 (about three months).
    """
    if ramp_days == inf:
        return 1.0
    return 1.0 - exp(-days / ramp_days)


@inlined
def ramped_skill(full: float, novice_rate: float, experience: float) -> float:
    """Skill of a rep who has climbed part of the ramp.

    Source: T8.7; the exponential form is an assumption.
    """
    return full * (novice_rate + (1.0 - novice_rate) * experience)


@inlined
def specialised(skill: float, edge: float, own: bool, segments: int) -> float:
    """Skill of a rep with a buyer of its own segment, or of another; the same on average over all segments.

    Source: assumption.
    """
    if segments < 2:
        return skill
    return skill * (1.0 + edge) if own else skill * (1.0 - edge / (segments - 1.0))


@inlined
def relative_performance(wins: float, mean_wins: float) -> float:
    """How much more a rep wins than all reps do on average, from -1 (nothing) to 1 (twice as much or more).

    Source: T2.2 (past performance); the measure is an assumption.
    """
    if mean_wins <= 0.0:
        return 0.0
    edge = wins / mean_wins - 1.0
    return edge if edge < 1.0 else 1.0


@inlined
def volume_response(
    workload_effect: float,
    experience: float,
    experience_volume: float,
    performance: float,
    performance_volume: float,
) -> float:
    """How much each waiting lead adds to ignoring, for this rep.

    Source: T2.2 (more experience: weaker response to volume; better performance: stronger).
    """
    return workload_effect * (1.0 - experience_volume * experience + performance_volume * performance)


@inlined
def tracking_response(
    tracking_rate: float,
    experience: float,
    experience_tracking: float,
    performance: float,
    performance_tracking: float,
) -> float:
    """What managerial tracking amounts to for this rep, 0 to 1.

    Source: T2.2 (more experience, or better performance: weaker response to tracking).
    """
    rate = tracking_rate * (1.0 - experience_tracking * experience - performance_tracking * performance)
    return min(1.0, max(0.0, rate))


@inlined
def prequalified_rate(
    ignore_rate: float,
    effect: float,
    experience: float,
    experience_prequalification: float,
    above_aim: float,
) -> float:
    """Share ignored of leads whose score lies `above_aim`: the odds fall with what marketing has made of them.

    Source: T2.2 (more experience: stronger response to prequalification), T2.9 (direction).
    """
    factor = exp(-effect * (1.0 + experience_prequalification * experience) * above_aim)
    return ignore_rate * factor / (1.0 - ignore_rate + ignore_rate * factor)
