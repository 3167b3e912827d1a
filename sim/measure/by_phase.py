"""Measures of the buyer's phases: what a customer engagement plan is judged by.

Each is counted over all phases and journeys of a run, and by the same parts row by row of the frame `phases`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.measure.counting import Amount, Parts
from sim.measure.definition import Measure
from sim.measure.phase_columns import PHASE_COLUMNS
from sim.measure.tally import Numbers, Tally

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PHASE_MEASURES", "judged"]


def _summed(columns: tuple[str, ...]) -> Amount:
    def amount(tally: Tally) -> Numbers:
        return tally.sum("phases", np.sum([tally.column("phases", name) for name in columns], axis=0))

    return amount


def _parts(name: str) -> Callable[[Tally], Parts]:
    top, bottom = (_summed(columns) for columns in (PHASE_COLUMNS[name][0], (PHASE_COLUMNS[name][1],)))
    return lambda tally: Parts(top(tally), bottom(tally))


def judged(rows: pd.DataFrame, measure: str) -> float:
    """One of these measures over some rows of the frame `phases`.

    Args:
        rows: The rows, of one run or of many.
        measure: A name in `sim.measure.phase_columns.PHASE_COLUMNS`.

    Returns:
        The measure; NaN when nobody was there.
    """
    top, bottom = PHASE_COLUMNS[measure]
    count = float(rows[bottom].sum())
    return float(rows[list(top)].to_numpy(dtype=float).sum()) / count if count else float("nan")


_ENTRY = "counted buyer entering a phase"

# Read this table as: name, label, formula, unit, denominator, direction, how it is counted.
# fmt: off
PHASE_MEASURES: tuple[Measure, ...] = (
    Measure("advance_rate", "share of buyers who go on from a phase",
            "entries to a phase that ended in the next phase or a purchase from us, divided by entries",
            "share", _ENTRY, "higher", _parts("advance_rate")),
    Measure("days_in_phase", "time in a phase", "days counted buyers spent in phases divided by entries to a phase",
            "days", _ENTRY, "neither", _parts("days_in_phase")),
    Measure("touches_per_buyer", "touches in a phase",
            "touches by anyone, reps' activities included, divided by entries to a phase",
            "count", _ENTRY, "neither", _parts("touches_per_buyer")),
    Measure("cost_per_advance_value", "cost of bringing a buyer on by one phase",
            "cost of touches and of reps' activities under a plan, divided by entries that ended in the next phase "
            "or a purchase from us",
            "money", "entry to a phase that was followed by the next or a purchase from us", "lower",
            _parts("cost_per_advance_value")),
    Measure("hand_raise_rate", "hands raised in a phase", "hands raised divided by entries to a phase",
            "share", _ENTRY, "higher", _parts("hand_raise_rate")),
    Measure("pass_rate", "passes in a phase", "first live contacts divided by entries to a phase",
            "share", _ENTRY, "neither", _parts("pass_rate")),
)
# fmt: on
