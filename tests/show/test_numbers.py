"""How numbers are written in tables."""

from __future__ import annotations

import math
import re

import pytest

from sim.cli.tables import aligned
from sim.measure.measures import MEASURES
from sim.show.numbers import writing_for

REVENUE, RATE, RESPONSE = (MEASURES[name] for name in ("revenue_value", "win_rate", "speed_to_lead_p50_days"))


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0, "EUR per run", "0.00"),
        (64.25, "EUR per run", "64.2"),
        (9_876, "EUR per run", "9,876"),
        (105_400, "thousand EUR per run", "105"),
        (12_345_678, "million EUR per run", "12.3"),
        (98_765_432_100, "billion EUR per run", "98.8"),
    ],
)
def test_money(value: float, unit: str, shown: str) -> None:
    writing = writing_for(REVENUE, [value], currency="EUR")
    assert (writing.unit, writing.value(value)) == (unit, shown)


@pytest.mark.parametrize("value", [10.0**power * 1.234 for power in range(-3, 14)])
def test_written_money_read_back_is_the_money(value: float) -> None:
    """The number times its word is the value, to the digits shown."""
    writing = writing_for(REVENUE, [value], currency="EUR")
    words = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
    shown = float(writing.value(value).replace(",", ""))
    assert shown * words.get(writing.unit.split()[0], 1.0) == pytest.approx(value, rel=0.005, abs=5e-4)


@pytest.mark.parametrize(
    ("days", "shown", "unit"), [(0.01, "14.4", "minutes"), (0.5, "12.0", "hours"), (12.34, "12.3", "days")]
)
def test_spans_get_the_unit_that_fits(days: float, shown: str, unit: str) -> None:
    writing = writing_for(RESPONSE, [days])
    assert (writing.value(days), writing.unit) == (shown, unit)


def test_shares_are_percentages() -> None:
    writing = writing_for(RATE, [0.412, 0.38], [-0.041, -0.012])
    assert writing.value(0.412) == "41.2%"
    assert writing.interval(-0.041, -0.012) == "-4.1 to -1.2"


def test_small_differences_of_large_values_stay_visible() -> None:
    writing = writing_for(REVENUE, [1000.0, 1000.4], [0.13, 0.67], "EUR")
    assert writing.interval(0.13, 0.67) == "+0.13 to +0.67"


def test_nothing_is_a_dash_and_zero_has_no_sign() -> None:
    writing = writing_for(RATE, [0.5], [math.nan, 0.1])
    assert writing.value(math.nan) == "-"
    assert writing.interval(math.nan, 0.1) == "-"
    assert writing.signed(-1e-9) == "0.0"


def test_columns_are_aligned_and_long_labels_go_on_below() -> None:
    text = aligned([["a label of many words", "1"], ["b", "1,000"]], "lr", 2, 10)
    assert text == "a label of\n  many\n  words         1\nb           1,000"
    assert not re.search(r" +$", text, re.MULTILINE)
