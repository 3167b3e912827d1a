"""Demand from a finite population is the Bass process: pure births at rate (p + q A / M) (M - A)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from sim.events.rows import US
from sim.experiment.known_answers.answer import NORMAL, Answer
from sim.experiment.known_answers.bare import bare, ran
from sim.experiment.setups import Numbers
from sim.rules.demand import YEAR_DAYS
from sim.scenario import Scenario

__all__ = ["adopted", "answers", "pure_birth", "scenario"]

POPULATION = 300
INNOVATION, IMITATION = 0.03, 0.38  # T5.18
YEARS = (1.0, 2.0, 4.0, 6.0, 8.0, 12.0)


def pure_birth(population: int, innovation: float, imitation: float, years: float) -> Numbers:
    """Chance of each number of adopters after some years, by the Kolmogorov forward equations.

    The generator is made a random walk at the highest rate of all states (uniformisation), so that the
    solution is a sum of positive terms: a Poisson mixture of powers, cut where less than 1e-15 is left.

    Args:
        population: All who can adopt, M.
        innovation: Rate p, per year.
        imitation: Rate q, per year.
        years: Time from the first day.

    Returns:
        Probabilities of 0 to M adopters.
    """
    number = np.arange(population + 1)
    rates = (innovation + imitation * number / population) * (population - number)
    fastest = float(rates.max())
    law = np.zeros(population + 1)
    law[0] = 1.0
    mean = fastest * years
    found = np.zeros_like(law)
    jumps = int(mean + 12 * sqrt(mean) + 40)
    logarithm = -mean
    for jump in range(jumps):
        found += np.exp(logarithm) * law
        logarithm += np.log(mean) - np.log(jump + 1.0)
        moved = law * rates / fastest
        law = law - moved
        law[1:] += moved[:-1]
    return found


def scenario() -> Scenario:
    """A population in which whoever comes buys from us at once, with everything else switched off."""
    return bare(
        market={
            "demand": {
                "arrivals_per_day": 0.1,  # the process itself never comes faster than 0.091 a day
                "ceiling": 1.0,
                "population": POPULATION,
                "innovation_per_year": INNOVATION,
                "imitation_per_year": IMITATION,
            },
            "clock": {"ready_now_rate": 1.0, "ready_now_median_days": 1e-6, "ready_now_spread": 0.0},
            "choice": {"base_value": 500.0, "unassisted_value": 0.0},
            "journeys": {"only": {"arrives_with_hand_raise_rate": 0.0}},
        },
        horizon={"counted_days": max(YEARS) * YEAR_DAYS, "follow_up_days": 1.0},
    )


def adopted(replications: int) -> Numbers:
    """Customers won by each of `YEARS`, one row per replication."""
    built = scenario()
    found = []
    for n in range(replications):
        rows = ran(built, n).outcomes
        days = np.sort(rows.bought_day[rows.bought_from == US])
        found.append(np.searchsorted(days, np.array(YEARS) * YEAR_DAYS))
    return np.array(found, dtype=float)


def answers(replications: int) -> list[Answer]:
    """The mean curve at several times, against the exact process.

    The standard deviation is that of the process itself, so that the bound owes nothing to what was simulated.

    Args:
        replications: Runs; ten times as many are made, because each takes milliseconds.

    Returns:
        The comparisons.
    """
    runs = 10 * replications
    curve = adopted(runs)
    number = np.arange(POPULATION + 1)
    found = []
    for place, years in enumerate(YEARS):
        law = pure_birth(POPULATION, INNOVATION, IMITATION, years)
        mean = float(law @ number)
        spread = sqrt(float(law @ number**2) - mean * mean)
        found.append(
            Answer(
                "Bass diffusion in a finite population",
                f"mean adopters of {POPULATION} after {years:g} year{'s' * (years != 1)}",
                mean, float(curve[:, place].mean()), NORMAL * spread / sqrt(runs), f"{runs} replications",
            )
        )  # fmt: skip
    return found
