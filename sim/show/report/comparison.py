"""The report on compared policies, or on one: from its question to how to make the same numbers again."""

from __future__ import annotations

from collections.abc import Iterator

from sim.show.folder import Folder
from sim.show.report.assumptions import assumption_section
from sim.show.report.flips import flip_section
from sim.show.report.gains import money_section, recycling_section
from sim.show.report.headline import interval_section, verdict_section
from sim.show.report.material import Material
from sim.show.report.origin import failure_section, origin_section
from sim.show.report.page import Page, Section
from sim.show.report.passing import (
    flow_section,
    information_section,
    people_section,
    timing_section,
    track_section,
)

__all__ = ["comparison_page"]


def comparison_page(folder: Folder, title: str | None = None) -> Page:
    """The report on a folder of `relay compare` or `relay run`.

    Args:
        folder: What the command left.
        title: The question at the top; made from market and policies when None.

    Returns:
        The page.
    """
    texts = (str(folder.first[key]) for key in ("title", "story") if folder.first.get(key))
    about = " ".join(f"{text.rstrip('.')}." for text in texts)
    answer = folder.answer["sentence" if folder.manifest["kind"] == "run" else "verdict"]
    return Page(title or _question(folder), about, str(answer), tuple(_sections(folder)))


def _question(folder: Folder) -> str:
    market, names = folder.manifest["scenario"]["name"], list(folder.policies)
    if len(names) < 2:
        return f"What comes of leads in {market} handed over as {names[0]}?"
    return f"Should leads in {market} be handed over as {', '.join(names[:-1])} or {names[-1]}?"


def _sections(folder: Folder) -> Iterator[Section]:
    material = Material(folder)
    yield verdict_section(material)
    yield interval_section(material)
    yield track_section(material)
    yield flow_section(material)
    yield information_section(material)
    yield timing_section(material)
    if material.people_learn:
        yield people_section(material)
    yield recycling_section(material)
    yield money_section(material)
    yield flip_section(
        folder.path, folder.manifest["scenario"]["name"], folder.policies, folder.manifest["command"]
    )
    yield assumption_section(folder.first, folder.answer.get("assumptions", ()))
    if folder.answer["failures"]:
        yield failure_section(folder.answer["failures"])
    yield origin_section(folder.manifest, folder.manifest["fingerprints"])
