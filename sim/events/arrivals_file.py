"""Arrivals from a file: a CSV with columns day[, journey][, segment][, number]."""

from __future__ import annotations

import csv
from math import inf
from pathlib import Path
from typing import Any

from sim.engine.tables import new_table
from sim.events.rows import ARRIVAL
from sim.scenario import InvalidInput, Problem, Scenario


def arrival_table(scenario: Scenario) -> Any:
    """Arrivals from the scenario's CSV file, in order of time; empty when demand is a stream.

    Raises:
        InvalidInput: If a line cannot be read; it names the file, the line and what is allowed.
    """
    path = scenario.market.demand.arrivals_file
    if path is None:
        return new_table(ARRIVAL, 1)
    rows = sorted(_arrival_rows(Path(path), scenario))
    table = new_table(ARRIVAL, max(1, len(rows)))[: len(rows)]
    for line, (day, number, journey, segment) in zip(table, rows, strict=True):
        line.day, line.number, line.journey, line.segment = day, number, journey, segment
    return table


def _arrival_rows(path: Path, scenario: Scenario) -> list[tuple[float, int, int, int]]:
    journeys = list(scenario.market.journeys)
    segments = list(scenario.market.segments)
    rows: list[tuple[float, int, int, int]] = []
    taken: set[int] = set()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            for nth, line in enumerate(reader):
                where = (path, reader.line_num)
                day = _number(where, "day", line.get("day"), 0.0, scenario.horizon.end_day)
                number = int(_number(where, "number", line.get("number") or str(nth), 0.0, 2.0**49))
                if number in taken:
                    raise _refuse(where, "number", str(number), "a number no other line has")
                taken.add(number)
                journey = _index(where, "journey", line.get("journey"), journeys)
                segment = _index(where, "segment", line.get("segment"), segments)
                rows.append((day, number, journey, segment))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(Problem(f"cannot be read: {error}", file=str(path))) from error
    return rows


def _refuse(where: tuple[Path, int], key: str, text: str | None, allowed: str) -> InvalidInput:
    problem = Problem("cannot be used", str(where[0]), where[1], key, text or "", allowed)
    return InvalidInput(problem)


def _number(where: tuple[Path, int], key: str, text: str | None, low: float, high: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = inf
    if not low <= value <= high:
        raise _refuse(where, key, text, f"a number from {low:g} to {high:g}")
    return value


def _index(where: tuple[Path, int], key: str, text: str | None, names: list[str]) -> int:
    if not text:
        return -1
    if text not in names:
        raise _refuse(where, key, text, ", ".join(names))
    return names.index(text)
