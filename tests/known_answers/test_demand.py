"""Arrivals are a Poisson stream thinned by weekday, hour and week; the purchase clock has a constant hazard."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from sim.experiment.known_answers import FALSE_ALARM, clock
from sim.experiment.known_answers.clock import HAZARD, PUBLISHED, bought_within, clocks
from sim.rules.demand import MONTH_DAYS, week_factor

WEEKDAYS = [1.31, 1.22, 1.31, 1.17, 0.99, 0.47, 0.0]


@pytest.fixture(scope="module")
def arrivals(bare, ran) -> np.ndarray:
    """Arrivals of 200 weeks, one row a week."""
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 8.0, "ceiling": 3.0, "weekday_profile": WEEKDAYS},
            "journeys": {"only": {"arrives_with_hand_raise_rate": 0.0}},
        },
        horizon={"counted_days": 1400.0, "follow_up_days": 1.0},
    )
    return ran(scenario).days.arrivals[:1400].reshape(200, 7)


def test_weekdays_have_their_share(arrivals) -> None:
    """A count of mean m has standard deviation sqrt(m); the quantile is the exact Poisson one."""
    means = 8.0 * np.array(WEEKDAYS) / np.mean(WEEKDAYS) * 200
    for found, mean in zip(arrivals.sum(axis=0), means, strict=True):
        low, high = stats.poisson.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], mean)
        assert low <= found <= high, f"{found} arrivals, {mean:.0f} expected"


def test_counts_of_days_are_poisson(arrivals) -> None:
    """The index of dispersion of independent Poisson counts is chi-squared."""
    counts = arrivals[:, :6]
    means = counts.mean(axis=0)
    dispersion = float(np.sum((counts - means) ** 2 / means))
    freedom = 6 * (200 - 1)
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], freedom)
    assert low < dispersion < high


def test_days_are_independent(arrivals) -> None:
    """The lag-one correlation of n independent values has standard deviation 1 / sqrt(n)."""
    scaled = ((arrivals[:, :6] - arrivals[:, :6].mean(axis=0)) / arrivals[:, :6].std(axis=0)).ravel()
    correlation = float(np.mean(scaled[1:] * scaled[:-1]))
    assert abs(correlation) < stats.norm.ppf(1 - FALSE_ALARM / 2) / np.sqrt(len(scaled) - 1)


HOURS = [0.0] * 8 + [2.0] * 10 + [1.0] * 6


def test_hours_have_their_share(bare, ran) -> None:
    """Given their number, Poisson arrivals fall into hours as independent draws do: a chi-squared statistic."""
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 8.0, "ceiling": 3.0, "hour_profile": HOURS},
            "journeys": {"only": {"arrives_with_hand_raise_rate": 0.0}},
        },
        horizon={"counted_days": 700.0, "follow_up_days": 1.0},
    )
    day = ran(scenario).outcomes.arrival_day
    found = np.bincount(((day % 1.0) * 24).astype(int), minlength=24)
    assert not found[:8].any()
    means = len(day) * np.array(HOURS[8:]) / np.sum(HOURS)
    surprise = float(np.sum((found[8:] - means) ** 2 / means))
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], 15)
    assert low < surprise < high


def test_weeks_differ_by_the_spread_given(bare, ran) -> None:
    """A Poisson count of a random mean has the mean of that mean plus its variance, here by integration.

    The bound on the sample variance of 300 weeks takes its own standard error from the fourth moment seen.
    """
    spread, mean = 0.2, 20.0 * 7
    scenario = bare(
        market={
            "demand": {"arrivals_per_day": 20.0, "ceiling": 4.0, "weekly_spread": spread},
            "journeys": {"only": {"arrives_with_hand_raise_rate": 0.0}},
        },
        horizon={"counted_days": 2100.0, "follow_up_days": 1.0},
    )
    weeks = ran(scenario).days.arrivals[:2100].reshape(300, 7).sum(axis=1).astype(float)
    first, second = (
        integrate.quad(lambda z, k=k: week_factor(z, spread) ** k * stats.norm.pdf(z), -9, 9, points=[-3, 3])[
            0
        ]
        for k in (1, 2)
    )
    expected = mean * first + mean**2 * (second - first**2)
    squares = (weeks - weeks.mean()) ** 2
    error = np.sqrt((np.mean(squares**2) - squares.mean() ** 2) / len(weeks))
    z = stats.norm.ppf(1 - FALSE_ALARM / 2)
    assert abs(weeks.var(ddof=1) - expected) < z * error
    assert abs(weeks.mean() - mean * first) < z * np.sqrt(expected / len(weeks))


@pytest.mark.parametrize(("months", "published"), PUBLISHED)
def test_share_bought_is_the_one_published(agreement, months, published) -> None:
    """T4.2, given in whole percent: the closed form must round to it, the run agree with the closed form."""
    answer = bought_within(months)
    agreement.all_of([answer])
    assert abs(answer.expected - published) < 0.005


def test_moments_of_the_clock(agreement) -> None:
    agreement.all_of(clock.answers())


def test_clocks_are_exponential() -> None:
    """Kolmogorov and Smirnov's distance is below its quantile for n independent clocks."""
    rows = clocks()
    months = (rows.clock_day - rows.arrival_day) / MONTH_DAYS
    assert stats.kstest(months * HAZARD, "expon").pvalue > FALSE_ALARM


def test_whoever_bought_did_so_at_the_clock() -> None:
    rows = clocks()
    bought = ~np.isnan(rows.bought_day)
    assert 0 < bought.sum() < len(rows)
    assert (rows.bought_day[bought] == rows.clock_day[bought]).all()
    assert (rows.clock_day[~bought] > rows.arrival_day[~bought] + 366.0).all()
