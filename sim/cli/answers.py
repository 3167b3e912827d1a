"""Results as data: JSON fields, rows of CSV tables, and the exit code they deserve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from sim.cli.failures import FAILED
from sim.experiment.estimates import Estimate, single
from sim.measure.measures import measure_named

if TYPE_CHECKING:
    from sim.measure.measures import Measure
    from sim.measure.results import Results

__all__ = [
    "code_after",
    "estimate_of",
    "failure_fields",
    "measure_fields",
    "rows_of_comparison",
    "rows_of_run",
]


def estimate_of(results: Results, name: str) -> Estimate:
    """A single policy's value of a measure with its interval.

    Args:
        results: Runs of one policy.
        name: Name of the measure.

    Returns:
        The estimate; its ends are NaN with fewer than two replications.
    """
    policy = results.runs[0].key.policy
    parts = np.array(results.parts(name, policy), dtype=np.float64).reshape(-1, 2)
    return single(measure_named(name), policy, parts[:, 0], parts[:, 1])


def measure_fields(measure: Measure) -> dict[str, Any]:
    """What a measure is, for JSON."""
    return {
        "label": measure.label,
        "formula": measure.formula,
        "unit": measure.unit,
        "denominator": measure.denominator,
        "direction": measure.direction,
    }


def estimate_fields(estimate: Estimate) -> dict[str, Any]:
    """A value with its interval, for JSON."""
    return asdict(estimate)


def failure_fields(results: Results) -> list[dict[str, Any]]:
    """The runs that failed, for JSON."""
    return [
        {**one.key._asdict(), "stage": one.stage, "message": one.message, "command": one.command}
        for one in results.failed
    ]


def rows_of_run(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of `relay run` as rows, one per measure."""
    kept = ("value", "low", "high", "replications")
    return [
        {
            "measure": name,
            "label": one["label"],
            "unit": one["unit"],
            "denominator": one["denominator"],
            "policy": one["policy"],
            **{key: one[key] for key in kept},
        }
        for name, one in answer["measures"].items()
    ]


def rows_of_comparison(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of `relay compare` as rows, one per measure and policy; the first has no difference."""
    rows = []
    kept = {"value": "difference", "low": "difference_low", "high": "difference_high", "saving": "saving"}
    for name, one in answer["measures"].items():
        pairs: Sequence[dict[str, Any] | None] = [None, *one["differences"]]
        for estimate, pair in zip(one["estimates"], pairs, strict=True):
            rows.append(
                {
                    "measure": name,
                    "label": one["label"],
                    "unit": one["unit"],
                    "denominator": one["denominator"],
                    "policy": estimate["policy"],
                    "value": estimate["value"],
                    "value_low": estimate["low"],
                    "value_high": estimate["high"],
                    "against": pair["against"] if pair else None,
                    **{column: pair[key] if pair else None for key, column in kept.items()},
                    "finding": pair["finding"] if pair else None,
                    "replications": estimate["replications"],
                }
            )
    return rows


def code_after(results: Results) -> int:
    """Exit code after runs; says on stderr what failed and how to see it again."""
    if not results.failed:
        return 0
    first = results.failed[0]
    total = len(results.failed) + len(results.runs)
    click.echo(
        f"{len(results.failed)} of {total} runs failed and are left out. The first: {first.message}\n"
        f"Repeat it with: {first.command}",
        err=True,
    )
    return FAILED
