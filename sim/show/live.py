"""Pictures of a run that goes on, as SVG: the track as it is now, passes so far, and lines day by day.

They are drawn anew many times a second, fit any width and keep their letters readable on a phone, which is why they
are not charts: horizontal places are percentages, and only heights are fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from math import ceil, log10
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.show.drawing import BLUE, FAINT, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION
from sim.vocabulary import Phase, word

if TYPE_CHECKING:
    from sim.model import Relay
    from sim.scenario import Scenario

__all__ = [
    "HOLDERS",
    "PLACES",
    "Line",
    "holders",
    "key",
    "line_picture",
    "nice_top",
    "passes",
    "passes_picture",
    "track_picture",
]

HOLDERS = (
    ("with marketing", ("nurture", "resting"), BLUE),
    ("in the air", ("in-air",), ORANGE),
    ("with sales", ("opportunity", "forecast", "closing"), GREEN),
    ("dropped", ("dropped",), GREY),
    ("customers", ("customer",), PURPLE),
)
"""Who holds a buyer: the words, the stages, the colour."""

PLACES = (("too early", SKY), ("inside the zone", GREEN), ("too late", VERMILLION))
"""Where a baton was passed: the words and the colour."""

_BINS = 40
_HIGH = 120  # points of height for the bars of the track
_FAR = 1.0  # lengths of the zone shown before and behind it
_PER_ZONE = 12  # columns in the length of a zone
_MOST_NAMED = 2  # journeys of one zone
_ROW = 15  # points of height for one zone under the track
_RIGHT_OF = 0.3  # zones that open before this have their names behind them

Counts = npt.NDArray[np.int64]


def holders(model: Relay) -> Counts:
    """Buyers by who holds them and by where on the track they are; shape (holders, bins)."""
    from sim.agents import Buyer

    found = model.agents_by_type[Buyer].get(["position", "stage"])
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    return np.array(
        [
            np.histogram(np.clip([x for x, stage in found if stage in stages], 0.0, 1.0), edges)[0]
            for _, stages, _ in HOLDERS
        ],
        dtype=np.int64,
    )


def passes(places: Sequence[float]) -> Counts:
    """Passes by where on the zone they took place (see `Watched.places`); shape (places, bins).

    Those further off than the length of a zone stand at the ends.
    """
    edges = np.linspace(-_FAR, 1 + _FAR, round((1 + 2 * _FAR) * _PER_ZONE) + 1)
    at = np.clip(np.array(places, dtype=np.float64), -_FAR, 1 + _FAR)
    those = (at < 0, (at >= 0) & (at <= 1), at > 1)
    found = np.array([np.histogram(at[one], edges)[0] for one in those], dtype=np.int64)
    # A histogram counts what falls on the zone's very end to the column behind it.
    last = round((1 + _FAR) * _PER_ZONE)
    found[1, last - 1] += found[1, last]
    found[1, last] = 0
    return found


def nice_top(highest: float) -> int:
    """The next number that is good to read at the top of an axis."""
    if highest <= 4:
        return 4
    unit = 10 ** int(log10(highest))
    return int(next(step * unit for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * unit >= highest))


def track_picture(scenario: Scenario, counts: Counts, top: int) -> str:
    """The track with every buyer on it, above the zone of each journey.

    Args:
        scenario: The scenario.
        counts: What `holders` gave.
        top: Buyers at the top of the axis.

    Returns:
        SVG.
    """
    zones: dict[tuple[float, ...], list[str]] = {}
    for name, journey in scenario.market.journeys.items():
        zones.setdefault(journey.zone, []).append(name)
    floor = _ABOVE + _HIGH
    bottom = floor + 6 + _ROW * len(zones)
    parts = [*_axis(top)]
    for phase in Phase:
        x = 100 * phase.lower_bound
        parts.append(f'<line x1="{x}%" x2="{x}%" y1="{_ABOVE}" y2="{bottom}" stroke="{FAINT}"/>')
        label = word(phase).replace("-", " ")
        parts.append(_text(x + 12.5, bottom + 14, label, "middle"))
    parts += _columns(counts, [colour for _, _, colour in HOLDERS], top)
    for row, ((opens, closes), names) in enumerate(zones.items()):
        y = floor + 6 + _ROW * row
        said = " and ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} journeys"
        width = 100 * (closes - opens)
        parts.append(
            f'<rect x="{100 * opens:.4g}%" y="{y}" width="{width:.4g}%" height="{_ROW - 5}" rx="2" fill="{GREEN}"'
            ' fill-opacity="0.35"/>'
        )
        before = opens >= _RIGHT_OF
        at, shift = (100 * opens, -4) if before else (100 * closes, 4)
        parts.append(_text(at, y + 9, f"zone of {said}", "end" if before else "start", shift))
    total = ", ".join(f"{n} {label}" for (label, *_), n in zip(HOLDERS, counts.sum(axis=1), strict=True))
    return _svg(bottom + 20, f"Buyers on the track by who holds them: {total}.", parts)


def passes_picture(counts: Counts, top: int) -> str:
    """Where on the zone batons have been passed, all journeys' zones laid over each other.

    Args:
        counts: What `passes` gave.
        top: Passes at the top of the axis.

    Returns:
        SVG.
    """
    floor, third = _ABOVE + _HIGH, 100 / (1 + 2 * _FAR)
    parts = [
        f'<rect x="{third:.4g}%" y="{_ABOVE}" width="{third:.4g}%" height="{_HIGH}" fill="{GREEN}" fill-opacity="0.12"/>',
        *_axis(top),
        *_columns(counts, [colour for _, colour in PLACES], top),
        _text(third / 2, floor + 15, "too early", "middle"),
        _text(1.5 * third, floor + 15, "the zone", "middle"),
        _text(2.5 * third, floor + 15, "too late", "middle"),
    ]
    early, inside, late = counts.sum(axis=1)
    told = f"{counts.sum()} batons passed: {early} too early, {inside} inside the zone, {late} too late."
    return _svg(floor + 20, told, parts)


class Line(NamedTuple):
    """One line of a picture.

    Attributes:
        label: What it shows.
        values: One value per day.
        colour: Its colour.
    """

    label: str
    values: Sequence[float] | npt.NDArray[np.float64]
    colour: str


def line_picture(lines: Iterable[Line], first_day: int, low: float, top: float, days: int) -> str:
    """Lines day by day, with the line of zero.

    Args:
        lines: The lines, each from the first day on.
        first_day: Day of the run on which they begin.
        low: Value at the bottom of the axis, 0 or less.
        top: Value at the top.
        days: Days that the axis is long.

    Returns:
        SVG.
    """
    lines = list(lines)
    scale = _HIGH / (top - low)
    zero = _ABOVE + top * scale
    parts = [*_axis(top, low)]
    curves = "".join(_curve(line, zero, scale) for line in lines)
    box = f'viewBox="0 0 {days} {_ABOVE + _HIGH + 4}" preserveAspectRatio="none"'
    parts.append(f'<svg x="0" y="0" width="100%" height="{_ABOVE + _HIGH + 4}" {box}>{curves}</svg>')
    for at, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        day = first_day + round(at * days)
        parts.append(_text(100 * at, _ABOVE + _HIGH + 17, f"day {day}", anchor))
    told = "; ".join(f"{line.label}: {line.values[-1]:,.0f}" for line in lines if len(line.values))
    return _svg(_ABOVE + _HIGH + 22, told or "nothing yet", parts)


def _curve(line: Line, zero: float, scale: float) -> str:
    """A stair of one step per day: the count at the end of the day."""
    points: list[str] = []
    for day, value in enumerate(line.values):
        y = f"{zero - float(value) * scale:.1f}"
        points += [f"{day},{y}", f"{day + 1},{y}"]
    return (
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{line.colour}" stroke-width="2.5"'
        ' vector-effect="non-scaling-stroke"/>'
    )


def key(entries: Iterable[tuple[str, str]]) -> str:
    """A row of coloured squares with their words, as HTML.

    Args:
        entries: Words and colours.
    """
    square = "display:inline-block;width:12px;height:12px;margin-right:5px;vertical-align:-1px;background:"
    words = "".join(
        f'<span><i style="{square}{colour}"></i>{escape(said)}</span>' for said, colour in entries
    )
    row = "display:flex;flex-wrap:wrap;gap:2px 16px;margin-bottom:6px;font-size:13px"
    return f'<div class="relay-key" style="{row}">{words}</div>'


_ABOVE = 16  # points of height over the top of the axis, for its number
_LETTERS = 14  # points of height of a number, which would else stand on the line of zero


def _axis(top: float, low: float = 0.0) -> Iterator[str]:
    """Lines at the top, the half, zero and the bottom of an axis, with their numbers."""
    scale = _HIGH / (top - low)
    for value in dict.fromkeys([top, top / 2 if low == 0 and top % 2 == 0 else top, 0.0, low]):
        y = _ABOVE + scale * (top - value)
        colour = "currentColor" if value == 0 else FAINT
        yield f'<line x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"/>'
        if abs(value) * scale >= _LETTERS:
            yield _text(0, y - 3, f"{value:+,.0f}" if low < 0 else f"{value:,.0f}", "start", 2, GREY)


def _columns(counts: Counts, colours: Sequence[str], top: float) -> Iterator[str]:
    """Columns of pieces stacked upon each other."""
    width = 100 / counts.shape[1]
    tops = np.cumsum(counts, axis=0)
    for piece, column in np.argwhere(counts):
        high = _HIGH * counts[piece, column] / top
        y = _ABOVE + _HIGH * (1 - tops[piece, column] / top)
        yield (
            f'<rect x="{width * column:.4g}%" y="{y:.1f}" width="{0.92 * width:.4g}%" height="{high:.1f}"'
            f' fill="{colours[piece]}"/>'
        )


def _text(x: float, y: float, said: str, anchor: str, shift: float = 0, colour: str = "currentColor") -> str:
    return f'<text x="{x:.4g}%" y="{y:.1f}" dx="{shift}" text-anchor="{anchor}" fill="{colour}">{escape(said)}</text>'


def _svg(high: float, told: str, parts: Iterable[str]) -> str:
    size = f'width="100%" height="{ceil(high)}" font-size="12" style="display:block;overflow:visible"'
    return (
        f'<svg class="relay-picture" role="img" aria-label="{escape(told)}" {size} '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
