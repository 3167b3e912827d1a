"""Pages that answer questions: what was found, in words, figures and numbers, and when it would be wrong."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from matplotlib.figure import Figure

from sim.engine.whole_file import whole_file
from sim.experiment.questions import Answer, Found
from sim.experiment.questions.wording import change
from sim.measure.measures import measure_named
from sim.show.drawing import save
from sim.show.questions import answer_choices, answer_flips

__all__ = ["FIGURES", "command", "index_page", "question_page", "write_pages"]

FIGURES = "figures"
"""Name of the folder beside the pages that holds their figures."""

_DOTS_PER_INCH = 72

_INDEX = """# Questions answered

These pages are written by `{command}`; do not edit them. Each answers one question for shipped markets, by running the
same buyers with the same luck under every choice, and ends with when the answer would be wrong: what else was assumed,
run again, and what became of the finding. *Settled* means that the 95% interval leaves out zero; what is not settled is
said to be so. A model of this kind ranks choices under stated assumptions; it does not forecast a company's revenue.
"""

_HOW = """## Run it again

```
{command}
{json}
{own}
```

The first writes this page anew. `relay answer` takes `--set` for settings of your own and `--jobs` for more
processors; equal seeds give equal numbers. In Python: `from sim.experiment.questions import QUESTIONS, answer`.
"""


def command(answers: Sequence[Answer], out: str = "") -> str:
    """The command that makes a page again.

    Args:
        answers: Answers to one question.
        out: Where it writes to; nowhere when not given.
    """
    question, first = answers[0].question, answers[0]
    words = ["relay", "answer", question.name]
    if [one.market for one in answers] != list(question.markets):
        words.append(first.market)
    words += [word for setting in first.settings for word in ("--set", setting)]
    if any(one.seeds != question.seeds_for(one.market) for one in answers):
        words += ["--seeds", str(first.seeds)]
    return shlex.join([*words, *(["--out", out] if out else [])])


def index_page(answers: Sequence[Answer], out: str = "docs/questions") -> str:
    """The index: every question with the first thing found on each of its parts, market by market.

    Args:
        answers: All answers, those to one question together.
        out: Where the pages are, as the command names it.

    Returns:
        Markdown.
    """
    parts = [_INDEX.format(command=f"relay answer --all --out {out}")]
    for name, group in groupby(answers, key=lambda one: one.question.name):
        own = list(group)
        parts.append(f"## [{own[0].question.title}]({name}.md)\n")
        parts += [f"- **{one.market}**: {_decisive(one)}" for one in own]
        parts.append("")
    return "\n".join(parts)


def _short(answer: Answer) -> str:
    """What was found on the parts that are worth a figure."""
    drawn = [one for one in answer.found if one.part.drawn]
    if len(drawn) == 1:
        return drawn[0].sentence
    return " ".join(f"{_head(one)}{one.sentence}" for one in drawn)


def _head(found: Found) -> str:
    """The name of a part, before what was found."""
    return f"*{found.part.name[0].upper()}{found.part.name[1:]}*: "


def _decisive(answer: Answer) -> str:
    """The first thing found on each part worth a figure, and the first that makes it wrong."""
    said = []
    drawn = [one for one in answer.found if one.part.drawn]
    for found in drawn:
        wrong = [one.sentence for one in answer.flips if one.flips and one.part == found.part.name]
        head = _head(found) if len(drawn) > 1 else ""
        said += [
            f"{head}{found.sentence.partition('. ')[0].removesuffix('.')}.",
            *(f"*{text}*" for text in wrong[:1]),
        ]
    return " ".join(said)


def question_page(answers: Sequence[Answer], out: str = "docs/questions") -> str:
    """The page of one question.

    Args:
        answers: Its answers, one per market.
        out: Where the page is, as the command names it.

    Returns:
        Markdown; equal answers give equal text.
    """
    question = answers[0].question
    parts = [f"# {question.title}\n", f"{question.story}\n", "## In short\n"]
    parts += [f"- **{one.market}** ({one.title}): {_short(one)}" for one in answers]
    parts += ["", "Markets, and why these:\n"]
    parts += [f"- **{one.market}**: {question.markets.get(one.market, 'asked for')}" for one in answers]
    parts.append("")
    for one in answers:
        parts += _of_market(one)
    parts.append(
        _HOW.format(
            command=command(answers, out),
            json=f"{command(answers[:1])} --json",
            own=f"relay answer {question.name} my-company.toml",
        )
    )
    return "\n".join(parts)


def _of_market(answer: Answer) -> Iterator[str]:
    yield f"## Market {answer.market}\n"
    yield (
        f"Numbers are per run: {answer.counted}. Every choice is run {answer.seeds} times, on the same buyers with the "
        "same luck.\n"
    )
    if answer.settings:
        yield f"With `{' '.join(answer.settings)}` throughout.\n"
    for found in answer.found:
        yield f"### {found.part.asked}\n"
        yield f"{found.sentence}\n"
        if found.evidence:
            yield f"{found.evidence}\n"
        if found.part.drawn:
            yield _picture(found.part.asked, _file(answer, found.part.name))
        yield _choices_table(found, answer.currency)
    yield f"### When would this be wrong in {answer.market}?\n"
    yield f"{_bulleted(answer)}\n"
    for name in dict.fromkeys(flip.part for flip in answer.flips):
        yield _picture(f"When would this be wrong: {name}", _file(answer, name, flipped=True))
    yield _flips_table(answer)
    yield f"Rests on: {'; '.join(answer.assumptions)}.\n"


def _bulleted(answer: Answer) -> str:
    bold = (f"**{text}**" for text in answer.wrong_when)
    return "\n".join(f"- {text}" for text in (*bold, *answer.right_when))


def _picture(said: str, file: str) -> str:
    return f"![{said}]({FIGURES}/{file})\n"


def _file(answer: Answer, part: str, *, flipped: bool = False) -> str:
    words = [answer.question.name, Path(answer.market).stem, part, *(["wrong-when"] if flipped else [])]
    return re.sub(r"[^\w-]+", "-", "-".join(words)) + ".png"


def _choices_table(found: Found, currency: str) -> str:
    comparison = found.comparison
    measure, first = comparison.measure, comparison.estimates[0]
    own = {one.policy: one for one in comparison.estimates}
    heads = ["choice", f"{measure.label}", f"against “{first.policy}”", "finding"]
    if found.rates:
        heads.insert(3, f"per 100 {found.part.per_said}")
    rows = [[first.policy, _plain(first.value, measure.unit), "", *([""] if found.rates else []), ""]]
    for number, one in enumerate(comparison.differences):
        row = [
            one.policy,
            _plain(own[one.policy].value, measure.unit),
            change(one, measure, currency),
            one.finding,
        ]
        if found.rates:
            rate = found.rates[number]
            row.insert(3, _rate(100 * rate.value, 100 * rate.low, 100 * rate.high))
        rows.append(row)
    return _table(heads, rows)


def _flips_table(answer: Answer) -> str:
    rows = [
        [
            f"`{' '.join(one.condition.settings)}`",
            f"{one.condition.choice} against {one.condition.against}",
            change(one.before, measure_named(one.measure), answer.currency),
            change(one.after, measure_named(one.measure), answer.currency),
            one.turn,
        ]
        for one in answer.flips
    ]
    return _table(["what is changed", _compared(answer), "as found", "then", "the answer"], rows)


def _compared(answer: Answer) -> str:
    """Which measures the findings put to the test are stated in."""
    labels = dict.fromkeys(measure_named(one.measure).label for one in answer.flips)
    return f"what is compared ({', '.join(labels)})" if labels else "what is compared"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *rows]]
    return "\n".join(lines) + "\n"


def _plain(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.1f}%"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _rate(value: float, low: float, high: float) -> str:
    return "none went back" if value != value else f"{value:.1f} ({low:.1f} to {high:.1f})"


def write_pages(folder: Path, answers: Sequence[Answer], index: bool = True) -> None:
    """Write the page of each question, its figures, and the index.

    Args:
        folder: Where to; it must be there.
        answers: Answers, those to one question together.
        index: Whether to write the index as well, which takes answers to all questions.
    """
    (folder / FIGURES).mkdir(exist_ok=True)
    for name, group in groupby(answers, key=lambda one: one.question.name):
        own = list(group)
        for path, figure in _figures(folder / FIGURES, own):
            save(figure, path, _DOTS_PER_INCH)
        _keep(folder / f"{name}.md", question_page(own, folder.as_posix()))
    if index:
        _keep(folder / "README.md", index_page(answers, folder.as_posix()))


def _figures(folder: Path, answers: Sequence[Answer]) -> Iterator[tuple[Path, Figure]]:
    for one in answers:
        for found in one.found:
            if found.part.drawn:
                yield folder / _file(one, found.part.name), answer_choices(found, one.currency)
        for name, flips in groupby(one.flips, key=lambda flip: flip.part):
            yield folder / _file(one, name, flipped=True), answer_flips(list(flips), one.currency)


def _keep(path: Path, text: str) -> None:
    with whole_file(path) as file:
        file.write(text.encode())
