"""What belongs to a run as a whole: fixed cost, its length, and the balances that tests look at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.engine.working_calendar import worked_days
from sim.events.rows import World
from sim.measure.in_force import days_in_force, mechanism_value
from sim.rules.demand import MONTH_DAYS
from sim.scenario import Scenario

HOURS_PER_DAY = 24.0


def totals_of(world: World, scenario: Scenario) -> dict[str, float]:
    """What belongs to the run as a whole: fixed cost, its length and the balances that tests look at."""
    s, p = world.s, world.p
    counted_days = float(p.counted_end - p.warmup_end)
    team = scenario.team
    salaries = (
        team.reps.count * team.reps.salary_per_month_value
        + team.marketers.count * team.marketers.salary_per_month_value
    )
    open_hours = HOURS_PER_DAY * (worked_days(p, float(p.counted_end)) - worked_days(p, float(p.warmup_end)))
    return {
        "fixed_value": salaries * counted_days / MONTH_DAYS
        + float(spend_by_channel(world, scenario).sum())
        + mechanism_value(world),
        "mechanism_value": mechanism_value(world),
        "counted_days": counted_days,
        "horizon_days": float(p.end_day),
        "open_hours": open_hours,
        "in_air_days": float(s.air_area + s.counted_in_air * (p.end_day - s.air_day)),
        "events": float(s.events),
        "buyers_in": float(s.buyers_in),
    }


def spend_by_channel(world: World, scenario: Scenario) -> npt.NDArray[np.float64]:
    """Money spent on each channel in the counted period; spending may change with the policy."""
    levers = world.tables["levers"]
    rates = np.array([channel.spend_per_day_value for channel in scenario.market.channels.values()])
    total = np.zeros(len(rates))
    for nth, days in enumerate(days_in_force(world)):
        if days > 0:
            total += days * levers[nth * int(world.p.journeys)].spend[: len(rates)] * rates
    return total
