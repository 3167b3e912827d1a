"""Eight numbers by which models of the same lap must agree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.lap import Record
from benchmarks.project import Counted

MEASURES: Mapping[str, str] = {
    "touches_per_buyer": "touches of a buyer while it counts",
    "let_go_rate": "share of buyers that marketing ever lets go",
    "response_days": "mean time from letting go to the first attempt",
    "attempts_per_exchange": "mean number of attempts",
    "pass_rate": "share of exchanges that end in a pass",
    "pass_position": "mean position at the pass",
    "recycled_rate": "share of buyers on their second lap",
    "won_rate": "share of buyers that buy from us",
}
"""The measures by name."""


def columns_of(record: Record) -> dict[str, np.ndarray]:
    """What a plain model has written down, as columns."""
    results, exchanges = record.results, record.exchanges
    return {
        "touches": np.array([one.touches for one in results]),
        "laps": np.array([one.laps for one in results]),
        "won": np.array([one.won for one in results]),
        "let_go": np.array([one.exchanges > 0 for one in results]),
        "attempts": np.array([one.attempts for one in exchanges]),
        "passed": np.array([one.passed for one in exchanges]),
        "position": np.array([one.position for one in exchanges if one.position is not None]),
        "response_days": np.array(
            [one.first_attempt_day - one.let_go_day for one in exchanges if one.first_attempt_day is not None]
        ),
    }


def measures_of(run: Record | Counted) -> dict[str, float]:
    """The eight measures of one run."""
    columns = columns_of(run) if isinstance(run, Record) else run.columns()
    means = {
        "touches_per_buyer": columns["touches"],
        "let_go_rate": columns["let_go"],
        "response_days": columns["response_days"],
        "attempts_per_exchange": columns["attempts"],
        "pass_rate": columns["passed"],
        "pass_position": columns["position"],
        "recycled_rate": columns["laps"] == 2,
        "won_rate": columns["won"],
    }
    return {name: float(np.mean(means[name])) for name in MEASURES}
