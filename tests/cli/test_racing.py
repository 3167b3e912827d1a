"""relay run on a race of athletes."""

from __future__ import annotations

import csv
import json
from math import isfinite
from pathlib import Path

import pytest

from sim.experiment.race import MEASURES, race_table
from sim.scenario.athletes import Race

from .conftest import Relay


def test_it_prints_every_measure_and_the_sentence(run: Relay) -> None:
    result = run("run", "relay-4x100", "--seeds", "20", "--seed", "3")
    assert result.exit_code == 0
    _, sentence = race_table("relay-4x100", 20, 3)
    said = " ".join(result.stdout.split())
    assert sentence in said
    for _, meaning, _ in MEASURES.values():
        assert meaning in said
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_settings_and_replication_reach_the_race(run: Relay) -> None:
    answer = json.loads(
        run("run", "relay-4x100", "--replication", "7", "--set", "exchange.aim_metres=15", "--json").stdout
    )
    race = Race.load("relay-4x100", ["exchange.aim_metres=15"])
    table, _ = race_table(race, [7], 0)
    expected = {row.measure: row.value if isfinite(row.value) else None for row in table.itertuples()}
    assert {name: one["value"] for name, one in answer["measures"].items()} == expected
    assert answer["replications"] == [7]
    assert answer["fingerprint"] == race.fingerprint != Race.load("relay-4x100").fingerprint


def test_without_seeds_there_are_enough_races_to_see_exchanges_fail(run: Relay) -> None:
    assert len(json.loads(run("run", "relay-4x100", "--json").stdout)["replications"]) == 1000


def test_what_it_keeps_can_be_run_again(run: Relay, tmp_path: Path) -> None:
    first = run("run", "relay-4x100", "--seeds", "5", "--out", "kept", "--set", "zone.length_metres=20")
    assert first.exit_code == 0
    rows = list(csv.DictReader((tmp_path / "kept/table.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["measure"] for row in rows] == list(MEASURES)
    manifest = json.loads((tmp_path / "kept/manifest.json").read_text(encoding="utf-8"))
    assert manifest["fingerprint"] == Race.load(tmp_path / "kept/scenario.toml").fingerprint
    again = run("run", "kept/scenario.toml", "--seeds", "5")
    assert again.stdout == first.stdout


@pytest.mark.parametrize("command", ["compare", "follow"])
def test_comparing_policies_of_athletes_says_what_can_be_done_instead(run: Relay, command: str) -> None:
    for policies in ((), ("--policies", "today,patient")):
        said = run(command, "relay-4x100", *policies).stderr
        assert "no handoff policy" in said
        assert "relay run relay-4x100 --set" in said
        assert "Missing" not in said
