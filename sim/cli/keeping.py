"""What a command leaves behind in --out: table, results, manifest and figures, each whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import math
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import usage_error
from sim.engine.whole_file import whole_file
from sim.show.folder import FORMAT, MANIFEST, digests, keep_data, scenario_files

if TYPE_CHECKING:
    from sim.experiment.intervals import Comparison
    from sim.measure.results import Results
    from sim.scenario.document import Scenario

__all__ = [
    "Report",
    "csv_text",
    "json_text",
    "keep",
    "keep_report",
    "manifest",
    "ready_directory",
    "surroundings",
]

_LIBRARIES = ("relay-handoff", "mesa", "numba", "numpy", "pandas", "scipy", "pydantic", "matplotlib")


def ready_directory(path: Path | None, beside_a_sweep: bool = False) -> Path | None:
    """The directory to write to, made and proved writable before anything is simulated.

    Args:
        path: What --out says; None when it was not given.
        beside_a_sweep: Whether a directory will do in which a sweep keeps its runs.

    Returns:
        The same path.

    Raises:
        click.UsageError: If it is a file, holds a sweep, or cannot be made or written to.
    """
    if path is None:
        return None
    if path.exists() and not path.is_dir():
        raise usage_error(f"{path} is a file; name a directory", "--out")
    if (path / "design.parquet").exists() and not beside_a_sweep:
        raise usage_error(f"{path} holds the runs of a sweep; name another directory", "--out")
    try:
        path.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=path).close()
    except OSError as error:
        raise usage_error(f"cannot write to {path}: {error.strerror or error}", "--out") from None
    return path


def keep(directory: Path, name: str, text: str) -> Path:
    """Write a text file, whole or not at all.

    Args:
        directory: Where to.
        name: Name of the file.
        text: Its contents.

    Returns:
        Its path.
    """
    with whole_file(directory / name) as file:
        file.write(text.encode())
    return directory / name


def json_text(value: Any) -> str:
    """JSON for programs: numbers that are none (NaN, infinity) become null."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value


@dataclass(frozen=True)
class Report:
    """Everything a command found, ready to be kept.

    Attributes:
        scenarios: What was run, one per policy.
        seed: Seed of the experiment.
        replications: Numbers of the replications.
        agents: Classes of the user's own, as named on the command line.
        answer: The JSON answer.
        rows: The same table as rows.
        text: The same table as text.
        results: All runs.
        framed: The runs whose frames were kept, for figures.
        comparison: The headline comparison; None for a single policy.
        tables: Further tables, rows by name of the file.
    """

    scenarios: Sequence[Scenario]
    seed: int
    replications: Sequence[int]
    agents: Sequence[str]
    answer: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    text: str
    results: Results
    framed: Results
    comparison: Comparison | None
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def keep_report(directory: Path, report: Report, quiet: bool) -> None:
    """Write tables, results, manifest and figures, saying on stderr what is being written.

    Args:
        directory: Where to.
        report: What to keep.
        quiet: Whether to keep stderr empty.
    """
    # The manifest vouches for the files, so an older one goes first and the new one comes last.
    (directory / MANIFEST).unlink(missing_ok=True)
    results = report.framed
    keep(directory, "table.txt", click.unstyle(report.text) + "\n")
    keep(directory, "table.csv", csv_text(report.rows))
    for name, rows in report.tables.items():
        keep(directory, name, csv_text(rows))
    keep(directory, "results.json", json_text(report.answer) + "\n")
    files = scenario_files(report.scenarios)
    for scenario in report.scenarios:
        keep(directory, files[scenario.policy.name], scenario.to_toml())
    keep(directory, "phases.csv", results.phases.to_csv(index=False, lineterminator="\n"))
    keep_data(directory, report.results, results)
    vouched = digests(directory, ["results.json", *files.values()])
    keep(directory, MANIFEST, json_text({**manifest(report), "scenarios": files, "files": vouched}) + "\n")
    from sim.cli.figures import draw_figures

    if not quiet:
        click.echo(f"Tables are in {directory}; drawing the figures", err=True, nl=False)
    for _ in draw_figures(directory, report.scenarios, results, report.comparison):
        if not quiet:
            click.echo(".", err=True, nl=False)
    if not quiet:
        click.echo(
            f" done.\nA page of it to show others: {shlex.join(['relay', 'report', str(directory)])}",
            err=True,
        )


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with equal keys as CSV; what is no number is left empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: "" if value is None or value != value else value for key, value in row.items()})
    return text.getvalue()


def manifest(report: Report) -> dict[str, Any]:
    """What is needed to make the same numbers again.

    Args:
        report: What was found.

    Returns:
        Command line, versions, platform, fingerprints, seed and replications.
    """
    first = report.scenarios[0]
    return {
        "format": FORMAT,
        "kind": "run" if report.comparison is None else "comparison",
        "scenario": {"name": first.name, "title": first.title},
        "fingerprints": {one.policy.name: one.fingerprint for one in report.scenarios},
        "seed": report.seed,
        "replications": list(report.replications),
        "agents": list(report.agents),
        **surroundings(),
    }


def surroundings() -> dict[str, Any]:
    """Command line, versions and platform, for a manifest."""
    versions = {name: version for name in _LIBRARIES if (version := _version(name))}
    return {
        "command": shlex.join(["relay", *sys.argv[1:]]),
        "versions": {"python": platform.python_version(), **versions},
        "platform": platform.platform(),
        "processor": platform.machine(),
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
