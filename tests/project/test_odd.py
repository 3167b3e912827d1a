"""The ODD page has an entry for whatever is in the code, and says what the code says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.events.meanings import EVENTS, STATE_VARIABLES
from sim.events.rows import TABLES
from sim.experiment import odd
from sim.measure.measures import MEASURES
from sim.scenario.schema import scenario_schema
from sim.vocabulary import EventKind

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def page() -> str:
    return odd.odd_page((DOCS / "odd.template.md").read_text(encoding="utf-8"))


def test_the_page_is_up_to_date(page) -> None:
    assert (DOCS / "odd.md").read_text(encoding="utf-8") == page, "run `python -m sim.experiment.odd`"


def test_every_event_has_a_meaning() -> None:
    assert set(EVENTS) == set(EventKind) and all(EVENTS.values())


@pytest.mark.parametrize("table", STATE_VARIABLES)
def test_every_state_variable_has_a_meaning_and_every_meaning_a_variable(table) -> None:
    assert set(STATE_VARIABLES[table]) == set(TABLES[table].names)


def test_every_setting_measure_and_rule_has_its_row(page) -> None:
    definitions = scenario_schema()["$defs"]
    for kind, definition in definitions.items():
        for name in definition.get("properties", {}):
            assert f"| {kind} | `{name}` |" in page or name == "extends"
    assert all(f"| `{name}` |" in page for name in MEASURES)
    rules = page[page.index("## 7. Submodels") :]
    assert all(f"`{name}`" in rules for name in ("qualified_probability", "readiness", "rise_days"))


def test_every_rule_says_what_it_gives_and_where_it_comes_from() -> None:
    """Rules that are plain arithmetic need no source; those that claim something about people do."""
    lines = [line.split(" | ") for line in odd.SECTIONS["rules"]().splitlines()[2:]]
    assert len(lines) > 40
    assert not [line[1] for line in lines if not line[2].strip()]


def test_a_mark_that_nobody_fills_is_an_error() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        odd.odd_page("{{nonsense}}")
