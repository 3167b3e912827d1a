"""The last sections of a report: what failed, and how to make the same numbers again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.show.report.page import Section, Table

__all__ = ["failure_section", "origin_section"]


def failure_section(failures: Sequence[Mapping[str, Any]]) -> Section:
    """The runs that failed and are left out everywhere.

    Args:
        failures: Keys of the runs with `stage`, `message` and `command`.
    """
    rows = [
        [
            f"{one['policy']}, replication {one['replication']}",
            str(one["stage"]),
            str(one["message"]),
            str(one["command"]),
        ]
        for one in failures
    ]
    many = f"{len(rows)} run{'s' if len(rows) != 1 else ''} failed."
    said = f"{many} Their seeds are left out for all policies, so that the others stay comparable."
    return Section(
        "failures",
        "What failed",
        [said],
        tables=[Table("Failed runs", ["run", "stage", "what went wrong", "to see it again"], rows)],
    )


def origin_section(
    manifest: Mapping[str, Any], fingerprints: Mapping[str, str], reproduced: str = ""
) -> Section:
    """Command, versions, seeds and fingerprints.

    Args:
        manifest: With `command` (empty where it was none), `seed`, `replications`, `agents`, `versions`, `platform` and
            perhaps `processor`.
        fingerprints: Of the scenario under each policy.
        reproduced: The command that makes runs again and compares them, if there is one.
    """
    numbers = list(manifest["replications"])
    rows = [
        ["seed of the experiment", str(manifest["seed"])],
        ["replications", _ranges(numbers)],
        ["classes of one's own", ", ".join(manifest["agents"]) or "none"],
        *([f"fingerprint of {policy}", digest] for policy, digest in fingerprints.items()),
        *([f"version of {name}", version] for name, version in manifest["versions"].items()),
        ["platform", ", ".join(str(manifest[key]) for key in ("platform", "processor") if key in manifest)],
    ]
    said = "A run is a function of scenario and seed"
    if manifest["command"]:
        said += ": this command gives the same numbers again, to the bit on the same platform and versions"
    said += ". The scenario files of this folder hold every setting."
    if reproduced:
        said += " relay reproduce makes the runs of this folder again and compares them."
    table = Table("Where the numbers come from", ["what", "value"], rows)
    return Section(
        "origin",
        "How to make the same numbers again",
        [said],
        tables=[table],
        commands=[one for one in (str(manifest["command"]), reproduced) if one],
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in words: "0 to 39 (40)", or one by one where they have gaps."""
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"{numbers[0]} to {numbers[-1]} ({len(numbers)})"
    return f"{', '.join(map(str, numbers))} ({len(numbers)})"
