"""What commands that vary settings over ranges have in common."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli.failures import FAILED, usage_error
from sim.cli.options import (
    AGENTS,
    JOBS,
    JSON,
    OUT,
    QUIET,
    SEED,
    SETTINGS,
    completing_measures,
    names_of,
    with_options,
)
from sim.cli.sweeping import CLUSTER

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.experiment.designs import Design
    from sim.experiment.robustness.runs import Made, Make
    from sim.experiment.robustness.uncertain import Uncertain
    from sim.experiment.sweep_result import Sweep
    from sim.measure.measures import Measure
    from sim.scenario.document import Scenario

__all__ = [
    "VARYING",
    "Varying",
    "code_of",
    "failures_of",
    "keep_findings",
    "made_safely",
    "planned",
    "said_uncertain",
    "the_measure",
    "wrong_numbers_told",
]

Found = TypeVar("Found")


@dataclass(frozen=True)
class Varying:
    """What the options say that `relay sensitivity` and `relay robust` share.

    Attributes:
        vary: Settings and their ranges, "path=low:high".
        measure: Name of the measure.
        seed: Seed of the experiment.
        settings: Settings to replace, "key=value".
        agents: Classes of the user's own.
        jobs: Runs made at the same time.
        out: Directory to write to, or None.
        as_json: Whether stdout gets JSON.
        quiet: Whether stderr stays empty.
        cluster: Address of a cluster's scheduler; None for this machine.
        dry_run: Whether to say only what would be run.
    """

    vary: tuple[str, ...]
    measure: str
    seed: int
    settings: tuple[str, ...]
    agents: tuple[str, ...]
    jobs: int
    out: Path | None
    as_json: bool
    quiet: bool
    cluster: str | None
    dry_run: bool


VARYING = with_options(
    click.option(
        "--vary", multiple=True, metavar="PATH=LOW:HIGH",
        help="A setting and the range it may lie in, such as team.reps=4:12, or values, such as "
        "policy.medium=verbal,crm; may be given again.  [default: what firms seldom know, at half to twice its value]",
    ),
    click.option(
        "--measure", default="revenue_value", metavar="NAME", show_default=True, shell_complete=completing_measures,
        help="The measure to look at.",
    ),
    SEED, SETTINGS, AGENTS, JOBS, CLUSTER, OUT, JSON, QUIET,
    click.option("--dry-run", is_flag=True, help="Say how many runs that is and how long they take, and stop."),
)  # fmt: skip


def the_measure(name: str) -> Measure:
    """The measure of that name.

    Raises:
        click.UsageError: If there is none, or several are named.
    """
    from sim.cli.chosen import chosen_measures

    try:
        measures = chosen_measures(name, False, False)
    except click.UsageError as error:
        raise usage_error(error.message.removeprefix("--measures: "), "--measure") from None
    if len(measures) != 1:
        raise usage_error("name one measure", "--measure")
    return measures[0]


@contextmanager
def wrong_numbers_told() -> Iterator[None]:
    """Say in one message what a block has against its arguments, or which library is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise usage_error(str(error)) from None


def made_safely(
    found: Callable[[Make, Callable[[int, int], None]], Found],
    market: str,
    policies: str | None,
    scenarios: Sequence[Scenario],
    options: Varying,
) -> Found:
    """Let runs be made and looked at, with the engine ready, a bar on the terminal and failures told.

    Args:
        found: Makes the runs, telling how far it is, and looks at them.
        market: Name or file of the market.
        policies: Names or files of the policies, as given.
        scenarios: One per policy.
        options: What the options say.

    Returns:
        What was found.
    """
    from sim.cli.failures import Paused
    from sim.cli.replicating import agents_of, compiled_first
    from sim.cli.sweeping import Making, swept_safely
    from sim.experiment.blocks import Common
    from sim.experiment.store.wish import Source, Wish
    from sim.experiment.sweep import swept
    from sim.measure.measures import MEASURES

    classes, names = agents_of(options.agents), names_of(policies or "")
    compiled_first(scenarios, options.quiet)
    own = [word for one in options.settings for word in ("--set", one)]
    own += [word for one in options.agents for word in ("--agents", one)]
    words = tuple(
        ("relay", "run", market, "--policy", one, *own) for one in names or [scenarios[0].policy.name]
    )
    common = Common(
        tuple(scenarios), tuple(one.policy.name for one in scenarios), options.seed, classes, words
    )
    source = Source(market, tuple(names), options.settings, options.agents, os.getcwd())
    command = shlex.join(["relay", *sys.argv[1:]])

    def made(executor: Executor | None, told: Callable[[int, int], None]) -> Found:
        def make(design: Design, replications: Sequence[int], part: str, progress: Any) -> Sweep:
            wish = Wish(common, design, tuple(replications), tuple(MEASURES), source, command)
            folder = None if options.out is None else options.out / part
            return swept(wish, options.jobs, executor, progress, folder)

        return found(make, told)

    making = Making(options.jobs, options.cluster, options.as_json, options.quiet)
    try:
        with wrong_numbers_told():
            return swept_safely(made, making, None)
    except KeyboardInterrupt:
        if options.out is None:
            raise
        raise Paused(
            f"Paused: what was run is in {options.out}. The same command goes on from there."
        ) from None


def planned(
    scenarios: Sequence[Scenario], points: int, seeds: int, options: Varying, uncertain: Sequence[Uncertain]
) -> None:
    """Say what would be run and how long it takes, from one run of each policy.

    Args:
        scenarios: One per policy.
        points: Points or worlds.
        seeds: Replications of each.
        options: What the options say.
        uncertain: What would be varied.
    """
    from sim.cli.keeping import json_text
    from sim.cli.replicating import compiled_first
    from sim.cli.sweep_answers import duration
    from sim.experiment.simulate import simulate

    compiled_first(scenarios, options.quiet)
    begun = time.perf_counter()
    for one in scenarios:
        simulate(one, seeds=1, keep="measures")
    each = (time.perf_counter() - begun) / len(scenarios)
    runs = points * len(scenarios) * seeds
    answer = {
        "points": points, "policies": [one.policy.name for one in scenarios], "replications": seeds, "runs": runs,
        "seconds_per_run": each, "jobs": options.jobs, "seconds": each * runs / options.jobs,
        "factors": [{"path": one.path, "said": one.said_range} for one in uncertain],
    }  # fmt: skip
    if options.as_json:
        click.echo(json_text(answer))
        return
    several = f" x {len(scenarios)} policies" if len(scenarios) > 1 else ""
    where = f"{options.jobs} processes" if options.jobs > 1 else "one process"
    click.echo(
        f"{said_uncertain(uncertain)}\n\n{points:,} points{several} x {seeds:,} seeds = {runs:,} runs.\n"
        f"About {duration(each * runs / options.jobs)} with {where}: {each:.2g} s a run of {scenarios[0].name} as it "
        "stands. Nothing was written."
    )


def said_uncertain(uncertain: Sequence[Uncertain]) -> str:
    """What is varied, one line per setting."""
    from sim.cli.tables import aligned

    rows = [["varied", "from, to", "setting"]]
    rows += [[one.words.label, one.said_range, one.path] for one in uncertain]
    return aligned(rows, "lll", label_width=46)


def failures_of(made: Sequence[Made]) -> list[dict[str, Any]]:
    """The runs that failed, for JSON."""
    return [
        {
            "point": one.point,
            "policy": part.sweep.policies[one.policy],
            "replication": one.replication,
            "stage": one.stage,
            "message": one.message,
            "command": one.command,
        }
        for part in made
        for one in part.sweep.failed
    ]


def code_of(failures: Sequence[Mapping[str, Any]], left_out: int, what: str) -> int:
    """Exit code after runs; says on stderr what failed and how to see it again."""
    if not failures:
        return 0
    click.echo(
        f"{len(failures)} runs failed, and {left_out} {what} with them are left out. The first: "
        f"{failures[0]['message']}\nRepeat it with: {failures[0]['command']}",
        err=True,
    )
    return FAILED


def keep_findings(
    directory: Path | None, name: str, answer: Mapping[str, Any], text: str, rows: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Callable[[], Any]], quiet: bool,
) -> None:  # fmt: skip
    """Write answer, tables and figures beside the runs.

    Args:
        directory: Where to; nothing is written when None.
        name: What was done, the name of the JSON file.
        answer: The JSON answer.
        text: The table as text.
        rows: The table as rows.
        figures: How to draw each figure, by the name of its file.
        quiet: Whether to keep stderr empty.
    """
    if directory is None:
        return
    from sim.cli.keeping import csv_text, json_text, keep
    from sim.show.charts import save

    keep(directory, f"{name}.json", json_text(answer) + "\n")
    keep(directory, f"{name}.txt", click.unstyle(text) + "\n")
    keep(directory, f"{name}.csv", csv_text(rows))
    for figure, drawing in figures.items():
        axes = drawing()
        for kind in ("svg", "png"):
            save(axes, directory / f"{figure}.{kind}")
    if not quiet:
        click.echo(f"Tables and figures are in {directory}.", err=True)
