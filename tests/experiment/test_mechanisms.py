"""The table of what each mechanism does, and the response to how fully one is done."""

from __future__ import annotations

import pytest

from sim.experiment import mechanism_effects, mechanism_response
from sim.experiment.mechanisms import with_mechanisms
from sim.scenario import Policy, Scenario

SHORT = ["horizon.warmup_days=14", "horizon.counted_days=30.4375", "horizon.follow_up_days=60"]


@pytest.fixture(scope="module")
def market() -> Scenario:
    return Scenario.load("considered", overrides=SHORT)


def test_one_row_for_each_mechanism_and_measure(market: Scenario) -> None:
    names = ("committee", "shared_record")
    table = mechanism_effects(market, seeds=3, mechanisms=names, measures=("profit_value", "mechanism_value"))
    assert set(table["mechanism"]) == {"committee", "shared-record"} and len(table) == 4
    costs = table[table["measure"] == "mechanism_value"].set_index("mechanism")["value"]
    assert costs["committee"] == pytest.approx(1000) and costs["shared-record"] == pytest.approx(3000)
    assert (table.loc[table["measure"] == "mechanism_value", "base"] == 0).all()
    profit = table[table["measure"] == "profit_value"]
    assert list(profit["value"]) == sorted(profit["value"], reverse=True)


def test_the_base_keeps_what_it_has() -> None:
    policy = with_mechanisms("recycle", {"shared-record": 0.5})
    assert policy.organisation.mechanisms.shared_record.intensity == 0.5
    again = with_mechanisms(policy, {"committee": 1})
    assert again.organisation.mechanisms.shared_record.intensity == 0.5
    assert with_mechanisms("recycle", {}) == Policy.load("recycle")
    with pytest.raises(ValueError, match="no mechanism is called 'meetings'"):
        with_mechanisms("recycle", {"meetings": 1})


def test_the_response_has_a_row_for_each_intensity(market: Scenario) -> None:
    table = mechanism_response(
        market, "co-location", intensities=(0, 0.5, 1), seeds=2, measures=("mechanism_value",)
    )
    assert list(table["intensity"]) == [0.5, 1.0]
    assert list(table["value"]) == pytest.approx([750, 1500])
    with pytest.raises(ValueError, match="named twice"):
        mechanism_response(market, "co-location", intensities=(0, 0.5, 0.5), seeds=2)
