"""Whether demand will reach its ceiling: known before anything is run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.rules.channels import spend_response
from sim.rules.demand import MOST_DEVIATIONS, YEAR_DAYS, arrival_multiple, week_factor
from sim.rules.season import season_multiple
from sim.scenario import Policy, Scenario
from sim.scenario.team import WEEKDAYS

__all__ = ["ceiling_warning", "demand_multiples"]


def demand_multiples(scenario: Scenario) -> npt.NDArray[np.float64]:
    """Highest demand of each day, in multiples of arrivals_per_day, on the journey that has most.

    The hour of the day with most arrivals counts, and the best week there can be.
    Spending counts with the highest of the policies in force so far, because what an earlier one has bought
    carries over. A finite population counts as if all who come bought from us at once, which is the fastest
    that its mean can go.

    Args:
        scenario: What would be run.

    Returns:
        One number per day of the run.
    """
    demand, horizon = scenario.market.demand, scenario.horizon
    profile = np.array(demand.weekday_profile) / np.mean(demand.weekday_profile)
    profile *= (
        max(demand.hour_profile)
        / np.mean(demand.hour_profile)
        * week_factor(MOST_DEVIATIONS, demand.weekly_spread)
    )
    first = WEEKDAYS.index(scenario.team.calendar.start_weekday)
    days = int(np.ceil(horizon.end_day))
    response = np.zeros(days)
    for day, policy in _policies(scenario):
        response[int(day) :] = np.maximum(response[int(day) :], _response(scenario, policy))
    coming = _adoption(scenario, days)
    # Within a day demand hardly bends, so its ends tell the highest.
    return np.array(
        [
            max(
                arrival_multiple(profile[(day + first) % 7], demand.growth_per_year, at, response[day])
                * season_multiple(demand.season_amplitude, demand.season_peak_day, at)
                * coming[day]
                for at in (float(day), day + 1.0)
            )
            for day in range(days)
        ]
    )


def ceiling_warning(scenario: Scenario) -> list[str]:
    """Where demand would pass its ceiling, which ends a run.

    Args:
        scenario: What would be run.

    Returns:
        One warning, or none.
    """
    demand = scenario.market.demand
    if demand.arrivals_file is not None:
        return []
    multiples = demand_multiples(scenario)
    over = np.flatnonzero(multiples > demand.ceiling)
    if not len(over):
        return []
    return [
        f"demand passes its ceiling of {demand.ceiling:g} times arrivals_per_day on day {over[0]} of the run and "
        f"comes to {multiples.max():.3g} times; a run will stop there unless market.demand.ceiling is raised."
    ]


def _adoption(scenario: Scenario, days: int) -> npt.NDArray[np.float64]:
    """What a finite population makes of demand, day by day; 1 without one.

    Source: Bass (1969), the closed form of the deterministic curve.
    """
    demand = scenario.market.demand
    if demand.population is None:
        return np.ones(days)
    p, q = demand.innovation_per_year, demand.imitation_per_year
    if p == 0.0:
        return np.zeros(days)
    gone = np.exp(-(p + q) * np.arange(days + 1) / YEAR_DAYS)
    arrived = demand.population * (1.0 - gone) / (1.0 + q / p * gone)
    rate = (p + q * arrived / demand.population) * (demand.population - arrived)
    found: npt.NDArray[np.float64] = np.maximum(rate[1:], rate[:-1]) / (YEAR_DAYS * demand.arrivals_per_day)
    return found


def _policies(scenario: Scenario) -> Iterator[tuple[float, Policy]]:
    yield 0.0, scenario.policy
    for change in scenario.horizon.changes:
        yield change.day, change.policy


def _response(scenario: Scenario, policy: Policy) -> float:
    """What the policy's spending buys in the long run, on the origin that gains most; 1 where nothing is paid."""
    channels, journeys = scenario.market.channels, scenario.market.journeys
    spend = policy.for_journey(next(iter(journeys))).spend
    return max(
        spend_response(spend.get(journey.origin, 1.0), channels[journey.origin].half_response)
        if channels[journey.origin].spend_per_day_value > 0
        else 1.0
        for journey in journeys.values()
    )
