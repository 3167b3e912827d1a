"""Sweeps that are kept in a folder: `relay resume` and `relay reproduce`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import FAILED
from sim.cli.options import (
    AGENTS,
    JOBS,
    JSON,
    MOST_SEEDS,
    QUIET,
    Example,
    Whole,
    completing,
    names_of,
    with_options,
)
from sim.cli.sweeping import CLUSTER, DESIGN, SHOWN, VARY, Making, measures_named, swept_safely

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.experiment.store.reproducing import Reproduction
    from sim.experiment.sweep_result import Sweep

__all__ = ["reproduce_command", "resume_command"]

DIR = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
MOST_DIFFERENCES = 5


@click.command(
    "resume",
    cls=Example,
    example="""relay resume results
        relay resume results --seeds 100
        relay resume results --vary team.reps=40
        relay resume results --policies recycle""",
)
@with_options(
    DIR,
    click.option(
        "--seeds", type=Whole(1, MOST_SEEDS), metavar="N",
        help="Replications of each point from now on; those that are there are kept.",
    ),
    click.option(
        "--policies", metavar="A,B,...", shell_complete=completing("policies"),
        help="Policies to add, separated by commas, by name or file; each is run at all points.",
    ),
    VARY, DESIGN, SHOWN, AGENTS,
    click.option("--retry-failed", is_flag=True, help="Make runs again that failed after their scenario was made."),
    JOBS, CLUSTER, JSON, QUIET,
)  # fmt: skip
def resume_command(
    folder: Path, seeds: int | None, policies: str | None, vary: tuple[str, ...], design: str | None, measures: str | None,
    agents: tuple[str, ...], retry_failed: bool, jobs: int, cluster: str | None, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Go on with the sweep in DIR: only what is missing is computed.

    With --seeds, --policies, --vary or --design runs are added: further replications, further policies, further levels
    of settings that the sweep varies (with all levels of the others), or further points. All measures are kept from the
    start, so --measures only changes what is shown.
    """
    making = Making(jobs, cluster, as_json, quiet)
    classes = _classes(agents)

    def make(executor: Executor | None, progress: Callable[[int, int], None]) -> Sweep:
        from sim.experiment.sweep import resume

        shown = None if measures is None else measures_named(measures)
        return resume(
            folder, seeds, _further(vary, design), jobs, policies=names_of(policies or "") or None, measures=shown,
            agents=classes, executor=executor, progress=progress, retry_failed=retry_failed,
        )  # fmt: skip

    found = swept_safely(make, making, folder)
    from sim.cli.sweep_answers import told

    return told(found, "resume", as_json, folder)


def _classes(agents: tuple[str, ...]) -> Any:
    from sim.cli.replicating import agents_of

    return agents_of(agents)


def _further(vary: tuple[str, ...], design: str | None) -> Any:
    """What to add: factors, a whole design, or nothing."""
    from sim.experiment.design_files import design_named
    from sim.experiment.factors import factor_named

    factors = [factor_named(one) for one in vary]
    if design is not None:
        return design_named(design, factors)
    return factors or None


@click.command(
    "reproduce",
    cls=Example,
    example="""relay reproduce results
        relay reproduce results --sample 20""",
)
@with_options(
    DIR,
    click.option("--sample", type=Whole(1), metavar="N", help="Make N runs again, spread evenly.  [default: all]"),
    AGENTS, JOBS, CLUSTER, JSON, QUIET,
)  # fmt: skip
def reproduce_command(
    folder: Path,
    sample: int | None,
    agents: tuple[str, ...],
    jobs: int,
    cluster: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make the runs in DIR again and compare them to the bit; nothing is written.

    On another platform, or with another minor version of numba or NumPy, the last bits may differ: then runs
    are compared within a billionth, and it is said.
    """
    making = Making(jobs, cluster, as_json, quiet)
    classes = _classes(agents)

    def make(executor: Executor | None, progress: Callable[[int, int], None]) -> Reproduction:
        from sim.experiment.store.folder import Folder
        from sim.experiment.store.reproducing import reproduce
        from sim.experiment.store.resuming import common_of

        there = Folder(folder)
        return reproduce(there, common_of(there, classes), sample, jobs, executor, progress)

    found = swept_safely(make, making, None)
    if as_json:
        from sim.cli.keeping import json_text

        click.echo(json_text({"command": "reproduce", "reproduced": found.good, **vars(found)}))
    else:
        click.echo(_said(found))
    return 0 if found.good else FAILED


def _said(found: Reproduction) -> str:
    lines = []
    if found.elsewhere:
        lines.append(f"Other platform: {'; '.join(found.elsewhere)}.")
    if found.rule_book:
        lines.append(f"The rule book has changed since: {'; '.join(found.rule_book)}.")
    if found.good:
        close = f", {found.close:,} within a billionth" if found.close else ""
        lines.append(
            f"Reproduced: of {found.runs:,} runs {found.identical:,} are the same to the bit{close}."
        )
    else:
        lines.append(f"Not reproduced: {len(found.differences):,} of {found.runs:,} runs differ.")
        lines += [f"  {one}" for one in found.differences[:MOST_DIFFERENCES]]
    return "\n".join(lines)
