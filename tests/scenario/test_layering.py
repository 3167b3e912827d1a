"""Policies laid over each other by name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from sim.scenario import InvalidInput, Policy, Scenario, load

Write = Callable[..., Path]
PRESETS = ("aligned-process", "aligned-measurement", "aligned-information")
HEADINGS = {"name", "title", "story", "sources"}


def given(name: str) -> set[tuple[str, ...]]:
    """The dotted keys that a shipped preset gives."""
    from sim.scenario.composing import referred_policy

    def keys(table: Any, above: tuple[str, ...]) -> set[tuple[str, ...]]:
        if not isinstance(table, dict):
            return {above}
        return set().union(*(keys(one, (*above, key)) for key, one in table.items()))

    return keys(referred_policy(name).data["policy"], ())


def levers(policy: Policy) -> dict[str, Any]:
    return policy.model_dump(mode="json", exclude=HEADINGS)


def test_only_keys_that_a_file_gives_count() -> None:
    today, both = Policy.load("today"), Policy.load("today+aligned-information")
    assert both.medium == "shared-record" and both.batch_hours == 0
    assert both.order == today.order == "cherry-pick"  # a default of the preset, but the preset is silent
    assert both.triage == today.triage and both.name == "today+aligned-information"
    assert set(both.sources) == set(today.sources) | set(Policy.load("aligned-information").sources)


def test_the_presets_pull_different_levers_and_combine_in_any_order() -> None:
    for one, other in combinations(PRESETS, 2):
        assert not given(one) & given(other)
        assert levers(Policy.load(f"today+{one}+{other}")) == levers(Policy.load(f"today+{other}+{one}"))


@pytest.mark.parametrize("count", range(4))
def test_every_subset_of_the_presets_fits_every_market(count: int) -> None:
    for subset in combinations(PRESETS, count):
        policy = Policy.load("+".join(["today", *subset]))
        for market in ("olist", "considered", "web-leads", "car-seat"):
            assert Scenario.load(market).with_policy(policy).policy == policy


def test_the_later_one_wins(write: Write) -> None:
    one = write('kind = "policy"\n[policy]\nattempts = 1\nexpiry_days = 3\n', "one.toml")
    two = write('kind = "policy"\n[policy]\nattempts = 2\n', "two.toml")
    assert (policy := Policy.load(f"{one}+{two}")).attempts == 2 and policy.expiry_days == 3
    assert Policy.load(f"{two}+{one}").attempts == 1
    assert policy.name == "one+two"


def test_extends_takes_a_list_or_a_plus(write: Write, small: str) -> None:
    text = 'kind = "policy"\nextends = {}\n[policy]\nattempts = 9\n'
    listed = Policy.load(write(text.format('["today", "aligned-information"]'), "listed.toml"))
    plus = Policy.load(write(text.format('"today+aligned-information"'), "plus.toml"))
    assert listed.attempts == 9 and levers(listed) == levers(plus)
    assert levers(listed) == levers(Policy.load("today+aligned-information")) | {"attempts": 9}
    named = Scenario.load(write(f'policy = "today+aligned-process"\n{small}'))
    assert named.policy == Policy.load("today+aligned-process")
    inside = Scenario.load(write(small + '[policy]\nextends = ["today", "aligned-process"]\nattempts = 3\n'))
    assert inside.policy.attempts == 3 and inside.policy.breach == "escalate"


def test_a_layered_policy_is_named_wherever_one_policy_is() -> None:
    name = "today+aligned-measurement"
    assert Scenario.load("olist", policy=name).policy == load(name) == Policy.load(name)
    assert load(name, overrides=["attempts=7"]).attempts == 7


def test_errors_name_the_part_at_fault(write: Write, small: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Policy.load("today+aligned-informaton")
    (problem,) = refused.value.problems
    assert (problem.file, problem.nearest) == ("aligned-informaton", "aligned-information")
    for bad in ("today+", "+today", "today++patient"):
        with pytest.raises(InvalidInput, match="no name beside it"):
            Policy.load(bad)
    with pytest.raises(InvalidInput, match="not the kind needed"):
        Policy.load("today+olist.toml" if Path("olist.toml").exists() else f"today+{write(small)}")
    wrong = write('kind = "policy"\n[policy]\nattempts = 0\n', "wrong.toml")
    with pytest.raises(InvalidInput) as refused:
        Scenario.load("olist", policy=f"today+{wrong}")
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.key) == (str(wrong), 3, "policy.attempts")


def test_errors_stand_at_the_key_that_names_the_documents(write: Write) -> None:
    for wanted in ('"today+"', "[]", "[1]", '["today", "patiant"]'):
        path = write(f'kind = "policy"\nextends = {wanted}\n[policy]\nattempts = 2\n', "p.toml")
        with pytest.raises(InvalidInput) as refused:
            Policy.load(path)
        (problem,) = refused.value.problems
        assert (problem.file, problem.line, problem.key) == (str(path), 2, "extends")
    assert problem.nearest == "patient"


def test_a_circle_through_a_list_is_found(write: Write) -> None:
    write('kind = "policy"\nextends = ["today", "b.toml"]\n', "a.toml")
    path = write('kind = "policy"\nextends = "a.toml"\n[policy]\nattempts = 1\n', "b.toml")
    with pytest.raises(InvalidInput, match=r"in a circle: b\.toml -> a\.toml -> b\.toml"):
        Policy.load(path)


def test_a_file_may_have_a_plus_in_its_name(write: Write) -> None:
    path = write('kind = "policy"\n[policy]\nattempts = 2\n', "a+b.toml")
    assert Policy.load(path).attempts == 2 and Policy.load(str(path)).attempts == 2
