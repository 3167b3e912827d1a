"""Questions answered: `relay answer`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.failures import usage_error
from sim.cli.options import (
    JOBS,
    JSON,
    MOST_SEEDS,
    OUT,
    QUIET,
    SEED,
    SETTINGS,
    Example,
    Whole,
    completing,
    with_options,
)
from sim.cli.suggesting import suggestion

if TYPE_CHECKING:
    from sim.experiment.questions import Answer, Question

__all__ = ["answer_command"]


def _questions(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    from sim.experiment.questions import QUESTIONS

    return [CompletionItem(name, help=one.title) for name, one in QUESTIONS.items() if name.startswith(typed)]


@click.command(
    "answer",
    cls=Example,
    example="""relay answer when-to-hand-over olist
        relay answer what-facts-are-worth my-company.toml --seeds 40
        relay answer --all --out docs/questions""",
)
@with_options(
    click.argument("question", required=False, shell_complete=_questions),
    click.argument("market", required=False, shell_complete=completing("markets")),
    click.option("--all", "everything", is_flag=True, help="Answer all questions, each for its markets."),
    click.option(
        "--seeds", type=Whole(2, MOST_SEEDS), default=None, metavar="N",
        help="Replications of every choice.  [default: what each answer takes to be settled where it can be]",
    ),
    SEED, SETTINGS, JOBS, OUT, JSON, QUIET,
)  # fmt: skip
def answer_command(
    question: str | None,
    market: str | None,
    everything: bool,
    seeds: int | None,
    seed: int,
    settings: tuple[str, ...],
    jobs: int,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Answer QUESTION for MARKET, with intervals, and say when the answer would be wrong.

    Without MARKET it is answered for the shipped markets it was made for. Without QUESTION the questions are
    listed. With --out, pages and figures are written to a directory.
    """
    from sim.cli.keeping import json_text, ready_directory
    from sim.experiment.questions import QUESTIONS

    if question is None and not everything:
        click.echo(json_text(_listed()) if as_json else _list())
        return
    if question is not None and everything:
        raise usage_error("cannot go with a QUESTION; give one of them", "--all")
    if question is not None and question not in QUESTIONS:
        raise usage_error(f"there is no question {question!r}{suggestion(question, QUESTIONS)}", "QUESTION")
    chosen = list(QUESTIONS.values()) if question is None else [QUESTIONS[question]]
    asked = [(one, place) for one in chosen for place in ([market] if market else one.markets)]
    directory = ready_directory(out)
    found = [_answered(one, place, seeds, seed, settings, jobs, quiet) for one, place in asked]
    if directory is not None:
        from sim.show.question_pages import write_pages

        write_pages(directory, found, everything)
        if not quiet:
            click.echo(f"Pages and figures are in {directory}.", err=True)
    click.echo(json_text([one.to_dict() for one in found]) if as_json else "\n\n".join(map(_text, found)))


def _answered(
    question: Question,
    market: str,
    seeds: int | None,
    seed: int,
    settings: tuple[str, ...],
    jobs: int,
    quiet: bool,
) -> Answer:
    from sim.experiment.questions import answer

    if not quiet:
        count = seeds or question.seeds_for(market)
        click.echo(f"{question.name}, {market}: {count} replications of every choice.", err=True)
    return answer(question, market, seeds, seed, jobs, settings=settings)


def _text(found: Answer) -> str:
    from sim.cli.tables import paragraph

    blocks = [click.style(f"{found.question.title}\n{found.market}: {found.title}", bold=True)]
    for one in found.found:
        blocks.append(paragraph(f"{one.part.asked} {one.sentence}"))
        if one.evidence:
            blocks.append(paragraph(one.evidence))
    blocks.append(paragraph(f"When it would be wrong. {found.flip_sentence}"))
    blocks.append(paragraph(f"Rests on: {'; '.join(found.assumptions)}. {found.seeds} replications."))
    return "\n\n".join(blocks)


def _listed() -> list[dict[str, Any]]:
    from sim.experiment.questions import QUESTIONS

    return [
        {"name": one.name, "title": one.title, "markets": list(one.markets)} for one in QUESTIONS.values()
    ]


def _list() -> str:
    lines = [
        f"  {one['name']}\n      {one['title']}\n      for {', '.join(one['markets'])}" for one in _listed()
    ]
    return "\n".join(["Questions:", *lines, "", "relay answer QUESTION [MARKET]"])
