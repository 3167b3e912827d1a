"""The page itself, in Solara's terms; `sim.show.app` says what it shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import solara
import solara.lab

from sim.model import CeilingReached, Relay
from sim.scenario import InvalidInput, Policy, Scenario, shipped_markets, shipped_policies
from sim.scenario.loading import kind_of
from sim.show.app import FARTHEST_SHIFT, FEWEST_REPS_AT_THE_TOP, Choice, choice_of, started, totals
from sim.show.live import queue_figure, track_figure

__all__ = ["Viewer"]

_BREATH = 0.05  # seconds for clicks to come through between two pictures while playing
_SLOWEST = 10.0  # seconds that a picture may take before playing goes on without it
_MOST_DAYS_PER_STEP = 30
_MOST_SEED = 2**62


class _Live:
    """A run that buttons, the player and the figures share: one at a time looks at it or moves it."""

    def __init__(self, model: Relay) -> None:
        """Take a run over."""
        self.model = model
        self.trouble = ""
        self.drawn = threading.Event()
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to step through."""
        return not self.model.running or bool(self.trouble)

    def step(self, days: int) -> None:
        """Move on by some days, or to the end of the run."""
        with self._lock:
            try:
                for _ in range(days):
                    self.model.step()
            except CeilingReached as error:
                self.trouble = str(error)

    def seen(self, look: Callable[[Relay], Any]) -> Any:
        """What a look at the run gives."""
        with self._lock:
            return look(self.model)


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def Viewer(first: Scenario, seed: int) -> None:
    """The whole page: controls at the side; buttons, totals and figures in the middle."""
    choice, choose = solara.use_state(choice_of(first, seed))
    again, set_again = solara.use_state(0)
    steps, set_steps = solara.use_state(0)
    live, trouble = solara.use_memo(lambda: _begun(first, choice), [choice, again])

    solara.Title("Relay")
    with solara.AppBar():
        solara.AppBarTitle("Relay: who holds the buyer?")
    with solara.Sidebar():
        _Controls(first, choice, choose)
    with solara.Column(style={"max-width": "1200px", "margin": "0 auto"}):
        if live is None:
            solara.Error(trouble)
            return
        _Player(live, steps, lambda: set_again(again + 1), lambda: set_steps(lambda before: before + 1))
        if live.trouble:
            solara.Error(live.trouble)
        _Shown(live, (choice, again, steps))


def _begun(first: Scenario, choice: Choice) -> tuple[_Live | None, str]:
    try:
        return _Live(started(first, choice)), ""
    except (InvalidInput, ValueError) as error:
        return None, str(error)


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Controls(first: Scenario, choice: Choice, choose: Callable[[Choice], None]) -> None:
    markets, policies = solara.use_memo(lambda: _names(first), [first.name, first.policy.name])

    def change(field: str, value: Any) -> None:
        choose(choice._replace(**{field: value}))

    def to_market(name: str) -> None:
        reps = first.team.reps.count if name == first.name else Scenario.load(name).team.reps.count
        choose(choice._replace(market=name, reps=reps))

    with solara.Card("What is run", margin=0):
        solara.Select("Market", markets, choice.market, to_market)
        solara.Select("Policy", policies, choice.policy, partial(change, "policy"))
        solara.SliderInt(
            f"Sales reps: {choice.reps}",
            choice.reps,
            min=1,
            max=max(FEWEST_REPS_AT_THE_TOP, 2 * choice.reps),
            on_value=partial(change, "reps"),
            thumb_label=False,
        )
        solara.SliderFloat(
            f"Aim moved by {choice.shift:+.2f}",
            choice.shift,
            min=-FARTHEST_SHIFT,
            max=FARTHEST_SHIFT,
            step=0.05,
            on_value=lambda value: change("shift", round(value, 2)),
            thumb_label=False,
        )
        solara.InputInt(
            "Seed", choice.seed, on_value=lambda value: change("seed", min(abs(value or 0), _MOST_SEED))
        )
        solara.Text("A change starts a new run.", style={"color": "#7A7A7A"})


def _names(first: Scenario) -> tuple[list[str], list[str]]:
    """Markets and policies to choose from; athletes run without a policy and are not among them."""
    markets = [one.name for one in shipped_markets() if kind_of(one.path) == "market"]
    # An engagement plan names the channels of one market.
    policies = [one.name for one in shipped_policies() if not Policy.load(one.name).engagement]
    return (
        list(dict.fromkeys([first.name, *markets])),
        list(dict.fromkeys([first.policy.name, *policies])),
    )


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Player(live: _Live, steps: int, start_over: Callable[[], None], stepped: Callable[[], None]) -> None:
    """Buttons that move the run, and how far it has come after so many steps."""
    playing = solara.use_reactive(False)
    pace = solara.use_reactive(1)
    solara.use_effect(lambda: playing.set(False), [live])

    def step() -> None:
        live.step(pace.value)
        stepped()

    def play() -> None:
        while playing.value and not live.ended:
            # A step that came while the one before is being drawn would keep that drawing from ever ending.
            live.drawn.clear()
            step()
            live.drawn.wait(_SLOWEST)
            time.sleep(_BREATH)
        playing.set(False)

    solara.lab.use_task(play, dependencies=[playing.value, live], prefer_threaded=True)
    with solara.Row(style={"align-items": "center", "flex-wrap": "wrap"}):
        label = "Pause" if playing.value else "Play"
        solara.Button(
            label, color="primary", disabled=live.ended, on_click=lambda: playing.set(not playing.value)
        )
        solara.Button("Step", color="primary", disabled=playing.value or live.ended, on_click=step)
        solara.Button("Start over", outlined=True, on_click=start_over)
        with solara.Div(style={"width": "280px"}):
            solara.SliderInt(
                f"Days per step: {pace.value}", pace, min=1, max=_MOST_DAYS_PER_STEP, thumb_label=False
            )
        solara.Text(live.seen(_progress), style={"font-weight": "bold"})


def _progress(model: Relay) -> str:
    horizon, day = model.inputs.horizon, model.day
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
def _Shown(live: _Live, drawn_for: tuple[Any, ...]) -> None:
    """Totals and figures; they are drawn anew only when the run has moved."""
    solara.use_effect(live.drawn.set, [live, *drawn_for])
    with solara.Row(style={"flex-wrap": "wrap"}, gap="12px"):
        for label, count in live.seen(totals).items():
            with solara.Card(margin=0, style={"min-width": "120px"}):
                solara.Text(f"{count:,}", style={"font-size": "1.6em", "font-weight": "bold"})
                solara.Text(label, style={"display": "block", "color": "#7A7A7A"})
    for draw in (track_figure, queue_figure):
        _Figure(live, draw, drawn_for)


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Figure(live: _Live, draw: Callable[[Relay], Any], drawn_for: tuple[Any, ...]) -> None:
    figure = solara.use_memo(lambda: live.seen(draw), [live, *drawn_for])
    with solara.Card(margin=0):
        solara.FigureMatplotlib(figure, dependencies=[figure])
