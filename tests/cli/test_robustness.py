"""sensitivity and robust."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest

from .conftest import SHORT, Relay

TINY = (*SHORT, "--set", "market.demand.arrivals_per_day=4", "--jobs", "1", "-q")
"""A run takes a few milliseconds."""

RANGES = ("--vary", "team.reps=2:12", "--vary", "market.attention.answer_rate=0.2:0.8")
SENSITIVITY = ("sensitivity", "olist", *RANGES, "--trajectories", "4", "--seeds", "3", *TINY)
ROBUST = (
    "robust",
    "olist",
    "--policies",
    "call-desk,patient",
    *RANGES,
    "--worlds",
    "20",
    "--seeds",
    "2",
    *TINY,
)


class TestSensitivity:
    def test_table_and_sentence(self, run: Relay) -> None:
        result = run(*SENSITIVITY, "--policies", "call-desk,patient")
        assert result.exit_code == 0, result.output
        for part in ("reps", "chance that a patient buyer", "choice of the policy", "by chance", "20 to 80%"):
            assert part in result.stdout
        assert "The difference of patient from call-desk" in " ".join(result.stdout.split()) or (
            "the difference of patient from call-desk" in " ".join(result.stdout.split())
        )
        assert max(map(len, result.stdout.splitlines())) <= 100

    def test_json_and_folder(self, run: Relay, tmp_path: Path) -> None:
        result = run(*SENSITIVITY, "--json", "--out", "found")
        answer = json.loads(result.stdout)
        kept = tmp_path / "found"
        assert json.loads((kept / "sensitivity.json").read_text()) == answer
        assert (answer["kind"], answer["version"], answer["method"]) == ("sensitivity", 1, "morris")
        assert [one["path"] for one in answer["factors"]] == ["team.reps", "market.attention.answer_rate"]
        (table,) = answer["tables"]
        assert table["against"] is None
        assert {row["finding"] for row in table["rows"]} <= {
            "clear",
            "not distinguishable from chance",
            "no effect",
        }
        assert answer["failures"] == []
        rows = list(csv.DictReader((kept / "sensitivity.csv").read_text().splitlines()))
        assert {row["factor"] for row in rows} == {"team.reps", "market.attention.answer_rate"}
        assert {path.name for path in kept.iterdir()} >= {
            "what-matters.png",
            "what-matters.svg",
            "explored",
        }

    def test_a_setting_that_nobody_reads_has_no_effect(self, run: Relay) -> None:
        """Nobody reviews anything within the few weeks of these runs."""
        vary = (
            "--vary",
            "market.aftersale.review_rate=0:1",
            "--vary",
            "market.clock.hazard_per_month=0.01:2",
        )
        result = run("sensitivity", "olist", *vary, "--trajectories", "4", "--seeds", "3", "--json", *TINY)
        rows = {row["factor"]: row for row in json.loads(result.stdout)["tables"][0]["rows"]}
        assert rows["market.aftersale.review_rate"]["finding"] == "no effect"
        assert rows["market.clock.hazard_per_month"]["mu_star"] > 0

    def test_again_into_the_same_folder_computes_nothing_again_and_may_have_more(
        self, run: Relay, tmp_path: Path
    ) -> None:
        first = run(*SENSITIVITY, "--out", "found")
        before = sorted((tmp_path / "found" / "explored" / "runs").iterdir())
        assert run(*SENSITIVITY, "--out", "found").stdout == first.stdout
        assert sorted((tmp_path / "found" / "explored" / "runs").iterdir()) == before
        more = ("--trajectories", "6", "--seeds", "4")
        extended = run(*SENSITIVITY, *more, "--out", "found")
        assert extended.exit_code == 0, extended.output
        assert extended.stdout == run(*SENSITIVITY, *more).stdout

    def test_shares(self, run: Relay) -> None:
        options = ("--method", "sobol", "--samples", "4", "--policy", "call-desk", "--json")
        result = run("sensitivity", "olist", *RANGES, *options, "--seeds", "3", *TINY)
        rows = json.loads(result.stdout)["tables"][0]["rows"]
        assert {"first", "total", "first_floor", "total_floor"} <= rows[0].keys()

    def test_usual_settings(self, run: Relay) -> None:
        result = run("sensitivity", "olist", "--dry-run", "--json", *TINY)
        answer = json.loads(result.stdout)
        paths = [one["path"] for one in answer["factors"]]
        assert "team.reps.count" in paths
        assert "market.clock.ready_now_rate" not in paths, "every journey of olist has its own"
        assert answer["runs"] == answer["points"] * 8 == 10 * (len(paths) + 1) * 8

    def test_dry_run_says_how_many(self, run: Relay, tmp_path: Path) -> None:
        result = run(*SENSITIVITY, "--dry-run", "--out", "found")
        assert "12 points x 3 seeds = 36 runs" in result.stdout
        assert "Nothing was written" in result.stdout
        assert not (tmp_path / "found").exists()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--vary", "team.rep=2:12"), "team.reps"),
            (("--vary", "team.reps=12:2"), "from a lower to a higher number"),
            (("--vary", "team.reps=4"), "one value only"),
            (("--measure", "revenu"), "did you mean 'revenue_value'"),
            (("--measure", "revenue_value,win_rate"), "name one measure"),
            (("--method", "sobol", "--samples", "6"), "power of 2"),
        ],
    )
    def test_mistakes(self, run: Relay, options: tuple[str, ...], said: str) -> None:
        result = run("sensitivity", "olist", *options, "--seeds", "3", *TINY)
        assert result.exit_code == 2, result.output
        assert said in " ".join(result.stderr.split())

    @pytest.mark.parametrize(("library", "command"), [("SALib", SENSITIVITY), ("sklearn", ROBUST)])
    def test_a_missing_library_is_one_error(
        self, run: Relay, monkeypatch: pytest.MonkeyPatch, library: str, command: tuple[str, ...]
    ) -> None:
        for name in [one for one in sys.modules if one.split(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, library, None)
        result = run(*command)
        assert result.exit_code == 1
        assert "pip install 'relay-handoff[sensitivity]'" in result.stderr


class TestRobust:
    def test_table_and_sentences(self, run: Relay) -> None:
        result = run(*ROBUST)
        assert result.exit_code == 0, result.output
        for part in ("regret of revenue", "call-desk", "patient", "has the least regret", "within 5%"):
            assert part in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 100

    def test_json_and_folder(self, run: Relay, tmp_path: Path) -> None:
        answer = json.loads(run(*ROBUST, "--json", "--out", "found").stdout)
        kept = tmp_path / "found"
        assert json.loads((kept / "robust.json").read_text()) == answer
        assert (answer["kind"], answer["version"], answer["worlds"]) == ("robust", 1, 20)
        assert answer["advice"] == answer["standings"][0]["policy"]
        assert {one["policy"] for one in answer["standings"]} == {"call-desk", "patient"}
        assert len(answer["sentences"]) == 1 + max(1, len(answer["rules"]))
        names = {path.name for path in kept.iterdir()}
        assert names >= {"regret.png", "flip-map.svg", "robust.csv", "found-on", "checked-on"}

    def test_halves_have_other_worlds_and_other_luck(self, run: Relay, tmp_path: Path) -> None:
        import pandas as pd

        run(*ROBUST, "--out", "found")
        halves = [
            pd.concat(map(pd.read_parquet, (tmp_path / "found" / half / "runs").glob("*.parquet")))
            for half in ("found-on", "checked-on")
        ]
        assert [sorted(one["replication"].unique()) for one in halves] == [[0, 1], [2, 3]]
        assert all(len(one) == 10 * 2 * 2 for one in halves)

    def test_a_policy_against_itself_has_no_regret(self, run: Relay, tmp_path: Path) -> None:
        (tmp_path / "twin.toml").write_text(
            'kind = "policy"\nextends = "call-desk"\ntitle = "The same"\n[policy]\n'
        )
        options = [*ROBUST]
        options[3] = "call-desk,twin.toml"
        answer = json.loads(run(*options, "--json").stdout)
        assert [one["most_regret"] for one in answer["standings"]] == [0, 0]
        assert [one["good_share"] for one in answer["standings"]] == [1, 1]
        assert answer["beaten_worlds"] == 0
        assert answer["rules"] == []

    def test_dry_run(self, run: Relay) -> None:
        assert "20 points x 2 policies x 2 seeds = 80 runs" in run(*ROBUST, "--dry-run").stdout

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--measure", "lead_count"), "not better or worse in itself"),
            (("--within", "many"), "is no share"),
            (("--seeds", "1"), "2 or more"),
            (("--policies", "call-desk"), "name 2 or more"),
        ],
    )
    def test_mistakes(self, run: Relay, options: tuple[str, ...], said: str) -> None:
        result = run(*ROBUST, *options)
        assert result.exit_code == 2, result.output
        assert said in " ".join(result.stderr.split())
