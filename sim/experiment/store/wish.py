"""A sweep as it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sim.experiment.blocks import Common
from sim.experiment.designs import Design

__all__ = ["Source", "Wish"]


@dataclass(frozen=True)
class Source:
    """Where the scenario came from, so that a change of it is noticed.

    Attributes:
        market: Name or file of the market, as given.
        policies: Names or files of the policies, None for the market's own; empty for this one alone.
        settings: Settings replaced, "key=value".
        agents: Classes of the user's own, "module:Class".
        folder: Folder that relative files start from.
    """

    market: str
    policies: tuple[str | None, ...] = ()
    settings: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    folder: str = ""

    @property
    def named(self) -> tuple[str | None, ...]:
        """Each policy by name or file, None for the market's own."""
        return self.policies or (None,)


@dataclass(frozen=True)
class Wish:
    """A sweep as asked for, to be begun or gone on with.

    Attributes:
        common: What all runs share.
        design: The points.
        replications: Which replications.
        measures: Measures that tables show.
        source: Where the scenario came from; None when it was built in Python.
        command: What asked for it.
    """

    common: Common
    design: Design
    replications: tuple[int, ...]
    measures: tuple[str, ...]
    source: Source | None = None
    command: str = ""
