"""Scenarios from several files: extends, policies by name, kinds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import (
    KINDS,
    InvalidInput,
    Policy,
    Scenario,
    load,
)

Write = Callable[..., Path]


def test_a_child_lies_deeply_over_its_base(write: Write, small: str) -> None:
    write(small, "base.toml")
    child = Scenario.load(
        write('extends = "base.toml"\ntitle = "Child"\n[team.reps]\ntrust_rate = 0.9\n', "child.toml")
    )
    assert (child.name, child.title, child.team.reps.count, child.team.reps.trust_rate) == (
        "child",
        "Child",
        2,
        0.9,
    )
    assert child.story == "One channel sells. Another one does not."


def test_chains_are_followed_from_each_files_own_folder(write: Write, small: str) -> None:
    write(small, "far/base.toml")
    write('extends = "../far/base.toml"\n[team.reps]\ncount = 3\n', "near/middle.toml")
    path = write('extends = "near/middle.toml"\n[horizon]\nwarmup_days = 1\n', "top.toml")
    top = Scenario.load(path)
    assert (top.team.reps.count, top.horizon.warmup_days, top.horizon.counted_days) == (3, 1.0, 20.0)


def test_an_error_names_the_file_its_value_came_from(write: Write, small: str) -> None:
    base = write(small.replace("arrivals_per_day = 5", "arrivals_per_day = -5"), "base.toml")
    child = write('kind = "market"\nextends = "base.toml"\n[team.reps]\ncount = 0\n', "child.toml")
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(child)
    assert {(p.file, p.line, p.key) for p in refused.value.problems} == {
        (str(base), 7, "market.demand.arrivals_per_day"),
        (str(child), 4, "team.reps.count"),
    }


@pytest.mark.parametrize("files", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_circle_is_shown(write: Write, files: list[str]) -> None:
    for index, name in enumerate(files):
        following = files[(index + 1) % len(files)]
        write(f'kind = "market"\nextends = "{following}.toml"\n', f"{name}.toml")
    path = write('kind = "market"\nextends = "a.toml"\n', "start.toml")
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(path)
    circle = " -> ".join(f"{name}.toml" for name in (*files, "a"))
    (problem,) = refused.value.problems
    assert problem.said.endswith(circle) and (problem.line, problem.key) == (2, "extends")


def test_a_policy_can_stand_in_for_a_market_no_more_than_extend_one(write: Write) -> None:
    write('kind = "policy"\n[policy]\nattempts = 2\n', "p.toml")
    with pytest.raises(InvalidInput, match="of kind"):
        Scenario.load(write('kind = "market"\nextends = "p.toml"\n', "m.toml"))


def test_shipped_names_can_be_extended(write: Write) -> None:
    changed = Scenario.load(
        write('kind = "market"\nextends = "olist"\n[team.reps]\ncount = 7\n', "olist.toml")
    )
    assert changed.team.reps.count == 7
    assert changed.market == Scenario.load("olist").market
    policy = Policy.load(write('kind = "policy"\nextends = "recycle"\n[policy]\nattempts = 9\n', "p.toml"))
    assert policy.attempts == 9 and policy.medium == "shared-record"


def test_an_absolute_aim_replaces_a_relative_one_below_it(write: Write) -> None:
    aimed = Policy.load(
        write('kind = "policy"\nextends = "patient"\n[policy.aim]\nopen = 0.1\nclose = 0.2\n')
    )
    assert aimed.aim.absolute and aimed.aim.shift == 0


def test_a_transition_row_replaces_the_row_below_it(write: Write, small: str) -> None:
    write(small, "base.toml")
    text = 'extends = "base.toml"\n[market.journeys.inbound.transitions.stimulus]\nany = { website = 1 }\n'
    assert Scenario.load(write(text, "c.toml")).market.journeys["inbound"].transitions["stimulus"]["any"] == {
        "website": 1
    }


def test_a_market_may_name_extend_or_hold_its_policy(write: Write, small: str) -> None:
    named = Scenario.load(write(small.replace('kind = "market"', 'kind = "market"\npolicy = "patient"')))
    assert named.policy == Policy.load("patient")
    extended = Scenario.load(write(small + '[policy]\nextends = "patient"\nattempts = 1\n'))
    assert extended.policy.attempts == 1 and extended.policy.medium == "shared-record"
    held = Scenario.load(write(small + "[policy]\nattempts = 1\n"))
    assert held.policy.attempts == 1 and held.policy.medium == "notes"
    asked = Scenario.load(write(small + "[policy]\nattempts = 1\n"), policy="recycle")
    assert asked.policy == Policy.load("recycle")
    assert Scenario.load(write(small), policy=Policy(attempts=4)).policy == Policy(attempts=4)


def test_a_named_policy_replaces_the_bases_own(write: Write, small: str) -> None:
    write(small + "[policy]\nattempts = 1\n", "base.toml")
    child = Scenario.load(write('extends = "base.toml"\npolicy = "patient"\n', "child.toml"))
    assert child.policy == Policy.load("patient")


def test_policies_change_during_the_run(write: Write, small: str) -> None:
    text = (
        small + '[[horizon.changes]]\nday = "1 week"\npolicy = "patient"\n'
        '[[horizon.changes]]\nday = 20\n[horizon.changes.policy]\nextends = "today"\nattempts = 9\n'
    )
    first, second = Scenario.load(write(text)).horizon.changes
    assert (first.day, first.policy) == (7.0, Policy.load("patient"))
    assert (second.policy.attempts, second.policy.medium) == (9, "verbal")


def test_load_dispatches_on_the_kind(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(load("olist"), Scenario)
    assert isinstance(load("patient"), Policy)
    assert load("patient", overrides=["attempts=2"]).attempts == 2
    monkeypatch.setitem(KINDS, "athletes", lambda found, policy, overrides: found.data)
    assert load(write('kind = "athletes"\n[track]\nlength = 400\n', "run.toml")) == {
        "track": {"length": 400},
        "name": "run",
    }
    with pytest.raises(InvalidInput, match="not the kind needed"):
        Scenario.load(write('kind = "athletes"\n', "run.toml"))
