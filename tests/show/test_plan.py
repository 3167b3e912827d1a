"""The figure of the phases: what became of buyers in each, and what it is judged by."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from sim.measure.by_phase import judged
from sim.measure.frames import empty_frame
from sim.show.charts import engagement_plan


def made_up_phases() -> pd.DataFrame:
    blank = {"scenario": "made up", "policy": "planned", "seed": 0, "replication": 0}
    rows = [
        {"journey": "inbound", "phase": "stimulus", "entered": 10, "advanced": 6, "staying": 3, "left": 1,
         "touches": 30, "role": "marketing", "content": "A story", "judged_by": "touches_per_buyer"},
        {"journey": "events", "phase": "stimulus", "entered": 10, "advanced": 10, "touches": 10,
         "role": "marketing", "content": "A party", "judged_by": "advance_rate"},
        {"journey": "inbound", "phase": "evaluation", "entered": 4, "advanced": 1, "left": 3, "passes": 2,
         "touch_value": 50.0, "plan_value": 10.0, "role": "sales", "judged_by": "cost_per_advance_value"},
    ]  # fmt: skip
    frame = pd.DataFrame([{**blank, **row} for row in rows])
    for column in empty_frame("phases").columns:
        if column not in frame:
            frame[column] = 0
    return frame.fillna({name: 0 for name in frame.select_dtypes("number").columns})


def texts(drawn: Figure) -> str:
    (axes,) = drawn.axes
    return "\n".join(text.get_text() for text in axes.texts)


def test_each_phase_is_a_row_with_its_shares_and_its_judge() -> None:
    drawn = engagement_plan(made_up_phases(), currency="EUR")
    said = texts(drawn)
    assert "80%" in said and "15%" in said  # of twenty entries to the first phase
    assert "touches per buyer: 3.0" in said and "advance rate: 100.0%" in said
    assert "cost per advance: 60 EUR" in said and "sales: no content stated" in said
    assert said.count("nobody came here") == 2
    assert "A story (+1)" in said


def test_measures_by_row_sum_before_they_divide() -> None:
    phases = made_up_phases()
    assert judged(phases, "advance_rate") == pytest.approx(17 / 24)
    assert judged(phases, "touches_per_buyer") == pytest.approx(40 / 24)
    assert pd.isna(judged(phases.iloc[:0], "pass_rate"))


def test_without_rows_it_says_so() -> None:
    assert "No buyer was counted" in texts(engagement_plan(empty_frame("phases")))
    assert "No buyer was counted" in texts(engagement_plan(made_up_phases(), "another"))
