"""The market that moves: demand, season, drift, and rivals that learn from our slowness."""

from __future__ import annotations

from sim.experiment.levers.lap import PLAIN, lost_to_rivals
from sim.experiment.levers.lever import DOWN, UP, Lever

__all__ = ["AWAY", "LEVERS", "RAISED_ONLY", "SLOW"]

RAISED_ONLY = (*PLAIN, 'policy.triggers=["hand-raise"]', "horizon.warmup_days=400")
AWAY = ("market.channels.website.drift_per_year=-3", "market.channels.webinar.drift_per_year=-3",
        "market.channels.event.drift_per_year=-3", "market.channels.peers.drift_per_year=-3")  # fmt: skip
SLOW = ("team.reps.count=20", 'policy.routing_delay="8 days"', "policy.recycling.reasons=[]",
        "market.choice.rival_engagement_value=0.5")  # fmt: skip
POOL = (*PLAIN, "market.demand.population=1500", "market.demand.innovation_per_year=1", "market.demand.ceiling=12",
        "market.demand.imitation_per_year=0", "market.choice.base_value=4",
        "market.clock.pull_forward_rate=0.95")  # fmt: skip
"""Buyers from a pool in which nobody imitates."""

LEVERS: tuple[Lever, ...] = (
    Lever("the counted period lies in the season", PLAIN,
          ("market.demand.season_amplitude=0.5", "market.demand.season_peak_day=90"), "lead_count", UP),
    Lever("out of season fewer come",
          (*PLAIN, "market.demand.season_amplitude=0.5", "market.demand.season_peak_day=90"),
          ("market.demand.season_peak_day=270",), "lead_count", DOWN),
    Lever("from a larger population more come", POOL, ("market.demand.population=3000",),
          "lead_count", UP),
    Lever("innovators come of their own accord", POOL, ("market.demand.innovation_per_year=2",),
          "lead_count", UP),
    Lever("imitators come after customers", POOL, ("market.demand.imitation_per_year=20",), "lead_count", UP),
    Lever("a policy tuned to raised hands goes stale when the mix drifts away", RAISED_ONLY, AWAY,
          "let_go_rate", DOWN),
    Lever("rivals that learn win more where we are slow", SLOW,
          ("market.rivals.incumbent.learning_rate=2", "market.rivals.challenger.learning_rate=2",
           "market.rivals.incumbent.learning_limit=8", "market.rivals.challenger.learning_limit=8"),
          lost_to_rivals, UP),
)  # fmt: skip
