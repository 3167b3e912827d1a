"""run, compare and follow."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli.chosen import USUAL
from sim.cli.group import relay
from sim.cli.replicating import PREVIEW
from sim.experiment import compare, simulate
from sim.measure.measures import MEASURES
from sim.scenario import Scenario

from .conftest import SHORT, Relay

SETTINGS = SHORT[1::2]
POLICIES = "today,speed-to-lead,warm-introduction"


@pytest.fixture(scope="module")
def short() -> Scenario:
    return Scenario.load("olist", None, SETTINGS)


class TestRun:
    def test_table_and_sentence(self, run: Relay) -> None:
        result = run("run", "olist", "--policy", "today", "--seeds", "3", "--jobs", "1", *SHORT)
        assert result.exit_code == 0, result.stderr
        for name in USUAL:
            label = MEASURES[name].label
            assert re.search(rf"^{re.escape(label)}.*\d", result.stdout, re.MULTILINE), label
        assert "Under today, of " in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 100

    def test_json_has_the_numbers_of_simulate(self, run: Relay, short: Scenario) -> None:
        result = run("run", "olist", "--policy", "patient", "--seeds", "3", "--all", "--json", *SHORT)
        answer = json.loads(result.stdout)
        assert list(answer["measures"]) == list(MEASURES)
        expected = simulate(short, "patient", seeds=3)
        for name in MEASURES:
            assert answer["measures"][name]["value"] == pytest.approx(expected.value(name)) or (
                answer["measures"][name]["value"] is None and expected.value(name) != expected.value(name)
            )

    def test_interval_is_that_of_student(self, run: Relay) -> None:
        answer = json.loads(
            run("run", "olist", "--seeds", "2", "--measures", "lead_count", "--json", *SHORT).stdout
        )
        each = [
            json.loads(
                run(
                    "run", "olist", "--replication", str(n), "--measures", "lead_count", "--json", *SHORT
                ).stdout
            )["measures"]["lead_count"]["value"]
            for n in (0, 1)
        ]
        found = answer["measures"]["lead_count"]
        assert found["value"] == pytest.approx(sum(each) / 2)
        # Two values: their standard error is half their distance, and t is 12.706 with one degree of freedom.
        assert found["high"] - found["value"] == pytest.approx(12.7062047 * abs(each[0] - each[1]) / 2)

    def test_one_replication_has_no_interval(self, run: Relay) -> None:
        result = run("run", "olist", "--seeds", "1", "--json", *SHORT)
        assert json.loads(result.stdout)["measures"]["revenue_value"]["low"] is None
        assert "no intervals" in run("run", "olist", "--seeds", "1", *SHORT).stdout

    def test_overrides_count(self, run: Relay) -> None:
        few = run(
            "run", "olist", "--seeds", "1", "--json", "--set", "market.demand.arrivals_per_day=2", *SHORT
        )
        leads = json.loads(few.stdout)["measures"]
        many = run("run", "olist", "--seeds", "1", "--json", "--all", *SHORT)
        assert json.loads(many.stdout)["measures"]["lead_count"]["value"] > 400
        assert leads["closed_won_count"]["value"] < 42

    def test_jobs_change_nothing(self, run: Relay) -> None:
        one, two = (
            json.loads(run("run", "olist", "--seeds", "4", "--jobs", jobs, "--json", *SHORT).stdout)
            for jobs in ("1", "2")
        )
        assert one == two

    def test_a_class_of_ones_own(self, run: Relay, tmp_path: Path) -> None:
        """Reps who accept nobody never talk to anybody."""
        (tmp_path / "own_reps.py").write_text(
            "from sim.agents import SalesRep\n\n\nclass Choosy(SalesRep):\n"
            '    def accepts(self, *_):\n        return "reject"\n',
            encoding="utf-8",
        )
        asked = ("--seeds", "1", "--measures", "let_go_count,passed_count", "--json", *SHORT)
        plain = json.loads(run("run", "olist", *asked).stdout)["measures"]
        result = run("run", "olist", "--agents", "own_reps:Choosy", *asked)
        assert result.exit_code == 0, result.output
        choosy = json.loads(result.stdout)["measures"]
        assert plain["passed_count"]["value"] > 0
        assert choosy["let_go_count"]["value"] > 0
        assert choosy["passed_count"]["value"] == 0

    def test_out(self, run: Relay, tmp_path: Path) -> None:
        result = run("run", "olist", "--policy", "today", "--seeds", "2", "--out", "new/results", *SHORT)
        assert result.exit_code == 0, result.output
        kept = {path.name for path in (tmp_path / "new/results").iterdir()}
        assert {"table.csv", "table.txt", "results.json", "manifest.json", "relay-track.svg"} <= kept
        assert not [name for name in kept if name.startswith(".")]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One comparison, and the directory with everything it wrote."""
    directory = tmp_path_factory.mktemp("results")
    arguments = ["compare", "olist", "--policies", POLICIES, "--seeds", "4", "--out", str(directory), *SHORT]
    return CliRunner(env={"COLUMNS": "100"}).invoke(relay, arguments), directory


class TestCompare:
    def test_tables_and_verdict(self, kept: tuple[Result, Path]) -> None:
        result, _ = kept
        assert result.exit_code == 0, result.stderr
        shown = result.stdout
        assert "Revenue, wins per run" in shown
        assert "against today" in shown
        assert "every win is worth 1" in " ".join(shown.split())
        assert "settled" in shown
        assert max(map(len, shown.splitlines())) <= 100

    def test_it_says_on_stderr_that_it_draws(self, kept: tuple[Result, Path]) -> None:
        result, _ = kept
        assert "drawing the figures" in result.stderr
        assert "drawing" not in result.stdout

    def test_files(self, kept: tuple[Result, Path]) -> None:
        _, directory = kept
        names = {path.name for path in directory.iterdir()}
        figures = ["revenue-difference", "relay-track", "facts-through-pass", "response-split"]
        figures += [f"buyer-flow-{policy}" for policy in POLICIES.split(",")]
        assert {f"{name}.{kind}" for name in figures for kind in ("png", "svg")} <= names
        assert not [name for name in names if name.startswith(".")]
        assert all((directory / name).stat().st_size for name in names)

    def test_kept_text_is_what_was_shown(self, kept: tuple[Result, Path]) -> None:
        result, directory = kept
        assert (directory / "table.txt").read_text(encoding="utf-8") == result.stdout

    def test_csv_and_json_agree_with_compare(self, kept: tuple[Result, Path], short: Scenario) -> None:
        _, directory = kept
        expected = compare(short, POLICIES.split(","), seeds=4, measures=USUAL).differences("revenue_value")
        with (directory / "table.csv").open(encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["measure"] == "revenue_value"]
        assert [row["policy"] for row in rows] == POLICIES.split(",")
        assert [float(row["value"]) for row in rows] == pytest.approx([e.value for e in expected.estimates])
        assert float(rows[1]["difference_low"]) == pytest.approx(expected.differences[0].low)
        answer = json.loads((directory / "results.json").read_text(encoding="utf-8"))
        assert answer["measures"]["revenue_value"]["differences"][1]["high"] == pytest.approx(
            expected.differences[1].high
        )

    def test_manifest(self, kept: tuple[Result, Path], short: Scenario) -> None:
        _, directory = kept
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["fingerprints"]["today"] == short.with_policy("today").fingerprint
        assert manifest["replications"] == [0, 1, 2, 3]
        assert manifest["versions"]["numpy"]

    def test_kept_scenarios_are_what_was_run(self, kept: tuple[Result, Path], short: Scenario) -> None:
        _, directory = kept
        assert (
            Scenario.load(directory / "scenario-today.toml").fingerprint
            == short.with_policy("today").fingerprint
        )

    def test_more_policies_than_fit_beside_each_other(self, run: Relay) -> None:
        result = run("compare", "olist", "--policies", f"{POLICIES},patient,recycle", "--seeds", "3", *SHORT)
        assert result.exit_code == 0, result.stderr
        assert max(map(len, result.stdout.splitlines())) <= 100
        assert result.stdout.count("customers won, per run") == 2

    def test_json_with_measures_of_ones_choice(self, run: Relay) -> None:
        result = run(
            "compare", "olist", "--policies", "today,patient", "--seeds", "3", "--json", "--measures",
            "win_rate,let_go_count", *SHORT,
        )  # fmt: skip
        answer = json.loads(result.stdout)
        assert list(answer["measures"]) == ["win_rate", "let_go_count"]
        assert "share of opportunities won" in answer["verdict"]

    def test_settings_of_the_policy_hold_for_all_policies(self, run: Relay) -> None:
        result = run(
            "compare", "olist", "--policies", "speed-to-lead,patient", "--seeds", "2", "--json", "--set",
            "policy.attempts=1", *SHORT,
        )  # fmt: skip
        expected = Scenario.load("olist", "patient", [*SETTINGS, "policy.attempts=1"]).fingerprint
        assert json.loads(result.stdout)["fingerprints"]["patient"] == expected

    def test_an_early_table_goes_to_stderr(self, run: Relay) -> None:
        arguments = ("compare", "olist", "--policies", "today,patient", "--seeds", "8", "--jobs", "1", *SHORT)
        loud, quiet = run(*arguments), run(*arguments, "--quiet")
        assert f"After {PREVIEW} of 8 replications" in loud.stderr
        assert quiet.stderr == ""
        assert loud.stdout == quiet.stdout


class TestFollow:
    def test_two_lives_side_by_side(self, run: Relay) -> None:
        result = run("follow", "olist", "--policies", "today,speed-to-lead", *SHORT)
        assert result.exit_code == 0, result.stderr
        assert re.search(r"^ +today +speed-to-lead$", result.stdout, re.MULTILINE)
        assert result.stdout.count("\n> day") == 1
        assert max(map(len, result.stdout.splitlines())) <= 100

    def test_narrow_terminal(self, run: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
        answer = json.loads(
            run("follow", "olist", "--policies", "today,speed-to-lead", "--json", *SHORT).stdout
        )
        monkeypatch.setenv("COLUMNS", "70")
        result = run(
            "follow", "olist", "--buyer", str(answer["buyer"]), "--policies", "today,speed-to-lead", *SHORT
        )
        assert "\ntoday\n" in result.stdout
        assert "\nspeed-to-lead\n" in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 70

    def test_parting_is_the_first_difference(self, run: Relay) -> None:
        answer = json.loads(
            run("follow", "olist", "--policies", "today,speed-to-lead", "--json", *SHORT).stdout
        )
        one, other = (answer["events"][policy] for policy in answer["policies"])
        shared = answer["parting"]["shared"]
        assert one[:shared] == other[:shared]
        assert one[shared : shared + 1] != other[shared : shared + 1]

    def test_long_stretches_of_touches_are_shortened_unless_asked_for(self, run: Relay) -> None:
        base = ("follow", "olist", "--policies", "patient", "--set", "policy.nurture.cadence_days=1", *SHORT)
        assert len(run(*base).stdout.splitlines()) < len(run(*base, "--every").stdout.splitlines())

    def test_a_buyer_there_is_not(self, run: Relay) -> None:
        result = run("follow", "olist", "--buyer", "999999999999", "--policies", "today", *SHORT)
        assert result.exit_code == 2
        assert "for instance" in result.stderr
