"""Demand: how many buyers start, and how long each one's purchase clock runs."""

from __future__ import annotations

from math import exp

from sim.engine.compiled import inlined

MONTH_DAYS = 365.25 / 12.0
YEAR_DAYS = 365.25
MOST_DEVIATIONS = 3.0
"""How far a week may be from a usual one, in standard deviations."""


@inlined
def arrival_multiple(calendar_factor: float, growth_per_year: float, day: float, response: float) -> float:
    """Arrivals now, in multiples of the base rate: weekday, hour and week in one factor, growth, spending."""
    growth = 1.0 + growth_per_year * day / YEAR_DAYS
    return calendar_factor * (growth if growth > 0.0 else 0.0) * response


@inlined
def adoptions_per_year(
    population: float, arrived: float, customers: float, innovation: float, imitation: float
) -> float:
    """Buyers who come from a finite population, by innovation and by imitation of customers.

    Args:
        population: All who can ever come.
        arrived: Those who have come.
        customers: Those who have bought from us.
        innovation: Rate at which each of the others comes of its own accord, per year.
        imitation: What is added to it when all of the population are customers, per year.

    Source: T5.18; Bass (1969).
    """
    waiting = population - arrived
    if waiting <= 0.0:
        return 0.0
    return (innovation + imitation * customers / population) * waiting


@inlined
def week_factor(normal: float, weekly_spread: float) -> float:
    """Demand of one week, in multiples of a usual one; 1 on average.

    No week is further from a usual one than three standard deviations, so that the highest demand is known
    before a run (the mean moves by less than 0.001 for spreads up to 0.3).

    Args:
        normal: A standard normal number of this week.
        weekly_spread: Sigma of the factor's logarithm.

    Source: assumption (a lognormal factor); what it stands for is campaigns and news.
    """
    kept = min(max(normal, -MOST_DEVIATIONS), MOST_DEVIATIONS)
    return exp(weekly_spread * kept - 0.5 * weekly_spread * weekly_spread)


@inlined
def clock_rate_per_day(hazard_per_month: float) -> float:
    """Constant purchase hazard per day; 0.05 a month gives 26 % in 6 months and 45 % in 12.

    Source: T4.2.
    """
    return hazard_per_month / MONTH_DAYS


@inlined
def may_buy_from(clock_days: float, pull_forward_rate: float) -> float:
    """Days after arrival from which a decision can be a purchase: the clock, pulled forward a little.

    Source: assumption (default 0.15); T4.2 bounds it, because the share that buys from anyone hardly moves.
    """
    return (1.0 - pull_forward_rate) * clock_days
