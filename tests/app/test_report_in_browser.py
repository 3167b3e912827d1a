"""The report as its reader meets it: opened from a file in a real browser, on a desk, on a phone and on paper."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.group import relay
from tests.app.chromium import Tab, browser, eventually, need_browser

SHORT = (
    "horizon.warmup_days=7",
    "horizon.counted_days=21",
    "horizon.follow_up_days=40",
    "team.learning.trust_memory=30",
)
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3

# For every text that is seen: contrast with the nearest background, and what it says.
CONTRASTS = """(() => {
  const parts = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(x => (x /= 255) <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4)
    .reduce((sum, x, i) => sum + x * [.2126, .7152, .0722][i], 0);
  const under = one => { for (; one; one = one.parentElement) {
    const colour = parts(getComputedStyle(one).backgroundColor);
    if (colour.length && colour[3] !== 0) return colour; } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *:not(svg *)')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => { const [a, b] = [parts(getComputedStyle(one).color), under(one)].map(light);
      return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), one.textContent.trim().slice(0, 60)]; });
})()"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Words of a figure that leave it, or lie over each other; words on white boxes may cover bands, not words.
OVERLAPPING = """[...document.querySelectorAll('svg.chart')].flatMap(chart => {
  const paper = chart.getBoundingClientRect();
  const words = [...chart.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
  const out = words.filter(([_, box]) => box.left < paper.left - 1 || box.right > paper.right + 1
    || box.top < paper.top - 1 || box.bottom > paper.bottom + 1).map(([said]) => `outside: ${said}`);
  words.forEach(([said, a], i) => words.slice(i + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > .35 * Math.min(a.height, b.height)) out.push(`${said} / ${other}`); }));
  return out; })"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on three policies, people who learn included."""
    folder = tmp_path_factory.mktemp("results")
    settings = [word for one in SHORT for word in ("--set", one)]
    compare = [
        "compare",
        "considered",
        "--policies",
        "today,speed-to-lead,recycle",
        "--seeds",
        "3",
        "--jobs",
        "1",
    ]
    for arguments in ([*compare, "--quiet", "--out", str(folder), *settings], ["report", str(folder)]):
        result = CliRunner().invoke(relay, arguments)
        assert result.exit_code == 0, result.output
    return folder / "report.html"


@pytest.fixture(scope="module")
def opened(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A browser that shows the report; skips without one except in CI."""
    pytest.importorskip("websockets")
    need_browser()
    with browser(tmp_path_factory.mktemp("chromium")) as tab:
        tab.open(report.as_uri())
        tab.wait_for("it does not forecast")  # the last words of the page
        yield tab


def seen_on(tab: Tab, width: int, height: int, mobile: bool) -> None:
    tab.command(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile
    )
    eventually(lambda: tab.evaluate("innerWidth") == width, "the window has not changed", 10)


def test_it_shows_everything_and_asks_the_network_for_nothing(opened: Tab, report: Path) -> None:
    assert "handed over as today, speed-to-lead or recycle?" in opened.evaluate("document.title")
    charts = opened.evaluate(
        "[...document.querySelectorAll('svg')].map(one => one.getBoundingClientRect().height)"
    )
    assert len(charts) >= 10 and min(charts) > 100, charts
    assert {one for one in opened.requested if not one.startswith("data:")} == {report.as_uri()}
    assert not opened.complaints, opened.complaints


def test_figures_have_names_and_descriptions_for_those_who_listen(opened: Tab) -> None:
    tree = opened.command("Accessibility.getFullAXTree")["nodes"]
    figures = [
        one for one in tree if one.get("role", {}).get("value") in ("img", "image", "graphics-document")
    ]
    assert len(figures) >= 10
    for one in figures:
        assert one["name"]["value"] and one["description"]["value"], one


def test_it_can_be_read(opened: Tab) -> None:
    found = opened.evaluate(CONTRASTS)
    assert len(found) > 100
    assert [one for one in found if one[0] < LEAST_CONTRAST] == []


@pytest.mark.parametrize("device", [(1280, 900, False), (390, 844, True), (320, 640, True)])
def test_nothing_runs_off_the_page_and_no_words_overlap(opened: Tab, device: tuple[int, int, bool]) -> None:
    seen_on(opened, *device)
    assert opened.evaluate(TOO_WIDE) is False
    assert opened.evaluate(OVERLAPPING) == []


def test_the_keyboard_reaches_everything(opened: Tab) -> None:
    seen_on(opened, 1280, 900, False)
    opened.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    met = []
    for _ in range(80):
        for kind in ("keyDown", "keyUp"):
            opened.command(
                "Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9
            )
        met.append(opened.evaluate("document.activeElement.className || document.activeElement.tagName"))
        if len(met) > 2 and met[-1] == "BODY":
            break
    assert met[0] == "skip" and {"A", "wide", "SUMMARY"} <= set(met)
    outline = opened.evaluate(
        "document.querySelector('summary').focus(), getComputedStyle(document.activeElement).outlineStyle"
    )
    assert outline == "solid"


def test_it_prints_on_a4(opened: Tab) -> None:
    paper = base64.b64decode(opened.command("Page.printToPDF", preferCSSPageSize=True)["data"])
    pages = re.findall(rb"/Type\s*/Page\b[^s]", paper)
    assert 4 <= len(pages) <= 30
    boxes = {
        tuple(round(float(x)) for x in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper)
    }
    assert boxes and all(abs(box[2] - 595) <= 1 and abs(box[3] - 842) <= 1 for box in boxes), boxes
