"""One buyer's life under each policy, told event by event, and where two lives part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sim.engine.draws import seed_of
from sim.events.rows import FIRST_RIVAL, SOMEBODY_ELSE
from sim.experiment.running import finished_world
from sim.experiment.simulate import scenario_of
from sim.measure.records import RunKey, records_of
from sim.scenario import Policy, Scenario
from sim.scenario.engagement import activity_for
from sim.vocabulary import Breach, EventKind, Phase, Reason, word

__all__ = ["Happening", "NoSuchBuyer", "Parting", "life", "parting"]


class Happening(NamedTuple):
    """One event of a buyer's life.

    Attributes:
        day: When it happened, days since the start of the run.
        kind: The event in one word.
        text: What happened, in a plain sentence with the numbers that matter.
        first: First number as logged.
        second: Second number as logged.
    """

    day: float
    kind: str
    text: str
    first: float
    second: float


Lives: TypeAlias = Mapping[str, Sequence[Happening]]
"""Events by policy."""


@dataclass(frozen=True)
class Parting:
    """The first event at which lives under different policies differ.

    Attributes:
        day: Day of the earliest of the events that differ.
        shared: Number of events that all lives have in common before it.
        next: What comes next under each policy; None where nothing does.
    """

    day: float
    shared: int
    next: Mapping[str, Happening | None]


class NoSuchBuyer(ValueError):
    """No buyer of this number arrives in the run.

    Attributes:
        number: The number asked for.
        numbers: The nearest numbers of counted buyers who do arrive.
    """

    def __init__(self, number: int, numbers: Sequence[int]) -> None:
        """Take the number and others to choose from."""
        self.number, self.numbers = number, tuple(numbers)
        others = ", ".join(str(one) for one in self.numbers)
        hint = f"; there are, for instance, {others}" if others else ""
        super().__init__(f"no buyer number {number} arrives under this seed{hint}")


def life(
    scenario: Scenario | str | Path,
    policies: Sequence[Policy | str | Path],
    number: int,
    seed: int = 0,
    replication: int = 0,
) -> dict[str, list[Happening]]:
    """The life of one buyer under each policy, with the same luck.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        policies: One policy or more, their names or files.
        number: Number of the buyer, the same under every policy.
        seed: Seed of the experiment.
        replication: Replication of it.

    Returns:
        Events in order, by the name of the policy.

    Raises:
        NoSuchBuyer: If no buyer of this number arrives.
        InvalidInput: If the scenario or a policy cannot be loaded.
    """
    base = scenario_of(scenario)
    lives: dict[str, list[Happening]] = {}
    for policy in policies:
        variant = base.with_policy(policy)
        key = RunKey(variant.name, variant.policy.name, seed, replication)
        records = records_of(finished_world(variant, seed_of(seed, replication), number), variant, key)
        notes = records.tables["notes"]
        if not len(notes):
            counted = [int(one) for one in records.tables["outcomes"]["number"]]
            raise NoSuchBuyer(number, sorted(counted, key=lambda one: abs(one - number))[:5])
        tellers = _tellers(variant)
        lives[variant.policy.name] = [_happening(line, tellers) for line in notes]
    return lives


def parting(lives: Lives) -> Parting | None:
    """Where lives under different policies part.

    Args:
        lives: Events by policy, as `life` gives them.

    Returns:
        The first event that is not the same under all policies; None when the lives are the same throughout.
    """
    for shared, events in enumerate(zip_longest(*lives.values())):
        if any(event != events[0] for event in events):
            day = min(event.day for event in events if event is not None)
            return Parting(day, shared, dict(zip(lives, events, strict=True)))
    return None


Teller: TypeAlias = Callable[[float, float], str]


def _happening(line: Any, tellers: Mapping[EventKind, Teller]) -> Happening:
    kind = EventKind(int(line["kind"]))
    first, second = float(line["first"]), float(line["second"])
    return Happening(float(line["day"]), word(kind), tellers[kind](first, second), first, second)


def _at(position: float) -> str:
    """A position on the track with the phase it lies in."""
    phase = max((phase for phase in Phase if phase.lower_bound <= position + 1e-12), default=Phase.STIMULUS)
    return f"{position:.2f} of the track ({word(phase).replace('-', ' ')})"


def _facts(count: float) -> str:
    return f"{count:.0f} fact{'s' if count != 1 else ''}"


def _attempts(count: float) -> str:
    return f"{count:.0f} attempt{'s' if count != 1 else ''}"


def _why(number: float) -> str:
    return word(Reason(int(number))).replace("-", " ")


def _rep(number: float) -> str:
    return f"rep {number:.0f}" if number >= 0 else "the common queue"


def _seen_in_phase(scenario: Scenario, phase: float, journey: float) -> str:
    """What marketing makes of a buyer by the engagement plan; the plan of the policy at the start."""
    where, name = Phase(int(phase)), list(scenario.market.journeys)[int(journey)]
    activity = activity_for(scenario.policy.engagement, name, where)
    said = f"marketing sees the buyer in the phase {word(where).replace('-', ' ')}"
    if activity is None:
        return said
    by = {"sales": "a rep acts", "marketing": "marketing acts", "both": "marketing acts and sales is told"}
    content = f": {activity.content}" if activity.content else ""
    return f"{said}; by the plan {by[activity.role]} every {activity.every:g} days{content}"


def _tellers(scenario: Scenario) -> dict[EventKind, Teller]:
    """A sentence for each kind of event; names come from the scenario."""
    channels, rivals = list(scenario.market.channels), list(scenario.market.rivals)
    currency = scenario.market.currency
    breaches = {
        Breach.NOTHING: "nothing follows",
        Breach.ESCALATE: "the call goes to the head of the queue",
        Breach.REASSIGN: "another rep gets the lead",
        Breach.TAKE_BACK: "marketing takes the lead back",
    }

    def touched(by: str, channel: float, position: float) -> str:
        return f"{by} through {channels[int(channel)]} at {_at(position)}"

    def chose_another(code: float, position: float) -> str:
        if int(code) + FIRST_RIVAL == SOMEBODY_ELSE:
            return f"buys from somebody else at {_at(position)}"
        return f"buys from the rival {rivals[int(code)]} at {_at(position)}"

    return {
        EventKind.ARRIVED: lambda x, clock: f"arrives at {_at(x)}; the clock strikes on day {clock:.1f}",
        EventKind.TOUCHED: partial(touched, "searches on its own"),
        EventKind.NURTURED: partial(touched, "is nurtured"),
        EventKind.RAISED_HAND: lambda x, hot: (
            f"raises a hand at {_at(x)}" + (", and is hot: reachable for minutes to hours" if hot else "")
        ),
        EventKind.COOLED: lambda x, _: f"hears from nobody and cools off at {_at(x)}",
        EventKind.GO: lambda rep, x: f"sales is told to get ready: {_rep(rep)}, buyer at {_at(x)}",
        EventKind.CALLED_OFF: lambda rep, x: f"{_rep(rep)} is told to stop: the buyer slid back to {_at(x)}",
        EventKind.LET_GO: lambda x, seen: f"marketing lets go at score {seen:.2f}; true position {_at(x)}",
        EventKind.ASSIGNED: lambda rep, known: f"lands with {_rep(rep)}, who has {_facts(known)} on record",
        EventKind.ACCEPTED: lambda rep, _: f"{_rep(rep)} accepts the lead",
        EventKind.REJECTED: lambda rep, _: f"{_rep(rep)} rejects the lead",
        EventKind.IGNORED: lambda rep, _: f"{_rep(rep)} lets the lead lie and tells nobody",
        EventKind.PREPARED: lambda hours, _: f"the rep has prepared; {hours:.1f} hours of it are fresh",
        EventKind.ATTEMPTED: lambda nth, reached: (
            f"attempt {nth:.0f}: " + ("the buyer answers" if reached else "no answer")
        ),
        EventKind.BREACHED: lambda what, days: (
            f"the response target is missed after {days:.1f} days; {breaches[Breach(int(what))]}"
        ),
        EventKind.TAKEN_BACK: lambda *_: "marketing takes the lead back",
        EventKind.EXPIRED: lambda _, tried: f"the lead expires after {_attempts(tried)}",
        EventKind.PASSED: lambda x, v: (
            f"the pass: first live contact at {_at(x)}, leaving at {v:.4f} per day"
        ),
        EventKind.QUALIFIED: lambda chance, _: f"becomes an opportunity (chance {chance:.0%})",
        EventKind.DISQUALIFIED: lambda why, chance: (
            f"is disqualified for {_why(why)} (chance was {chance:.0%})"
        ),
        EventKind.DISCOVERED: lambda found, again: (
            f"the rep asks and learns {_facts(found)}"
            + (f"; {again:.0f} had been told before" if again else "")
        ),
        EventKind.MET: lambda x, v: f"a meeting at {_at(x)}, leaving at {v:.4f} per day",
        EventKind.PROPOSED: lambda x, v: f"a proposal at {_at(x)}, leaving at {v:.4f} per day",
        EventKind.FORECAST: lambda *_: "the deal is forecast: the buyer is committed",
        EventKind.WAITED: lambda x, clock: (
            f"decides to wait, back to {_at(x)}; the clock strikes on day {clock:.1f}"
        ),
        EventKind.CHOSE_US: lambda *_: "chooses us",
        EventKind.CHOSE_RIVAL: chose_another,
        EventKind.CHOSE_SOMEBODY_ELSE: chose_another,
        EventKind.WON: lambda value, _: f"signs: closed-won, {value:,.2f} {currency}",
        EventKind.LOST: lambda why, _: f"the opportunity is closed-lost: {_why(why)}",
        EventKind.RESTED: lambda why, days: (
            f"goes back to marketing ({_why(why)}) and rests for {days:.0f} days"
        ),
        EventKind.RETURNED: lambda lap, x: f"is marketing's again, on lap {lap + 1:.0f}, at {_at(x)}",
        EventKind.DROPPED: lambda why, _: f"is dropped ({_why(why)}): nobody here will call again",
        EventKind.RIVAL_ENGAGED: lambda who, x: (
            f"the rival {rivals[int(who)]} speaks with the buyer at {_at(x)}"
        ),
        EventKind.FOLLOW_UP_ENDED: lambda *_: "the follow-up ends: what comes later is not counted",
        EventKind.WITHHELD: lambda held, belief: (
            f"whoever passes the record on thinks {belief:.0%} of the other side and keeps back {_facts(held)}"
        ),
        EventKind.BROUGHT_FORWARD: lambda seen, aim: (
            f"marketing's pay cannot wait: let go at score {seen:.2f}, below the aim of {aim:.2f}"
        ),
        EventKind.HELD_ON: lambda seen, aim: (
            f"marketing, paid for revenue, holds on at score {seen:.2f}, past the aim of {aim:.2f}"
        ),
        EventKind.LET_LIE: lambda until, _: (
            f"a touch would not pay: marketing lets it lie until day {until:.1f}"
        ),
        EventKind.PUSHED: lambda rate, left: (
            f"the rep offers {rate:.0%} off, good for the {left:.0f} days left of the quarter"
        ),
        EventKind.PASSED_ON: lambda rep, lost: (
            f"its rep leaves the firm; {_rep(rep)} takes over, and {_facts(lost)} got lost on the way"
        ),
        EventKind.TOLD_IN_PERSON: lambda told, _: (
            f"people from both departments talk: {_facts(told)} told in person"
        ),
        EventKind.NOT_AGREED: lambda seen, bar: (
            f"a hand was raised at score {seen:.2f}, below the agreed bar of {bar:.2f}: not followed"
        ),
        EventKind.TO_COMMITTEE: lambda day, _: (
            f"the request waits for the committee's meeting on day {day:.1f}"
        ),
        EventKind.ENGAGED: partial(touched, "hears from a rep"),
        EventKind.SEEN_IN_PHASE: partial(_seen_in_phase, scenario),
        **_tellers_of_customers(currency),
    }


def _tellers_of_customers(currency: str) -> dict[EventKind, Teller]:
    """Sentences for the talk about the price and for what follows a sale."""
    return {
        EventKind.WISHED: lambda wish, at_once: (
            f"asks for {wish:.1%} off the price; the rep "
            + ("gives it at once" if at_once else "must ask the deal desk")
        ),
        EventKind.ALLOWED: lambda given, wish: (
            f"the deal desk allows {given:.1%} of the {wish:.1%} asked for"
        ),
        EventKind.BECAME_CUSTOMER: lambda satisfied, owner: (
            f"is a customer with satisfaction {satisfied:.2f}, "
            + (f"looked after by {_rep(owner)}" if owner >= 0 else "looked after by nobody")
        ),
        EventKind.ACCOUNT_PASSED: lambda owner, known: (
            f"the second handoff: {_rep(owner)} takes the account over with {_facts(known)} on record"
        ),
        EventKind.FARMED: lambda share, nth: (
            f"visit {nth:.0f} by the account owner; {share:.0%} of those due"
        ),
        EventKind.REVIEWED: lambda valence, _: f"writes a review with satisfaction {valence:.2f}",
        EventKind.REFERRED_ANOTHER: lambda child, nth: (
            f"referral {nth:.0f}: speaks of us to buyer {child:.0f}, who arrives"
        ),
        EventKind.RENEWED: lambda value, nth: f"renews for term {nth + 1:.0f}: {value:,.2f} {currency}",
        EventKind.EXPANDED: lambda value, growth: (
            f"buys {growth:.0%} more: the contract is worth {value:,.2f} {currency} now"
        ),
        EventKind.CHURNED: lambda why, satisfied: (
            f"leaves us ({_why(why)}) with satisfaction {satisfied:.2f}"
        ),
    }
