"""Compare policies: the same buyers, the same luck, another way of passing them on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.fields import failure_fields, measure_fields
from sim.experiment.intervals import Comparison, paired
from sim.experiment.running import Progress, Task, all_runs
from sim.experiment.simulate import collected, replications_of
from sim.experiment.variants import assumed_worth, parts_of, variants_of
from sim.experiment.verdict import verdict
from sim.measure.measures import measure_named
from sim.measure.records import RunKey
from sim.measure.results import Failure, Results, Run
from sim.scenario import Policy, Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMPARED", "FRAMED_RUNS", "PolicyComparison", "compare"]

COMPARED = (
    "revenue_value",
    "profit_value",
    "lead_to_won_rate",
    "win_rate",
    "clean_exchange_rate",
    "ignored_rate",
    "speed_to_lead_p50_days",
    "rep_utilisation_rate",
)
"""Measures compared when none are named."""

FRAMED_RUNS = 20
"""Runs of all policies together of which frames are kept for figures, the first replications of each."""


@dataclass(frozen=True)
class PolicyComparison:
    """Policies run on the same seeds, and what can be said of their differences.

    Attributes:
        scenario: The scenario under the first policy.
        policies: Names of the policies in results; the others are compared with the first.
        replications: Replications that were asked for.
        measures: Names of the measures compared, the one that matters most first.
        level: Probability with which all intervals of a measure hold at once.
        results: All runs. Frames are kept of the first replications only: see `framed`.
        expected: Runs asked for.
    """

    scenario: Scenario
    policies: tuple[str, ...]
    replications: tuple[int, ...]
    measures: tuple[str, ...]
    level: float
    results: Results
    expected: int
    _found: dict[str, Comparison] = field(default_factory=dict, repr=False, compare=False)

    def differences(self, measure: str | None = None) -> Comparison:
        """The comparison of all policies on one measure, paired by seed.

        Args:
            measure: Its name, not necessarily one of `measures`; the first of these when None.

        Returns:
            Estimates, differences against the first policy, and all pairs.

        Raises:
            ValueError: If there is no such measure; the message gives the nearest names.
        """
        chosen = measure_named(self.measures[0] if measure is None else measure)
        if chosen.name not in self._found:
            parts = parts_of(self.results, self.policies, self.replications, chosen.name)
            self._found[chosen.name] = paired(chosen, self.policies, *parts, self.level)
        return self._found[chosen.name]

    def verdict(self, measure: str | None = None, assumptions: Sequence[str] = ()) -> str:
        """What was found on one measure, in one sentence.

        Args:
            measure: Its name; the first of `measures` when None.
            assumptions: What the result rests on besides what the scenario itself says.

        Returns:
            The sentence.
        """
        own = [*assumed_worth(self.scenario, measure or self.measures[0]), *assumptions]
        return verdict(self.differences(measure), own, self.scenario.market.currency)

    @property
    def framed(self) -> Results:
        """The runs whose frames were kept, for figures and for looking at single buyers."""
        kept = {run.key for run in self.results.runs if run.records is not None}
        return self.results.where(lambda key: key in kept)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The runs that failed; their seeds are left out for all policies."""
        return self.results.failed

    def to_frame(self, measures: Iterable[str] | None = None) -> pd.DataFrame:
        """Differences against the first policy as a table.

        Args:
            measures: Names of measures; those compared when None.

        Returns:
            One row per measure and policy: `measure`, `unit`, `policy`, `against`, `value`, `low`, `high`,
            `standard_error`, `saving`, `finding`, `level`, `replications`, `method`.
        """
        import pandas as pd

        chosen = self.measures if measures is None else tuple(measures)
        return pd.concat([self.differences(name).to_frame() for name in chosen], ignore_index=True)

    def to_dict(self, measures: Iterable[str] | None = None) -> dict[str, Any]:
        """Everything found, ready for JSON; what has no value is None.

        Args:
            measures: Names of measures; those compared when None.

        Returns:
            `scenario`, `policies`, `seed`, `replications`, `level`, `measures` (by name: label, unit,
            direction, verdict, estimates, differences, pairs, method, notes) and `failures`.
        """
        chosen = self.measures if measures is None else tuple(measures)
        return {
            "scenario": self.scenario.name,
            "policies": list(self.policies),
            "seed": self._seed,
            "replications": list(self.replications),
            "level": self.level,
            "measures": {name: measure_fields(self.differences(name), self.verdict(name)) for name in chosen},
            "failures": failure_fields(self.failures),
        }

    @property
    def _seed(self) -> int:
        ended: list[Run | Failure] = [*self.results.runs, *self.results.failed]
        return ended[0].key.seed


def compare(
    scenario: Scenario | str | Path,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path],
    seeds: int | Iterable[int] = 20,
    seed: int = 0,
    jobs: int = 1,
    *,
    measures: Sequence[str] = COMPARED,
    level: float = 0.95,
    framed_runs: int | None = FRAMED_RUNS,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    preview: Callable[[PolicyComparison], None] | None = None,
    preview_seeds: int = 5,
) -> PolicyComparison:
    """Run every policy on the same seeds and compare them, paired by seed.

    Args:
        scenario: A scenario, the name of a shipped market or a file; its own policy is not used.
        policies: Two or more policies, their names or files, the one to compare with first; or policies by
            the names that results shall use. A name that comes twice gets a number.
        seeds: How many replications, or which.
        seed: Seed of the experiment, 0 or more.
        jobs: Processes to use; they change nothing but the time it takes.
        measures: Measures to compare, the one that matters most first.
        level: Probability with which all intervals of a measure hold at once.
        framed_runs: Runs of which frames are kept, the first replications of every policy; None for all.
        agents: Agent classes and what to put in their place, under every policy.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs.
        preview: Called once with what can be said after the first replications, while the others go on.
        preview_seeds: Replications after which that is.

    Returns:
        The comparison.

    Raises:
        InvalidInput: If the scenario or a policy cannot be loaded.
        ValueError: If a measure is unknown, fewer than two policies are given, or a number is out of range.
    """
    names_of_measures = tuple(measure_named(name).name for name in measures) or tuple(COMPARED[:1])
    variants = variants_of(scenario, policies)
    names = tuple(variants)
    numbers = replications_of(seeds)
    framed = math.inf if framed_runs is None else max(1, framed_runs // len(names))
    # By replication, not by policy, so that a first table can be shown early.
    tasks = [
        Task(which, RunKey(variant.name, name, seed, replication), place < framed)
        for place, replication in enumerate(numbers)
        for which, (name, variant) in enumerate(variants.items())
    ]
    first = next(iter(variants.values()))
    outcome = PolicyComparison(
        first, names, tuple(numbers), names_of_measures, level, Results([]), len(tasks)
    )

    found: dict[int, Run | Failure] = {}
    early = set(range(min(preview_seeds, len(numbers)) * len(names)))
    for task, run in all_runs(list(variants.values()), tasks, jobs, agents, executor, progress):
        found[task] = run
        early.discard(task)
        if preview is not None and not early and len(found) < len(tasks):
            shown = {number: found[number] for number in range(preview_seeds * len(names))}
            part = tuple(numbers[:preview_seeds])
            preview(replace(outcome, replications=part, results=collected(shown), _found={}))
            preview = None
    return replace(outcome, results=collected(found), _found={})
