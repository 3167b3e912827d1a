"""Policies compared on the same luck: `relay compare`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import (
    AGENTS,
    COMPARABLE,
    JOBS,
    JSON,
    MEASURES,
    OUT,
    POLICIES,
    QUIET,
    SEED,
    SETTINGS,
    Example,
    seeds_option,
    with_options,
)

if TYPE_CHECKING:
    from sim.experiment.compare import PolicyComparison
    from sim.scenario.document import Scenario

__all__ = ["compare_command"]

DEFAULT_SEEDS = 10
MOST_DRAWN = 60
"""Runs of all policies together that figures are drawn from; more only make drawing slower."""

PREVIEW_FROM = 8
"""Fewest replications of which a first table is shown early."""


@click.command(
    "compare",
    cls=Example,
    example="""relay compare olist --policies call-desk,speed-to-lead,warm-introduction
        relay compare olist --policies today,my-policy.toml --seeds 50 --out results
        relay compare olist --policies today,patient --measures win_rate --set team.reps.count=20""",
)
@with_options(
    COMPARABLE,
    POLICIES,
    seeds_option(DEFAULT_SEEDS, "Replications of each policy, each with other buyers."),
    SEED,
    SETTINGS,
    MEASURES,
    AGENTS,
    JOBS,
    OUT,
    JSON,
    QUIET,
)
def compare_command(
    market: str,
    policies: str,
    seeds: int,
    seed: int,
    settings: tuple[str, ...],
    measures: str | None,
    everything: bool,
    agents: tuple[str, ...],
    jobs: int,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run COMPARABLE under several policies and say which differences are settled.

    Every policy meets the same buyers with the same luck, so that what differs is the policy. The others are
    compared with the first one.
    """
    from sim.cli.chosen import chosen_measures, has_cost
    from sim.cli.keeping import json_text, ready_directory
    from sim.cli.replicating import agents_of, compared, loaded

    scenarios = loaded(market, policies, settings)
    classes = agents_of(agents)
    directory = ready_directory(out)
    wanted = [one.name for one in chosen_measures(measures, everything, any(map(has_cost, scenarios)))]
    show = _preview(scenarios, seeds, quiet) if seeds >= PREVIEW_FROM and not as_json else None
    drawn = MOST_DRAWN if directory is not None else 1
    found = compared(scenarios, wanted, seeds, seed, jobs, classes, drawn, quiet, show)

    from sim.cli.answers import code_after

    answer = _answer(scenarios, found)
    text = _text(scenarios, found, answer["verdict"])
    click.echo(json_text(answer) if as_json else text)
    if directory is not None:
        _keep(directory, scenarios, found, answer, text, seed, agents, quiet)
    return code_after(found.results)


def _preview(scenarios: Sequence[Scenario], seeds: int, quiet: bool) -> Any:
    """What to show of a long comparison while it goes on; nothing when stderr is to stay empty."""
    if quiet:
        return None

    def show(early: PolicyComparison) -> None:
        from sim.cli.replicating import PREVIEW
        from sim.cli.tables import headline

        table = headline(early.differences(), scenarios[0].market.currency)
        click.echo(f"After {PREVIEW} of {seeds} replications:\n\n{table}\n", err=True)

    return show


def _answer(scenarios: Sequence[Scenario], found: PolicyComparison) -> dict[str, Any]:
    from sim.cli.assumptions import assumptions_of

    assumptions = assumptions_of(scenarios[0])
    return {
        "command": "compare",
        "title": scenarios[0].title,
        "currency": scenarios[0].market.currency,
        "fingerprints": {one.policy.name: one.fingerprint for one in scenarios},
        "assumptions": assumptions,
        "verdict": found.verdict(assumptions=assumptions),
        **found.to_dict(),
    }


def _text(scenarios: Sequence[Scenario], found: PolicyComparison, verdict: str) -> str:
    from sim.cli.tables import compared_measures, headline, legend, paragraph, titled

    first, *others = found.measures
    currency = scenarios[0].market.currency
    leads = found.differences("lead_count").estimates[0].value
    count = len(found.replications)
    runs = f"{count} replication{'s' if count > 1 else ''}"
    parts = [
        titled(
            scenarios[0],
            f"{len(scenarios)} policies, {runs} of {leads:,.0f} leads on average; in each replication all "
            "policies meet the same buyers with the same luck.",
        ),
        headline(found.differences(first), currency),
    ]
    if others:
        parts.append(compared_measures([found.differences(name) for name in others], currency))
    parts += [legend(found.differences(first), bool(others)), paragraph(verdict)]
    return "\n\n".join(parts)


def _keep(
    directory: Path,
    scenarios: Sequence[Scenario],
    found: PolicyComparison,
    answer: dict[str, Any],
    text: str,
    seed: int,
    agents: Sequence[str],
    quiet: bool,
) -> None:
    from sim.cli.answers import rows_of_comparison
    from sim.cli.keeping import Report, keep_report

    report = Report(
        scenarios, seed, found.replications, agents, answer, rows_of_comparison(answer), text, found.framed,
        comparison=found.differences(),
    )  # fmt: skip
    keep_report(directory, report, quiet)
