"""Policies compared until it is settled which is best: `relay compare --until-settled`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import INTERRUPTED, usage_error
from sim.cli.options import MOST_SEEDS, Study, Whole, with_options

if TYPE_CHECKING:
    from sim.experiment.selection.contest import Contest
    from sim.experiment.selection.settled import SettledComparison
    from sim.scenario.document import Scenario

__all__ = ["SETTLING", "Limits", "limits_of", "rows_of_standings", "settle"]

FEWEST_FIRST, MOST = 10, 1_000

SETTLING = with_options(
    click.option(
        "--until-settled", is_flag=True,
        help="Add replications, only where the decision is open, until it is known which policy is best by the "
        f"first measure. --seeds is then the first round, {FEWEST_FIRST} or more.",
    ),
    click.option(
        "--max-seeds", type=Whole(1, MOST_SEEDS), metavar="N",
        help=f"With --until-settled: replications of each policy to give up after.  [default: {MOST}]",
    ),
    click.option(
        "--confidence", metavar="SHARE",
        help="With --until-settled: probability with which all that is said is right.  [default: 95%]",
    ),
    click.option(
        "--indifference", metavar="SIZE",
        help="With --until-settled: difference that does not matter, such as 2% of the best value, or 5 in the "
        "unit of the measure.  [default: 2%]",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """When to stop.

    Attributes:
        most: Replications of each policy to give up after.
        confidence: Probability with which all that is said is right.
        indifference: Difference that does not matter, as it was written.
    """

    most: int
    confidence: float
    indifference: str


def limits_of(
    until_settled: bool, max_seeds: int | None, confidence: str | None, indifference: str | None, first: int
) -> Limits | None:
    """What the options of --until-settled say.

    Args:
        until_settled: Whether it was given.
        max_seeds: What --max-seeds says, like the others None when it was not given.
        confidence: What --confidence says.
        indifference: What --indifference says.
        first: What --seeds says.

    Returns:
        The limits; None without --until-settled.

    Raises:
        click.UsageError: If a value is none, or the options do not go together.
    """
    given = {"--max-seeds": max_seeds, "--confidence": confidence, "--indifference": indifference}
    if not until_settled:
        stray = [option for option, value in given.items() if value is not None]
        if stray:
            raise usage_error("says when to stop, so it needs --until-settled", stray[0])
        return None
    most = MOST if max_seeds is None else max_seeds
    if first < FEWEST_FIRST:
        raise usage_error(
            f"with --until-settled this is the first round, which needs {FEWEST_FIRST} replications or more, not {first}",
            "--seeds",
        )
    if most < first:
        raise usage_error(
            f"{most} is less than the {first} replications of the first round (--seeds)", "--max-seeds"
        )
    from sim.experiment.selection.indifference import indifference_of, share_of

    kept = Limits(most, 0.95, "2%" if indifference is None else indifference)
    for option, check in (("--confidence", share_of), ("--indifference", indifference_of)):
        if given[option] is not None:
            try:
                check(str(given[option]))
            except ValueError as error:
                raise usage_error(str(error), option) from None
    return kept if confidence is None else Limits(kept.most, share_of(confidence), kept.indifference)


def settle(
    scenarios: Sequence[Scenario], measures: Sequence[str], study: Study, limits: Limits,
    agents: Mapping[type, type] | None, drawn: int,
) -> tuple[SettledComparison, dict[str, Any], str, int]:  # fmt: skip
    """Compare until it is settled, and say what was found.

    Args:
        scenarios: One per policy.
        measures: Names of the measures; the first decides.
        study: What the options say.
        limits: When to stop.
        agents: Agent classes and what to put in their place.
        drawn: Runs whose frames are kept for figures.

    Returns:
        What was found, the same for JSON, the same as text, and the exit code so far: that of an interrupt, or 0.

    Raises:
        click.UsageError: If the first measure has no better side.
        click.ClickException: If every run failed.
    """
    from sim.cli.assumptions import assumptions_of
    from sim.cli.replicating import settled_runs
    from sim.experiment.selection.rounds import Interrupted
    from sim.measure.measures import MEASURES

    first = MEASURES[measures[0]]
    if first.direction == "neither":
        raise usage_error(
            f"neither more nor less of {first.name} is better, so it cannot settle which policy is best; "
            "name another measure first",
            "--measures",
        )
    code = 0
    try:
        found = settled_runs(
            scenarios, first.name, study, limits, agents, drawn, _watch(scenarios, study, limits)
        )
    except Interrupted as interrupt:
        found, code = interrupt.found, INTERRUPTED
        click.echo("Interrupted. What is known so far:", err=True)
    assumptions = assumptions_of(scenarios[0])
    answer = {
        "command": "compare",
        "title": scenarios[0].title,
        "currency": scenarios[0].market.currency,
        "fingerprints": {one.policy.name: one.fingerprint for one in scenarios},
        "assumptions": assumptions,
        "verdict": found.verdict(assumptions=assumptions),
        **found.to_dict(measures),
    }
    return found, answer, _text(scenarios, found, measures, answer["verdict"]), code


def rows_of_standings(found: SettledComparison) -> list[dict[str, Any]]:
    """Where each policy stands, as rows of a table."""
    return [{"measure": found.measure, "finding": found.finding, **asdict(one)} for one in found.standings]


def _watch(scenarios: Sequence[Scenario], study: Study, limits: Limits) -> Callable[[Contest], None] | None:
    """One line on stderr after each round: who leads, who is left, and how long it may still take."""
    if study.quiet:
        return None
    begun = time.monotonic()

    def told(contest: Contest) -> None:
        left, done = contest.rounds[-1]
        line = f"After {done} replications {contest.names[contest.leader]} leads, "
        line += f"{left} of {len(contest.names)} in contention"
        if not contest.over:
            ahead = left * (limits.most - done)
            seconds = (time.monotonic() - begun) / int(contest.asked.sum()) * ahead
            line += f"; at most {_duration(seconds)} more, to {limits.most} replications"
        _say(f"{line}.")

    return told


def _say(line: str) -> None:
    """Write to stderr, above the bar if one is shown."""
    if "tqdm" in sys.modules and sys.stderr.isatty():
        sys.modules["tqdm"].tqdm.write(line, file=sys.stderr)
    else:
        click.echo(line, err=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{max(1, rest)} s"


def _text(
    scenarios: Sequence[Scenario], found: SettledComparison, measures: Sequence[str], verdict: str
) -> str:
    from sim.cli.tables import compared_measures, paragraph, titled
    from sim.cli.tables_of_selection import selection_legend, standings_table

    currency = scenarios[0].market.currency
    leads = found.differences("lead_count").estimates[0].value
    counts = sorted({*found.spent.values()})
    runs = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
    parts = [
        titled(
            scenarios[0],
            f"{len(scenarios)} policies, {runs} replications of {leads:,.0f} leads on average; in each replication "
            "all policies meet the same buyers with the same luck.",
        ),
        standings_table(found, currency),
    ]
    if len(measures) > 1:
        parts.append(compared_measures([found.differences(name) for name in measures[1:]], currency))
    parts += [selection_legend(found, len(measures) > 1), paragraph(verdict), paragraph(found.guarantee)]
    return "\n\n".join([*parts, paragraph(_cost(found))])


def _cost(found: SettledComparison) -> str:
    spent, most = sum(found.spent.values()), found.contest.rules.most
    saved = (
        [f"{found.saved:,} fewer than all policies running as long as the last one"] if found.saved else []
    )
    if found.saved_to_most:
        saved.append(f"{found.saved_to_most:,} fewer than {most:,} replications of each policy")
    return f"This took {spent:,} runs{', ' if saved else ''}{' and '.join(saved)}."
