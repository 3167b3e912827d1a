"""Every combination of presets, taken apart into effects: known contrasts come back."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import norm

from sim.experiment import alignment_effects
from sim.experiment.factorial import ALIGNMENT, factorial_contrasts
from sim.measure.measures import MEASURES
from sim.scenario import Scenario

pytestmark = pytest.mark.statistical

NAMES = ("process", "measurement", "information")
SUBSETS = [subset for size in range(4) for subset in combinations(range(3), size)]
TRUE = {(0,): 3.0, (1,): -1.0, (2,): 0.5, (0, 1): 2.0, (0, 2): 0.0, (1, 2): -0.25, (0, 1, 2): 1.0}


def generated(seeds: int, noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Eight responses per seed built from the contrasts in TRUE, luck shared within a seed, own noise."""
    stream = np.random.default_rng(seed)
    rows = []
    for subset in SUBSETS:
        sign = [1 if one in subset else -1 for one in range(3)]
        rows.append(10 + sum(0.5 * size * np.prod([sign[one] for one in c]) for c, size in TRUE.items()))
    shared = stream.standard_normal(seeds) * 50
    values = np.array(rows)[:, None] + shared + noise * stream.standard_normal((8, seeds))
    return values, np.ones_like(values)


def found_in(seeds: int, noise: float, seed: int = 0, level: float = 0.95):
    return factorial_contrasts(MEASURES["revenue_value"], NAMES, *generated(seeds, noise, seed), level)


def test_known_contrasts_come_back_within_their_error() -> None:
    seeds, noise = 400, 2.0
    found = found_in(seeds, noise)
    # each contrast is a mean of eight numbers with weight 1/4 in each of the seeds
    error = noise * np.sqrt(8) / 4 / np.sqrt(seeds)
    for subset, true in TRUE.items():
        contrast = found.effect(*(NAMES[one] for one in subset))
        assert abs(contrast.value - true) < norm.ppf(1 - 1e-6) * error
        assert contrast.standard_error == pytest.approx(error, rel=0.25)
        assert contrast.low < contrast.value < contrast.high


def test_what_all_combinations_share_cancels() -> None:
    # Luck of standard deviation 50 is common to the eight runs of a seed; without own noise nothing is left.
    found = found_in(30, 0.0)
    for subset, true in TRUE.items():
        assert found.effect(*(NAMES[one] for one in subset)).value == pytest.approx(true, abs=1e-9)


@pytest.mark.slow
def test_all_intervals_hold_together_as_often_as_they_say() -> None:
    trials, level = 200, 0.9
    held = 0
    for trial in range(trials):
        found = found_in(30, 1.0, seed=trial + 1, level=level)
        held += all(
            found.effect(*(NAMES[one] for one in s)).low
            <= true
            <= found.effect(*(NAMES[one] for one in s)).high
            for s, true in TRUE.items()
        )
    spread = np.sqrt(level * (1 - level) * trials)
    assert abs(held - level * trials) < 4.5 * spread


def test_the_table_has_main_effects_first() -> None:
    table = found_in(10, 1.0).to_frame()
    assert list(table["order"]) == [1, 1, 1, 2, 2, 2, 3]
    assert table["effect"].iloc[-1] == "process x measurement x information"
    assert (table["replications"] == 10).all()


def test_seeds_without_a_number_are_left_out_everywhere() -> None:
    tops, bottoms = generated(20, 1.0)
    tops[3, 4] = np.nan
    found = factorial_contrasts(MEASURES["revenue_value"], NAMES, tops, bottoms)
    without = factorial_contrasts(
        MEASURES["revenue_value"], NAMES, np.delete(tops, 4, axis=1), np.delete(bottoms, 4, axis=1)
    )
    assert found.replications == 19 and found.contrasts == without.contrasts


def test_wrong_presets_are_refused() -> None:
    tops, bottoms = generated(5, 1.0)
    with pytest.raises(ValueError, match="twice"):
        factorial_contrasts(MEASURES["revenue_value"], ("a", "a", "b"), tops, bottoms)
    with pytest.raises(ValueError, match="need 4 rows"):
        factorial_contrasts(MEASURES["revenue_value"], ("a", "b"), tops, bottoms)
    with pytest.raises(ValueError, match="no effect of nobody"):
        found_in(5, 1.0).effect("nobody")


def test_all_eight_are_run_on_the_same_seeds() -> None:
    small = Scenario.load(
        "web-leads",
        overrides=[
            "horizon.warmup_days=5", "horizon.counted_days=10", "horizon.follow_up_days=20",
            "market.demand.arrivals_per_day=3",
        ],
    )  # fmt: skip
    found = alignment_effects(small, seeds=3, measure="ignored_rate")
    assert (
        set(found.values) == {tuple(ALIGNMENT[one] for one in subset) for subset in SUBSETS}
        and found.replications == 3
    )
    assert found.comparison is not None and len(found.comparison.results) == 24
    # A main effect is the mean over combinations with the preset minus that without it.
    process = ALIGNMENT[0]
    with_it = np.mean([value for names, value in found.values.items() if process in names])
    without = np.mean([value for names, value in found.values.items() if process not in names])
    assert found.effect(process).value == pytest.approx(with_it - without)
