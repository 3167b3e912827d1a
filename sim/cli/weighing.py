"""Which of the things nobody knows matter: `relay sensitivity`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import COMPARABLE, Example, Whole, completing, seeds_option, with_options
from sim.cli.varying import (
    VARYING,
    Varying,
    code_of,
    failures_of,
    keep_findings,
    made_safely,
    planned,
    the_measure,
    wrong_numbers_told,
)

if TYPE_CHECKING:
    from sim.experiment.robustness.screening import Effect
    from sim.experiment.robustness.sensitivity import Sensitivity, Table

__all__ = ["sensitivity_command"]


@click.command(
    "sensitivity",
    cls=Example,
    example="""relay sensitivity olist
        relay sensitivity olist --policies call-desk,patient --vary team.reps=10:60 --out found
        relay sensitivity considered --method sobol --measure win_rate --dry-run""",
)
@with_options(
    COMPARABLE,
    click.option(
        "--policies", "--policy", metavar="A,B,...", shell_complete=completing("policies"),
        help="Policies separated by commas; with several, the choice among them is one more setting, and what moves "
        "the difference from the first is shown too.  [default: the market's own, else today]",
    ),
    click.option(
        "--method", type=click.Choice(["morris", "sobol"]), default="morris", show_default=True,
        help="morris: mean effects from few runs. sobol: shares of the variance from many.",
    ),
    click.option(
        "--trajectories", "--samples", "size", type=Whole(2, 65_536), metavar="N",
        help="Trajectories of morris [default: 10], or blocks of sobol, a power of 2 [default: 64].",
    ),
    seeds_option(8, "Replications of each point; 3 or more tell effects from chance."),
    VARYING,
)  # fmt: skip
def sensitivity_command(
    market: str, policies: str | None, method: Any, size: int | None, seeds: int, **options: Any
) -> int:
    """Say which unknown settings move a measure of MARKET, and which cannot be told from chance.

    Settings are varied together over their ranges, all points with the same buyers and the same luck. What a setting
    would seem to do by chance alone is computed from the replications. Needs `pip install
    'relay-handoff[sensitivity]'`.
    """
    from sim.cli.keeping import json_text, ready_directory
    from sim.cli.replicating import loaded
    from sim.experiment.robustness.sensitivity import SIZES, explored, points_of
    from sim.experiment.robustness.uncertain import uncertain_of
    from sim.scenario.document import Scenario

    study = Varying(**options)
    if policies is None:
        scenarios = [Scenario.load(market, None, study.settings)]
    else:
        scenarios = loaded(market, policies, study.settings, least=1)
    measure, directory = (
        the_measure(study.measure),
        ready_directory(None if study.dry_run else study.out, True),
    )
    uncertain = uncertain_of(scenarios[0], study.vary or None)
    count = SIZES[method] if size is None else size
    with wrong_numbers_told():
        points = len(points_of(method, len(uncertain), count, study.seed))
    if study.dry_run:
        planned(scenarios, points, seeds, study, uncertain)
        return 0
    found = made_safely(
        lambda make, told: explored(uncertain, method, measure, count, seeds, study.seed, make, told),
        market, policies, scenarios, study,
    )  # fmt: skip
    made = [found.made] if found.made is not None else []
    answer = _answer(found, failures_of(made))
    text = _text(found)
    click.echo(json_text(answer) if study.as_json else text)
    keep_findings(
        directory,
        "sensitivity",
        answer,
        text,
        found.to_rows(),
        _figures(found),
        study.quiet,
    )
    what = "trajectories" if method == "morris" else "blocks"
    return code_of(answer["failures"], found.left_out, what)


def _answer(found: Sensitivity, failures: list[dict[str, Any]]) -> dict[str, Any]:
    from sim.experiment.robustness.sentences import sensitivity_sentences

    return {
        "command": "sensitivity",
        **found.to_dict(),
        "sentences": sensitivity_sentences(found),
        "failures": failures,
    }


def _shown(found: Sensitivity) -> list[Table]:
    """The tables that answer the question; those of single policies are left to the files."""
    several = len(found.policies) > 1
    return [one for one in found.tables if not several or one.against or not one.policy]


def _figures(found: Sensitivity) -> dict[str, Any]:
    from sim.show.charts import what_matters

    names = {
        "what-matters" + (f"-{one.policy}-against-{one.against}" if one.against else ""): one
        for one in _shown(found)
    }
    return {
        name: partial(what_matters, found, one.policy if one.against else "", one.against)
        for name, one in names.items()
    }


def _text(found: Sensitivity) -> str:
    from sim.cli.tables import paragraph, titled
    from sim.cli.varying import said_uncertain
    from sim.experiment.robustness.sentences import sensitivity_sentences

    size = f"{found.size} {'trajectories' if found.method == 'morris' else 'blocks'}"
    count = len(found.uncertain)
    line = (
        f"{count} setting{'s' if count > 1 else ''} varied together, {size}, {found.replications} replications of each "
        "point; all points meet the same buyers with the same luck."
    )
    parts = [titled(found.scenario, line), said_uncertain(found.uncertain)]
    parts += [_table_text(found, one) for one in _shown(found)]
    parts.append(paragraph(_legend(found)))
    parts += [paragraph(one) for one in sensitivity_sentences(found)]
    return "\n\n".join(parts)


def _table_text(found: Sensitivity, table: Table) -> str:
    from sim.cli.tables import Cell, aligned

    what = found.measure.label
    if table.against:
        what = f"difference of {table.policy} from {table.against}, {what}"
    rows: list[Sequence[Cell | str]] = list(_rows(found, table, what))
    return aligned(rows, "lrrrrl", label_width=38)


def _rows(found: Sensitivity, table: Table, what: str) -> Any:
    from sim.cli.tables import Cell
    from sim.experiment.robustness.outputs import POLICY
    from sim.experiment.robustness.screening import Effect
    from sim.show.numbers import writing_for

    words = {one.path: one.words.label for one in found.uncertain} | {POLICY: "choice of the policy"}
    effects = [one for one in table.rows if isinstance(one, Effect)]
    writing = writing_for(
        found.measure,
        [one.high for one in effects],
        [one.high for one in effects],
        found.scenario.market.currency,
    )
    unit = f", {writing.unit}" if writing.unit and found.method == "morris" else ""
    heads = ["effect", "95% interval", "by chance", "spread"]
    if found.method == "sobol":
        heads = ["total", "95% interval", "by chance", "alone"]
    yield [Cell(f"{what}{unit}", bold=True), *heads]
    for one in table.rows:
        if isinstance(one, Effect):
            numbers = [
                writing.value(one.mu_star), f"{writing.value(one.low)} to {writing.value(one.high)}",
                writing.value(one.floor), writing.value(one.sigma),
            ]  # fmt: skip
            way = "" if one.factor == POLICY else _way(one)
        else:
            low, high = f"{100 * one.total_low:.0f}", f"{100 * one.total_high:.0f}%"
            floor = "-" if one.total_floor != one.total_floor else f"{100 * one.total_floor:.0f}%"
            numbers = [f"{100 * one.total:.0f}%", f"{low} to {high}", floor, f"{100 * one.first:.0f}%"]
            way = ""
        said = {
            "clear": way,
            "no floor": "chance unknown",
            "not distinguishable from chance": "within chance",
        }
        yield [words[one.factor], *numbers, said.get(one.finding, one.finding)]


def _way(one: Effect) -> str:
    """Which way a measure goes when the setting rises."""
    if abs(one.mu) < 0.9 * one.mu_star:
        return "up or down"
    return "up" if one.mu > 0 else "down"


def _legend(found: Sensitivity) -> str:
    if found.method == "morris":
        return (
            "effect: mean size of the change when the setting rises over its range, and which "
            "way it goes; spread: standard deviation of the changes, large where the effect depends on other settings; by "
            "chance: what a setting without effect may show, all of them together with 95%."
        )
    return (
        "total: share of the variance that goes if everything but this setting is known; alone: share that knowing this "
        "setting takes away; by chance: what a setting without effect may show, all of them together with 95%."
    )
