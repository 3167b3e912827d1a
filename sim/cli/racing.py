"""A race of athletes measured: what `relay run` does with a document of kind "athletes"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import usage_error

if TYPE_CHECKING:
    from sim.cli.options import Study
    from sim.scenario.athletes import Race

__all__ = ["run_race"]

DEFAULT_RACES = 1000
"""Races take a millisecond each, and exchanges fail too rarely for ten of them to show it."""


def run_race(name: str, races: Sequence[int] | None, study: Study, refused: Mapping[str, Any]) -> None:
    """Run a race many times and print what comes out, with intervals.

    Args:
        name: Name or file of the race.
        races: Numbers of the races; None for as many as make sense.
        study: What the options say.
        refused: What was given for further options that athletes have no use for, by option.

    Raises:
        click.UsageError: If an option was given that athletes have no use for.
        InvalidInput: If the race cannot be loaded.
    """
    useless = {"--measures": study.measures, "--all": study.everything, "--agents": study.agents}
    for option, value in {**refused, **useless}.items():
        if value:
            raise usage_error(
                f"{name} is a race of athletes, who have none of this; change its settings with --set, such as "
                "--set exchange.aim_metres=15",
                option,
            )
    from sim.cli.keeping import json_text, ready_directory
    from sim.scenario.athletes import Race

    race = Race.load(name, study.settings)
    directory = ready_directory(study.out)
    from sim.experiment.race import race_table

    numbers = list(range(DEFAULT_RACES) if races is None else races)
    table, sentence = race_table(race, numbers, study.seed)
    rows = [{str(key): one for key, one in row.items()} for row in table.to_dict("records")]
    answer = {
        "command": "run",
        "scenario": race.name,
        "fingerprint": race.fingerprint,
        "seed": study.seed,
        "replications": numbers,
        "measures": {row["measure"]: {key: row[key] for key in row if key != "measure"} for row in rows},
        "sentence": sentence,
    }
    text = _text(race, rows, numbers, sentence)
    click.echo(json_text(answer) if study.as_json else text)
    if directory is not None:
        _keep(directory, race, rows, answer, text)
        if not study.quiet:
            click.echo(f"Tables are in {directory}.", err=True)


def _text(race: Race, rows: Sequence[Mapping[str, Any]], numbers: Sequence[int], sentence: str) -> str:
    from sim.cli.tables import Cell, aligned, paragraph, titled

    replicated = len(numbers) > 1
    heads = ["", "value", *(["95% interval"] if replicated else [])]
    lines: list[list[Cell | str]] = [[Cell(head, bold=True) for head in heads]]
    for row in rows:
        share = row["unit"] == "share"
        label = row["meaning"] if share else f"{row['meaning']}, {row['unit']}"
        value, low, high = _written([row["value"], row["low"], row["high"]], share)
        interval = "-" if "-" in (low, high) else f"{low} to {high}"
        lines.append([label, value, interval] if replicated else [label, value])
    count = f"{len(numbers):,} races" if replicated else "1 race; no intervals"
    head = titled(race, f"{race.legs} legs of {race.leg_metres:g} m, {count}.")
    return f"{head}\n\n{aligned(lines, 'lrr', 3, 60)}\n\n{paragraph(sentence)}"


def _written(numbers: Sequence[float], share: bool) -> list[str]:
    """A value and the ends of its interval, to two digits of the interval's half width."""
    scaled = [100 * number if share else number for number in numbers]
    _, low, high = scaled
    reach = (high - low) / 2
    wanted = 1 - math.floor(math.log10(reach)) if math.isfinite(reach) and reach > 0 else 2
    decimals = max(0, min(wanted, 2 if share else 3))
    sign = "%" if share else ""
    return [f"{number:,.{decimals}f}{sign}" if math.isfinite(number) else "-" for number in scaled]


def _keep(
    directory: Path, race: Race, rows: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], text: str
) -> None:
    from sim.cli.keeping import csv_text, json_text, keep, surroundings
    from sim.show.folder import FORMAT

    keep(directory, "table.txt", click.unstyle(text) + "\n")
    keep(directory, "table.csv", csv_text(rows))
    keep(directory, "results.json", json_text(answer) + "\n")
    keep(directory, "scenario.toml", race.to_toml())
    about = {
        "kind": "race",
        "format": FORMAT,
        "scenario": {"name": race.name, "title": race.title},
        "fingerprint": race.fingerprint,
        "seed": answer["seed"],
        "replications": answer["replications"],
        **surroundings(),
    }
    keep(directory, "manifest.json", json_text(about) + "\n")
