"""Settings, ranges and boxes in words."""

from __future__ import annotations

import pytest

from sim.experiment.robustness.boxes import Box
from sim.experiment.robustness.uncertain import USUAL, design_at, uncertain_of, usual_uncertainties
from sim.experiment.robustness.wording import condition, wording_of
from sim.scenario import InvalidInput, Scenario
from sim.scenario.schema import explanation


@pytest.fixture(scope="module")
def olist() -> Scenario:
    return Scenario.load("olist")


class TestWording:
    @pytest.mark.parametrize(
        ("path", "below", "above", "between"),
        [
            ("team.reps", "fewer than 6 reps", "6 or more reps", "between 6 and 8 reps"),
            ("team.reps.count", "fewer than 6 reps", "6 or more reps", "between 6 and 8 reps"),
            (
                "market.demand.arrivals_per_day",
                "fewer than 42 leads a week",
                "more than 42 leads a week",
                "between 42 and 63 leads a week",
            ),
            (
                "market.cooling.grace_days",
                "the neglect that costs nothing is below 6 days",
                "the neglect that costs nothing is above 6 days",
                "the neglect that costs nothing is between 6 days and 9 days",
            ),
            (
                "market.journeys.paid.momentum_days",
                "the time constant with which momentum fades on journey paid is below 6 days",
                "the time constant with which momentum fades on journey paid is above 6 days",
                "the time constant with which momentum fades on journey paid is between 6 days and 9 days",
            ),
        ],
    )
    def test_bounds(self, path: str, below: str, above: str, between: str) -> None:
        words = wording_of(path)
        assert (words.below(6), words.above(6), words.between(6, 9)) == (below, above, between)

    def test_shares_are_percent(self) -> None:
        words = wording_of("market.attention.hot_rate")
        assert words.below(0.125) == "the share of buyers who are hot after a high-intent act is below 12.5%"

    def test_what_is_no_setting_is_called_by_its_path(self) -> None:
        assert wording_of("x").below(2) == "the x is below 2"

    def test_boxes(self) -> None:
        words = [wording_of("team.reps"), wording_of("market.demand.arrivals_per_day")]
        box = Box.everything(2).bounded(0, high=6).bounded(1, low=300 / 7)
        assert condition(box, words) == "fewer than 6 reps and more than 300 leads a week"
        assert condition(Box.everything(2), words) == ""


class TestUncertain:
    def test_usual_settings_exist_and_say_why(self, olist: Scenario) -> None:
        for path, why in USUAL:
            assert explanation(tuple(path.split(".")), None), path
            assert why

    def test_usual_ranges(self, olist: Scenario) -> None:
        found = {one.path: one.range for one in usual_uncertainties(olist, most=99)}
        assert found["team.reps.count"] == (24, 96)
        assert found["market.choice.late_value"] == (-2, -0.5)
        assert found["team.reps.trust_rate"] == (0.25, 1)
        assert "market.clock.ready_now_rate" not in found  # each journey has its own

    def test_units_words_and_whole_numbers(self, olist: Scenario) -> None:
        found = uncertain_of(
            olist, ["team.reps=4:12", "policy.response_target=1 h:9 h", "policy.medium=verbal,notes,crm"]
        )
        assert [one.said_range for one in found] == ["4 to 12", "1 to 9 h", "verbal or notes or crm"]
        assert [one.range for one in found] == [(4, 12), (1, 9), (0, 2)]
        import numpy as np

        design, numbers = design_at(found, np.array([[0.0, 0.0, 0.0], [0.999, 0.5, 0.999]]))
        assert design.settings(1) == ("team.reps=12", 'policy.response_target="5.0 h"', 'policy.medium="crm"')
        assert numbers.tolist() == [[4, 1, 0], [12, 5, 2]]
        assert found[2].words.below(2) == "policy.medium is verbal or notes"
        assert found[2].words.above(2) == "policy.medium is crm"

    def test_what_never_varies_is_refused(self, olist: Scenario) -> None:
        with pytest.raises(InvalidInput, match="one value only"):
            uncertain_of(olist, {"team.reps": [4]})
