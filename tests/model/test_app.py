"""The page: figures of a run, and rendering without a browser where Solara is installed."""

import sys

import numpy as np
import pytest

from sim.agents import Buyer
from sim.scenario import InvalidInput, Policy, Scenario
from sim.show.app import choice_of, page, started, totals
from sim.show.live import queue_figure, track_figure


def test_the_track_shows_every_buyer_where_it_is(midway):
    steps = track_figure(midway).axes[0].patches[:4]
    heights = [step.get_data().values - step.get_data().baseline for step in steps]
    found = [buyer.position for buyer in midway.agents_by_type[Buyer]]
    assert len(found) > 10
    assert np.array_equal(sum(heights), np.histogram(found, np.linspace(0, 1, 41))[0])
    stages = [buyer.stage for buyer in midway.agents_by_type[Buyer]]
    assert heights[1].sum() == stages.count("in-air") > 0


def test_the_track_shows_the_zone_of_every_journey(midway):
    words = [text.get_text() for text in track_figure(midway).axes[0].texts]
    assert words == [f"zone of {name}" for name in midway.inputs.market.journeys]
    same = started(midway.inputs, choice_of(midway.inputs, 0)._replace(market="olist"))
    words = [text.get_text() for text in track_figure(same).axes[0].texts]
    assert words == [f"zone of {len(same.inputs.market.journeys)} journeys"]


def test_queues_are_drawn_day_by_day(midway):
    queue, air = queue_figure(midway).axes[0].lines
    days = midway.world.tables["days"][:25]
    assert queue.get_ydata().tolist() == days["queue_length"].tolist()
    assert air.get_ydata().tolist() == days["in_air"].tolist()
    assert queue.get_xdata()[-1] == 25


def test_totals_count_all_days(midway):
    days = midway.world.tables["days"][:25]
    assert totals(midway)["buyers arrived"] == sum(days["arrivals"]) > 0
    assert totals(midway)["batons passed"] == sum(days["passes"]) > 0


class TestChoice:
    """What is chosen on the page is what runs."""

    def test_nothing_changed_is_the_scenario_itself(self, scenario):
        model = started(scenario, choice_of(scenario, 5))
        assert (model.inputs, model.seed) == (scenario, 5)

    def test_everything_changed(self, scenario):
        choice = choice_of(scenario, 0)._replace(market="olist", policy="patient", reps=3, shift=0.1, seed=7)
        model = started(scenario, choice)
        patient = Policy.load("patient").aim.shift
        expected = Scenario.load(
            "olist", "patient", ["team.reps.count=3", f"policy.aim.shift={patient + 0.1}"]
        )
        assert (model.inputs, model.seed) == (expected, 7)

    def test_an_absolute_aim_is_moved_as_a_whole(self, scenario):
        absolute = scenario.with_overrides(["policy.aim={open=0.4, close=0.6}"])
        aim = started(absolute, choice_of(absolute, 0)._replace(shift=-0.1)).inputs.policy.aim
        assert (aim.open, aim.close) == pytest.approx((0.3, 0.5))

    def test_a_policy_of_ones_own_stays_within_reach(self, scenario):
        own = scenario.with_policy(scenario.policy.model_copy(update={"name": "mine"}))
        assert started(own, choice_of(own, 0)._replace(market="olist")).inputs.policy.name == "mine"

    def test_what_does_not_go_together_is_refused(self, scenario):
        own = scenario.with_overrides(["team.media.pigeon.retention=0.2", "policy.medium=pigeon"])
        with pytest.raises(InvalidInput, match="pigeon"):
            started(own, choice_of(own, 0)._replace(market="olist"))


def test_without_solara_the_way_out_is_named(scenario, monkeypatch):
    for name in [one for one in sys.modules if one.startswith(("solara", "sim.show.app_page"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "solara", None)
    with pytest.raises(ModuleNotFoundError, match=r"relay-handoff\[app\]"):
        page(scenario)


@pytest.mark.filterwarnings("default")  # what Solara and its widgets warn of is not ours
def test_page_renders(scenario):
    solara = pytest.importorskip("solara")
    whole = solara.AppLayout(children=[page(scenario)])
    box, context = solara.render(whole, handle_error=False)
    try:
        said = str(context.find())
        for text in ("Market", "Policy", "Sales reps: 3", "Seed", "Start over", "Day 0 of 60"):
            assert text in said
        assert said.count("Image(") == 2, "both figures are drawn"
    finally:
        context.close()
    assert box is not None
