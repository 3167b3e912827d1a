"""From the words of a command line to finished runs, telling the terminal what is going on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from sim.cli.failures import usage_error
from sim.cli.options import names_of
from sim.cli.repeating import to_repeat
from sim.cli.suggesting import suggestion

if TYPE_CHECKING:
    from sim.cli.options import Study
    from sim.cli.settling import Limits
    from sim.experiment.compare import PolicyComparison
    from sim.experiment.selection.contest import Contest
    from sim.experiment.selection.settled import SettledComparison
    from sim.measure.results import Results
    from sim.scenario.document import Scenario
    from sim.scenario.errors import Problem

__all__ = [
    "PREVIEW",
    "agents_of",
    "compared",
    "compiled_first",
    "loaded",
    "only_here_interrupted",
    "progress_bar",
    "replicated",
    "settled_runs",
]

PREVIEW = 2
"""Replications after which a comparison can show a first table."""


def loaded(market: str, policies: str, settings: Sequence[str], least: int = 2) -> list[Scenario]:
    """The market under each of several policies.

    Args:
        market: Name or file of the market.
        policies: Names or files of the policies, separated by commas.
        settings: Settings to replace, "key=value".
        least: Fewest policies that make sense.

    Returns:
        One scenario per policy.

    Raises:
        InvalidInput: With everything that is wrong, under whichever policy.
        click.UsageError: If there are too few policies, or one is named twice.
    """
    from sim.scenario.document import Scenario
    from sim.scenario.errors import InvalidInput

    names = names_of(policies)
    if len(names) < least:
        raise usage_error(f"name {least} or more, separated by commas, such as today,patient", "--policies")
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            scenarios.append(Scenario.load(market, name, settings))
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    short = [one.policy.name for one in scenarios]
    twice = [name for name in short if short.count(name) > 1]
    if twice:
        raise usage_error(f"{twice[0]!r} is named twice; a policy needs a name of its own", "--policies")
    return scenarios


def agents_of(texts: Sequence[str]) -> dict[type, type] | None:
    """The classes that --agents names, by the class of the model each one stands in for.

    Args:
        texts: Such as "mine:MyRep"; modules are looked for in the working directory first.

    Returns:
        Base class to class of one's own, or None when nothing was named.

    Raises:
        click.UsageError: If a module or class cannot be loaded or stands in for nothing.
    """
    if not texts:
        return None
    import sim.agents as own

    bases = (own.Marketer, own.SalesRep, own.Rival, own.Buyer)
    found: dict[type, type] = {}
    for text in texts:
        chosen = _class_named(text)
        base = next((base for base in bases if issubclass(chosen, base) and chosen is not base), None)
        if base is None:
            listed = ", ".join(base.__name__ for base in bases)
            raise usage_error(f"{text!r} is a subclass of none of {listed}", "--agents")
        if base in found:
            raise usage_error(f"two classes stand in for {base.__name__}; name one", "--agents")
        found[base] = chosen
    return found


def _class_named(text: str) -> type:
    from importlib import import_module

    module, colon, name = text.partition(":")
    if not (module and colon and name.isidentifier()):
        raise usage_error(f"{text!r} is not of the form module:Class", "--agents")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        there = import_module(module)
    except Exception as error:  # whatever a user's module raises while it is imported
        raise usage_error(
            f"{module!r} cannot be imported: {type(error).__name__}: {error}", "--agents"
        ) from None
    chosen = getattr(there, name, None)
    if not isinstance(chosen, type):
        package = module.partition(".")[0]
        classes = [value for value in vars(there).values() if isinstance(value, type)]
        names = [value.__name__ for value in classes if value.__module__.partition(".")[0] == package]
        raise usage_error(f"{module!r} has no class {name!r}{suggestion(name, names)}", "--agents")
    return chosen


def compiled_first(scenarios: Iterable[Scenario], quiet: bool) -> None:
    """Have the engine ready, and say it if that has to wait for the compiler, which happens once.

    Args:
        scenarios: What will be run.
        quiet: Whether to keep stderr empty.
    """
    from sim.events.loop import advance, compiles_first
    from sim.experiment.running import one_of_each_kind

    for world in one_of_each_kind(scenarios):
        if not quiet and compiles_first(world):
            what = "the simulation" if world.s.bare else "the simulation with the whole organisation"
            wait = "twenty seconds" if world.s.bare else "half a minute"
            click.echo(f"Compiling {what}; this happens once and takes about {wait}.", err=True)
        advance(world, 0.0)


def replicated(
    scenarios: Sequence[Scenario],
    replications: Sequence[int],
    study: Study,
    agents: Mapping[type, type] | None,
    keep_records: bool,
) -> Results:
    """Run every scenario on the same replications.

    Args:
        scenarios: One per policy.
        replications: Numbers of the replications.
        study: What the options say.
        agents: Agent classes and what to put in their place.
        keep_records: Whether frames will be wanted.

    Returns:
        All runs, and those that failed.

    Raises:
        click.ClickException: If every run failed; the message gives the first reason.
    """
    compiled_first(scenarios, study.quiet)
    from sim.experiment.running import Task, all_runs
    from sim.experiment.simulate import collected
    from sim.measure.records import RunKey

    # Replication by replication: after an interrupt or a failure, policies still have the same ones.
    tasks = [
        Task(number, RunKey(one.name, one.policy.name, study.seed, replication), keep_records)
        for replication in replications
        for number, one in enumerate(scenarios)
    ]
    with progress_bar(len(tasks), study.quiet) as told, only_here_interrupted():
        results = collected(dict(all_runs(scenarios, tasks, study.jobs, agents, None, told)))
    _refuse_if_nothing_ran(results)
    return results


def compared(
    scenarios: Sequence[Scenario],
    measures: Sequence[str],
    study: Study,
    agents: Mapping[type, type] | None,
    drawn: int,
    preview: Callable[[PolicyComparison], None] | None,
) -> PolicyComparison:
    """Compare policies on the same replications.

    Args:
        scenarios: One per policy.
        measures: Names of the measures, the headline first.
        study: What the options say.
        agents: Agent classes and what to put in their place.
        drawn: Runs whose frames are kept for figures.
        preview: Shown the first replications while the others go on.

    Returns:
        The comparison.

    Raises:
        click.ClickException: If no replication was finished under all policies.
    """
    compiled_first(scenarios, study.quiet)
    from sim.experiment.compare import compare

    policies = {one.policy.name: one.policy for one in scenarios}
    with progress_bar(study.seeds * len(scenarios), study.quiet) as told, only_here_interrupted():
        found = compare(
            scenarios[0], policies, study.seeds, study.seed, study.jobs, measures=measures, framed_runs=drawn, agents=agents,
            progress=told, preview=preview, preview_seeds=PREVIEW,
        )  # fmt: skip
    _refuse_if_nothing_ran(found.results)
    return found


def settled_runs(
    scenarios: Sequence[Scenario],
    measure: str,
    study: Study,
    limits: Limits,
    agents: Mapping[type, type] | None,
    drawn: int,
    watch: Callable[[Contest], None] | None,
) -> SettledComparison:
    """Compare policies until it is settled which is best.

    Args:
        scenarios: One per policy.
        measure: Name of the measure that decides.
        study: What the options say.
        limits: When to stop.
        agents: Agent classes and what to put in their place.
        drawn: Runs whose frames are kept for figures.
        watch: Shown the contest after each round.

    Returns:
        What was found.

    Raises:
        Interrupted: On Ctrl-C, with what is known so far.
        click.ClickException: If no replication was finished under all policies.
    """
    compiled_first(scenarios, study.quiet)
    from sim.experiment.selection.rounds import compare_until_settled

    policies = {one.policy.name: one.policy for one in scenarios}
    with (
        progress_bar(limits.most * len(scenarios), study.quiet, "at most ") as told,
        only_here_interrupted(),
    ):
        found = compare_until_settled(
            scenarios[0], policies, confidence=limits.confidence, indifference=limits.indifference,
            max_seeds=limits.most, first_seeds=study.seeds, seed=study.seed, jobs=study.jobs, measure=measure,
            framed_runs=drawn, agents=agents, progress=told, watch=watch,
        )  # fmt: skip
    _refuse_if_nothing_ran(found.results)
    return found


def _refuse_if_nothing_ran(results: Results) -> None:
    if not results.runs and results.failed:
        first = results.failed[0]
        raise click.ClickException(
            f"every run failed; the first: {first.message}\nRepeat it with: {to_repeat(first)}"
        )


@contextmanager
def progress_bar(total: int, quiet: bool, about: str = "") -> Iterator[Callable[[int, int], None] | None]:
    """A bar with the time that is left, on a terminal; it shows up when things take a moment.

    Args:
        total: Number of runs; what it is told later may be less.
        quiet: Whether to keep stderr empty.
        about: What to write before the time that is left.

    Yields:
        What to tell of runs done and of all runs; None where no bar is shown.
    """
    if quiet or total < 2 or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its thread would stand in the way of processes
    plain = bool(os.environ.get("NO_COLOR"))
    with tqdm(
        total=total, file=sys.stderr, leave=False, delay=0.3, dynamic_ncols=True,
        colour=None if plain else "blue",
        bar_format="Simulating {percentage:3.0f}% |{bar:30}| {n}/{total} runs, "
        + about
        + "{remaining} left",
    ) as bar:  # fmt: skip

        def told(done: int, of: int) -> None:
            if (
                bar.total != of and bar.n == 0
            ):  # known only now; what was done before tells nothing of the pace
                bar.reset(of)
                bar.initial = bar.n = done
            bar.total = of
            bar.update(done - bar.n)

        yield told


@contextmanager
def only_here_interrupted() -> Iterator[None]:
    """Let an interrupt of the whole group reach this process alone.

    A terminal interrupts the processes started here as well. They must not die of it: one that dies while it
    holds the lock of a queue would leave this process waiting for ever. They finish the few runs they have in
    hand, and no others are given to them.
    """
    ours = os.getpid()

    def interrupted(number: int, frame: FrameType | None) -> None:
        if os.getpid() == ours:
            signal.default_int_handler(number, frame)

    try:
        before = signal.signal(signal.SIGINT, interrupted)
    except ValueError:  # not the main thread, where signals do not arrive anyway
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
