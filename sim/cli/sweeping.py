"""A design run point by point: `relay sweep`."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli.options import (
    AGENTS,
    COMPARABLE,
    JOBS,
    JSON,
    MOST_SEEDS,
    QUIET,
    SEED,
    SETTINGS,
    Example,
    Whole,
    completing,
    completing_measures,
    names_of,
    with_options,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.experiment.designs import Design
    from sim.experiment.store.wish import Wish
    from sim.experiment.sweep_result import Sweep

__all__ = [
    "CLUSTER",
    "DESIGN",
    "FOLDER",
    "SHOWN",
    "VARY",
    "Making",
    "measures_named",
    "sweep_command",
    "swept_safely",
]

Made = TypeVar("Made")

DEFAULT_SEEDS = 20

VARY = click.option(
    "--vary", multiple=True, metavar="PATH=LEVELS",
    help="A setting and its levels, such as team.reps=5,10,20; evenly spaced ones, policy.zone.open=0.3:0.8:11; or "
    "a range, policy.zone.open=0.3:0.8; may be given again.",
)  # fmt: skip

DESIGN = click.option(
    "--design", metavar="FILE|KIND:N",
    help="A design file (TOML), a table of points (CSV, Parquet), or how many points to draw from the ranges: "
    "latin-hypercube:N, sobol:N or random:N.  [default: every combination]",
)  # fmt: skip


def _address(ctx: click.Context, parameter: click.Parameter, address: str | None) -> str | None:
    if address is not None and not re.fullmatch(r"\w+://[^/:]+:\d+|\w+://\[[^]]+\]:\d+", address):
        said = f"{address!r} is no address of a scheduler, such as tcp://10.0.0.5:8786"
        raise click.UsageError(f"--cluster: {said}", ctx)
    return address


CLUSTER = click.option(
    "--cluster", metavar="ADDRESS", callback=_address, help="Run on the Dask cluster whose scheduler is there, such as tcp://HOST:8786.",
)  # fmt: skip

FOLDER = click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Keep the runs in this directory as they finish, so that the sweep can be resumed.",
)  # fmt: skip

SHOWN = click.option(
    "--measures", metavar="A,B,...", shell_complete=completing_measures,
    help="Measures to show, the one to look for the best points by first.",
)  # fmt: skip


@dataclass(frozen=True)
class Making:
    """How runs are made.

    Attributes:
        jobs: Runs at the same time.
        cluster: Address of a cluster's scheduler; None for this machine.
        as_json: Whether stdout gets JSON.
        quiet: Whether stderr stays empty.
    """

    jobs: int
    cluster: str | None
    as_json: bool
    quiet: bool


@click.command(
    "sweep",
    cls=Example,
    example="""relay sweep considered --vary policy.zone.open=0.3:0.8:11 --vary team.reps=5,10,20 \\
          --policies today,patient --seeds 50 --out results
        relay sweep olist --vary team.reps=10:60 --design sobol:64 --out results
        relay sweep olist --design design.toml --dry-run""",
)
@with_options(
    COMPARABLE, VARY, DESIGN,
    click.option(
        "--policies", metavar="A,B,...", shell_complete=completing("policies"),
        help="Policies separated by commas, by name or file.  [default: the market's own, else today]",
    ),
    click.option(
        "--seeds", type=Whole(1, MOST_SEEDS), metavar="N",
        help=f"Replications of each point.  [default: {DEFAULT_SEEDS}]",
    ),
    SEED, SETTINGS, SHOWN, AGENTS, FOLDER,
    click.option("--dry-run", is_flag=True, help="Say how many runs and how long; write nothing."),
    JOBS, CLUSTER, JSON, QUIET,
)  # fmt: skip
def sweep_command(
    market: str, vary: tuple[str, ...], design: str | None, out: Path | None, dry_run: bool, jobs: int,
    cluster: str | None, as_json: bool, quiet: bool, **options: Any,
) -> int:  # fmt: skip
    """Run MARKET at every point of a design, under every policy, on the same seeds.

    With --out the runs are kept as they finish: whatever stops the sweep, `relay resume DIR` goes on, and the
    same command again does too.
    """
    making = Making(jobs, cluster, as_json, quiet)
    wish = _wish(market, vary, design, **options)
    if dry_run:
        return _dry_run(wish, out, making)
    from sim.cli.replicating import compiled_first

    compiled_first(wish.common.scenarios, quiet)

    def make(executor: Executor | None, progress: Callable[[int, int], None]) -> Sweep:
        from sim.experiment.sweep import swept

        return swept(wish, jobs, executor, progress, out)

    found = swept_safely(make, making, out)
    from sim.cli.sweep_answers import told

    return told(found, "sweep", as_json, out)


def _wish(
    market: str, vary: tuple[str, ...], design: str | None, policies: str | None, seeds: int | None, seed: int,
    settings: tuple[str, ...], measures: str | None, agents: tuple[str, ...],
) -> Wish:  # fmt: skip
    """The sweep that the options ask for."""
    import sys

    from sim.cli.replicating import agents_of, loaded
    from sim.experiment.blocks import Common
    from sim.experiment.store.wish import Source, Wish
    from sim.scenario.document import Scenario

    chosen = _design(vary, design)
    names = ",".join(chosen.policies or ()) if policies is None else policies
    scenarios = loaded(market, names, settings, 1) if names else [Scenario.load(market, None, settings)]
    classes = agents_of(agents)
    referred = names_of(names) or [one.policy.name for one in scenarios]
    own = [word for one in settings for word in ("--set", one)] + [
        word for one in agents for word in ("--agents", one)
    ]
    commands = tuple(("relay", "run", market, "--policy", one, *own) for one in referred)
    common = Common(tuple(scenarios), tuple(one.policy.name for one in scenarios), seed, classes, commands)
    count = seeds or chosen.seeds or DEFAULT_SEEDS
    source = Source(market, tuple(names_of(names)), settings, agents, os.getcwd())
    command = shlex.join(["relay", *sys.argv[1:]])
    return Wish(common, chosen, tuple(range(count)), measures_named(measures), source, command)


def _design(vary: tuple[str, ...], design: str | None) -> Design:
    from sim.cli.failures import usage_error
    from sim.experiment.design_files import design_named
    from sim.experiment.designs import design_of
    from sim.experiment.factors import factor_named

    factors = [factor_named(one) for one in vary]
    if design is not None:
        return design_named(design, factors)
    if not factors:
        raise usage_error("say what to vary, such as --vary team.reps=5,10,20, or give a --design", "--vary")
    return design_of(factors)


def measures_named(text: str | None) -> tuple[str, ...]:
    """The measures that --measures names; all when it was not given."""
    from sim.cli.chosen import chosen_measures

    return tuple(one.name for one in chosen_measures(text, text is None, True))


def swept_safely(
    make: Callable[[Executor | None, Callable[[int, int], None]], Made],
    making: Making,
    out: Path | None,
) -> Made:
    """Make runs, with a bar while it goes on, and say how to go on when it stops.

    Args:
        make: Makes them with an executor, or none, telling how far it is.
        making: How runs are made.
        out: Its folder.

    Returns:
        What it made.

    Raises:
        Paused: If it was interrupted.
        Refused: If the folder holds another sweep or is in use.
        click.ClickException: If it could not go on.
    """
    from sim.cli.failures import Paused, Refused
    from sim.cli.replicating import only_here_interrupted, progress_bar
    from sim.experiment.making import OtherRules
    from sim.experiment.store.folder import Folder
    from sim.experiment.store.lock import InUse
    from sim.experiment.store.stopping import SweepRefused, SweepStopped

    try:
        with (
            _executor(making.cluster) as executor,
            progress_bar(2, making.quiet) as bar,
            only_here_interrupted(),
        ):
            return make(executor, bar or _untold)
    except KeyboardInterrupt:
        if out is None or not Folder(out).exists:
            raise
        missing = Folder(out).missing()
        raise Paused(
            f"Paused: {(~missing).sum():,} of {missing.size:,} runs are in {out}.{_how_to_go_on(out)}"
        ) from None
    except (SweepRefused, InUse) as error:
        raise Refused(str(error)) from None
    except (SweepStopped, OtherRules) as error:
        raise click.ClickException(f"{error}{_how_to_go_on(out)}") from None


def _how_to_go_on(out: Path | None) -> str:
    """The command that goes on with a sweep, on a line of its own; empty where none has begun."""
    if out is None or not (out / "manifest.json").exists():
        return ""
    return f"\nGo on with: {shlex.join(['relay', 'resume', str(out)])}"


def _untold(done: int, total: int) -> None:
    """Nobody wants to know how far things are."""


@contextmanager
def _executor(cluster: str | None) -> Iterator[Executor | None]:
    from sim.experiment.cluster import cluster_at

    try:
        with nullcontext() if cluster is None else cluster_at(cluster) as executor:
            yield executor
    except (ModuleNotFoundError, ConnectionError) as error:
        if cluster is None:
            raise
        raise click.ClickException(str(error)) from None


def _dry_run(wish: Wish, out: Path | None, making: Making) -> int:
    """Count the runs and time one at a few points."""
    from sim.cli.keeping import json_text
    from sim.cli.replicating import compiled_first
    from sim.cli.sweep_answers import duration
    from sim.experiment.possible import refuse_impossible
    from sim.experiment.store.folder import Folder

    refuse_impossible(wish.common, wish.design)
    compiled_first(wish.common.scenarios, making.quiet)
    points, policies, seeds = len(wish.design), len(wish.common.names), len(wish.replications)
    total = points * policies * seeds
    done = Folder(out).finished() if out is not None and Folder(out).exists else 0
    seconds, timed = _timed(wish)
    left = max(0, total - done) * seconds / making.jobs
    answer = {
        "command": "sweep", "points": points, "policies": list(wish.common.names), "replications": seeds,
        "runs": total, "made_already": done, "seconds_per_run": seconds, "jobs": making.jobs, "seconds": left,
    }  # fmt: skip
    if making.as_json:
        click.echo(json_text(answer))
        return 0
    several = f" x {policies} policies" if policies > 1 else ""
    made = f"; {done:,} of them are in {out} already" if done else ""
    click.echo(f"{points:,} points{several} x {seeds:,} seeds = {total:,} runs{made}.")
    where = f"{making.jobs} processes" if making.jobs > 1 else "one process"
    click.echo(
        f"About {duration(left)} with {where}: {seconds:.2g} s a run, timed at {timed} points. Nothing was written."
    )
    return 0


def _timed(wish: Wish) -> tuple[float, int]:
    """Mean seconds of a run, from one run at each of a few points that make a scenario, and how many these were."""
    from sim.experiment.blocks import Block, made

    last, seconds, timed = len(wish.design) - 1, 0.0, 0
    for point in sorted({0, last // 2, last}):
        begun = perf_counter()
        done = made(wish.common, Block(point, wish.design.settings(point), 0, wish.replications[:1]))
        if done.replications:
            seconds, timed = seconds + perf_counter() - begun, timed + 1
    return seconds / max(1, timed), timed
