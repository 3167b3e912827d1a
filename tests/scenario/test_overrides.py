"""Single values set from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import InvalidInput, Policy, Scenario
from sim.scenario.team import BUILT_IN_MEDIA

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
        ("team.media.pigeon.retenton=1", "no setting 'retenton'", "team.media.pigeon.retention"),
        ("team.media.notse.retention=1", "no setting 'notse'", "team.media.notes.retention"),
        ("market.segments.all.dealvalue=1", "no setting 'dealvalue'", "market.segments.all.deal_value"),
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
        ("market.journeys.inbound.segments.larg=2", "market.journeys.inbound.segments.larg"),
        ("market.segments.large.fit_median=0.3", "market.segments.large.deal_value"),
        ("team.media.pigeon.retention=2", "team.media.pigeon.retention"),
        ("team.media.pigeon=0.2", "team.media.pigeon"),
        ("horizon.changes=[{day=100, policy='patien'}]", "horizon.changes[0].policy"),
        ("horizon.changes=[{day=100}]", "horizon.changes[0].policy"),
        ("horizon.changes=[{day=1e6, policy='patient'}]", "horizon.changes[0].day"),
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


class TestNewNames:
    """Rows of names of one's own, where tables are keyed by such names."""

    def test_a_medium_and_its_use(self, scenario: Scenario) -> None:
        changed = scenario.with_overrides(["team.media.pigeon.retention=0.2", "policy.medium=pigeon"])
        assert changed.team.media["pigeon"].retention == 0.2 and changed.policy.medium == "pigeon"
        assert set(changed.team.media) == {*scenario.team.media, "pigeon"}

    def test_a_segment_and_its_weight_in_a_journey(self, write: Write, small: str) -> None:
        wanted = [
            "market.segments.large.deal_value=9000",
            "market.segments.large.share=1",
            "market.journeys.inbound.segments.large=2",
        ]
        path = write(small)
        changed = Scenario.load(path, overrides=wanted)
        assert changed == Scenario.load(path).with_overrides(wanted)
        assert changed.market.segments["large"].deal_value == 9000
        assert changed.market.journeys["inbound"].segments["large"] == 2

    @pytest.mark.parametrize(
        "overrides",
        [
            ["team.media.note.retention=0.2", "policy.medium=note"],
            ["team.media.note.retention=0.2", "team.media.note.loses=['need']"],
            ["team.media.note={retention=0.2}"],
        ],
    )
    def test_a_name_like_another_counts_when_it_is_clearly_meant(
        self, scenario: Scenario, overrides: list[str]
    ) -> None:
        changed = scenario.with_overrides(overrides)
        assert changed.team.media["note"].retention == 0.2
        assert changed.team.media["notes"] == scenario.team.media["notes"]

    def test_a_medium_there_always_is_keeps_what_is_not_set(self, write: Write, small: str) -> None:
        path = write(small)
        wanted = ["team.media.business-card.retention=0.5"]
        changed = Scenario.load(path, overrides=wanted)
        assert changed == Scenario.load(path).with_overrides(wanted)
        assert changed.team.media["business-card"].loses == BUILT_IN_MEDIA["business-card"].loses


class TestPoliciesByName:
    """A policy may be named wherever a file may name it."""

    def test_a_change_of_policy(self, write: Write, small: str) -> None:
        path = write(small)
        wanted = ['horizon.changes=[{day=10, policy="patient"}]']
        changed = Scenario.load(path, overrides=wanted)
        assert changed == Scenario.load(path).with_overrides(wanted)
        (change,) = changed.horizon.changes
        assert change.day == 10 and change.policy == Policy.load("patient")

    def test_a_change_to_a_policy_that_extends_another(self, scenario: Scenario) -> None:
        wanted = ['horizon.changes=[{day=10, policy={extends="patient", attempts=2}}]']
        (change,) = scenario.with_overrides(wanted).horizon.changes
        assert change.policy.attempts == 2 and change.policy.aim == Policy.load("patient").aim

    def test_the_policy_itself(self, scenario: Scenario) -> None:
        changed = scenario.with_overrides(["policy=patient", "policy.attempts=2"])
        assert changed.policy == Policy.load("patient").model_copy(update={"attempts": 2})

    def test_what_is_wrong_in_a_policy_file_is_said_of_that_file(self, write: Write, small: str) -> None:
        wrong = write('kind = "policy"\n[policy]\nattempts = 0\n', "wrong.toml")
        path = write(small)
        with pytest.raises(InvalidInput) as refused:
            Scenario.load(path, overrides=[f'horizon.changes=[{{day=10, policy="{wrong}"}}]'])
        (problem,) = refused.value.problems
        assert (problem.file, problem.line) == (str(wrong), 3)
