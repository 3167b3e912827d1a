"""The bench lap as its rivals know it: the scenario's numbers, and what they write down about a run.

The scenario file `benchmark-lap` is the only place where the numbers stand, so that no model can drift away
from another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from math import log

from sim.events.setting import params
from sim.scenario import Scenario
from sim.vocabulary import Phase

NAME = "benchmark-lap"
BUYERS_PER_REP = 500
"""Buyers a year for each rep, at every size: the load per rep must not change with the size of the market."""

HORIZON_DAYS = 365.0
HOURS_PER_DAY = 24.0
DAYS_PER_MONTH = 365.25 / 12.0
FACTS = 8


def lap_scenario(buyers: int) -> Scenario:
    """The bench lap for about so many buyers a year (they arrive as a Poisson stream)."""
    return Scenario.load(NAME, NAME).with_overrides(
        [
            f"market.demand.arrivals_per_day={buyers / HORIZON_DAYS!r}",
            f"team.reps.count={max(1, round(buyers / BUYERS_PER_REP))}",
        ]
    )


@dataclass(frozen=True, slots=True)
class Lap:
    """The numbers of the bench lap, under the names a modeller would give them."""

    days: float
    counted_days: float
    follow_up_days: float
    arrivals_per_day: float
    reps: int
    # The buyer.
    purchases_per_day: float
    pull_forward: float
    touches_per_day: float
    quicken_factor: float
    quicken_days: float
    start_odds_log: float
    start_spread: float
    fit_spread: float
    momentum_days: float
    grace_days: float
    cooling_days: float
    origin: int
    channels: range
    chain: list[list[list[float]]]  # cumulative, by phase and last channel
    gain: list[list[float]]  # by channel and phase
    half_saturation: list[float]  # by channel
    # Marketing.
    aim: float
    score_noise: float
    # The exchange and sales.
    attempts: int
    attempt_spacing: float
    expiry_days: float
    answer_rate: float
    top_speed: float
    preparation_hours: float
    stale_days: float
    zone: tuple[float, float]
    qualify: tuple[float, float, float]
    attempt_hours: float
    discover_hours: float
    meet_hours: float
    close_hours: float
    discover_rate: float
    meeting_gain: float
    meeting_spacing: float
    max_meetings: int
    cool_off_days: float
    laps: int
    kept_position: float
    # The choice.
    base_value: float
    fit_value: float
    facts_value: float
    late_value: float
    unassisted_value: float
    other_value: float
    wait_value: float
    indecision_value: float
    fallback: float

    @classmethod
    def of(cls, scenario: Scenario) -> Lap:
        """Read the lap from the scenario that the project runs."""
        market, team, policy, horizon = scenario.market, scenario.team, scenario.policy, scenario.horizon
        (name,) = market.journeys
        (segment,) = market.segments.values()
        journey = market.resolved_journey(name)
        channels = list(market.channels)
        choice, clock = market.choice, market.clock
        engine = params(scenario)
        start = journey.start_position
        return cls(
            days=horizon.end_day,
            counted_days=horizon.counted_days,
            follow_up_days=horizon.follow_up_days,
            arrivals_per_day=market.demand.arrivals_per_day,
            reps=team.reps.count,
            purchases_per_day=clock.hazard_per_month / DAYS_PER_MONTH,
            pull_forward=clock.pull_forward_rate,
            touches_per_day=journey.touches_per_day,
            quicken_factor=clock.quicken_factor,
            quicken_days=clock.quicken_days,
            start_odds_log=_log_odds(start),
            start_spread=journey.start_spread,
            fit_spread=segment.fit_spread,
            momentum_days=journey.momentum_days,
            grace_days=market.cooling.grace_days,
            cooling_days=market.cooling.cooling_days,
            origin=channels.index(journey.origin),
            channels=range(len(channels)),
            chain=[
                [
                    list(accumulate(journey.transition_row(phase, last).get(to, 0.0) for to in channels))
                    for last in channels
                ]
                for phase in Phase
            ],
            gain=[list(channel.gain) for channel in market.channels.values()],
            half_saturation=[channel.half_saturation for channel in market.channels.values()],
            aim=journey.zone[0] + policy.aim.shift,
            score_noise=team.marketers.score_noise,
            attempts=policy.attempts,
            attempt_spacing=policy.attempt_spacing.days,
            expiry_days=policy.expiry_days,
            answer_rate=market.attention.answer_rate,
            top_speed=team.reps.top_readiness_per_day,
            preparation_hours=team.reps.preparation_hours_scale,
            stale_days=team.reps.stale_days,
            zone=(journey.zone[0], journey.zone[1]),
            qualify=(
                float(engine.qualify_base_value),
                float(engine.qualify_fit_value),
                float(engine.qualify_early_value),
            ),
            attempt_hours=team.tasks.attempt,
            discover_hours=team.tasks.discover,
            meet_hours=team.tasks.meet,
            close_hours=team.tasks.close,
            discover_rate=team.tasks.discover_rate,
            meeting_gain=team.tasks.meeting_gain,
            meeting_spacing=team.tasks.meeting_spacing.days,
            max_meetings=team.tasks.max_meetings,
            cool_off_days=policy.recycling.cool_off_days["no-decision"],
            laps=policy.recycling.max_laps,
            kept_position=policy.recycling.kept_position_rate,
            base_value=choice.base_value,
            fit_value=choice.fit_value,
            facts_value=choice.facts_value,
            late_value=choice.late_value,
            unassisted_value=choice.unassisted_value,
            other_value=choice.other_value,
            wait_value=choice.wait_value,
            indecision_value=choice.indecision_value,
            fallback=choice.fallback_position,
        )


def _log_odds(p: float) -> float:
    return log(p / (1.0 - p))


@dataclass(slots=True)
class Exchange:
    """One letting-go of a counted buyer."""

    let_go_day: float
    first_attempt_day: float | None = None
    attempts: int = 0
    passed: bool = False
    position: float | None = None


@dataclass(slots=True)
class Result:
    """What is left of a counted buyer."""

    touches: int
    laps: int
    won: bool
    exchanges: int


@dataclass(slots=True)
class Record:
    """What a run writes down about its counted buyers."""

    results: list[Result] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    buyers: int = 0
    events: int = 0
