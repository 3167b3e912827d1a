"""Quantities as people write them: "4 business hours", "12 %", "3 weeks", "09:00".

Every type here accepts a plain number in the setting's own unit or a text with a unit, refuses the wrong
unit by naming the right ones, and refuses what is not a finite number.
"""

from __future__ import annotations

import datetime
import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from sim.scenario.errors import nearest_name
from sim.scenario.fields import Reader, refuse

__all__ = [
    "ClockTime",
    "Count",
    "Days",
    "DaysOfWeek",
    "Finite",
    "Growth",
    "Hours",
    "Inside",
    "Minutes",
    "Money",
    "Multiple",
    "NonNegative",
    "PerDay",
    "Positive",
    "PositiveCount",
    "PositiveDays",
    "PositiveHours",
    "PositivePerDay",
    "PositiveRate",
    "Rate",
    "Span",
    "SpanText",
]

_WRITTEN = re.compile(r"([+-]?(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)", re.ASCII | re.DOTALL)

_SECONDS, _MINUTES = ("s", "sec", "second", "seconds"), ("min", "minute", "minutes")
_HOURS, _DAYS = ("h", "hour", "hours"), ("d", "day", "days")
_WEEKS, _MONTHS, _YEARS = ("week", "weeks"), ("month", "months"), ("year", "years")
_BUSINESS_HOURS = ("business h", "business hour", "business hours")
_BUSINESS_DAYS = ("business day", "business days")


def _units(*groups: tuple[tuple[str, ...], Fraction | int]) -> dict[str, Fraction]:
    """Units as exact fractions, so that "7 %" is 0.07 and not its neighbour."""
    return {unit: Fraction(factor) for spellings, factor in groups for unit in spellings}


def _converted(amount: float, factor: Fraction) -> float:
    return amount * factor.numerator / factor.denominator


_WALL_DAYS = _units(
    (_SECONDS, Fraction(1, 86400)),
    (_MINUTES, Fraction(1, 1440)),
    (_HOURS, Fraction(1, 24)),
    (_DAYS, 1),
    (_WEEKS, 7),
    (_MONTHS, Fraction(36525, 1200)),
    (_YEARS, Fraction(36525, 100)),
)
_WALL_NAMES = "s, min, h, days, weeks, months, years"
_PER_DAY = {
    f"{sign}{unit}": 1 / days
    for sign in ("per ", "/ ", "/")
    for unit, days in _WALL_DAYS.items()
    if unit in (*_HOURS, *_DAYS, *_WEEKS, *_MONTHS, *_YEARS)
}


def _finite(value: Any, allowed: str) -> float:
    """A real number as a float; yes-or-no, NaN, infinities and overflow are refused."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        refuse("should be a number", allowed=allowed)
    try:
        number = float(value)
    except OverflowError:
        refuse("is too large", allowed=allowed)
    if not math.isfinite(number):
        refuse("should be a finite number", allowed=allowed)
    return number


def _amount_and_unit(text: str, allowed: str) -> tuple[float, str]:
    """Split "4 business hours" into the number and its unit, lower-case and single-spaced."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        refuse("does not start with a number", allowed=allowed)
    return _finite(float(match[1].replace("_", "")), allowed), " ".join(match[2].lower().split())


@dataclass(frozen=True)
class _Range:
    """Bounds of a number, with the words that say them."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        if math.isinf(self.low) and math.isinf(self.high):
            return "a number"
        above = "above" if self.open_low else "at least"
        below = "below" if self.open_high else "at most"
        if math.isinf(self.high):
            return f"{above} {self.low:g}"
        if self.open_low or self.open_high:
            return f"{above} {self.low:g} and {below} {self.high:g}"
        return f"from {self.low:g} to {self.high:g}"

    def holds(self, number: float) -> bool:
        """Whether a number lies within."""
        over = number > self.low if self.open_low else number >= self.low
        under = number < self.high if self.open_high else number <= self.high
        return over and under

    def keywords(self) -> dict[str, float]:
        """The bounds in JSON Schema's words."""
        low = {} if math.isinf(self.low) else {"exclusiveMinimum" if self.open_low else "minimum": self.low}
        high = (
            {} if math.isinf(self.high) else {"exclusiveMaximum" if self.open_high else "maximum": self.high}
        )
        return {**low, **high}


def _quantity(
    bounds: _Range, what: str, units: Mapping[str, Fraction], names: str, example: str = ""
) -> Reader:
    """Reader for a number within bounds that may be written with one of several units."""
    allowed = f"{what}, {bounds}" + (f'; or text with a unit such as "{example}" ({names})' if units else "")

    def read(value: Any) -> float:
        if isinstance(value, Span):
            value = value.days if not value.business and units is _WALL_DAYS else str(value)
        if isinstance(value, str):
            amount, unit = _amount_and_unit(value, allowed)
            if unit and unit not in units:
                refuse(
                    f"has a unit that does not fit here: {unit!r}",
                    allowed=allowed,
                    nearest=nearest_name(unit, [one for one in names.split(", ") if one in units]),
                )
            number = _finite(_converted(amount, units[unit]) if unit else amount, allowed)
        else:
            number = _finite(value, allowed)
        if not bounds.holds(number):
            refuse("is out of range", allowed=allowed)
        return number + 0.0  # never minus zero

    numeric = {"type": "number", **bounds.keywords()}
    text = {"type": "string", "pattern": r"^\s*[+-]?[0-9.]"}
    return Reader(read, {"anyOf": [numeric, text]} if units else numeric)


def _percent(bounds: _Range, what: str) -> Reader:
    return _quantity(bounds, what, _units((("%", "percent"), Fraction(1, 100))), "%", "12 %")


def _whole(least: int, most: int = 2**53) -> Reader:
    allowed = (
        f"a whole number, at least {least}" if most == 2**53 else f"a whole number from {least} to {most}"
    )

    def read(value: Any) -> int:
        number = _finite(value, allowed)
        if number != int(number):
            refuse("should be a whole number", allowed=allowed)
        if not least <= number <= most:
            refuse("is out of range", allowed=allowed)
        return int(number)

    return Reader(read, {"type": "integer", "minimum": least, "maximum": most})


@dataclass(frozen=True)
class Span:
    """A stretch of wall time, or of working time that only passes while the calendar is open.

    Attributes:
        days: Wall days; for working time, days of work in which one business hour is 1/24; for whole
            business days their number.
        business: Whether this is working time.
        working_days: Whether `days` counts the calendar's own working days, however long these are.
    """

    days: float
    business: bool = False
    working_days: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no span of time."""
        if not (math.isfinite(self.days) and self.days >= 0):
            raise ValueError(f"a span is a finite number of days, at least 0, not {self.days!r}")
        if self.working_days and not self.business:
            raise ValueError("a span in working days is working time: set business")

    def encoded(self, hours_per_business_day: float = 8.0) -> float:
        """The span as one number for the engine's calendar.

        Args:
            hours_per_business_day: Opening hours of one working day, for spans in business days.

        Returns:
            Wall days, at least 0; or working time as a negative number of days of work (1 h = 1/24).
        """
        if not self.business or self.days == 0:
            return self.days
        return -self.days * (hours_per_business_day / 24 if self.working_days else 1.0)

    def __str__(self) -> str:
        """The span as a scenario file writes it."""
        if not self.business:
            return f"{self.days!r} days"
        if self.working_days:
            return f"{self.days!r} business days"
        return f"{_exact_hours(self.days)!r} business hours"


def _exact_hours(days: float) -> float:
    """Hours that give exactly these days back when divided by 24, so that a file can be read again."""
    hours = days * 24
    for candidate in (hours, math.nextafter(hours, math.inf), math.nextafter(hours, 0.0)):
        if candidate / 24 == days:
            return candidate
    return hours


_SPAN_ALLOWED = (
    'days, at least 0; or text with a unit such as "4 business hours" '
    f"({_WALL_NAMES}, business hours, business days)"
)


def _read_span(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    unit = ""
    if isinstance(value, str):
        value, unit = _amount_and_unit(value, _SPAN_ALLOWED)
    amount = _finite(value, _SPAN_ALLOWED)
    if amount < 0:
        refuse("is a negative time", allowed=_SPAN_ALLOWED)
    if unit in _BUSINESS_HOURS:
        return Span(amount / 24, business=True)
    if unit in _BUSINESS_DAYS:
        return Span(amount, business=True, working_days=True)
    if unit and unit not in _WALL_DAYS:
        refuse(
            f"has a unit that does not fit here: {unit!r}",
            allowed=_SPAN_ALLOWED,
            nearest=nearest_name(unit, [*_WALL_DAYS, *_BUSINESS_HOURS, *_BUSINESS_DAYS]),
        )
    return Span(_finite(_converted(amount, _WALL_DAYS.get(unit, Fraction(1))), _SPAN_ALLOWED))


def _read_clock_time(value: Any) -> float:
    allowed = 'a time of day from "00:00" to "24:00", hours and minutes'
    if isinstance(value, datetime.time):
        value = value.strftime("%H:%M")
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        refuse("is not a time of day", allowed=allowed)
    minutes = int(match[1]) * 60 + int(match[2])
    if int(match[2]) > 59 or minutes > 1440:
        refuse("is not a time of day", allowed=allowed)
    return minutes / 1440


def _write_clock_time(value: float) -> str:
    hours, minutes = divmod(round(value * 1440), 60)
    return f"{hours:02d}:{minutes:02d}"


def _number(bounds: _Range, what: str) -> Reader:
    return _quantity(bounds, what, {}, "")


def _write_span(span: Span) -> float | str:
    return str(span) if span.business else span.days


_NOT_NEGATIVE, _ABOVE_ZERO = _Range(low=0), _Range(low=0, open_low=True)

Rate = Annotated[float, _percent(_Range(0, 1), "a probability or share")]
"""Probability or share from 0 to 1; "12 %" is 0.12. Positions on the track are shares of it."""

Inside = Annotated[float, _percent(_Range(0, 1, True, True), "a share strictly inside")]
"""Share strictly between 0 and 1, as the median of a logit-normal law must be."""

Finite = Annotated[float, _number(_Range(), "a finite number")]
"""Any finite number."""

PositiveRate = Annotated[float, _percent(_Range(0, 1, open_low=True), "a share")]
"""Share above 0 and at most 1."""

Growth = Annotated[float, _percent(_Range(low=-1, open_low=True), "a growth")]
"""Relative change above -1: -0.2 is a fifth less."""

Multiple = Annotated[float, _number(_Range(low=1), "a multiple")]
"""Factor of 1 or more."""

NonNegative = Annotated[float, _percent(_NOT_NEGATIVE, "a number")]
"""A number from 0 up."""

Positive = Annotated[float, _percent(_ABOVE_ZERO, "a number")]
"""A number above 0."""

_MONEY = _units((("k", "thousand"), 1000), (("m", "million"), 1_000_000))
_WORK_HOURS = _units((_SECONDS, Fraction(1, 3600)), (_MINUTES, Fraction(1, 60)), (_HOURS, 1))
_WALL_MINUTES = _units((_SECONDS, Fraction(1, 60)), (_MINUTES, 1), (_HOURS, 60), (_DAYS, 1440))


def _wall_days(bounds: _Range) -> Reader:
    return _quantity(bounds, "days", _WALL_DAYS, _WALL_NAMES, "3 weeks")


def _per_day(bounds: _Range) -> Reader:
    names = "per hour, per day, per week, per month, per year"
    return _quantity(bounds, "a number per day", _PER_DAY, names, "20 per week")


Money = Annotated[
    float,
    _quantity(
        _NOT_NEGATIVE,
        "an amount in the market's currency",
        _MONEY,
        "k, million; the currency is set once, in market.currency",
        "12 k",
    ),
]
"""Amount of money from 0 up, in the market's currency."""

Days = Annotated[float, _wall_days(_NOT_NEGATIVE)]
"""Wall time in days, from 0 up."""

PositiveDays = Annotated[float, _wall_days(_ABOVE_ZERO)]
"""Wall time in days, above 0."""

Hours = Annotated[float, _quantity(_NOT_NEGATIVE, "hours", _WORK_HOURS, "s, min, h", "30 min")]
"""Hours of work, from 0 up."""

PositiveHours = Annotated[float, _quantity(_ABOVE_ZERO, "hours", _WORK_HOURS, "s, min, h", "30 min")]
"""Hours of work, above 0."""

Minutes = Annotated[float, _quantity(_ABOVE_ZERO, "minutes", _WALL_MINUTES, "s, min, h, days", "6 h")]
"""Minutes, above 0."""

PerDay = Annotated[float, _per_day(_NOT_NEGATIVE)]
"""Intensity per day, from 0 up."""

PositivePerDay = Annotated[float, _per_day(_ABOVE_ZERO)]
"""Intensity per day, above 0."""

Count = Annotated[int, _whole(0)]
"""Whole number from 0 up."""

PositiveCount = Annotated[int, _whole(1)]
"""Whole number from 1 up."""

DaysOfWeek = Annotated[int, _whole(1, 7)]
"""Number of days of a week, 1 to 7."""

_SPAN_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\s*[+]?[0-9.]"}]}
_CLOCK_SCHEMA = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"}

SpanText = Annotated[Span, Reader(_read_span, _SPAN_SCHEMA, _write_span)]
"""A `Span`: a number is wall days, text may say working time."""

ClockTime = Annotated[float, Reader(_read_clock_time, _CLOCK_SCHEMA, _write_clock_time)]
"""Time of day as a fraction of the day; files write "09:00"."""
