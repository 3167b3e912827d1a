"""What is said of a sweep: its best points, honestly, and what failed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import FAILED
from sim.cli.keeping import json_text, keep
from sim.cli.tables import Cell, aligned, paragraph, titled
from sim.experiment.best_points import BestPoint, best_points
from sim.experiment.factors import spelled
from sim.measure.measures import MEASURES, measure_named
from sim.show.numbers import writing_for

if TYPE_CHECKING:
    from sim.experiment.sweep_result import Sweep

__all__ = ["duration", "told"]

MOST_RIVALS = 3
HEADLINE = "revenue_value"


def told(sweep: Sweep, command: str, as_json: bool, out: Path | None) -> int:
    """Print what a sweep found, and keep it beside the runs.

    Args:
        sweep: The sweep, finished.
        command: The command that made it.
        as_json: Whether stdout gets JSON.
        out: Its folder.

    Returns:
        The exit code.
    """
    measure = HEADLINE if sweep.measures == tuple(MEASURES) else sweep.measures[0]
    best = best_points(sweep, measure)
    answer, text = _answer(sweep, command, measure, best), _text(sweep, measure, best, out)
    if out is not None:
        keep(out, "results.json", json_text(answer) + "\n")
        keep(out, "table.txt", click.unstyle(text) + "\n")
    click.echo(json_text(answer) if as_json else text)
    if not sweep.failed:
        return 0
    first = sweep.failed[0]
    click.echo(
        f"{len(sweep.failed):,} of {len(sweep.failed) + len(sweep):,} runs failed and are left out. The first: "
        f"{first.message}\nRepeat it with: {first.command}",
        err=True,
    )
    return FAILED


def _answer(sweep: Sweep, command: str, measure: str, best: Sequence[BestPoint]) -> dict[str, Any]:
    return {
        "command": command,
        "scenario": sweep.scenario.name,
        "currency": sweep.scenario.market.currency,
        "factors": list(sweep.design.paths),
        "points": len(sweep.design),
        "policies": list(sweep.policies),
        "seed": sweep.seed,
        "replications": list(sweep.replications),
        "runs": len(sweep),
        "measure": measure,
        "best": [
            {**asdict(one.estimate), "point": one.point, "settings": _settings(sweep, one.point), "rivals": one.rivals,
             "twins": one.twins}
            for one in best
        ],
        "failures": [
            {
                "point": one.point, "policy": sweep.policies[one.policy], "replication": one.replication,
                "stage": one.stage, "message": one.message, "command": one.command,
            }
            for one in sweep.failed
        ],
    }  # fmt: skip


def _settings(sweep: Sweep, point: int) -> dict[str, Any]:
    return dict(zip(sweep.design.paths, sweep.design.points[point], strict=True))


def _text(sweep: Sweep, name: str, best: Sequence[BestPoint], out: Path | None) -> str:
    measure = measure_named(name)
    count = len(sweep.replications)
    head = titled(
        sweep.scenario,
        f"{len(sweep.design):,} points, {count:,} replication{'s' if count > 1 else ''} of each; at all points all "
        "policies meet the same buyers with the same luck.",
    )
    if not best:
        return f"{head}\n\nNo run has a value of {measure.label}."
    estimates = [one.estimate for one in best]
    writing = writing_for(measure, [one.value for one in estimates], (), sweep.scenario.market.currency, 1)
    unit = f", {writing.unit}" if writing.unit else ""
    side = "Lowest" if measure.direction == "lower" else "Highest"
    rows: list[list[Cell | str]] = [
        [Cell("policy", bold=True), *sweep.design.paths, measure.label, "95% interval", "may be as good"]
    ]
    for one in best:
        values = [_shown(value) for value in sweep.design.points[one.point]]
        interval = writing.range(one.estimate.low, one.estimate.high)
        others = f"{len(one.rivals):,} of {one.compared - 1:,} others"
        rows.append(
            [Cell(one.policy, bold=True), *values, writing.value(one.estimate.value), interval, others]
        )
    table = aligned(rows, "l" + "r" * len(sweep.design.paths) + "rll")
    said = "\n".join(paragraph(_sentence(sweep, one)) for one in best)
    return "\n\n".join(
        [head, f"{side} {measure.label}{unit}\n{table}", said, click.style(_legend(out, best), dim=True)]
    )


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else spelled(value)


def _sentence(sweep: Sweep, one: BestPoint) -> str:
    """What is known of a policy's best point, in words."""
    if one.compared == 1:
        return f"Under {one.policy} there is one point to look at."
    if not one.rivals:
        return f"Under {one.policy} point {one.point} is settled to be the best of {one.compared:,}."
    said = []
    others = [number for number in one.rivals if number not in one.twins]
    if one.twins:
        said.append(f"point {_listed(sweep, one.twins)} gave exactly the same in every run")
    if others:
        said.append(f"point {_listed(sweep, others)} may be as good")
    return (
        f"Under {one.policy} point {one.point} leads, but is not settled to be the best: {'; '.join(said)}."
    )


def _listed(sweep: Sweep, points: Sequence[int]) -> str:
    """The first of several points, and how many more there are."""
    shown = [f"{number} ({_at(sweep, number)})" for number in points[:MOST_RIVALS]]
    more = len(points) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _at(sweep: Sweep, point: int) -> str:
    names = [path.rpartition(".")[2] for path in sweep.design.paths]
    return ", ".join(
        f"{name} {_shown(value)}" for name, value in zip(names, sweep.design.points[point], strict=True)
    )


def _legend(out: Path | None, best: Sequence[BestPoint]) -> str:
    lines = [
        "Points are compared paired by seed; the truly best one is the leader or may be as good with 95% "
        "probability. The lead of the best of many points is partly luck: its own interval is rather too good."
    ]
    if out is not None and any(len(one.rivals) > len(one.twins) for one in best):
        words = shlex.join(["relay", "resume", str(out), "--seeds"])
        lines.append(f"More seeds tell more points apart: {words} N.")
    return "\n".join(paragraph(line) for line in lines)


def duration(seconds: float) -> str:
    """A time as people say it, such as "12 minutes"."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}" if seconds >= 10 * size else f"{seconds / size:.1f} {unit}"
    return f"{max(1, round(seconds))} seconds" if seconds >= 1.5 else "a second"
