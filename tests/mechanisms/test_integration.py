"""Mechanisms of integration: what they cost, exactly; their levers are pulled with all others."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiment import simulate
from sim.experiment.levers.integration import IDLE, on, with_settings
from sim.scenario import InvalidInput, Scenario
from sim.scenario.mechanisms import MECHANISMS

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


@pytest.mark.parametrize("name", IDLE)
def test_training_and_one_place_do_nothing_but_take_hours_and_money(name: str) -> None:
    free = on(name, "hours_per_rep_per_week=0")
    assert measured(*free)["revenue_value"] == measured()["revenue_value"]
    assert measured(*on(name))["rep_utilisation_rate"] > measured()["rep_utilisation_rate"]


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
