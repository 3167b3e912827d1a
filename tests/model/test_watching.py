"""Runs that are watched side by side, and the pictures of them."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from sim.agents import Buyer
from sim.measure.results import Results
from sim.model import Relay
from sim.scenario import Scenario
from sim.show.live import (
    HOLDERS,
    Line,
    holders,
    key,
    line_picture,
    nice_top,
    passes,
    passes_picture,
    track_picture,
)
from sim.show.watching import Watch, Watched

DAYS = 25


@pytest.fixture(scope="module")
def watch(scenario):
    other = scenario.with_policy("patient")
    both = Watch([scenario, other], ["busy", "patient"], 3, warmed_up=True)
    both.step(DAYS)
    return both


def svg(text):
    return ElementTree.fromstring(text)


def bars(picture, colour):
    """Heights of the columns of one colour, by their place in per cent."""
    found = [one for one in svg(picture).iter() if one.tag.endswith("rect") and one.get("fill") == colour]
    return {
        float(one.get("x").rstrip("%")): float(one.get("height"))
        for one in found
        if not one.get("fill-opacity")
    }


class TestWatch:
    """What is watched is the run that `simulate` makes."""

    def test_watching_changes_nothing(self, scenario):
        watched, alone = Watched(scenario, 3, warmed_up=True), Relay(scenario, 3)
        alone.run()
        while watched.model.running:
            watched.step()
        assert isinstance(alone.results(), Results)
        assert watched.model.results().measures.equals(alone.results().measures)

    def test_it_begins_when_the_warm_up_is_over(self, scenario, watch):
        warmup = scenario.horizon.warmup_days
        assert [run.began for run in watch.runs] == [warmup, warmup]
        assert watch.day == warmup + DAYS
        assert Watched(scenario, 3, warmed_up=False).began == 0

    def test_both_have_the_same_buyers_on_the_same_day(self, watch):
        first, second = (run.day_by_day("arrivals") for run in watch.runs)
        assert len(first) == DAYS and first.sum() > 0
        assert np.array_equal(first, second)

    def test_totals_are_those_of_the_days_watched(self, watch):
        for run in watch.runs:
            days = run.model.world.tables["days"][run.began : run.model.day]
            said = {one.label: one.amount for one in run.totals()}
            assert said["batons passed"] == sum(days["passes"]) > 0
            assert said["deals won"] == sum(days["wins"])
            assert said["revenue"] == pytest.approx(sum(days["revenue"]))
            assert said["tasks waiting for a rep now"] == days["queue_length"][-1]

    def test_every_pass_has_its_place_on_the_zone(self, watch):
        for run in watch.runs:
            assert len(run.places) == run.day_by_day("passes").sum() > 0
        # From the second day on the ledger has the passes of buyers who arrived since; they are among them.
        run = watch.runs[0]
        ledger = run.model.world.tables["exchanges"][: int(run.model.world.s.exchanges)]
        passed = ledger[ledger["pass_day"] >= 0]
        zones = np.array([one.zone for one in run.model.inputs.market.journeys.values()])[passed["journey"]]
        expected = (passed["position"] - zones[:, 0]) / (zones[:, 1] - zones[:, 0])
        assert len(expected) > 0
        assert all(np.isclose(run.places, one).any() for one in expected)

    def test_it_ends(self, scenario):
        watch = Watch([scenario], ["busy"], 0, warmed_up=False)
        watch.step(10**6)
        assert watch.ended and not watch.runs[0].model.running
        watch.step(1)  # nothing happens

    def test_a_ceiling_is_told_not_raised(self, scenario):
        crowded = scenario.with_overrides(["market.demand.growth_per_year=9", "market.demand.ceiling=1.01"])
        watch = Watch([crowded], ["busy"], 0, warmed_up=False)
        watch.step(10**6)
        assert watch.ended and "market.demand.ceiling" in watch.trouble


class TestPictures:
    """Pictures show the numbers of the run."""

    def test_the_track_has_every_buyer_where_it_is(self, watch):
        model = watch.runs[0].model
        counts = holders(model)
        found = [buyer.position for buyer in model.agents_by_type[Buyer]]
        assert len(found) > 10
        assert np.array_equal(counts.sum(axis=0), np.histogram(found, np.linspace(0, 1, 41))[0])
        stages = [buyer.stage for buyer in model.agents_by_type[Buyer]]
        assert counts[1].sum() == stages.count("in-air") > 0
        picture = track_picture(model.inputs, counts, 100)
        for (_, _, colour), row in zip(HOLDERS, counts, strict=True):
            heights = bars(picture, colour)
            assert len(heights) == np.count_nonzero(row)
            for column in np.flatnonzero(row):
                assert heights[2.5 * column] == pytest.approx(1.2 * row[column], abs=0.1)

    def test_the_track_shows_the_zone_of_every_journey(self, scenario):
        nobody = np.zeros((len(HOLDERS), 40), dtype=np.int64)
        picture = track_picture(scenario, nobody, 4)
        assert re.findall(r"zone of ([\w-]+)", picture) == list(scenario.market.journeys)
        same = Scenario.load("olist")
        assert f"zone of {len(same.market.journeys)} journeys" in track_picture(same, nobody, 4)

    def test_passes_stand_before_in_or_past_the_zone(self):
        counts = passes([-5.0, -0.01, 0.0, 0.5, 1.0, 1.01, 9.0])
        assert counts.sum(axis=1).tolist() == [2, 3, 2]
        assert counts[1, 12:24].sum() == 3, "all three in the columns of the zone"
        assert counts[0, 0] == counts[2, -1] == 1, "those far off stand at the ends"
        assert "7 batons passed: 2 too early, 3 inside the zone, 2 too late" in passes_picture(counts, 4)

    def test_lines_go_up_and_down_with_the_numbers(self):
        picture = svg(line_picture([Line("a", [0, 3, -2], "#123456")], 10, -2, 4, 30))
        line = next(one for one in picture.iter() if one.tag.endswith("polyline"))
        heights = [float(point.split(",")[1]) for point in line.get("points").split()]
        zero = heights[0]
        assert heights[2] == pytest.approx(zero - 3 * 20) and heights[4] == pytest.approx(zero + 2 * 20)
        assert [one.text for one in picture.iter() if one.text and one.text.startswith("day")] == [
            "day 10", "day 25", "day 40",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("highest", "top"), [(0, 4), (4, 4), (5, 5), (7, 8), (9, 10), (101, 200), (4001, 5000)]
    )
    def test_tops_of_axes_are_good_to_read(self, highest, top):
        assert nice_top(highest) == top

    def test_names_from_files_are_escaped(self):
        assert "<b>" not in key([("<b>", "red")])
        assert "<b>" not in line_picture([Line("<b>", [1], "red")], 0, 0, 4, 30)
