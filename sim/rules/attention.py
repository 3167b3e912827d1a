"""Attention: who answers when a rep calls."""

from __future__ import annotations

from math import exp

from sim.engine.compiled import inlined


@inlined
def answer_probability(
    hot: bool,
    since_raise_days: float,
    answer_rate: float,
    fast_days: float,
    slow_days: float,
    fast_share: float,
    floor_rate: float,
    recover_days: float,
) -> float:
    """Chance that one attempt reaches the buyer live.

    The patient majority answers at `answer_rate` whenever called. The hot minority, just after raising a
    hand, is reachable with a probability that decays on two time scales towards a floor; a hot buyer who has not
    been reached within `recover_days` has turned to other things and answers like anybody else again.

    Source: T1.17 (the decay), T1.20 (the patient rate); T1.18 is why the decay is not applied to every lead;
        `recover_days` is an assumption.
    """
    if not hot or since_raise_days > recover_days:
        return answer_rate
    fast = fast_share * exp(-since_raise_days / fast_days)
    slow = (1.0 - fast_share) * exp(-since_raise_days / slow_days)
    reach = fast + slow
    return reach if reach > floor_rate else floor_rate
