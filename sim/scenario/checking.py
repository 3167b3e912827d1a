"""From what pydantic refused to what a reader needs to know, and which keys a scenario has."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError

from sim.scenario.errors import nearest_name
from sim.scenario.fields import Finding, Part, Shape
from sim.scenario.frozen import FrozenTable

__all__ = ["field_at", "findings_of", "known_keys", "part_at", "plain_type", "value_at"]

Path = tuple[str | int, ...]

_SAID = {
    "model_type": ("should be a table", "a table of settings"),
    "model_attributes_type": ("should be a table", "a table of settings"),
    "dict_type": ("should be a table", "a table of named entries"),
    "tuple_type": ("should be a list", "a list in square brackets"),
    "bool_type": ("should be yes or no", "true or false"),
}


def plain_type(annotation: Any) -> Any:
    """The annotation without metadata and None; a `Shape` among the metadata stands for it."""
    if get_origin(annotation) is Annotated:
        shapes = [one for one in get_args(annotation)[1:] if isinstance(one, Shape)]
        return plain_type(shapes[0].annotation if shapes else get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        present = [one for one in get_args(annotation) if one is not type(None)]
        return plain_type(present[0]) if len(present) == 1 else annotation
    return annotation


def _parts(model: type[Part]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {name: Annotated[(field.annotation, *field.metadata, "")] for name, field in fields}


def _below(annotation: Any, key: str | int) -> Any:
    """The annotation one key further down, or None when there is nothing of that kind."""
    plain = plain_type(annotation)
    if isinstance(plain, type) and issubclass(plain, Part):
        return _parts(plain).get(str(key))
    if get_origin(plain) is FrozenTable and isinstance(key, str):
        return get_args(plain)[1]
    if get_origin(plain) is tuple and isinstance(key, int):
        return get_args(plain)[0]
    return None


def field_at(model: type[Part], path: Path) -> Any:
    """The annotation of a setting.

    Args:
        model: The model that the path starts from.
        path: Keys and list positions.

    Returns:
        The annotation, or None when there is no such setting.
    """
    annotation: Any = model
    for key in path:
        annotation = _below(annotation, key)
        if annotation is None:
            return None
    return annotation


def part_at(model: type[Part], path: Path) -> type[Part] | None:
    """The model that describes the table at a path, or None where no table of settings stands."""
    plain = plain_type(field_at(model, path))
    return plain if isinstance(plain, type) and issubclass(plain, Part) else None


def known_keys(model: type[Part], path: Path) -> list[str] | None:
    """The settings under a path.

    Args:
        model: The model that the path starts from.
        path: Keys and list positions.

    Returns:
        Their names; an empty list under tables whose names are free; None where there is no table.
    """
    plain = plain_type(field_at(model, path))
    if isinstance(plain, type) and issubclass(plain, Part):
        return list(plain.model_fields)
    return [] if get_origin(plain) is FrozenTable else None


def value_at(data: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path of plain tables and lists, or None."""
    for key in path:
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, list | tuple) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _meaning(model: type[Part], path: Path) -> str:
    owner = part_at(model, path[:-1])
    if owner is not None and str(path[-1]) in owner.model_fields:
        field = owner.model_fields[str(path[-1])]
        extra = field.json_schema_extra
        unit = extra.get("unit", "") if isinstance(extra, Mapping) else ""
        return f"{field.description}" + (f" ({unit})" if unit else "")
    return ""


def findings_of(error: ValidationError, model: type[Part], data: Any) -> Iterator[Finding]:
    """What pydantic refused, as findings.

    Args:
        error: The refusal.
        model: The model that refused.
        data: What it was given, as plain tables.

    Yields:
        One finding per problem, with paths relative to the model.
    """
    for one in error.errors(include_url=False):
        at = tuple(key for key in one["loc"] if key != "[key]")
        kind, context = one["type"], one.get("ctx", {})
        if kind == "refused":
            for found in context["findings"]:
                whole = (*at, *found.at)
                value = found.value
                if value is None:
                    value = one["input"] if not found.at and len(at) else value_at(data, whole)
                yield found._replace(at=whole, value=value)
        elif kind == "extra_forbidden":
            names = known_keys(model, at[:-1]) or []
            yield Finding(
                at,
                "there is no such setting",
                one["input"],
                ", ".join(names),
                nearest_name(str(at[-1]), names),
            )
        elif kind == "missing":
            yield Finding(at, "is required and missing", allowed=_meaning(model, at))
        else:
            said, allowed = _SAID.get(kind, (one["msg"].lower(), ""))
            yield Finding(at, said, one["input"], allowed)
