"""What a run leaves behind, to compare runs by."""

from __future__ import annotations

import hashlib

from sim.events.rows import World


def digest(world: World) -> str:
    """All that a run leaves behind, as one word; the log aside, which is there only if asked for."""
    sums = hashlib.sha256()
    for name in ("exchanges", "deals", "outcomes"):
        sums.update(world.tables[name][: int(world.s[name])].tobytes())
    for name in ("days", "reps", "marketers", "phases"):
        sums.update(world.tables[name].tobytes())
    return sums.hexdigest()
