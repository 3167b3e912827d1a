"""A run to watch in the browser: `relay app`."""

from __future__ import annotations

import click

from sim.cli.options import POLICY, QUIET, SEED, SETTINGS, Example, completing, with_options

__all__ = ["app_command"]


@click.command(
    "app",
    cls=Example,
    example="relay app\nrelay app olist --policy call-desk --set team.reps.count=20 --port 8000",
)
@with_options(
    click.argument("market", default="considered", shell_complete=completing("markets")),
    POLICY,
    SEED,
    SETTINGS,
    click.option(
        "--port", type=click.IntRange(0, 65535), default=8765, metavar="N", show_default=True,
        help="Port of this machine to listen on; 0 for any that is free.",
    ),
    QUIET,
)  # fmt: skip
def app_command(
    market: str, policy: str | None, seed: int, settings: tuple[str, ...], port: int, quiet: bool
) -> None:
    """Watch a run of MARKET in the browser: step through days, see the track and the queues.

    MARKET is `considered` unless given. The page is served to this machine only, until Ctrl-C. It needs
    `pip install 'relay-handoff[app]'`.
    """
    from sim.cli.replicating import compiled_first
    from sim.scenario.document import Scenario

    scenario = Scenario.load(market, policy, settings)
    from sim.show.app import needing_solara

    try:
        served = needing_solara("sim.show.app_server")
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    compiled_first(scenario, quiet)  # not while somebody waits for a click
    served.serve(
        scenario, seed, port, lambda address: click.echo(f"The page is at {address} (Ctrl-C ends it).")
    )
