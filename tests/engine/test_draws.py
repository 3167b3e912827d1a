"""Luck is uniform, unrelated to its neighbours, and the same everywhere."""

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.engine import draws
from sim.engine.compiled import DEBUG, entry

COUNT = 4_000 if DEBUG else 200_000
PARTS = ["seed", "kind", "number", "purpose", "occasion"]
STARTS = [(0, 0, 0, 0, 0), (1, 2, 3, 4, 5), (2**40, 7, 10**6, 3, 2**33)]
# One in a million per test, two-sided, so that a failure means a fault.
TAIL = 5e-7
DEVIATIONS = stats.norm.isf(TAIL)

WORDS = st.integers(0, 2**63 - 1)


@entry
def walk(out, address, part):
    """Uniform numbers whose addresses differ in one part only, by one each."""
    for i in range(len(out)):
        out[i] = draws.uniform(draws.luck(address[0], address[1], address[2]), address[3], address[4])
        address[part] += 1


@entry
def apply_quantiles(u, out):
    for i in range(len(u)):
        out[i, 0] = draws.exponential_quantile(u[i])
        out[i, 1] = draws.normal_quantile(u[i])
        out[i, 2] = draws.lognormal_quantile(u[i], 3.0, 0.5)
        out[i, 3] = draws.logit_normal_quantile(u[i], 0.3, 1.5)


def numbers(start, part):
    out = np.zeros(COUNT)
    walk(out, np.array(start, np.int64), part)
    return out


def assert_even(counts):
    expected = counts.sum() / counts.size
    statistic = ((counts - expected) ** 2 / expected).sum()
    low, high = stats.chi2.ppf(TAIL, counts.size - 1), stats.chi2.isf(TAIL, counts.size - 1)
    assert low < statistic < high


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("part", range(5), ids=PARTS)
def test_even_and_unrelated_along_every_part_of_the_address(start, part):
    u = numbers(start, part)
    assert ((u > 0.0) & (u < 1.0)).all() and np.unique(u).size == COUNT
    assert_even(np.bincount((u * 100).astype(int), minlength=100))
    assert_even(np.bincount((u * 2**30).astype(int) % 64, minlength=64))  # lower bits
    for lag in (1, 2, 7, 64):
        # Correlation of independent numbers has a standard deviation of 1 / sqrt(n).
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < DEVIATIONS / math.sqrt(COUNT - lag)
    pairs = (u[: COUNT // 2 * 2].reshape(-1, 2) * 10).astype(int)
    assert_even(np.bincount(pairs[:, 0] * 10 + pairs[:, 1], minlength=100))


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(range(5), 2)))
def test_a_step_in_one_part_is_not_a_step_in_another(one, other):
    u, v = numbers(STARTS[1], one)[1:], numbers(STARTS[1], other)[1:]
    assert not np.isin(u, v).any()
    assert abs(np.corrcoef(u, v)[0, 1]) < DEVIATIONS / math.sqrt(COUNT - 1)


@given(WORDS, WORDS, WORDS, WORDS, WORDS, st.integers(0, 4), st.integers(0, 62))
def test_one_bit_of_the_address_changes_the_number(seed, kind, number, purpose, occasion, part, bit):
    address = [seed, kind, number, purpose, occasion]
    changed = list(address)
    changed[part] ^= 1 << bit
    before, after = (draws.uniform(draws.luck(*a[:3]), *a[3:]) for a in (address, changed))
    assert before != after


def test_interpreted_luck_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        luck = draws.luck(np.int64(2**62), np.int64(3), np.int64(2**62))
        assert isinstance(luck, np.uint64)
        assert draws.uniform(luck, np.int64(5), np.int64(2**62)) == draws.uniform(int(luck), 5, 2**62)


@pytest.mark.parametrize(("word", "number"), [(0, 2.0**-54), (2**64 - 1, 1.0 - 2.0**-53)])
def test_the_ends_are_never_reached(monkeypatch, word, number):
    monkeypatch.setattr(draws, "_mixed_int", lambda x: word)
    assert draws.uniform(np.uint64(1), 2, 3) == number
    assert np.isfinite(draws.normal_quantile(number))
    assert 0.0 <= draws.exponential_quantile(number) < 40.0


def test_every_one_of_53_bits_is_used():
    bits = np.array([draws.uniform(draws.luck(0, 0, i), 0, 0) for i in range(400)]) * 2.0**53
    assert (bits == np.floor(bits)).all()
    for bit in range(53):
        ones = int((bits // 2.0**bit % 2).sum())
        assert abs(ones - 200) < DEVIATIONS * math.sqrt(400) / 2


@given(WORDS, st.integers(0, 10**9))
def test_replication_seeds_are_seeds(seed, replication):
    mixed = draws.seed_of(seed, replication)
    assert type(mixed) is int and 0 <= mixed < draws.SEED_LIMIT
    assert mixed == draws.seed_of(np.int64(seed), np.int64(replication))
    assert mixed != draws.seed_of(seed, replication + 1)


def test_replications_of_neighbouring_seeds_are_unrelated():
    seeds = [draws.seed_of(seed, replication) for seed in range(100) for replication in range(100)]
    assert len(set(seeds)) == len(seeds)
    assert_even(np.bincount([seed >> 57 for seed in seeds], minlength=64))
    assert_even(np.bincount([seed % 64 for seed in seeds], minlength=64))


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (0, -1), (2**63, 0), (0, 2**63)])
def test_seeds_out_of_range_are_refused(seed, replication):
    with pytest.raises(ValueError, match="0 or more and below"):
        draws.seed_of(seed, replication)


@pytest.mark.parametrize("seed", [1.0, True, "1", None])
def test_seeds_that_are_no_integers_are_refused(seed):
    with pytest.raises(TypeError):
        draws.seed_of(seed, 0)


def test_quantiles_agree_with_scipy():
    edges = 2.0 ** -np.arange(1.0, 55.0)
    u = np.concatenate([edges, 1.0 - edges[:53], np.linspace(0.0005, 0.9995, 1_999), [0.075, 0.925]])
    out = np.zeros((u.size, 4))
    apply_quantiles(u, out)
    z = special.ndtri(u)
    expected = [-np.log1p(-u), z, 3.0 * np.exp(0.5 * z), special.expit(special.logit(0.3) + 1.5 * z)]
    for column, truth in enumerate(expected):
        np.testing.assert_allclose(out[:, column], truth, rtol=2e-14, atol=1e-15)


def test_quantiles_at_their_limits():
    assert draws.lognormal_quantile(0.9, 0.0, 1.0) == 0.0
    assert draws.lognormal_quantile(0.9, 5.0, 0.0) == 5.0
    assert math.isfinite(draws.lognormal_quantile(0.999, 1.0, 1e6))
    assert draws.logit_normal_quantile(0.2, 0.0, 1.0) == 0.0
    assert draws.logit_normal_quantile(0.2, 1.0, 1.0) == 1.0
    assert draws.logit_normal_quantile(0.01, 0.5, 1e6) == 0.0
    assert draws.logit_normal_quantile(0.99, 0.5, 1e6) == 1.0
