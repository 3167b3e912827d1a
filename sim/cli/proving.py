"""What the model is held to: `relay validate-model`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.failures import usage_error
from sim.cli.options import JOBS, MOST_SEEDS, QUIET, Example, Whole, completing, with_options

if TYPE_CHECKING:
    from sim.experiment.validation import Table

__all__ = ["validate_model_command"]

DEFAULT_SEEDS = 30


@click.command(
    "validate-model",
    cls=Example,
    short_help="Compare the model with theory and published figures.",
    example="""relay validate-model --out docs/validation.md
        relay validate-model --table known-answers
        relay validate-model my-market.toml --table patterns --seeds 10""",
)
@with_options(
    click.argument("scenario", required=False, shell_complete=completing("markets")),
    click.option(
        "--table", type=click.Choice(["mechanisms", "known-answers", "patterns"]), default=None,
        help="Only this table.  [default: all; patterns for a SCENARIO]",
    ),
    click.option(
        "--seeds", type=Whole(2, MOST_SEEDS), default=DEFAULT_SEEDS, metavar="N", show_default=True,
        help="Runs of each setting, each with other buyers.",
    ),
    click.option(
        "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help="Write to this file rather than to stdout.",
    ),
    JOBS,
    QUIET,
)  # fmt: skip
def validate_model_command(
    scenario: str | None, table: Table | None, seeds: int, out: Path | None, jobs: int, quiet: bool
) -> None:
    """Show what each mechanism does, and compare the model with theory and with published patterns.

    Without SCENARIO the shipped markets are run, which takes minutes. With one, the published patterns that can
    be asked of any market stand beside those of yours.
    """
    if scenario is not None:
        _must_be_a_market(scenario, table)
    if out is not None and not out.absolute().parent.is_dir():
        raise usage_error(f"there is no directory {out.absolute().parent}", "--out")
    from sim.experiment.validation import own_page, validation_page

    def say(said: str) -> None:
        if not quiet:
            click.echo(said, err=True)

    try:
        if scenario is not None:  # noqa: SIM108
            page = own_page(scenario, seeds, jobs, say)
        else:
            page = validation_page(seeds, jobs, table, say)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    if out is None:
        click.echo(page, nl=False)
    else:
        out.write_text(page, encoding="utf-8")


def _must_be_a_market(scenario: str, table: str | None) -> None:
    """Refuse what no pattern can be asked of, before anything is run."""
    from sim.scenario.document import Scenario
    from sim.scenario.loading import kind_of

    if table not in (None, "patterns"):
        raise usage_error(
            f"{table} are shown in markets of their own; a SCENARIO can only be asked for patterns", "--table"
        )
    kind = kind_of(scenario)
    if kind == "athletes":
        raise usage_error(f"{scenario} is a race of athletes; published patterns are those of markets")
    Scenario.load(scenario)
