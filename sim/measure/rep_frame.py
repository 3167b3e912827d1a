"""The frame of reps: its columns, and how they are read from the engine's tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.measure.column import Column
from sim.measure.equal_quality import QUALITY_CLASSES, compared
from sim.vocabulary import Task, word

__all__ = ["REP_COLUMNS", "rep_columns"]

REP_COLUMNS = (
    Column("rep", "int64", "", "number of the rep"),
    Column("skill", "float64", "factor", "1 is the median rep"),
    *(
        Column(f"{word(task)}_hours", "float64", "hours", f"working hours on {word(task)!r}, whole run")
        for task in Task
    ),
    Column("busy_hours", "float64", "hours", "working hours on tasks of any kind within the counted period"),
    Column("available_hours", "float64", "hours", "working hours of the calendar in the counted period"),
    Column("utilisation_rate", "float64", "share", "busy hours divided by available hours"),
    Column("other_hours", "float64", "hours", "working hours spent on no buyer, whole run"),
    Column("coordination_hours", "float64", "hours", "part of the hours on tasks that went to coordination"),
    Column("trust_rate", "float64", "share", "trust in marketing's leads at the end of the run"),
    Column("experience_rate", "float64", "share", "share of the ramp climbed at the end of the run"),
    Column("departures", "int64", "count", "times the holder of this seat left"),
    Column("passed_on", "int64", "count", "buyers that leavers of this seat passed on"),
    Column("deals", "int64", "count", "opportunities of counted buyers that this seat opened"),
    Column("wins", "int64", "count", "of these, won"),
    Column("win_rate", "float64", "share", "wins divided by opportunities; empty without one"),
    Column(
        "raw_expected_wins",
        "float64",
        "count",
        "wins of an average rep with as many opportunities, whatever their quality",
    ),
    Column(
        "expected_wins",
        "float64",
        "count",
        f"wins of an average rep with leads of the same quality, {QUALITY_CLASSES} classes by fit",
    ),
    Column(
        "win_ratio", "float64", "multiple", "wins divided by expected wins; empty where none are expected"
    ),
    Column(
        "win_ratio_error",
        "float64",
        "multiple",
        "standard error of win_ratio by chance alone; of 20 average reps about 19 are within two of it from 1",
    ),
)


def rep_columns(reps: Any, deals: Any, outcomes: Any, open_hours: float) -> dict[str, npt.NDArray[Any]]:
    """The columns of the frame, without the keys.

    Args:
        reps: The engine's table of reps.
        deals: Its table of opportunities.
        outcomes: Its table of counted buyers by number; every opportunity is of one of them.
        open_hours: Working hours of the calendar in the counted period.

    Returns:
        Arrays by column name, one row per rep.
    """
    available = np.full(len(reps), open_hours)
    fit = outcomes["fit"][np.searchsorted(outcomes["number"], deals["number"])]
    found = compared(deals["rep"], fit, deals["outcome"] == 1, len(reps))
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "rep": reps["number"],
            "skill": reps["skill"],
            **{f"{word(task)}_hours": reps["hours"][:, task] for task in Task},
            "busy_hours": reps["busy_hours"],
            "available_hours": available,
            "utilisation_rate": reps["busy_hours"] / available,
            "other_hours": reps["other_hours"],
            "coordination_hours": reps["coordination_hours"],
            "trust_rate": reps["trust"],
            "experience_rate": reps["experience"],
            "departures": reps["departures"],
            "passed_on": reps["passed_on"],
            "deals": found.deals,
            "wins": found.wins,
            "win_rate": found.wins / found.deals,
            "raw_expected_wins": found.raw_expected_wins,
            "expected_wins": found.expected_wins,
            "win_ratio": found.wins / found.expected_wins,
            "win_ratio_error": found.chance_wins / found.expected_wins,
        }
