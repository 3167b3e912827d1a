"""When the advice would be wrong: `relay robust`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import usage_error
from sim.cli.options import COMPARABLE, POLICIES, Example, Whole, seeds_option, with_options
from sim.cli.varying import (
    VARYING,
    Varying,
    code_of,
    failures_of,
    keep_findings,
    made_safely,
    planned,
    the_measure,
)

if TYPE_CHECKING:
    from sim.experiment.robustness.robust import Robustness

__all__ = ["robust_command"]


@click.command(
    "robust",
    cls=Example,
    example="""relay robust olist --policies call-desk,patient,speed-to-lead
        relay robust olist --policies call-desk,patient --vary team.reps=4:40 --worlds 60
        relay robust considered --policies today,patient --within 10% --out doubts""",
)
@with_options(
    COMPARABLE, POLICIES,
    click.option(
        "--worlds", type=Whole(20, 100_000), default=100, metavar="N", show_default=True,
        help="Worlds drawn from the ranges; rules are found on half of them and checked on the others.",
    ),
    seeds_option(5, "Replications of each world under each policy."),
    click.option(
        "--within", metavar="SHARE", default="5%", show_default=True,
        help="How far from the best policy of a world is good enough.",
    ),
    click.option(
        "--at-least", type=float, metavar="VALUE",
        help="Value of the measure that is good enough, in place of --within (at most, where less is better).",
    ),
    click.option(
        "--max-rules", type=Whole(0, 3), default=3, metavar="N", show_default=True,
        help="Most rules about where the advice flips.",
    ),
    VARYING,
)  # fmt: skip
def robust_command(
    market: str, policies: str, worlds: int, seeds: int, within: str, at_least: float | None, max_rules: int,
    **options: Any,
) -> int:  # fmt: skip
    """Run policies in many worlds that MARKET may turn out to be, and say where the best is not the best.

    The advice is the policy that misses least on average. Rules in words about where it loses are found on half of
    the worlds and told only if they hold on the other half, which has other luck too. Needs `pip install
    'relay-handoff[sensitivity]'`.
    """
    from sim.cli.keeping import json_text, ready_directory
    from sim.cli.replicating import loaded
    from sim.experiment.robustness.regret import Good
    from sim.experiment.robustness.robust import doubted
    from sim.experiment.robustness.uncertain import uncertain_of

    study = Varying(**options)
    scenarios = loaded(market, policies, study.settings)
    measure, directory = (
        the_measure(study.measure),
        ready_directory(None if study.dry_run else study.out, True),
    )
    if measure.direction == "neither":
        raise usage_error(
            f"more {measure.label} is not better or worse in itself; take another one", "--measure"
        )
    if seeds < 2:
        raise usage_error("one replication cannot tell differences from luck; 2 or more can", "--seeds")
    good = Good(_share(within), at_least)
    uncertain = uncertain_of(scenarios[0], study.vary or None)
    if study.dry_run:
        planned(scenarios, worlds, seeds, study, uncertain)
        return 0
    found = made_safely(
        lambda make, told: doubted(
            uncertain, worlds, measure, seeds, study.seed, good, max_rules, make, told
        ),
        market, policies, scenarios, study,
    )  # fmt: skip
    answer = {"command": "robust", **found.to_dict(), "failures": failures_of(found.made)}
    text = _text(found)
    click.echo(json_text(answer) if study.as_json else text)
    keep_findings(
        directory,
        "robust",
        answer,
        text,
        [asdict(one) for one in found.standings],
        _figures(found),
        study.quiet,
    )
    return code_of(answer["failures"], found.left_out, "worlds")


def _share(text: str) -> float:
    number, percent, _ = text.partition("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise usage_error(f"{text!r} is no share; write 5% or 0.05", "--within")
    return share


def _figures(found: Robustness) -> dict[str, Any]:
    from sim.show.charts import flip_map, regret_by_policy

    return {"regret": lambda: regret_by_policy(found), "flip-map": lambda: flip_map(found)}


def _text(found: Robustness) -> str:
    from sim.cli.tables import aligned, paragraph, titled
    from sim.cli.varying import said_uncertain
    from sim.experiment.robustness.sentences import robust_sentences

    line = (
        f"{len(found.table.policies)} policies in {len(found.table.points)} worlds, {found.table.replications} "
        "replications of each; in a world all policies meet the same buyers with the same luck."
    )
    good = "reach" if found.good.least is not None else f"within {100 * found.good.within:g}%"
    legend = (
        "regret: what is missing to the best policy of a world, with a 95% interval of the mean for other worlds and "
        f"other luck; {good}: share of worlds in which a policy does well enough."
    )
    parts = [
        titled(found.scenario, line), said_uncertain(found.uncertain), aligned(_rows(found, good), "lrrrrrr"),
        paragraph(legend), *(paragraph(one) for one in robust_sentences(found)),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _rows(found: Robustness, good: str) -> list[list[Any]]:
    from sim.cli.tables import Cell
    from sim.show.numbers import writing_for

    regrets = [one.most_regret for one in found.standings]
    writing = writing_for(found.measure, regrets, regrets, found.scenario.market.currency)
    unit = f", {writing.unit}" if writing.unit else ""
    heads = ["mean", "95% interval", "9 of 10 below", "worst", "best in", good]
    rows: list[list[Any]] = [[Cell(f"regret of {found.measure.label}{unit}", bold=True), *heads]]
    for one in found.standings:
        rows.append(
            [
                one.policy, writing.value(one.mean_regret),
                f"{writing.value(one.mean_low)} to {writing.value(one.mean_high)}", writing.value(one.p90_regret),
                writing.value(one.most_regret), f"{100 * one.best_share:.0f}%", f"{100 * one.good_share:.0f}%",
            ]
        )  # fmt: skip
    return rows
