"""Names that one part of a scenario uses and another part must define.

The checks read plain tables, so that they can run on a file that has other errors too: everything that
is wrong with a file is reported at once. Whatever has the wrong shape here is reported elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.scenario.errors import nearest_name
from sim.scenario.fields import Finding
from sim.vocabulary import Phase, word

__all__ = ["market_findings", "policy_findings", "team_findings"]

ANY = "any"
Path = tuple[str | int, ...]


def _table(value: Any, *keys: str) -> Mapping[str, Any]:
    """The table under keys, or an empty one when something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _unknown(at: Path, name: Any, known: Iterable[str], what: str, *, shown: Any = None) -> Iterator[Finding]:
    names = list(known)
    if isinstance(name, str) and name not in names:
        listed = ", ".join(names) or f"no {what} is defined"
        yield Finding(
            at,
            f"there is no {what} {name!r}",
            name if shown is None else shown,
            listed,
            nearest_name(name, names),
        )


def _transitions(at: Path, phases: Mapping[str, Any], channels: Mapping[str, Any]) -> Iterator[Finding]:
    first = word(Phase.STIMULUS)
    if first not in phases:
        yield Finding(
            at,
            f"says nothing about the first phase, {first!r}",
            allowed=f"a table transitions.{first}; later phases may be left out",
        )
    for phase, rows in phases.items():
        for last, row in _table(rows).items():
            yield from _unknown((*at, phase, last), last, (*channels, ANY), "channel")
            for channel in _table(row):
                yield from _unknown((*at, phase, last, channel), channel, channels, "channel")
        missing = [channel for channel in channels if channel not in _table(rows)]
        if isinstance(rows, Mapping) and ANY not in rows and missing:
            yield Finding(
                (*at, phase),
                f"has no row for {', '.join(missing)}",
                allowed=f'a row for every channel, or a row "{ANY}" for those without their own',
            )


def market_findings(market: Any) -> Iterator[Finding]:
    """References within a market to channels, segments and journeys that it does not define.

    Args:
        market: The market as a plain table.

    Yields:
        One finding per unknown name or missing row, at a path within the market.
    """
    channels, segments, journeys = (_table(market, key) for key in ("channels", "segments", "journeys"))
    referred = _table(market, "aftersale").get("referral_journey")
    yield from _unknown(("aftersale", "referral_journey"), referred, (*journeys, "any"), "journey")
    for name, journey in journeys.items():
        at: Path = ("journeys", name)
        if not isinstance(journey, Mapping):
            continue
        yield from _unknown((*at, "origin"), journey.get("origin"), channels, "channel")
        mix = _table(journey, "segments")
        for segment in mix:
            yield from _unknown((*at, "segments", segment), segment, segments, "segment")
        if mix and all(weight == 0 for weight in mix.values()):
            yield Finding((*at, "segments"), "gives every segment the weight 0", allowed="a weight above 0")
        for other in _table(journey, "switch"):
            yield from _unknown(
                (*at, "switch", other), other, (key for key in journeys if key != name), "other journey"
            )
        rates = [rate for rate in _table(journey, "switch").values() if isinstance(rate, float | int)]
        if sum(rates) > 1 + 1e-9:
            yield Finding(
                (*at, "switch"),
                f"the chances of switching sum to {sum(rates):.12g}",
                allowed="chances that sum to at most 1",
            )
        if isinstance(journey.get("transitions"), Mapping):
            yield from _transitions((*at, "transitions"), journey["transitions"], channels)


def _lever_findings(
    at: Path, levers: Mapping[str, Any], channels: Iterable[str], media: Iterable[str]
) -> Iterator[Finding]:
    channel = _table(levers, "nurture").get("channel")
    yield from _unknown((*at, "nurture", "channel"), channel, (*channels, "first"), "channel")
    yield from _unknown((*at, "medium"), levers.get("medium"), media, "medium")
    yield from _unknown((*at, "return_medium"), levers.get("return_medium"), (*media, "same"), "medium")
    for name in _table(levers, "spend"):
        yield from _unknown((*at, "spend", name), name, channels, "channel")


def _plan_findings(
    at: Path, plan: Mapping[str, Any], journeys: Iterable[str], channels: Iterable[str]
) -> Iterator[Finding]:
    """Journeys and channels of an engagement plan; a plan fits only markets that have them."""
    for name, phases in plan.items():
        yield from _unknown((*at, name), name, (*journeys, ANY), "journey")
        for phase, activity in _table(phases).items():
            listed = activity.get("channels") if isinstance(activity, Mapping) else None
            for place, channel in enumerate(listed if isinstance(listed, list | tuple) else ()):
                for found in _unknown((*at, name, phase, "channels", place), channel, channels, "channel"):
                    said = (
                        f"{found.said} in this market; an engagement plan fits only markets with its channels"
                    )
                    yield found._replace(said=said)


def policy_findings(
    policy: Any, market: Any, media: Iterable[str], at: Path = ("policy",)
) -> Iterator[Finding]:
    """References of a policy to journeys, channels and media that market and team do not define.

    Args:
        policy: The policy as a plain table.
        market: The market as a plain table.
        media: The names of the media the team has, the built-in ones included.
        at: Where the policy stands in the scenario.

    Yields:
        One finding per unknown name, at a path within the scenario.
    """
    if not isinstance(policy, Mapping):
        return
    known, channels = list(media), list(_table(market, "channels"))
    journeys = list(_table(market, "journeys"))
    yield from _lever_findings(at, policy, channels, known)
    for name, levers in _table(policy, "journeys").items():
        yield from _unknown((*at, "journeys", name), name, journeys, "journey")
        if isinstance(levers, Mapping):
            yield from _lever_findings((*at, "journeys", name), levers, channels, known)
    yield from _plan_findings((*at, "engagement"), _table(policy, "engagement"), journeys, channels)


def team_findings(team: Any, media: Iterable[str]) -> Iterator[Finding]:
    """References of the team to media that it does not have.

    Args:
        team: The team as a plain table.
        media: The names of the media it has, the built-in ones included.

    Yields:
        One finding per unknown name, at a path within the scenario.
    """
    medium = _table(team, "reps").get("handover_medium")
    yield from _unknown(("team", "reps", "handover_medium"), medium, (*media, "same"), "medium")
