"""Rivals as numbers: how often each might engage, and does, by where the buyer is and how long it was left alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.scenario import Scenario

# Shares are compared with a draw before the rule is asked; rounding must not make them too small.
ROUNDING = 1.0 + 1e-12


def set_rivals(p: Any, scenario: Scenario) -> None:
    """Fill in what concerns rivals.

    Args:
        p: Record of parameters (`PARAMS`).
        scenario: What is simulated.
    """
    rivals = scenario.market.rivals
    p.rivals = len(rivals)
    p.rivals_learn = 1 if any(rival.learning_rate for rival in rivals.values()) else 0
    for number, rival in enumerate(rivals.values()):
        near, neglect = rival.near_decision_factor, rival.neglect_factor
        p.rival_strength[number] = rival.strength_value
        p.rival_rate[number] = rival.engagements_per_day
        p.rival_rate[number, 1, :] *= near
        p.rival_rate[number, :, 1] *= neglect
        p.rival_ceiling[number] = rival.engagements_per_day * max(1.0, near) * max(1.0, neglect)
        if p.rival_ceiling[number] > 0.0:
            far, near_or_far = p.rival_rate[number, 0], p.rival_rate[number].max(axis=0)
            shares = np.array([far, near_or_far]) / p.rival_ceiling[number]
            p.rival_share[:] = np.maximum(p.rival_share, shares * ROUNDING)
        if rival.learning_rate > 0.0:
            p.rival_ceiling[number] *= rival.learning_limit
        p.rival_learning[number] = rival.learning_rate
        p.rival_memory[number] = rival.learning_memory_days
        p.rival_slow_days[number] = rival.slow_days
        p.rival_limit[number] = rival.learning_limit
    p.rival_total = float(np.sum(p.rival_ceiling[: len(rivals)]))
