"""A bare market in which only what is under test happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.engine.draws import seed_of
from sim.events.rows import World
from sim.experiment.running import finished_world
from sim.scenario import Scenario

__all__ = ["BARE", "Finished", "bare", "laid_over", "ran"]

BARE: dict[str, Any] = {
    "name": "bare",
    "market": {
        "demand": {"arrivals_per_day": 10.0, "ceiling": 1.0},
        "clock": {"ready_now_rate": 0.0, "hazard_per_month": 0.0},
        "attention": {"hot_rate": 0.0, "answer_rate": 1.0},
        "cooling": {"grace_days": 1e6},
        "facts": {"decay_per_year": 0.0},
        # Nobody qualifies: what is under test ends with the first talk.
        "exchange": {
            "qualify_base_value": -500.0,
            "qualify_fit_value": 0.0,
            "qualify_early_value": 0.0,
            "qualify_momentum_value": 0.0,
            "qualify_intent_value": 0.0,
        },
        "channels": {"form": {"gain": [0.0] * 4}},
        "segments": {"all": {"deal_value": 1.0, "deal_spread": 0.0}},
        "journeys": {
            "only": {
                "share": 1.0,
                "origin": "form",
                "zone": [0.0, 1.0],
                "touches_per_day": 0.0,
                "arrives_with_hand_raise_rate": 1.0,
                "transitions": {"stimulus": {"any": {"form": 1.0}}},
            }
        },
    },
    "team": {
        "calendar": {"round_the_clock": True},
        "marketers": {"score_noise": 0.0},
        "reps": {"count": 1, "skill_spread": 0.0, "task_share": 1.0, "selling_share": 1.0},
        "tasks": {"attempt": 1.0, "duration_law": "fixed"},
    },
    "policy": {
        "name": "at-once",
        "checkmark": "never",
        "prepare_hours": 0.0,
        "triggers": ["hand-raise"],
        "nurture": {"cadence_days": "never"},
        "medium": "notes",
        "routing": "pull",
        "triage": {"bar": -10.0, "ignore_rate": 0.0},
        "attempts": 1,
        "attempt_spacing": 1.0,
        "expiry_days": 1e6,
        "recycling": {"reasons": []},
    },
    "horizon": {"warmup_days": 0.0, "counted_days": 100.0, "follow_up_days": 50.0},
}


def laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another; tables within tables are laid over each other."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            value = laid_over(old, value)
        both[key] = value
    return both


def bare(**changes: Any) -> Scenario:
    """The bare market with some of its tables changed.

    Args:
        **changes: Tables to lay over "market", "team", "policy" and "horizon".

    Returns:
        The scenario.
    """
    return Scenario.model_validate(laid_over(BARE, changes))


class Finished:
    """What a finished run left behind.

    Attributes:
        world: The world after its last event.
        exchanges: One row per letting-go of a counted buyer.
        outcomes: One row per counted buyer.
        days: One row per day.
    """

    def __init__(self, world: World) -> None:
        """Look at the tables of a world."""
        self.world = world
        self.exchanges = world.tables["exchanges"][: int(world.s.exchanges)]
        self.outcomes = world.tables["outcomes"][: int(world.s.outcomes)]
        self.days = world.tables["days"]


def ran(scenario: Scenario, replication: int = 0) -> Finished:
    """One replication of a scenario, run to its end; seeds are 0, 1, 2, ..., never chosen."""
    return Finished(finished_world(scenario, seed_of(0, replication)))
