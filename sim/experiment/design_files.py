"""Designs read from files: a small TOML format, or a table as CSV or Parquet.

A design file in TOML:

    kind = "latin-hypercube"           # grid, latin-hypercube, sobol, random or table
    samples = 64                       # of the three that draw their points
    seed = 0                           # of the draw; 0 unless given
    policies = ["today", "patient"]    # if the command does not say
    seeds = 20                         # replications, if the command does not say

    [vary]
    policy.zone.open = "0.3:0.8"       # as on the command line
    team.reps = [5, 10, 20]            # levels
    market.demand.growth_per_year = { low = 0, high = 0.2 }  # a range; with levels = 5 five values

    # or, of kind "table", instead of [vary]:
    # table = "points.csv"

A table has one column per setting, named by its dotted key, and one row per point.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.experiment.designs import DRAWN, KINDS, Design
from sim.experiment.factors import Factor, factor_from
from sim.scenario import InvalidInput, Problem
from sim.scenario.errors import nearest_name
from sim.scenario.overrides import read_value
from sim.scenario.reading import Document, read_document

__all__ = ["design_from_file", "design_named", "drawn_design"]

KEYS = ("kind", "samples", "seed", "policies", "seeds", "vary", "table")


def design_named(text: str, factors: Sequence[Factor] = ()) -> Design:
    """The design that a text on the command line means.

    Args:
        text: A file, or a kind with a number of points, such as "sobol:64".
        factors: Factors given beside it; they take the place of those of the same name in a design file.

    Returns:
        The design.

    Raises:
        InvalidInput: If there is no such file or kind, or what it says is impossible.
    """
    kind, colon, samples = text.partition(":")
    if colon and kind in DRAWN and samples.strip().isdecimal():
        return drawn_design(kind, factors, int(samples), 0)
    return design_from_file(Path(text), factors)


def design_from_file(path: Path, factors: Sequence[Factor] = ()) -> Design:
    """A design from a file; see the head of this module.

    Args:
        path: The file.
        factors: Factors that take the place of those of the same name, or come after them.

    Returns:
        The design.

    Raises:
        InvalidInput: If it cannot be read; the message names file, line or row, column and value.
    """
    if path.suffix.lower() in (".toml", ".csv", ".parquet", ".pq") and not path.is_file():
        raise InvalidInput(
            Problem("there is no such file", str(path), allowed="a design file or a table of points")
        )
    if path.suffix.lower() == ".toml":
        return _from_toml(read_document(path), factors)
    if factors:
        raise InvalidInput(Problem("is a table of points: nothing else can be varied beside it", str(path)))
    return _from_table(path)


def drawn_design(kind: str, factors: Sequence[Factor], samples: int, seed: int) -> Design:
    """A design that draws its points.

    Args:
        kind: One of `DRAWN`.
        factors: What to vary.
        samples: Number of points.
        seed: Seed of the draw.
    """
    make = {"latin-hypercube": Design.latin_hypercube, "sobol": Design.sobol, "random": Design.random}[kind]
    return make(factors, samples, seed)


def _from_toml(document: Document, factors: Sequence[Factor]) -> Design:
    data = document.data
    problems = [
        document.problem(
            "there is no such key", key, allowed=", ".join(KEYS), nearest=nearest_name(key, KEYS)
        )
        for key in data
        if key not in KEYS
    ]
    kind = data.get("kind", "table" if "table" in data else "grid")
    if kind not in KINDS:
        near = nearest_name(str(kind), KINDS)
        problems.append(
            document.problem("is no kind of design", "kind", allowed=", ".join(KINDS), nearest=near)
        )
    for key, least in (("samples", 1), ("seed", 0), ("seeds", 1)):
        if key in data and not (type(data[key]) is int and data[key] >= least):
            said = "should be a whole number"
            problems.append(document.problem(said, key, allowed=f"a whole number, at least {least}"))
    if kind in DRAWN and "samples" not in data:
        said = f"a design of kind {kind!r} needs the number of its points"
        problems.append(Problem(said, document.label, None, "samples", allowed="such as samples = 64"))
    policies = data.get("policies")
    if policies is not None and not (
        isinstance(policies, list) and policies and all(isinstance(one, str) for one in policies)
    ):
        problems.append(
            document.problem("should be a list of names", "policies", allowed='such as ["today"]')
        )
    if problems:
        raise InvalidInput(problems)
    made = _of_kind(kind, document, factors)
    return replace(made, policies=None if policies is None else tuple(policies), seeds=data.get("seeds"))


def _of_kind(kind: str, document: Document, factors: Sequence[Factor]) -> Design:
    data = document.data
    if kind == "table":
        table = data.get("table")
        if not isinstance(table, str) or "vary" in data or factors:
            said = "a design of kind 'table' needs the file of its points, and nothing else to vary"
            raise InvalidInput(
                Problem(said, document.label, None, "table", allowed='such as table = "points.csv"')
            )
        return _from_table(document.path.parent / table)
    vary = data.get("vary", {})
    if not isinstance(vary, Mapping):
        raise InvalidInput(document.problem("should be a table", "vary", allowed="one key per setting"))
    own = {one.path: one for one in _factors_in(vary, ("vary",), document)}
    own.update({one.path: one for one in factors})
    if kind == "grid":
        return Design.grid(own.values())
    return drawn_design(kind, tuple(own.values()), data["samples"], data.get("seed", 0))


def _factors_in(table: Mapping[str, Any], at: tuple[str, ...], document: Document) -> Iterator[Factor]:
    """The factors of a table; dotted keys that TOML has taken apart are put together again."""
    for key, value in table.items():
        path = (*at, key)
        if isinstance(value, Mapping) and not {"low", "high"} <= value.keys():
            yield from _factors_in(value, path, document)
        else:
            levels = value if isinstance(value, str | list | Mapping) else [value]
            yield factor_from(".".join(path[1:]), levels, document.label, document.lines.get(path))


def _from_table(path: Path) -> Design:
    if path.suffix.lower() in (".parquet", ".pq"):
        return Design.from_frame(_parquet(path), str(path))
    if path.suffix.lower() != ".csv":
        said = "is no design that can be read"
        raise InvalidInput(
            Problem(said, str(path), allowed="a file .toml, .csv or .parquet, or such as sobol:64")
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            paths = [name.strip() for name in next(reader, [])]
            rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (OSError, ValueError, csv.Error) as error:
        raise InvalidInput(_unreadable(path, error)) from None
    uneven = [number for number, row in rows if len(row) != len(paths)]
    if uneven or "" in paths:
        line = uneven[0] if uneven else 1
        said = (
            f"has {len(paths)} columns in its first line and another number here"
            if uneven
            else "has a column without a name"
        )
        raise InvalidInput(Problem(said, str(path), line))
    cells = ((number, [read_value(cell) if cell.strip() else None for cell in row]) for number, row in rows)
    kept = [place for place, name in enumerate(paths) if name != "point"]
    chosen = ((number, [row[place] for place in kept]) for number, row in cells)
    return Design.from_rows([paths[place] for place in kept], chosen, str(path), "line")


def _parquet(path: Path) -> Any:
    import pandas as pd

    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:  # Arrow's errors are ValueErrors
        raise InvalidInput(_unreadable(path, error)) from None


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(f"cannot be read: {getattr(error, 'strerror', None) or error}", str(path))
