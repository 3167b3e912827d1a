"""The side of the page on which the reader chooses what is run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import solara

from sim.scenario import InvalidInput, Scenario
from sim.show.app_choice import (
    OF_A_POLICY,
    OF_THE_WORLD,
    Choice,
    Opened,
    Side,
    markets,
    sliders,
    value_of,
)

__all__ = ["Chosen", "Levers"]

NOBODY = "nothing else"
_MOST_SEED = 2**62


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def Chosen(opened: Opened, choice: Choice, choose: Callable[[Choice], None]) -> None:
    """What is run: the market and one or two policies."""
    names = solara.use_memo(lambda: (markets(opened.scenario), opened.policy_names()), [])
    first, *others = choice.sides

    def against(name: str) -> None:
        choose(choice._replace(sides=(first,) if name == NOBODY else (first, Side(name))))

    with solara.Div(classes=["relay-chosen"]):
        solara.Select("Market", names[0], choice.market, lambda name: choose(_elsewhere(choice, name)))
        solara.Select(
            "Policy",
            names[1],
            first.policy,
            lambda name: choose(choice._replace(sides=(Side(name), *others))),
        )
        solara.Select("Beside it", [NOBODY, *names[1]], others[0].policy if others else NOBODY, against)


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def Levers(opened: Opened, choice: Choice, choose: Callable[[Choice], None]) -> None:
    """Sliders for each policy and for what is the same for both, and which run of it is shown."""
    labels = choice.labels()
    for place, side in enumerate(choice.sides):
        _Sliders(
            f"Levers of {labels[place]}", opened, choice, side, OF_A_POLICY, side.moved,
            lambda moved, place=place: choose(choice.with_levers(place, moved)),
        )  # fmt: skip
    _Sliders(
        "The world, the same for both" if len(choice.sides) > 1 else "The world",
        opened, choice, choice.sides[0], OF_THE_WORLD, choice.moved,
        lambda moved: choose(choice._replace(moved=moved)),
    )  # fmt: skip
    with solara.Card("The run", margin=0):
        solara.InputInt("Seed", choice.seed, on_value=lambda seed: choose(_seeded(choice, seed)))
        solara.Checkbox(
            label="Begin after the warm-up, with buyers all over the track",
            value=choice.warmed_up,
            on_value=lambda yes: choose(choice._replace(warmed_up=yes)),
        )
        solara.Text("Every change starts the run anew.", classes=["relay-quiet"])


def _elsewhere(choice: Choice, market: str) -> Choice:
    """The same policies on another market, where nothing has been moved yet."""
    return choice._replace(market=market, moved=(), sides=tuple(Side(side.policy) for side in choice.sides))


def _seeded(choice: Choice, seed: int | None) -> Choice:
    return choice._replace(seed=min(abs(seed or 0), _MOST_SEED))


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def _Sliders(
    title: str,
    opened: Opened,
    choice: Choice,
    side: Side,
    paths: tuple[str, ...],
    moved: tuple[tuple[str, Any], ...],
    move: Callable[[tuple[tuple[str, Any], ...]], None],
) -> None:
    """A group of sliders; a button puts those that were moved back."""
    untouched = choice._replace(moved=())
    before: Scenario | None = solara.use_memo(
        lambda: _or_none(opened, untouched, side), [choice.market, side.policy]
    )
    if before is None:
        return
    now = dict(moved)

    def to(path: str, values: tuple[float, ...], own: float, place: int) -> None:
        kept = {key: value for key, value in now.items() if key != path}
        value = values[place]
        move(tuple((kept if value == own else {**kept, path: value}).items()))

    with solara.Card(title, margin=0, classes=["relay-sliders"]):
        for slider in sliders(before, paths):
            own = value_of(before, slider.path)
            value = now.get(slider.path, own)
            solara.SliderInt(
                f"{slider.meaning[0].upper()}{slider.meaning[1:]}: {slider.said(value)}",
                slider.nearest(value),
                min=0,
                max=len(slider.values) - 1,
                on_value=partial(to, slider.path, slider.values, own),
                thumb_label=False,
            )
        if now:
            solara.Button("Put back", text=True, color="primary", on_click=lambda: move(()))


def _or_none(opened: Opened, choice: Choice, side: Side) -> Scenario | None:
    """The scenario of a side with nothing moved; None where the page says why there is none."""
    try:
        return opened.before(choice, side)
    except InvalidInput:
        return None
