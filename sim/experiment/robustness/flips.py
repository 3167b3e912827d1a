"""Where advice flips: boxes of worlds in which another policy is better, found on one half and checked on the other.

A world tells for or against the advice only as far as its replications do. Each has a difference (how much better
another policy is) with a standard error from the replications, paired by seed. Boxes are searched with each world
weighted by how sure the sign of its difference is: nothing where it may as well be luck, 1 where it is certain. And a
world is counted as a flip only if its difference is beyond luck.

Whatever is searched for is found, in noise too. So nothing is called a rule that was not checked on worlds that had no
part in finding it, and that were run on other replications: with the same ones both halves would share their luck.

Source: scenario discovery (Bryant and Lempert 2010, coverage and density, here called precision), with boxes from a
classification tree as in Lempert, Bryant and Bankes (2008).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.robustness.boxes import Box, roundest
from sim.experiment.student import student_quantile

__all__ = ["Check", "Rule", "Spoken", "Worlds", "found_rules"]

_DEPTHS = (1, 2, 3)
_PRICE = 0.95  # what a condition more must at least pay for: a rule is worth its net score times this, per condition
_FEWEST_WORLDS = 4
_FEWEST_SHARE = 0.05
_SURE = 0.95
_CLEAR_MAJORITY = 3  # flips for each world that holds, both beyond luck


@dataclass(frozen=True)
class Worlds:
    """How much better another policy is than the advised one, in each of many worlds.

    Attributes:
        points: The worlds, shape (worlds, factors).
        differences: Positive where the advice loses, shape (worlds,).
        contributions: What each replication contributes, shape (worlds, replications).
    """

    points: Numbers
    differences: Numbers
    contributions: Numbers

    @property
    def replications(self) -> int:
        """How many replications each difference rests on."""
        return int(self.contributions.shape[1])

    @property
    def errors(self) -> Numbers:
        """Standard errors of the differences."""
        return np.asarray(self.contributions.std(axis=1, ddof=1) / math.sqrt(self.replications))

    @property
    def signs(self) -> Numbers:
        """1 where the advice loses beyond luck, -1 where it holds beyond luck, 0 where nobody can say."""
        reach = student_quantile((1 + _SURE) / 2, self.replications - 1) * self.errors
        return np.where(np.abs(self.differences) > reach, np.sign(self.differences), 0.0)

    @property
    def votes(self) -> Numbers:
        """Signs of the differences, each times how sure it is: 2 P - 1 for the probability P of Student's t."""
        from scipy.special import stdtr

        errors = self.errors
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(errors > 0, self.differences / errors, np.sign(self.differences) * np.inf)
        return np.where(self.differences == 0, 0.0, 2 * stdtr(self.replications - 1, ratio) - 1)


@dataclass(frozen=True)
class Spoken:
    """How a factor's numbers are said.

    Attributes:
        scale: What they are multiplied with, such as 7 for a week instead of a day.
        whole: Whether they are whole numbers.
    """

    scale: float = 1.0
    whole: bool = False


@dataclass(frozen=True)
class Check:
    """How a box does on some worlds.

    Attributes:
        worlds: Worlds looked at.
        inside: Worlds in the box.
        flips: Worlds in the box in which the advice loses beyond luck.
        holds: Worlds in the box in which it wins beyond luck; in the others nobody can say.
        all_flips: Flips in and out of the box.
        gain: Mean of the differences in the box: what the other policy is better by. NaN for an empty box.
        gain_low: Lower end of its one-sided interval, allowing for worlds and replications being samples.
    """

    worlds: int
    inside: int
    flips: int
    holds: int
    all_flips: int
    gain: float
    gain_low: float

    @property
    def coverage(self) -> float:
        """Share of all flips that lie in the box; NaN when there is no flip."""
        return self.flips / self.all_flips if self.all_flips else math.nan

    @property
    def precision(self) -> float:
        """Share of the worlds in the box that are flips, those that nobody can tell counting as none."""
        return self.flips / self.inside if self.inside else math.nan

    @property
    def promising(self) -> bool:
        """Whether this looks like a flip: by the mean, and in a clear majority of worlds that are beyond luck."""
        return self.gain > 0 and self.flips >= max(1, _CLEAR_MAJORITY * self.holds)

    @property
    def passed(self) -> bool:
        """Whether this is a flip: it looks like one, and the mean is beyond luck."""
        return self.promising and self.gain_low > 0


@dataclass(frozen=True)
class Rule:
    """A box in which another policy beats the advice.

    Attributes:
        policy: The other policy.
        box: Where.
        found: How it does on the worlds it was found on.
        checked: How it does on the others.
    """

    policy: str
    box: Box
    found: Check
    checked: Check

    @property
    def reliable(self) -> bool:
        """Whether it holds on worlds that had no part in finding it."""
        return self.checked.passed


def found_rules(
    found_on: dict[str, Worlds], checked_on: dict[str, Worlds], spoken: Sequence[Spoken], most: int = 3
) -> list[Rule]:
    """Rules about where the advice flips, reliable ones and those that fail on the second half.

    Args:
        found_on: Worlds of the first half, by the policy that might be better.
        checked_on: Worlds of the second half, by the same names.
        spoken: How each factor's numbers are said.
        most: Most rules.

    Returns:
        The rules that were found, the one that explains most first.

    Raises:
        ModuleNotFoundError: If scikit-learn is not installed.
    """
    candidates = [
        (_worth(box, worlds), name, box)
        for name, worlds in found_on.items()
        for box in _boxes(worlds, spoken)
    ]
    chosen: list[tuple[str, Box]] = []
    covered = np.zeros(len(next(iter(found_on.values())).points), dtype=bool)
    for _, name, box in sorted(candidates, key=lambda one: (-one[0], one[1])):
        if len(chosen) == most:
            break
        worlds = found_on[name]
        inside = box.holds(worlds.points)
        if (inside & covered).sum() * 2 <= inside.sum() and _checked(box, worlds, 1).promising:
            chosen.append((name, box))
            covered |= inside
    return [
        Rule(
            name,
            box,
            _checked(box, found_on[name], len(chosen)),
            _checked(box, checked_on[name], len(chosen)),
        )
        for name, box in chosen
    ]


def _checked(box: Box, worlds: Worlds, family: int) -> Check:
    """A box on some worlds; `family` is how many boxes are to be right at once."""
    inside, signs = box.holds(worlds.points), worlds.signs
    gain = low = math.nan
    count = int(inside.sum())
    if count > 1:
        gain = float(worlds.differences[inside].mean())
        low = gain - _reach(worlds.differences[inside], worlds.contributions[inside], family)
    return Check(
        len(inside), count, int((signs[inside] > 0).sum()), int((signs[inside] < 0).sum()),
        int((signs > 0).sum()), gain, low,
    )  # fmt: skip


def _reach(differences: Numbers, contributions: Numbers, family: int) -> float:
    """How far below its mean a difference may truly lie, worlds and replications both being samples.

    The two variances are added, which counts the luck of single worlds twice; degrees of freedom by Satterthwaite (1946).
    """
    among = float(differences.var(ddof=1)) / len(differences)
    by_luck = float(contributions.mean(axis=0).var(ddof=1)) / contributions.shape[1]
    both = among + by_luck
    if both == 0.0:
        return 0.0
    spread = among**2 / (len(differences) - 1) + by_luck**2 / (contributions.shape[1] - 1)
    freedom = max(1, math.floor(both**2 / spread))
    return student_quantile(1 - (1 - _SURE) / family, freedom) * math.sqrt(both)


def _boxes(worlds: Worlds, spoken: Sequence[Spoken]) -> Iterator[Box]:
    """Boxes in which most votes are for a flip, from trees of several depths, each made as simple as it can be."""
    from sim.experiment.robustness.tree import leaves

    votes = worlds.votes
    if not (votes > 0).any():
        return
    if not (votes < 0).any():
        yield Box.everything(worlds.points.shape[1])
        return
    fewest = max(_FEWEST_WORLDS, math.ceil(_FEWEST_SHARE * len(votes)))
    seen = set()
    for depth in _DEPTHS:
        for leaf in leaves(worlds.points, votes > 0, np.abs(votes), depth, fewest):
            if votes[leaf.holds(worlds.points)].sum() <= 0:
                continue
            box = _said(_simplified(leaf, worlds, votes), worlds, votes, spoken)
            if box not in seen and box.holds(worlds.points).sum() >= fewest:
                seen.add(box)
                yield box


def _worth(box: Box, worlds: Worlds, votes: Numbers | None = None) -> float:
    net = float((worlds.votes if votes is None else votes)[box.holds(worlds.points)].sum())
    return net * _PRICE ** len(box.bounds)


def _simplified(box: Box, worlds: Worlds, votes: Numbers) -> Box:
    """The box with each bound where it serves best, and without bounds that are not worth their price."""
    for _ in range(3):  # bounds depend on each other; three rounds settle what moves at all
        for factor, side in box.bounds:
            box = _moved(box, factor, side, worlds, votes)[0]
        shorter = [box.without(factor, side) for factor, side in box.bounds]
        best = max(shorter, key=lambda one: _worth(one, worlds, votes), default=box)
        if _worth(best, worlds, votes) >= _worth(box, worlds, votes):
            box = best
    return box


def _moved(
    box: Box, factor: int, side: str, worlds: Worlds, votes: Numbers
) -> tuple[Box, tuple[float, float]]:
    """The box with one bound where most net votes lie inside, and the gap between worlds in which that bound lies."""
    inside = box.without(factor, side).holds(worlds.points)
    turn = 1.0 if side == "high" else -1.0
    values = turn * worlds.points[inside, factor]
    order = np.argsort(values, kind="stable")
    values, sums = values[order], votes[inside][order].cumsum()
    ends = np.append(values[1:] > values[:-1], True)  # equal values go in or stay out together
    values, sums = values[ends], sums[ends]
    last = int(sums.argmax())
    if last == len(values) - 1:
        return box.without(factor, side), (math.nan, math.nan)
    gap = sorted((turn * values[last], turn * values[last + 1]))
    middle = (gap[0] + gap[1]) / 2
    moved = box.bounded(factor, high=middle) if side == "high" else box.bounded(factor, low=middle)
    return moved, (float(gap[0]), float(gap[1]))


def _said(box: Box, worlds: Worlds, votes: Numbers, spoken: Sequence[Spoken]) -> Box:
    """The box with each bound at the roundest number of its gap, which leaves the same worlds inside."""
    for factor, side in box.bounds:
        bound = (box.lows if side == "low" else box.highs)[factor]
        values = worlds.points[box.without(factor, side).holds(worlds.points), factor]
        below, above = values[values < bound], values[values >= bound]
        if not below.size or not above.size:
            box = box.without(factor, side)
            continue
        number = roundest(float(below.max()), float(above.min()), spoken[factor].scale, spoken[factor].whole)
        box = box.bounded(factor, low=number) if side == "low" else box.bounded(factor, high=number)
    return box
