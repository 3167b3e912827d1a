"""Other spellings of settings mean what the usual ones mean, and nothing else knows of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import InvalidInput, Policy, Scenario, load

Write = Callable[..., Path]


def test_a_number_of_reps_keeps_what_else_is_said_of_them(write: Write, small: str) -> None:
    write(small.replace("count = 2", "count = 2\nskill_spread = 0.3"), "under.toml")
    over = write('kind = "market"\nextends = "under.toml"\n[team]\nreps = 5\nmarketers = 2\n')
    team = Scenario.load(over).team
    assert (team.reps.count, team.reps.skill_spread, team.marketers.count) == (5, 0.3, 2)
    changed = Scenario.load(over, overrides=["team.reps=7"])
    assert changed.team.reps.count == 7 and changed.team.reps.skill_spread == 0.3
    assert changed == Scenario.load(over).with_overrides(["team.reps.count=7"])


@pytest.mark.parametrize("spelling", ["aim", "zone"])
def test_the_zone_of_a_policy_is_its_aim(write: Write, small: str, spelling: str) -> None:
    path = write(
        f"""{small}
[policy.{spelling}]
open = 0.2
[policy.journeys.inbound.{spelling}]
open = 0.3
close = 0.6
[[horizon.changes]]
day = 20
policy = {{ {spelling} = {{ shift = 0.1 }} }}
"""
    )
    scenario = Scenario.load(path)
    assert scenario.policy.aim.open == 0.2 and scenario.policy.for_journey("inbound").aim.close == 0.6
    assert scenario.horizon.changes[0].policy.aim.shift == 0.1
    usual = path.read_text().replace(".zone]", ".aim]").replace("{ zone", "{ aim")
    assert scenario == Scenario.load(write(usual))


@pytest.mark.parametrize(
    "override",
    [
        "policy.zone.open=0.3",
        "policy.zone={open=0.3}",
        "policy.journeys.inbound.zone.open=0.3",
        'policy={extends="today", zone={open=0.3}}',
    ],
)
def test_an_override_may_say_zone(scenario: Scenario, override: str) -> None:
    assert scenario.with_overrides([override]) == scenario.with_overrides([override.replace("zone", "aim")])
    assert scenario.with_overrides([override]) != scenario


def test_a_policy_file_may_say_zone(write: Write) -> None:
    path = write('kind = "policy"\nextends = "patient"\n[policy.zone]\nopen = 0.4\n')
    assert Policy.load(path).aim.open == 0.4
    assert load(path, overrides=["zone.open=0.5"]) == load(path, overrides=["aim.open=0.5"])


def test_an_aim_without_a_close_closes_with_the_zone_and_never_before_it_opens() -> None:
    assert Policy(aim={"open": 0.2}).aim.on((0.4, 0.7)) == (0.2, 0.7)
    assert Policy(aim={"open": 0.8}).aim.on((0.4, 0.7)) == (0.8, 0.8)


def test_mistakes_are_reported_where_they_stand(write: Write, small: str) -> None:
    text = f"{small}\n[policy.zone]\nopen = 0.4\nclose = 0.3\n"
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(write(text))
    (problem,) = refused.value.problems
    assert problem.line == text.splitlines().index("open = 0.4") + 1 and "opens after" in problem.said

    text = small.replace("[team.reps]\ncount = 2", "[team]\nreps = 2.5")
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(write(text))
    (problem,) = refused.value.problems
    assert problem.line == text.splitlines().index("reps = 2.5") + 1 and "whole number" in problem.said


def test_one_setting_in_two_spellings_is_refused(write: Write, small: str, scenario: Scenario) -> None:
    path = write(f"{small}\n[policy.aim]\nopen = 0.4\n[policy.zone]\nclose = 0.5\n")
    with pytest.raises(InvalidInput, match="another spelling of aim") as refused:
        Scenario.load(path)
    assert refused.value.problems[0].line is not None
    with pytest.raises(InvalidInput, match="override 'policy="):
        scenario.with_overrides(["policy={zone={open=1}, aim={open=2}}"])


@pytest.mark.parametrize("word", ['"five"', "true"])
def test_people_are_counted_in_numbers(scenario: Scenario, word: str) -> None:
    with pytest.raises(InvalidInput, match="should be a number"):
        scenario.with_overrides([f"team.reps={word}"])
