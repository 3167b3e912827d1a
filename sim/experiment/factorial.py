"""What presets do alone and together: every combination on the same seeds, taken apart into effects.

With k presets there are 2^k combinations. The main effect of a preset is how much higher the measure is, on
average over all combinations of the others, with it than without it. An interaction of two is half of how
much the effect of one changes when the other is there; of three, half of how much that changes again. These
contrasts do not overlap, and each uses all runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.experiment.compare import COMPARED, PolicyComparison, compare
from sim.experiment.estimates import Numbers, pseudo_values
from sim.experiment.intervals import Finding, interval_reach
from sim.experiment.running import Progress
from sim.measure.measures import Measure, measure_named
from sim.scenario import Policy, Scenario
from sim.scenario.layering import PLUS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALIGNMENT", "Contrast", "Factorial", "alignment_effects", "factorial_contrasts"]

ALIGNMENT = ("aligned-process", "aligned-measurement", "aligned-information")
"""The three ways of aligning marketing and sales that presets are shipped for."""

MOST_PRESETS = 6


@dataclass(frozen=True)
class Contrast:
    """One effect: of a preset, or of several on top of what each does alone.

    Attributes:
        presets: The presets; one for a main effect, several for their interaction.
        value: The effect, in the unit of the measure.
        low: Lower end of its interval; NaN when there is none.
        high: Upper end.
        standard_error: Of the effect, paired by seed.
        finding: "settled" if the interval leaves out zero, "not settled", "tie" or "no interval".
    """

    presets: tuple[str, ...]
    value: float
    low: float
    high: float
    standard_error: float
    finding: Finding


@dataclass(frozen=True)
class Factorial:
    """All combinations of presets, and what each preset does.

    Attributes:
        measure: What was compared.
        level: Probability with which all intervals hold at once.
        replications: Seeds used: those with a number under every combination.
        values: The measure under each combination, by the presets laid over the base.
        contrasts: Main effects first, then interactions of two, of three and so on.
        method: How the intervals were made, in words.
        comparison: The runs behind it; None when only numbers were given.
    """

    measure: Measure
    level: float
    replications: int
    values: Mapping[tuple[str, ...], float]
    contrasts: tuple[Contrast, ...]
    method: str
    comparison: PolicyComparison | None = None

    def effect(self, *presets: str) -> Contrast:
        """The main effect of one preset, or the interaction of several.

        Args:
            *presets: Their names, in any order.

        Returns:
            The contrast.

        Raises:
            ValueError: If these presets were not combined.
        """
        for contrast in self.contrasts:
            if set(contrast.presets) == set(presets) and len(presets) == len(contrast.presets):
                return contrast
        there = ", ".join(one.presets[0] for one in self.contrasts if len(one.presets) == 1)
        raise ValueError(f"no effect of {', '.join(presets) or 'nothing'} was measured (presets are {there})")

    def to_frame(self) -> pd.DataFrame:
        """The effects as a table, one row each.

        Returns:
            Columns `measure`, `unit`, `effect` (names joined by " x "), `order` (how many presets), `value`,
            `low`, `high`, `standard_error`, `finding`, `level`, `replications`, `method`.
        """
        import pandas as pd

        rows = []
        for contrast in self.contrasts:
            found = asdict(contrast)
            names = found.pop("presets")
            named = {"effect": " x ".join(names), "order": len(names)}
            rows.append({"measure": self.measure.name, "unit": self.measure.unit, **named, **found})
        return pd.DataFrame(rows).assign(level=self.level, replications=self.replications, method=self.method)


def alignment_effects(
    market: Scenario | str | Path,
    base: str | Path = "today",
    presets: Sequence[str | Path] = ALIGNMENT,
    seeds: int | Iterable[int] = 20,
    seed: int = 0,
    jobs: int = 1,
    *,
    measure: str = COMPARED[0],
    level: float = 0.95,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Factorial:
    """Run a base policy with every combination of presets laid over it, on the same seeds.

    Args:
        market: A scenario, the name of a shipped market or a file; its own policy is not used.
        base: Name or file of the policy that presets are laid over.
        presets: Names or files of the presets, 1 to 6. Later ones win where two give the same key, so
            presets should pull different levers.
        seeds: How many replications, or which.
        seed: Seed of the experiment.
        jobs: Processes to use.
        measure: What to compare.
        level: Probability with which the intervals of all effects hold at once.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        Main effects and interactions, with intervals paired by seed.

    Raises:
        InvalidInput: If the market, the base or a preset cannot be loaded.
        ValueError: If the measure is unknown, a preset is named twice, or there are none or too many.
    """
    names = [
        Path(one).stem if isinstance(one, Path) or str(one).endswith(".toml") else one for one in presets
    ]
    _check_presets(names)
    subsets = _subsets(len(names))
    policies = {
        _label(names, subset): Policy.load(PLUS.join([str(base), *(str(presets[one]) for one in subset)]))
        for subset in subsets
    }
    compared = compare(
        market, policies, seeds, seed, jobs, measures=[measure], level=level, executor=executor,
        progress=progress,
    )  # fmt: skip
    chosen = measure_named(measure)
    rows = [{run.key.replication: run.parts[chosen.name] for run in compared.results.runs
             if run.key.policy == _label(names, subset)} for subset in subsets]  # fmt: skip
    missing = (math.nan, math.nan)
    parts = np.array([[row.get(number, missing) for number in compared.replications] for row in rows])
    found = factorial_contrasts(chosen, names, parts[:, :, 0], parts[:, :, 1], level)
    return Factorial(**{**vars(found), "comparison": compared})


def factorial_contrasts(
    measure: Measure, presets: Sequence[str], numerators: Numbers, denominators: Numbers, level: float = 0.95
) -> Factorial:
    """Main effects and interactions, given the parts of a measure as arrays.

    Args:
        measure: The measure.
        presets: Names of the presets.
        numerators: Shape (2^presets, seeds), NaN where a run is missing. Rows in the order of the subsets:
            none, each alone, every two, and so on; a column is one seed.
        denominators: Same shape.
        level: Probability with which all intervals hold at once.

    Returns:
        The effects. Seeds without a number under some combination are left out.

    Raises:
        ValueError: If a preset is named twice, or the shape does not fit.
    """
    _check_presets(presets)
    subsets = _subsets(len(presets))
    if numerators.shape != denominators.shape or len(numerators) != len(subsets):
        raise ValueError(f"{len(presets)} presets need {len(subsets)} rows, not {len(numerators)}")
    complete = (np.isfinite(numerators) & np.isfinite(denominators)).all(axis=0)
    values, pseudo = pseudo_values(numerators[:, complete], denominators[:, complete])
    signs = _signs(subsets)
    seeds = int(complete.sum())
    gaps = signs @ pseudo
    if seeds < 2:
        errors, reach, method = np.full(len(signs), np.nan), math.nan, "no interval"
    else:
        errors = np.std(gaps, axis=1, ddof=1) / math.sqrt(seeds)
        reach, method = interval_reach(gaps[errors > 0], len(subsets), level)
    contrasts = tuple(
        _contrast(tuple(presets[one] for one in subset), float(value), float(error), reach, gap)
        for subset, value, error, gap in zip(subsets[1:], signs @ values, errors, gaps, strict=True)
    )
    by_subset = {
        tuple(presets[one] for one in subset): float(value)
        for subset, value in zip(subsets, values, strict=True)
    }
    return Factorial(measure, level, seeds, by_subset, contrasts, method)


def _subsets(count: int) -> list[tuple[int, ...]]:
    """Every subset of the presets: none, each alone, every two, and so on."""
    return [subset for size in range(count + 1) for subset in combinations(range(count), size)]


def _signs(subsets: Sequence[tuple[int, ...]]) -> Numbers:
    """Weight of each combination (columns) in each contrast (rows): plus or minus 2 over their number.

    The sign is that of the product, over the presets of the contrast, of +1 where the combination has the
    preset and -1 where it has not.
    """
    sign = [
        [math.prod(1 if one in combination else -1 for one in contrast) for combination in subsets]
        for contrast in subsets[1:]
    ]
    return np.array(sign, dtype=np.float64) * 2.0 / len(subsets)


def _contrast(presets: tuple[str, ...], value: float, error: float, reach: float, gap: Numbers) -> Contrast:
    if gap.size >= 2 and not gap.any():
        return Contrast(presets, 0.0, 0.0, 0.0, 0.0, "tie")
    # One value for all seeds is no error of zero: nothing is known of what another seed would give.
    if not math.isfinite(reach * error) or error == 0:
        return Contrast(presets, value, math.nan, math.nan, math.nan, "no interval")
    low, high = value - reach * error, value + reach * error
    return Contrast(presets, value, low, high, error, "not settled" if low <= 0 <= high else "settled")


def _label(names: Sequence[str], subset: Sequence[int]) -> str:
    return PLUS.join(names[one] for one in subset) or "none"


def _check_presets(names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"a preset is named twice: {', '.join(map(str, names))}")
    if not 1 <= len(names) <= MOST_PRESETS:
        raise ValueError(f"1 to {MOST_PRESETS} presets can be combined, not {len(names)}")
