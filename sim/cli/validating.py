"""Checking files before they are run: `relay validate`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import WRONG_INPUT
from sim.cli.options import JSON, QUIET, Example, with_options

if TYPE_CHECKING:
    from sim.scenario.document import Scenario

__all__ = ["unsettled", "validate_command"]

REPLICATIONS = 4
_STOCKS = {
    "in_marketing": "buyers with marketing",
    "in_air": "leads between marketing and sales",
    "in_sales": "buyers with sales",
    "queue_length": "tasks waiting for reps",
}
_LARGE_DRIFT = 0.15  # smaller changes of a stock move results less than other assumptions do
_SMALL_STOCK = 5.0  # people or tasks; below this a share of change says nothing


@click.command(
    "validate",
    cls=Example,
    short_help="Check scenario and policy files.",
    example="relay validate my-market.toml my-policy.toml\nrelay validate olist --no-run",
)
@with_options(
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    click.option(
        "--no-run", is_flag=True, help="Read the files only; do not try whether the warm-up is long enough."
    ),
    JSON,
    QUIET,
)
def validate_command(files: tuple[str, ...], no_run: bool, as_json: bool, quiet: bool) -> int:
    """Check scenario and policy files and report everything that is wrong at once.

    A market is also run a few times, to see whether its warm-up is long enough for queues and stocks to
    settle, and whether referrals bring ever more buyers; if so, there is a warning.
    """
    found = [_checked(file, no_run, quiet) for file in files]
    wrong = any(one["problems"] for one in found)
    if as_json:
        from sim.cli.keeping import json_text

        click.echo(json_text({"command": "validate", "valid": not wrong, "files": found}))
    else:
        for one in found:
            click.echo(one["said"], err=bool(one["problems"]))
            for warning in one["warnings"]:
                click.echo(f"  Warning: {warning}")
    return WRONG_INPUT if wrong else 0


def _checked(file: str, no_run: bool, quiet: bool) -> dict[str, Any]:
    """What can be said of one file."""
    from sim.scenario.athletes import Race
    from sim.scenario.document import Scenario
    from sim.scenario.errors import InvalidInput
    from sim.scenario.loading import load

    try:
        document = load(file)
        warnings = []
        if isinstance(document, Scenario):
            warnings = _warned(document, no_run, quiet)
    except InvalidInput as error:
        problems = [
            {key: value for key, value in vars(problem).items() if value not in ("", None)}
            for problem in error.problems
        ]
        return {"file": file, "kind": None, "said": str(error), "problems": problems, "warnings": []}
    kinds = ((Scenario, "market"), (Race, "athletes"))
    kind = next((kind for made, kind in kinds if isinstance(document, made)), "policy")
    return {
        "file": file,
        "kind": kind,
        "said": _described(file, document, kind),
        "problems": [],
        "warnings": warnings,
    }


def _warned(scenario: Scenario, no_run: bool, quiet: bool) -> list[str]:
    """What may go wrong in a run; the first kind found is enough, since others follow from it."""
    from sim.cli.replicating import compiled_first
    from sim.experiment.ceiling import ceiling_warning
    from sim.experiment.growth import growth_warning

    warnings = ceiling_warning(scenario)
    if no_run or warnings:
        return warnings
    compiled_first([scenario], quiet)
    try:
        warnings = growth_warning(scenario)
    except RuntimeError as error:
        return [f"a trial run failed: {error}"]
    return warnings or unsettled(scenario)


def _described(file: str, document: Any, kind: str) -> str:
    title = f" ({document.title})" if document.title else ""
    if kind == "policy":
        return f"{file}: valid policy {document.name!r}{title}"
    if kind == "athletes":
        return (
            f"{file}: valid race {document.name!r}{title}: {document.legs} legs of {document.leg_metres:g} m, "
            f"a zone of {document.zone.length_metres:g} m"
        )
    days, arrivals = document.horizon, document.market.demand.arrivals_per_day
    return (
        f"{file}: valid market {document.name!r}{title}: {float(f'{arrivals:.3g}'):,g} leads a day, "
        f"{document.team.reps.count} reps, policy {document.policy.name}, "
        f"{days.warmup_days:.0f} days of warm-up, {days.counted_days:.0f} counted, "
        f"{days.follow_up_days:.0f} of follow-up"
    )


def unsettled(scenario: Scenario) -> list[str]:
    """Stocks that still grow or shrink in the counted period: signs of a warm-up that is too short.

    The mean of each stock in the first third of the counted period is compared with that in the last, over a
    few replications. A stock counts as unsettled when it changes by more than 15% and by more than chance
    explains (three standard errors). Where demand grows, has a season or a population, or policies change on purpose,
    stocks must change, and nothing is said.

    Args:
        scenario: What to try.

    Returns:
        One warning per stock, or one that says why the runs failed.
    """
    demand, horizon = scenario.market.demand, scenario.horizon
    third = math.floor(horizon.counted_days / 3)
    moving = demand.growth_per_year or demand.season_amplitude or demand.population
    if moving or demand.arrivals_file or horizon.changes or third < 7:
        return []
    from sim.experiment.simulate import simulate

    results = simulate(scenario, seeds=REPLICATIONS)
    if results.failed:
        return [f"a trial run failed: {results.failed[0].message}"]
    third -= third % 7  # whole weeks, because stocks swing with the weekdays
    start, end = math.ceil(horizon.warmup_days), math.floor(horizon.warmup_days + horizon.counted_days)
    warnings = []
    for stock, words in _STOCKS.items():
        table = results.days.pivot(index="replication", columns="day", values=stock).to_numpy(dtype=float)
        early, late = table[:, start : start + third].mean(axis=1), table[:, end - third : end].mean(axis=1)
        change, before = float((late - early).mean()), float(early.mean())
        error = float((late - early).std(ddof=1)) / math.sqrt(len(table))
        larger = max(before, before + change)
        if larger >= _SMALL_STOCK and abs(change) > max(_LARGE_DRIFT * larger, 3 * error):
            grows = "grow" if change > 0 else "shrink"
            warnings.append(
                f"the number of {words} still {grows}s while leads are counted, from {before:,.0f} to "
                f"{before + change:,.0f}; {_advice(change, stock)}"
            )
    return warnings


def _advice(change: float, stock: str) -> str:
    if change > 0 and stock in ("in_sales", "queue_length"):
        return "a longer horizon.warmup_days may help, unless there are too few reps for the work."
    return "a longer horizon.warmup_days may help."
