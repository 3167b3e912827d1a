"""How much two policies differ, and how sure that is: comparisons paired by seed.

Every policy is run on the same seeds, so each seed gives one difference with the same buyers and the same
luck on both sides. Each seed contributes a pseudo-value to a policy's measure (see `sim.experiment.estimates`),
and these are compared by paired t. For a measure stated per run this is the plain paired t interval.

With more than two policies several differences are looked at together, and the intervals are widened so that
*all* of them hold at once with the stated probability (see `simultaneous_quantile`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.experiment.estimates import Estimate, Numbers, estimated, pseudo_values, within_bounds
from sim.experiment.simultaneous import simultaneous_quantile
from sim.experiment.student import student_quantile
from sim.measure.measures import Measure, measure_named

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Comparison",
    "Difference",
    "interval_reach",
    "paired",
    "paired_comparison",
    "pairing_saving",
    "simultaneous_quantile",
]

Finding = Literal["tie", "settled", "not settled", "no interval"]

_FEWEST_PER_POLICY = 3  # replications per policy below which estimated correlations are not to be trusted


@dataclass(frozen=True)
class Difference:
    """How far one policy is from another.

    Attributes:
        policy: The policy.
        against: The policy it is compared with.
        value: Value of `policy` minus value of `against`.
        low: Lower end of the interval; NaN when there is none.
        high: Upper end.
        standard_error: Of the paired difference.
        saving: How many times more replications independent seeds would need for the same interval: variance
            of the difference with independent seeds divided by its variance when paired. Near 1 the pairing
            is broken; infinite for a tie; NaN when nothing varies at all or there is no interval.
        finding: `"tie"` (equal in every replication), `"settled"` (the interval leaves out zero),
            `"not settled"`, or `"no interval"`.
    """

    policy: str
    against: str
    value: float
    low: float
    high: float
    standard_error: float
    saving: float
    finding: Finding


@dataclass(frozen=True)
class Comparison:
    """Policies compared on one measure, paired by seed.

    Attributes:
        measure: What was compared.
        level: Probability with which all intervals of a family hold at once.
        replications: Seeds used: those that every policy has.
        estimates: One per policy, in the order given.
        differences: Every other policy against the first; one family of simultaneous intervals.
        pairs: Every policy against every other one (each pair once); a second family, wider.
        method: How the intervals of `differences` were made, in words.
        notes: What a reader must know: seeds left out, runs without occasion, no interval.
    """

    measure: Measure
    level: float
    replications: int
    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]
    pairs: tuple[Difference, ...]
    method: str
    notes: tuple[str, ...] = ()

    def between(self, policy: str, against: str) -> Difference:
        """The difference of any two policies, from the family of all pairs.

        Args:
            policy: The policy.
            against: The policy it is compared with.

        Returns:
            `policy` minus `against`.

        Raises:
            ValueError: If the two were not compared.
        """
        for pair in self.pairs:
            if (pair.policy, pair.against) == (policy, against):
                return pair
            if (pair.policy, pair.against) == (against, policy):
                return _turned(pair)
        raise ValueError(f"{policy!r} and {against!r} were not compared")

    def to_frame(self) -> pd.DataFrame:
        """Differences against the first policy as a table, one row each.

        Returns:
            Columns `measure`, `unit` and the fields of `Difference`, then `level`, `replications`, `method`.
        """
        import pandas as pd

        rows = [
            {"measure": self.measure.name, "unit": self.measure.unit, **asdict(difference)}
            for difference in self.differences
        ]
        frame = pd.DataFrame(rows)
        return frame.assign(level=self.level, replications=self.replications, method=self.method)


def paired_comparison(
    table: pd.DataFrame,
    measure: str = "revenue_value",
    policies: Sequence[str] | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare policies on one measure, paired by seed.

    Args:
        table: Rows as `sim.measure.measures.measures_of` gives them: `policy`, `seed`, `numerator`,
            `denominator`, and if present `measure`, `scenario` and `replication`.
        measure: Name of the measure.
        policies: Policies in the order wanted, the one to compare with first; all in order of appearance
            when None.
        level: Probability with which all intervals hold at once.

    Returns:
        The comparison. Seeds that a policy lacks, or for which it has no number, are left out for all
        policies and counted.

    Raises:
        ValueError: If the measure is unknown, fewer than two policies are given, one is given twice or has
            no runs, several scenarios are mixed, or a policy has the same seed twice.
    """
    chosen = measure_named(measure)
    names, numerators, denominators = _by_policy_and_seed(table, measure, policies)
    return paired(chosen, names, numerators, denominators, level)


def paired(
    measure: Measure, names: Sequence[str], numerators: Numbers, denominators: Numbers, level: float = 0.95
) -> Comparison:
    """Compare policies on one measure, given its parts as arrays.

    Args:
        measure: The measure.
        names: Two or more different policies, the one to compare with first.
        numerators: Shape (policies, seeds), NaN where a run is missing; a column is one seed.
        denominators: Same shape.
        level: Probability with which all intervals hold at once.

    Returns:
        The comparison.

    Raises:
        ValueError: If fewer than two policies are given or one is given twice, or the level is out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    _check_names(names)
    usable = np.isfinite(numerators) & np.isfinite(denominators)
    complete = usable.all(axis=0)
    tops, bottoms = numerators[:, complete], denominators[:, complete]
    values, pseudo = pseudo_values(tops, bottoms)

    first = [(other, 0) for other in range(1, len(names))]
    every = [(second, one) for one, second in combinations(range(len(names)), 2)]
    differences, method = _family(measure, names, values, pseudo, first, level)
    pairs = differences if len(names) == 2 else _family(measure, names, values, pseudo, every, level)[0]
    estimates = tuple(
        estimated(measure, name, float(values[row]), pseudo[row], bottoms[row], usable[row], level)
        for row, name in enumerate(names)
    )
    notes = _notes(estimates, differences, int((~complete).sum()), usable.shape[1])
    return Comparison(measure, level, int(complete.sum()), estimates, differences, pairs, method, notes)


def _check_names(names: Sequence[str]) -> None:
    if len(set(names)) != len(names) or len(names) < 2:
        raise ValueError(f"a comparison needs two or more different policies, not {list(names)}")


def _by_policy_and_seed(
    table: pd.DataFrame, measure: str, policies: Sequence[str] | None
) -> tuple[list[str], Numbers, Numbers]:
    """Numerators and denominators as (policies, seeds); NaN where a policy has no such run."""
    rows = table[table["measure"] == measure] if "measure" in table.columns else table
    found = [str(name) for name in rows["policy"].unique()]
    names = found if policies is None else list(policies)
    _check_names(names)
    absent = [name for name in names if name not in found]
    if absent:
        there = ", ".join(found) or "none"
        raise ValueError(f"no runs of {measure} for {', '.join(absent)} (there are {there})")
    rows = rows[rows["policy"].isin(names)]
    if "scenario" in rows.columns and rows["scenario"].nunique() > 1:
        raise ValueError(f"one scenario at a time, not {sorted(rows['scenario'].unique())}")
    by = [key for key in ("seed", "replication") if key in rows.columns]
    plain = rows.assign(policy=rows["policy"].astype(str))
    twice = plain.duplicated(["policy", *by])
    if twice.any():
        again = plain[twice].iloc[0]
        raise ValueError(f"policy {again['policy']!r} has seed {again['seed']} more than once")
    wide = plain.set_index(["policy", *by])[["numerator", "denominator"]].astype(float).unstack("policy")
    return (
        names,
        wide["numerator"][names].to_numpy(dtype=np.float64).T,
        wide["denominator"][names].to_numpy(dtype=np.float64).T,
    )


def _family(
    measure: Measure,
    names: Sequence[str],
    values: Numbers,
    pseudo: Numbers,
    pairs: Sequence[tuple[int, int]],
    level: float,
) -> tuple[tuple[Difference, ...], str]:
    """Differences whose intervals hold together, and the method in words."""
    one, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    gaps = pseudo[one] - pseudo[other]
    seeds = pseudo.shape[1]
    if seeds < 2:
        multiplier, method = np.nan, "no interval"
        errors = np.full(len(pairs), np.nan)
    else:
        errors = np.std(gaps, axis=1, ddof=1) / np.sqrt(seeds)
        multiplier, method = interval_reach(gaps[errors > 0], len(names), level)
    return tuple(
        _difference(
            measure, names[a], names[b], values[a] - values[b], errors[i], multiplier, gaps[i], pseudo[[a, b]]
        )
        for i, (a, b) in enumerate(pairs)
    ), method


def interval_reach(gaps: Numbers, policies: int, level: float) -> tuple[float, str]:
    """Reach of intervals that hold together.

    Args:
        gaps: One row per difference that varies at all, one column per seed.
        policies: Policies the differences are made of.
        level: Probability with which all intervals hold at once.

    Returns:
        The reach in standard errors, and the method in words.
    """
    count, seeds = gaps.shape
    percent = f"{100 * level:g}%"
    if count <= 1:
        return student_quantile((1 + level) / 2, seeds - 1), f"{percent} interval by paired t"
    if seeds < _FEWEST_PER_POLICY * policies:
        reach = student_quantile(1 - (1 - level) / (2 * count), seeds - 1)
        return reach, f"{percent} intervals that hold together, by paired t with Bonferroni's correction"
    reach = simultaneous_quantile(np.atleast_2d(np.corrcoef(gaps)), seeds, level)
    return reach, f"{percent} intervals that hold together, by the largest of {count} correlated paired t"


def _difference(
    measure: Measure,
    policy: str,
    against: str,
    value: float,
    error: float,
    multiplier: float,
    gaps: Numbers,
    both: Numbers,
) -> Difference:
    """One difference with its interval, its saving through pairing and what can be said."""
    value = float(value)
    if gaps.size >= 2 and not gaps.any():
        return Difference(policy, against, 0.0, 0.0, 0.0, 0.0, pairing_saving(gaps, both), "tie")
    # One value for all seeds is no error of zero: nothing is known of what another seed would give.
    if not np.isfinite(multiplier * error) or (error == 0 and value != 0):
        return Difference(policy, against, value, np.nan, np.nan, np.nan, np.nan, "no interval")
    low, high = within_bounds(measure, -1.0, value, float(multiplier * error))
    finding: Finding = "not settled" if low <= 0 <= high else "settled"
    return Difference(policy, against, value, low, high, float(error), pairing_saving(gaps, both), finding)


def pairing_saving(gaps: Numbers, both: Numbers) -> float:
    """How many times more replications independent seeds would need (see `Difference.saving`).

    Args:
        gaps: The difference for each seed.
        both: What each seed gives under either policy, shape (2, seeds).

    Returns:
        Variance of the difference with independent seeds over its variance when paired.
    """
    paired = float(np.var(gaps, ddof=1))
    independent = float(np.var(both, axis=1, ddof=1).sum())
    if paired > 0:
        return independent / paired
    return float("inf") if independent > 0 else float("nan")


def _turned(pair: Difference) -> Difference:
    """The same difference seen from the other side."""
    return Difference(
        pair.against, pair.policy, 0.0 - pair.value, 0.0 - pair.high, 0.0 - pair.low,
        pair.standard_error, pair.saving, pair.finding,
    )  # fmt: skip


def _notes(
    estimates: Sequence[Estimate], differences: Sequence[Difference], left_out: int, seeds: int
) -> tuple[str, ...]:
    """What a reader must know besides the numbers."""
    notes = []
    if left_out:
        lacking = ", ".join(f"{e.policy} {e.missing}" for e in estimates if e.missing)
        notes.append(f"{left_out} of {seeds} seeds left out, for lack of a number: {lacking}")
    for estimate in estimates:
        if estimate.without_occasion:
            notes.append(f"{estimate.policy}: no occasion in {estimate.without_occasion} replications")
    used = seeds - left_out
    if used < 2:
        notes.append(f"{used} replication{'s' if used != 1 else ''}: no interval can be given")
    elif any(d.finding == "no interval" for d in differences):
        notes.append("no interval where every replication differs by the same amount or only one counts")
    return tuple(notes)
