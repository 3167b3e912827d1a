"""The page itself, in Solara's terms; `sim.show.app` says what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import solara
import solara.lab

from sim.model import CeilingReached
from sim.scenario import InvalidInput
from sim.show.app_choice import Choice, Opened
from sim.show.app_controls import Chosen, Levers
from sim.show.app_style import STYLE
from sim.show.drawing import BLUE, ORANGE, VERMILLION
from sim.show.live import (
    HOLDERS,
    PLACES,
    Line,
    holders,
    key,
    line_picture,
    nice_top,
    passes,
    passes_picture,
    track_picture,
)
from sim.show.watching import Total, Watch, Watched

__all__ = ["Viewer"]

_BREATH = 0.05  # seconds for clicks to come through between two pictures while playing
_SLOWEST = 10.0  # seconds that a picture may take before playing goes on without it
_REST = 0.3  # seconds that a slider must rest before a run begins
_SHORTEST_AXIS = 30  # days
_PACES = {"1 day": 1, "1 week": 7, "1 month": 30}
_END = 10**6  # days; more than any run has


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def Viewer(opened: Opened, first: Choice) -> None:
    """The whole page: controls at the side; buttons, totals and pictures in the middle."""
    choice, choose = solara.use_state(first)
    again, set_again = solara.use_state(0)
    wanted = solara.use_ref((choice, again))
    wanted.current = (choice, again)

    def begin() -> Watch | str | None:
        asked = (choice, again)
        if preparing.latest is not None:
            time.sleep(_REST)
        return _begun(opened, choice) if wanted.current == asked else None

    preparing = solara.lab.use_task(
        begin, dependencies=[choice, again], prefer_threaded=True, raise_error=False
    )
    shown = solara.use_ref(None)
    if preparing.finished and preparing.value is not None:
        shown.current = preparing.value

    solara.Title("Relay")
    solara.Style(STYLE)
    with solara.AppBar():
        solara.AppBarTitle("Relay: who holds the buyer?")
    with solara.Column(classes=["relay-page"], gap="6px"):
        Chosen(opened, choice, choose)
        solara.ProgressLinear(preparing.pending)
        with solara.Div(classes=["relay-body"]):
            with solara.Column(gap="12px"):
                watch = shown.current
                if preparing.error:
                    solara.Error("The run could not be set up. Choose something else, or reload the page.")
                elif isinstance(watch, str):
                    solara.Error(watch, classes=["relay-said"])
                elif watch is None:
                    solara.Text("Setting up the run…")
                else:
                    _Stage(opened, watch, choice, preparing.pending, lambda: set_again(again + 1))
            with solara.Column(gap="12px", classes=["relay-levers"]):
                Levers(opened, choice, choose)


def _begun(opened: Opened, choice: Choice) -> Watch | str:
    """The runs that were chosen, or why there are none."""
    try:
        return Watch(opened.scenarios(choice), choice.labels(), choice.seed, choice.warmed_up)
    except (InvalidInput, CeilingReached, ValueError) as error:
        return str(error)


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Stage(opened: Opened, watch: Watch, choice: Choice, waits: bool, start_over: Callable[[], None]) -> None:
    """Everything that moves; it rests and fades while other runs are being set up."""
    steps, set_steps = solara.use_state(0)
    _Player(watch, steps, waits, start_over, lambda: set_steps(lambda before: before + 1))
    if watch.trouble:
        solara.Error(watch.trouble)
    # The words change with the watch, not with the choice, which may be ahead of what is shown.
    told = solara.use_memo(lambda: (opened.recipe(choice), choice.seed), [watch])
    with solara.Column(gap="12px", classes=["relay-old"] if waits else []):
        _Shown(watch, steps, *told)


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Player(
    watch: Watch, steps: int, waits: bool, start_over: Callable[[], None], stepped: Callable[[], None]
) -> None:
    """Buttons that move the runs, and how far they have come after so many steps."""
    playing = solara.use_reactive(False)
    pace = solara.use_reactive("1 day")
    solara.use_effect(lambda: playing.set(False), [watch, waits])

    def step(days: int) -> None:
        watch.step(days)
        stepped()

    def play() -> None:
        while playing.value and not watch.ended:
            # A step that came while the one before is being drawn would keep that drawing from ever ending.
            watch.drawn.clear()
            step(_PACES[pace.value])
            watch.drawn.wait(_SLOWEST)
            time.sleep(_BREATH)
        playing.set(False)

    solara.lab.use_task(play, dependencies=[playing.value, watch], prefer_threaded=True)
    over = watch.ended or waits
    still = playing.value or over
    solara.Text(watch.seen(_progress), classes=["relay-day"])
    with solara.Row(classes=["relay-player"]):
        solara.Button(
            "Pause" if playing.value else "Play",
            icon_name="mdi-pause" if playing.value else "mdi-play",
            color="primary",
            disabled=over,
            on_click=lambda: playing.set(not playing.value),
        )
        solara.Button("Step", color="primary", disabled=still, on_click=lambda: step(_PACES[pace.value]))
        solara.Button("To the end", outlined=True, disabled=still, on_click=lambda: step(_END))
        solara.Button("Back to start", outlined=True, on_click=start_over)
        with solara.Row(gap="4px", style={"align-items": "center"}):
            solara.Text("a step is")
            solara.ToggleButtonsSingle(pace, list(_PACES), dense=True)


def _progress(watch: Watch) -> str:
    horizon, day, model = watch.inputs.horizon, watch.day, watch.runs[0].model
    counted = horizon.warmup_days + horizon.counted_days
    if not model.running:
        part = "the end"
    elif day < horizon.warmup_days:
        part = f"warming up until day {horizon.warmup_days:.0f}"
    elif day < counted:
        part = f"arrivals count until day {counted:.0f}"
    else:
        part = "following up"
    return f"Day {day} of {model.end_day:.0f}, {part}"


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Shown(watch: Watch, steps: int, recipe: str, seed: int) -> None:
    """Totals and pictures; they are drawn anew only when the runs have moved."""
    drawn = solara.use_memo(lambda: watch.seen(_Drawn), [watch, steps])
    solara.use_effect(watch.drawn.set, [watch, steps])
    _Html(f"<p class='relay-quiet'>{escape(watch.inputs.story)}</p>")
    track, *others = drawn.pictures
    _Picture(*track)
    with solara.Card("So far", margin=0):
        _Html(f"<div class='relay-top'><div>{drawn.totals}</div><div>{drawn.difference}</div></div>")
        if len(watch.runs) > 1:
            _Html(_caution(watch.labels, seed))
    with solara.Details("How sure is this? Run it many times"):
        solara.Text("On the command line, which repeats it with other buyers and gives intervals:")
        solara.HTML(tag="pre", unsafe_innerHTML=escape(recipe), classes=["relay-recipe"])
    for picture in others:
        _Picture(*picture)
    _Html("<p class='relay-quiet relay-below'>Levers and settings to move are below.</p>")


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Picture(title: str, legend: str, pictures: str) -> None:
    with solara.Card(title, margin=0):
        _Html(f"{legend}{pictures}")


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Html(inside: str) -> None:
    solara.HTML(tag="div", unsafe_innerHTML=inside)


def _caution(labels: tuple[str, ...], seed: int) -> str:
    return (
        "<p class='relay-quiet'>One run of each on seed "
        f"{seed}: the same buyers with the same luck, on the same day. The last column is {escape(labels[1])} minus "
        f"{escape(labels[0])} in this one run. It is not an average: another seed can tell another story.</p>"
    )


class _Drawn:
    """Everything that is shown of the runs on one day, as HTML."""

    def __init__(self, watch: Watch) -> None:
        """Draw it."""
        self._watch = watch
        runs = watch.runs
        self.totals = totals_table(watch.labels, [run.totals() for run in runs], watch.inputs.market.currency)
        on_track = [holders(run.model) for run in runs]
        placed = [passes(run.places) for run in runs]
        track_top = nice_top(max(counts.sum(axis=0).max() for counts in on_track))
        passes_top = nice_top(max(counts.sum(axis=0).max() for counts in placed))
        self.pictures = [
            (
                "The track: who holds the buyers",
                key((label, colour) for label, _, colour in HOLDERS),
                self._beside(
                    [
                        track_picture(run.model.inputs, counts, track_top)
                        for run, counts in zip(runs, on_track, strict=True)
                    ]
                ),
            ),
            (
                "Where the batons were passed",
                key(PLACES),
                self._beside([passes_picture(counts, passes_top) for counts in placed]),
            ),
            (
                "Waiting at the end of each day",
                key([("buyers in the air", ORANGE), ("tasks waiting for a rep", VERMILLION)]),
                self._beside(self._queues()),
            ),
        ]
        self.difference = self._difference() if len(runs) > 1 else ""

    def _beside(self, pictures: list[str]) -> str:
        """Pictures beside each other where there is room, each under its policy."""
        cells = (
            f"<div><h3>{escape(label)}</h3>{picture}</div>"
            for label, picture in zip(self._watch.labels, pictures, strict=True)
        )
        return f"<div class='relay-beside'>{''.join(cells)}</div>"

    @property
    def _days(self) -> int:
        return max(_SHORTEST_AXIS, self._watch.day - self._watch.runs[0].began)

    def _queues(self) -> list[str]:
        lines = [
            [
                Line("buyers in the air", run.day_by_day("in_air"), ORANGE),
                Line("tasks waiting for a rep", run.day_by_day("queue_length"), VERMILLION),
            ]
            for run in self._watch.runs
        ]
        top = nice_top(max(max(line.values, default=0) for both in lines for line in both))
        return [line_picture(both, self._watch.runs[0].began, 0, top, self._days) for both in lines]

    def _difference(self) -> str:
        first, second = map(escape, self._watch.labels)
        gap = _so_far(self._watch.runs[1]) - _so_far(self._watch.runs[0])
        most, least = max(gap, default=0), min(gap, default=0)
        low = -nice_top(-least) if least < 0 else 0
        top = nice_top(most) if most > 0 or low == 0 else 0
        lines = [Line("difference in deals won", gap, BLUE)]
        return (
            f"<h3>Deals won so far: {second} minus {first}</h3>"
            f"{line_picture(lines, self._watch.runs[0].began, low, top, self._days)}"
        )


def _so_far(run: Watched) -> Any:
    return np.cumsum(run.day_by_day("wins"))


def totals_table(labels: tuple[str, ...], totals: list[list[Total]], currency: str) -> str:
    """Running totals of each run, and with two of them what the second has more than the first.

    Args:
        labels: What to call each run.
        totals: Totals of each run, in the same order.
        currency: Currency of money.

    Returns:
        A table as HTML.
    """
    heads = [*labels, *(["difference"] if len(labels) > 1 else [])]
    rows = []
    for cells in zip(*totals, strict=True):
        first = cells[0]
        said = [_said(one.amount) for one in cells]
        if len(cells) > 1:
            gap = cells[1].amount - cells[0].amount
            said.append(("+" if gap > 0 else "") + _said(gap))
        values = "".join(f"<td>{escape(one)}</td>" for one in said)
        label = f"{first.label}, {currency}" if first.money else first.label
        rows.append(f"<tr><th scope='row'>{escape(label)}</th>{values}</tr>")
    top = "".join(f"<th scope='col'>{escape(one)}</th>" for one in heads)
    head = f"<thead><tr><th scope='col'>since the first day shown</th>{top}</tr></thead>"
    return f"<table class='relay-totals'>{head}<tbody>{''.join(rows)}</tbody></table>"


def _said(count: float) -> str:
    return f"{count:,.0f}"
