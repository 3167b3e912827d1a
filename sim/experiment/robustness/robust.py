"""When the advice would be wrong: policies in many worlds nobody can choose between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.designs import Design
from sim.experiment.estimates import Numbers
from sim.experiment.robustness.crossed import Crossed
from sim.experiment.robustness.flips import Check, Rule, Worlds, found_rules
from sim.experiment.robustness.regret import Direction, Good, Standing, standings
from sim.experiment.robustness.runs import Made, Make, maker, runs_at
from sim.experiment.robustness.sensitivity import described, factor_fields, none_if_nan
from sim.experiment.robustness.tree import ready
from sim.experiment.robustness.uncertain import Uncertain, Varied, uncertain_of
from sim.experiment.robustness.wording import condition
from sim.experiment.running import Progress
from sim.experiment.simulate import scenario_of
from sim.measure.measures import Measure, measure_named
from sim.scenario import Policy, Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HALVES", "Robustness", "doubted", "judged", "rivals_of", "robust", "worlds_of"]

HALVES = ("found-on", "checked-on")
"""Folders of the two halves of the worlds."""

VERSION = 1
"""Of `to_dict`; raised when a key changes its meaning or goes away."""


@dataclass(frozen=True)
class Robustness:
    """How policies do in many worlds, and where the advice flips.

    Attributes:
        scenario: The scenario under the first policy.
        measure: What was compared.
        direction: Which way is better.
        good: When a policy does well enough.
        uncertain: What differs between worlds.
        table: The measure in every world that was finished, under every policy.
        first_half: Which of these worlds rules were found on; the others checked them.
        left_out: Worlds left out because a run failed.
        standings: How the policies do, the one with the least mean regret first: this is the advice.
        rules: Where another policy is better, with those that failed on the second half.
        made: The runs of both halves; empty where somebody else made them.
    """

    scenario: Scenario
    measure: Measure
    direction: Direction
    good: Good
    uncertain: tuple[Uncertain, ...]
    table: Crossed
    first_half: NDArray[np.bool_]
    left_out: int
    standings: tuple[Standing, ...]
    rules: tuple[Rule, ...]
    made: tuple[Made, ...] = ()

    @property
    def advice(self) -> str:
        """The policy with the least mean regret."""
        return self.standings[0].policy

    @property
    def reliable(self) -> tuple[Rule, ...]:
        """The rules that hold on worlds that had no part in finding them."""
        return tuple(one for one in self.rules if one.reliable)

    def condition(self, rule: Rule) -> str:
        """Where a rule lies, in words."""
        return condition(rule.box, [one.words for one in self.uncertain])

    @property
    def beaten(self) -> NDArray[np.bool_]:
        """Worlds in which some other policy is better than the advice beyond luck, shape (worlds,)."""
        found = rivals_of(self.table, self.advice, self.direction)
        signs = [worlds.signs > 0 for worlds in found.values()]
        return np.asarray(np.any(signs, axis=0))

    def to_frame(self) -> pd.DataFrame:
        """The standings, one row per policy."""
        import pandas as pd

        return pd.DataFrame([asdict(one) for one in self.standings])

    def to_dict(self) -> dict[str, Any]:
        """Everything found, ready for JSON; what has no value is None.

        Returns:
            `kind` ("robust"), `version`, `scenario`, `currency`, `measure` (name, label, unit, direction), `policies`,
            `worlds`, `left_out`, `replications`, `good` (within, least), `factors` (path, label, low, high, said, why),
            `advice`, `beaten_worlds`, `standings`, `rules` (those that hold: policy, against, condition, sentence,
            bounds, found, checked), `rules_that_failed` (the same), `sentences`.
        """
        from sim.experiment.robustness.sentences import robust_sentences, rule_sentence

        def fields(rule: Rule) -> dict[str, Any]:
            return {
                "policy": rule.policy,
                "against": self.advice,
                "condition": self.condition(rule),
                "sentence": rule_sentence(self, rule),
                "bounds": self._bounds(rule),
                "found": _check_fields(rule.found),
                "checked": _check_fields(rule.checked),
            }

        return {
            "kind": "robust",
            "version": VERSION,
            "scenario": self.scenario.name,
            "currency": self.scenario.market.currency,
            "measure": described(self.measure),
            "policies": list(self.table.policies),
            "worlds": len(self.table.points),
            "left_out": self.left_out,
            "replications": self.table.replications,
            "good": asdict(self.good),
            "factors": [factor_fields(one) for one in self.uncertain],
            "advice": self.advice,
            "beaten_worlds": int(self.beaten.sum()),
            "standings": [asdict(one) for one in self.standings],
            "rules": [fields(one) for one in self.reliable],
            "rules_that_failed": [fields(one) for one in self.rules if not one.reliable],
            "sentences": robust_sentences(self),
        }

    def _bounds(self, rule: Rule) -> list[dict[str, Any]]:
        numbers = sorted({number for number, _ in rule.box.bounds})
        return [
            {
                "path": self.uncertain[number].path,
                "low": none_if_nan(rule.box.lows[number]),
                "high": none_if_nan(rule.box.highs[number]),
            }
            for number in numbers
        ]


def _check_fields(check: Check) -> dict[str, Any]:
    ratios = {"coverage": check.coverage, "precision": check.precision}
    return {key: none_if_nan(value) for key, value in {**asdict(check), **ratios}.items()}


def rivals_of(
    table: Crossed, advice: str, direction: Direction, worlds: NDArray[np.bool_] | None = None
) -> dict[str, Worlds]:
    """How much better than the advice each other policy is, world by world.

    Args:
        table: The worlds.
        advice: The policy advised.
        direction: Which way is better.
        worlds: Which worlds; all when None.

    Returns:
        Worlds by policy.
    """
    chosen = table if worlds is None else table.at(worlds)
    sign, own = (1.0 if direction == "higher" else -1.0), chosen.policies.index(advice)
    return {
        name: Worlds(
            chosen.points,
            sign * (chosen.values[row] - chosen.values[own]),
            sign * (chosen.contributions[row] - chosen.contributions[own]),
        )
        for row, name in enumerate(chosen.policies)
        if row != own
    }


def judged(
    table: Crossed,
    first_half: NDArray[np.bool_],
    uncertain: Sequence[Uncertain],
    direction: Direction,
    good: Good,
    most_rules: int,
) -> tuple[list[Standing], list[Rule]]:
    """Standings of the policies, and rules about where another one than the advice is better.

    Args:
        table: Worlds as points, all of them complete; the two halves on different replications.
        first_half: Which worlds rules are found on.
        uncertain: What differs between worlds.
        direction: Which way is better.
        good: When a policy does well enough.
        most_rules: Most rules.

    Returns:
        The standings, the one with the least mean regret first, and the rules, reliable or not.

    Raises:
        ModuleNotFoundError: If scikit-learn is not installed.
    """
    found = standings(table, direction, good)
    halves = [rivals_of(table, found[0].policy, direction, half) for half in (first_half, ~first_half)]
    spoken = [one.words.spoken for one in uncertain]
    return found, found_rules(halves[0], halves[1], spoken, most_rules)


def robust(
    scenario: Scenario | str | Path,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path],
    varied: Varied | None = None,
    worlds: int = 100,
    measure: str = "revenue_value",
    seeds: int = 5,
    seed: int = 0,
    jobs: int = 1,
    *,
    good: Good | None = None,
    most_rules: int = 3,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Robustness:
    """How policies do over many worlds, and where the best of them is not the best.

    Worlds are drawn evenly from the ranges (a Latin hypercube). Rules are found on half of them and checked on the
    others, which are run on other replications.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        policies: Two or more policies.
        varied: Settings and their ranges, such as `{"team.reps": (4, 12)}`; the usual uncertain ones when None.
        worlds: How many worlds.
        measure: Name of the measure; one direction has to be better.
        seeds: Replications of each world under each policy, 2 or more.
        seed: Seed of the experiment, and of the worlds.
        jobs: Processes to use.
        good: When a policy does well enough; within 5% of the best when None.
        most_rules: Most rules.
        agents: Agent classes and what to put in their place.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        out: Folder to keep the runs in, each half in a folder of its own; what is there is not computed again.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        What was found.

    Raises:
        InvalidInput: If the scenario, a policy or a setting is wrong.
        ModuleNotFoundError: If scikit-learn is not installed.
        ValueError: If the measure is unknown or has no better direction, or a number is out of range.
    """
    chosen, base = measure_named(measure), scenario_of(scenario)
    if len(policies) < 2 or worlds < 20 or seeds < 2:
        raise ValueError("robustness needs 2 or more policies, 20 or more worlds and 2 or more replications")
    make = maker(base, policies, seed, jobs, agents, executor, out)
    return doubted(
        uncertain_of(base, varied), worlds, chosen, seeds, seed, Good() if good is None else good, most_rules, make,
        progress,
    )  # fmt: skip


def doubted(
    uncertain: Sequence[Uncertain],
    worlds: int,
    measure: Measure,
    seeds: int,
    seed: int,
    good: Good,
    most_rules: int,
    make: Make,
    progress: Progress | None = None,
) -> Robustness:
    """The same for runs that are made in any way; arguments as for `robust`.

    Args:
        uncertain: What differs between worlds.
        worlds: How many worlds.
        measure: The measure.
        seeds: Replications of each world.
        seed: Seed of the worlds.
        good: When a policy does well enough.
        most_rules: Most rules.
        make: Makes the runs.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        What was found.

    Raises:
        ModuleNotFoundError: If scikit-learn is not installed.
        ValueError: If the measure has no better direction, or in nearly every world a run failed.
    """
    ready()
    if measure.direction == "neither":
        raise ValueError(
            f"more {measure.label} is not better or worse in itself, so there is no regret of it"
        )
    unit = worlds_of(len(uncertain), worlds, seed)
    half = (worlds + 1) // 2
    parts = ((unit[:half], range(seeds)), (unit[half:], range(seeds, 2 * seeds)))
    made = [
        runs_at(
            uncertain, points, replications, make, name, _continued(progress, before, len(points), worlds)
        )
        for name, before, (points, replications) in zip(HALVES, (0, half), parts, strict=True)
    ]
    table, first_half = _joined([one.crossed(measure.name) for one in made])
    whole = table.complete
    table, first_half = table.at(whole), first_half[whole]
    if min(first_half.sum(), (~first_half).sum()) < 2:
        raise ValueError("in nearly every world a run failed, so nothing can be analysed")
    found, rules = judged(table, first_half, uncertain, measure.direction, good, most_rules)
    return Robustness(
        made[0].sweep.scenario, measure, measure.direction, good, tuple(uncertain), table, first_half,
        int((~whole).sum()), tuple(found), tuple(rules), tuple(made),
    )  # fmt: skip


def worlds_of(factors: int, worlds: int, seed: int) -> Numbers:
    """Points of the unit cube, one in each of as many slices of every factor, in no order."""
    paths = {f"x{place}": (0.0, 1.0) for place in range(factors)}
    return Design.latin_hypercube(paths, worlds, seed).to_frame().to_numpy(dtype=np.float64)


def _joined(halves: Sequence[Crossed]) -> tuple[Crossed, NDArray[np.bool_]]:
    """Both halves in one table, the nth replication of each in the nth column, and which worlds are of the first."""
    one, other = halves
    table = Crossed(
        one.factors,
        np.concatenate([one.points, other.points]),
        one.policies,
        np.concatenate([one.values, other.values], axis=1),
        np.concatenate([one.contributions, other.contributions], axis=1),
    )
    return table, np.arange(len(table.points)) < len(one.points)


def _continued(progress: Progress | None, before: int, here: int, everywhere: int) -> Progress | None:
    """Progress of the worlds here told as progress of the worlds everywhere."""
    if progress is None:
        return None

    def told(done: int, total: int) -> None:
        each = total // here
        progress(before * each + done, everywhere * each)

    return told
