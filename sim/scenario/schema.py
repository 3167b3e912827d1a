"""JSON Schema of scenario documents, for editors that check and explain TOML while one types."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from sim.scenario.athletes import Race
from sim.scenario.checking import part_at
from sim.scenario.document import Scenario
from sim.scenario.fields import GIVEN, Part
from sim.scenario.levers import Levers
from sim.scenario.spellings import ZONE

__all__ = ["explanation", "scenario_schema", "source_of"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of market, policy and athletes documents.

    Every setting carries `description` (meaning), `unit` and `source`. A document that extends another may
    leave out what the other gives, which a schema of single files cannot know; so only the tables of a
    document that extends nothing are required here, and loading checks the rest.

    Returns:
        A new dictionary, ready for `json.dump`.
    """
    _, both = models_json_schema(
        [(Scenario, "validation"), (Levers, "validation"), (Race, "validation")],
        ref_template="#/$defs/{model}",
    )
    definitions: dict[str, Any] = both["$defs"]
    levers = {"$ref": "#/$defs/Levers"}
    definitions["Policy"]["properties"]["journeys"]["additionalProperties"] = levers
    market, race = definitions.pop("Scenario"), definitions.pop("Race")
    for definition in definitions.values():
        definition.pop("required", None)
    several = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    named = {
        "anyOf": [{"type": "string"}, several],
        "description": "Name or path of the document this one is laid over, or of several; the last wins.",
    }
    definitions["Policy"]["properties"]["extends"] = named
    zone = {**definitions["Levers"]["properties"]["aim"], "description": "another spelling of aim"}
    for holder in ("Policy", "Levers"):
        definitions[holder]["properties"][ZONE] = zone
    for people in ("reps", "marketers"):
        table = definitions["Team"]["properties"][people]
        table["anyOf"] = [{"$ref": table.pop("$ref")}, {"type": "integer", "minimum": 1}]
    by_name = {
        "anyOf": [{"$ref": "#/$defs/Policy"}, {"type": "string", "description": "A policy by name or path."}]
    }
    definitions["Change"]["properties"]["policy"] = by_name
    headings = {key: market["properties"][key] for key in ("name", "title", "story", "sources")}
    tables = {key: market["properties"][key] for key in ("market", "team", "horizon")}
    of_race = {key: one for key, one in race["properties"].items() if key not in headings}
    return {
        "$schema": DIALECT,
        "$id": "https://relay-handoff.invalid/scenario.schema.json",
        "title": "Relay scenario",
        "description": "A market (with team, policy and horizon), a handoff policy or a relay of athletes.",
        "type": "object",
        "properties": {
            "kind": {"enum": ["market", "policy", "athletes"], "description": "What the document describes."},
            "extends": named,
            **headings,
            **tables,
            "policy": by_name,
            **of_race,
        },
        "additionalProperties": False,
        "anyOf": [
            {"required": ["extends"]},
            {"properties": {"kind": {"const": "policy"}}, "required": ["kind", "policy"]},
            {"properties": {"kind": {"const": "market"}}, "required": ["kind", *market["required"]]},
            {"properties": {"kind": {"const": "athletes"}}, "required": ["kind"]},
        ],
        "if": {"properties": {"kind": {"const": "athletes"}}, "required": ["kind"]},
        "then": {"propertyNames": {"not": {"enum": [*tables, "policy"]}}},
        "else": {"if": {"required": ["kind"]}, "then": {"propertyNames": {"not": {"enum": [*of_race]}}}},
        "$defs": definitions,
    }


def explanation(path: tuple[str | int, ...], value: Any, model: type[Part] = Scenario) -> str:
    """Meaning, unit and source of a setting's value, in one line.

    Args:
        path: The setting's path in a scenario.
        value: Its value, as files write it; the source of a default only speaks for the default.
        model: What the path starts from, a scenario or a race.

    Returns:
        Such as "chance that a patient buyer answers one attempt (probability; T1.20)"; empty for names
        that a scenario chooses itself.
    """
    meaning, unit, source = source_of(path, value, model)
    return f"{meaning} ({'; '.join(one for one in (unit, source) if one)})" if meaning else ""


def source_of(path: tuple[str | int, ...], value: Any, model: type[Part] = Scenario) -> tuple[str, str, str]:
    """Meaning, unit and source of a setting's value.

    Args:
        path: The setting's path in a scenario.
        value: Its value, as files write it; the source of a default only speaks for the default.
        model: What the path starts from, a scenario or a race.

    Returns:
        The three; no meaning and no unit for names that a scenario chooses itself.
    """
    owner = part_at(model, path[:-1])
    field = owner.model_fields.get(str(path[-1])) if owner is not None else None
    if owner is None or field is None:
        return "", "", GIVEN
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    stated = value == _written_default(owner, str(path[-1]))
    source = str(extra["source"]) if stated else GIVEN
    return str(field.description), str(extra.get("unit", "")), source


@cache
def _written_default(owner: type[Part], name: str) -> Any:
    """The default of a setting as files write it, or None where it has none."""
    field = owner.model_fields[name]
    if field.is_required():
        return None
    declared: Any = Annotated[(field.annotation, *field.metadata, name)]
    kind: TypeAdapter[Any] = TypeAdapter(declared)
    default = kind.validate_python(field.get_default(call_default_factory=True, validated_data={}))
    return kind.dump_python(default, mode="json")
