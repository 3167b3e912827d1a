"""Whether an index says more than chance would."""

from __future__ import annotations

import math
from typing import Literal

__all__ = ["Finding", "finding_of"]

Finding = Literal["clear", "not distinguishable from chance", "no effect", "no floor"]


def finding_of(value: float, floor: float) -> Finding:
    """What can be said of an index.

    Args:
        value: The index.
        floor: What chance alone would give; NaN when one replication cannot tell.

    Returns:
        "no effect" where nothing changed in any run.
    """
    if value == 0.0:
        return "no effect"
    if math.isnan(floor):
        return "no floor"
    return "clear" if value > floor else "not distinguishable from chance"
