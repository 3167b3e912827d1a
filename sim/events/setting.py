"""From words to numbers: a scenario becomes the tables of a run.

This is the only place where the scenario's options are translated; everything after it sees numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, inf
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.agenda import Agenda, grown_agenda, has_room, new_agenda, with_subjects
from sim.engine.draws import luck
from sim.engine.tables import grown, new_table
from sim.events.aftersale_setting import set_aftersale, start_word_of_mouth
from sim.events.arrivals_file import arrival_table
from sim.events.firm import firm_table
from sim.events.integration import mechanisms_change
from sim.events.levers import copy_fields, lever_table, plan_table, policies_of
from sim.events.numbers import PARAMS
from sim.events.organisation import week_begins
from sim.events.rivals import all_are_events
from sim.events.rivals_setting import set_rivals
from sim.events.rows import (
    BUYER,
    CHANGE,
    DAY,
    DEAL,
    EXCHANGE,
    LOG,
    OUTCOME,
    PHASE,
    RIVAL_MIND,
    STATE,
    World,
    bind,
)
from sim.events.staffing import marketer_table, rep_table, set_people
from sim.events.switches import is_bare
from sim.rules.demand import clock_rate_per_day
from sim.rules.facts import completeness, decay_per_day
from sim.scenario import Scenario
from sim.vocabulary import Entity, Fact, Phase, Task, word

MINUTES_PER_DAY = 1440.0
DURATION_LAWS = {"fixed": 0, "lognormal": 1, "exponential": 2}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FOLLOW_NOBODY, FOLLOW_ALL = -1, -2
MARGIN = 32
"""Rows left at which a table is given more room; twice what the loop insists on."""
AGENDA_TABLES = tuple(f"agenda_{name}" for name in Agenda._fields)


def new_world(scenario: Scenario, seed: int, follow: int = FOLLOW_NOBODY, overridden: int = 0) -> World:
    """The world of a run, before its first event.

    Args:
        scenario: What is simulated.
        seed: Seed of the run, not negative.
        follow: Number of the buyer whose events are logged, `FOLLOW_ALL` or `FOLLOW_NOBODY`.
        overridden: Bits of the decisions that Python makes, numbered by `Decision`.

    Returns:
        The tables, sized for the arrivals expected; `advance` says when they must grow.
    """
    p, levers, changes, arrivals, firms, bare = translated(scenario)
    expected = len(arrivals) if p.from_file else float(p.arrivals_per_day * p.end_day)
    counted = max(64, int(expected * (p.counted_end - p.warmup_end) / p.end_day * 1.1))
    s = state(scenario, seed, follow, overridden, changes, levers)
    events = max(64.0, expected * expected_events(p, s))
    buyers = max(256, int(expected) // 2)
    calendar = new_agenda(float(p.end_day), events, int(p.reps) + buyers)
    # A log that is large enough is never copied, and what is not written on costs no memory.
    noted = {FOLLOW_NOBODY: 1, FOLLOW_ALL: 2 * int(events)}.get(follow, 1024)
    tables = {
        "buyers": new_table(BUYER, buyers),
        "reps": rep_table(scenario, seed, p),
        "levers": levers,
        "changes": changes,
        "exchanges": new_table(EXCHANGE, counted),
        "deals": new_table(DEAL, counted),
        "outcomes": new_table(OUTCOME, counted),
        "days": new_table(DAY, int(p.end_day) + 2),
        "notes": new_table(LOG, noted),
        "arrivals": arrivals,
        **agenda_tables(calendar),
        "firms": firms,
        "marketers": marketer_table(scenario, firms),
        "phases": new_table(PHASE, int(p.journeys) * len(Phase)),
        "plans": plan_table(scenario, policies_of(scenario)),
        "rivals": new_table(RIVAL_MIND, max(1, int(p.rivals))),
    }
    s.bare = int(bare)
    s.next_arrival_day = arrivals[0].day if p.from_file and len(arrivals) else 0.0
    world = World(p, s, tables)
    bind(world)
    week_begins(world, 0.0)
    mechanisms_change(world, 0.0, 1.0)
    return world


class Translation(NamedTuple):
    """A scenario as numbers; no run writes there.

    Attributes:
        p: Market, team and horizon (`PARAMS`).
        levers: One row per policy and journey (`LEVERS`).
        changes: Days on which each policy takes over (`CHANGE`).
        arrivals: Arrivals read from a file, if any (`ARRIVAL`).
        firms: What holds for the firm as a whole, one row per policy (`FIRM`).
        bare: Whether everything that can be switched off is.
    """

    p: Any
    levers: Any
    changes: Any
    arrivals: Any
    firms: Any
    bare: bool


_translated: dict[int, tuple[Scenario, Translation]] = {}
_KEPT_TRANSLATIONS = 8


def translated(scenario: Scenario) -> Translation:
    """A scenario as numbers, kept for the next seed."""
    known = _translated.get(id(scenario))
    if known is not None and known[0] is scenario:
        return known[1]
    p = params(scenario)
    policies = policies_of(scenario)
    changes = new_table(CHANGE, len(policies))
    changes.day[1:] = [change.day for change in scenario.horizon.changes]
    arrivals = arrival_table(scenario)
    p.from_file = 0 if scenario.market.demand.arrivals_file is None else 1
    levers, firms = lever_table(scenario, policies), firm_table(scenario, policies)
    found = Translation(p, levers, changes, arrivals, firms, is_bare(p, levers, firms))
    while len(_translated) >= _KEPT_TRANSLATIONS:
        _translated.pop(next(iter(_translated)), None)
    _translated[id(scenario)] = (scenario, found)
    return found


def agenda_tables(calendar: Agenda) -> dict[str, Any]:
    """The calendar's tables under their names in the world."""
    return dict(zip(AGENDA_TABLES, calendar, strict=True))


def grow(world: World) -> None:
    """Give the tables that are nearly full, and the agenda if it is, more room."""
    tables, s = world.tables, world.s
    used = {
        "buyers": s.rows_used,
        "exchanges": s.exchanges,
        "deals": s.deals,
        "outcomes": s.outcomes,
        "notes": s.notes,
    }
    for name, rows in used.items():
        if len(tables[name]) - rows <= MARGIN and (name != "notes" or s.follow != FOLLOW_NOBODY):
            tables[name] = grown(tables[name], 2 * len(tables[name]))
    calendar = Agenda(*(tables[name] for name in AGENDA_TABLES))
    calendar = with_subjects(calendar, len(tables["reps"]) + len(tables["buyers"]))
    needed = int(s.rows_used) + MARGIN if s.looks_again else MARGIN
    if not has_room(calendar, needed):
        calendar = grown_agenda(calendar, needed)
    tables.update(agenda_tables(calendar))
    bind(world)


def expected_events(p: Any, s: Any) -> float:
    """A guess at what stands on the agenda per buyer; it only sizes the agenda."""
    touches = float(
        np.dot(p.touches_per_day[: p.journeys], np.diff(p.journey_share[: p.journeys], prepend=0.0))
    )
    moments = float(p.rival_total) if all_are_events(p, s) else 0.0
    return 8.0 + (touches + moments) * min(365.0, float(p.end_day) / 2)


def state(scenario: Scenario, seed: int, follow: int, overridden: int, changes: Any, levers: Any) -> Any:
    """What the run remembers, at its start."""
    s = new_table(STATE, 1)[0]
    s.seed = seed
    s.market_luck = luck(seed, Entity.MARKET, 0)
    s.free_row = -1
    s.pool = -1
    s.follow = follow
    s.overridden = overridden
    s.next_change_day = changes[1].day if len(changes) > 1 else inf
    s.next_review_day = levers[0].review_days
    s.next_midnight = 1.0
    s.review_day = -1.0
    for number, name in enumerate(scenario.market.channels):
        s.stock[number] = scenario.policy.spend.get(name, 1.0)
    start_word_of_mouth(s, scenario)
    return s


def params(scenario: Scenario) -> Any:
    """Market, team and horizon as numbers."""
    p = new_table(PARAMS, 1)[0]
    _set_horizon(p, scenario)
    _set_market(p, scenario)
    _set_channels(p, scenario)
    _set_segments(p, scenario)
    _set_journeys(p, scenario)
    set_rivals(p, scenario)
    _set_changing_market(p, scenario)
    _set_team(p, scenario)
    set_people(p, scenario)
    set_aftersale(p, scenario)
    return p


def _set_horizon(p: Any, scenario: Scenario) -> None:
    horizon = scenario.horizon
    p.warmup_end = horizon.warmup_days
    p.counted_end = horizon.warmup_days + horizon.counted_days
    p.end_day = horizon.end_day
    p.follow_up = horizon.follow_up_days
    calendar = scenario.team.calendar
    p.opens, p.closes = (0.0, 1.0) if calendar.round_the_clock else (calendar.opens, calendar.closes)
    p.week_days = calendar.days_per_week
    p.start_weekday = WEEKDAYS.index(calendar.start_weekday)


def _set_market(p: Any, scenario: Scenario) -> None:
    market = scenario.market
    copy_fields(p, market.demand, "arrivals_per_day ceiling growth_per_year weekly_spread")
    profile = np.array(market.demand.weekday_profile)
    p.weekday[:] = profile / profile.mean()
    hours = np.array(market.demand.hour_profile)
    p.hour[:] = hours / hours.mean()
    copy_fields(p, market.clock, "pull_forward_rate quicken_factor quicken_days")
    attention = market.attention
    copy_fields(p, attention, "answer_rate fast_share floor_rate recover_days")
    p.fast_days = attention.fast_minutes / MINUTES_PER_DAY
    p.slow_days = attention.slow_minutes / MINUTES_PER_DAY
    copy_fields(p, market.cooling, "grace_days cooling_days fatigue_per_touch recovery_days")
    copy_fields(p, market.facts, "relevance_gain ask_again_momentum_loss ask_again_goodwill_loss")
    p.decay_per_day = decay_per_day(market.facts.decay_per_year)
    weights = np.array([market.facts.weights[word(fact)] for fact in Fact])
    weights = weights / weights.sum() if weights.sum() > 0 else np.zeros(len(Fact))
    p.known_share[:] = [completeness(mask, weights) for mask in range(1 << len(Fact))]
    copy_fields(p, market.choice, " ".join(type(market.choice).model_fields))
    copy_fields(p, market.exchange, " ".join(type(market.exchange).model_fields))


def _set_channels(p: Any, scenario: Scenario) -> None:
    channels = scenario.market.channels
    p.channels = len(channels)
    for number, channel in enumerate(channels.values()):
        p.touch_cost[number] = channel.cost_value
        p.gain[number] = channel.gain
        p.hand_raise[number] = channel.hand_raise
        p.observed[number] = channel.observed_rate
        p.half_saturation[number] = channel.half_saturation
        p.carryover_days[number] = max(channel.carryover_days, 1e-6)
        p.half_response[number] = channel.half_response
        p.paid[number] = 1 if channel.spend_per_day_value > 0 else 0
        for fact in Fact:
            rate = channel.reveals.get(word(fact), 0.0)
            p.reveals[number, fact] = rate
            if rate > 0:
                p.reveal_mask[number] |= 1 << fact


def _set_segments(p: Any, scenario: Scenario) -> None:
    segments = scenario.market.segments
    p.segments = len(segments)
    for number, segment in enumerate(segments.values()):
        p.fit_median[number] = segment.fit_median
        p.fit_spread[number] = segment.fit_spread
        p.deal_value[number] = segment.deal_value
        p.deal_spread[number] = segment.deal_spread


def _cumulative(weights: Iterable[float]) -> npt.NDArray[np.float64]:
    shares = np.cumsum(np.array(list(weights), dtype=float))
    total: npt.NDArray[np.float64] = shares / shares[-1]
    return total


def _set_journeys(p: Any, scenario: Scenario) -> None:
    market = scenario.market
    names = list(market.journeys)
    channels = list(market.channels)
    p.journeys = len(names)
    p.journey_share[: len(names)] = _cumulative(market.journeys[name].share for name in names)
    for number, name in enumerate(names):
        journey = market.resolved_journey(name)
        p.segment_share[number, : len(market.segments)] = _cumulative(
            journey.segments.get(key, 0.0) for key in market.segments
        )
        p.origin[number] = channels.index(journey.origin)
        p.tau[number] = journey.momentum_days
        p.touches_per_day[number] = journey.touches_per_day
        p.zone_open[number], p.zone_close[number] = journey.zone
        p.start_position[number] = journey.start_position
        p.ready_position[number] = journey.ready_position
        p.start_spread[number] = journey.start_spread
        p.start_momentum[number] = journey.start_momentum_per_day
        p.start_goodwill[number] = journey.start_goodwill_rate
        p.arrives_raised[number] = journey.arrives_with_hand_raise_rate
        for phase in Phase:
            for place, channel in enumerate(channels):
                row = journey.transition_row(phase, channel)
                p.chain[number, phase, place, : len(channels)] = _cumulative(
                    row.get(to, 0.0) for to in channels
                )
        stays = 1.0 - sum(journey.switch.values())
        p.switches[number] = 1 if journey.switch else 0
        p.switch_share[number, : len(names)] = _cumulative(
            journey.switch.get(to, 0.0) + (stays if to == name else 0.0) for to in names
        )
        p.hot_rate[number] = journey.hot_rate
        p.ready_rate[number] = journey.ready_now_rate
        p.ready_median[number] = journey.ready_now_median_days
        p.ready_spread[number] = journey.ready_now_spread
        p.hazard_per_day[number] = clock_rate_per_day(journey.hazard_per_month or 0.0)
        if journey.deadline is not None:
            p.has_deadline[number] = 1
            p.deadline_median[number] = journey.deadline.median_days
            p.deadline_spread[number] = journey.deadline.spread
            p.lead_days[number] = journey.deadline.lead_days


def _set_changing_market(p: Any, scenario: Scenario) -> None:
    """Season, population, drift, and whether there is an engagement plan at all."""
    market = scenario.market
    copy_fields(p, market.demand, "season_amplitude season_peak_day innovation_per_year imitation_per_year")
    p.population = float(market.demand.population or 0)
    for number, channel in enumerate(market.channels.values()):
        p.channel_drift[number] = channel.drift_per_year
    p.drifts = 1 if any(channel.drift_per_year for channel in market.channels.values()) else 0
    p.planned = 1 if any(policy.engagement for policy in policies_of(scenario)) else 0


def _set_team(p: Any, scenario: Scenario) -> None:
    team = scenario.team
    copy_fields(p, team.marketers, "score_bias score_noise")
    p.reps = team.reps.count
    copy_fields(p, team.reps, "task_share selling_share stale_days hour_value")
    p.top_readiness = team.reps.top_readiness_per_day
    p.preparation_scale = team.reps.preparation_hours_scale
    tasks = team.tasks
    # Under the lognormal law the median lies below the mean that the file states.
    correction = exp(-0.5 * tasks.variability**2) if tasks.duration_law == "lognormal" else 1.0
    for task in (Task.ATTEMPT, Task.DISCOVER, Task.MEET, Task.PROPOSE, Task.CLOSE, Task.ENGAGE):
        p.task_hours[task] = getattr(tasks, word(task)) * correction
    for task in (Task.PREPARE, Task.DESK, Task.FARM):
        p.task_hours[task] = correction
    p.duration_law = DURATION_LAWS[tasks.duration_law]
    p.duration_spread = tasks.variability
    copy_fields(p, tasks, "meeting_gain propose_position max_meetings discover_rate")
    p.meeting_spacing = tasks.meeting_spacing.encoded(team.calendar.hours_per_business_day)
