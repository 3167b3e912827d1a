"""What each chart says: its words, and marks at the places the numbers call for."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from sim.experiment.intervals import paired_comparison
from sim.show.charts import (
    buyer_flow,
    facts_through_pass,
    relay_track,
    response_split,
    revenue_difference,
    save,
)
from sim.show.drawing import BLUE, GREY, SKY, VERMILLION
from sim.show.flow import fates, placed_apart
from sim.show.response import time_unit
from sim.show.track import VERDICT_COLOURS


def test_no_text_is_cut_off_at_the_edges(exchanges):
    """The longest names of shipped policies, and one word too long for any margin."""
    names = {
        "eager": "throw-over-the-wall",
        "aligned": "warm-introduction",
        "patient": "unhyphenatedpolicyname",
    }
    frame = exchanges.assign(policy=exchanges["policy"].map(names))
    rows = [
        {"policy": name, "seed": seed, "numerator": 9e6 + step * 1e7 * (seed % 3), "denominator": 1.0}
        for step, name in enumerate(names.values())
        for seed in range(4)
    ]
    money = paired_comparison(pd.DataFrame(rows))
    drawn = [relay_track(frame), facts_through_pass(frame), response_split(frame)]
    for figure in [*drawn, relay_track(frame, "track"), revenue_difference(money, "EUR")]:
        (ax,) = figure.axes
        figure.canvas.draw()
        for text in ax.texts:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= ax.figure.bbox.width, text.get_text()


def words(drawn) -> list[str]:
    """All text in the axes, tick labels and legend included."""
    ax = drawn.axes[0] if isinstance(drawn, Figure) else drawn
    found = [text.get_text() for text in ax.texts] + [label.get_text() for label in ax.get_xticklabels()]
    legend = ax.get_legend()
    return found + ([text.get_text() for text in legend.get_texts()] if legend else [])


def bars(ax, colour: str) -> list[Rectangle]:
    return [
        p
        for p in ax.patches
        if isinstance(p, Rectangle) and to_hex(p.get_facecolor(), True)[:7] == colour.lower()
    ]


@pytest.fixture(scope="module")
def comparison():
    wave = np.where(np.arange(20) % 2 == 0, 1.0, -1.0)
    steps = {"eager": (0, 0), "patient": (100, 10), "rushed": (-80, 10), "steady": (1, 10), "twin": (0, 0)}
    rows = [
        {
            "policy": name,
            "seed": seed,
            "numerator": 1000 + seed + step + size * wave[seed],
            "denominator": 1.0,
        }
        for name, (step, size) in steps.items()
        for seed in range(20)
    ]
    return paired_comparison(pd.DataFrame(rows))


def test_differences_stand_where_they_are_and_say_what_is_settled(comparison):
    (ax,) = revenue_difference(comparison, "EUR").axes
    dots = {float(line.get_xdata()[0]): line for line in ax.lines if line.get_marker() == "o"}
    assert sorted(dots) == pytest.approx([-80.0, 0.0, 1.0, 100.0])
    colour = {round(x): (line.get_mec(), line.get_mfc()) for x, line in dots.items()}
    assert colour == {
        100: (BLUE, BLUE),
        -80: (VERMILLION, VERMILLION),
        1: (GREY, "white"),
        0: (GREY, "white"),
    }
    spans = [tuple(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 5]
    assert spans == [(d.low, d.high) for d in comparison.differences]
    assert any(list(line.get_xdata()) == [0, 0] for line in ax.lines), "no zero line"
    text = "\n".join(words(ax))
    for phrase in (
        "Revenue: difference from eager",
        "settled: better",
        "settled: worse",
        "not settled",
        "exactly the same",
        "patient",
        "rushed",
        "steady",
        "twin",
        "95% intervals that hold together",
        "20 replications",
    ):
        assert phrase in text
    assert "EUR per run" in ax.get_xlabel()


def test_for_a_cost_less_is_better():
    rows = pd.DataFrame(
        {
            "policy": ["a"] * 4 + ["b"] * 4,
            "seed": [*range(4)] * 2,
            "numerator": [9, 8, 9, 8, 3, 2, 2, 3],
            "denominator": 1.0,
        }
    )
    assert any(
        "settled: better" in text for text in words(revenue_difference(paired_comparison(rows, "cost_value")))
    )


@pytest.mark.parametrize("scale", ["zone", "track"])
def test_the_track_shows_every_pass_in_the_colour_of_its_verdict(exchanges, scale):
    (ax,) = relay_track(exchanges, scale).axes
    passes = exchanges[exchanges["outcome"] == "passed"]
    heights = {
        v: sum(b.get_height() for b in bars(ax, c) if b.get_zorder() == 3) for v, c in VERDICT_COLOURS.items()
    }
    unit = heights["clean"] / sum(
        (p["verdict"] == "clean").mean() for _, p in passes.groupby("policy", sort=False)
    )
    for verdict, height in heights.items():
        share = sum((p["verdict"] == verdict).mean() for _, p in passes.groupby("policy", sort=False))
        assert height == pytest.approx(unit * share), verdict
    text = words(ax)
    assert {"eager", "aligned", "patient", *VERDICT_COLOURS} <= set(text)
    clean = passes[passes["policy"] == "aligned"]
    assert f"{(clean['verdict'] == 'clean').mean():.0%} clean\nof {len(clean):,} passes" in text


def test_on_the_zone_scale_early_passes_stand_left_of_the_zone_and_late_ones_right(exchanges):
    (ax,) = relay_track(exchanges, "zone").axes
    assert (
        max(bar.get_x() + bar.get_width() for bar in bars(ax, VERDICT_COLOURS["early"]) if bar.get_height())
        <= 1e-9
    )
    assert min(bar.get_x() for bar in bars(ax, VERDICT_COLOURS["late"]) if bar.get_height()) >= 1 - 1e-9
    assert {"too early", "zone\nopens", "zone\ncloses", "too late"} <= set(words(ax))
    low, high = ax.get_xlim()
    assert low <= -0.5 and high >= 1.5


def test_on_the_track_each_journey_shows_its_own_zone_and_the_phases_are_marked(exchanges):
    (ax,) = relay_track(exchanges, "track").axes
    zones = {
        (round(b.get_x(), 3), round(b.get_x() + b.get_width(), 3))
        for b in bars(ax, VERDICT_COLOURS["clean"])
        if b.get_zorder() == 2
    }
    assert zones == {(0.45, 0.65), (0.55, 0.72), (0.62, 0.86)}
    text = words(ax)
    assert {"inbound", "events", "car-seat"} <= set(text)
    assert (
        sum(label.startswith(("stimulus", "zero moment", "evaluation", "first moment")) for label in text)
        == 4
    )
    assert ax.get_xlim() == (0.0, 1.0)


def test_an_unknown_scale_is_refused(exchanges):
    with pytest.raises(ValueError, match="'zone' or 'track'"):
        relay_track(exchanges, "lap")


def test_fates_take_the_pass_over_later_failures_and_the_purchase_over_the_loss():
    keys = {"scenario": "s", "policy": "p", "seed": 1, "replication": 0}
    buyers = pd.DataFrame(
        [
            {**keys, "number": 0, "bought_from": "us", "loss_reason": "timing"},
            {**keys, "number": 1, "bought_from": "rival:acme", "loss_reason": "price"},
            {**keys, "number": 2, "bought_from": "nobody yet", "loss_reason": "no-decision"},
            {**keys, "number": 3, "bought_from": "nobody yet", "loss_reason": None},
            {**keys, "number": 4, "bought_from": "somebody-else", "loss_reason": None},
        ],
        index=[10, 11, 12, 13, 14],
    )
    exchanges = pd.DataFrame(
        [
            {**keys, "number": 0, "let_go_day": 1.0, "outcome": "passed"},
            {**keys, "number": 0, "let_go_day": 9.0, "outcome": "expired"},
            {**keys, "number": 1, "let_go_day": 5.0, "outcome": "ignored"},
            {**keys, "number": 1, "let_go_day": 2.0, "outcome": "rejected"},
            {**keys, "number": 2, "let_go_day": 2.0, "outcome": "passed"},
        ]
    )
    found = fates(buyers, exchanges)
    assert list(found["exchange"]) == ["passed", "ignored", "passed", "never", "never"]
    assert list(found["end"]) == ["us", "rival", "lost:no-decision", "open", "somebody-else"]
    assert list(found.index) == [10, 11, 12, 13, 14]


def test_the_flow_keeps_every_buyer(buyers, exchanges):
    (ax,) = buyer_flow(buyers, exchanges, "aligned").axes
    columns: dict[float, float] = {}
    for bar in (p for p in ax.patches if isinstance(p, Rectangle)):
        columns[bar.get_x()] = columns.get(bar.get_x(), 0.0) + bar.get_height()
    assert len(columns) == 3
    first = columns[min(columns)]
    assert list(columns.values()) == pytest.approx([first] * 3)
    counts = [text.rsplit("(", 1)[1].rstrip(")").replace(",", "") for text in words(ax) if text.endswith(")")]
    total = (buyers["policy"] == "aligned").sum()
    assert sum(map(int, counts)) == 2 * total
    assert any(isinstance(patch, PathPatch) for patch in ax.patches)


def test_the_flow_names_who_won_and_why_not(buyers, exchanges):
    text = "\n".join(words(buyer_flow(buyers, exchanges, "aligned")))
    mine = buyers[buyers["policy"] == "aligned"]
    won = (mine["bought_from"] == "us").sum()
    assert f"won: bought from us  {won / len(mine):.0%} ({won:,})" in text
    for phrase in (
        "passed to sales",
        "rejected by sales",
        "ignored by sales",
        "never reached",
        "never handed over",
        "bought from a rival",
        "bought from somebody else",
        "not bought: no decision",
        "still open",
        "not bought: other reasons",
    ):
        assert phrase in text
    assert "not bought: fit" not in text, "rare reasons are put together"


def test_the_flow_asks_which_policy(buyers, exchanges):
    with pytest.raises(ValueError, match="which policy"):
        buyer_flow(buyers, exchanges)


def test_labels_are_moved_apart_but_kept_in_order_and_inside():
    placed = placed_apart([0.9, 0.5, 0.49, 0.48, 0.01, 0.0], 0.05)
    assert all(a - b >= 0.05 - 1e-12 for a, b in pairwise(placed))
    assert placed[0] == 0.9 and min(placed) >= 0.0


def test_facts_show_both_sides_of_the_pass(exchanges):
    (ax,) = facts_through_pass(exchanges).axes
    for side, colour in (("before", SKY), ("after", BLUE)):
        top = sorted(bars(ax, colour), key=lambda bar: (-bar.get_y(), bar.get_x()))
        shares = [bar.get_height() / 0.7 for bar in top]
        expected = []
        for _, rows in exchanges.groupby("policy", sort=False):
            masks = rows.loc[rows["outcome"] == "passed", f"facts_{side}_mask"].to_numpy()
            expected += [((masks >> fact) & 1).mean() for fact in range(8)]
        assert shares == pytest.approx(expected)
    text = words(ax)
    assert {"need", "deadline", "objection", "marketing, before the pass", "sales, after the pass"} <= set(
        text
    )
    eager = exchanges[(exchanges["policy"] == "eager") & (exchanges["outcome"] == "passed")]
    before, after = (np.bitwise_count(eager[f"facts_{side}_mask"]).mean() for side in ("before", "after"))
    assert f"{before:.1f} facts before\n{after:.1f} facts after\n{len(eager):,} passes" in text


def test_response_bars_add_up_to_the_mean_and_the_triangle_is_the_median(exchanges):
    (ax,) = response_split(exchanges, ["aligned"]).axes
    passes = exchanges[(exchanges["policy"] == "aligned") & (exchanges["outcome"] == "passed")]
    whole = passes[["system_days", "queue_days", "human_days"]].sum(axis=1)
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == pytest.approx([24 * passes[f"{p}_days"].mean() for p in ("system", "queue", "human")])
    (mark,) = [line for line in ax.lines if line.get_marker() == "^"]
    assert mark.get_xdata()[0] == pytest.approx(24 * whole.median())
    assert ax.get_xlabel() == "hours since letting go"
    ended = exchanges[(exchanges["policy"] == "aligned") & (exchanges["outcome"] != "open")]
    missed = 1 - (ended["outcome"] == "passed").mean()
    assert any(f"{missed:.0%} of {len(ended):,} never reached" in text for text in words(ax))


@pytest.mark.parametrize(
    ("days", "name"),
    [(0.0, "minutes"), (float("nan"), "minutes"), (0.05, "minutes"), (0.5, "hours"), (40.0, "days")],
)
def test_the_unit_of_time_suits_the_longest_span(days, name):
    assert time_unit(days).name == name


@pytest.mark.parametrize("chart", [relay_track, facts_through_pass, response_split])
def test_without_passes_a_chart_says_so(no_exchanges, chart):
    assert any(text.startswith("No b") for text in words(chart(no_exchanges)))


def test_charts_draw_on_given_axes(exchanges, buyers, comparison):
    figure = Figure(figsize=(20, 12))
    axes = figure.subplots(2, 3).ravel()
    drawn = [
        revenue_difference(comparison, ax=axes[0]),
        relay_track(exchanges, ax=axes[1]),
        relay_track(exchanges, "track", ax=axes[2]),
        buyer_flow(buyers, exchanges, "eager", ax=axes[3]),
        facts_through_pass(exchanges, ax=axes[4]),
        response_split(exchanges, ax=axes[5]),
    ]
    assert drawn == [figure] * 6
    assert all(ax.texts for ax in axes)
    assert len(figure.axes) == 6


def test_words_do_not_run_off_the_page(exchanges, buyers, comparison, tmp_path):
    for figure in (
        revenue_difference(comparison, "EUR"),
        relay_track(exchanges),
        relay_track(exchanges, "track"),
        buyer_flow(buyers, exchanges, "aligned"),
        facts_through_pass(exchanges),
        response_split(exchanges),
    ):
        (ax,) = figure.axes
        save(figure, tmp_path / "chart.png")
        width, height = figure.canvas.get_width_height()
        assert (width, height) == (1200, 700)
        for text in ax.texts:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, text.get_text()


@pytest.mark.parametrize("name", ["chart.png", "chart.svg"])
def test_saving_twice_gives_the_same_bytes_and_leaves_nothing_behind(exchanges, tmp_path, name):
    first = save(relay_track(exchanges), tmp_path / name).read_bytes()
    assert save(relay_track(exchanges).axes[0], tmp_path / name).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert b"Matplotlib" not in first[:1000] and b"<dc:date>" not in first


def test_an_interrupted_save_keeps_the_old_file(exchanges, tmp_path, monkeypatch):
    path = save(relay_track(exchanges), tmp_path / "chart.png")
    before = path.read_bytes()
    (ax,) = facts_through_pass(exchanges).axes

    def broken(file, **_):
        file.write(b"half a")
        raise OSError("disk full")

    monkeypatch.setattr(ax.figure, "savefig", broken)
    with pytest.raises(OSError, match="disk full"):
        save(ax, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_other_formats_are_refused(exchanges, tmp_path):
    with pytest.raises(ValueError, match=r"\.png or \.svg"):
        save(relay_track(exchanges), tmp_path / "chart.jpg")


def test_charts_need_no_pyplot():
    code = "import sys, sim.show.charts; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
