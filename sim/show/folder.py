"""The folder that `--out` leaves behind, written and read: what a report needs of it, and how one sees it is whole.

The manifest names every file a report reads, with its digest, and is written last. A folder without it was not
finished; a file that does not agree with it was changed or damaged since.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sim.engine.whole_file import whole_file

if TYPE_CHECKING:
    import pandas as pd

    from sim.measure.results import Results
    from sim.scenario.document import Scenario

__all__ = [
    "FORMAT",
    "MANIFEST",
    "Folder",
    "UnreadableFolder",
    "digests",
    "keep_data",
    "read_folder",
    "read_manifest",
    "scenario_files",
]

FORMAT = 1
"""Version of what the files hold and how they are called; readers refuse another one."""

MANIFEST = "manifest.json"
KINDS = ("comparison", "run")

_RUNS = "runs.parquet"
_AGAIN = "run its command again"
_KEYS = ("scenario", "policy", "seed", "replication")
_FRAMES: Mapping[str, tuple[str, ...]] = {
    "buyers": ("number", "journey", "laps", "lap_won", "bought_from", "loss_reason", "revenue_value"),
    "exchanges": (
        "number", "journey", "lap", "let_go_day", "system_days", "queue_days", "human_days", "position",
        "zone_open", "zone_close", "facts_before_mask", "facts_after_mask", "outcome", "verdict", "qualified", "reason",
    ),
    "deals": ("number", "lap", "outcome", "reason", "revenue_value"),
    "days": (),
    "phases": (),
}  # fmt: skip
"""Frames that are kept, and the columns that figures are drawn from; none named: all of them.

Whole frames of sixty runs would take a hundred megabytes; whoever wants them runs again, to the same bit.
"""


class UnreadableFolder(ValueError):
    """A folder that no report can be made of; the message says why and what to do."""


@dataclass(frozen=True)
class Folder:
    """What `relay compare --out` or `relay run --out` found.

    Attributes:
        path: The folder.
        manifest: Command, versions, fingerprints, seeds and files.
        answer: What the command answered, as in `results.json`.
        scenarios: The scenario under each policy as plain tables, in the order of the policies.
    """

    path: Path
    manifest: Mapping[str, Any]
    answer: Mapping[str, Any]
    scenarios: Mapping[str, Mapping[str, Any]]

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of the policies, the one the others are compared with first."""
        return tuple(self.scenarios)

    @property
    def first(self) -> Mapping[str, Any]:
        """The scenario under the first policy."""
        return next(iter(self.scenarios.values()))

    @property
    def currency(self) -> str:
        """What money is counted in."""
        return str(self.first["market"]["currency"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Numerator and denominator of every measure in every run; `measure` says which."""
        return _parquet(self.path, _RUNS)

    def frame(self, name: str) -> pd.DataFrame:
        """A frame of the runs that figures are drawn from.

        Args:
            name: "buyers", "exchanges", "deals", "days" or "phases".
        """
        return _parquet(self.path, _frame_file(name))


def keep_data(directory: Path, results: Results, framed: Results) -> None:
    """Write the measures of every run, and frames of the runs that figures are drawn from.

    Args:
        directory: Where to.
        results: All runs.
        framed: Those whose frames were kept.
    """
    measures = results.measures.drop(columns="value").astype({"measure": "category"})
    _keep_parquet(directory / _RUNS, measures)
    (directory / "frames").mkdir(exist_ok=True)
    for name, columns in _FRAMES.items():
        frame: pd.DataFrame = getattr(framed, name)
        _keep_parquet(directory / _frame_file(name), frame[[*_KEYS, *columns]] if columns else frame)


def scenario_files(scenarios: Sequence[Scenario]) -> dict[str, str]:
    """The file that holds the scenario under each policy; no two policies share one."""
    files: dict[str, str] = {}
    for scenario in scenarios:
        stem = plain = "scenario-" + re.sub(r"[^\w-]+", "-", scenario.policy.name).strip("-")
        nth = 1
        while f"{stem}.toml" in files.values():
            nth += 1
            stem = f"{plain}-{nth}"
        files[scenario.policy.name] = f"{stem}.toml"
    return files


def digests(directory: Path, files: Sequence[str]) -> dict[str, str]:
    """SHA-256 of the files that a report reads, for the manifest.

    Args:
        directory: The folder.
        files: Files besides the runs and frames.
    """
    names = [*files, _RUNS, *map(_frame_file, _FRAMES)]
    return {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in names}


def read_folder(path: Path) -> Folder:
    """Read what `--out` left, after seeing that it is whole.

    Args:
        path: The folder.

    Returns:
        Its contents; tables are loaded when asked for.

    Raises:
        UnreadableFolder: If it holds no results, or is incomplete, damaged or of another format.
    """
    manifest = read_manifest(path)
    _check_version(path, manifest)
    files = _vouched_for(path, manifest)
    for name, digest in files.items():
        if not (path / name).is_file():
            _refuse(path, f"is incomplete: {name} is missing", _AGAIN)
        if hashlib.sha256((path / name).read_bytes()).hexdigest() != digest:
            _refuse(path, f"is damaged: {name} is not the file that was written with it", _AGAIN)
    answer = json.loads((path / "results.json").read_text(encoding="utf-8"))
    scenarios = {
        policy: tomllib.loads((path / file).read_text(encoding="utf-8"))
        for policy, file in manifest["scenarios"].items()
    }
    return Folder(path, manifest, answer, scenarios)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a folder, whatever it says.

    Raises:
        UnreadableFolder: If there is no folder, no manifest or no sense in it.
    """
    if not path.exists():
        raise UnreadableFolder(f"there is no folder {path}")
    if not path.is_dir():
        raise UnreadableFolder(f"{path} is a file; name the folder it is in")
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
    except FileNotFoundError:
        _refuse(
            path,
            f"holds no finished results: it has no {MANIFEST}",
            "make one with relay compare ... --out DIR",
        )
    except (OSError, ValueError) as error:
        _refuse(path, f"is damaged: {MANIFEST} cannot be read ({error})", _AGAIN)
    if not isinstance(manifest, dict):
        _refuse(path, f"is damaged: {MANIFEST} is no table", _AGAIN)
    return manifest


def _check_version(path: Path, manifest: Mapping[str, Any]) -> None:
    if "format" not in manifest or "kind" not in manifest:
        _refuse(
            path,
            f"does not say in {MANIFEST} what it holds",
            "an older relay may have written it; run its command again",
        )
    if manifest["format"] != FORMAT:
        said = f"has format {manifest['format']!r}, and this version of relay reads format {FORMAT}"
        _refuse(path, said, "use the version that wrote it, or run its command again")
    if manifest["kind"] not in KINDS:
        _refuse(
            path,
            f"holds a {manifest['kind']!r}, of which no report is made",
            "report what relay compare --out leaves",
        )


def _vouched_for(path: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Digests by file, after seeing that every file a report reads is among them and none lies outside."""
    files, scenarios = manifest.get("files"), manifest.get("scenarios")
    if not isinstance(files, dict) or not isinstance(scenarios, dict) or not scenarios:
        _refuse(path, f"is damaged: {MANIFEST} does not name its files", _AGAIN)
    needed = {"results.json", _RUNS, *map(_frame_file, _FRAMES), *map(str, scenarios.values())}
    strange = [name for name in files if Path(name).is_absolute() or ".." in Path(name).parts]
    if strange or not needed <= set(files):
        _refuse(path, f"is damaged: {MANIFEST} names other files than a results folder has", _AGAIN)
    return files


def _refuse(path: Path, said: str, advice: str) -> NoReturn:
    raise UnreadableFolder(f"{path} {said}; {advice}") from None


def _frame_file(name: str) -> str:
    return f"frames/{name}.parquet"


def _keep_parquet(path: Path, frame: pd.DataFrame) -> None:
    with whole_file(path) as file:
        frame.to_parquet(file, compression="zstd", index=False)


def _parquet(path: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path / name)
