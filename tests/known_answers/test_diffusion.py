"""Demand from a finite population: the Bass process, its pool, its ceiling, and nothing when it is off."""

from __future__ import annotations

from math import expm1

import numpy as np
import pytest
from scipy.linalg import expm

from sim.experiment.ceiling import ceiling_warning
from sim.experiment.known_answers import diffusion
from sim.experiment.known_answers.diffusion import POPULATION, pure_birth
from sim.scenario import InvalidInput, Scenario


def test_mean_adoption_is_that_of_the_exact_process(agreement) -> None:
    agreement.all_of(diffusion.answers(24))


def test_the_exact_process_is_the_matrix_exponential_of_its_generator() -> None:
    number = np.arange(31)
    rates = (0.05 + 0.6 * number / 30) * (30 - number)
    generator = np.diag(-rates) + np.diag(rates[:-1], 1)
    for years in (0.1, 2.0, 9.0):
        np.testing.assert_allclose(pure_birth(30, 0.05, 0.6, years), expm(generator * years)[0], atol=1e-13)


def test_without_imitation_adopters_are_binomial() -> None:
    law = pure_birth(40, 0.2, 0.0, 3.0)
    assert law @ np.arange(41) == pytest.approx(-40 * expm1(-0.6), rel=1e-12)


def test_nobody_comes_twice_from_the_pool(bare, ran) -> None:
    """At so high a rate of innovation that all come, all come once, and then demand is over."""
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 3.0, "population": 200, "innovation_per_year": 5.0},
        },
        horizon={"counted_days": 5 * 365.25, "follow_up_days": 1.0},
    )
    assert ran(scenario).days.arrivals.sum() == 200


def test_customers_are_counted_once(ran) -> None:
    run = ran(diffusion.scenario())
    assert run.world.s.customers_won == len(run.outcomes) == run.world.s.buyers_in <= POPULATION


def test_a_population_above_the_ceiling_is_known_before_the_run() -> None:
    wide = ["market.demand.population=100000", "market.demand.imitation_per_year=2",
            "market.demand.weekday_profile=[1,1,1,1,1,1,1]", f"market.demand.hour_profile={[1] * 24}"]  # fmt: skip
    (said,) = ceiling_warning(Scenario.load("considered", overrides=wide))
    # The peak of (p + q a)(1 - a) is (p + q)^2 / 4q of the population a year.
    peak = 100_000 * 2.03**2 / 8 / 365.25
    arrivals = Scenario.load("considered").market.demand.arrivals_per_day
    assert f"{peak / arrivals:.3g}" in said
    assert not ceiling_warning(Scenario.load("considered", overrides=["market.demand.population=3000"]))


@pytest.mark.parametrize("text", ["0", "-5", '"many"'])
def test_a_population_is_a_number_of_people(text) -> None:
    with pytest.raises(InvalidInput, match=r"market\.demand\.population"):
        Scenario.load("considered", overrides=[f"market.demand.population={text}"])
