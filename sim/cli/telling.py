"""A buyer's events in plain words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.scenario.document import Scenario
from sim.vocabulary import Breach, EventKind, Phase, Reason, from_word, word

__all__ = ["Event", "told", "when"]

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHY = {
    Reason.TIMING: "the time is not right",
    Reason.RIVAL: "a rival was stronger",
    Reason.NO_DECISION: "no decision was made",
    Reason.PRICE: "the price",
    Reason.FIT: "the offer does not fit",
    Reason.UNREACHED: "never reached",
    Reason.REJECTED: "sales did not want it",
    Reason.IGNORED: "sales did not work it",
    Reason.TAKEN_BACK: "marketing took it back",
    Reason.SOMEBODY_ELSE: "bought from somebody else",
}
_SOMETHING_ELSE = "bought elsewhere meanwhile"
_PHASES = {
    Phase.STIMULUS: "first interest",
    Phase.ZERO_MOMENT: "research",
    Phase.EVALUATION: "evaluation",
    Phase.FIRST_MOMENT: "decision",
}


@dataclass(frozen=True)
class Event:
    """One line of a buyer's life.

    Attributes:
        day: Day of the run.
        kind: What happened.
        first: First number of the event; its meaning depends on the kind.
        second: Second number.
    """

    day: float
    kind: EventKind
    first: float
    second: float

    @classmethod
    def of_row(cls, day: float, kind: str, first: float, second: float) -> Event:
        """An event as a row of the events frame has it."""
        return cls(float(day), from_word(EventKind, kind), float(first), float(second))


def when(event: Event, arrival_day: float, scenario: Scenario) -> str:
    """Days since arrival, weekday and time of day, such as "day   3 Thu 14:20"."""
    minutes = round(event.day * 1440)
    start = _LONG_WEEKDAYS.index(scenario.team.calendar.start_weekday)
    weekday = _WEEKDAYS[(start + minutes // 1440) % 7]
    since = minutes // 1440 - round(arrival_day * 1440) // 1440
    return f"day {since:>3} {weekday} {minutes % 1440 // 60:02d}:{minutes % 60:02d}"


def told(event: Event, scenario: Scenario) -> str:
    """What happened, in a short clause without a full stop."""
    return _TELLERS[event.kind](event, scenario)


def _at(position: float) -> str:
    return f"{100 * position:.0f}% of the way"


def _phase(position: float) -> str:
    return _PHASES[Phase(min(3, max(0, math.floor(position * 4))))]


def _rep(number: float) -> str:
    return f"rep {number:.0f}" if number >= 0 else "sales"


def _why(number: float) -> str:
    return _WHY[Reason(round(number))] if number >= 0 else _SOMETHING_ELSE


def _named(names: Sequence[str], number: float, otherwise: str) -> str:
    return names[round(number)] if 0 <= round(number) < len(names) else otherwise


def _channel(event: Event, scenario: Scenario) -> str:
    return _named(list(scenario.market.channels), event.first, "a channel")


def _rival(event: Event, scenario: Scenario) -> str:
    return _named(list(scenario.market.rivals), event.first, "a rival")


def _breached(event: Event, scenario: Scenario) -> str:
    what = {
        Breach.NOTHING: "nobody notices", Breach.ESCALATE: "moved to the front of the queue",
        Breach.REASSIGN: "given to another rep", Breach.TAKE_BACK: "marketing takes the lead back",
    }[Breach(round(event.first))]  # fmt: skip
    return f"response target missed: {what}"


def _prepared(event: Event, scenario: Scenario) -> str:
    return f"rep has prepared for {event.first * 60:.0f} minutes"


def _attempted(event: Event, scenario: Scenario) -> str:
    return f"rep calls (try {event.first:.0f}): {'answered' if event.second else 'no answer'}"


def _discovered(event: Event, scenario: Scenario) -> str:
    again = f", {event.second:.0f} of them asked again" if event.second else ""
    return f"rep asks and learns {event.first:.0f} facts{again}"


def _rested(event: Event, scenario: Scenario) -> str:
    return f"back to marketing ({_why(event.first)}), left in peace for {event.second:.0f} days"


_TELLERS: dict[EventKind, Callable[[Event, Scenario], str]] = {
    EventKind.ARRIVED: lambda e, s: f"ARRIVES, {_at(e.first)} ({_phase(e.first)})",
    EventKind.TOUCHED: lambda e, s: f"touch by {_channel(e, s)}: {_at(e.second)}",
    EventKind.NURTURED: lambda e, s: f"marketing writes ({_channel(e, s)}): {_at(e.second)}",
    EventKind.RAISED_HAND: lambda e, s: "raises a hand" + (", eager now" if e.second else ""),
    EventKind.COOLED: lambda e, s: f"has cooled off: {_at(e.first)}",
    EventKind.GO: lambda e, s: f"marketing tells {_rep(e.first)} to get ready",
    EventKind.CALLED_OFF: lambda e, s: f"marketing calls it off: {_at(e.second)}",
    EventKind.LET_GO: lambda e, s: f"HANDED TO SALES at {_at(e.first)} (marketing thinks {100 * e.second:.0f}%)",
    EventKind.ASSIGNED: lambda e, s: f"assigned to {_rep(e.first)}",
    EventKind.ACCEPTED: lambda e, s: f"{_rep(e.first)} takes the lead",
    EventKind.REJECTED: lambda e, s: f"{_rep(e.first)} sends the lead back",
    EventKind.IGNORED: lambda e, s: f"{_rep(e.first)} lets the lead lie",
    EventKind.PREPARED: _prepared,
    EventKind.ATTEMPTED: _attempted,
    EventKind.BREACHED: _breached,
    EventKind.TAKEN_BACK: lambda e, s: "marketing takes the lead back",
    EventKind.EXPIRED: lambda e, s: f"sales gives up after {e.second:.0f} tries ({_why(e.first)})",
    EventKind.PASSED: lambda e, s: f"PASS: sales and buyer talk, {_at(e.first)}",
    EventKind.QUALIFIED: lambda e, s: "becomes an opportunity",
    EventKind.DISQUALIFIED: lambda e, s: f"does not become an opportunity: {_why(e.first)}",
    EventKind.DISCOVERED: _discovered,
    EventKind.MET: lambda e, s: f"meeting: {_at(e.first)}",
    EventKind.PROPOSED: lambda e, s: f"proposal: {_at(e.first)}",
    EventKind.FORECAST: lambda e, s: "buyer is committed: deal is forecast",
    EventKind.WAITED: lambda e, s: "could decide, but waits",
    EventKind.CHOSE_US: lambda e, s: "CHOOSES US",
    EventKind.CHOSE_RIVAL: lambda e, s: f"CHOOSES A RIVAL: {_rival(e, s)}",
    EventKind.CHOSE_SOMEBODY_ELSE: lambda e, s: "BUYS FROM SOMEBODY ELSE",
    EventKind.WON: lambda e, s: f"DEAL WON: {e.first:,.6g} {s.market.currency}",
    EventKind.LOST: lambda e, s: f"DEAL LOST: {_why(e.first)}",
    EventKind.RESTED: _rested,
    EventKind.RETURNED: lambda e, s: f"lap {e.first + 1:.0f} begins, {_at(e.second)}",
    EventKind.DROPPED: lambda e, s: f"dropped for good: {_why(e.first)}",
    EventKind.RIVAL_ENGAGED: lambda e, s: f"a rival speaks to the buyer ({_rival(e, s)})",
    EventKind.FOLLOW_UP_ENDED: lambda e, s: "end of follow-up",
}

assert len(_TELLERS) == len(EventKind), f"untold: {[word(kind) for kind in EventKind if kind not in _TELLERS]}"
