"""Scenarios as values: equality, fingerprints, round trips, and what tables become."""

from __future__ import annotations

import copy
import pickle
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.scenario import (
    FrozenTable,
    Levers,
    Policy,
    Scenario,
)
from sim.vocabulary import Fact, Phase, Reason, words

Write = Callable[..., Path]


def test_equal_files_give_equal_values_that_hash_alike(write: Write, small: str) -> None:
    one, other = Scenario.load(write(small)), Scenario.load(write("# the same\n" + small))
    assert one == other and hash(one) == hash(other) and one.fingerprint == other.fingerprint


def test_nothing_can_be_changed_in_place(scenario: Scenario) -> None:
    with pytest.raises(ValidationError):
        scenario.title = "other"
    for change in (
        lambda table: table.__setitem__("x", 1),
        lambda table: table.__delitem__("email"),
        lambda table: table.clear(),
        lambda table: table.pop("email"),
        lambda table: table.update(x=1),
        lambda table: table.setdefault("x", 1),
        lambda table: table.popitem(),
        lambda table: table.__ior__({"x": 1}),
    ):
        with pytest.raises(TypeError, match="value"):
            change(scenario.market.channels)


def test_copies_and_pickles_are_equal(scenario: Scenario) -> None:
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert copy.deepcopy(scenario) == scenario


def test_the_order_of_named_tables_counts() -> None:
    one, other = FrozenTable({"a": 1, "b": 2}), FrozenTable({"b": 2, "a": 1})
    assert one != other and one == {"b": 2, "a": 1}


def test_the_fingerprint_ignores_words_and_sees_every_number(scenario: Scenario) -> None:
    assert (
        scenario.with_overrides(["title=Other", "name=other", "policy.story=x"]).fingerprint
        == scenario.fingerprint
    )
    for override in (
        "market.demand.arrivals_per_day=6",
        "policy.aim.shift=0.1",
        "team.tasks.meet=2",
        "horizon.warmup_days=1",
    ):
        assert scenario.with_overrides([override]).fingerprint != scenario.fingerprint


def test_the_fingerprint_sees_the_arrivals_file_and_not_its_place(write: Write, small: str) -> None:
    text = small.replace("arrivals_per_day = 5", 'arrivals_per_day = 5\narrivals_file = "arrivals.csv"')
    fingerprints = []
    for folder, content in (("a", "day\n1\n"), ("b", "day\n1\n"), ("c", "day\n2\n")):
        write(content, f"{folder}/arrivals.csv")
        fingerprints.append(Scenario.load(write(text, f"{folder}/mine.toml")).fingerprint)
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]


def test_a_round_trip_through_toml_is_equal(write: Write, small: str) -> None:
    text = (
        small.replace(
            "[horizon]",
            """
[policy]
attempt_spacing = "4 business hours"
response_target = "7 business hours"
checkmark = "never"
return_medium = "verbal"
triggers = "hand-raise"
[policy.recycling.cool_off_days]
rival = "2 weeks"
[policy.journeys.inbound]
medium = "verbal"
aim = { open = 0.2, close = 0.9 }
[market.rivals."A & B"]
[horizon]""",
        )
        + '[[horizon.changes]]\nday = 5\npolicy = "patient"\n'
    )
    first = Scenario.load(write(text))
    for explained in (False, True):
        again = Scenario.load(write(first.to_toml(explained=explained), "again.toml"))
        assert again == first and again.fingerprint == first.fingerprint and again.name == "mine"
    assert "# buyers who arrive on an average day (buyers per day; given by the scenario)" in first.to_toml(
        explained=True
    )


def test_the_written_form_is_complete(scenario: Scenario) -> None:
    tables = tomllib.loads(scenario.to_toml())
    for name in ("market", "team", "policy", "horizon"):
        assert set(tables[name]) == set(type(getattr(scenario, name)).model_fields)


def test_defaults_are_filled_in(scenario: Scenario) -> None:
    assert scenario.name == "mine"
    assert scenario.policy.name == "today"
    assert scenario.team.calendar.hours_per_business_day == pytest.approx(8.0)
    assert list(scenario.team.media)[:3] == ["verbal", "notes", "shared-record"]
    assert scenario.team.media["verbal"].retention == 0.478
    assert list(scenario.market.facts.weights) == list(words(Fact))


def test_weights_left_out_are_one(scenario: Scenario) -> None:
    weights = scenario.with_overrides(["market.facts.weights={ rival = 3, need = 2 }"]).market.facts.weights
    assert list(weights) == list(words(Fact))
    assert weights["need"] == 2 and weights["rival"] == 3 and sum(weights.values()) == 11


def test_a_scenario_may_redefine_and_add_media(scenario: Scenario) -> None:
    changed = Scenario.model_validate(
        scenario.model_dump(mode="json")
        | {
            "team": {
                "reps": {"count": 1},
                "media": {"fax": {"retention": 0.2, "loses": ["budget"]}, "verbal": {"retention": 0.5}},
            }
        }
    )
    assert changed.team.media["verbal"].retention == 0.5
    assert changed.team.media["fax"].loses == ("budget",)
    assert changed.team.media["notes"].retention == 0.969


def test_a_journey_takes_from_the_market_what_it_leaves_out(scenario: Scenario) -> None:
    own = scenario.with_overrides(["market.journeys.inbound.hot_rate=0.7"]).market
    assert own.resolved_journey("inbound").hot_rate == 0.7
    assert own.resolved_journey("outbound").hot_rate == own.attention.hot_rate
    assert own.resolved_journey("outbound").hazard_per_month == own.clock.hazard_per_month
    assert own.resolved_journey("outbound").segments == {"firms": 1.0}
    assert own.journeys["outbound"].hot_rate is None


def test_a_phase_left_out_uses_the_one_before_and_any_stands_for_channels_without_a_row(
    write: Write, small: str
) -> None:
    text = small.replace(
        "transitions.stimulus = { any = { email = 1 } }",
        """
transitions.stimulus = { any = { email = 1 }, email = { website = 1 } }
transitions.evaluation = { any = { website = 1 } }""",
    )
    journey = Scenario.load(write(text)).market.journeys["outbound"]
    assert journey.transition_row(Phase.STIMULUS, "website") == {"email": 1.0}
    assert journey.transition_row(Phase.ZERO_MOMENT, "email") == {"website": 1.0}
    assert journey.transition_row(Phase.FIRST_MOMENT, "email") == {"website": 1.0}


def test_aims_are_relative_or_absolute() -> None:
    zone = (0.4, 0.7)
    assert Policy().aim.on(zone) == pytest.approx(zone)
    assert Policy(aim={"shift": -0.1}).aim.on(zone) == pytest.approx((0.3, 0.6))
    assert Policy(aim={"shift": 0.1, "width": 0.1}).aim.on(zone) == pytest.approx((0.5, 0.6))
    assert Policy(aim={"open": 0.2, "close": 0.9}).aim.on(zone) == (0.2, 0.9)
    assert Policy(aim={"open": 0.3, "close": 0.3}).aim.absolute


def test_cool_off_is_one_number_or_a_table_by_reason() -> None:
    assert set(Policy(recycling={"cool_off_days": "2 weeks"}).recycling.cool_off_days.values()) == {14.0}
    table = Policy(recycling={"cool_off_days": {"rival": 90}}).recycling.cool_off_days
    assert list(table) == list(words(Reason)) and table["rival"] == 90 and table["timing"] == 60


def test_words_keep_the_order_of_the_vocabulary() -> None:
    assert Policy(triggers=["hand-raise", "score"]) == Policy(triggers=["score", "hand-raise"])


def test_switched_off_is_none() -> None:
    policy = Policy(checkmark="never", nurture={"cadence_days": "never"}, response_target="none")
    assert policy.checkmark is None and policy.nurture.cadence_days is None and policy.response_target is None
    assert Policy(medium="verbal").medium_back == "verbal"
    assert Policy(medium="verbal", return_medium="notes").medium_back == "notes"


def test_a_journeys_levers_lie_over_the_policys() -> None:
    policy = Policy(
        attempts=3,
        aim={"shift": 0.2},
        journeys={
            "a": {"medium": "verbal", "aim": {"open": 0.1, "close": 0.2}},
            "b": {"nurture": {"cadence_days": 5}},
        },
    )
    a, b = policy.for_journey("a"), policy.for_journey("b")
    assert (a.medium, a.attempts, a.aim.on((0.5, 0.6))) == ("verbal", 3, (0.1, 0.2))
    assert (b.nurture.cadence_days, b.medium, b.aim.shift) == (5.0, "notes", 0.2)
    assert policy.for_journey("c") is policy
    assert isinstance(a, Levers)


def test_an_override_of_the_policy_reaches_journeys_that_say_nothing_about_it(
    write: Write, small: str
) -> None:
    path = write(small.replace("[horizon]", '[policy.journeys.inbound]\nmedium = "verbal"\n[horizon]'))
    changed = Scenario.load(path).with_overrides(["policy.attempts=9", "policy.medium=crm"]).policy
    assert changed.for_journey("inbound").attempts == 9
    assert changed.for_journey("inbound").medium == "verbal"
    assert changed.for_journey("outbound").medium == "crm"


def test_models_built_in_python_are_checked_too() -> None:
    with pytest.raises(ValidationError, match="round-robin"):
        Policy(routing="round robin")
    with pytest.raises(ValidationError, match="relative"):
        Policy(aim={"shift": 0.1, "open": 0.1, "close": 0.2})


def test_the_source_of_a_default_does_not_speak_for_another_value(scenario: Scenario) -> None:
    line = "answer_rate = {}  # chance that a patient buyer answers one attempt (probability; {})"
    assert line.format("0.4", "T1.20") in scenario.to_toml(explained=True)
    changed = scenario.with_overrides(["market.attention.answer_rate=0.3", "team.calendar.opens=08:00"])
    text = changed.to_toml(explained=True)
    assert line.format("0.3", "given by the scenario") in text
    assert 'opens = "08:00"  # when work starts (time of day; given by the scenario)' in text
    assert 'closes = "17:00"  # when work ends (time of day; assumption)' in text
