"""What a comparison that went on until it was settled has found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from sim.experiment.fields import failure_fields, measure_fields, plain_fields
from sim.experiment.intervals import Comparison
from sim.experiment.selection.contest import Contest, Finding, Place
from sim.experiment.selection.evidence import Evidence
from sim.experiment.selection.sentence import found_in_words, guarantee_in_words, replications_to_settle
from sim.experiment.selection.shares import shares_of_best
from sim.experiment.variants import assumed_worth, parts_of
from sim.experiment.verdict import completed, verdict
from sim.measure.measures import measure_named
from sim.measure.results import Failure, Results
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROCEDURE", "SettledComparison", "Standing", "Stopped"]

PROCEDURE = (
    "fully sequential elimination by paired t confidence sequences (Fan, Hong and Nelson 2016; Lai 1976; Wang and "
    "Ramdas 2025)"
)
"""How policies are selected, in one line."""

Stopped = Literal["settled", "max seeds", "interrupted", "no value"]


@dataclass(frozen=True)
class Standing:
    """Where one policy stands in the end.

    Attributes:
        policy: The policy.
        place: `"leads"`, `"tie"`, `"equally good"`, `"not better"`, `"worse"` or `"open"`; see
            `sim.experiment.selection.contest.Place`.
        worse_than: The policy that put it out of contention; None for those still in it.
        replications: Replications spent on it.
        value: Its value of the measure.
        difference: Value minus that of the leader, over the seeds both have.
        low: Lower end of the interval of the difference; NaN when there is none.
        high: Upper end.
        share_best: Share of bootstrap samples in which it is the best. Descriptive, not a probability of being it.
    """

    policy: str
    place: Place
    worse_than: str | None
    replications: int
    value: float
    difference: float
    low: float
    high: float
    share_best: float


@dataclass(frozen=True)
class SettledComparison:
    """Policies compared until the best was known, or the difference below the indifference, or runs ran out.

    Attributes:
        scenario: The scenario under the first policy.
        policies: Names of the policies, in the order given.
        contest: How the contest went: rounds, who went out, the rules.
        results: All runs, of each policy as many as were spent on it.
        stopped: Why no more were made: `"settled"`, `"max seeds"`, `"interrupted"`, or `"no value"` (no
            replication was finished under all policies).
        seed: Seed of the experiment.
    """

    scenario: Scenario
    policies: tuple[str, ...]
    contest: Contest
    results: Results
    stopped: Stopped
    seed: int
    _found: dict[str, Comparison] = field(default_factory=dict, repr=False, compare=False)

    @property
    def measure(self) -> str:
        """Name of the measure that the policies were judged by."""
        return self.contest.measure.name

    @property
    def finding(self) -> Finding:
        """What can be said as a whole; see `sim.experiment.selection.contest.Finding`."""
        return self.contest.finding

    @property
    def best(self) -> str:
        """The policy to choose, or the one in the lead while nothing is settled."""
        return self.policies[self.contest.leader]

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications of the policies that stayed longest."""
        return tuple(range(int(self.contest.asked.max())))

    @property
    def spent(self) -> dict[str, int]:
        """Replications spent on each policy."""
        return dict(zip(self.policies, map(int, self.contest.asked), strict=True))

    @property
    def saved(self) -> int:
        """Runs saved against running every policy as long as the one that ran longest."""
        return len(self.policies) * len(self.replications) - sum(self.spent.values())

    @property
    def saved_to_most(self) -> int:
        """Runs saved against running every policy for all replications allowed."""
        return len(self.policies) * self.contest.rules.most - sum(self.spent.values())

    def differences(self, measure: str | None = None) -> Comparison:
        """The comparison of all policies on one measure, with intervals that hold at every moment.

        Args:
            measure: Its name; the one that policies were judged by when None.

        Returns:
            Estimates, differences against the best policy (which comes first), and all pairs.

        Raises:
            ValueError: If there is no such measure; the message gives the nearest names.
        """
        chosen = self.contest.measure if measure is None else measure_named(measure)
        if chosen.name not in self._found:
            contest = self.contest
            tops, bottoms = parts_of(self.results, self.policies, self.replications, chosen.name)
            evidence = Evidence(
                chosen, self.policies, tops, bottoms, contest.asked, contest.same, contest.rules.level
            )
            order = [contest.leader, *(one for one in range(len(self.policies)) if one != contest.leader)]
            self._found[chosen.name] = evidence.comparison(order)
        return self._found[chosen.name]

    def verdict(self, measure: str | None = None, assumptions: Sequence[str] = ()) -> str:
        """What was found, in one sentence.

        Args:
            measure: A measure; the one that policies were judged by when None.
            assumptions: What the result rests on besides what the scenario itself says.

        Returns:
            The sentence; for a measure other than the one judged by, it says what its intervals show.
        """
        name, currency = measure or self.measure, self.scenario.market.currency
        own = [*assumed_worth(self.scenario, name), *assumptions]
        comparison = self.differences(name)
        if name != self.measure:
            return verdict(comparison, own, currency)
        text = found_in_words(self.contest, comparison, self.stopped == "interrupted", currency)
        return completed(text, comparison.notes, own)

    @property
    def guarantee(self) -> str:
        """What holds with which probability, and on which assumption."""
        return guarantee_in_words(self.contest, self.differences(), self.scenario.market.currency)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Where each policy stands, the best first."""
        contest, comparison = self.contest, self.differences()
        shares = shares_of_best(contest.evidence, contest.leader)
        found = []
        for estimate in comparison.estimates:
            one = self.policies.index(estimate.policy)
            beaten_by = contest.beaten.get(contest.twins.get(one, one))
            gap = next((pair for pair in comparison.differences if pair.policy == estimate.policy), None)
            found.append(
                Standing(
                    estimate.policy, contest.place(one), None if beaten_by is None else self.policies[beaten_by],
                    int(contest.asked[one]), estimate.value, gap.value if gap else 0.0, gap.low if gap else 0.0,
                    gap.high if gap else 0.0, float(shares[one]),
                )
            )  # fmt: skip
        return tuple(found)

    @property
    def framed(self) -> Results:
        """The runs whose frames were kept, for figures and for looking at single buyers."""
        kept = {run.key for run in self.results.runs if run.records is not None}
        return self.results.where(lambda key: key in kept)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The runs that failed; their seeds are left out for all policies."""
        return self.results.failed

    def to_frame(self) -> pd.DataFrame:
        """Where each policy stands as a table, the best first.

        Returns:
            One row per policy: `measure`, `unit`, the fields of `Standing`, `finding`, `confidence`,
            `indifference` (in the measure's unit).
        """
        import pandas as pd

        frame = pd.DataFrame([asdict(one) for one in self.standings])
        frame.insert(0, "measure", self.measure)
        frame.insert(1, "unit", self.contest.measure.unit)
        return frame.assign(
            finding=self.finding, confidence=self.contest.rules.level, indifference=self.contest.tolerance
        )

    def to_dict(self, measures: Iterable[str] | None = None) -> dict[str, Any]:
        """Everything found, ready for JSON; what has no value is None.

        Args:
            measures: Names of measures; the one that policies were judged by when None. That one always comes.

        Returns:
            What `PolicyComparison.to_dict` gives, with the best policy in place of the first as the one to
            compare with, and `selection`: the decision, its guarantee, and what it cost.
        """
        chosen = dict.fromkeys([self.measure, *(measures or ())])
        return {
            "scenario": self.scenario.name,
            "policies": list(self.policies),
            "seed": self.seed,
            "replications": list(self.replications),
            "level": self.contest.rules.level,
            "measures": {name: measure_fields(self.differences(name), self.verdict(name)) for name in chosen},
            "failures": failure_fields(self.failures),
            "selection": self._selection(),
        }

    def _selection(self) -> dict[str, Any]:
        contest = self.contest
        return {
            "measure": self.measure,
            "finding": self.finding,
            "best": self.best,
            "stopped": self.stopped,
            "confidence": contest.rules.level,
            "indifference": str(contest.rules.indifference),
            "indifference_amount": contest.tolerance,
            "guarantee": self.guarantee,
            "procedure": PROCEDURE,
            "first_seeds": contest.rules.first,
            "max_seeds": contest.rules.most,
            "replications_to_settle": None if contest.settled else replications_to_settle(contest),
            "standings": [plain_fields(asdict(one)) for one in self.standings],
            "rounds": [{"replications": count, "in_contention": left} for left, count in contest.rounds],
            "runs_spent": sum(self.spent.values()),
            "runs_saved": self.saved,
            "runs_saved_to_max": self.saved_to_most,
        }
