"""Who is still in contention: a selection procedure that spends runs only where the decision is open.

All policies run the first replications. After each round a policy is out of contention when the interval of its
difference from another contender leaves out zero on the wrong side; the others go on with the next replications,
the same ones for all, so that differences stay paired. It is over when no contender can be better than the leader
by more than the indifference, when only policies that are the same are left, or when no more runs are allowed.

What is guaranteed, with the probability asked for, whatever the true values and however the rounds fall:
    every policy that went out is worse than one that stayed, and when it is settled the leader is the best policy
    or falls short of the best by no more than the indifference. In particular the leader *is* the best whenever
    the best is ahead of all others by more than the indifference (probability of correct selection).
All of this follows from one fact, that the intervals of all pairs hold together at every moment. It is exact when
the differences between policies are normal over seeds, and holds in the limit of many runs otherwise. The
indifference may be a share of a value that is itself estimated, because the intervals hold whatever it is.

Policies known to be the same are a tie at once. Policies that only did the same so far, on every measure of every
run, have no interval; they are taken for the same after so many runs that they can hardly differ in more than one
of twenty (see `Rules.alike_from`).

Source: Fan, Hong and Nelson (2016), "Indifference-zone-free selection of the best", Operations Research 64: fully
sequential elimination by paired differences against a boundary that holds at all times, here that of a t confidence
sequence; with a tolerance to stop at as in Even-Dar, Mannor and Mansour (2006), JMLR 7. The guarantee is that of a
good selection, see Eckman and Henderson (2021), "Fixed-confidence, fixed-tolerance guarantees for ranking-and-
selection procedures", ACM TOMACS. Kim and Nelson's (2001) procedure needs about as many runs; it promises nothing
where the best is ahead by less than the indifference, which nobody can know beforehand, and gives no intervals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.experiment.estimates import Numbers
from sim.experiment.selection.evidence import Evidence, Flags
from sim.experiment.selection.indifference import Indifference
from sim.measure.measures import Measure

__all__ = ["FEWEST_FIRST", "Contest", "Finding", "Place", "Rules"]

Finding: TypeAlias = Literal["settled", "settled within indifference", "equally good", "tie", "not settled"]
"""`"settled"`: every other policy is worse. `"settled within indifference"`: none is better by more than that.
`"equally good"`: those that are not worse differ by less than that. `"tie"`: those are the same in every run."""

Place: TypeAlias = Literal["leads", "worse", "not better", "equally good", "tie", "open"]
"""`"worse"` than another policy; `"not better"` than the leader by more than the indifference; `"equally good"`:
the difference from the leader is within the indifference both ways; `"tie"` with the leader; or `"open"`."""

FEWEST_FIRST = 10
"""Fewest replications of the first round: below that, runs that are not normal would show."""

_RARELY = 0.05  # share of runs in which policies may differ that count as the same (assumption)
_LEAST_ROUND = 5
_GROWTH = 4  # a round adds a quarter of the replications so far, so that looking costs at most that much


@dataclass(frozen=True)
class Rules:
    """When a decision counts as settled.

    Attributes:
        level: Probability with which everything said of the contest is right.
        indifference: Difference that does not matter.
        first: Replications of the first round.
        most: Replications after which to give up.
    """

    level: float
    indifference: Indifference
    first: int
    most: int

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense together.

        Raises:
            ValueError: If one is out of range.
        """
        if not 0 < self.level < 1:
            raise ValueError(f"the confidence lies between 0 and 1, not {self.level}")
        if self.first < FEWEST_FIRST:
            raise ValueError(f"the first round needs {FEWEST_FIRST} replications or more, not {self.first}")
        if self.most < self.first:
            raise ValueError(
                f"at most {self.most} replications are fewer than the {self.first} of the first round"
            )

    @property
    def alike_from(self) -> int:
        """Replications that two policies must be the same in for a tie, unless they are known to be.

        So many that, did they differ in more than one run of twenty, they would have differed by now with the
        probability `level`: 59 for 95%.
        """
        return math.ceil(math.log(1 - self.level) / math.log(1 - _RARELY))


class Contest:
    """Policies in contention for the best value of a measure.

    Ask it for `next_round`, the replications to be run next, run them under its `contenders`, and give it what they
    gave with `take`, until it is `over`.

    Attributes:
        measure: What the policies are judged by.
        names: The policies.
        rules: When the decision counts as settled.
        contenders: Policies that may still be the best, by number.
        beaten: Policies that went out, each with the one it is worse than.
        twins: Policies that are the same as another one, which runs for both.
        leader: The contender with the best value.
        rounds: Number of contenders and replications after each round.
    """

    def __init__(
        self, measure: Measure, names: Sequence[str], rules: Rules, identical: Flags | None = None
    ) -> None:
        """Open the contest.

        Args:
            measure: What the policies are judged by.
            names: Two or more different policies.
            rules: When the decision counts as settled.
            identical: Pairs known to be the same before anything is run, shape (policies, policies).

        Raises:
            ValueError: If neither more nor less of the measure is better, or policies are too few.
        """
        if measure.direction == "neither":
            raise ValueError(
                f"{measure.name} cannot settle which policy is best: neither more nor less of it is better in itself"
            )
        size = len(names)
        if size < 2 or len(set(names)) < size:
            raise ValueError(f"a contest needs two or more different policies, not {list(names)}")
        self.measure, self.names, self.rules = measure, tuple(names), rules
        self.contenders: tuple[int, ...] = tuple(range(size))
        self.beaten: dict[int, int] = {}
        self.twins: dict[int, int] = {}
        self.leader = 0
        self.rounds: list[tuple[int, int]] = []
        self._asked = np.zeros(size, dtype=np.int64)
        self._parts: Numbers = np.full((2, size, 0), np.nan)
        self._alike: Flags = np.ones((size, size), dtype=np.bool_)
        self._identical: Flags = np.eye(size, dtype=np.bool_) if identical is None else identical

    @property
    def next_round(self) -> range:
        """Replications to be run next."""
        done = self._parts.shape[2]
        more = self.rules.first if done == 0 else max(_LEAST_ROUND, done // _GROWTH)
        return range(done, min(done + more, self.rules.most))

    @property
    def asked(self) -> npt.NDArray[np.int64]:
        """Replications that each policy was asked to run."""
        return self._asked.copy()

    def take(self, parts: Numbers) -> None:
        """Take the next replications of all contenders, and see who stays.

        Args:
            parts: Numerators and denominators of measures, shape (contenders, replications, measures, 2), NaN
                where a run failed. The first measure decides; two policies are the same when all are.
        """
        rows = list(self.contenders)
        new = np.full((2, len(self.names), parts.shape[1]), np.nan)
        new[:, rows] = np.moveaxis(parts[:, :, 0], 2, 0)
        self._parts = np.concatenate([self._parts, new], axis=2)
        self._asked[rows] = self._parts.shape[2]
        for (place, one), (other_place, other) in combinations(enumerate(rows), 2):
            if self._alike[one, other]:
                same = np.array_equal(parts[place], parts[other_place], equal_nan=True)
                self._alike[one, other] = self._alike[other, one] = same
        self.__dict__.pop("evidence", None)
        self._judge()
        self.rounds.append((len(self.contenders), self._parts.shape[2]))

    @cached_property
    def evidence(self) -> Evidence:
        """What the runs so far say."""
        tops, bottoms = self._parts
        return Evidence(
            self.measure, self.names, tops, bottoms, self._asked.copy(), self.same, self.rules.level
        )

    @property
    def same(self) -> Flags:
        """Pairs of policies that are the same: known to be, or in every run for long enough."""
        enough = self._asked >= self.rules.alike_from
        ran = np.isfinite(self._parts).all(axis=0).sum(axis=1) > 0
        same: Flags = self._alike & ran & (self._identical | (enough[:, None] & enough))
        return same

    @property
    def taken_for_same(self) -> int:
        """Replications after which policies not known to be the same were taken for it; 0 where none was."""
        assumed = [one for one, other in self.twins.items() if not self._identical[one, other]]
        return max((int(self._asked[one]) for one in assumed), default=0)

    @property
    def tolerance(self) -> float:
        """The indifference in the measure's own unit, beside the leader's value."""
        return self.rules.indifference.beside(float(self.evidence.values[self.leader]))

    @property
    def settled(self) -> bool:
        """Whether nothing better than the leader by more than the indifference is left."""
        if self.asked.max() < self.rules.first:
            return False
        rivals = [one for one in self.contenders if one != self.leader]
        return bool((self.evidence.lead[rivals, self.leader] <= self.tolerance).all())

    @property
    def over(self) -> bool:
        """Whether there is nothing more to run: settled, no more runs allowed, or none that succeeds."""
        return bool(self.rounds) and (self.settled or not self.next_round or not self.evidence.counts.any())

    @property
    def finding(self) -> Finding:
        """What can be said of the contest as a whole."""
        if not self.settled:
            return "not settled"
        places = {self.place(one) for one in range(len(self.names))} - {"leads", "worse"}
        if not places:
            return "settled"
        if places == {"tie"}:
            return "tie"
        return "equally good" if places <= {"tie", "equally good"} else "settled within indifference"

    def place(self, policy: int) -> Place:
        """Where a policy stands.

        Args:
            policy: Its number.

        Returns:
            Its place.
        """
        one = self.twins.get(policy, policy)
        if one == self.leader:
            return "leads" if policy == self.leader else "tie"
        if one in self.beaten:
            return "worse"
        ahead, behind = self.evidence.lead[one, self.leader], self.evidence.lead[self.leader, one]
        if ahead > self.tolerance:
            return "open"
        return "equally good" if behind <= self.tolerance else "not better"

    def _judge(self) -> None:
        """Who leads, who goes out, and who is only another name for somebody else."""
        evidence, same = self.evidence, self.same
        for one in self.contenders:
            first = next(other for other in self.contenders if other == one or same[one, other])
            if first != one:
                self.twins[one] = first
        rest = [one for one in self.contenders if one not in self.twins]
        sign = -1.0 if self.measure.direction == "lower" else 1.0
        worth = np.where(np.isnan(evidence.values), -np.inf, sign * evidence.values)
        self.leader = max(rest, key=lambda one: worth[one])
        for one in rest if self.asked.max() >= self.rules.first else ():
            better = [other for other in rest if evidence.lead[one, other] < 0]
            if better:
                self.beaten[one] = max(better, key=lambda other: worth[other])
        self.contenders = tuple(one for one in rest if one not in self.beaten)
