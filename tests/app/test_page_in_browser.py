"""The page as its reader meets it: `relay app`, seen and clicked in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.scenario import Scenario
from tests.app.chromium import Tab, browser, eventually

STILL = "![...document.querySelectorAll('button')].some(one => one.innerText == 'STEP' && one.disabled)"
PICTURES = "[...document.querySelectorAll('svg[role=img]')].map(one => one.getAttribute('aria-label'))"
TOTALS = "[...document.querySelectorAll('.relay-totals tr')].map(row => [...row.children].map(one => one.innerText))"
SLIDERS = "[...document.querySelectorAll('[role=slider]')]"


def day(tab: Tab) -> int:
    found = re.search(r"Day (\d+) of", tab.text())
    assert found, tab.text()
    return int(found[1])


def totals(tab: Tab) -> dict[str, list[int]]:
    """Running totals by their names, one number for each column."""
    head, *rows = tab.evaluate(TOTALS)
    assert rows, head
    return {name: [int(one.replace(",", "")) for one in values] for name, *values in rows}


def heads(tab: Tab) -> list[str]:
    found = tab.evaluate(TOTALS)
    return list(found[0][1:]) if found else []


def choose(tab: Tab, label: str, name: str) -> None:
    """Pick from one of the lists at the top."""
    tab.click(
        f".v-select:has(label):has(input[aria-label='{label}']), .v-select", f"{label}\n{chosen(tab, label)}"
    )
    items = "document.querySelectorAll('.menuable__content__active .v-list-item')"
    eventually(
        lambda: tab.evaluate(f"[...{items}].some(one => one.innerText.trim() === {json.dumps(name)})"),
        f"{name} is not in the list",
        30,
    )
    tab.click(".menuable__content__active .v-list-item", name)
    tab.wait_for(f"{label}\n{name}")


def chosen(tab: Tab, label: str) -> str:
    lists = "[...document.querySelectorAll('.v-select')].map(one => one.innerText.trim())"
    return next(one.split("\n")[1] for one in tab.evaluate(lists) if one.startswith(f"{label}\n"))


def step(tab: Tab) -> None:
    """Click the button as soon as there is something to step."""
    eventually(lambda: tab.evaluate(STILL), "there is nothing to step", 60)
    tab.click("button", "Step")


def press(tab: Tab, name: str) -> None:
    """Press a key on whatever has the focus."""
    code = {"ArrowRight": 39, "Enter": 13}[name]
    extra = {"text": "\r"} if name == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        tab.command(
            "Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **extra
        )


@pytest.fixture(scope="module")
def first_day() -> int:
    horizon = Scenario.load("considered").horizon
    return -(-int(100 * horizon.warmup_days) // 100)


@pytest.fixture
def start(tab: Tab, first_day: int) -> int:
    """Every test begins on the first day, after the warm-up; the day."""
    if day(tab) > first_day:
        tab.click("button", "Back to start")
        tab.wait_for(f"Day {first_day} of")
    return first_day


@pytest.fixture
def beside(tab: Tab, start: int) -> Iterator[None]:
    """The policy patient stands beside today."""
    choose(tab, "Beside it", "patient")
    eventually(lambda: heads(tab) == ["today", "patient", "difference"], "no second policy", 60)
    yield
    choose(tab, "Beside it", "nothing else")
    eventually(lambda: heads(tab) == ["today"], "the second policy stays", 60)


def test_it_opens_with_what_the_command_line_asked_for(tab: Tab) -> None:
    eventually(lambda: heads(tab) == ["today", "mine", "difference"], "the own policy is not there", 60)
    choose(tab, "Beside it", "nothing else")
    eventually(lambda: heads(tab) == ["today"], "the second policy stays", 60)


def test_what_a_reader_needs_is_there(tab: Tab, start: int) -> None:
    text = tab.text()
    considered = Scenario.load("considered")
    for needed in ("Market", "considered", "Policy", "today", "Beside it", "Levers of today", "Seed"):
        assert needed in text
    assert f"Number of reps: {considered.team.reps.count}" in text
    assert considered.story in text
    assert f"Day {start} of {considered.horizon.end_day:.0f}" in text
    found = totals(tab)
    for label in (
        "buyers arrived",
        "let go to sales",
        "batons passed",
        "passed inside the zone",
        "deals won",
    ):
        assert found[label] == [0], label
    buttons = tab.evaluate("[...document.querySelectorAll('button')].map(one => one.innerText.toLowerCase())")
    assert {"play", "step", "to the end", "back to start"} <= set(buttons)
    track, passes, queues = tab.evaluate(PICTURES)
    assert re.search(r"who holds them: [1-9]\d* with marketing", track), "the track is full"
    assert passes.startswith("0 batons passed")
    assert queues == "nothing yet"


def test_a_step_is_one_day_and_draws_anew(tab: Tab, start: int) -> None:
    before = tab.evaluate(PICTURES)
    step(tab)
    tab.wait_for(f"Day {start + 1} of")
    assert totals(tab)["buyers arrived"][0] > 0
    assert all(new != old for new, old in zip(tab.evaluate(PICTURES)[::2], before[::2], strict=True))
    tab.click("button", "1 week")
    step(tab)
    tab.wait_for(f"Day {start + 8} of")
    tab.click("button", "1 day")


def test_playing_goes_on_until_paused(tab: Tab, start: int) -> None:
    tab.click("button", "Play")
    tab.wait_for(f"Day {start + 3} of")
    tab.click("button", "Pause")
    tab.wait_for("PLAY")
    eventually(lambda: tab.evaluate(STILL), "the step goes on", 30)
    stopped = day(tab)
    step(tab)
    tab.wait_for(f"Day {stopped + 1} of")


def test_another_policy_starts_a_new_run(tab: Tab, start: int) -> None:
    step(tab)
    tab.wait_for(f"Day {start + 1} of")
    choose(tab, "Policy", "recycle")
    tab.wait_for("Levers of recycle")
    tab.wait_for(f"Day {start} of")
    choose(tab, "Policy", "today")
    eventually(lambda: heads(tab) == ["today"], "the policy stays", 60)


def test_another_market_starts_a_new_run(tab: Tab, start: int) -> None:
    choose(tab, "Market", "car-seat")
    other = Scenario.load("car-seat")
    tab.wait_for(f"of {other.horizon.end_day:.0f},")
    tab.wait_for(other.story)
    choose(tab, "Market", "considered")
    tab.wait_for(f"Day {start} of")


def test_two_policies_side_by_side(tab: Tab, start: int, beside: None) -> None:
    assert len(tab.evaluate(PICTURES)) == 7, "two tracks, two passes, two queues, one difference"
    tab.click("button", "1 month")
    for steps in (1, 2):
        step(tab)
        tab.wait_for(f"Day {start + 30 * steps} of")
    found = totals(tab)
    assert found["buyers arrived"][0] == found["buyers arrived"][1] > 0, "the same buyers"
    assert found["batons passed"][0] != found["batons passed"][1]
    for label, (first, second, difference) in found.items():
        assert difference == second - first, label
    text = tab.text()
    assert "same buyers with the same luck" in text and "It is not an average" in text
    assert "Deals won so far: patient minus today" in text
    tab.click("button", "1 day")


def test_what_to_type_for_many_runs_is_said(tab: Tab, start: int, beside: None) -> None:
    tab.click(".v-expansion-panel-header, .solara-details", "How sure is this? Run it many times")
    tab.wait_for("relay compare considered --policies today,patient")
    tab.click(".v-expansion-panel-header, .solara-details", "How sure is this? Run it many times")


def test_a_slider_moved_by_key_starts_the_run_anew(tab: Tab, start: int) -> None:
    step(tab)
    tab.wait_for(f"Day {start + 1} of")
    count = Scenario.load("considered").team.reps.count
    tab.evaluate(f"{SLIDERS}.find(one => one.ariaLabel.startsWith('Number of reps')).focus()")
    press(tab, "ArrowRight")
    tab.wait_for(f"Number of reps: {count + 1}")
    tab.wait_for(f"Day {start} of")
    step(tab)
    tab.wait_for(f"Day {start + 1} of")
    tab.click("button", "Put back")
    tab.wait_for(f"Number of reps: {count}\n")
    tab.wait_for(f"Day {start} of")


def test_buttons_work_by_key(tab: Tab, start: int) -> None:
    tab.evaluate("[...document.querySelectorAll('button')].find(one => one.innerText === 'STEP').focus()")
    press(tab, "Enter")
    tab.wait_for(f"Day {start + 1} of")


def test_everything_that_can_be_moved_has_a_name(tab: Tab, start: int) -> None:
    assert tab.evaluate(f"{SLIDERS}.length") == 8
    assert tab.evaluate(f"{SLIDERS}.every(one => one.ariaLabel && one.tabIndex === 0)")


def test_what_cannot_run_is_said_in_words(tab: Tab, start: int) -> None:
    choose(tab, "Policy", "mine")
    choose(tab, "Market", "web-leads")
    tab.wait_for("peers")
    assert "Traceback" not in tab.text()
    choose(tab, "Market", "considered")
    choose(tab, "Policy", "today")
    eventually(lambda: heads(tab) == ["today"], "the policy stays", 60)


def test_every_tab_has_runs_of_its_own(tab: Tab, start: int, address: str, tmp_path: Path) -> None:
    step(tab)
    tab.wait_for(f"Day {start + 1} of")
    with browser(tmp_path) as second:
        second.open(address)
        second.wait_for(f"Day {start} of")
        second.click("button", "1 week")
        second.click("button", "Step")
        second.wait_for(f"Day {start + 7} of")
    assert day(tab) == start + 1


def test_on_a_phone_nothing_is_cut_off(address: str, tmp_path: Path) -> None:
    with browser(tmp_path) as phone:
        phone.command(
            "Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True
        )
        phone.open(address)
        phone.wait_for("Day ")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        wide = "[...document.querySelectorAll('.relay-page *')].filter(one => one.getBoundingClientRect().right > 361)"
        assert phone.evaluate(f"{wide}.map(one => one.tagName + one.className).slice(0, 3)") == []
        letters = "[...document.querySelectorAll('svg text')].map(one => one.getBoundingClientRect().height)"
        assert min(phone.evaluate(letters)) >= 11, "letters can be read"


def test_to_the_end(tab: Tab, start: int) -> None:
    end = Scenario.load("considered").horizon.end_day
    tab.click("button", "To the end")
    tab.wait_for(f"Day {end:.0f} of {end:.0f}, the end")
    assert totals(tab)["deals won"][0] > 0
    tab.click("button", "Back to start")
    tab.wait_for(f"Day {start} of")


def test_nothing_is_asked_of_another_machine(tab: Tab) -> None:
    tab.click("button", "Step")
    assert len(tab.requested) > 5, "requests are not seen"
    assert any(one.startswith("ws://") for one in tab.requested)
    assert not tab.elsewhere()


def test_nothing_goes_wrong_in_the_browser(tab: Tab) -> None:
    assert not tab.complaints
