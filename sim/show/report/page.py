"""What a report is made of, and how it becomes one HTML file.

Everything that comes from files is plain text here and is escaped by the template; only figures are markup, and
`sim.show.report.picture` has built those from parsed trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Page", "Picture", "Section", "Table", "rendered"]


@dataclass(frozen=True)
class Picture:
    """A figure in the page.

    Attributes:
        title: What it shows; stands above it.
        note: How to read it.
        description: What can be seen in it, for those who cannot.
        svg: The drawing, an `<svg>` element that names and describes itself.
    """

    title: str
    note: str
    description: str
    svg: Markup


@dataclass(frozen=True)
class Table:
    """A table in the page; the first cell of each row is its heading.

    Attributes:
        caption: What it holds.
        heads: Headings of the columns.
        rows: Cells, as many as there are headings; a line break in a cell is kept.
        folded: Text to click on to see it; empty for a table that is always seen.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    folded: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        key: Its anchor.
        title: Its heading.
        paragraphs: What it says, before anything else.
        points: A list, after that.
        pictures: Its figures.
        tables: Its tables.
        terms: Words used in it with their meaning.
        commands: Lines for a terminal.
    """

    key: str
    title: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    terms: Sequence[tuple[str, str]] = ()
    commands: Sequence[str] = ()


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes:
        title: Its question.
        about: What was simulated, one or two sentences.
        answer: The verdict.
        sections: Its parts in order.
    """

    title: str
    about: str
    answer: str
    sections: Sequence[Section] = field(default_factory=tuple)


def rendered(page: Page) -> str:
    """A page as one HTML document that needs no other file, no network and no script.

    Args:
        page: The page.

    Returns:
        The document; the same page gives the same text.
    """
    here = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(here), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
    style = Markup((here / "report.css").read_text(encoding="utf-8"))  # ours, no file of anybody's
    return environment.get_template("report.html").render(page=page, style=style)
