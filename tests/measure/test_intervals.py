from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.experiment.estimates import pseudo_values, single
from sim.experiment.intervals import paired_comparison, simultaneous_quantile
from sim.measure.measures import measure_named

pytestmark = pytest.mark.statistical


def table(numerators, denominators=None, measure="revenue_value", policies="abcdefgh"):
    """Long rows from arrays of shape (policies, seeds)."""
    numerators = np.asarray(numerators, dtype=float)
    denominators = np.ones_like(numerators) if denominators is None else np.asarray(denominators, dtype=float)
    return pd.DataFrame(
        {
            "scenario": "known",
            "policy": np.repeat(list(policies[: len(numerators)]), numerators.shape[1]),
            "seed": np.tile(np.arange(numerators.shape[1]), len(numerators)),
            "measure": measure,
            "numerator": numerators.ravel(),
            "denominator": denominators.ravel(),
        }
    )


def assert_share(hits: int, trials: int, stated: float) -> None:
    """The share of hits is the stated one, within what chance does in one case of ten thousand."""
    low, high = stats.binom.ppf([0.00005, 0.99995], trials, stated)
    assert low <= hits <= high, f"{hits} of {trials}, expected {stated:.0%}: {low:.0f} to {high:.0f}"


def test_two_policies_give_the_plain_paired_t_interval():
    stream = np.random.default_rng(1)
    runs = stream.normal(100, 10, (2, 12))
    found = paired_comparison(table(runs)).differences[0]
    reference = stats.ttest_rel(runs[1], runs[0]).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high), rel=1e-12)
    assert found.value == pytest.approx((runs[1] - runs[0]).mean(), rel=1e-12)


def test_stated_coverage_of_a_paired_difference():
    stream = np.random.default_rng(2)
    hits, trials = 0, 1000
    for _ in range(trials):
        shared = stream.normal(0, 30, 10)
        runs = np.stack([shared + stream.normal(0, 5, 10), shared + 7 + stream.normal(0, 9, 10)])
        found = paired_comparison(table(runs)).differences[0]
        hits += found.low <= 7 <= found.high
    assert_share(hits, trials, 0.95)


@pytest.mark.parametrize(("policies", "seeds"), [(3, 12), pytest.param(5, 20, marks=pytest.mark.slow)])
def test_simultaneous_intervals_hold_all_at_once(policies, seeds):
    """Against the first policy and over all pairs, with errors that differ between policies."""
    stream = np.random.default_rng(3)
    truth = np.arange(policies) * 2.0
    spread = np.linspace(1.0, 6.0, policies)[:, None]
    hits = {"differences": 0, "pairs": 0}
    trials = 500
    for _ in range(trials):
        runs = (
            stream.normal(0, 20, seeds) + truth[:, None] + spread * stream.standard_normal((policies, seeds))
        )
        found = paired_comparison(table(runs))
        for family in hits:
            hits[family] += all(
                d.low <= truth["abcdefgh".index(d.policy)] - truth["abcdefgh".index(d.against)] <= d.high
                for d in getattr(found, family)
            )
    for count in hits.values():
        assert_share(count, trials, 0.95)


@pytest.mark.slow
def test_stated_coverage_of_a_difference_of_ratios():
    """Wins per lead with a random number of leads: the truth is the difference of the two rates.

    The jackknife interval is asymptotic, so it is held to its level with many seeds.
    """
    stream = np.random.default_rng(4)
    hits, trials, seeds = 0, 1000, 60
    for _ in range(trials):
        leads = stream.poisson(80, (1, seeds)) + np.zeros((2, 1), dtype=int)
        wins = stream.binomial(leads, np.array([[0.10], [0.14]]))
        found = paired_comparison(table(wins, leads, "lead_to_won_rate"), "lead_to_won_rate").differences[0]
        hits += found.low <= 0.04 <= found.high
    assert_share(hits, trials, 0.95)


def test_a_ratio_is_a_ratio_of_sums():
    wins, leads = np.array([[1.0, 9.0], [2.0, 0.0]]), np.array([[2.0, 98.0], [1.0, 3.0]])
    found = paired_comparison(table(wins, leads, "win_rate"), "win_rate")
    assert [e.value for e in found.estimates] == [0.1, 0.5]


def test_pseudo_values_of_a_ratio_match_leaving_out_by_hand():
    top, bottom = np.array([[1.0, 2.0, 4.0]]), np.array([[2.0, 5.0, 5.0]])
    value, pseudo = pseudo_values(top, bottom)
    whole = 7 / 12
    assert value[0] == pytest.approx(whole)
    assert pseudo[0] == pytest.approx([3 * whole - 2 * 6 / 10, 3 * whole - 2 * 5 / 7, 3 * whole - 2 * 3 / 7])


def test_saving_is_the_ratio_of_variances():
    """Shared variance 15 times the own variance: (2 * 16) / 2 = 16 times fewer replications."""
    stream = np.random.default_rng(5)
    seeds = 4000
    runs = math.sqrt(15) * stream.standard_normal(seeds) + stream.standard_normal((2, seeds))
    saving = paired_comparison(table(runs)).differences[0].saving
    # Two chi-squared variances, each with relative error sqrt(2 / n); 4.5 standard errors of their ratio.
    assert saving == pytest.approx(16, rel=4.5 * math.sqrt(4 / seeds))


def test_broken_pairing_shows_as_a_saving_of_one():
    seeds = 4000
    runs = np.random.default_rng(6).standard_normal((2, seeds))
    assert paired_comparison(table(runs)).differences[0].saving == pytest.approx(
        1, rel=4.5 * math.sqrt(4 / seeds)
    )


@pytest.mark.parametrize("measure", ["revenue_value", "win_rate"])
def test_identical_policies_are_an_exact_tie(measure):
    stream = np.random.default_rng(7)
    top, bottom = stream.random((1, 9)).repeat(3, axis=0), stream.integers(1, 50, (1, 9)).repeat(3, axis=0)
    top[2] += stream.random(9)
    bottom = np.ones_like(bottom) if measure == "revenue_value" else bottom
    found = paired_comparison(table(top, bottom, measure), measure)
    twin = found.differences[0]
    assert (twin.value, twin.low, twin.high, twin.finding) == (0.0, 0.0, 0.0, "tie")
    assert twin.saving == math.inf
    assert found.differences[1].finding != "tie"
    # A tie takes no share of the error: the other interval is that of one difference.
    assert found.method == "95% interval by paired t"


def _rare():
    """Two policies with shares so near their ends that an interval by t goes past them."""
    return np.array([[0.0, 1, 0, 0, 2, 0], [40, 38, 40, 40, 40, 39]]), np.full((2, 6), 40.0)


def test_shares_stay_within_their_bounds():
    tops, bottoms = _rare()
    shares = paired_comparison(table(tops, bottoms, "win_rate"), "win_rate")
    money = paired_comparison(table(tops, bottoms, "revenue_value"))
    (few, many), (free_few, free_many) = shares.estimates, money.estimates
    assert free_few.low < 0 < few.high and free_many.high > 1 > many.low, "nothing would have to be cut"
    assert (few.low, few.high) == (0, free_few.high)
    assert (many.low, many.high) == (free_many.low, 1)
    assert few.low <= few.value <= few.high and many.low <= many.value <= many.high


def test_differences_of_shares_stay_within_theirs():
    shares = [[0, 1, 2, 0], [40, 40, 37, 40]]
    bottoms = [[40, 40, 40, 10], [40, 40, 40, 40]]
    for tops, low, high in ((shares, None, 1.0), (shares[::-1], -1.0, None)):
        ordered = bottoms if tops is shares else bottoms[::-1]
        found = paired_comparison(table(tops, ordered, "win_rate"), "win_rate").differences[0]
        free = paired_comparison(table(tops, ordered, "revenue_value")).differences[0]
        assert (found.low, found.high) == (
            free.low if low is None else low,
            free.high if high is None else high,
        )
        assert found.finding == free.finding == "settled"
        assert max(abs(free.low), abs(free.high)) > 1, "nothing would have to be cut"


def test_stated_coverage_of_a_share_is_not_lost_by_cutting():
    stream = np.random.default_rng(12)
    hits, cut = 0, 0
    for _ in range(500):
        tops = stream.binomial(30, 0.04, 10).astype(float)
        found = single(measure_named("win_rate"), "a", tops, np.full(10, 30.0))
        free = single(measure_named("revenue_value"), "a", tops, np.full(10, 30.0))
        hits += (found.low <= 0.04 <= found.high) == (free.low <= 0.04 <= free.high)
        cut += free.low < 0
    assert hits == 500 and cut > 0


def test_one_policy_alone_has_the_interval_of_a_comparison():
    tops, bottoms = _rare()
    compared = paired_comparison(table(tops, bottoms, "win_rate"), "win_rate").estimates[1]
    assert single(measure_named("win_rate"), "b", tops[1], bottoms[1]) == compared
    with_gap = np.append(tops[1], np.nan), np.append(bottoms[1], 1.0)
    alone = single(measure_named("win_rate"), "b", *with_gap)
    assert (alone.low, alone.high, alone.missing) == (compared.low, compared.high, 1)


def test_one_replication_has_no_interval_and_says_so():
    found = paired_comparison(table([[1.0], [3.0]]))
    assert found.differences[0].value == 2.0
    assert math.isnan(found.differences[0].low) and found.differences[0].finding == "no interval"
    assert any("1 replication: no interval" in note for note in found.notes)


def test_the_same_difference_in_every_replication_is_not_called_certain():
    found = paired_comparison(table([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]))
    assert found.differences[0].finding == "no interval"
    assert found.notes


def test_missing_numbers_are_left_out_for_all_and_counted():
    runs = np.random.default_rng(8).normal(10, 1, (2, 6))
    holes = runs.copy()
    holes[1, 2] = np.nan
    rows = table(holes)
    rows = rows[~((rows["policy"] == "a") & (rows["seed"] == 4))]
    found = paired_comparison(rows)
    kept = [0, 1, 3, 5]
    assert found.replications == 4
    assert [e.missing for e in found.estimates] == [1, 1]
    assert found.differences[0].value == pytest.approx((runs[1] - runs[0])[kept].mean())
    assert "2 of 6 seeds left out" in found.notes[0]


def test_runs_without_occasion_add_nothing_and_are_said():
    found = paired_comparison(
        table([[1, 0, 2, 3], [1, 1, 2, 2]], [[4, 0, 4, 4], [4, 4, 4, 4]], "win_rate"), "win_rate"
    )
    assert found.estimates[0].value == 0.5
    assert found.estimates[0].without_occasion == 1
    assert "a: no occasion in 1 replications" in found.notes


def test_few_replications_fall_back_on_bonferroni_by_name():
    runs = np.random.default_rng(9).normal(0, 1, (4, 6))
    found = paired_comparison(table(runs))
    assert "Bonferroni" in found.method
    gaps = runs[1] - runs[0]
    reach = stats.t.ppf(1 - 0.05 / 6, 5) * gaps.std(ddof=1) / math.sqrt(6)
    assert found.differences[0].high == pytest.approx(gaps.mean() + reach)


def test_the_quantile_lies_between_single_and_bonferroni_and_meets_known_ends():
    single = stats.t.ppf(0.975, 29)
    # Simulated from 40,000 draws: 4.5 standard errors of the quantile are 2%.
    assert simultaneous_quantile(np.ones((3, 3)), 30) == pytest.approx(single, rel=0.02)
    both = simultaneous_quantile(np.array([[1.0, 0.5], [0.5, 1.0]]), 30)
    assert single < both < stats.t.ppf(1 - 0.0125, 29)
    # Independent normal limit (many replications): Sidak's exact value.
    sidak = stats.norm.ppf((1 + 0.95 ** (1 / 4)) / 2)
    assert simultaneous_quantile(np.eye(4), 100_000) == pytest.approx(sidak, rel=0.02)
    # Dunnett's table, two-sided 5%, 3 comparisons of equal size with many replications: 2.35.
    assert simultaneous_quantile(0.5 * np.eye(3) + 0.5, 100_000) == pytest.approx(2.35, rel=0.02)


def test_equal_input_gives_equal_output():
    runs = np.random.default_rng(10).normal(0, 1, (4, 30))
    assert paired_comparison(table(runs)) == paired_comparison(table(runs))


def test_between_turns_a_pair_around():
    runs = np.random.default_rng(11).normal(0, 1, (3, 30))
    found = paired_comparison(table(runs))
    one, other = found.between("b", "c"), found.between("c", "b")
    assert (one.value, one.low, one.high) == (-other.value, -other.high, -other.low)
    with pytest.raises(ValueError, match="not compared"):
        found.between("a", "z")


def test_the_table_has_a_row_per_difference():
    frame = paired_comparison(table(np.random.default_rng(12).normal(0, 1, (3, 30)))).to_frame()
    assert list(frame["policy"]) == ["b", "c"]
    assert {"against", "low", "high", "saving", "finding", "method", "unit"} <= set(frame.columns)


def test_what_cannot_be_compared_is_refused():
    rows = table(np.ones((2, 3)))
    with pytest.raises(ValueError, match="no runs of revenue_value for z"):
        paired_comparison(rows, policies=["a", "z"])
    with pytest.raises(ValueError, match="two or more different"):
        paired_comparison(rows, policies=["a"])
    with pytest.raises(ValueError, match="seed 0 more than once"):
        paired_comparison(pd.concat([rows, rows.iloc[:1]]))
    with pytest.raises(ValueError, match="one scenario"):
        paired_comparison(rows.assign(scenario=["x"] * 3 + ["y"] * 3))
    with pytest.raises(ValueError, match="nearest"):
        paired_comparison(rows, "revenu_value")
    with pytest.raises(ValueError, match="level"):
        paired_comparison(rows, level=95)
