"""What the sections of a report draw on: the folder, what was found in it, and the frames figures are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.show.folder import Folder
from sim.show.report.found import Found
from sim.show.report.page import Picture
from sim.show.report.picture import picture

__all__ = ["Material", "plain_words"]


class Material:
    """A results folder with everything that several sections need of it.

    Attributes:
        folder: The folder.
        found: Estimates and differences.
        policies: Names of the policies, the one the others are compared with first.
    """

    def __init__(self, folder: Folder) -> None:
        """Take a folder that was read.

        Args:
            folder: What `relay compare` or `relay run` left.
        """
        self.folder = folder
        self.found = Found(folder)
        self.policies = list(self.found.policies)

    @cached_property
    def buyers(self) -> pd.DataFrame:
        """Buyers of the runs that figures are drawn from."""
        return self.folder.frame("buyers")

    @cached_property
    def exchanges(self) -> pd.DataFrame:
        """Exchanges of the same runs."""
        return self.folder.frame("exchanges")

    @cached_property
    def deals(self) -> pd.DataFrame:
        """Deals of the same runs."""
        return self.folder.frame("deals")

    @cached_property
    def days(self) -> pd.DataFrame:
        """Days of the same runs."""
        return self.folder.frame("days")

    @cached_property
    def drawn_runs(self) -> int:
        """Replications that figures are drawn from."""
        return len(self.days[["seed", "replication"]].drop_duplicates())

    @property
    def people_learn(self) -> bool:
        """Whether trust and regard change under any policy."""
        learning: list[Mapping[str, Any]] = [
            one["team"]["learning"] for one in self.folder.scenarios.values()
        ]
        return any(one["trust_memory"] != "none" for one in learning)

    def passes(self, policy: str) -> pd.DataFrame:
        """Exchanges of a policy that came to live contact."""
        rows = self.exchanges
        return rows[(rows["policy"] == policy) & (rows["outcome"] == "passed")]

    def drawing(
        self, name: str, chart: Callable[..., Figure], seen: Callable[[str], str], *given: Any, **options: Any
    ) -> Picture:
        """A chart of all policies as a picture.

        Args:
            name: Unlike that of any other picture of the page.
            chart: Draws it.
            seen: What can be seen of a policy, without a full stop.
            *given: Passed on to the chart.
            **options: Passed on to the chart.
        """
        description = " ".join(f"{policy}: {seen(policy)}." for policy in self.policies)
        return picture(name, chart(*given, **options), description)

    def shown(self, measure: str, policy: str) -> str:
        """A policy's value of a measure with its unit, in a sentence."""
        writing = self.found.writing(measure)
        value = writing.value(self.found.estimate(measure, policy).value)
        return value if writing.unit in ("", "%") else f"{value} {writing.unit}"


def plain_words(name: str) -> str:
    """A word of the tables as a reader writes it: "lost:no-decision" is "not bought: no decision"."""
    text = name.removeprefix("lost:")
    return f"{'not bought: ' if text != name else ''}{text.replace('-', ' ')}"
