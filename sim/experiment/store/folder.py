"""A sweep's folder: its manifest, its points, its finished runs and its failures.

    DIR/manifest.json            what is needed to make the same numbers again; written last of the first files
    DIR/scenario-POLICY.toml     the complete scenario under each policy
    DIR/design.parquet           the points, one row each
    DIR/runs/part-A-B.parquet    finished runs, many in each part; A-B are the commits it holds
    DIR/failures.parquet         runs that failed: stage, message, command to repeat it

Every file is written under a temporary name, put on the disk and renamed. A run is finished when it is in a part
or among the failures. Small parts are joined now and then: the part that holds commits A to B is written first, then
those it replaces are removed, and whoever reads passes over parts whose commits another one holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from sim.engine.whole_file import TEMPORARY, whole_file
from sim.experiment.designs import Design
from sim.experiment.store.manifest import Manifest
from sim.experiment.store.stopping import SweepRefused, SweepStopped
from sim.experiment.store.tables import (
    design_table,
    failure_table,
    failures_in,
    points_in,
    read_table,
    rows_in,
    run_table,
    write_table,
)
from sim.experiment.sweep_failure import SweepFailure
from sim.experiment.sweep_rows import Rows
from sim.measure.measures import MEASURES
from sim.scenario import Scenario

__all__ = ["Folder"]

_PART = re.compile(r"part-(\d+)-(\d+)\.parquet")
SMALL_ROWS = 10_000
MOST_SMALL_PARTS = 32


class Folder:
    """A sweep's folder.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        """Look at a folder; nothing is read yet.

        Args:
            path: Where it is.
        """
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether a sweep has begun here."""
        return self._manifest.is_file()

    @property
    def _manifest(self) -> Path:
        return self.path / "manifest.json"

    @property
    def _runs(self) -> Path:
        return self.path / "runs"

    @property
    def _failures(self) -> Path:
        return self.path / "failures.parquet"

    @cached_property
    def manifest(self) -> Manifest:
        """What the folder says of itself.

        Raises:
            SweepRefused: If there is no manifest, or none that can be read.
        """
        if not self.exists:
            raise SweepRefused(f"{self.path}: no sweep has begun here (there is no manifest.json)")
        try:
            return Manifest.read(self._manifest)
        except ValueError as error:
            raise SweepRefused(str(error)) from None

    @cached_property
    def design(self) -> Design:
        """What is varied, and the points."""
        _, points = points_in(read_table(self.path / "design.parquet"))
        kind: Any = self.manifest.kind
        return Design(self.manifest.factors, points[: self.manifest.points], kind)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """The scenario under each policy, as it was when the sweep began.

        Raises:
            SweepStopped: If a file is not what it was.
        """
        found = {}
        for name, one in self.manifest.scenarios.items():
            found[name] = Scenario.load(self.path / one["file"])
            if found[name].fingerprint != one["fingerprint"]:
                said = "or the arrivals file that it names, is not what the sweep began with; put it back"
                raise SweepStopped(f"{self.path / one['file']}, {said}")
        return found

    def begin(self, manifest: Manifest, design: Design, scenarios: Sequence[Scenario]) -> None:
        """Write the first files; the manifest, which makes it a sweep's folder, comes last.

        Args:
            manifest: What the folder shall say.
            design: The points.
            scenarios: The scenario under each policy.
        """
        with self._writing():
            self._runs.mkdir(parents=True, exist_ok=True)
            for part in self._parts():
                part.unlink()  # of a sweep that was not begun either
            self._write_scenarios(manifest, scenarios)
            write_table(design_table(design), self.path / "design.parquet")
            self.say(manifest)

    def extend(self, manifest: Manifest, design: Design, scenarios: Sequence[Scenario]) -> None:
        """Replace points and manifest by longer ones; points and policies that are there keep their numbers."""
        with self._writing():
            self._write_scenarios(manifest, scenarios, len(self.manifest.policies))
            if len(design) > self.manifest.points:
                write_table(design_table(design), self.path / "design.parquet")
            self.say(manifest)

    def _write_scenarios(self, manifest: Manifest, scenarios: Sequence[Scenario], first: int = 0) -> None:
        said = list(manifest.scenarios.values())
        for one, scenario in list(zip(said, scenarios, strict=True))[first:]:
            with whole_file(self.path / one["file"]) as file:
                file.write(scenario.to_toml().encode())

    def say(self, manifest: Manifest) -> None:
        """Write another manifest."""
        manifest.write(self._manifest)
        for name in ("manifest", "design", "scenarios"):
            self.__dict__.pop(name, None)

    def tidy(self) -> None:
        """Remove what an interrupted writer left behind; only for whoever holds the folder."""
        for place in (self.path, self._runs):
            for left in place.glob(f"{TEMPORARY}*"):
                left.unlink()
        kept = set(self._parts())
        for part in self._runs.glob("part-*.parquet"):
            if part not in kept:
                part.unlink()

    def commit(self, rows: Rows, failed: Sequence[SweepFailure]) -> None:
        """Put finished and failed runs on the disk; after this they are never made again.

        Args:
            rows: Finished runs.
            failed: Failed runs.

        Raises:
            SweepStopped: If there is no room or no right to write; nothing half-written is left.
        """
        with self._writing():
            if len(rows):
                self._write_part(rows, self._next_commit(), self._next_commit())
                self._join_small_parts()
            if failed:
                policies = self.manifest.policies
                every = sorted({one.key: one for one in [*self.failed(), *failed]}.values())
                write_table(failure_table(every, policies, self.manifest.seed), self._failures)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SweepStopped(
                f"{self.path}: cannot write: {error.strerror or error}. What was committed before is safe."
            ) from error

    def _write_part(self, rows: Rows, first: int, last: int) -> None:
        table = run_table(rows, self.manifest.policies, self.manifest.seed)
        write_table(table, self._runs / f"part-{first:06d}-{last:06d}.parquet")

    def _next_commit(self) -> int:
        return 1 + max((_commits(part)[1] for part in self._parts()), default=-1)

    def _parts(self) -> list[Path]:
        """Parts in the order of their commits, without those whose commits another part holds."""
        found = [part for part in self._runs.glob("part-*.parquet") if _PART.fullmatch(part.name)]
        found.sort(key=lambda part: (_commits(part)[0], -_commits(part)[1]))
        kept: list[Path] = []
        for part in found:
            if not kept or _commits(part)[1] > _commits(kept[-1])[1]:
                kept.append(part)
        return kept

    def _join_small_parts(self) -> None:
        small: list[Path] = []
        for part in reversed(self._parts()):
            if self._length(part) >= SMALL_ROWS:
                break
            small.insert(0, part)
        if len(small) < MOST_SMALL_PARTS:
            return
        measures = tuple(MEASURES)
        rows = Rows.joined([rows_in(part, self.manifest.policies, measures) for part in small], measures)
        self._write_part(rows, _commits(small[0])[0], _commits(small[-1])[1])
        for part in small:
            part.unlink()

    def finished(self) -> int:
        """How many runs are in parts."""
        return sum(self._length(part) for part in self._parts())

    def _length(self, part: Path) -> int:
        with self._reading(part):
            return int(pq.read_metadata(part).num_rows)

    def rows(self, measures: Sequence[str] = tuple(MEASURES)) -> Rows:
        """The finished runs of the points and replications that are wanted, in order.

        Args:
            measures: Measures wanted.
        """
        names = tuple(measures)
        return Rows.joined(list(self.by_part(names)), names).in_order()

    def by_part(self, measures: Sequence[str] = tuple(MEASURES)) -> Iterator[Rows]:
        """The finished runs, part by part.

        Raises:
            SweepStopped: If a part is damaged.
        """
        for part in self._parts():
            with self._reading(part):
                rows = rows_in(part, self.manifest.policies, measures)
            yield rows

    @contextmanager
    def _reading(self, part: Path) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError) as error:  # Arrow's errors are ValueErrors
            raise SweepStopped(
                f"{part} is damaged: {str(error).strip()}. "
                f"If you remove it, `relay resume {self.path}` makes its runs again."
            ) from None

    def failed(self) -> list[SweepFailure]:
        """The runs that failed."""
        return failures_in(self._failures, self.manifest.policies) if self._failures.is_file() else []

    def missing(self) -> npt.NDArray[np.bool_]:
        """Which runs are wanted and neither finished nor failed, shape (points, policies, replications)."""
        said = self.manifest
        wanted = np.ones((said.points, len(said.policies), len(said.replications)), dtype=bool)
        places = {number: place for place, number in enumerate(said.replications)}
        for rows in self.by_part(()):
            here = np.array([places.get(int(one), -1) for one in rows.replications], dtype=np.int64)
            known = (here >= 0) & (rows.points < said.points)
            wanted[rows.points[known], rows.policies[known], here[known]] = False
        for one in self.failed():
            if one.replication in places and one.point < said.points:
                wanted[one.point, one.policy, places[one.replication]] = False
        return wanted

    def forget_failures(self, stages: Iterable[str]) -> None:
        """Drop failures of some stages, so that these runs are made again."""
        kept = [one for one in self.failed() if one.stage not in stages]
        write_table(failure_table(kept, self.manifest.policies, self.manifest.seed), self._failures)


def _commits(part: Path) -> tuple[int, int]:
    found = _PART.fullmatch(part.name)
    assert found is not None
    return int(found[1]), int(found[2])
