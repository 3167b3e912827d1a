"""Integration: what brings marketing and sales together, what it costs and what it spoils."""

from __future__ import annotations

import numpy as np

from sim.experiment.levers.lap import ROOMY
from sim.experiment.levers.lever import DOWN, STILL, UP, Lever, by_replication, per_run
from sim.experiment.levers.people import COUNTED, LEARNING, SCORE, below_aim_rate
from sim.experiment.setups import Numbers
from sim.measure.results import Results
from sim.scenario.mechanisms import MECHANISMS

__all__ = ["LEVERS", "on", "with_settings"]

VERBAL = (*ROOMY, 'policy.medium="verbal"', 'policy.return_medium="verbal"')
FORGETFUL = (*ROOMY, 'policy.medium="shared-record"', 'policy.return_medium="business-card"',
             "policy.recycling.cool_off_days=10", "market.facts.decay_per_year=0.95")  # fmt: skip
ASKING = (*ROOMY, "market.clock.pull_forward_rate=0.9", "market.choice.base_value=3",
          "market.negotiation.demand_rate=1", "market.negotiation.wish_median_rate=0.13")  # fmt: skip
TOUCHED = (*ROOMY, SCORE, "market.channels.email.cost_value=1000")
FLOODED = ("team.reps.count=5", SCORE)
CUSTOMERS = ("team.reps.count=12", "market.clock.pull_forward_rate=0.9", "market.choice.base_value=4",
             "market.aftersale.term_days=90", "policy.organisation.farm_every_days=10")  # fmt: skip
IDLE = ("joint_training", "co_location")
"""Mechanisms that by themselves change nothing but hours and money. Source: T7.7."""


def with_settings(name: str, *settings: str) -> tuple[str, ...]:
    """Settings of one mechanism."""
    return tuple(f"policy.organisation.mechanisms.{name}.{one}" for one in settings)


def on(name: str, *settings: str) -> tuple[str, ...]:
    """One mechanism done fully, with settings of its own."""
    return with_settings(name, "intensity=1", *settings)


def known_on_later_laps(results: Results) -> Numbers:
    """Facts marketing knows when it lets go of a buyer who was in sales before, in each replication."""
    again = results.exchanges[results.exchanges["lap"] > 1]
    return by_replication(again["facts_before"], again)


def visits_rate(results: Results) -> Numbers:
    """Visits made of those due, in each replication."""
    sums = results.buyers.groupby("replication")[["visits_made", "visits_due"]].sum()
    return np.asarray(sums["visits_made"] / sums["visits_due"], dtype=float)


def _said(name: str) -> str:
    return name.replace("_", " ")


COSTS: tuple[Lever, ...] = tuple(
    Lever(f"{_said(name)} costs money", ROOMY, on(name), "mechanism_value", UP) for name in MECHANISMS
)
"""No mechanism is free. Source: T7.9."""

NOTHING: tuple[Lever, ...] = tuple(
    Lever(
        f"{_said(name)} by itself wins nothing (T7.7)",
        (),
        on(name),
        "lead_to_won_rate",
        STILL,
        "olist",
        "today",
    )
    for name in IDLE
)
"""Shown where deals are many and alike, so that even a small effect would be seen."""

LEVERS: tuple[Lever, ...] = (
    *COSTS,
    Lever("a shared definition makes scores agree",
          (*ROOMY, SCORE, "team.marketers.score_noise=0.4", *on("shared_definition", "noise_effect=0")),
          with_settings("shared_definition", "noise_effect=0.9"), "early_exchange_rate", DOWN),
    Lever("a shared definition is followed", (*ROOMY, *on("shared_definition", "follow_effect=0")),
          with_settings("shared_definition", "follow_effect=1"), "ignored_rate", DOWN, policy="today"),
    Lever("but hands raised below the agreed bar are not seen", (*ROOMY, 'policy.triggers=["hand-raise"]'),
          on("shared_definition"), "let_go_count", DOWN),
    Lever("the tighter the agreed bar, the fewer are seen",
          (*ROOMY, 'policy.triggers=["hand-raise"]', *on("shared_definition")),
          with_settings("shared_definition", "slack=0"), "let_go_count", DOWN),
    Lever("a shared record keeps facts", (*VERBAL, *on("shared_record", "record_effect=0")),
          with_settings("shared_record", "record_effect=0.9"), "facts_retained_rate", UP),
    Lever("a shared record keeps them on the way back too",
          (*FORGETFUL, *on("shared_record", "record_effect=0", "automation_effect=0")),
          with_settings("shared_record", "record_effect=0.9"), known_on_later_laps, UP),
    Lever("a shared record routes by itself", (*ROOMY, *on("shared_record", "automation_effect=0")),
          with_settings("shared_record", "automation_effect=0.8"), "system_delay_days", DOWN, policy="today"),
    Lever("but data must be entered into a shared record", ROOMY, on("shared_record"), "rep_utilisation_rate",
          UP),
    Lever("entering data takes hours", (*ROOMY, *on("shared_record")),
          with_settings("shared_record", "hours_per_rep_per_week=8"), "coordination_hours", UP),
    Lever("a committee mends trust", LEARNING, on("committee"), "trust_rate", UP, policy="today"),
    Lever("a committee mends regard", LEARNING, on("committee"), "regard_rate", UP, policy="today"),
    Lever("a committee that meets often mends more", (*LEARNING, *on("committee")),
          with_settings("committee", "every_days=5"), "conflict_rate", DOWN, policy="today"),
    Lever("what is fair sets how far talking helps", (*LEARNING, *on("committee")),
          with_settings("committee", "fair_rate=0.45"), "conflict_rate", UP, policy="today"),
    Lever("a committee's ruling saves questions to the desk",
          (*ASKING, *on("committee", "boundary_rate=0.1")),
          with_settings("committee", "boundary_rate=0.2"), per_run("reps", "desk_hours", "sum"), DOWN),
    Lever("but decisions wait for the committee's next meeting", ASKING, on("committee", "boundary_rate=0.1"),
          "approval_days", UP),
    Lever("who has worked in the other department tells more",
          (*ROOMY, "team.learning.withhold_rate=0.8", *on("job_rotation", "openness_effect=0")),
          with_settings("job_rotation", "openness_effect=0.9"), "facts_retained_rate", UP, policy="today"),
    Lever("who has worked in the other department understands more",
          (*VERBAL, *on("job_rotation", "loss_effect=0")),
          with_settings("job_rotation", "loss_effect=0.5"), "facts_retained_rate", UP),
    Lever("job rotation welcomes newcomers with trust",
          (*LEARNING, "team.reps.tenure_days=40", *on("job_rotation", "welcome_effect=0")),
          with_settings("job_rotation", "welcome_effect=0.8"), "trust_rate", UP, policy="today"),
    Lever("but with job rotation somebody is always new to the work",
          (*ROOMY, *on("job_rotation", "rotation_cost=0")),
          with_settings("job_rotation", "rotation_cost=0.2"), "rep_utilisation_rate", UP),
    Lever("in cross-functional teams runners do not obstruct each other",
          (*ROOMY, "policy.overlap=true", "policy.obstruct_rate=0.6"),
          on("cross_functional_teams"), per_run("exchanges", "obstructed"), DOWN),
    Lever("cross-functional teams tell each other", (*VERBAL, *on("cross_functional_teams", "tell_effect=0")),
          with_settings("cross_functional_teams", "tell_effect=0.5"), "facts_retained_rate", UP),
    Lever("but a team's meeting takes more hours", (*ROOMY, *on("cross_functional_teams", "team_hours=0")),
          with_settings("cross_functional_teams", "team_hours=3"), per_run("reps", "meet_hours", "sum"), UP),
    Lever("a single unit hands over sooner", (*ROOMY, *on("single_unit", "delay_effect=0")),
          with_settings("single_unit", "delay_effect=0.9"), "system_delay_days", DOWN, policy="today"),
    Lever("a single unit has no disputes",
          (*LEARNING, "team.learning.dispute_hours=8", *on("single_unit", "dispute_effect=0")),
          with_settings("single_unit", "dispute_effect=1"), "other_rep_hours", DOWN),
    Lever("in a single unit less is kept back",
          (*ROOMY, "team.learning.withhold_rate=0.8", *on("single_unit", "openness_effect=0")),
          with_settings("single_unit", "openness_effect=0.9"), "facts_retained_rate", UP, policy="today"),
    Lever("but a single unit works on what is near", (*TOUCHED, *on("single_unit", "neglect_effect=0")),
          with_settings("single_unit", "neglect_effect=3"), per_run("buyers", "touch_value", "sum"), DOWN),
    Lever("a single unit neglects what is further away than that", (*TOUCHED, *on("single_unit")),
          with_settings("single_unit", "far_distance=0"), per_run("buyers", "touch_value", "sum"), DOWN),
    Lever("joint pay is a reason to follow up", (*ROOMY, *on("joint_compensation", "share_effect=0")),
          with_settings("joint_compensation", "share_effect=1"), "ignored_rate", DOWN, policy="today"),
    Lever("joint pay keeps the bar of who is paid by the lead", COUNTED,
          on("joint_compensation", "short_sight=0"), below_aim_rate, DOWN),
    Lever("but under joint pay nobody feeds the next quarter",
          (*TOUCHED, *on("joint_compensation", "short_sight=0")),
          with_settings("joint_compensation", "short_sight=0.8"), per_run("buyers", "touch_value", "sum"),
          DOWN),
    Lever("and the bar falls where joint pay makes the next quarter not count",
          (*COUNTED, *with_settings("joint_compensation", "intensity=0.5", "short_sight=0")),
          with_settings("joint_compensation", "short_sight=1"), below_aim_rate, UP),
    Lever("who shares the pay with all works less hard", (*ROOMY, *on("joint_compensation", "free_riding=0")),
          with_settings("joint_compensation", "free_riding=0.5"), "rep_utilisation_rate", UP),
    Lever("joint planning keeps queues short", FLOODED,
          on("joint_planning", "throttle=0.1", "hours_per_rep_per_week=0"), per_run("days", "queue_length"),
          DOWN),
    Lever("but under joint planning buyers wait", FLOODED, on("joint_planning", "hours_per_rep_per_week=0"),
          "let_go_count", DOWN),
    Lever("a comfortable queue holds nothing back",
          (*FLOODED, *on("joint_planning", "comfortable_queue=0")),
          with_settings("joint_planning", "comfortable_queue=1000"), "let_go_count", UP),
    Lever("joint planning opens the aim later up to a limit",
          (*FLOODED, *on("joint_planning", "throttle=0.1")),
          with_settings("joint_planning", "most=0.02"), "let_go_count", UP),
    *NOTHING,
    Lever("training works where it is said to", (*ROOMY, *on("joint_training")),
          with_settings("joint_training", "training_effect=1"), per_run("deals", "meetings"), DOWN),
    Lever("sitting together works where it is said to", (*VERBAL, *on("co_location")),
          with_settings("co_location", "contact_effect=0.5"), "facts_retained_rate", UP),
    Lever("benefits of a mechanism fade with turnover", (*VERBAL, *on("shared_record")),
          ("team.reps.tenure_days=30", 'team.reps.handover_medium="shared-record"'), "facts_retained_rate",
          DOWN),
    Lever("and come back with practice", (*VERBAL, *on("shared_record"), "team.reps.tenure_days=30"),
          ("policy.organisation.mechanisms.practice_days=5",), "facts_retained_rate", UP),
    Lever("training, where it works, brings practice sooner",
          (*VERBAL, *on("shared_record"), *on("joint_training"), "team.reps.tenure_days=30"),
          with_settings("joint_training", "training_effect=20"), "facts_retained_rate", UP),
    Lever("pay for life gives visits their hours", CUSTOMERS,
          ('policy.organisation.sales_paid_for="lifetime"',), visits_rate, UP),
    Lever("pay by the quarter leaves visits for last", CUSTOMERS,
          ('policy.organisation.sales_paid_for="quarter"',), visits_rate, DOWN),
)  # fmt: skip
