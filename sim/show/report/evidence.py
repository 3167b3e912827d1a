"""The evidence table: what the rows say that settings cite."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["ROW", "evidence_row"]

ROW = re.compile(r"\bT\d{1,2}\.\d{1,2}\b")
"""How a row is cited."""


def evidence_row(name: str) -> tuple[str, str, str, str] | None:
    """What a row says.

    Args:
        name: Such as "T1.20".

    Returns:
        Figure, value, source and grade; None when the table is not there or has no such row.
    """
    return _table().get(name)


@cache
def _table() -> dict[str, tuple[str, str, str, str]]:
    here = Path(__file__).resolve()
    for place in (here.parents[2] / "_evidence.md", here.parents[3] / "docs" / "evidence.md"):
        if place.is_file():
            lines = place.read_text(encoding="utf-8").splitlines()
            break
    else:
        return {}
    found: dict[str, tuple[str, str, str, str]] = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and ROW.fullmatch(cells[0]):
            name, figure, value, said, grade = cells
            found[name] = (figure, value, said, grade)
    return found
