"""Plain sentences that follow from what was found, whatever it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from sim.experiment.intervals import Comparison, Difference
from sim.experiment.verdict import amount, listed
from sim.measure.measures import Measure

__all__ = [
    "Turn",
    "best_told",
    "change",
    "evidence_told",
    "flip_told",
    "good",
    "sorted_told",
    "turn_of",
    "unit_words",
]

Turn: TypeAlias = Literal["turns round", "fades", "shrinks", "holds", "shows", "stays open"]
"""What becomes of a finding where something else is assumed: the opposite is settled; it is no longer settled,
and that it has moved is; it is settled to be less than half of what it was; it is still settled; it is settled
only now; nothing can be said."""

_NOUNS = {"closed_won_count": "customers"}


def good(difference: Difference, measure: Measure) -> bool:
    """Whether a settled difference is for the better."""
    return (difference.value > 0) == (measure.direction != "lower")


def change(difference: Difference, measure: Measure, currency: str = "") -> str:
    """A difference in words with its interval: "12 customers more (8 to 16)".

    Args:
        difference: The difference.
        measure: What it is a difference of.
        currency: Written after money.

    Returns:
        Words that can be followed by "than".
    """
    if difference.finding == "tie":
        return "exactly the same"
    reach = (difference.high - difference.low) / 2
    if difference.finding == "settled":  # an end near zero is shown so finely that it does not read as zero
        nearest = min(abs(difference.low), abs(difference.high))
        reach = min(reach, max(nearest, reach / 20))
    error = _scale(measure) * reach if math.isfinite(reach) and reach > 0 else None

    def written(value: float, with_unit: bool = True) -> str:
        number = amount(_scale(measure) * value, "count", "", error)
        return f"{number} {unit_words(measure, currency)}".rstrip() if with_unit else number

    if difference.finding == "not settled":
        least, most = (
            f"{written(-difference.low)} {_less(measure)}",
            f"{written(difference.high, False)} more",
        )
        return f"from {least} to {most}"
    sign = -1.0 if difference.value < 0 else 1.0
    word = "more" if sign > 0 else _less(measure)
    ends = sorted((sign * difference.low, sign * difference.high))
    text = f"{written(sign * difference.value)} {word}"
    if difference.finding == "no interval":
        return f"{text}, without an interval"
    return f"{text} ({written(ends[0], False)} to {written(ends[1], False)})"


def _scale(measure: Measure) -> float:
    return 100.0 if measure.unit == "share" else 1.0


def unit_words(measure: Measure, currency: str = "") -> str:
    """What a number of the measure is a number of, such as "customers" or "EUR"; empty for a plain count."""
    plain = {"money": currency, "count": "", "share": "percentage points"}.get(measure.unit, measure.unit)
    return _NOUNS.get(measure.name, plain)


def _less(measure: Measure) -> str:
    return "fewer" if measure.unit in ("count", "days", "hours", "facts") else "less"


def best_told(comparison: Comparison, currency: str = "") -> str:
    """Which choice is best, where that can be said.

    Args:
        comparison: Choices compared with the first.
        currency: Written after money.

    Returns:
        One sentence or two.
    """
    measure, first = comparison.measure, comparison.estimates[0].policy
    sign = -1.0 if measure.direction == "lower" else 1.0
    settled = [one for one in comparison.differences if one.finding == "settled"]
    better = sorted((one for one in settled if good(one, measure)), key=lambda one: -sign * one.value)
    worse = sorted((one for one in settled if not good(one, measure)), key=lambda one: sign * one.value)
    if not better:
        text = f"No other choice is settled to beat “{first}”."
        if worse:
            text += f" Settled to be worse: {_each(worse, measure, currency)}."
        return text
    best = better[0]
    text = f"Best of the {len(comparison.estimates)} tried is “{best.policy}”: "
    text += f"{change(best, measure, currency)} than with “{first}”."
    close = [
        one.policy for one in better[1:] if comparison.between(best.policy, one.policy).finding != "settled"
    ]
    if close:
        text += f" Not told apart from it: {listed([f'“{name}”' for name in close])}."
    if worse:
        text += f" Worse than “{first}”: {_each(worse, measure, currency)}."
    return text


def sorted_told(comparison: Comparison, gain: str, loss: str, currency: str = "") -> str:
    """All choices, sorted into those that help, those that hurt and those of which nothing can be said.

    Args:
        comparison: Choices compared with the first.
        gain: What stands before those settled to help, such as "Pays for itself".
        loss: What stands before those settled to hurt.
        currency: Written after money.

    Returns:
        A sentence for each sort there is, the largest first within each.
    """
    measure = comparison.measure
    ranked = sorted(comparison.differences, key=lambda one: -abs(one.value))
    settled = [one for one in ranked if one.finding == "settled"]
    sorts = [
        (gain, _each([one for one in settled if good(one, measure)], measure, currency)),
        (loss, _each([one for one in settled if not good(one, measure)], measure, currency)),
        ("Not settled", _open(ranked, measure, currency)),
        ("No difference at all", _names(ranked, "tie")),
    ]
    return " ".join(f"{words}: {which}." for words, which in sorts if which)


def _each(differences: Sequence[Difference], measure: Measure, currency: str) -> str:
    return "; ".join(f"{one.policy}, {change(one, measure, currency)}" for one in differences)


def _open(differences: Sequence[Difference], measure: Measure, currency: str) -> str:
    """What is not settled; with its interval where there are too few to be a list."""
    undecided = [one for one in differences if one.finding in ("not settled", "no interval")]
    if len(undecided) > 2:
        return _names(undecided, "not settled", "no interval")
    return _each(undecided, measure, currency)


def _names(differences: Sequence[Difference], *findings: str) -> str:
    return listed([one.policy for one in differences if one.finding in findings])


def evidence_told(comparison: Comparison, expected: Mapping[str, int], source: str) -> str:
    """Where what was found and what is published agree, and where they do not.

    Args:
        comparison: Choices compared with the first.
        expected: 1 for choices that help by the source, 0 for those that do nothing.
        source: A row of the evidence table.

    Returns:
        One sentence; empty without anything expected.
    """
    sorts: dict[str, list[str]] = {"agree": [], "are not settled here": [], "disagree": []}
    for one in comparison.differences:
        if one.policy not in expected:
            continue
        settled = one.finding == "settled"
        if not expected[one.policy]:
            sorts["disagree" if settled else "agree"].append(one.policy)
        elif settled:
            sorts["agree" if good(one, comparison.measure) else "disagree"].append(one.policy)
        else:
            sorts["are not settled here"].append(one.policy)
    said = [f"{listed(names)} {words}" for words, names in sorts.items() if names]
    helps, nothing = (listed([name for name, sign in expected.items() if sign == one]) for one in (1, 0))
    if not said:
        return ""
    return f"{source} has it that {helps} help and {nothing} do nothing. Of these, {'; '.join(said)}."


def turn_of(before: Difference, after: Difference, moved: Difference) -> Turn:
    """What becomes of a finding where something else is assumed.

    That one is settled and the other is not does not say that they differ (Gelman and Stern, 2006), so a finding
    fades, or shows, only if the change between the two is settled as well.

    Args:
        before: The difference as found.
        after: The same difference where something else is assumed.
        moved: `after` minus `before`, paired by seed.
    """
    if before.finding == "settled" and after.finding == "settled":
        if (before.value > 0) != (after.value > 0):
            return "turns round"
        small = abs(after.value) < abs(before.value) / 2 and moved.finding == "settled"
        return "shrinks" if small else "holds"
    if moved.finding != "settled":
        return "stays open"
    if before.finding == "settled":
        return "fades"
    return "shows" if after.finding == "settled" else "stays open"


def flip_told(
    said: str, turn: Turn, before: Difference, after: Difference, measure: Measure, currency: str = ""
) -> str:
    """What becomes of a finding where something else is assumed, in one sentence.

    Args:
        said: What is assumed, such as "half the reps".
        turn: What becomes of the finding.
        before: The difference as found.
        after: The same difference under the assumption.
        measure: What they are differences of.
        currency: Written after money.
    """
    was, now = change(before, measure, currency), change(after, measure, currency)
    about = f"“{after.policy}” against “{after.against}”"
    return {
        "turns round": f"With {said} the answer turns round: {about} then gives {now}, instead of {was}.",
        "fades": f"With {said} the answer is gone: {about} then gives {now}, instead of {was}.",
        "shrinks": f"With {said} little of the answer is left: {about} then gives {now}, instead of {was}.",
        "holds": f"With {said} the answer holds: {about} gives {now}, and {was} before.",
        "shows": f"Only with {said} is there an answer: {about} then gives {now}, and before {was}.",
        "stays open": f"With {said} it is not settled that anything changes: {about} gives {now}, and before {was}.",
    }[turn]
