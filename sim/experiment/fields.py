"""What a comparison found as plain values, ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sim.experiment.intervals import Comparison
from sim.measure.results import Failure

__all__ = ["failure_fields", "measure_fields", "plain_fields"]


def measure_fields(found: Comparison, verdict: str) -> dict[str, Any]:
    """What was found on one measure, ready for JSON; what has no value is None.

    Args:
        found: The comparison on it.
        verdict: The same in one sentence.

    Returns:
        Plain values by name.
    """
    return {
        "label": found.measure.label,
        "formula": found.measure.formula,
        "unit": found.measure.unit,
        "denominator": found.measure.denominator,
        "direction": found.measure.direction,
        "verdict": verdict,
        "replications": found.replications,
        "method": found.method,
        "estimates": [plain_fields(asdict(one)) for one in found.estimates],
        "differences": [plain_fields(asdict(one)) for one in found.differences],
        "pairs": [plain_fields(asdict(one)) for one in found.pairs],
        "notes": list(found.notes),
    }


def failure_fields(failures: Iterable[Failure]) -> list[dict[str, Any]]:
    """Runs that failed, ready for JSON."""
    return [
        {**one.key._asdict(), "stage": one.stage, "message": one.message, "command": one.command}
        for one in failures
    ]


def plain_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON knows them: numbers that are none become None."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }
