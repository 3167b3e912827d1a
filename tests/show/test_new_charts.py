"""Money, later laps, settings of a sweep, and how sure charts say they are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.experiment.estimates import Estimate, single
from sim.experiment.main_effects import Effect, Level
from sim.measure.measures import MEASURES
from sim.show.charts import effect_lines, effect_map, money_by_policy, recycled_wins, relay_track
from sim.show.recycling import later_laps
from sim.show.spread import half_interval, plus_minus

REVENUE = MEASURES["revenue_value"]


def estimate(policy: str, value: float, reach: float) -> Estimate:
    return Estimate(policy, value, value - reach, value + reach, 9, 0, 0)


def said(figure: Figure) -> str:
    (ax,) = figure.axes
    legend = ax.get_legend()
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), *(legend.get_texts() if legend else [])]
    return "\n".join(text.get_text() for text in texts)


class TestSpread:
    def test_it_is_the_interval_of_the_measure(self) -> None:
        """A share of rows in chart and in table must not have two intervals."""
        stream = np.random.default_rng(3)
        frame = pd.DataFrame({"seed": 0, "replication": np.repeat(np.arange(8), stream.integers(20, 60, 8))})
        hit = stream.random(len(frame)) < 0.3
        runs = (
            frame.assign(hit=hit, one=1.0).groupby("replication")[["hit", "one"]].sum().to_numpy(dtype=float)
        )
        whole = single(MEASURES["win_rate"], "p", runs[:, 0], runs[:, 1])
        assert half_interval(frame, hit) == pytest.approx((whole.high - whole.low) / 2)

    def test_one_run_has_none(self) -> None:
        frame = pd.DataFrame({"seed": 0, "replication": [0, 0]})
        assert math.isnan(half_interval(frame, [1, 0]))
        assert math.isnan(half_interval(frame.iloc[:0], []))
        assert plus_minus(math.nan) == ""

    @pytest.mark.parametrize(
        ("reach", "text"), [(12.34, " ± 12"), (1.234, " ± 1.2"), (0.0123, " ± 0.012"), (0, " ± 0.0")]
    )
    def test_two_digits_are_kept(self, reach: float, text: str) -> None:
        assert plus_minus(reach) == text

    def test_charts_say_it_when_there_are_replications(self, exchanges: pd.DataFrame) -> None:
        assert "±" not in said(relay_track(exchanges))
        several = pd.concat([exchanges, exchanges.sample(frac=0.7, random_state=1).assign(replication=1)])
        assert "± " in said(relay_track(several)) and "95% interval over replications" in said(
            relay_track(several)
        )


def test_money_stands_where_it_is_with_its_interval_and_a_zero_line() -> None:
    money = {
        "revenue": [estimate("a", 100, 10), estimate("b", 80, 5)],
        "profit": [estimate("a", -20, 30), estimate("b", 10, 1)],
    }
    figure = money_by_policy(money, "EUR")
    (ax,) = figure.axes
    spans = {tuple(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 3}
    assert spans == {(90, 110), (75, 85), (-50, 10), (9, 11)}
    assert any(list(line.get_xdata()) == [0, 0] for line in ax.lines), "no zero line"
    assert {"revenue", "profit"} <= set(said(figure).splitlines()) and "100 ± 10 EUR" in said(figure)


def buyers_who_came_back() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Three buyers: one won on lap 3 after no decision, one back from silence, one who never came back."""
    key = {"scenario": "s", "policy": "p", "seed": 0, "replication": 0}
    buyers = pd.DataFrame(
        [{**key, "number": n, "laps": laps, "lap_won": won, "revenue_value": money}
         for n, laps, won, money in ((1, 3, 3, 70.0), (2, 2, 0, 0.0), (3, 1, 1, 50.0))]
    )  # fmt: skip
    exchanges = pd.DataFrame(
        [{**key, "number": n, "lap": lap, "reason": reason}
         for n, lap, reason in ((1, 1, "unreached"), (1, 2, None), (1, 3, None), (2, 1, "ignored"), (3, 1, None))]
    )  # fmt: skip
    deals = pd.DataFrame(
        [{**key, "number": n, "lap": lap, "reason": reason}
         for n, lap, reason in ((1, 2, "no-decision"), (1, 3, None), (3, 1, None))]
    )  # fmt: skip
    return buyers, exchanges, deals


def test_a_later_lap_has_the_reason_of_the_lap_before() -> None:
    laps = later_laps(*buyers_who_came_back()).sort_values(["number", "lap"])
    found = laps[["number", "lap", "reason", "won", "revenue_value"]].to_numpy().tolist()
    assert found == [
        [1, 2, "unreached", False, 0.0],
        [1, 3, "no-decision", True, 70.0],
        [2, 2, "ignored", False, 0.0],
    ]


def test_recycled_wins_are_shares_of_later_laps() -> None:
    text = said(recycled_wins(*buyers_who_came_back()))
    assert "no decision" in text and "1 of 1" in text and "0 of 1" in text
    buyers, exchanges, deals = buyers_who_came_back()
    assert "No lead ran a second lap" in said(recycled_wins(buyers[buyers["laps"] == 1], exchanges, deals))


LEVELS = (Level("2", 2.0, (0,)), Level("4", 4.0, (1,)))


def test_an_effect_is_a_line_with_a_band() -> None:
    effects = [
        Effect("team.reps.count", name, LEVELS, (estimate(name, 10, 2), estimate(name, 20 + shift, 3)))
        for name, shift in (("a", 0), ("b", 5))
    ]
    figure = effect_lines(effects, REVENUE, "EUR")
    (ax,) = figure.axes
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() in "os"]
    assert [list(line.get_ydata()) for line in lines] == [[10, 20], [10, 25]]
    assert len({line.get_linestyle() for line in lines}) == 2, "colour is all that tells them apart"
    bands = [one.get_datalim(ax.transData) for one in ax.collections if one.get_alpha()]
    assert [(box.y0, box.y1) for box in bands] == [(8, 23), (8, 28)]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2", "4"]


def test_a_map_of_differences_hatches_what_is_not_settled() -> None:
    cells = [[estimate("b", 10, 2), estimate("b", 1, 5)]]
    figure = effect_map(LEVELS, LEVELS[:1], cells, ("x", "y"), REVENUE, "b less a", "EUR", difference=True)
    (ax,) = figure.axes
    assert "+10.0\n± 2.0" in said(figure) and "+1.0\n± 5.0" in said(figure)
    assert len([one for one in ax.collections if one.get_hatch()]) == 1


def test_charts_draw_on_given_axes() -> None:
    figure = Figure()
    axes = figure.subplots(1, 4)
    money = {"revenue": [estimate("a", 100, 10)]}
    effect = Effect("x", "a", LEVELS, (estimate("a", 10, 2), estimate("a", 20, 3)))
    assert money_by_policy(money, ax=axes[0]) is figure
    assert recycled_wins(*buyers_who_came_back(), ax=axes[1]) is figure
    assert effect_lines([effect], REVENUE, ax=axes[2]) is figure
    assert (
        effect_map(LEVELS, LEVELS[:1], [list(effect.estimates)], ("x", "y"), REVENUE, "a", ax=axes[3])
        is figure
    )
    assert len(figure.axes) == 4
