"""What commands that vary settings over ranges have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import FAILED, usage_error
from sim.cli.options import AGENTS, JOBS, JSON, OUT, QUIET, SEED, SETTINGS, with_options

if TYPE_CHECKING:
    from sim.experiment.robustness.runs import Made
    from sim.experiment.robustness.uncertain import Uncertain
    from sim.measure.measures import Measure
    from sim.scenario.document import Scenario

__all__ = [
    "VARYING",
    "Varying",
    "code_of",
    "failures_of",
    "keep_findings",
    "planned",
    "ready_to_run",
    "said_uncertain",
    "the_measure",
    "wrong_numbers_told",
]


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
    dry_run: bool


VARYING = with_options(
    click.option(
        "--vary", multiple=True, metavar="PATH=LOW:HIGH",
        help="A setting and the range it may lie in, such as team.reps=4:12, or values, such as "
        "policy.medium=verbal,crm; may be given again.  [default: what firms seldom know, at half to twice its value]",
    ),
    click.option(
        "--measure", default="revenue_value", metavar="NAME", show_default=True, help="The measure to look at.",
    ),
    SEED, SETTINGS, AGENTS, JOBS, OUT, JSON, QUIET,
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


@contextmanager
def ready_to_run(
    scenarios: Sequence[Scenario], runs: int, options: Varying, classes: Mapping[type, type] | None
) -> Iterator[Callable[[int, int], None] | None]:
    """Have the engine ready and a bar on the terminal while the block makes runs.

    Args:
        scenarios: One per policy.
        runs: How many runs there will be.
        options: What the options say.
        classes: Agent classes and what to put in their place.

    Yields:
        What to tell the progress to; None where nobody looks.
    """
    from sim.cli.replicating import compiled_first, only_here_interrupted, progress_bar

    compiled_first(scenarios[0], options.quiet, classes)
    with wrong_numbers_told(), progress_bar(runs, options.quiet) as told, only_here_interrupted():
        yield told


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
    from sim.experiment.simulate import simulate

    compiled_first(scenarios[0], options.quiet)
    begun = time.perf_counter()
    for one in scenarios:
        simulate(one, seeds=1, keep="measures")
    runs = points * len(scenarios) * seeds
    seconds = (time.perf_counter() - begun) / len(scenarios) * runs / options.jobs
    if options.as_json:
        fields = {"points": points, "policies": len(scenarios), "seeds": seeds, "runs": runs, "seconds": seconds}
        click.echo(json_text({**fields, "factors": [{"path": one.path, "range": one.said_range} for one in uncertain]}))
        return
    click.echo(said_uncertain(uncertain))
    duration = f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"
    click.echo(
        f"\n{points} points, {len(scenarios)} polic{'ies' if len(scenarios) > 1 else 'y'}, {seeds} replications: "
        f"{runs:,} runs, about {duration} with {options.jobs} at a time. Nothing was run."
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
