"""One policy measured: `relay run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli.options import MARKET, POLICY, STUDY, Example, Study, seeds_option, with_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiment.estimates import Estimate
    from sim.measure.measures import Measure
    from sim.measure.results import Results
    from sim.scenario.document import Scenario

__all__ = ["run_command"]

DEFAULT_SEEDS = 10


@click.command(
    "run",
    cls=Example,
    example="""relay run olist --policy patient
        relay run olist --set team.reps.count=20 --measures closed_won_count,win_rate
        relay run my-market.toml --seeds 50 --out results""",
)
@with_options(
    MARKET, POLICY, seeds_option(DEFAULT_SEEDS, "Replications; of a race of athletes 1000 unless given."),
    click.option(
        "--replication", type=click.IntRange(0), metavar="N",
        help="Run this one replication only; with it a single run can be repeated exactly.",
    ),
    STUDY,
)  # fmt: skip
def run_command(market: str, policy: str | None, replication: int | None, **options: Any) -> int:
    """Simulate MARKET under one policy and print what comes out, with intervals."""
    from sim.cli.answers import code_after, rows_of_run
    from sim.cli.keeping import Report, json_text, keep_report, ready_directory
    from sim.cli.replicating import agents_of, replicated
    from sim.scenario.document import Scenario
    from sim.scenario.loading import kind_of

    study = Study(**options)
    if kind_of(market) == "athletes":
        from sim.cli.racing import run_race

        given = click.get_current_context().get_parameter_source("seeds") != ParameterSource.DEFAULT
        races = [replication] if replication is not None else range(study.seeds) if given else None
        run_race(market, races, study, {"--policy": policy})
        return 0
    scenario = Scenario.load(market, policy, study.settings)
    classes = agents_of(study.agents)
    directory = ready_directory(study.out)
    wanted = _wanted(scenario, study)
    numbers = list(range(study.seeds)) if replication is None else [replication]
    results = replicated([scenario], numbers, study, classes, keep_records=directory is not None)
    rows = [(measure, _estimate(results, measure)) for measure in wanted]
    answer = _answer(scenario, study.seed, numbers, rows, results)
    text = _text(scenario, rows, results)
    click.echo(json_text(answer) if study.as_json else text)
    if directory is not None:
        report = Report(
            [scenario], study.seed, numbers, study.agents, answer, rows_of_run(answer), text, results, results,
            comparison=None,
        )  # fmt: skip
        keep_report(directory, report, study.quiet)
    return code_after(results)


def _wanted(scenario: Scenario, study: Study) -> Sequence[Measure]:
    from sim.cli.chosen import chosen_measures, has_cost

    return chosen_measures(study.measures, study.everything, has_cost(scenario))


def _estimate(results: Results, measure: Measure) -> Estimate:
    from sim.cli.answers import estimate_of

    return estimate_of(results, measure.name)


def _text(scenario: Scenario, rows: Sequence[tuple[Measure, Estimate]], results: Results) -> str:
    from sim.cli.tables import measures_of_one, paragraph, titled

    count = len(results)
    leads = f"{results.value('lead_count'):,.0f} leads"
    runs = (
        f"{count} replications of {leads} on average"
        if count > 1
        else f"1 replication of {leads}; no intervals"
    )
    head = titled(scenario, f"Policy {scenario.policy.name}: {runs}.")
    table = measures_of_one(rows, scenario.market.currency)
    return f"{head}\n\n{table}\n\n{paragraph(_sentence(scenario, results))}"


def _sentence(scenario: Scenario, results: Results) -> str:
    """The run in one sentence."""
    from sim.experiment.verdict import amount

    leads, won = results.value("lead_count"), results.value("closed_won_count")
    text = f"Under {scenario.policy.name}, of {leads:,.0f} leads {won:,.0f} become customers"
    rate = results.value("lead_to_won_rate")
    if rate == rate:
        text += f" ({amount(rate, 'share')})"
    clean, passes = results.value("clean_exchange_rate"), results.value("passed_count")
    if passes:
        text += f"; sales talks to {passes:,.0f} of them"
        text += f" and {amount(clean, 'share')} of these passes come at the right time and without a fault"
    return f"{text}."


def _answer(
    scenario: Scenario,
    seed: int,
    numbers: Sequence[int],
    rows: Sequence[tuple[Measure, Estimate]],
    results: Results,
) -> dict[str, Any]:
    from sim.cli.answers import estimate_fields, failure_fields, measure_fields

    return {
        "command": "run",
        "scenario": scenario.name,
        "policy": scenario.policy.name,
        "fingerprint": scenario.fingerprint,
        "currency": scenario.market.currency,
        "seed": seed,
        "replications": list(numbers),
        "measures": {m.name: {**measure_fields(m), **estimate_fields(e)} for m, e in rows},
        "sentence": _sentence(scenario, results),
        "failures": failure_fields(results),
    }
