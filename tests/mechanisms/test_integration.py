"""Mechanisms of integration: every effect and every drawback moves what it should, and nothing is free.

pytestmark = pytest.mark.statistical

One setting is changed, seeds are paired, and the 99.9 % interval of the difference must leave zero on the right side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.experiment import simulate
from sim.measure import Results
from sim.scenario import InvalidInput, Scenario
from sim.scenario.mechanisms import MECHANISMS

UP, DOWN = "rises", "falls"

ROOMY = ("team.reps.count=40",)
SCORE = 'policy.triggers=["score"]'
VERBAL = (*ROOMY, 'policy.medium="verbal"', 'policy.return_medium="verbal"')
LEARNING = (*ROOMY, "policy.batch_hours=0", "policy.attempts=6", "team.learning.trust_memory=60")
ASKING = (*ROOMY, "market.clock.pull_forward_rate=0.9", "market.choice.base_value=3",
          "market.negotiation.demand_rate=1", "market.negotiation.wish_median_rate=0.13")  # fmt: skip
TOUCHED = (*ROOMY, SCORE, "market.channels.email.cost_value=1000")
COUNTED = (
    *ROOMY,
    SCORE,
    'policy.organisation.marketing_paid_for="lead-count"',
    "policy.organisation.lead_target_per_month=2000",
    "policy.organisation.pay_period_days=91.25",
    "policy.organisation.usual_days=60",
)
CUSTOMERS = ("team.reps.count=12", "market.clock.pull_forward_rate=0.9", "market.choice.base_value=4",
             "market.aftersale.term_days=90", "policy.organisation.farm_every_days=10")  # fmt: skip


def with_settings(name: str, *settings: str) -> tuple[str, ...]:
    """Settings of one mechanism."""
    return tuple(f"policy.organisation.mechanisms.{name}.{one}" for one in settings)


def on(name: str, *settings: str) -> tuple[str, ...]:
    """One mechanism done fully, with settings of its own."""
    return with_settings(name, "intensity=1", *settings)


def per_run(frame: str, column: str, how: str = "mean") -> Any:
    """A measure straight from a frame, one value per replication."""

    def measure(results: Results) -> np.ndarray:
        return np.asarray(getattr(results, frame).groupby("replication")[column].agg(how), dtype=float)

    return measure


def known_on_later_laps(results: Results) -> np.ndarray:
    """Facts that marketing knows when it lets go of a buyer who has been in sales before."""
    again = results.exchanges[results.exchanges["lap"] > 1]
    return np.asarray(again.groupby("replication")["facts_before"].mean(), dtype=float)


def below_aim_rate(results: Results) -> np.ndarray:
    """Share of leads let go below the policy's aim, which is where the journeys' zones open."""
    below = results.exchanges["score"] < results.exchanges["zone_open"] - 1e-6
    return np.asarray(below.groupby(results.exchanges["replication"]).mean(), dtype=float)


def visits_rate(results: Results) -> np.ndarray:
    """Visits made, of those due."""
    sums = results.buyers.groupby("replication")[["visits_made", "visits_due"]].sum()
    return np.asarray(sums["visits_made"] / sums["visits_due"], dtype=float)


LEVERS: list[tuple[str, str, tuple[str, ...], tuple[str, ...], Any, str]] = [
    # what is shown, policy, unchanged, the one change, measure, direction
    ("a shared definition makes scores agree", "recycle",
     (*ROOMY, SCORE, "team.marketers.score_noise=0.4", *on("shared_definition", "noise_effect=0")),
     with_settings("shared_definition", "noise_effect=0.9"), "early_exchange_rate", DOWN),
    ("a shared definition is followed", "today", (*ROOMY, *on("shared_definition", "follow_effect=0")),
     with_settings("shared_definition", "follow_effect=1"), "ignored_rate", DOWN),
    ("but hands raised below the bar are not seen", "recycle", (*ROOMY, 'policy.triggers=["hand-raise"]'),
     on("shared_definition"), "let_go_count", DOWN),
    ("the tighter the bar, the fewer are seen", "recycle",
     (*ROOMY, 'policy.triggers=["hand-raise"]', *on("shared_definition")),
     with_settings("shared_definition", "slack=0"), "let_go_count", DOWN),
    ("a shared record keeps facts", "recycle", (*VERBAL, *on("shared_record", "record_effect=0")),
     with_settings("shared_record", "record_effect=0.9"), "facts_retained_rate", UP),
    ("it keeps them on the way back too", "recycle",
     ("team.reps.count=40", 'policy.medium="shared-record"', 'policy.return_medium="business-card"',
      "policy.recycling.cool_off_days=10", "market.facts.decay_per_year=0.95",
      *on("shared_record", "record_effect=0", "automation_effect=0")),
     with_settings("shared_record", "record_effect=0.9"), known_on_later_laps, UP),
    ("it routes by itself", "today", (*ROOMY, *on("shared_record", "automation_effect=0")),
     with_settings("shared_record", "automation_effect=0.8"), "system_delay_days", DOWN),
    ("but data must be entered", "recycle", ROOMY, on("shared_record"), "rep_utilisation_rate", UP),
    ("entering data takes hours", "recycle", (*ROOMY, *on("shared_record")),
     with_settings("shared_record", "hours_per_rep_per_week=8"), "coordination_hours", UP),
    ("a committee mends trust", "today", LEARNING, on("committee"), "trust_rate", UP),
    ("a committee mends regard", "today", LEARNING, on("committee"), "regard_rate", UP),
    ("a committee that meets often mends more", "today", (*LEARNING, *on("committee")),
     with_settings("committee", "every_days=5"), "conflict_rate", DOWN),
    ("what is fair sets how far talking helps", "today", (*LEARNING, *on("committee")),
     with_settings("committee", "fair_rate=0.45"), "conflict_rate", UP),
    ("its ruling saves questions to the desk", "recycle", (*ASKING, *on("committee", "boundary_rate=0.1")),
     with_settings("committee", "boundary_rate=0.2"), per_run("reps", "desk_hours", "sum"), DOWN),
    ("but decisions wait for the next meeting", "recycle", ASKING,
     on("committee", "boundary_rate=0.1"), "approval_days", UP),
    ("who has worked there tells more", "today",
     (*ROOMY, "team.learning.withhold_rate=0.8", *on("job_rotation", "openness_effect=0")),
     with_settings("job_rotation", "openness_effect=0.9"), "facts_retained_rate", UP),
    ("who has worked there understands more", "recycle", (*VERBAL, *on("job_rotation", "loss_effect=0")),
     with_settings("job_rotation", "loss_effect=0.5"), "facts_retained_rate", UP),
    ("newcomers are welcomed with trust", "today",
     (*LEARNING, "team.reps.tenure_days=40", *on("job_rotation", "welcome_effect=0")),
     with_settings("job_rotation", "welcome_effect=0.8"), "trust_rate", UP),
    ("but somebody is always new to the work", "recycle", (*ROOMY, *on("job_rotation", "rotation_cost=0")),
     with_settings("job_rotation", "rotation_cost=0.2"), "rep_utilisation_rate", UP),
    ("teams do not obstruct each other", "recycle",
     (*ROOMY, "policy.overlap=true", "policy.obstruct_rate=0.6"), on("cross_functional_teams"),
     per_run("exchanges", "obstructed"), DOWN),
    ("teams tell each other", "recycle", (*VERBAL, *on("cross_functional_teams", "tell_effect=0")),
     with_settings("cross_functional_teams", "tell_effect=0.5"), "facts_retained_rate", UP),
    ("but a team's meeting takes more hours", "recycle",
     (*ROOMY, *on("cross_functional_teams", "team_hours=0")),
     with_settings("cross_functional_teams", "team_hours=3"), per_run("reps", "meet_hours", "sum"), UP),
    ("a single unit hands over sooner", "today", (*ROOMY, *on("single_unit", "delay_effect=0")),
     with_settings("single_unit", "delay_effect=0.9"), "system_delay_days", DOWN),
    ("a single unit has no disputes", "recycle",
     (*LEARNING, "team.learning.dispute_hours=8", *on("single_unit", "dispute_effect=0")),
     with_settings("single_unit", "dispute_effect=1"), "other_rep_hours", DOWN),
    ("but it works on what is near", "recycle", (*TOUCHED, *on("single_unit", "neglect_effect=0")),
     with_settings("single_unit", "neglect_effect=3"), per_run("buyers", "touch_value", "sum"), DOWN),
    ("what is far is what is further away than that", "recycle", (*TOUCHED, *on("single_unit")),
     with_settings("single_unit", "far_distance=0"), per_run("buyers", "touch_value", "sum"), DOWN),
    ("joint pay is a reason to follow up", "today", (*ROOMY, *on("joint_compensation", "share_effect=0")),
     with_settings("joint_compensation", "share_effect=1"), "ignored_rate", DOWN),
    ("joint pay keeps the bar of who is paid by the lead", "recycle", COUNTED,
     on("joint_compensation", "short_sight=0"), below_aim_rate, DOWN),
    ("but nobody feeds the next quarter", "recycle", (*TOUCHED, *on("joint_compensation", "short_sight=0")),
     with_settings("joint_compensation", "short_sight=0.8"), per_run("buyers", "touch_value", "sum"), DOWN),
    ("and the bar falls where the next quarter does not count", "recycle",
     (*COUNTED, *with_settings("joint_compensation", "intensity=0.5", "short_sight=0")),
     with_settings("joint_compensation", "short_sight=1"), below_aim_rate, UP),
    ("joint planning keeps queues short", "recycle", ("team.reps.count=5", SCORE),
     on("joint_planning", "throttle=0.1", "hours_per_rep_per_week=0"), per_run("days", "queue_length"), DOWN),
    ("but buyers wait", "recycle", ("team.reps.count=5", SCORE),
     on("joint_planning", "hours_per_rep_per_week=0"), "let_go_count", DOWN),
    ("a comfortable queue holds nothing back", "recycle",
     ("team.reps.count=5", SCORE, *on("joint_planning", "comfortable_queue=0")),
     with_settings("joint_planning", "comfortable_queue=1000"), "let_go_count", UP),
    ("the aim opens later up to a limit", "recycle",
     ("team.reps.count=5", SCORE, *on("joint_planning", "throttle=0.1")),
     with_settings("joint_planning", "most=0.02"), "let_go_count", UP),
    ("training works where it is said to", "recycle", (*ROOMY, *on("joint_training")),
     with_settings("joint_training", "training_effect=1"), per_run("deals", "meetings"), DOWN),
    ("sitting together works where it is said to", "recycle", (*VERBAL, *on("co_location")),
     with_settings("co_location", "contact_effect=0.5"), "facts_retained_rate", UP),
    ("benefits fade with turnover", "recycle", (*VERBAL, *on("shared_record")),
     ("team.reps.tenure_days=30", "team.reps.handover_medium=\"shared-record\""), "facts_retained_rate", DOWN),
    ("and come back with practice", "recycle",
     (*VERBAL, *on("shared_record"), "team.reps.tenure_days=30"),
     ("policy.organisation.mechanisms.practice_days=5",), "facts_retained_rate", UP),
    ("training, where it works, brings practice sooner", "recycle",
     (*VERBAL, *on("shared_record"), *on("joint_training"), "team.reps.tenure_days=30"),
     with_settings("joint_training", "training_effect=20"), "facts_retained_rate", UP),
    ("pay for life gives visits their hours", "recycle", CUSTOMERS,
     ('policy.organisation.sales_paid_for="lifetime"',), visits_rate, UP),
    ("pay by the quarter leaves them for last", "recycle", CUSTOMERS,
     ('policy.organisation.sales_paid_for="quarter"',), visits_rate, DOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "base", "change", "measure", "direction"),
    [pytest.param(*lever[1:], id=lever[0]) for lever in LEVERS],
)
def test_lever(
    effect: Any, policy: str, base: tuple[str, ...], change: tuple[str, ...], measure: Any, direction: str
) -> None:
    shown = effect("considered", policy, base, change, measure)
    assert getattr(shown, direction), shown


TINY = ("horizon.warmup_days=20", "horizon.counted_days=30.4375", "horizon.follow_up_days=60",
        "team.reps.count=6", "team.reps.hour_value=50")  # fmt: skip


def measured(*overrides: str) -> dict[str, float]:
    table = simulate(Scenario.load("considered", policy="today", overrides=[*TINY, *overrides]), seed=3)
    return dict(zip(table.measures["measure"], table.measures["value"], strict=True))


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_costs_money_and_says_how_much(name: str) -> None:
    """A month is counted, so the cost of half the mechanism is half of what a month of all of it costs."""
    found = measured(*with_settings(name, "intensity=0.5", "cost_per_month_value=4000"))
    assert found["mechanism_value"] == pytest.approx(2000)
    cheaper = measured(*with_settings(name, "intensity=0.5", "cost_per_month_value=1000"))
    assert cheaper["profit_value"] - found["profit_value"] == pytest.approx(1500)
    assert cheaper["revenue_value"] == found["revenue_value"]
    assert measured()["mechanism_value"] == 0.0


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_has_a_cost_unless_somebody_says_otherwise(name: str) -> None:
    assert measured(*on(name))["mechanism_value"] > 0.0


@pytest.mark.parametrize("name", ["joint_training", "co_location"])
def test_training_and_one_place_do_nothing_for_revenue(effect: Any, name: str) -> None:
    shown = effect("considered", "recycle", ROOMY, on(name), "revenue_value")
    assert not shown.rises and not shown.falls, shown
    free = on(name, "hours_per_rep_per_week=0")
    assert measured(*free)["revenue_value"] == measured()["revenue_value"]


def test_hours_for_coordination_are_booked_with_the_tasks() -> None:
    """Of a week of 40 hours 10 are taken: every task takes 4/3 of its time, a quarter of which is coordination."""
    week = 'team.calendar={opens="09:00", closes="17:00", working_days=5}'
    scenario = Scenario.load(
        "considered",
        policy="recycle",
        overrides=[*TINY, week, *on("co_location", "hours_per_rep_per_week=10")],
    )
    reps = simulate(scenario, seed=3).reps
    tasks = reps[[column for column in reps if column.endswith("_hours") and column.split("_")[0] in WORK]]
    np.testing.assert_allclose(reps["coordination_hours"], tasks.sum(axis=1) / 4)
    assert (reps["coordination_hours"] > 0).all()


WORK = ("prepare", "attempt", "discover", "meet", "propose", "close", "desk", "engage", "farm")


def test_a_week_must_have_hours_left() -> None:
    with pytest.raises(InvalidInput, match="leaves none for tasks") as refused:
        measured(
            *on("committee", "hours_per_rep_per_week=30"), *on("shared_record", "hours_per_rep_per_week=10")
        )
    assert "policy.organisation.mechanisms" in str(refused.value)
    change = (
        "{day=5, policy={organisation={mechanisms={committee={intensity=1, hours_per_rep_per_week=40}}}}}"
    )
    with pytest.raises(InvalidInput, match="leaves none for tasks"):
        measured(f"horizon.changes=[{change}]")


def test_the_cost_begins_when_the_mechanism_does() -> None:
    table = "{co_location={intensity=1, cost_per_month_value=3043.75}}"
    change = f"{{day=40.4375, policy={{organisation={{mechanisms={table}}}}}}}"
    found = measured(f"horizon.changes=[{change}]")
    assert found["mechanism_value"] == pytest.approx(1000)  # 10 days of 100 a day
