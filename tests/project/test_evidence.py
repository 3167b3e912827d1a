"""Whoever reads "T1.20" in a file can look it up: every cited row stands in docs/evidence.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\bT\d{1,2}\.\d{1,2}\b")


def test_every_cited_row_is_on_the_page() -> None:
    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| (T\d+\.\d+) \|", page, flags=re.MULTILINE))
    cited: dict[str, str] = {}
    for folder, suffix in (("sim", "*.py"), ("scenarios", "*.toml"), ("docs", "*.md")):
        for file in sorted((ROOT / folder).rglob(suffix)):
            for row in ROW.findall(file.read_text(encoding="utf-8")):
                cited.setdefault(row, str(file.relative_to(ROOT)))
    assert len(cited) > 50
    assert {row: file for row, file in cited.items() if row not in known} == {}
