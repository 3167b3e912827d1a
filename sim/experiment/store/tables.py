"""The tables of a sweep's folder: points, finished runs and failures as Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engine.whole_file import whole_file
from sim.experiment.designs import Design
from sim.experiment.factors import Value, spelled
from sim.experiment.store.stopping import SweepStopped
from sim.experiment.sweep_failure import SweepFailure
from sim.experiment.sweep_rows import Rows
from sim.scenario.overrides import read_value

__all__ = [
    "design_table",
    "failure_table",
    "failures_in",
    "points_in",
    "read_table",
    "rows_in",
    "run_table",
    "write_table",
]

KEYS = ("point", "policy", "seed", "replication")
_TOML = {b"spelling": b"toml"}


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table, whole or not at all.

    Raises:
        OSError: If there is no room, or no right to write.
    """
    with whole_file(path) as file:
        pq.write_table(
            table, file, compression="zstd", write_page_checksum=True, use_dictionary=["policy"],
            write_statistics=False,
        )  # fmt: skip


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a table, or some of its columns, checking that nothing has changed on the disk.

    Raises:
        OSError: If the file cannot be read or is damaged.
    """
    file = pq.ParquetFile(path, page_checksum_verification=True)
    with file:
        return file.read(None if columns is None else list(columns))


def design_table(design: Design) -> pa.Table:
    """The points: their number and one column per setting; mixed values as TOML spells them."""
    columns, fields = [pa.array(range(len(design)), pa.int32())], [pa.field("point", pa.int32())]
    for path, values in zip(design.paths, zip(*design.points, strict=True), strict=True):
        array, about = _column(values)
        columns.append(array)
        fields.append(pa.field(path, array.type, metadata=about))
    return pa.table(columns, schema=pa.schema(fields))


def _column(values: Sequence[Value]) -> tuple[Any, dict[bytes, bytes] | None]:
    for kind, arrow in ((bool, pa.bool_()), (int, pa.int64()), (float, pa.float64()), (str, pa.string())):
        if all(type(one) is kind for one in values):
            return pa.array(values, arrow), None
    return pa.array([spelled(one) for one in values], pa.string()), _TOML


def points_in(table: pa.Table) -> tuple[tuple[str, ...], tuple[tuple[Value, ...], ...]]:
    """The settings of a design's table and its points."""
    paths, columns = [], []
    for field in table.schema:
        if field.name == "point":
            continue
        values = table.column(field.name).to_pylist()
        as_toml = (field.metadata or {}).get(b"spelling") == b"toml"
        paths.append(field.name)
        columns.append([read_value(one) for one in values] if as_toml else values)
    return tuple(paths), tuple(zip(*columns, strict=True))


def run_table(rows: Rows, policies: Sequence[str], seed: int) -> pa.Table:
    """Finished runs: the keys, then numerator and denominator of every measure."""
    names = pa.array(list(policies), pa.string())
    columns: dict[str, Any] = {
        "point": pa.array(rows.points, pa.int32()),
        "policy": pa.DictionaryArray.from_arrays(pa.array(rows.policies, pa.int32()), names),
        "seed": pa.array(np.full(len(rows), seed), pa.int64()),
        "replication": pa.array(rows.replications, pa.int64()),
    }
    for place, name in enumerate(rows.measures):
        for part, ending in enumerate(("numerator", "denominator")):
            columns[f"{name}.{ending}"] = pa.array(rows.parts[:, place, part], pa.float64())
    return pa.table(columns)


def rows_in(path: Path, policies: Sequence[str], measures: Sequence[str]) -> Rows:
    """The runs of a part with some measures.

    Raises:
        SweepStopped: If the part has no such measure.
        OSError: If the file cannot be read or is damaged.
    """
    columns = [f"{name}.{ending}" for name in measures for ending in ("numerator", "denominator")]
    table = read_table(path, [*KEYS, *columns])
    absent = [name for name in measures if f"{name}.numerator" not in table.column_names]
    if absent:
        raise SweepStopped(
            f"{path} has no {', '.join(absent)}: a version made it that did not know such a measure. Report other "
            f"measures, or make the sweep again in another folder."
        )
    return _rows(table, policies, tuple(measures))


def _rows(table: pa.Table, policies: Sequence[str], measures: tuple[str, ...]) -> Rows:
    numbers = {name: number for number, name in enumerate(policies)}
    chosen = [numbers[name] for name in table.column("policy").to_pylist()]
    parts = np.empty((len(table), len(measures), 2))
    for place, name in enumerate(measures):
        for part, ending in enumerate(("numerator", "denominator")):
            parts[:, place, part] = table.column(f"{name}.{ending}").to_numpy()
    return Rows(
        table.column("point").to_numpy().astype(np.int64),
        np.array(chosen, dtype=np.int64),
        table.column("replication").to_numpy().astype(np.int64),
        parts,
        measures,
    )


def failure_table(failed: Sequence[SweepFailure], policies: Sequence[str], seed: int) -> pa.Table:
    """Failed runs: the keys, then stage, message and command."""
    return pa.table(
        {
            "point": pa.array([one.point for one in failed], pa.int32()),
            "policy": pa.array([policies[one.policy] for one in failed], pa.string()),
            "seed": pa.array([seed] * len(failed), pa.int64()),
            "replication": pa.array([one.replication for one in failed], pa.int64()),
            "stage": pa.array([one.stage for one in failed], pa.string()),
            "message": pa.array([one.message for one in failed], pa.string()),
            "command": pa.array([one.command for one in failed], pa.string()),
        }
    )


def failures_in(path: Path, policies: Sequence[str]) -> list[SweepFailure]:
    """The failed runs of a table."""
    return [
        SweepFailure(
            one["point"], policies.index(one["policy"]), one["replication"], one["stage"], one["message"],
            one["command"],
        )
        for one in read_table(path).to_pylist()
    ]  # fmt: skip
