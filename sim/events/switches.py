"""What can be switched off as a whole, and the world in which all of it is.

The organisation around the lap - people who come and go, pay, trust, integration, the desk, the plan, the time after
the sale - is half of the rule book. Where a scenario has none of it, compiled code is made without it, in two thirds of
the time. A run is the same to the bit either way.
"""

from __future__ import annotations

from math import inf
from typing import Any, Final, NamedTuple

import numpy as np

from sim.engine.compiled import knowing

OFF: Final[dict[str, float]] = {
    **dict.fromkeys(
        ["turns_over", "learns", "negotiates", "aftersale", "reviewed", "talks", "planned", "rivals_learn"], 0
    ),
    **dict.fromkeys(["varied", "integrated", "marketing_pay", "sales_pay", "account_owner"], 0),
    **dict.fromkeys(
        ["withhold_rate", "spite_shift", "dispute_hours", "story_gain", "coordination_rate"], 0.0
    ),
    **dict.fromkeys(
        ["noise_cut", "agreed", "record_gain", "rotation_gain", "openness", "welcome", "committee_share"], 0.0
    ),
    **dict.fromkeys(
        ["less_obstruction", "team_tells", "team_hours", "neglect", "joint_pay", "shared_pay"], 0.0
    ),
    **dict.fromkeys(["short_sight", "throttle", "training", "contact"], 0.0),
    **dict.fromkeys(["skill_factor", "delay_factor"], 1.0),
    **dict.fromkeys(["meeting_every", "raised_slack"], inf),
}
"""Fields of the scenario's records, and the value at which each does nothing.

Whatever lets one buyer's touches matter to another belongs here: only where all of it is off do buyers run ahead.
"""


@knowing(OFF)
class Bare(NamedTuple):
    """What compiled code sees of a world in which everything that can be switched off is; see `Core`."""

    p: Any
    s: Any


def is_bare(*tables: Any) -> bool:
    """Whether everything that can be switched off is.

    Args:
        *tables: The scenario's records and tables of records: `PARAMS`, `LEVERS`, `FIRM`.

    Returns:
        True if every field named in `OFF` has the value given there, in all rows.
    """
    return all(
        bool(np.all(np.asarray(table[name]) == value))
        for table in tables
        for name, value in OFF.items()
        if name in table.dtype.names
    )
