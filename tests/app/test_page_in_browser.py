"""The page as its reader meets it: `relay app`, seen and clicked in a real browser."""

from __future__ import annotations

import re

import pytest

from sim.scenario import Scenario, shipped_policies
from tests.app.chromium import Tab, eventually

BUSY = "[...document.querySelectorAll('button')].some(one => one.innerText == 'STEP' && one.disabled)"
PICTURES = "[...document.images].filter(one => one.complete && one.naturalWidth > 300).map(one => one.src)"


def pictures(tab: Tab) -> list[str]:
    found: list[str] = tab.evaluate(PICTURES)
    return found


def day(tab: Tab) -> int:
    found = re.search(r"Day (\d+) of", tab.text())
    assert found, tab.text()
    return int(found[1])


def arrived(tab: Tab) -> int:
    found = re.search(r"([\d,]+)\s+buyers arrived", tab.text())
    assert found, tab.text()
    return int(found[1].replace(",", ""))


@pytest.fixture(autouse=True)
def fresh(tab: Tab) -> None:
    """Every test begins on the first day."""
    if day(tab) > 0:
        tab.click("button", "Start over")
        tab.wait_for("Day 0 of")


def test_what_a_reader_needs_is_there(tab: Tab) -> None:
    text = tab.text()
    considered = Scenario.load("considered")
    for needed in ("Market", "considered", "Policy", "today", "Aim moved by", "Seed"):
        assert needed in text
    assert f"Sales reps: {considered.team.reps.count}" in text
    assert f"Day 0 of {considered.horizon.end_day:.0f}" in text
    for label in ("buyers arrived", "let go to sales", "batons passed", "deals won"):
        assert re.search(rf"\b0\s+{label}", text), label
    buttons = tab.evaluate("[...document.querySelectorAll('button')].map(one => one.innerText.toLowerCase())")
    assert {"play", "step", "start over"} <= set(buttons)
    assert len(pictures(tab)) == 2, "the track and the queues"


def test_a_step_is_one_day_and_draws_anew(tab: Tab) -> None:
    before = pictures(tab)
    tab.click("button", "Step")
    tab.wait_for("Day 1 of")
    assert arrived(tab) > 0
    eventually(lambda: not set(before) & set(pictures(tab)), "figures are the old ones", 30)
    assert len(pictures(tab)) == 2
    tab.click("button", "Step")
    tab.wait_for("Day 2 of")


def test_playing_goes_on_until_paused(tab: Tab) -> None:
    tab.click("button", "Play")
    tab.wait_for("Day 3 of")
    tab.click("button", "Pause")
    tab.wait_for("PLAY")
    eventually(lambda: not tab.evaluate(BUSY), "the step goes on", 30)
    stopped = day(tab)
    tab.click("button", "Step")
    tab.wait_for(f"Day {stopped + 1} of")


def test_another_policy_starts_a_new_run(tab: Tab) -> None:
    tab.click("button", "Step")
    tab.wait_for("Day 1 of")
    other = next(one.name for one in shipped_policies() if one.name != "today")
    for chosen in (other, "today"):
        tab.click(".v-select:has(label)", f"Policy\n{'today' if chosen == other else other}")
        eventually(lambda name=chosen: tab.evaluate(_item(name)), "the list has not opened", 30)
        tab.click(".menuable__content__active .v-list-item", chosen)
        tab.wait_for("Day 0 of")
        tab.wait_for(f"Policy\n{chosen}")
        tab.click("button", "Step")
        tab.wait_for("Day 1 of")


def _item(name: str) -> str:
    items = "document.querySelectorAll('.menuable__content__active .v-list-item')"
    return f"[...{items}].some(one => one.innerText.trim() === '{name}')"


def test_nothing_is_asked_of_another_machine(tab: Tab) -> None:
    tab.click("button", "Step")
    tab.wait_for("Day 1 of")
    assert len(tab.requested) > 5, "requests are not seen"
    assert any(one.startswith("ws://") for one in tab.requested)
    assert not tab.elsewhere()


def test_nothing_goes_wrong_in_the_browser(tab: Tab) -> None:
    assert not tab.complaints
