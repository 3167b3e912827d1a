"""The report on a sweep, and on what `relay robust` left beside the runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli.group import relay
from sim.experiment.main_effects import leaders
from sim.experiment.sweep import opened
from sim.show.report import report
from sim.show.report.flips import flip_section

from .report_folder import SHORT, Page

VARIED = ("--vary", "team.reps.count=4,8", "--vary", "policy.aim.shift=-0.1,0.1")


def swept(out: Path, *more: str) -> Result:
    arguments = [
        "sweep",
        "considered",
        *VARIED,
        "--policies",
        "today,recycle",
        "--seeds",
        "3",
        "--jobs",
        "1",
        "--quiet",
    ]
    return CliRunner().invoke(relay, [*arguments, "--out", str(out), *SHORT, *more])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep") / "out"
    result = swept(out)
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page(report(folder))


def test_it_has_its_question_verdict_and_sections(page: Page) -> None:
    (title,) = page.texts("h1")
    assert title == "Which policy is best in considered, as team.reps.count and policy.aim.shift varies?"
    assert page.texts("h2") == [
        "The verdict",
        "Which policy is best where",
        "What each setting moves",
        "What would change the advice",
        "What this rests on",
        "How to make the same numbers again",
    ]
    assert page.texts("p")[1].startswith("Over 4 points, 3 replications of each: ")


def test_every_point_names_its_leader(folder: Path, page: Page) -> None:
    found = leaders(opened(folder), "revenue_value")
    told = [text for text in page.texts("td") if text.endswith(("settled",))]
    assert told == [f"{one.policy}, {'settled' if one.settled else 'not settled'}" for one in found]


def test_figures_are_described_and_the_page_is_the_same_again(folder: Path, page: Page) -> None:
    assert len(page.all("svg")) == 3, "two settings and a map"
    assert all(any(letter.isdigit() for letter in text) for text in page.texts("desc"))
    assert report(folder) == report(folder)


def test_an_unfinished_sweep_is_refused(folder: Path, tmp_path: Path) -> None:
    place = shutil.copytree(folder, tmp_path / "copy")
    for part in (place / "runs").iterdir():
        part.unlink()
    result = CliRunner().invoke(relay, ["report", str(place)])
    assert (
        result.exit_code == 2
        and f"0 of 24 runs have ended; finish it with relay resume {place}" in result.stderr
    )
    assert not (place / "report.html").exists()


@pytest.mark.parametrize("name", ["design.parquet", "scenario-today.toml", "manifest.json", "runs"])
def test_a_damaged_sweep_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    place = shutil.copytree(folder, tmp_path / "copy")
    file = next((place / name).iterdir()) if name == "runs" else place / name
    file.write_bytes(file.read_bytes()[:40])
    result = CliRunner().invoke(relay, ["report", str(place)])
    assert result.exit_code == 2, result.output
    assert result.stderr.count("Error") == 1 and not (place / "report.html").exists()


RULE = {
    "policy": "today", "against": "recycle", "condition": "fewer than 6 <b>reps</b>", "sentence": "If ...", "bounds": [],
    "found": {"coverage": 0.75, "precision": 0.9}, "checked": {"coverage": 0.6, "precision": None},
}  # fmt: skip
ROBUST = {
    "kind": "robust", "version": 1, "scenario": "considered", "currency": "EUR",
    "measure": {"name": "revenue_value"}, "policies": ["today", "recycle"], "worlds": 100, "replications": 5,
    "factors": [{"path": "team.reps.count", "low": 2, "high": 12}], "advice": "recycle",
    "standings": [
        {"policy": "recycle", "mean_regret": 10.0, "mean_low": 5.0, "mean_high": 15.0, "most_regret": 90.0,
         "best_share": 0.8, "good_share": 0.9},
    ],
    "rules": [RULE], "rules_that_failed": [], "sentences": ["If fewer than 6 reps, recycle loses to today."],
}  # fmt: skip


class TestWhatFlipsTheAdvice:
    def with_robust(self, folder: Path, place: Path, text: str) -> Path:
        copy = shutil.copytree(folder, place / "copy")
        (copy / "robust.json").write_text(text, encoding="utf-8")
        return copy

    def test_rules_are_told_with_their_coverage_on_both_halves(self, folder: Path, tmp_path: Path) -> None:
        page = Page(report(self.with_robust(folder, tmp_path, json.dumps(ROBUST))))
        assert "If fewer than 6 reps, recycle loses to today." in page.texts("p")
        assert RULE["condition"] in page.texts("th")
        cells = page.texts("td")
        assert "75%" in cells and "60%" in cells
        assert not any("was not examined" in text for text in page.texts("p"))

    def test_of_other_policies_it_says_nothing(self, folder: Path, tmp_path: Path) -> None:
        other = json.dumps({**ROBUST, "policies": ["patient", "today"]})
        page = Page(report(self.with_robust(folder, tmp_path, other)))
        assert any("was not examined" in text for text in page.texts("p"))

    def test_the_command_that_looks_asks_the_same_question(self) -> None:
        command = (
            "relay sweep --seeds 3 -q mine.toml --vary 'team.reps=1,3' --json --policies today,my.toml --set 'a=[1, 2]' "
            "--out=x --seed=4"
        )
        said = flip_section(Path("my results"), "mine", ["today", "my"], command)
        asked = "mine.toml --policies today,my.toml --set 'a=[1, 2]' --seed=4"
        assert said.commands == [f"relay robust {asked} --out 'my results'"]
        assert flip_section(Path("x"), "mine", ["today"], command).commands == ()
        assert flip_section(Path("x"), "mine", ["today", "my"], "").commands == ()

    @pytest.mark.parametrize("text", ["", "[]", '{"kind": "robust"}', json.dumps({**ROBUST, "version": 9})])
    def test_a_file_that_makes_no_sense_is_refused(self, folder: Path, tmp_path: Path, text: str) -> None:
        result = CliRunner().invoke(relay, ["report", str(self.with_robust(folder, tmp_path, text))])
        assert result.exit_code == 2 and "robust.json" in result.stderr
