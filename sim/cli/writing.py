"""Beginning a scenario of one's own: `relay init`."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import click

from sim.cli.failures import usage_error
from sim.cli.options import JSON, QUIET, Example, completing, with_options

__all__ = ["init_command"]

_TEXT = """\
# A scenario of your own. It starts as a copy of {base!r}: everything this file does not say is as there.
#   relay run {file}
#   relay compare {file} --policies today,patient
#   relay validate {file}
# What there is to change, with meaning, unit and source of every setting: relay show {base}

kind = "market"
extends = "{base}"
title = {title}

# Each line below repeats what {base} says already; change the values, take away the # to change more.

[market.demand]
arrivals_per_day = {arrivals:g}   # new leads per day

[team.reps]
count = {reps}   # sales reps

[team.calendar]
opens = "{opens}"   # working hours, on {days} days a week
closes = "{closes}"

[policy]
extends = "{policy}"   # how the lead is passed to sales: a name from `relay list`, or a file
# medium = "shared-record"   # verbal, notes or shared-record: what the facts about a buyer pass through
# response_target = "4 business hours"   # sales should try by then
# attempts = 6   # calls before sales gives up

# [policy.aim]
# shift = -0.1   # pass earlier (below 0) or later (above 0) than each buyer's zone; the track is 1 long
"""


@click.command(
    "init",
    cls=Example,
    short_help="Write a small scenario of your own that runs at once.",
    example="relay init my-market\nrelay run my-market.toml",
)
@with_options(
    click.argument("name"),
    click.option(
        "--market", default="olist", show_default=True, metavar="MARKET", shell_complete=completing("markets"),
        help="Market to start from, by name or file.",
    ),
    JSON,
    QUIET,
)  # fmt: skip
def init_command(name: str, market: str, as_json: bool, quiet: bool) -> None:
    """Write NAME.toml: a small commented scenario that runs at once. It never overwrites a file."""
    from sim.scenario.document import Scenario

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if path.name == ".toml" or not path.stem.strip():
        raise usage_error(f"{name!r} is not a name for a file", "NAME")
    base = Scenario.load(market)
    shown = base.model_dump(mode="json")
    calendar = shown["team"]["calendar"]
    text = _TEXT.format(
        base=_referred(market, path), file=path, title=json.dumps(path.stem, ensure_ascii=False),
        arrivals=base.market.demand.arrivals_per_day, reps=base.team.reps.count, opens=calendar["opens"],
        closes=calendar["closes"], days=calendar["working_days"], policy=base.policy.name,
    )  # fmt: skip
    _write_new(path, text)
    if as_json:
        click.echo(json.dumps({"file": str(path), "extends": market}))
    elif not quiet:
        here = shlex.quote(str(path))
        click.echo(
            f"{path} is written: a scenario that starts from {market}. Next:\n"
            f"  relay run {here}\n"
            f"  relay compare {here} --policies today,patient --out results\n"
            "  relay report results"
        )


def _referred(market: str, path: Path) -> str:
    """The market as a file at `path` must name it: a relative path starts at that file's folder."""
    if not Path(market).exists() or ("/" not in market and not market.endswith(".toml")):
        return market
    return Path(os.path.relpath(market, path.parent)).as_posix()


def _write_new(path: Path, text: str) -> None:
    """Write a file that was not there.

    Raises:
        click.UsageError: If it is there, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise usage_error(f"{path} is there already and is left as it is; choose another name") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise usage_error(f"{path} cannot be written: {reason}") from None
