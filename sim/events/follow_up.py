"""Follow-up: how a rep's experience and performance change the answer to tracking, volume and prequalification."""

from __future__ import annotations

from math import exp
from typing import Any

from sim.engine.compiled import compiled
from sim.events.integration import integrated_ignore_rate
from sim.events.rows import World, reps
from sim.rules.exchange import ignore_probability
from sim.rules.people import prequalified_rate, relative_performance, tracking_response, volume_response


@compiled
def recent_wins(w: World, rep: int, t: float) -> float:
    """Wins of a rep, the older the less they count."""
    r = reps(w)[rep]
    return float(r.wins * exp(-(t - r.wins_day) / w.p.performance_days))


@compiled
def counts_win(w: World, rep: int, t: float) -> None:
    """A win adds to the rep's performance."""
    wins = recent_wins(w, rep, t) + 1.0
    r = reps(w)[rep]
    r.wins = wins
    r.wins_day = t


@compiled
def personal_ignore_chance(w: World, k: Any, rep: int, above_aim: float) -> float:
    """Chance that this very rep silently lets a lead lie whose score lies `above_aim`."""
    t = w.s.now
    r = reps(w)[rep]
    total = 0.0
    for other in range(w.p.reps):
        total += recent_wins(w, other, t)
    performance = relative_performance(recent_wins(w, rep, t), total / w.p.reps)
    volume = volume_response(
        k.workload_effect, r.experience, k.experience_volume, performance, k.performance_volume
    )
    tracked = tracking_response(
        k.tracking_rate, r.experience, k.experience_tracking, performance, k.performance_tracking
    )
    rate = prequalified_rate(
        k.ignore_rate, k.prequalification, r.experience, k.experience_prequalification, above_aim
    )
    rate = integrated_ignore_rate(w, rep, rate)
    return ignore_probability(rate, tracked, r.trust, k.trust_effect, float(r.waiting), volume)
