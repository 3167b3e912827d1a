"""The engagement plan: phase by phase, by marketing or by sales."""

from __future__ import annotations

from sim.experiment.levers.lap import PLAIN
from sim.experiment.levers.lever import DOWN, UP, Lever, per_run
from sim.vocabulary import Phase, words

__all__ = ["BY_SALES", "EVERYWHERE", "LEVERS"]

EVERYWHERE = tuple(
    f'policy.engagement.any.{phase}={{channels=["webinar"], every=11}}' for phase in words(Phase)
)
BY_SALES = tuple(one.replace("every", 'role="sales", every') for one in EVERYWHERE)

LEVERS: tuple[Lever, ...] = (
    Lever("a plan on a stronger channel brings buyers on", PLAIN, EVERYWHERE, "advance_rate", UP),
    Lever("a plan on a dearer channel costs more", PLAIN, EVERYWHERE, "cost_per_advance_value", UP),
    Lever("a denser rhythm touches more", (*PLAIN, *EVERYWHERE),
          tuple(f"policy.engagement.any.{phase}.every=4" for phase in words(Phase)), "touches_per_buyer", UP),
    Lever("content that fits brings buyers on", (*PLAIN, *EVERYWHERE),
          tuple(f"policy.engagement.any.{phase}.relevance=1" for phase in words(Phase)), "days_in_phase",
          DOWN),
    Lever("channels that raise hands raise more", PLAIN, EVERYWHERE, "hand_raise_rate", UP),
    Lever("activities by sales cost rep hours", (*PLAIN, *EVERYWHERE), BY_SALES, per_run("reps", "engage_hours", "sum"), UP),
    Lever("activities by sales use the reps", (*PLAIN, *EVERYWHERE), BY_SALES, "rep_utilisation_rate", UP),
    Lever("longer activities take longer", (*PLAIN, *BY_SALES), ("team.tasks.engage=1",),
          per_run("reps", "engage_hours", "sum"), UP),
    Lever("with both, sales is told when the phase begins",
          (*PLAIN, *EVERYWHERE, 'policy.checkmark="never"', "team.reps.stale_days=365"),
          ('policy.engagement.any.zero-moment.role="both"',), per_run("reps", "prepare_hours", "sum"), UP),
)  # fmt: skip
