"""Single values set from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import (
    InvalidInput,
    Scenario,
)

Write = Callable[..., Path]


def test_overrides_are_read_as_toml_and_else_as_text(scenario: Scenario) -> None:
    changed = scenario.with_overrides(
        [
            "policy.aim.shift = -0.1",
            "policy.medium=crm",
            'policy.response_target="4 business hours"',
            "policy.attempt_spacing=2 business days",
            'policy.triggers=["age", "score"]',
            "team.calendar.opens=08:30",
            "market.journeys.inbound.zone=[0.1, 0.2]",
            "policy.nurture={ cadence_days = 3 }",
            "policy.checkmark=never",
            "policy.journeys.inbound.attempts=2",
            "policy.spend.email=2",
            "market.channels.email.reveals.need=50 %",
        ]
    )
    assert changed.policy.aim.shift == -0.1 and changed.policy.medium == "crm"
    assert changed.policy.response_target is not None and changed.policy.response_target.encoded() == -4 / 24
    assert changed.policy.triggers == ("score", "age") and changed.team.calendar.opens == 8.5 / 24
    assert changed.market.journeys["inbound"].zone == (0.1, 0.2)
    assert changed.policy.nurture.cadence_days == 3 and changed.policy.checkmark is None
    assert changed.policy.for_journey("inbound").attempts == 2
    assert changed.policy.spend == {"email": 2.0}
    assert changed.market.channels["email"].reveals == {"need": 0.5}


def test_overrides_mean_the_same_at_loading_and_afterwards(write: Write, small: str) -> None:
    path = write(small)
    wanted = ["policy.aim.open=0.2", "policy.aim.close=0.4", "team.reps.count=9"]
    assert Scenario.load(path, overrides=wanted) == Scenario.load(path).with_overrides(wanted)


def test_an_override_can_give_what_a_file_leaves_out(write: Write, small: str) -> None:
    path = write(small.replace("count = 2", ""))
    assert Scenario.load(path, overrides=["team.reps.count=4"]).team.reps.count == 4


@pytest.mark.parametrize(
    ("override", "said", "nearest"),
    [
        ("policy.aim.shfit=0.1", "no setting 'shfit' under policy.aim", "policy.aim.shift"),
        ("polcy.aim.shift=0.1", "no setting 'polcy'", "policy.aim.shift"),
        ("aim.shift=0.1", "no setting 'aim'", "policy.aim.shift"),
        ("market.channels.emial.cost_value=1", "no setting 'emial'", "market.channels.email.cost_value"),
        ("market.journeys.inbund.share=1", "no setting 'inbund'", "market.journeys.inbound.share"),
        ("policy.journeys.inbound.atempts=1", "no setting 'atempts'", "policy.journeys.inbound.attempts"),
        ("policy.attempts.x=1", "is a value", "policy.attempts"),
        ("policy.attempts", "not of the form", ""),
        ("=3", "not of the form", ""),
        ("policy..attempts=3", "not of the form", ""),
    ],
)
def test_an_unknown_override_names_the_nearest_key(
    scenario: Scenario, override: str, said: str, nearest: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        scenario.with_overrides([override])
    (problem,) = refused.value.problems
    assert said in problem.said and problem.nearest == nearest and override in problem.file


@pytest.mark.parametrize(
    ("override", "key"),
    [
        ("policy.attempts=0", "policy.attempts"),
        ("policy.attempts=many", "policy.attempts"),
        ("market.journeys.inbound.zone=[0.9, 0.1]", "market.journeys.inbound.zone"),
        ("policy.journeys.inbund.attempts=1", "policy.journeys.inbund"),
        ("policy.nurture={ cadence_dys = 3 }", "policy.nurture.cadence_dys"),
        ("market.demand.arrivals_per_day=1\nx=2", "market.demand.arrivals_per_day"),
        ("policy.medium=fax", "policy.medium"),
    ],
)
def test_a_wrong_value_is_blamed_on_its_override(write: Write, small: str, override: str, key: str) -> None:
    path = write(small)
    for attempt in (
        lambda: Scenario.load(path, overrides=[override]),
        lambda: Scenario.load(path).with_overrides([override]),
    ):
        with pytest.raises(InvalidInput) as refused:
            attempt()
        (problem,) = refused.value.problems
        assert problem.key == key
        if key != "policy.journeys.inbund":
            assert problem.file == f"override {override!r}"


def test_all_wrong_overrides_are_reported_at_once(scenario: Scenario) -> None:
    with pytest.raises(InvalidInput) as refused:
        scenario.with_overrides(["policy.x=1", "polcy=2", "nothing"])
    assert len(refused.value.problems) == 3
