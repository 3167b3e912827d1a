"""The manifest of a sweep's folder: what is needed to make the same numbers again."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.engine.whole_file import whole_file
from sim.experiment.blocks import Common
from sim.experiment.factors import Factor
from sim.experiment.rule_book import rule_book, surroundings_of_bits
from sim.experiment.store.wish import Source
from sim.scenario import Scenario
from sim.scenario.titled import HEADINGS

__all__ = [
    "FORMAT",
    "Manifest",
    "changes",
    "kept_scenarios",
    "rule_book_changes",
    "scenario_changes",
    "surroundings_changes",
    "versions",
]

FORMAT = 1
_LIBRARIES = ("relay-handoff", "mesa", "numba", "numpy", "pandas", "scipy", "pydantic", "pyarrow")
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Manifest:
    """What a sweep's folder says of itself.

    Attributes:
        command: What began it.
        scenarios: By policy, the file with its scenario and that scenario's fingerprint.
        agents: Fingerprint of the classes that replace agents; empty without any.
        classes: Names of those classes, by the agent they replace.
        seed: Seed of the experiment.
        replications: Which are wanted.
        kind: Kind of the design.
        factors: What is varied.
        points: How many of the points in `design.parquet` are wanted.
        measures: Measures that tables show.
        rule_book: SHA-256 of every source file that can change a result.
        versions: Versions of libraries.
        platform: What equal bits are promised for.
        source: Where the scenario came from; None when it was built in Python.
        format: Version of the folder's layout.
    """

    command: str
    scenarios: Mapping[str, Mapping[str, str]]
    agents: str
    classes: Mapping[str, str]
    seed: int
    replications: tuple[int, ...]
    kind: str
    factors: tuple[Factor, ...]
    points: int
    measures: tuple[str, ...]
    rule_book: Mapping[str, str]
    versions: Mapping[str, str]
    platform: Mapping[str, str]
    source: Source | None = None
    format: int = FORMAT

    def write(self, path: Path) -> None:
        """Write it, whole or not at all."""
        said = asdict(self)
        said["replications"] = _ranges(self.replications)
        said["factors"] = [_factor_said(one) for one in self.factors]
        with whole_file(path) as file:
            file.write((json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode())

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read it back.

        Raises:
            ValueError: If it is no manifest of this version.
        """
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if said["format"] != FORMAT:
                raise ValueError(f"{path} is of format {said['format']}; this version reads {FORMAT}")
            chosen = {field.name: said[field.name] for field in fields(cls)}
            source = chosen["source"]
            chosen["source"] = source and Source(**{key: _tuple(one) for key, one in source.items()})
            chosen["replications"] = tuple(
                number for first, last in said["replications"] for number in range(first, last + 1)
            )
            chosen["factors"] = tuple(
                Factor(**{key: _tuple(value) for key, value in one.items()}) for one in said["factors"]
            )
            chosen["measures"] = tuple(said["measures"])
            return cls(**chosen)
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError):
            raise ValueError(f"{path.parent} does not hold a sweep; name another directory") from None

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of the policies in results."""
        return tuple(self.scenarios)


def kept_scenarios(
    common: Common, before: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Mapping[str, str]]:
    """File name and fingerprint of the scenario under each policy.

    Args:
        common: The policies and their scenarios.
        before: What was kept of the first ones already; files keep their names.
    """
    plain = [re.sub(r"[^\w-]+", "-", name).strip("-") for name in common.names]
    found: dict[str, Mapping[str, str]] = dict(before or {})
    for place, (name, scenario) in enumerate(zip(common.names, common.scenarios, strict=True)):
        apart = "" if plain.count(plain[place]) == 1 else f"-{place}"
        own = {"file": f"scenario-{plain[place]}{apart}.toml", "fingerprint": scenario.fingerprint}
        found.setdefault(name, own)
    return found


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Runs of consecutive numbers, as [first, last]."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _factor_said(one: Factor) -> dict[str, Any]:
    if one.is_range:
        return {"path": one.path, "low": one.low, "high": one.high, "unit": one.unit}
    return {"path": one.path, "levels": list(one.levels)}


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that a run uses."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any], what: str = "") -> list[str]:
    """How two tables differ, one line each, by their dotted keys.

    Args:
        before: One table.
        after: The other.
        what: What the keys are put behind.

    Returns:
        Lines such as "team.reps.count: 5 -> 6", the first few.
    """
    lines = list(_changes(before, after, ""))
    more = [f"... and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
    return [f"{what}{line}" for line in lines[:_MOST_SHOWN]] + more


def _changes(before: Any, after: Any, at: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            below = f"{at}.{key}" if at else str(key)
            if key not in before:
                yield f"{below} is new: {_short(after[key])}"
            elif key not in after:
                yield f"{below} is gone: {_short(before[key])}"
            else:
                yield from _changes(before[key], after[key], below)
    elif before != after:
        yield f"{at}: {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def rule_book_changes(before: Mapping[str, str]) -> list[str]:
    """Source files that are not those a sweep began with."""
    now = rule_book()
    names = [name for name in dict.fromkeys([*before, *now]) if before.get(name) != now.get(name)]
    said = {
        name: "is new" if name not in before else "is gone" if name not in now else "has changed"
        for name in names
    }
    lines = [f"{name} {said[name]}" for name in names]
    more = [f"... and {len(lines) - _MOST_SHOWN} more files"] if len(lines) > _MOST_SHOWN else []
    return [*lines[:_MOST_SHOWN], *more]


def surroundings_changes(before: Mapping[str, str]) -> list[str]:
    """What equal bits are promised for, and is not what a sweep began with."""
    return changes(before, surroundings_of_bits())


def scenario_changes(before: Scenario, after: Scenario) -> list[str]:
    """Settings in which two scenarios differ, of those that can change a result."""
    found = changes(_of_consequence(before), _of_consequence(after))
    if not found and before.fingerprint != after.fingerprint:
        found = ["the contents of market.demand.arrivals_file"]
    return found


def _of_consequence(scenario: Scenario) -> dict[str, Any]:
    return {key: value for key, value in scenario.model_dump(mode="json").items() if key not in HEADINGS}
