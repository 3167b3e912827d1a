"""Published patterns that can be asked of any market, yours included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from sim.experiment import outcome_counts as outcomes
from sim.experiment import pattern_counts as counts
from sim.experiment.patterns import Pattern
from sim.experiment.published_integration import ALIGNED, alignment_of
from sim.experiment.setups import Count, Setup
from sim.scenario import Scenario

__all__ = ["Unasked", "own_patterns"]

SHIFTS = (-0.5, -0.25, 0.0, 0.25, 0.5)
"""Aims tried for the exchange position, relative to each journey's zone."""

FLOOD = ((1.5, "flat: below 1.25", 1.25), (3.0, "below 1", 1.0))
"""Multiples of the leads, and what is published of the sales that the same staff makes of them."""

CLOCK = ((91, "10 to 15%", 0.10, 0.15), (182, "26%", 0.23, 0.29), (365, "45%", 0.42, 0.48))
"""Share that has bought from anyone within so many days. Source: T4.2."""


@dataclass(frozen=True)
class Unasked:
    """A pattern that a scenario cannot be asked for.

    Attributes:
        name: The pattern.
        why: What is missing.
    """

    name: str
    why: str


def own_patterns(market: str) -> tuple[list[Pattern], list[Unasked]]:
    """The patterns that a scenario can be compared with.

    Args:
        market: Name of a shipped market, or a file.

    Returns:
        Patterns that run this scenario, and those that it cannot be asked for.

    Raises:
        InvalidInput: If it cannot be loaded.
    """
    scenario = Scenario.load(market)
    found, unasked = [*_funnel(market), *_directions(market), alignment_of(market)], []
    for day, published, low, high in CLOCK:
        name = f"bought from anyone within {day} days"
        if scenario.horizon.follow_up_days < day:
            unasked.append(Unasked(name, f"horizon.follow_up_days is {scenario.horizon.follow_up_days:g}"))
        else:
            found.append(_plain(market, name, "lead", published, "T4.2", low, high, counts.bought_by(day)))
    if scenario.market.demand.arrivals_file is not None:
        unasked.append(Unasked("sales at more leads, same staff", "arrivals come from a file"))
    elif scenario.market.demand.population is not None:
        unasked.append(Unasked("sales at more leads, same staff", "arrivals come from a finite population"))
    else:
        found += _flooded(market, scenario)
    return found, unasked


def _plain(
    market: str, name: str, per: str, published: str, source: str, low: float, high: float, count: Count,
    *overrides: str,
) -> Pattern:  # fmt: skip
    setups = (Setup(market, None, overrides),)
    return Pattern(name, per, published, source, low, high, "emerging", setups, count, counts.share)


def _compared(
    market: str, name: str, published: str, source: str, high: float, count: Count,
    changes: Sequence[Sequence[str]], combine: Any = counts.against_first, low: float = 0.0,
    policies: Sequence[str | None] | None = None,
) -> Pattern:  # fmt: skip
    named = policies or [None] * len(changes)
    setups = tuple(Setup(market, policy, tuple(one)) for policy, one in zip(named, changes, strict=True))
    return Pattern(name, "ratio", published, source, low, high, "emerging", setups, count, combine)


# fmt: off
def _funnel(market: str) -> Iterator[Pattern]:
    def plain(*given: Any) -> Pattern:
        return _plain(market, *given)

    yield plain("lead becomes opportunity", "lead", "13%", "T3.1", 0.11, 0.15,
                counts.measured("lead_to_opportunity_rate"))
    yield plain("opportunity becomes deal", "opportunity", "6%", "T3.1", 0.045, 0.075, counts.measured("win_rate"))
    yield plain("lead becomes deal", "lead", "0.78%", "T3.1", 0.0055, 0.011, counts.measured("lead_to_won_rate"))
    yield plain("forecast deal won", "forecast deal", "47%", "T3.10", 0.42, 0.52, counts.measured("forecast_win_rate"))
    yield plain("forecast deal lost to somebody", "forecast deal", "31%", "T3.10", 0.26, 0.36, counts.lost_to_others)
    yield plain("forecast deal ends without decision", "forecast deal", "22%", "T3.10", 0.17, 0.27,
                counts.measured("forecast_no_decision_rate"))
    yield plain("opportunity ends without decision", "opportunity closed", "40 to 60%", "T5.9", 0.4, 0.6,
                counts.measured("no_decision_rate"))
    yield plain("won within a month of arrival", "win", "17%", "T3.6", 0.10, 0.24, outcomes.won_between(-1, 30.5))
    yield plain("days from lead to opportunity", "lead that became one", "84", "T3.1", 60, 110,
                outcomes.days_to_opportunity)
    yield plain("lead let go that nobody tries to reach", "lead let go", "about 70%", "T2.1, T2.10", 0.6, 0.75,
                counts.never_tried)
    yield plain("attempts answered", "attempt", "32 to 47%", "T1.20", 0.32, 0.47, counts.answered)
    yield plain("facts that survive a pass by word of mouth", "fact known at the pass", "48%", "T6.2", 0.468, 0.488,
                counts.facts_survived, 'policy.medium="verbal"', "policy.warm_introduction=false")


def _directions(market: str) -> Iterator[Pattern]:
    yield _compared(market, "leads nobody tries to reach, tracked against not", "0.31 at best", "T2.9", 0.9,
                    counts.never_tried, [["policy.triage.tracking_rate=0"], ["policy.triage.tracking_rate=0.9"]],
                    low=0.25)
    yield _compared(market, "proposals won, three alignments against none", "1.38", "T7.3", 1.7,
                    counts.measured("forecast_win_rate"), [[], []], low=1.1, policies=("today", ALIGNED))
    yield _compared(market, "no decision, all facts known to sales against half of them", "0.71", "T3.11", 0.98,
                    counts.measured("forecast_no_decision_rate"),
                    [['policy.medium="verbal"', "policy.warm_introduction=false"],
                     ['policy.medium="shared-record"', "policy.warm_introduction=true",
                      "policy.introduction_conveys_rate=1", "team.tasks.discover_rate=1"]], low=0.5)
    yield _compared(market, "best exchange position between far too early and far too late, against the better end",
                    "above 1", "T9.13", inf, counts.measured("lead_to_won_rate"),
                    [['policy.triggers=["score"]', f"policy.aim={{shift={shift}}}"] for shift in SHIFTS],
                    counts.best_inside, low=1.0)
# fmt: on


def _flooded(market: str, scenario: Scenario) -> Iterator[Pattern]:
    arrivals = scenario.market.demand.arrivals_per_day
    for times, published, high in FLOOD:
        more = [[f"market.demand.arrivals_per_day={arrivals * factor:.12g}"] for factor in (1, times)]
        name = f"sales at {times:g} times the leads, same staff"
        yield _compared(market, name, published, "T7.11", high, counts.measured("closed_won_count"), more)
