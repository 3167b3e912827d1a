"""Charts of sensitivity and robustness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import qmc

from sim.experiment.robustness.crossed import Crossed
from sim.experiment.robustness.regret import Good
from sim.experiment.robustness.robust import Robustness, judged
from sim.experiment.robustness.sensitivity import Method, Sensitivity, analysed, points_of
from sim.experiment.robustness.uncertain import design_at, uncertain_of
from sim.measure.measures import measure_named
from sim.scenario import Scenario
from sim.show.charts import flip_map, regret_by_policy, save, what_matters

RANGES = {
    "team.reps": (2, 20),
    "market.demand.arrivals_per_day": (10, 90),
    "market.attention.answer_rate": (0.2, 0.8),
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load("considered")


@pytest.fixture(scope="module")
def doubted(scenario: Scenario) -> Robustness:
    """Speed to lead is better with few reps and many leads, by far more than luck."""
    uncertain = uncertain_of(scenario, RANGES)
    _, points = design_at(uncertain, qmc.LatinHypercube(3, seed=1).random(120))
    gain = np.where((points[:, 0] < 6) & (points[:, 1] > 43), 8e4, -1.2e5)
    luck = np.random.Generator(np.random.PCG64(1)).standard_normal((2, 120, 5))
    runs = np.stack([np.full((120, 5), 2e6), 2e6 + np.repeat(gain[:, None], 5, axis=1)]) + 5e3 * luck
    table = Crossed(tuple(RANGES), points, ("patient", "speed-to-lead"), runs.mean(axis=2), runs)
    half = np.arange(120) < 60
    standings, rules = judged(table, half, uncertain, "higher", Good(), 3)
    measure = measure_named("revenue_value")
    return Robustness(
        scenario, measure, "higher", Good(), tuple(uncertain), table, half, 0, tuple(standings), tuple(rules)
    )


def weighed(scenario: Scenario, method: Method) -> Sensitivity:
    uncertain = uncertain_of(scenario, RANGES)
    _, points = design_at(uncertain, points_of(method, 3, 8, 0))
    luck = np.random.Generator(np.random.PCG64(1)).standard_normal((2, len(points), 6))
    runs = 2e6 + 2e4 * points[None, :, :1] + 5e3 * luck
    table = Crossed(tuple(RANGES), points, ("patient", "speed-to-lead"), runs.mean(axis=2), runs)
    widths = [high - low for low, high in (one.range for one in uncertain)]
    tables, _ = analysed(table, method, widths)
    measure = measure_named("revenue_value")
    return Sensitivity(scenario, method, measure, tuple(uncertain), table.policies, 6, 8, 0, tuple(tables))


def texts(ax: object) -> str:
    return " ".join(one.get_text() for one in ax.texts)  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_bars_have_intervals_and_the_floor(scenario: Scenario, method: Method, tmp_path: Path) -> None:
    found = weighed(scenario, method)
    ax = what_matters(found).axes[0]
    assert "reps" in texts(ax)
    assert "not distinguishable" in texts(ax)
    assert len(ax.patches) == len(found.table().rows) == 4
    lines = [line for line in ax.lines if line.get_linewidth() == 2.6]
    assert [line.get_xdata()[0] for line in lines] == pytest.approx(
        [row.floor if method == "morris" else row.total_floor for row in found.table().rows]
    )
    saved = [save(what_matters(found), tmp_path / f"{nth}.svg").read_bytes() for nth in range(2)]
    assert saved[0] == saved[1]


def test_bars_of_a_difference(scenario: Scenario) -> None:
    ax = what_matters(weighed(scenario, "morris"), "speed-to-lead", "patient").axes[0]
    assert "advantage of speed-to-lead over patient" in texts(ax)
    with pytest.raises(ValueError, match="no table"):
        what_matters(weighed(scenario, "morris"), "nobody")


def test_regret_shows_every_world(doubted: Robustness) -> None:
    ax = regret_by_policy(doubted).axes[0]
    shown = [line for line in ax.lines if line.get_marker() == "."]
    assert [len(line.get_xdata()) for line in shown] == [120, 120]
    assert "patient" in texts(ax)


def test_map_draws_the_rule(doubted: Robustness) -> None:
    assert [one.reliable for one in doubted.rules] == [True]
    ax = flip_map(doubted).axes[0]
    assert "If fewer than 6 reps and more than 300 leads a week, patient loses to speed-to-lead." in texts(ax)
    (box,) = ax.patches
    assert box.get_x() + box.get_width() == pytest.approx(5.5)  # between 5 and 6 reps
    assert box.get_y() == pytest.approx(300)
    assert {ax.get_xlabel(), ax.get_ylabel()} == {"reps", "leads a week"}


def test_charts_draw_on_given_axes(doubted: Robustness, scenario: Scenario) -> None:
    figure = Figure()
    axes = figure.subplots(3)
    found = weighed(scenario, "morris")
    assert {
        what_matters(found, ax=axes[0]),
        regret_by_policy(doubted, axes[1]),
        flip_map(doubted, axes[2]),
    } == {figure}
    assert all(texts(ax) for ax in axes)
