"""What a report's numbers rest on: every setting with its source, assumptions first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sim.scenario.checking import known_keys
from sim.scenario.document import Scenario
from sim.scenario.fields import GIVEN
from sim.scenario.schema import source_of
from sim.show.report.evidence import ROW, evidence_row
from sim.show.report.page import Section, Table

__all__ = ["assumption_section", "written"]

_HEADINGS = ("name", "title", "story", "sources", "extends", "kind")
_STATED = "assumption:"


class _Setting(NamedTuple):
    name: str
    value: str
    meaning: str
    source: str


def assumption_section(scenario: Mapping[str, Any], stated: Sequence[str]) -> Section:
    """Assumptions of the scenario, then what its author gives, then what is published.

    Args:
        scenario: The scenario under the first policy, as plain tables.
        stated: Assumptions that the verdict names.
    """
    settings = list(_settings(scenario))
    assumed = [one for one in settings if "assumption" in one.source]
    given = [one for one in settings if one.source == GIVEN]
    published = [one for one in settings if one not in assumed and one not in given]
    said = (
        f"The scenario has {len(settings)} settings. {len(assumed)} of them are assumptions that nobody measured, "
        f"{len(given)} are given by whoever wrote the scenario, and {len(published)} come from published figures. "
        "Settings of the policies are those of the first one."
    )
    sources = [text for text in scenario.get("sources", ())]
    points = [
        *(f"Assumption: {text}" for text in stated),
        *(f"Source: {text}" for text in sources if not text.startswith(_STATED)),
    ]
    tables = [
        _table("Assumptions", assumed), _table("Given by the scenario", given), _table("From published figures", published),
    ]  # fmt: skip
    cited = sorted(
        {row for one in settings for row in ROW.findall(one.source)}
        | {row for text in sources for row in ROW.findall(text)},
        key=lambda row: [int(part) for part in row[1:].split(".")],
    )
    rows = [[row, *evidence] for row in cited if (evidence := evidence_row(row)) is not None]
    if rows:
        heads = ["row", "figure", "value", "source", "grade"]
        tables.append(
            Table("Published figures cited", heads, rows, f"The {len(rows)} published figures cited")
        )
    terms = [
        ("assumption", "a value that somebody thought plausible; nobody measured it"),
        (
            "grade",
            "A: peer-reviewed or a measured record; B: an industry study with a stated sample; C: a vendor's claim; "
            "D: our arithmetic on other rows",
        ),
    ]
    return Section(
        "assumptions",
        "What this rests on",
        [said],
        points,
        tables=[one for one in tables if one.rows],
        terms=terms,
    )


def _table(title: str, settings: list[_Setting]) -> Table:
    rows = [[one.name, one.value, one.meaning, one.source] for one in settings]
    return Table(
        title, ["setting", "value", "meaning (unit)", "source"], rows, f"{title}: {len(rows)} settings"
    )


def _settings(scenario: Mapping[str, Any]) -> Iterator[_Setting]:
    """Every setting; equal settings of several channels, journeys or segments become one."""
    merged: dict[tuple[str, str, str, str], list[str]] = {}
    for path, value in _leaves(scenario, ()):
        if path[0] in _HEADINGS or path[-1] in _HEADINGS:
            continue
        pattern, name = _pattern(path)
        meaning, unit, source = source_of(path, value)
        explained = f"{meaning} ({unit})" if unit else meaning
        merged.setdefault((pattern, written(value), explained, source), []).append(name)
    for (pattern, value, explained, source), names in merged.items():
        yield _Setting(pattern.replace("*", ", ".join(names), 1), value, explained, source)


def _leaves(
    table: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Paths and values; a plain table whose names are free is one value."""
    for key, value in table.items():
        here = (*path, key)
        inner = list(value.values()) if isinstance(value, Mapping) else []
        if any(isinstance(one, Mapping) for one in inner) or (inner and known_keys(Scenario, here) != []):
            yield from _leaves(value, here)
        else:
            yield here, value


def _pattern(path: tuple[str | int, ...]) -> tuple[str, str]:
    """A path with stars for the names that the scenario chose, and these names."""
    free = [known_keys(Scenario, path[:place]) == [] for place in range(len(path))]
    parts = ["*" if chosen else str(key) for key, chosen in zip(path, free, strict=True)]
    names = [str(key) for key, chosen in zip(path, free, strict=True) if chosen]
    return ".".join(parts), "/".join(names)


def written(value: Any) -> str:
    """A value of a scenario as a reader writes it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {written(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(written, value)) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
