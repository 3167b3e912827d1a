"""Drift: channels win and lose their pull on buyers over the years."""

from __future__ import annotations

from math import exp
from typing import Any

from sim.engine.compiled import inlined


@inlined
def drifted_channel(shares: Any, drift: Any, years: float, u: float, count: int) -> int:
    """Index of the channel in which u falls once the channels' pull has drifted.

    Each probability of the row is weighted with exp(drift * years) and the row sums to 1 again, so a channel
    that nobody can reach stays out of reach, and one uniform draws it as without drift.

    Args:
        shares: The row, cumulative.
        drift: Growth of each channel's pull, log per year.
        years: Years since the start of the run.
        u: A uniform number.
        count: How many channels there are.

    Source: assumption; T5.7 and T5.13 are why a mix should be expected to move.
    """
    total = 0.0
    before = 0.0
    for k in range(count):
        total += (shares[k] - before) * exp(drift[k] * years)
        before = shares[k]
    mark = u * total
    reached = 0.0
    before = 0.0
    chosen = 0
    for k in range(count):
        share = shares[k] - before
        before = shares[k]
        if share > 0.0:
            chosen = k
            reached += share * exp(drift[k] * years)
            if mark < reached:
                return chosen
    return chosen
