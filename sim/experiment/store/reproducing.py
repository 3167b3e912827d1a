"""Making committed runs again and comparing them to the bit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from sim.agents.overriding import fingerprint_of
from sim.experiment.blocks import Block, Common
from sim.experiment.making import all_made
from sim.experiment.running import Progress
from sim.experiment.store.folder import Folder
from sim.experiment.store.manifest import rule_book_changes, surroundings_changes
from sim.experiment.sweep_rows import Rows
from sim.measure.measures import MEASURES

__all__ = ["Reproduction", "reproduce", "same_bits"]

ELSEWHERE_TOLERANCE = 1e-9
"""How close measures are on another platform, relative to their size."""

PROOF_RUNS = 5


@dataclass
class Reproduction:
    """What became of making runs again.

    Attributes:
        runs: Runs compared.
        identical: How many were the same to the bit.
        close: How many were not, but within a billionth; counted on another platform only.
        elsewhere: What differs from where the sweep was made, of what equal bits are promised for.
        rule_book: Source files, and classes of the user's own, that have changed since.
        differences: The first differences, one line each.
    """

    elsewhere: list[str]
    rule_book: list[str]
    runs: int = 0
    identical: int = 0
    close: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every run is what it was: to the bit, or nearly so on another platform."""
        return self.runs == self.identical + self.close and not self.differences


def reproduce(
    folder: Folder,
    common: Common,
    sample: int | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Reproduction:
    """Make runs of a folder again, nothing being written, and compare them with what is there.

    Args:
        folder: The folder.
        common: What all runs share.
        sample: How many runs, spread evenly over the sweep; all when None.
        jobs: Processes to use.
        executor: Any executor to use instead.
        progress: Told how many of them have been made.

    Returns:
        What was found.
    """
    said = folder.manifest
    found = Reproduction(surroundings_changes(said.platform), rule_book_changes(said.rule_book))
    if said.agents != fingerprint_of(common.agents):
        found.rule_book.append("the classes that replace agents have changed")
    total = folder.finished() + len(folder.failed())
    chosen = np.unique(np.linspace(0, total - 1, min(sample or total, total)).astype(np.int64))
    begun = 0
    for rows in folder.by_part():
        here = chosen[(chosen >= begun) & (chosen < begun + len(rows))] - begun
        begun += len(rows)
        if len(here):
            _compare(folder, rows.at(here), common, jobs, executor, found)
            if progress is not None:
                progress(found.runs, len(chosen))
    _compare_failures(folder, common, (chosen[chosen >= begun] - begun).tolist(), found)
    if progress is not None:
        progress(found.runs, len(chosen))
    return found


def same_bits(folder: Folder, common: Common, runs: int = PROOF_RUNS) -> bool:
    """Whether some runs of a folder come out the same to the bit here."""
    found = reproduce(folder, common, runs)
    return found.identical == found.runs


def _compare(
    folder: Folder, rows: Rows, common: Common, jobs: int, executor: Executor | None, found: Reproduction
) -> None:
    places = {
        key: place
        for place, key in enumerate(
            zip(rows.points.tolist(), rows.policies.tolist(), rows.replications.tolist(), strict=True)
        )
    }
    for done in all_made(common, _blocks(folder, rows), jobs, executor):
        block = done.block
        for number, stage, message in done.failed:
            found.runs += 1
            found.differences.append(f"{_named(common, block, number)} fails now, at {stage}: {message}")
        for number, parts in zip(done.replications, done.parts, strict=True):
            before = rows.parts[places[block.point, block.policy, number]]
            found.runs += 1
            _compare_parts(before, parts, _named(common, block, number), found)


def _compare_parts(before: np.ndarray, after: np.ndarray, run: str, found: Reproduction) -> None:
    if before.tobytes() == after.tobytes():
        found.identical += 1
        return
    near = np.isclose(after, before, rtol=ELSEWHERE_TOLERANCE, atol=0.0, equal_nan=True)
    if found.elsewhere and near.all():
        found.close += 1
        return
    bits = np.ascontiguousarray(before).view(np.uint64) != np.ascontiguousarray(after).view(np.uint64)
    measure, part = np.argwhere(bits)[0]
    name, ending = list(MEASURES)[measure], ("numerator", "denominator")[part]
    found.differences.append(
        f"{run}: {name}.{ending} was {float(before[measure, part])!r} and is {float(after[measure, part])!r}"
    )


def _compare_failures(folder: Folder, common: Common, chosen: Sequence[int], found: Reproduction) -> None:
    failed = folder.failed()
    for number in chosen:
        one = failed[number]
        block = Block(one.point, folder.design.settings(one.point), one.policy, (one.replication,))
        (done,) = all_made(common, iter([block]))
        found.runs += 1
        stages = [stage for _, stage, _ in done.failed]
        if stages == [one.stage]:
            found.identical += 1
        else:
            now = f"fails at {stages[0]}" if stages else "does not fail"
            found.differences.append(
                f"{_named(common, block, one.replication)} failed at {one.stage} and now {now}"
            )


def _blocks(folder: Folder, rows: Rows) -> Iterator[Block]:
    """The runs of rows, those of one point and policy together."""
    pairs = np.stack([rows.points, rows.policies], axis=1)
    for point, policy in np.unique(pairs, axis=0).tolist():
        chosen = rows.replications[(rows.points == point) & (rows.policies == policy)]
        yield Block(point, folder.design.settings(point), policy, tuple(int(one) for one in chosen))


def _named(common: Common, block: Block, replication: int) -> str:
    return f"point {block.point} ({', '.join(block.settings)}), {common.names[block.policy]}, replication {replication}"
