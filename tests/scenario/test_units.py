"""Quantities as people write them."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.scenario import units
from sim.scenario.units import Span


def read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (units.Days, "30 min", 30 / 1440),
        (units.Days, "6 h", 0.25),
        (units.Days, "3 weeks", 21.0),
        (units.Days, "2 months", 2 * 365.25 / 12),
        (units.Days, "1 year", 365.25),
        (units.Days, "1_000 days", 1000.0),
        (units.Days, " 1.5  DAYS ", 1.5),
        (units.Days, "7", 7.0),
        (units.Days, 7, 7.0),
        (units.Hours, "30 min", 0.5),
        (units.Minutes, "6 h", 360.0),
        (units.Rate, "12 %", 0.12),
        (units.Rate, "7%", 0.07),
        (units.Rate, 1, 1.0),
        (units.Money, "12 k", 12_000.0),
        (units.Money, "1.5 million", 1_500_000.0),
        (units.PerDay, "21 per week", 3.0),
        (units.PerDay, "2 / hour", 48.0),
        (units.Count, 3.0, 3),
        (units.ClockTime, "09:00", 9 / 24),
        (units.ClockTime, "24:00", 1.0),
        (units.ClockTime, datetime.time(17, 30), 17.5 / 24),
    ],
)
def test_text_with_a_unit_is_the_number_it_says(kind: Any, text: Any, value: float) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("4 business hours", -4 / 24),
        ("2 business days", -2 * 8 / 24),
        ("1 business day", -8 / 24),
        ("2 days", 2.0),
        (2, 2.0),
        ("30 min", 30 / 1440),
        ("0 business hours", 0.0),
    ],
)
def test_working_time_is_encoded_as_negative_days_of_work(text: Any, encoded: float) -> None:
    assert read(units.SpanText, text).encoded(8.0) == encoded


def test_a_business_day_follows_the_calendar_and_a_business_hour_does_not() -> None:
    assert read(units.SpanText, "1 business day").encoded(12.0) == -0.5
    assert read(units.SpanText, "1 business hour").encoded(12.0) == -1 / 24


@given(hours=st.floats(0, 1e6), kind=st.sampled_from(["business hours", "business days", "days", "h"]))
def test_a_span_reads_back_as_it_was_written(hours: float, kind: str) -> None:
    adapter: TypeAdapter[Span] = TypeAdapter(units.SpanText)
    span = adapter.validate_python(f"{hours!r} {kind}")
    assert adapter.validate_python(adapter.dump_python(span, mode="json")) == span


@pytest.mark.parametrize(
    ("kind", "text", "allowed"),
    [
        (units.Days, "4 business hours", "weeks"),
        (units.Days, "3 parsecs", "weeks"),
        (units.SpanText, "3 parsecs", "business hours"),
        (units.Rate, "12 days", "%"),
        (units.Money, "12 EUR", "market.currency"),
        (units.Hours, "2 weeks", "min, h"),
        (units.PerDay, "3 days", "per week"),
    ],
)
def test_a_wrong_unit_names_the_right_ones(kind: Any, text: str, allowed: str) -> None:
    with pytest.raises(ValidationError, match="unit that does not fit") as refused:
        read(kind, text)
    assert allowed in str(refused.value)


KINDS = [
    units.Days,
    units.PositiveDays,
    units.SpanText,
    units.Rate,
    units.PositiveRate,
    units.Inside,
    units.Finite,
    units.Growth,
    units.Multiple,
    units.NonNegative,
    units.Positive,
    units.Money,
    units.Hours,
    units.PositiveHours,
    units.Minutes,
    units.PerDay,
    units.PositivePerDay,
    units.Count,
    units.PositiveCount,
    units.DaysOfWeek,
    units.ClockTime,
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        "nan",
        "inf days",
        "1e999",
        10**400,
        True,
        "",
        "soon",
        None,
        [1],
        {"a": 1},
    ],
)
def test_what_is_no_finite_quantity_is_refused_by_every_type(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (units.Days, -1),
        (units.Days, "-1 days"),
        (units.SpanText, -1),
        (units.PositiveDays, 0),
        (units.Rate, 1.01),
        (units.Rate, "101 %"),
        (units.Rate, -0.1),
        (units.PositiveRate, 0),
        (units.Inside, 0),
        (units.Inside, 1),
        (units.Growth, -1),
        (units.Multiple, 0.9),
        (units.NonNegative, -1),
        (units.Positive, 0),
        (units.Money, -5),
        (units.Hours, -1),
        (units.PositiveHours, 0),
        (units.Minutes, 0),
        (units.PerDay, -1),
        (units.PositivePerDay, 0),
        (units.Count, -1),
        (units.Count, 1.5),
        (units.PositiveCount, 0),
        (units.DaysOfWeek, 8),
        (units.ClockTime, "25:00"),
        (units.ClockTime, "24:01"),
        (units.ClockTime, "09:60"),
        (units.ClockTime, 9),
        (units.ClockTime, "nine"),
    ],
)
def test_values_out_of_range_are_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_span_built_in_python_is_checked_too(value: float) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(value)
