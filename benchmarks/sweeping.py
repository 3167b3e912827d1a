"""What a sweep costs beyond its runs, and what a second worker brings it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.report import Row
from benchmarks.rounds import Variant, take_turns
from sim.experiment.designs import Design
from sim.experiment.running import Task, one_run
from sim.experiment.sweep import sweep
from sim.measure.records import RunKey
from sim.scenario import Scenario

KEPT_COST = 1.10
SECOND_WORKER = 1.9
SECOND_COST = 1.05
DESIGN = Design.grid({"policy.zone.open": [0.4, 0.5, 0.6], "team.reps": [4, 8]})


def bare_loop(scenario: Scenario, seeds: int, seed: int) -> float:
    """The runs of a sweep and nothing else."""
    for point in range(len(DESIGN)):
        changed = scenario.with_overrides(DESIGN.settings(point))
        for replication in range(seeds):
            key = RunKey(changed.name, changed.policy.name, seed, replication)
            one_run(changed, Task(0, key, keep_records=False))
    return float(len(DESIGN) * seeds)


def kept(scenario: Scenario, seeds: int, jobs: int, seed: int) -> float:
    """The same runs as a sweep, kept in a folder."""
    with TemporaryDirectory() as folder:
        return float(len(sweep(scenario, DESIGN, seeds=seeds, seed=seed, jobs=jobs, out=Path(folder))))


def everybody() -> float:
    """Processor time of this process and of those it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def sweeping(seeds: int, rounds: int) -> list[Row]:
    """A kept sweep beside a bare loop over its runs, and beside itself with two workers."""
    scenario = Scenario.load("considered", "today")
    bare_loop(scenario, 1, 0)
    one = Variant(lambda seed: kept(scenario, seeds, 1, seed))
    beside = take_turns({"bare": Variant(lambda seed: bare_loop(scenario, seeds, seed)), "kept": one}, rounds)
    two = Variant(lambda seed: kept(scenario, seeds, 2, seed))
    workers = take_turns({"one": one, "two": two}, rounds, clock=perf_counter)
    work = take_turns({"one": one, "two": two}, min(rounds, 3), clock=everybody)
    note = f"{len(DESIGN)} points x {seeds} seeds of considered"
    return [
        Row("a sweep over a bare loop over its runs", beside["kept"].ratio_to(beside["bare"]), "{:.3f} x", most=KEPT_COST,
            note=note),
        Row("processor time of two workers over one", work["two"].ratio_to(work["one"]), "{:.3f} x", most=SECOND_COST,
            note=note),
        Row("two workers over one, on an idle machine", workers["one"].ratio_to(workers["two"]), "{:.2f} x",
            least=SECOND_WORKER, note=note),
    ]  # fmt: skip
