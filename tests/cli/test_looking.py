"""list, show, schema, init and validate."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from sim.cli.group import COMMANDS
from sim.scenario import Scenario, shipped_markets, shipped_policies
from sim.scenario.athletes import Race

from .conftest import Relay


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Relay, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example:\n  relay {command}" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_help_and_version(run: Relay) -> None:
    assert "_RELAY_COMPLETE" in run("--help").stdout
    assert run("--version").stdout.startswith("relay ")
    assert run("-h").exit_code == 0


def test_list_names_everything_shipped(run: Relay) -> None:
    shown = run("list").stdout
    for name, title, _ in (*shipped_markets(), *shipped_policies()):
        assert f"  {name} " in shown
        assert title in shown
    answer = json.loads(run("list", "--json").stdout)
    assert [one["name"] for one in answer["markets"]] == [one.name for one in shipped_markets()]


def test_show_prints_a_scenario_that_loads_as_itself(run: Relay, tmp_path: Path) -> None:
    result = run("show", "olist", "--policy", "patient", "--set", "team.reps.count=7")
    path = tmp_path / "shown.toml"
    path.write_text(result.stdout, encoding="utf-8")
    loaded = Scenario.load(path)
    assert loaded == Scenario.load("olist", "patient", ["team.reps.count=7"])
    assert "(people; given by the scenario)" in result.stdout
    assert "T1.17" in result.stdout


def test_show_as_json(run: Relay) -> None:
    answer = json.loads(run("show", "olist", "--json").stdout)
    assert answer["fingerprint"] == Scenario.load("olist").fingerprint
    assert answer["team"]["reps"]["count"] == Scenario.load("olist").team.reps.count


def test_schema_is_json(run: Relay) -> None:
    assert json.loads(run("schema").stdout)["$schema"].endswith("2020-12/schema")


def test_races_are_listed_apart_from_markets(run: Relay) -> None:
    markets, races, policies = run("list").stdout.split("\n\n")[:3]
    assert "relay-4x100" in races
    assert "relay-4x100" not in markets + policies


def test_a_race_is_shown_with_meaning_unit_and_source_and_loads_as_itself(run: Relay, tmp_path: Path) -> None:
    shown = run("show", "relay-4x100", "--set", "exchange.aim_metres=15").stdout
    assert "length of the zone; 20 until 2017 (metres; T9.1)" in shown
    assert (
        "aim_metres = 15.0  # where the pass is aimed at, from the opening of the zone (metres; given"
        in shown
    )
    path = tmp_path / "shown.toml"
    path.write_text(shown, encoding="utf-8")
    assert Race.load(path) == Race.load("relay-4x100", ["exchange.aim_metres=15"])
    answer = json.loads(run("show", "relay-4x100", "--json").stdout)
    assert answer["fingerprint"] == Race.load("relay-4x100").fingerprint


class TestInit:
    def test_what_it_writes_is_valid_and_equal_to_the_market(self, run: Relay, tmp_path: Path) -> None:
        result = run("init", "mine")
        assert result.exit_code == 0
        assert "relay run mine.toml" in result.stdout
        mine, base = Scenario.load(tmp_path / "mine.toml"), Scenario.load("olist")
        assert (mine.market, mine.team, mine.horizon) == (base.market, base.team, base.horizon)
        assert mine.fingerprint == base.fingerprint

    def test_what_it_puts_in_comments_is_valid_too(self, run: Relay, tmp_path: Path) -> None:
        run("init", "mine")
        path = tmp_path / "mine.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        last = next(number for number, line in enumerate(lines) if line.startswith("[policy]"))
        opened = [*lines[:last], *(line.removeprefix("# ") for line in lines[last:])]
        path.write_text("\n".join(opened), encoding="utf-8")
        assert Scenario.load(path).policy.attempts == 6

    def test_it_never_overwrites(self, run: Relay, tmp_path: Path) -> None:
        (tmp_path / "mine.toml").write_text("precious", encoding="utf-8")
        result = run("init", "mine")
        assert result.exit_code == 2
        assert "left as it is" in result.stderr
        assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "precious"

    def test_it_can_start_from_a_file_elsewhere(self, run: Relay, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        assert run("init", "base").exit_code == 0
        assert run("init", "sub/second", "--market", "base.toml").exit_code == 0
        assert (
            tomllib.loads((tmp_path / "sub/second.toml").read_text(encoding="utf-8"))["extends"]
            == "../base.toml"
        )
        assert Scenario.load(tmp_path / "sub/second.toml").market == Scenario.load("olist").market

    @pytest.mark.parametrize("name", ["", ".toml", "nowhere/mine", "a\0b"])
    def test_impossible_names(self, run: Relay, name: str) -> None:
        result = run("init", name)
        assert result.exit_code == 2
        assert result.stderr.startswith("Error: ")


class TestValidate:
    def test_valid_files_say_what_they_are(self, run: Relay) -> None:
        result = run("validate", "--no-run", "olist", "patient")
        assert result.exit_code == 0
        assert "valid market 'olist'" in result.stdout
        assert "valid policy 'patient'" in result.stdout

    def test_a_race_is_called_a_race(self, run: Relay) -> None:
        assert "valid race 'relay-4x100'" in run("validate", "relay-4x100").stdout
        answer = json.loads(run("validate", "relay-4x100", "--json").stdout)
        assert [one["kind"] for one in answer["files"]] == ["athletes"]

    def test_all_errors_of_all_files_at_once(self, run: Relay, tmp_path: Path) -> None:
        (tmp_path / "one.toml").write_text('kind = "market"\nextends = "olist"\n[team.reps]\ncunt = 3\n')
        (tmp_path / "two.toml").write_text('kind = "policy"\n[policy]\nattempts = -1\nmedum = "notes"\n')
        result = run("validate", "one.toml", "two.toml", "olist", "--no-run")
        assert result.exit_code == 2
        for said in ("one.toml, line 4: team.reps.cunt", "nearest  medium", "attempts", "medum"):
            assert said in result.stderr
        assert "valid market 'olist'" in result.stdout
        answer = json.loads(run("validate", "one.toml", "olist", "--no-run", "--json").stdout)
        assert not answer["valid"]
        assert [bool(one["problems"]) for one in answer["files"]] == [True, False]

    @pytest.mark.parametrize(("warmup", "expected"), [(0, True), (400, False)])
    def test_a_short_warm_up_is_noticed(
        self, run: Relay, tmp_path: Path, warmup: int, expected: bool
    ) -> None:
        """From an empty firm, marketing's stock fills up at first and is then nearly steady."""
        path = tmp_path / "mine.toml"
        path.write_text(
            'kind = "market"\nextends = "olist"\n[market.clock]\nhazard_per_month = 0.5\n'
            f"[horizon]\nwarmup_days = {warmup}\ncounted_days = 84\nfollow_up_days = 60\n"
            '[policy]\nextends = "patient"\n'
        )
        result = run("validate", "mine.toml")
        assert result.exit_code == 0
        assert ("Warning: the number of buyers with marketing" in result.stdout) is expected
