"""The report: one page that says everything a results folder holds, the same to the byte whenever it is made."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from sim.cli.group import relay
from sim.experiment import compare
from sim.measure.measures import MEASURES
from sim.scenario import Scenario
from sim.show.folder import FORMAT, MANIFEST, read_folder
from sim.show.report import report

from .report_folder import SHORT, Page, compared

ROOT = Path(__file__).parents[2]
LARGEST = 2_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compared(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return report(folder)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def copied(folder: Path, place: Path) -> Path:
    return shutil.copytree(folder, place / "copy")


def made(*arguments: object) -> Result:
    return CliRunner().invoke(relay, ["report", *map(str, arguments)])


class TestWhatIsSaid:
    def test_in_the_order_in_which_a_strategist_asks(self, page: Page) -> None:
        assert page.texts("h1") == ["Should leads in considered be handed over as today or recycle?"]
        assert page.texts("h2") == [
            "The verdict",
            "How sure is that?",
            "Where leads were passed",
            "What became of every buyer",
            "What is known before and after the pass",
            "Where the time goes",
            "What leads bring that went back",
            "What it brings and what it costs",
            "What would change the advice",
            "What this rests on",
            "How to make the same numbers again",
        ]

    def test_the_verdict_and_the_command_are_those_of_the_comparison(self, folder: Path, page: Page) -> None:
        answer = json.loads((folder / "results.json").read_text())
        assert answer["verdict"] in page.texts("p")
        command = json.loads((folder / MANIFEST).read_text())["command"]
        assert command in page.texts("code")

    def test_numbers_are_those_of_compare(self, page: Page) -> None:
        scenario = Scenario.load("considered", None, SHORT[1::2])
        found = compare(scenario, ["today", "recycle"], seeds=3)
        shown = "\n".join(page.texts("td"))
        for name in ("early_exchange_rate", "lead_to_won_rate", "contact_rate"):
            for one in found.differences(name).estimates:
                assert re.search(rf"\b{100 * one.value:.1f}", shown), (name, one)

    def test_every_measure_shown_has_its_meaning(self, folder: Path, page: Page) -> None:
        answer = json.loads((folder / "results.json").read_text())
        known = page.texts("td") + page.texts("dd")
        for name in answer["measures"]:
            assert MEASURES[name].formula in known, name

    def test_assumptions_stand_with_sources_and_evidence(self, page: Page) -> None:
        rows = page.texts("th")
        assert "market.cooling.cooling_days" in rows
        assert "T1.20" in rows, "the answer rate rests on this row"
        assert "assumption" in page.texts("td")

    def test_it_says_that_nobody_looked_for_what_flips_the_advice(self, text: str) -> None:
        assert "It was not examined" in text and "relay robust considered --policies today,recycle" in text

    def test_a_title_of_ones_own(self, folder: Path) -> None:
        assert Page(report(folder, "Wait or call?")).texts("h1") == ["Wait or call?"]

    def test_people_who_learn_are_drawn(self, tmp_path: Path) -> None:
        learned = compared(tmp_path, "--set", "team.learning.trust_memory=30")
        assert (learned / "conflict-course.svg").is_file()
        assert "Trust between marketing and sales" in Page(report(learned)).texts("h2")

    def test_one_policy_alone_is_reported_too(self, tmp_path: Path) -> None:
        arguments = [
            "run",
            "considered",
            "--policy",
            "patient",
            "--seeds",
            "2",
            "--quiet",
            "--out",
            str(tmp_path),
        ]
        assert CliRunner().invoke(relay, [*arguments, *SHORT]).exit_code == 0
        page = Page(report(tmp_path))
        assert page.texts("h1") == ["What comes of leads in considered handed over as patient?"]
        assert any(words.startswith("Under patient, of ") for words in page.texts("p"))


class TestOneFile:
    def test_it_is_small(self, text: str) -> None:
        assert len(text.encode()) < LARGEST / 2

    def test_two_processes_write_the_same_bytes(self, folder: Path, text: str, tmp_path: Path) -> None:
        """Order of hashing and the day must not show."""
        code = "import sys; from sim.cli import main; main()"
        for number in ("1", "2"):
            file = tmp_path / f"{number}.html"
            subprocess.run(
                [sys.executable, "-c", code, "report", str(folder), "--out", str(file)],
                cwd=ROOT, check=True, capture_output=True, env={"PYTHONHASHSEED": number, "PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            assert file.read_text(encoding="utf-8") == text

    def test_it_asks_for_nothing_else(self, text: str, page: Page) -> None:
        assert not page.all("script") and not page.all("iframe") and not page.all("object")
        links = [one["href"] for tag, one in page.elements if "href" in one]
        assert links and all(link.startswith("#") or link == "data:," for link in links)
        assert not [
            one for _, one in page.elements if "src" in one or any(name.startswith("on") for name in one)
        ]
        assert "@import" not in text and not re.search(r"url\((?!#)", text)
        (policy,) = [
            one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy.startswith("default-src 'none'")


class TestForEverybody:
    def test_names_of_elements_are_unique_and_links_lead_somewhere(self, page: Page) -> None:
        names = [one["id"] for _, one in page.elements if "id" in one]
        assert len(names) == len(set(names))
        used = [one["href"][1:] for tag, one in page.elements if one.get("href", "").startswith("#")]
        spoken = ("aria-labelledby", "aria-describedby")
        used += [name for _, one in page.elements for key in spoken for name in one.get(key, "").split()]
        used += re.findall(
            r"url\(#([^)]+)\)", " ".join(value for _, one in page.elements for value in one.values())
        )
        assert len(used) > 30 and set(used) <= set(names)

    def test_headings_go_down_one_step_at_a_time(self, page: Page) -> None:
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_every_figure_is_described_in_words(self, page: Page) -> None:
        charts = page.all("svg")
        assert len(charts) == len(page.all("figure")) >= 8
        assert all(one["role"] == "img" for one in charts)
        described = page.texts("desc")
        assert len(described) == len(charts)
        for said in described:
            assert re.search(r"\d", said) or "no later laps" in said, said

    def test_tables_have_headings(self, page: Page) -> None:
        assert len(page.texts("caption")) == len(page.all("table"))
        assert {one.get("scope") for one in page.all("th")} == {"col", "row"}

    def test_language_and_view_are_set(self, page: Page) -> None:
        assert page.all("html") == [{"lang": "en"}]
        assert any(one.get("name") == "viewport" for one in page.all("meta"))
        assert page.all("a")[0] == {"class": "skip", "href": "#content"}


WICKED = "</svg></title><script>alert(1)</script>\"'&{{ 7*7 }}$x$"


@pytest.fixture(scope="module")
def wicked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Free texts of a scenario of one's own, and words in the files, as somebody with bad manners would write them."""
    place = tmp_path_factory.mktemp("wicked")
    words = json.dumps(WICKED)
    mine = place / "mine.toml"
    mine.write_text(
        f'kind = "market"\nextends = "considered"\ntitle = {words}\nstory = {words}\n'
        f'sources = ["assumption: " , {words}]\n[market]\ncurrency = "<b>&$"\n',
        encoding="utf-8",
    )
    arguments = [
        "compare",
        str(mine),
        "--policies",
        "today,recycle",
        "--seeds",
        "2",
        "--jobs",
        "1",
        "--quiet",
    ]
    result = CliRunner().invoke(relay, [*arguments, "--out", str(place / "out"), *SHORT])
    assert result.exit_code == 0, result.output
    return place / "out"


class TestNothingGetsThrough:
    def test_texts_stay_texts(self, wicked: Path) -> None:
        text = report(wicked, WICKED)
        page = Page(text)
        assert "<script" not in text.lower() and "<b>" not in text
        assert page.texts("h1") == [WICKED]
        assert any(WICKED in one for one in page.texts("p"))
        assert len(page.texts("title")) == 1 + len(page.all("svg"))

    def test_names_in_the_files_stay_texts_in_figures_too(self, wicked: Path, tmp_path: Path) -> None:
        """A name that no scenario may have, written into every file, digests put right."""
        from sim.show.folder import digests

        place = copied(wicked, tmp_path)
        for file in place.rglob("*.parquet"):
            frame = pd.read_parquet(file)
            frame["policy"] = frame["policy"].astype(object).replace("today", WICKED)
            frame.to_parquet(file, index=False)
        results = json.loads((place / "results.json").read_text())
        text = json.dumps(results).replace('"today"', json.dumps(WICKED))
        (place / "results.json").write_text(text)
        manifest = json.loads((place / MANIFEST).read_text())
        manifest["scenarios"] = {
            WICKED if name == "today" else name: file for name, file in manifest["scenarios"].items()
        }
        manifest["files"] = digests(place, ["results.json", *manifest["scenarios"].values()])
        (place / MANIFEST).write_text(json.dumps(manifest))
        text = report(place)
        page = Page(text)
        assert "<script" not in text.lower()
        assert any("script" in one for one in page.texts("text")), "the name stands in a figure"


class TestFolders:
    def test_command_says_what_it_wrote(self, folder: Path, text: str, tmp_path: Path) -> None:
        result = made(folder, "--out", tmp_path / "a.html")
        assert result.exit_code == 0 and "a.html is written" in result.stdout
        assert (tmp_path / "a.html").read_text(encoding="utf-8") == text
        answer = json.loads(made(folder, "--out", tmp_path / "b.html", "--json").stdout)
        assert answer == {"report": str(tmp_path / "b.html"), "bytes": len(text.encode())}
        assert made(folder, "--out", tmp_path / "a.html", "--quiet").output == ""

    def test_runs_hold_every_measure_of_every_run(self, folder: Path) -> None:
        runs = read_folder(folder).runs
        assert len(runs) == 2 * 3 * len(MEASURES)
        assert set(runs["measure"]) == set(MEASURES)

    def refused(self, folder: Path, *words: str) -> None:
        before = sorted(folder.rglob("*")) if folder.is_dir() else None
        result = made(folder)
        assert result.exit_code == 2, result.output
        assert result.stderr.count("Error") == 1 and "Traceback" not in result.output
        for word in words:
            assert word in result.stderr, result.stderr
        assert before is None or sorted(folder.rglob("*")) == before, "something was left behind"

    def test_no_folder(self, tmp_path: Path) -> None:
        self.refused(tmp_path / "nothing", "there is no folder")

    def test_a_file(self, folder: Path) -> None:
        self.refused(folder / MANIFEST, "is a file")

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "no finished results", "relay compare")

    def test_an_unfinished_folder(self, folder: Path, tmp_path: Path) -> None:
        place = copied(folder, tmp_path)
        (place / MANIFEST).unlink()
        self.refused(place, "no finished results")

    @pytest.mark.parametrize(
        "name", ["results.json", "runs.parquet", "frames/exchanges.parquet", "scenario-today.toml"]
    )
    def test_a_file_that_is_missing_or_damaged(self, folder: Path, tmp_path: Path, name: str) -> None:
        place = copied(folder, tmp_path)
        content = (place / name).read_bytes()
        (place / name).write_bytes(content[: len(content) // 2])
        self.refused(place, "damaged", name)
        (place / name).unlink()
        self.refused(place, "incomplete", name)

    @pytest.mark.parametrize(
        "content", [b"", b"[1]", b"{", b"\xff\xfe", b'{"format": 1, "kind": "comparison"}']
    )
    def test_a_manifest_that_makes_no_sense(self, folder: Path, tmp_path: Path, content: bytes) -> None:
        place = copied(folder, tmp_path)
        (place / MANIFEST).write_bytes(content)
        self.refused(place, "damaged")

    def test_another_format_and_another_kind(self, folder: Path, tmp_path: Path) -> None:
        place = copied(folder, tmp_path)
        manifest = json.loads((place / MANIFEST).read_text())
        for change, words in (({"format": FORMAT + 1}, "format"), ({"kind": "race"}, "'race'")):
            (place / MANIFEST).write_text(json.dumps(manifest | change))
            self.refused(place, words)
        del manifest["format"]
        (place / MANIFEST).write_text(json.dumps(manifest))
        self.refused(place, "does not say")

    def test_a_manifest_cannot_point_outside(self, folder: Path, tmp_path: Path) -> None:
        place = copied(folder, tmp_path)
        manifest = json.loads((place / MANIFEST).read_text())
        manifest["scenarios"]["today"] = "../../etc/passwd"
        (place / MANIFEST).write_text(json.dumps(manifest))
        self.refused(place, "damaged")

    def test_where_it_cannot_be_written(self, folder: Path, tmp_path: Path) -> None:
        assert made(folder, "--out", tmp_path).exit_code == 2
        assert made(folder, "--out", tmp_path / "no" / "such" / "place.html").exit_code == 2

    def test_a_second_comparison_leaves_no_mixture(self, tmp_path: Path) -> None:
        """The old manifest goes before anything else is touched."""
        compared(tmp_path)
        (tmp_path / "table.txt").unlink()
        (tmp_path / "table.txt").mkdir()  # so that writing fails at the first file
        result = CliRunner().invoke(
            relay,
            [
                "compare",
                "considered",
                "--policies",
                "today,patient",
                "--seeds",
                "2",
                "--out",
                str(tmp_path),
                *SHORT,
            ],
        )
        assert result.exit_code != 0
        self.refused(tmp_path, "no finished results")
