"""What the measures of a phase are made of: the readers of a run and the measures both need to know."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PHASE_COLUMNS"]

PHASE_COLUMNS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "advance_rate": (("advanced",), "entered"),
    "days_in_phase": (("phase_days",), "entered"),
    "touches_per_buyer": (("touches",), "entered"),
    "cost_per_advance_value": (("touch_value", "plan_value"), "advanced"),
    "hand_raise_rate": (("hand_raises",), "entered"),
    "pass_rate": (("passes",), "entered"),
}
"""Columns of the frame `phases` whose sum is the numerator, and the one that is the denominator."""
