"""Policies compared on the same luck: `relay compare`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import COMPARABLE, POLICIES, STUDY, Example, Study, seeds_option, with_options
from sim.cli.settling import SETTLING, limits_of, rows_of_standings, settle

if TYPE_CHECKING:
    from sim.experiment.compare import PolicyComparison
    from sim.experiment.selection.settled import SettledComparison
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
        relay compare olist --policies today,patient --measures win_rate --set team.reps.count=20
        relay compare olist --policies today,patient,recycle --until-settled --indifference 5%""",
)
@with_options(
    COMPARABLE, POLICIES, seeds_option(DEFAULT_SEEDS, "Replications of each policy, each with other buyers."), SETTLING,
    STUDY,
)  # fmt: skip
def compare_command(
    market: str, policies: str, until_settled: bool, max_seeds: int | None, confidence: str | None,
    indifference: str | None, **options: Any,
) -> int:  # fmt: skip
    """Run MARKET under several policies and say which differences are settled.

    Every policy meets the same buyers with the same luck, so that what differs is the policy. The others are
    compared with the first one, or, with --until-settled, with the best.
    """
    from sim.cli.chosen import chosen_measures, has_cost
    from sim.cli.keeping import ready_directory
    from sim.cli.replicating import agents_of, compared, loaded

    study = Study(**options)
    limits = limits_of(until_settled, max_seeds, confidence, indifference, study.seeds)
    scenarios = loaded(market, policies, study.settings)
    classes = agents_of(study.agents)
    directory = ready_directory(study.out)
    costly = any(map(has_cost, scenarios))
    wanted = [one.name for one in chosen_measures(study.measures, study.everything, costly)]
    drawn = MOST_DRAWN if directory is not None else 1
    if limits is not None:
        settled, answer, text, code = settle(scenarios, wanted, study, limits, classes, drawn)
        extra = {"selection.csv": rows_of_standings(settled)}
        return max(_shown(scenarios, study, directory, settled, answer, text, extra), code)
    found = compared(scenarios, wanted, study, classes, drawn, _preview(scenarios, study))
    answer = _answer(scenarios, found)
    return _shown(scenarios, study, directory, found, answer, _text(scenarios, found, answer["verdict"]), {})


def _shown(
    scenarios: Sequence[Scenario], study: Study, directory: Path | None,
    found: PolicyComparison | SettledComparison, answer: dict[str, Any], text: str,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
) -> int:  # fmt: skip
    """Write what was found to stdout and to the directory; the exit code is that of the runs."""
    from sim.cli.answers import code_after, rows_of_comparison
    from sim.cli.keeping import Report, json_text, keep_report

    click.echo(json_text(answer) if study.as_json else text)
    if directory is not None:
        report = Report(
            scenarios, study.seed, found.replications, study.agents, answer, rows_of_comparison(answer), text,
            found.results, found.framed, comparison=found.differences(), tables=tables,
        )  # fmt: skip
        keep_report(directory, report, study.quiet)
    return code_after(found.results)


def _preview(scenarios: Sequence[Scenario], study: Study) -> Any:
    """What to show of a long comparison while it goes on; nothing when stderr is to stay empty."""
    if study.quiet or study.as_json or study.seeds < PREVIEW_FROM:
        return None

    def show(early: PolicyComparison) -> None:
        from sim.cli.replicating import PREVIEW
        from sim.cli.tables import headline

        table = headline(early.differences(), scenarios[0].market.currency)
        click.echo(f"After {PREVIEW} of {study.seeds} replications:\n\n{table}\n", err=True)

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
