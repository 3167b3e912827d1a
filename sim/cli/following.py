"""One buyer's life under two or more policies: `relay follow`."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sim.cli.failures import usage_error
from sim.cli.options import COMPARABLE, JSON, POLICIES, QUIET, SEED, SETTINGS, Example, Whole, with_options

if TYPE_CHECKING:
    from sim.experiment.follow import Happening
    from sim.scenario.document import Scenario

__all__ = ["below", "beside", "follow_command", "moment"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES_PER_DAY = 1440
_MARKED_MOMENT = 20  # "> day  123 Mon 09:00"
_GAP = "  "
_NARROWEST, _WIDEST = 34, 70
_QUIET = {"touched", "nurtured", "rival-engaged"}
_LONGEST_TOLD = 3  # rows of nothing but touches that are told one by one

Lives = Mapping[str, Sequence["Happening"]]


@click.command(
    "follow",
    cls=Example,
    short_help="Tell one buyer's life under several policies.",
    example="""relay follow olist --policies today,speed-to-lead
        relay follow olist --buyer 20182 --policies today,warm-introduction""",
)
@with_options(
    COMPARABLE,
    click.option(
        "--buyer", type=Whole(), metavar="N",
        help="Number of the buyer, as in the column `number` of results.  [default: the first one who buys "
        "from us under one policy and not under the other]",
    ),
    click.option("--every", is_flag=True, help="Tell every touch, also where nothing else happens for long."),
    POLICIES, SEED, SETTINGS, JSON, QUIET,
)  # fmt: skip
def follow_command(
    market: str,
    buyer: int | None,
    every: bool,
    policies: str,
    seed: int,
    settings: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Tell one buyer's life event by event under several policies, side by side.

    A buyer has the same number and the same luck under every policy: what differs is what marketing and sales
    do. The line marked > is where the lives part.
    """
    from sim.cli.replicating import compiled_first, loaded

    scenarios = loaded(market, policies, settings, least=1)
    compiled_first(scenarios, quiet)
    from sim.experiment.follow import NoSuchBuyer, life

    chosen = _telling_buyer(scenarios, seed) if buyer is None else buyer
    try:
        lives = life(scenarios[0], [one.policy for one in scenarios], chosen, seed)
    except NoSuchBuyer as error:
        raise usage_error(str(error), "--buyer") from None
    if as_json:
        from sim.cli.keeping import json_text

        click.echo(json_text(_answer(scenarios, chosen, seed, lives)))
        return
    width = shutil.get_terminal_size((100, 24)).columns
    column = min(_WIDEST, (width - _MARKED_MOMENT - 2 * len(_GAP)) // 2)
    for line in _heading(scenarios[0], chosen, seed, lives):
        click.echo(textwrap.fill(line, width))
    two_columns = len(lives) == 2 and column >= _NARROWEST
    told = (
        beside(lives, scenarios[0], column, every)
        if two_columns
        else below(lives, scenarios[0], max(60, width), every)
    )
    click.echo("\n".join(told))


def _telling_buyer(scenarios: Sequence[Scenario], seed: int) -> int:
    """The first buyer whose life shows what the policies change: won under one, not under another."""
    from sim.experiment.simulate import simulate

    won = [simulate(one, seed=seed).buyers.set_index("number")["won_day"].notna() for one in scenarios]
    for number in won[0].index:
        if len({bool(of_policy.get(number)) for of_policy in won}) == 2:
            return int(number)
    if won[0].empty:
        raise usage_error("no buyer arrives in the counted period", "--buyer")
    return int(won[0].index[0])


def _answer(scenarios: Sequence[Scenario], buyer: int, seed: int, lives: Lives) -> dict[str, Any]:
    from sim.experiment.follow import parting

    parted = parting(lives)
    return {
        "command": "follow",
        "scenario": scenarios[0].name,
        "buyer": buyer,
        "seed": seed,
        "policies": list(lives),
        "parting": None if parted is None else {"day": parted.day, "shared": parted.shared},
        "events": {policy: [event._asdict() for event in events] for policy, events in lives.items()},
    }


def _heading(scenario: Scenario, buyer: int, seed: int, lives: Lives) -> Iterator[str]:
    from sim.experiment.follow import parting

    first = next(iter(lives.values()))[0]
    yield click.style(f"Buyer {buyer} of {scenario.name}, seed {seed}", bold=True)
    arrival = f"Arrives on day {first.day:.1f} of the run; days below count from then."
    parted = parting(lives)
    if len(lives) == 1:
        yield arrival
    elif parted is None:
        yield f"{arrival} The policies make no difference to this buyer."
    else:
        then = " ".join(moment(parted.day, first.day, scenario).split())
        yield f"{arrival} The lives part on {then}, marked >."
    yield ""


def moment(day: float, arrival_day: float, scenario: Scenario) -> str:
    """Days since arrival, weekday and time of day.

    Args:
        day: Day of the run.
        arrival_day: Day of the run on which the buyer arrived.
        scenario: Says on which weekday the run starts.

    Returns:
        Such as "day   12 Thu 14:20".
    """
    minutes = int(day * _MINUTES_PER_DAY)
    whole, rest = divmod(minutes, _MINUTES_PER_DAY)
    start = _WEEKDAYS.index(scenario.team.calendar.start_weekday)
    weekday = _WEEKDAYS[(start + whole) % 7][:3].capitalize()
    since = whole - int(arrival_day * _MINUTES_PER_DAY) // _MINUTES_PER_DAY
    return f"day {since:>4} {weekday} {rest // 60:02d}:{rest % 60:02d}"


def below(lives: Lives, scenario: Scenario, width: int, every: bool = False) -> Iterator[str]:
    """The lives one below the other, for a narrow terminal or more than two policies."""
    shared = _shared(lives)
    for number, (policy, events) in enumerate(lives.items()):
        if number:
            yield ""
        yield click.style(policy, bold=True)
        rows = [
            _Row(event.day, (event.text,), (event.kind,), index == shared)
            for index, event in enumerate(events)
        ]
        for row in rows if every else _shortened(rows, events[0].day):
            mark = ">" if row.marked else " "
            head = f"{mark} {moment(row.day, events[0].day, scenario)}{_GAP}"
            yield from textwrap.wrap(head + row.texts[0], width, subsequent_indent=" " * len(head))


def beside(lives: Lives, scenario: Scenario, column: int, every: bool = False) -> Iterator[str]:
    """Two lives side by side in the order of time.

    Args:
        lives: Events by policy, two of them.
        scenario: Says on which weekday the run starts.
        column: Width of each life's column.
        every: Whether long rows of touches are told one by one.

    Yields:
        Lines; as long as both lives are the same, each event stands in both columns.
    """
    (left, ours), (right, theirs) = lives.items()
    shared, start = _shared(lives), ours[0].day
    rows = []
    for index, pair in enumerate(_by_time(ours, theirs)):
        there = [one for one in pair if one is not None]
        texts = tuple("" if one is None else one.text for one in pair)
        rows.append(_Row(there[0].day, texts, tuple(one.kind for one in there), index == shared))
    blank = " " * _MARKED_MOMENT
    yield f"{blank}{_GAP}{click.style(f'{left:<{column}}', bold=True)}{_GAP}{click.style(right, bold=True)}"
    for row in rows if every else _shortened(rows, start):
        cells = [textwrap.wrap(text, column) for text in row.texts]
        for line in range(max(map(len, cells))):
            head = f"{'>' if row.marked else ' '} {moment(row.day, start, scenario)}" if line == 0 else blank
            texts = tuple(cell[line] if line < len(cell) else "" for cell in cells)
            yield f"{head}{_GAP}{texts[0]:<{column}}{_GAP}{texts[1]}".rstrip()


class _Row(NamedTuple):
    """One moment: what happens in each life then, and whether the lives part here."""

    day: float
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    marked: bool


def _shared(lives: Lives) -> int | None:
    """Number of events that all lives begin with; None when they never part or there is only one."""
    from sim.experiment.follow import parting

    parted = parting(lives) if len(lives) > 1 else None
    return None if parted is None else parted.shared


def _shortened(rows: Sequence[_Row], start: float) -> Iterator[_Row]:
    """The rows, with long stretches in which nothing but touches happens put in one line."""
    for quiet, stretch in groupby(rows, lambda row: not row.marked and set(row.kinds) <= _QUIET):
        some = list(stretch)
        if not quiet or len(some) <= _LONGEST_TOLD:
            yield from some
            continue
        yield some[0]
        rest = some[1:]
        until = int(rest[-1].day) - int(start)
        counts = [sum(bool(row.texts[side]) for row in rest) for side in range(len(rest[0].texts))]
        texts = tuple(f"... {count} more until day {until}" if count else "" for count in counts)
        yield _Row(rest[0].day, texts, (), False)


def _by_time(
    ours: Sequence[Happening], theirs: Sequence[Happening]
) -> Iterator[tuple[Happening | None, Happening | None]]:
    """Both lives merged by day; events of the same moment and kind share a row."""
    i = j = 0
    while i < len(ours) or j < len(theirs):
        a = ours[i] if i < len(ours) else None
        b = theirs[j] if j < len(theirs) else None
        if a is not None and b is not None and (a.day, a.kind) == (b.day, b.kind):
            yield a, b
            i, j = i + 1, j + 1
        elif b is None or (a is not None and a.day <= b.day):
            yield a, None
            i += 1
        else:
            yield None, b
            j += 1
