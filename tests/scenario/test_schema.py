"""Every setting explains itself, in code and in the schema for editors."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.scenario import (
    Scenario,
    scenario_schema,
    shipped_markets,
    shipped_policies,
)
from sim.scenario.athletes import Race
from sim.scenario.fields import GIVEN, Part

Write = Callable[..., Path]


def models(kind: type[Part], seen: dict[str, type[Part]]) -> dict[str, type[Part]]:
    from sim.scenario.checking import _below, plain_type

    seen[kind.__name__] = kind
    for name in kind.model_fields:
        inner: Any = _below(kind, name)
        for _ in range(4):
            plain = plain_type(inner)
            if isinstance(plain, type) and issubclass(plain, Part):
                if plain.__name__ not in seen:
                    models(plain, seen)
                break
            inner = _below(inner, 0) or _below(inner, "any")
            if inner is None:
                break
    return seen


ALL_MODELS = models(Race, models(Scenario, {}))
SOURCE = re.compile(r"(T\d+\.\d+|assumption)(, (T\d+\.\d+|assumption))*")


def test_every_part_of_a_scenario_is_examined() -> None:
    assert set(ALL_MODELS) >= {
        "Scenario",
        "Market",
        "Demand",
        "Clock",
        "Attention",
        "Cooling",
        "Facts",
        "Choice",
        "Channel",
        "Segment",
        "Journey",
        "Deadline",
        "Rival",
        "Team",
        "Calendar",
        "Marketers",
        "Reps",
        "Tasks",
        "Medium",
        "Policy",
        "Aim",
        "Nurture",
        "Triage",
        "Recycling",
        "Horizon",
        "Change",
        "Levers",
    }


@pytest.mark.parametrize("model", ALL_MODELS.values(), ids=list(ALL_MODELS))
def test_every_setting_says_what_it_means_and_where_its_default_comes_from(model: type[Part]) -> None:
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        assert field.description and isinstance(extra, dict), name
        assert "unit" in extra, name
        if field.is_required():
            assert extra["source"] == GIVEN, name
        else:
            assert SOURCE.fullmatch(str(extra["source"])), f"{model.__name__}.{name}: {extra['source']!r}"


def test_numbers_have_units() -> None:
    without = {
        f"{model.__name__}.{name}"
        for model in ALL_MODELS.values()
        for name, field in model.model_fields.items()
        if isinstance(field.default, float)
        and isinstance(field.json_schema_extra, dict)
        and not field.json_schema_extra["unit"]
    }
    assert without == set()


def test_the_schema_is_valid_and_carries_meaning_unit_and_source() -> None:
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    answer = schema["$defs"]["Attention"]["properties"]["answer_rate"]
    assert "patient buyer" in answer["description"]
    assert (answer["unit"], answer["source"], answer["default"]) == ("probability", "T1.20", 0.4)
    json.dumps(schema)


@pytest.mark.parametrize(
    "path", [one.path for one in (*shipped_markets(), *shipped_policies())], ids=lambda p: p.stem
)
def test_shipped_files_satisfy_the_schema(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(scenario_schema()).validate(data)


@pytest.mark.parametrize(
    "wrong",
    [
        'kind = "athletes"\nlegs = 0',
        'kind = "athletes"\n[exchange]\naim = 3',
        'kind = "athletes"\n[team]',
        'kind = "policy"\nlegs = 4\n[policy]',
        "legs = 4",
    ],
)
def test_the_schema_keeps_races_apart(wrong: str) -> None:
    validator = jsonschema.Draft202012Validator(scenario_schema())
    assert validator.is_valid(tomllib.loads('kind = "athletes"\nlegs = 4\n[exchange]\naim_metres = 3'))
    assert not validator.is_valid(tomllib.loads(wrong))


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("arrivals_per_day = 5", "arrivals_per_dya = 5"),
        ("arrivals_per_day = 5", "arrivals_per_day = -5"),
        ("count = 2", "count = 0"),
        ("count = 2", "count = 2\ntrust_rate = 3"),
        ("[horizon]", '[policy]\nrouting = "round robin"\n[horizon]'),
        ("[horizon]", "[policy.journeys.inbound]\natempts = 3\n[horizon]"),
        ("[team.reps]\ncount = 2", ""),
        ('kind = "market"', 'kind = "markt"'),
    ],
)
def test_the_schema_refuses_what_loading_refuses(small: str, there: str, instead: str) -> None:
    validator = jsonschema.Draft202012Validator(scenario_schema())
    assert validator.is_valid(tomllib.loads(small))
    assert not validator.is_valid(tomllib.loads(small.replace(there, instead)))


def test_the_complete_written_form_satisfies_the_schema(scenario: Scenario) -> None:
    jsonschema.Draft202012Validator(scenario_schema()).validate(tomllib.loads(scenario.to_toml()))
