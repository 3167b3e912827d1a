"""Run policies round by round until the decision between them is settled."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path

import numpy as np

from sim.experiment.compare import FRAMED_RUNS
from sim.experiment.estimates import Numbers
from sim.experiment.running import Progress, Task, all_runs, one_pool
from sim.experiment.selection.contest import FEWEST_FIRST, Contest, Rules
from sim.experiment.selection.indifference import Indifference, indifference_of, share_of
from sim.experiment.selection.settled import SettledComparison, Stopped
from sim.experiment.simulate import collected
from sim.experiment.variants import variants_of
from sim.measure.measures import MEASURES, measure_named
from sim.measure.records import RunKey
from sim.measure.results import Failure, Run
from sim.scenario import Policy, Scenario

__all__ = ["MAX_SEEDS", "Interrupted", "compare_until_settled"]

MAX_SEEDS = 1_000
"""Replications of each policy after which to give up, when nothing else is said."""


class Interrupted(KeyboardInterrupt):
    """A comparison that was interrupted.

    Attributes:
        found: What is known so far.
    """

    def __init__(self, found: SettledComparison) -> None:
        """Take what is known so far."""
        super().__init__(found.verdict())
        self.found = found


def compare_until_settled(
    scenario: Scenario | str | Path,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path],
    *,
    confidence: str | float = 0.95,
    indifference: str | float | Indifference = "2%",
    max_seeds: int = MAX_SEEDS,
    first_seeds: int = FEWEST_FIRST,
    seed: int = 0,
    jobs: int = 1,
    measure: str = "revenue_value",
    framed_runs: int | None = FRAMED_RUNS,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    watch: Callable[[Contest], None] | None = None,
) -> SettledComparison:
    """Add replications until it is known which policy is best, or that it does not matter.

    All policies run the first replications; then those still in contention go on, on the same seeds, in rounds
    that depend on neither `jobs` nor time. See `sim.experiment.selection.contest` for the procedure and what it
    guarantees.

    Args:
        scenario: A scenario, the name of a shipped market or a file; its own policy is not used.
        policies: Two or more policies, their names or files; or policies by the names that results shall use.
        confidence: Probability with which all that is said is right, such as "95%" or 0.95.
        indifference: Difference that does not matter: "2%" of the best policy's value, or an amount in the
            unit of the measure.
        max_seeds: Replications of each policy after which to give up.
        first_seeds: Replications of each policy in the first round, 10 or more.
        seed: Seed of the experiment, 0 or more.
        jobs: Processes to use; they change nothing but the time it takes.
        measure: Measure by which to judge, one of which more or less is better.
        framed_runs: Runs of which frames are kept, the first replications of every policy; None for all.
        agents: Agent classes and what to put in their place, under every policy.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs, should nobody else go out of contention.
        watch: Called with the contest after each round.

    Returns:
        What was found.

    Raises:
        Interrupted: On Ctrl-C, with what is known so far, once there is a replication of all policies.
        InvalidInput: If the scenario or a policy cannot be loaded.
        ValueError: If the measure is unknown or has no better side, fewer than two policies are given, or a
            number is out of range.
    """
    rules = Rules(share_of(confidence), indifference_of(indifference), first_seeds, max_seeds)
    variants = variants_of(scenario, policies)
    fingerprints = np.array([variant.fingerprint for variant in variants.values()])
    contest = Contest(measure_named(measure), tuple(variants), rules, fingerprints[:, None] == fingerprints)
    framed = math.inf if framed_runs is None else max(1, framed_runs // len(variants))
    made: dict[tuple[int, int], Run | Failure] = {}  # by replication and policy

    def found(stopped: Stopped) -> SettledComparison:
        asked = contest.asked
        kept = [key for key in sorted(made) if key[0] < asked[key[1]]]
        results = collected({number: made[key] for number, key in enumerate(kept)})
        return SettledComparison(
            next(iter(variants.values())), tuple(variants), contest, results, stopped, seed
        )

    try:
        with one_pool(jobs, executor) as pool:
            while not contest.over:
                tasks = _tasks(variants, contest, seed, framed)
                told = _told(progress, contest, len(made))
                for number, run in all_runs(list(variants.values()), tasks, jobs, agents, pool, told):
                    made[tasks[number].key.replication, tasks[number].scenario] = run
                contest.take(_parts(made, contest, contest.next_round))
                if watch is not None:
                    watch(contest)
    except KeyboardInterrupt:
        _take_whole_replications(made, contest)
        if not contest.rounds:
            raise
        raise Interrupted(found("interrupted")) from None
    if contest.settled:
        return found("settled")
    return found("max seeds" if contest.evidence.counts.any() else "no value")


def _tasks(variants: Mapping[str, Scenario], contest: Contest, seed: int, framed: float) -> list[Task]:
    """The next round: replication by replication, so that an interrupt leaves whole ones."""
    names, scenarios = list(variants), list(variants.values())
    return [
        Task(one, RunKey(scenarios[one].name, names[one], seed, replication), replication < framed)
        for replication in contest.next_round
        for one in contest.contenders
    ]


def _told(progress: Progress | None, contest: Contest, before: int) -> Progress | None:
    """Progress within a round as progress of the whole, should all contenders go on to the end."""
    if progress is None:
        return None
    total = before + len(contest.contenders) * (contest.rules.most - contest.next_round.start)
    return lambda done, _: progress(before + done, total)


def _parts(made: Mapping[tuple[int, int], Run | Failure], contest: Contest, replications: range) -> Numbers:
    """What the contenders' runs gave on all measures, that of the contest first."""
    names = [contest.measure.name, *(name for name in MEASURES if name != contest.measure.name)]
    parts = np.full((len(contest.contenders), len(replications), len(names), 2), np.nan)
    for row, one in enumerate(contest.contenders):
        for column, replication in enumerate(replications):
            run = made[replication, one]
            if isinstance(run, Run):
                parts[row, column] = [run.parts[name] for name in names]
    return parts


def _take_whole_replications(made: Mapping[tuple[int, int], Run | Failure], contest: Contest) -> None:
    """Take what an interrupted round has finished: the first replications, as far as all contenders have them.

    Not those beyond a gap: which runs are quick may have to do with what they give.
    """
    block = contest.next_round
    stop = block.start
    while stop < block.stop and all((stop, one) in made for one in contest.contenders):
        stop += 1
    if stop > block.start:
        contest.take(_parts(made, contest, range(block.start, stop)))
