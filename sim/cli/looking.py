"""Looking around: `relay list`, `relay show` and `relay schema`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sim.cli.options import JSON, POLICY, SETTINGS, Example, with_options

if TYPE_CHECKING:
    from sim.scenario.library import Shipped

__all__ = ["list_command", "schema_command", "show_command"]


@click.command("list", cls=Example, example="relay list")
@JSON
def list_command(as_json: bool) -> None:
    """List the markets and policies that come with relay."""
    from sim.scenario.library import shipped_markets, shipped_policies

    markets, policies = shipped_markets(), shipped_policies()
    if as_json:
        found = {"markets": markets, "policies": policies}
        rows = {
            kind: [{"name": one.name, "title": one.title, "path": str(one.path)} for one in ones]
            for kind, ones in found.items()
        }
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from sim.scenario.loading import kind_of

    width = max(len(one.name) for one in (*markets, *policies))
    races = [one for one in markets if kind_of(one.path) == "athletes"]
    click.echo("Markets: what the firm finds")
    _list([one for one in markets if one not in races], width)
    click.echo("\nRaces: the relay itself, run by athletes")
    _list(races, width)
    click.echo("\nPolicies: how the lead is passed from marketing to sales")
    _list(policies, width)
    click.echo("\nTry: relay compare olist --policies call-desk,speed-to-lead,warm-introduction")


def _list(shipped: Sequence[Shipped], width: int) -> None:
    for one in shipped:
        click.echo(f"  {one.name:<{width}}  {one.title}")


@click.command(
    "show",
    cls=Example,
    short_help="Print a market in full: every setting with its source.",
    example="relay show olist --policy patient\nrelay show olist --set team.reps.count=20 > mine.toml",
)
@with_options(click.argument("market"), POLICY, SETTINGS, JSON)
def show_command(market: str, policy: str | None, settings: tuple[str, ...], as_json: bool) -> None:
    """Print MARKET in full as TOML: every setting with its meaning, unit and source.

    What is printed is a complete scenario file: save it, change it, run it.
    """
    from sim.scenario.athletes import Race
    from sim.scenario.document import Scenario
    from sim.scenario.loading import kind_of, load

    athletes = kind_of(market) == "athletes"
    scenario: Scenario | Race = (load if athletes else Scenario.load)(market, policy, settings)
    if as_json:
        tables = {**scenario.model_dump(mode="json"), "fingerprint": scenario.fingerprint}
        click.echo(json.dumps(tables, indent=2, ensure_ascii=False))
    else:
        click.echo(scenario.to_toml(explained=True), nl=False)


@click.command(
    "schema",
    cls=Example,
    short_help="Print the JSON Schema of scenario files, for editors.",
    example="relay schema > scenario.schema.json",
)
def schema_command() -> None:
    """Print the JSON Schema of scenario files, for editors that check while you type."""
    from sim.scenario.schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2, ensure_ascii=False))
