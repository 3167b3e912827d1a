"""The ODD page: what the model is, in the order in which the field describes agent-based models.

The page follows the ODD protocol in its 2020 form (Grimm et al., JASSS 23(2) 7). Prose comes from a template; lists
of state variables, events, rules, settings and measures come from the code itself, so none can be forgotten.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sim.events
import sim.rules
from sim.engine.compiled import is_declared
from sim.events.meanings import EVENTS, STATE_VARIABLES
from sim.events.rows import TABLES
from sim.measure.frames import FRAMES
from sim.measure.measures import MEASURES
from sim.scenario.fields import GIVEN
from sim.scenario.schema import scenario_schema
from sim.vocabulary import EventKind, Purpose, Stage, word

__all__ = ["odd_page"]

_MARK = re.compile(r"^\{\{(\w+)\}\}$", flags=re.MULTILINE)
RUNNERS = (
    ("arriving", "the market"),
    ("journey", "the buyer"),
    ("deciding", "the buyer"),
    ("marketing", "marketing"),
    ("handing_over", "the exchange"),
    ("exchange", "the exchange"),
    ("selling", "sales"),
    ("decisions", "sales"),
    ("recycling", "going back"),
    ("organisation", "the organisation"),
)
"""Modules of handlers in the order in which a buyer meets them; others follow by name."""

MACHINERY = (
    "ahead",
    "athletes",
    "loop",
    "posting",
    "rows",
    "setting",
    "steps",
    "moving",
    "ledger",
    "routing",
)
"""Modules that serve the handlers."""


def odd_page(template: str) -> str:
    """The page as Markdown.

    Args:
        template: Prose with marks such as ``{{settings}}``, each alone on its line.

    Returns:
        The template with every mark replaced.

    Raises:
        KeyError: If the template has a mark that nobody fills, or something in the code lacks its meaning.
    """
    return _MARK.sub(lambda found: SECTIONS[found[1]](), template)


def _table(heads: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines.extend(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)
    return "\n".join(lines)


def _state_variables() -> str:
    parts = []
    for name, meanings in STATE_VARIABLES.items():
        known = dict.fromkeys(TABLES[name].names or ())
        rows = ((f"`{field}`", meanings[field]) for field in known)
        parts.append(f"**{name}**\n\n" + _table(("state variable", "meaning"), rows) + "\n")
    return "\n".join(parts).rstrip()


def _frames() -> str:
    rows = (
        (name, f"`{column.name}`", column.unit, column.meaning)
        for name, columns in FRAMES.items()
        for column in columns
    )
    return _table(("frame", "column", "unit", "meaning"), rows)


def _stages() -> str:
    return ", ".join(word(stage) for stage in Stage)


def _events() -> str:
    return _table(("event", "what happens"), ((word(kind), EVENTS[kind]) for kind in EventKind))


def _modules(package: Any) -> Iterator[Any]:
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


def _own_functions(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, function in vars(module).items():
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
            yield name, function


def _summary(function: Callable[..., Any]) -> tuple[str, str]:
    """First paragraph of a docstring, and what its `Source:` says."""
    text = inspect.getdoc(function) or ""
    source = re.search(r"Source:\s*(.+?)(?:\n\s*\n|\Z)", text, flags=re.DOTALL)
    said = " ".join(source[1].split()) if source else ""
    return " ".join(text.split("\n\n")[0].split()), said


def _rules() -> str:
    rows = (
        (module.__name__.removeprefix("sim.rules."), f"`{name}`", *_summary(function))
        for module in _modules(sim.rules)
        for name, function in _own_functions(module)
    )
    return _table(("subject", "rule", "what it gives", "source"), rows)


def _handlers() -> str:
    order = {name: place for place, (name, _) in enumerate(RUNNERS)}
    runner = dict(RUNNERS)
    modules = sorted(
        _modules(sim.events), key=lambda one: order.get(one.__name__.rsplit(".", 1)[-1], len(order))
    )
    rows = (
        (runner.get(short, short.replace("_", " ")), f"`{name}`", _summary(function)[0])
        for module in modules
        for short in (module.__name__.rsplit(".", 1)[-1],)
        if short not in MACHINERY
        for name, function in _own_functions(module)
        if is_declared(function)
    )
    return _table(("runner", "handler", "what it does"), rows)


def _draws() -> str:
    return ", ".join(f"`{word(purpose)}`" for purpose in Purpose)


def _settings() -> str:
    definitions = scenario_schema()["$defs"]
    rows = (
        (
            kind,
            f"`{name}`",
            str(field.get("description", "")),
            str(field.get("unit", "")),
            _default(field),
            _range(field, definitions),
            str(field.get("source", "")),
        )
        for kind, definition in sorted(definitions.items())
        for name, field in definition.get("properties", {}).items()
        if name != "extends"
    )
    return _table(
        ("table", "setting", "meaning", "unit", "default", "allowed", "source of the default"), rows
    )


def _default(field: dict[str, Any]) -> str:
    if "default" not in field:
        first = field.get("anyOf", [field])[0]
        return "table of defaults" if "$ref" in first and field.get("source", GIVEN) != GIVEN else "given"
    value = field["default"]
    return "table of defaults" if isinstance(value, dict) and value else f"`{value}`"


def _range(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    """What is allowed, in one phrase."""
    options = field.get("anyOf", [field])
    return " or ".join(dict.fromkeys(said for one in options if (said := _phrase(one)))) or "any"


def _phrase(one: dict[str, Any]) -> str:
    if "$ref" in one:
        return f"table {one['$ref'].rsplit('/', 1)[-1]}"
    if "const" in one:
        return f"`{one['const']}`"
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in one["enum"])
    low = one.get("minimum", one.get("exclusiveMinimum"))
    high = one.get("maximum", one.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return ("above " if "exclusiveMinimum" in one else "at least ") + f"{low:g}"
    kind = str(one.get("type", ""))
    return {"object": "table", "array": "list", "string": "text", "number": "number"}.get(kind, kind)


def _measures() -> str:
    rows = (
        (f"`{one.name}`", one.formula, one.unit, one.denominator, one.direction) for one in MEASURES.values()
    )
    return _table(("measure", "formula", "unit", "per", "better"), rows)


SECTIONS: dict[str, Callable[[], str]] = {
    "state_variables": _state_variables,
    "frames": _frames,
    "stages": _stages,
    "events": _events,
    "handlers": _handlers,
    "rules": _rules,
    "draws": _draws,
    "settings": _settings,
    "measures": _measures,
}
"""What fills each mark of the template."""


def main(arguments: Sequence[str]) -> None:
    """Write the page.

    Args:
        arguments: The template (docs/odd.template.md) and where to write (docs/odd.md).
    """
    template = Path(arguments[0] if arguments else "docs/odd.template.md")
    target = Path(arguments[1] if len(arguments) > 1 else "docs/odd.md")
    target.write_text(odd_page(template.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
