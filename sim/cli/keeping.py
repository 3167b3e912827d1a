"""What a command leaves behind in --out: table, results, manifest and figures, each whole or not at all."""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import TYPE_CHECKING, Any

from sim.cli.failures import usage_error

if TYPE_CHECKING:
    from sim.scenario.document import Scenario

__all__ = ["json_text", "keep", "manifest", "ready_directory"]

_LIBRARIES = ("relay-handoff", "mesa", "numba", "numpy", "pandas", "scipy", "pydantic", "matplotlib")


def ready_directory(path: Path | None) -> Path | None:
    """The directory to write to, made and proved writable before anything is simulated.

    Args:
        path: What --out says; None when it was not given.

    Returns:
        The same path.

    Raises:
        click.UsageError: If it is a file, or cannot be made or written to.
    """
    if path is None:
        return None
    if path.exists() and not path.is_dir():
        raise usage_error(f"{path} is a file; name a directory", "--out")
    try:
        path.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=path).close()
    except OSError as error:
        raise usage_error(f"cannot write to {path}: {error.strerror or error}", "--out") from None
    return path


def keep(directory: Path, name: str, text: str) -> Path:
    """Write a text file under a temporary name, then rename it: a reader never meets half a file.

    Args:
        directory: Where to.
        name: Name of the file.
        text: Its contents.

    Returns:
        Its path.
    """
    with NamedTemporaryFile(
        "w", dir=directory, prefix=f".{name}.", delete=False, encoding="utf-8", newline="\n"
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            os.unlink(file.name)
            raise
    os.chmod(file.name, 0o644)
    os.replace(file.name, directory / name)
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


def manifest(scenarios: Sequence[Scenario], seeds: Sequence[int], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What is needed to make the same numbers again.

    Args:
        scenarios: What was run, one per policy.
        seeds: Seeds of the replications.
        settings: Options of the command that are worth keeping.

    Returns:
        Command line, versions, platform, fingerprints and seeds.
    """
    versions = {name: version for name in _LIBRARIES if (version := _version(name))}
    return {
        "command": ["relay", *sys.argv[1:]],
        "scenario": {"name": scenarios[0].name, "title": scenarios[0].title},
        "fingerprints": {one.policy.name: one.fingerprint for one in scenarios},
        "seeds": list(seeds),
        **settings,
        "versions": {"python": platform.python_version(), **versions},
        "platform": platform.platform(),
        "processor": platform.machine(),
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
