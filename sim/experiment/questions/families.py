"""Families of choices: one market, several ways of doing one thing, compared on the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.intervals import Comparison, paired
from sim.experiment.running import Progress, RunFailed, Task, all_runs
from sim.measure.measures import measure_named
from sim.measure.records import RunKey
from sim.measure.results import Failure, Run
from sim.scenario import Scenario

__all__ = ["Choice", "Family", "Ran", "ran"]


@dataclass(frozen=True)
class Choice:
    """One way of doing it.

    Attributes:
        name: In words, as it stands in tables and sentences.
        settings: What it sets, such as "policy.aim.shift=-0.1".
        at: Its place on a scale, where the choices have one.
        policy: A policy of its own, where the choice is one between policies.
    """

    name: str
    settings: tuple[str, ...] = ()
    at: float | None = None
    policy: str | None = None


@dataclass(frozen=True)
class Family:
    """Choices between which a firm may decide, all else equal.

    Attributes:
        market: Name of a shipped market, or a file.
        policy: Policy that all choices start from; None for the market's own.
        choices: Two or more; the others are compared with the first.
        settings: What holds under every choice.
    """

    market: str
    policy: str | None
    choices: tuple[Choice, ...]
    settings: tuple[str, ...] = ()

    def under(self, *settings: str) -> Family:
        """The same choices in a world in which something else holds as well.

        Args:
            *settings: What holds, such as "team.reps.count=20".
        """
        return replace(self, settings=(*self.settings, *settings))

    def only(self, *names: str) -> Family:
        """The same family with some of its choices.

        Args:
            *names: Names of choices, the one to compare with first.
        """
        by_name = {choice.name: choice for choice in self.choices}
        return replace(self, choices=tuple(by_name[name] for name in names))

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """One scenario per choice.

        Raises:
            InvalidInput: If one cannot be loaded.
        """
        return tuple(
            Scenario.load(self.market, choice.policy or self.policy, (*self.settings, *choice.settings))
            for choice in self.choices
        )


@dataclass(frozen=True)
class Ran:
    """A family that was run.

    Attributes:
        family: What was run.
        parts: Numerator and denominator by measure, arrays of shape (choices, seeds).
    """

    family: Family
    parts: Mapping[str, tuple[Numbers, Numbers]] = field(repr=False)

    def compared(self, measure: str, level: float = 0.95) -> Comparison:
        """The choices compared with the first one.

        Args:
            measure: What is compared.
            level: Probability with which all intervals hold at once.
        """
        names = [choice.name for choice in self.family.choices]
        return paired(measure_named(measure), names, *self.parts[measure], level)


def ran(
    families: Sequence[Family],
    seeds: int,
    seed: int = 0,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Ran]:
    """Run families of choices; what they have in common is run once, and all share their luck.

    Args:
        families: What to run.
        seeds: Replications of each choice.
        seed: Seed of the experiment.
        jobs: Processes to use; they change nothing but the time it takes.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        The families as run, in order.

    Raises:
        InvalidInput: If a scenario cannot be loaded.
        RunFailed: If a run fails; a family with holes would answer another question.
        ValueError: If there are fewer than two replications, which give no interval.
    """
    if seeds < 2:
        raise ValueError(f"an interval needs two replications or more, not {seeds}")
    places: dict[Scenario, int] = {}
    for family in families:
        for scenario in family.scenarios:
            places.setdefault(scenario, len(places))
    scenarios = list(places)
    tasks = [
        Task(place, RunKey(scenario.name, scenario.policy.name, seed, replication), keep_records=False)
        for replication in range(seeds)
        for place, scenario in enumerate(scenarios)
    ]
    found: dict[tuple[int, int], Run] = {}
    for number, outcome in all_runs(scenarios, tasks, jobs, progress=progress):
        if isinstance(outcome, Failure):
            raise RunFailed(outcome)
        found[tasks[number].scenario, tasks[number].key.replication] = outcome
    return [_of_family(family, places, found, seeds) for family in families]


def _of_family(
    family: Family, places: Mapping[Scenario, int], found: Mapping[tuple[int, int], Run], seeds: int
) -> Ran:
    rows = [[found[places[one], number].parts for number in range(seeds)] for one in family.scenarios]
    parts: dict[str, Any] = {}
    for measure in rows[0][0]:
        both = np.array([[run[measure] for run in row] for row in rows], dtype=np.float64)
        parts[measure] = (both[:, :, 0], both[:, :, 1])
    return Ran(family, parts)
