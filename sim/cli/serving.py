"""A run to watch in the browser: `relay app`."""

from __future__ import annotations

import os

import click

from sim.cli.options import POLICY, QUIET, SEED, SETTINGS, WATCHABLE, Example, Whole, completing, with_options

__all__ = ["app_command"]


@click.command(
    "app",
    cls=Example,
    short_help="Watch one policy or two in the browser.",
    example="""relay app
        relay app considered --policy today --against patient
        relay app olist --policy call-desk --set team.reps.count=20 --port 8000""",
)
@with_options(
    WATCHABLE,
    POLICY,
    click.option(
        "--against", metavar="POLICY", shell_complete=completing("policies"),
        help="A second policy to show beside it, with the same buyers and the same luck.",
    ),
    SEED,
    SETTINGS,
    click.option(
        "--port", type=Whole(0, 65535), default=8765, metavar="N", show_default=True,
        help="Port of this machine to listen on; 0 for any that is free.",
    ),
    QUIET,
)  # fmt: skip
def app_command(
    market: str,
    policy: str | None,
    against: str | None,
    seed: int,
    settings: tuple[str, ...],
    port: int,
    quiet: bool,
) -> None:
    """Watch a run of MARKET in the browser, or two policies side by side.

    Step through the days and see the buyers on the track, where batons are passed, and who waits; move sliders
    and see what changes. MARKET is `considered` unless given. The page is served to this machine only, until
    Ctrl-C.

    It needs the extra app: pip install 'relay-handoff[app]'
    """
    from sim.cli.replicating import compiled_first
    from sim.scenario.document import Scenario

    scenario = Scenario.load(market, policy, settings)
    from sim.show.app import needing_solara, opened_with

    opened, second = opened_with(scenario, against, market, policy or "", settings)
    try:
        served = needing_solara("sim.show.app_server")
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    compiled_first([scenario], quiet)  # not while somebody waits for a click
    try:
        served.serve(opened, opened.first(second, seed), port, _ready)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise click.ClickException(f"port {port}: {why}; --port 0 takes any that is free") from None


def _ready(address: str) -> None:
    click.echo(f"The page is at {address} (Ctrl-C ends it).")
