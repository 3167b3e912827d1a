"""One buyer's life under two or more policies: `relay follow`."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import JSON, MARKET, POLICIES, QUIET, SEED, SETTINGS, Example, with_options

if TYPE_CHECKING:
    from sim.cli.telling import Event
    from sim.scenario.document import Scenario

__all__ = ["follow_command", "stacked", "together"]

_WHEN = 17
_GAP = 3
_NARROWEST_COLUMN = 48


@click.command(
    "follow", cls=Example, example="relay follow olist --buyer 1500 --policies today,warm-introduction"
)
@with_options(
    MARKET,
    click.option("--buyer", type=click.IntRange(0, 2**62), required=True, metavar="N", help="Number of the buyer."),
    POLICIES, SEED, SETTINGS, JSON, QUIET,
)  # fmt: skip
def follow_command(
    market: str, buyer: int, policies: str, seed: int, settings: tuple[str, ...], as_json: bool, quiet: bool
) -> None:
    """Tell one buyer's life event by event under two policies, side by side.

    Buyers are numbered by arrival, from 0, and are the same under every policy: what differs is what marketing
    and sales do. The line marked ">" is where the lives part.
    """
    from sim.cli.replicating import lives, loaded
    from sim.cli.telling import Event

    scenarios = loaded(market, policies, settings, least=1)
    told = {
        name: [Event.of_row(*row) for row in rows]
        for name, rows in lives(scenarios, buyer, seed, quiet).items()
    }
    if as_json:
        _print_json(scenarios, buyer, seed, told)
        return
    parting = _parting(list(told.values()))
    for line in _heading(scenarios, buyer, seed, told, parting):
        click.echo(line)
    width = min(shutil.get_terminal_size((100, 24)).columns, 160)
    beside = len(told) == 2 and (width - _GAP - _WHEN) // 2 >= _NARROWEST_COLUMN - 8
    for line in together(told, scenarios, parting, width) if beside else stacked(told, scenarios, parting, width):
        click.echo(line)


def _print_json(scenarios: Sequence[Scenario], buyer: int, seed: int, lives: dict[str, list[Event]]) -> None:
    from sim.cli.keeping import json_text
    from sim.cli.telling import told
    from sim.vocabulary import word

    answer: dict[str, Any] = {
        "command": "follow", "scenario": scenarios[0].name, "buyer": buyer, "seed": seed, "policies": list(lives),
        "parting": _parting(list(lives.values())),
        "events": {
            one.policy.name: [
                {"day": e.day, "kind": word(e.kind), "first": e.first, "second": e.second, "told": told(e, one)}
                for e in lives[one.policy.name]
            ]
            for one in scenarios
        },
    }  # fmt: skip
    click.echo(json_text(answer))


def _parting(lives: Sequence[Sequence[Event]]) -> int | None:
    """Number of events that all lives have in common at their beginning; None when they never part."""
    if all(life == lives[0] for life in lives):
        return None
    for index, events in enumerate(zip(*lives, strict=False)):
        if any(event != events[0] for event in events):
            return index
    return min(len(life) for life in lives)


def _heading(
    scenarios: Sequence[Scenario], buyer: int, seed: int, lives: dict[str, list[Event]], parting: int | None
) -> list[str]:
    from sim.cli.telling import when

    first = next(iter(lives.values()))
    lines = [click.style(f"Buyer {buyer} in {scenarios[0].name}, seed {seed}", bold=True)]
    arrival = f"Arrives on day {first[0].day:.1f} of the run; days below count from then."
    if len(lives) == 1:
        lines.append(arrival)
    elif parting is None:
        lines.append(f"{arrival} The policies make no difference to this buyer.")
    else:
        life = max(lives.values(), key=len)
        moment = " ".join(when(life[parting], first[0].day, scenarios[0]).split())
        lines.append(f"{arrival} The lives part on {moment}, marked >.")
    return [*lines, ""]


def stacked(
    lives: dict[str, list[Event]], scenarios: Sequence[Scenario], parting: int | None, width: int
) -> list[str]:
    """The lives one below the other, for a narrow terminal or more than two policies."""
    from sim.cli.telling import told, when

    lines: list[str] = []
    for scenario in scenarios:
        events = lives[scenario.policy.name]
        lines.append(click.style(scenario.policy.name, bold=True))
        for index, event in enumerate(events):
            mark = ">" if index == parting else " "
            head = f"{mark} {when(event, events[0].day, scenario)}  "
            lines += textwrap.wrap(
                head + told(event, scenario), max(40, width), subsequent_indent=" " * len(head),
                drop_whitespace=True,
            )  # fmt: skip
        lines.append("")
    return lines[:-1]


def together(
    lives: dict[str, list[Event]], scenarios: Sequence[Scenario], parting: int | None, width: int
) -> list[str]:
    """Two lives side by side in the order of time; what both share stands on one line."""
    from sim.cli.telling import told, when

    column = (width - _WHEN - 2 * _GAP - 2) // 2
    left, right = scenarios
    blank = " " * (_WHEN + 2)
    names = [click.style(f"{one.policy.name:<{column}}", bold=True) for one in scenarios]
    lines = [f"{blank}{' ' * _GAP}{names[0]}{' ' * _GAP}{names[1]}".rstrip()]
    start = lives[left.policy.name][0].day
    for index, (ours, theirs) in enumerate(_by_time(lives[left.policy.name], lives[right.policy.name])):
        event = ours or theirs
        assert event is not None
        cells = [
            textwrap.wrap(told(one, scenario), column) if one else []
            for one, scenario in ((ours, left), (theirs, right))
        ]
        for row in range(max(map(len, cells))):
            mark = ">" if index == parting else " "
            head = f"{mark} {when(event, start, left)}" if row == 0 else blank
            texts = [cell[row] if row < len(cell) else "" for cell in cells]
            lines.append(f"{head:<{_WHEN + 2}}{' ' * _GAP}{texts[0]:<{column}}{' ' * _GAP}{texts[1]}".rstrip())
    return lines


def _by_time(ours: Sequence[Event], theirs: Sequence[Event]) -> list[tuple[Event | None, Event | None]]:
    """Both lives merged by day; events of the same moment and kind share a row."""
    rows: list[tuple[Event | None, Event | None]] = []
    i = j = 0
    while i < len(ours) or j < len(theirs):
        a = ours[i] if i < len(ours) else None
        b = theirs[j] if j < len(theirs) else None
        if a is not None and b is not None and (a.day, a.kind) == (b.day, b.kind):
            rows.append((a, b))
            i, j = i + 1, j + 1
        elif b is None or (a is not None and a.day <= b.day):
            rows.append((a, None))
            i += 1
        else:
            rows.append((None, b))
            j += 1
    return rows
