"""What the runs made so far say about every pair of policies, at any moment, on one measure.

Policies meet the same seeds, but not all of them meet equally many: who is out of contention gets no more. A
pair is compared on the seeds that both have had. Each seed contributes a pseudo-value to a policy's measure (see
`sim.experiment.estimates`): for a measure stated per run its own value, for a ratio of sums its share in it. The
differences of these have a confidence sequence (see `sim.experiment.selection.sequences`), with the allowed error
split evenly over all pairs (Bonferroni), so that all intervals of all pairs hold at every moment together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.experiment.estimates import Estimate, Numbers, pseudo_values, within_bounds
from sim.experiment.intervals import Comparison, Difference, pairing_saving
from sim.experiment.selection.sequences import sequence_reach
from sim.measure.measures import Measure

__all__ = ["Evidence", "Flags", "pair_error"]

Flags = npt.NDArray[np.bool_]

_NOTHING_LEFT = 1e-12  # a spread this small beside the values themselves is rounding, not chance


def pair_error(policies: int, level: float) -> float:
    """Error allowed to each pair of policies so that all pairs together keep the level."""
    return (1 - level) / (policies * (policies - 1) / 2)


@dataclass(frozen=True)
class Evidence:
    """Runs of several policies, seen through one measure.

    Attributes:
        measure: The measure.
        names: The policies.
        numerators: Shape (policies, seeds); NaN where a run failed or was not asked for.
        denominators: Same shape.
        asked: Seeds that each policy was asked to run, always the first ones; shape (policies,).
        same: Pairs known to be the same, shape (policies, policies).
        level: Probability with which all intervals of all pairs hold at every moment.
    """

    measure: Measure
    names: tuple[str, ...]
    numerators: Numbers
    denominators: Numbers
    asked: npt.NDArray[np.int64]
    same: Flags
    level: float
    _known: dict[int, tuple[Numbers, Numbers]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _usable(self) -> Flags:
        """Seeds in which every policy that was asked has a number."""
        there = np.isfinite(self.numerators) & np.isfinite(self.denominators)
        wanted = np.arange(self.numerators.shape[1]) < self.asked[:, None]
        usable: Flags = np.logical_and.reduce(there | ~wanted, axis=0)
        return usable

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Seeds used of each policy."""
        return np.array([int(self._usable[:asked].sum()) for asked in self.asked])

    @cached_property
    def values(self) -> Numbers:
        """The measure under each policy, over all its own seeds; NaN without any occasion."""
        return np.array([self._pseudo(int(count))[0][row] for row, count in enumerate(self.counts)])

    @cached_property
    def gaps(self) -> Numbers:
        """Value of the policy of the row minus that of the column, over the seeds both have."""
        return self._pairs[0]

    @cached_property
    def reach(self) -> Numbers:
        """How far the interval of each difference reaches; infinite when nothing is known."""
        variances, common = self._pairs[1], self._common
        reach = np.full(variances.shape, np.inf)
        error = pair_error(len(self.names), self.level)
        for count in np.unique(common):
            chosen = (common == count) & np.isfinite(variances) & np.isfinite(self.gaps)
            reach[chosen] = sequence_reach(int(count), variances[chosen], error)
        reach[self.same & (common > 0)] = 0.0
        return reach

    @property
    def variances(self) -> Numbers:
        """Variance between seeds of each difference; NaN when it is not known."""
        return self._pairs[1]

    @cached_property
    def lead(self) -> Numbers:
        """The most by which the policy of the row can be better than that of the column."""
        sign = -1.0 if self.measure.direction == "lower" else 1.0
        with np.errstate(invalid="ignore"):
            lead = sign * self.gaps + self.reach
        return np.where(np.isnan(lead), np.inf, lead)

    def comparison(self, order: Sequence[int]) -> Comparison:
        """The same as a comparison, with intervals that hold together and at every moment.

        Args:
            order: Policies in the order wanted, the one to compare with first.

        Returns:
            Estimates, differences against the first, and all pairs; the latter are one family.
        """
        first, *others = order
        every = {(b, a): self._difference(b, a) for a, b in combinations(order, 2)}
        method = (
            f"{100 * self.level:g}% intervals that hold together and at every moment: t confidence sequences "
        )
        method += "of paired differences" + (", Bonferroni over all pairs" if len(every) > 1 else "")
        left_out = int((~self._usable).sum())
        notes = (
            (f"{left_out} of {len(self._usable)} seeds left out, for lack of a number",) if left_out else ()
        )
        return Comparison(
            self.measure, self.level, int(self.counts.max()), tuple(map(self._estimate, order)),
            tuple(every[other, first] for other in others), tuple(every.values()), method, notes,
        )  # fmt: skip

    def relative_to(self, policy: int) -> list[Numbers]:
        """What each seed contributes to the difference of every policy from one, over the seeds both have."""
        found = []
        for other in range(len(self.names)):
            _, pseudo = self._pseudo(int(self._common[other, policy]))
            found.append(pseudo[other] - pseudo[policy])
        return found

    @cached_property
    def _common(self) -> npt.NDArray[np.int64]:
        return np.minimum(self.counts[:, None], self.counts)

    def _pseudo(self, count: int) -> tuple[Numbers, Numbers]:
        """Values and pseudo-values over the first seeds used; NaN for policies that have not had them all."""
        if count not in self._known:
            tops, bottoms = (
                part[:, self._usable][:, :count] for part in (self.numerators, self.denominators)
            )
            nothing = np.full(len(self.names), np.nan), tops
            self._known[count] = pseudo_values(tops, bottoms) if count else nothing
        return self._known[count]

    @cached_property
    def _pairs(self) -> tuple[Numbers, Numbers]:
        """Difference of every pair, and its variance between seeds."""
        size = len(self.names)
        gaps, variances = np.full((size, size), np.nan), np.full((size, size), np.nan)
        for count in np.unique(self.counts):
            values, pseudo = self._pseudo(int(count))
            chosen = self._common == count
            gaps[chosen] = (values[:, None] - values)[chosen]
            if count < 2:
                continue
            spread = np.var(pseudo[:, None] - pseudo, axis=2, ddof=1)
            scale = np.square(np.abs(values)[:, None] + np.abs(values))
            # One difference for all seeds is no spread of zero: nothing is known of what another would give.
            variances[chosen] = np.where(spread > _NOTHING_LEFT**2 * scale, spread, np.nan)[chosen]
        gaps[self.same & (self._common > 0)] = 0.0
        return gaps, variances

    def _difference(self, policy: int, against: int) -> Difference:
        names = self.names[policy], self.names[against]
        value, reach = float(self.gaps[policy, against]), float(self.reach[policy, against])
        count = int(self._common[policy, against])
        _, pseudo = self._pseudo(count)
        if count < 2:
            return Difference(*names, value, np.nan, np.nan, np.nan, np.nan, "no interval")
        saving = pairing_saving(pseudo[policy] - pseudo[against], pseudo[[policy, against]])
        if self.same[policy, against]:
            return Difference(*names, 0.0, 0.0, 0.0, 0.0, saving, "tie")
        if np.array_equal(pseudo[policy], pseudo[against]):
            # Equal so far, which is no proof that they always are.
            return Difference(*names, 0.0, np.nan, np.nan, np.nan, saving, "tie")
        if not np.isfinite(reach):
            return Difference(*names, value, np.nan, np.nan, np.nan, np.nan, "no interval")
        low, high = within_bounds(self.measure, -1.0, value, reach)
        error = float(np.sqrt(self.variances[policy, against] / count))
        return Difference(
            *names, value, low, high, error, saving, "not settled" if low <= 0 <= high else "settled"
        )

    def _estimate(self, policy: int) -> Estimate:
        count = int(self.counts[policy])
        values, pseudo = self._pseudo(count)
        value, low, high = float(values[policy]), np.nan, np.nan
        if count > 1 and np.isfinite(pseudo[policy]).all():
            reach = float(sequence_reach(count, np.var(pseudo[policy], ddof=1), 1 - self.level))
            if np.isfinite(reach):
                low, high = within_bounds(self.measure, 0.0, value, reach)
        asked = int(self.asked[policy])
        there = self._usable[:asked]
        idle = int((self.denominators[policy, :asked][there] == 0).sum())
        absent = int((~np.isfinite(self.numerators[policy, :asked])).sum())
        return Estimate(self.names[policy], value, low, high, count, absent, idle)
