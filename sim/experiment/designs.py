"""Designs: which settings a sweep varies, and the points it runs.

A design is made of factors, each a setting with its levels or its range, and points, each one value per factor.
Grids run every combination; Latin hypercubes, Sobol sequences and random designs draw points; a table gives
them one by one.

Sources: McKay, Beckman and Conover (1979), Technometrics 21(2), for Latin hypercubes; Sobol (1967), USSR
Computational Mathematics 7(4), scrambled after Owen (1995), for Sobol sequences; both as in `scipy.stats.qmc`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from sim.engine.draws import luck, uniform
from sim.experiment.factors import Factor, Value, factor_from, factor_named, plain_value, spelled
from sim.scenario import InvalidInput, Problem, Scenario
from sim.scenario.settings import is_whole, setting_problems, usual_key

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DRAWN", "KINDS", "Design", "Kind", "Levels", "design_of", "factors_of"]

Kind = Literal["grid", "latin-hypercube", "sobol", "random", "table"]
KINDS: tuple[str, ...] = get_args(Kind)
DRAWN = ("latin-hypercube", "sobol", "random")

MOST_POINTS = 1_000_000
"""More points than this are a slip of the finger."""

POINTS_PER_FACTOR = 10
"""Points of a Latin hypercube for each factor when nobody says how many.

Source: Loeppky, Sacks and Welch (2009), Technometrics 51(4).
"""

Levels: TypeAlias = Mapping[str, Any] | Iterable[Factor]
"""Factors, or what each setting takes: a list of levels, a pair (low, high) or a text such as "0.3:0.8:11"."""


@dataclass(frozen=True)
class Design:
    """Settings to vary, and the points to run.

    Attributes:
        factors: The settings.
        points: One value per factor, for each point; points are numbered from 0.
        kind: How the points came about.
        policies: Policies that a design file asks for; None where it says nothing.
        seeds: Replications that a design file asks for; None where it says nothing.
        label: Of a table, what its rows are called in messages, such as "points.csv, line".
        rows: Of a table, the row or line of each point.
    """

    factors: tuple[Factor, ...]
    points: tuple[tuple[Value, ...], ...]
    kind: Kind = "grid"
    policies: tuple[str, ...] | None = None
    seeds: int | None = None
    label: str = field(default="", compare=False)
    rows: tuple[int, ...] = field(default=(), compare=False, repr=False)

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.points)

    @property
    def paths(self) -> tuple[str, ...]:
        """The dotted keys of the settings, as the user spells them."""
        return tuple(one.path for one in self.factors)

    def settings(self, point: int) -> tuple[str, ...]:
        """What a point sets, as overrides of a scenario.

        Args:
            point: Its number.

        Returns:
            Texts "dotted.key=value".
        """
        values = zip(self.paths, self.points[point], strict=True)
        return tuple(f"{path}={spelled(value)}" for path, value in values)

    def to_frame(self) -> pd.DataFrame:
        """The points as a table: one row each, one column per setting, named by its dotted key."""
        import pandas as pd

        columns = zip(*self.points, strict=True)
        frame = {path: list(values) for path, values in zip(self.paths, columns, strict=True)}
        return pd.DataFrame(frame, columns=list(self.paths))

    @classmethod
    def grid(cls, levels: Levels) -> Design:
        """Every combination of levels; the last factor changes fastest.

        Args:
            levels: The factors.

        Returns:
            The design.

        Raises:
            InvalidInput: If a factor has a range instead of levels, or there are too many points.
        """
        factors = factors_of(levels)
        ranges = [one for one in factors if one.is_range]
        if ranges:
            said = "is a range, and a grid needs levels"
            raise InvalidInput(
                [
                    Problem(said, "grid", key=one.path, allowed='a third number, as in "0.3:0.8:11"')
                    for one in ranges
                ]
            )
        _refuse_too_many(math.prod(len(one.levels) for one in factors))
        return cls(factors, tuple(product(*(one.levels for one in factors))))

    @classmethod
    def latin_hypercube(cls, levels: Levels, samples: int, seed: int = 0) -> Design:
        """Points that spread each factor evenly over its range: one point in each of `samples` slices.

        Args:
            levels: The factors: ranges, or levels to draw from.
            samples: Number of points.
            seed: Seed of the draw.

        Returns:
            The design.
        """

        def drawn(factors: int) -> Any:
            from scipy.stats import qmc

            return qmc.LatinHypercube(factors, seed=seed).random(samples)

        return cls._drawn("latin-hypercube", levels, samples, drawn)

    @classmethod
    def sobol(cls, levels: Levels, samples: int, seed: int = 0) -> Design:
        """Points of a scrambled Sobol sequence, which fill the space of all factors together.

        Args:
            levels: The factors: ranges, or levels to draw from.
            samples: Number of points, a power of two: other numbers lose the balance of the sequence.
            seed: Seed of the scrambling.

        Returns:
            The design.

        Raises:
            InvalidInput: If `samples` is no power of two.
        """
        if samples < 1 or samples & (samples - 1):
            below = 2 ** max(0, int(samples).bit_length() - 1) if samples > 0 else 1
            raise InvalidInput(
                Problem("a Sobol sequence has a power of two of points", "sobol", None, "samples", str(samples),
                        f"{below} or {2 * below}")
            )  # fmt: skip

        def drawn(factors: int) -> Any:
            from scipy.stats import qmc

            return qmc.Sobol(factors, scramble=True, seed=seed).random_base2(samples.bit_length() - 1)

        return cls._drawn("sobol", levels, samples, drawn)

    @classmethod
    def random(cls, levels: Levels, samples: int, seed: int = 0) -> Design:
        """Points drawn independently and evenly.

        Args:
            levels: The factors: ranges, or levels to draw from.
            samples: Number of points.
            seed: Seed of the draw.

        Returns:
            The design.
        """

        def drawn(factors: int) -> Any:
            return [
                [uniform(luck(seed, 0, row), 0, column) for column in range(factors)]
                for row in range(samples)
            ]

        return cls._drawn("random", levels, samples, drawn)

    @classmethod
    def _drawn(cls, kind: Kind, levels: Levels, samples: int, drawn: Callable[[int], Any]) -> Design:
        factors = factors_of(levels)
        _refuse_too_many(samples)
        rows = drawn(len(factors))
        points = (tuple(one.at(float(u)) for one, u in zip(factors, row, strict=True)) for row in rows)
        return cls(factors, tuple(points), kind)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, label: str = "table") -> Design:
        """The points of a table: one column per setting, named by its dotted key, and one row per point.

        Args:
            frame: The table; a column `point` is passed over.
            label: Where it comes from, as messages name it.

        Returns:
            The design.

        Raises:
            InvalidInput: If a cell is empty or can be no setting, naming row (from 1) and column.
        """
        chosen = frame.drop(columns="point", errors="ignore")
        rows = (
            (number + 1, list(row)) for number, row in enumerate(chosen.itertuples(index=False, name=None))
        )
        return cls.from_rows([str(one) for one in chosen.columns], rows, label, "row")

    @classmethod
    def from_rows(
        cls, paths: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]], label: str, unit: str
    ) -> Design:
        """The points of a table, read row by row.

        Args:
            paths: The settings, one per column.
            rows: Number of each row and its cells.
            label: Where the table comes from, as messages name it.
            unit: What the numbers count, "row" or "line".

        Returns:
            The design.

        Raises:
            InvalidInput: With every cell that is empty or can be no setting.
        """
        problems, points, numbers = [], [], []
        for number, cells in rows:
            values = []
            for path, cell in zip(paths, cells, strict=True):
                try:
                    values.append(_cell(path, cell))
                except ValueError as error:
                    problems.append(Problem(str(error), f"{label}, {unit} {number}", None, path))
            points.append(tuple(values))
            numbers.append(number)
        if not points or not paths:
            raise InvalidInput(
                Problem("has no points", label, allowed="one column per setting, one row per point")
            )
        if problems:
            raise InvalidInput(problems)
        _refuse_too_many(len(points))
        columns = zip(*points, strict=True)
        factors = [
            Factor(path, tuple({spelled(value): value for value in values}.values()))
            for path, values in zip(paths, columns, strict=True)
        ]
        _refuse_twice(factors, label)
        return cls(tuple(factors), tuple(points), "table", label=f"{label}, {unit}", rows=tuple(numbers))

    @classmethod
    def from_file(cls, path: str | Path) -> Design:
        """A design from a file: TOML (see `sim.experiment.design_files`), or a table as CSV or Parquet.

        Args:
            path: The file.

        Returns:
            The design.

        Raises:
            InvalidInput: If it cannot be read; the message names the line or row.
        """
        from sim.experiment.design_files import design_from_file

        return design_from_file(Path(path))

    def problems(self, scenario: Scenario, label: str = "design") -> list[Problem]:
        """What a scenario has against the settings and their values, each looked at by itself.

        Args:
            scenario: The scenario that the settings are laid over.
            label: Where the design comes from, as messages name it.

        Returns:
            One problem per setting that does not exist and per value that is not allowed.
        """
        tables = scenario.model_dump(mode="json")
        first: dict[tuple[int, str], int] = {}
        for row, point in zip(self.rows, self.points, strict=False):
            for place in enumerate(map(spelled, point)):
                first.setdefault(place, row)
        values = []
        for column, one in enumerate(self.factors):
            for value in one.ends:
                text = spelled(value)
                known = first.get((column, text))
                where = label if known is None else f"{self.label} {known}"
                values.append((f"{where}: {one.path}={text}", one.path, value))
        return setting_problems(tables, values)


def design_of(given: Design | Levels | pd.DataFrame) -> Design:
    """A design from whatever says what to vary.

    Args:
        given: A design, a table, or what each setting takes. If each takes a list, every combination is run;
            if one takes a pair (low, high), a Latin hypercube of ten points per factor.

    Returns:
        The design.

    Raises:
        InvalidInput: If it says nothing, or something impossible.
    """
    if isinstance(given, Design):
        return given
    if hasattr(given, "itertuples"):
        return Design.from_frame(cast("pd.DataFrame", given))
    factors = factors_of(given)
    if any(one.is_range for one in factors):
        return Design.latin_hypercube(factors, POINTS_PER_FACTOR * len(factors))
    return Design.grid(factors)


def factors_of(levels: Levels) -> tuple[Factor, ...]:
    """The factors that something says; see `Levels`.

    Raises:
        InvalidInput: If it says nothing, or something impossible.
    """
    if isinstance(levels, Mapping):
        factors = tuple(factor_from(str(path), given, "design") for path, given in levels.items())
    else:
        factors = tuple(one if isinstance(one, Factor) else factor_named(one) for one in levels)
    if not factors:
        raise InvalidInput(Problem("varies nothing", "design", allowed="one setting or more"))
    _refuse_twice(factors, "design")
    return factors


def _refuse_twice(factors: Iterable[Factor], label: str) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for one in factors:
        usual = usual_key(one.path)
        if usual in seen:
            said = "is varied twice" if seen[usual] == one.path else f"is the same setting as {seen[usual]}"
            raise InvalidInput(Problem(said, label, None, one.path))
        seen[usual] = one.path


def _cell(path: str, cell: Any) -> Value:
    value = plain_value(cell)
    whole = isinstance(value, float) and value.is_integer() and is_whole(path)
    return int(value) if whole else value


def _refuse_too_many(points: int) -> None:
    if points < 1:
        raise InvalidInput(Problem("needs one point or more", "design", None, "samples", str(points)))
    if points > MOST_POINTS:
        said = f"has {points:,} points"
        raise InvalidInput(Problem(said, "design", allowed=f"at most {MOST_POINTS:,}"))
