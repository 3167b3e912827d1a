"""Pages and figures say what answers say, and the shipped pages are those of the questions there are."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from matplotlib.text import Text

from sim.cli.group import relay
from sim.experiment.questions import QUESTIONS, Answer, answer
from sim.show.question_pages import command, index_page, question_page, write_pages
from sim.show.questions import answer_choices, answer_flips

PAGES = Path(__file__).parents[2] / "docs" / "questions"
SHORT = ("horizon.warmup_days=7", "horizon.counted_days=21", "horizon.follow_up_days=30")


@pytest.fixture(scope="module")
def found() -> Answer:
    return answer(QUESTIONS["when-alignment-hurts"], "car-seat", seeds=3, settings=SHORT)


def test_a_page_holds_every_sentence_and_every_number(found: Answer) -> None:
    page = question_page([found])
    for one in found.found:
        assert one.sentence in page and one.part.asked in page
        for choice in one.part.family.choices:
            assert f"| {choice.name} |" in page
    for flip in found.flips:
        assert flip.sentence in page and " ".join(flip.condition.settings) in page
    for text in found.assumptions:
        assert text in page
    assert command([found], "docs/questions") in page
    assert all(f"--set {setting}" in page for setting in SHORT) and "--seeds 3" in page
    assert question_page([found]) == page


def test_what_does_not_flip_is_said_so(found: Answer) -> None:
    settled = replace(found.flips[0], turn="holds", before=replace(found.flips[0].before, finding="settled"))
    assert "**Nothing that was tried makes it wrong.**" in question_page([replace(found, flips=(settled,))])
    open_one = replace(settled, turn="stays open", before=replace(settled.before, finding="not settled"))
    assert "**Nothing was settled that could" in question_page([replace(found, flips=(open_one,))])
    some = replace(found, flips=(replace(found.flips[0], turn="turns round"), *found.flips[1:]))
    page = question_page([some])
    assert f"**{found.flips[0].sentence}**" in page and "Nothing that was tried" not in page


def test_files_are_written_and_every_figure_is_there(found: Answer, tmp_path: Path) -> None:
    write_pages(tmp_path, [found])
    page = (tmp_path / "when-alignment-hurts.md").read_text(encoding="utf-8")
    figures = re.findall(r"\]\((figures/[^)]+)\)", page)
    assert figures and all((tmp_path / figure).stat().st_size > 5_000 for figure in figures)
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {Path(one).name for one in figures}
    index = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert f"[{found.question.title}](when-alignment-hurts.md)" in index


def test_figures_show_the_intervals_and_say_them(found: Answer) -> None:
    rows = next(one for one in found.found if not one.part.scale)
    shown = {one.get_text().replace("\n", " ") for one in answer_choices(rows).findobj(Text)}
    assert {one.policy for one in rows.comparison.differences} <= shown
    scaled = next(one for one in found.found if one.part.scale)
    assert answer_choices(scaled).axes[0].get_xlabel() == scaled.part.scale
    (flips,) = answer_flips(found.flips).axes
    ends = [line.get_xdata() for line in flips.get_lines()]
    for one in found.flips:
        if one.before.finding == "settled":
            assert [one.before.low, one.before.high] in [list(pair) for pair in ends]
    with pytest.raises(ValueError, match="one measure at a time"):
        answer_flips([found.flips[0], replace(found.flips[0], measure="profit_value")])


class TestShippedPages:
    """The pages of the project are made by the command from the questions there are."""

    def test_a_page_for_each_question_and_no_other(self) -> None:
        assert {path.stem for path in PAGES.glob("*.md")} == {"README", *QUESTIONS}

    def test_the_index_names_the_command_and_every_question(self) -> None:
        index = (PAGES / "README.md").read_text(encoding="utf-8")
        assert "`relay answer --all --out docs/questions`" in index
        for one in QUESTIONS.values():
            assert f"[{one.title}]({one.name}.md)" in index

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_a_page_is_about_its_question(self, name: str) -> None:
        question, page = QUESTIONS[name], (PAGES / f"{name}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {question.title}\n")
        assert question.story in page and f"relay answer {name} --out docs/questions\n" in page
        for market, why in question.markets.items():
            assert f"## Market {market}\n" in page and why in page
            assert f"Every choice is run {question.seeds_for(market)} times" in page
            for part in question.parts(market):
                assert f"### {part.asked}\n" in page
                assert all(f"| {choice.name} |" in page for choice in part.family.choices)
                assert all(" ".join(one.settings) in page for one in part.conditions)
        figures = re.findall(r"\]\((figures/[^)]+)\)", page)
        assert figures and all((PAGES / figure).is_file() for figure in figures)


class TestCommand:
    def run(self, *arguments: str):
        return CliRunner().invoke(relay, ["answer", *arguments])

    def test_without_a_question_they_are_listed(self) -> None:
        assert all(name in self.run().stdout for name in QUESTIONS)
        assert [one["name"] for one in json.loads(self.run("--json").stdout)] == list(QUESTIONS)

    def test_an_answer_as_text_and_as_json(self) -> None:
        short = [word for setting in SHORT for word in ("--set", setting)]
        asked = ("when-alignment-hurts", "car-seat", "--seeds", "3", "--jobs", "1", *short)
        text = self.run(*asked, "--quiet")
        assert text.exit_code == 0 and text.stderr == "" and "When it would be wrong." in text.stdout
        (found,) = json.loads(self.run(*asked, "--json").stdout)
        assert found["question"] == "when-alignment-hurts" and len(found["findings"]) == 12

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("when-to-hand-ovr",), "when-to-hand-over"),
            (("when-to-hand-over", "olits"), "olist"),
            (("when-to-hand-over", "--all"), "--all"),
            (("when-to-hand-over", "olist", "--seeds", "1"), "--seeds"),
            (("when-to-hand-over", "relay-4x100"), "athletes"),
            (("when-to-hand-over", "olist", "--seeds", "2", "--set", "team.repps=1"), "team.reps"),
        ],
    )
    def test_mistakes_are_named(self, arguments: tuple[str, ...], said: str) -> None:
        result = self.run(*arguments)
        assert result.exit_code == 2 and said in result.stderr


def test_the_index_takes_the_first_finding_of_each(found: Answer) -> None:
    told = replace(found.found[0], sentence="Helps: this, 1 customer more. Not settled: that.")
    page = index_page([replace(found, found=(told, *found.found[1:]))])
    assert "Helps: this, 1 customer more." in page
    assert "Not settled: that" not in page


def test_words_of_figures_stay_on_the_page(found: Answer) -> None:
    figures = [*(answer_choices(one) for one in found.found), answer_flips(found.flips)]
    for figure in figures:
        figure.canvas.draw()
        width, height = figure.canvas.get_width_height()
        for text in figure.axes[0].texts:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, text.get_text()
