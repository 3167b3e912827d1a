"""How often each policy would come out best, were the same runs drawn again: a description, not a proof."""

from __future__ import annotations

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.selection.evidence import Evidence

__all__ = ["shares_of_best"]

_DRAWS = 2_000


def shares_of_best(evidence: Evidence, leader: int) -> Numbers:
    """Share of bootstrap samples of the seeds in which each policy is the best.

    Every policy is compared with the leader on the seeds both have, paired; policies with equally many seeds are
    drawn together. The stream is always the same, so equal runs give equal shares.

    Args:
        evidence: What the runs say.
        leader: Policy to compare with, by number.

    Returns:
        One share per policy, which sum to 1; policies that are best together share the draw. NaN without runs.

    Source: Efron (1979). Descriptive: it does not account for having looked before stopping, and a policy that
    went out early rests on few runs.
    """
    stream = np.random.Generator(np.random.PCG64(19_790_107))
    if not evidence.counts.all():
        return np.full(len(evidence.names), np.nan)
    gaps = evidence.relative_to(leader)
    sign = -1.0 if evidence.measure.direction == "lower" else 1.0
    drawn = np.zeros((len(gaps), _DRAWS))
    for count in sorted({gap.size for gap in gaps}):
        weights = stream.multinomial(count, np.full(count, 1 / count), _DRAWS) / count
        for policy, gap in enumerate(gaps):
            if gap.size == count:
                drawn[policy] = sign * (weights @ gap)
    drawn[np.isnan(drawn)] = -np.inf
    best = drawn == drawn.max(axis=0)
    shares: Numbers = (best / best.sum(axis=0)).mean(axis=1)
    return shares
