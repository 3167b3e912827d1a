"""One plain sentence that says what a comparison found, what is settled and what is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.engine.draws import normal_quantile
from sim.experiment.estimates import Estimate
from sim.experiment.intervals import Comparison, Difference

__all__ = [
    "amount",
    "completed",
    "difference_amount",
    "extreme_of",
    "gap_in_words",
    "listed",
    "replications_needed",
    "rounded_up",
    "verdict",
]


def verdict(comparison: Comparison, assumptions: Sequence[str] = (), currency: str = "") -> str:
    """What the comparison found, in one sentence.

    It names the policy that leads, by how much with its interval, what is settled and what is not, ties
    included, and the assumptions it rests on. A policy is said to lead only when the intervals against all
    others leave out zero.

    Args:
        comparison: What `paired_comparison` returned.
        assumptions: What the result rests on, as short clauses ("deal value is 1 per win").
        currency: Currency of money, such as "EUR"; left out when empty.

    Returns:
        One sentence ending in a full stop.
    """
    ranked = _ranked(comparison)
    label = comparison.measure.label
    if len(ranked) < 2:
        found = f"only {ranked[0].policy} has" if ranked else "no policy has"
        text = f"{found} a value for {label}, so nothing can be compared"
    elif all(pair.finding == "tie" for pair in comparison.pairs):
        names = listed([estimate.policy for estimate in comparison.estimates])
        value = amount(ranked[0].value, comparison.measure.unit, currency)
        text = f"in all {comparison.replications} replications {names} give exactly the same {label}"
        text += f" ({value}), a tie"
    elif len(comparison.estimates) == 2:
        text = _of_two(comparison, ranked, currency)
    else:
        text = _of_many(comparison, ranked, currency)
    return completed(text, comparison.notes, assumptions)


def completed(text: str, notes: Sequence[str], assumptions: Sequence[str]) -> str:
    """A verdict as a sentence, with what a reader must know besides.

    Args:
        text: What was found, without capital letter and full stop.
        notes: What a reader must know besides the numbers.
        assumptions: What the result rests on, as short clauses.

    Returns:
        One sentence ending in a full stop.
    """
    if notes:
        text += f" ({'; '.join(notes)})"
    if assumptions:
        text += f"; this rests on the assumption{'s' if len(assumptions) > 1 else ''} that "
        text += listed(assumptions)
    return f"{text[0].upper()}{text[1:]}."


def amount(value: float, unit: str, currency: str = "", error: float | None = None) -> str:
    """A number with its unit, rounded to what a reader can use.

    Args:
        value: The number, in the measure's own unit (a share of 0.042 is written 4.2%).
        unit: Unit of a measure (see `sim.measure.measures.Measure`).
        currency: Written after money.
        error: How far the number may be off; rounding then keeps two digits of it. Without it three digits
            of the number itself are kept.

    Returns:
        Such as "12,300 EUR", "4.2%" or "1.5 days".
    """
    if not math.isfinite(value):
        return "no value"
    shown = value * (100.0 if unit == "share" else 1.0)
    size, kept = (abs(shown), 3) if not error else (error * (100.0 if unit == "share" else 1.0), 2)
    digits = kept - 1 - math.floor(math.log10(size)) if size else 0
    rounded = round(shown, digits) + 0.0
    number = f"{rounded:,.{max(0, digits)}f}"
    if "." in number and not error:
        number = number.rstrip("0").rstrip(".")
    if unit == "share":
        return f"{number}%"
    word = {"money": currency, "count": ""}.get(unit, unit)
    if number in ("1", "-1") and word.islower():
        word = word.removesuffix("s")
    return f"{number} {word}".rstrip()


def listed(items: Sequence[str]) -> str:
    """Words joined for a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def replications_needed(difference: Difference, replications: int, level: float = 0.95) -> int | None:
    """Replications after which a difference of this size would be settled, if it is what it now seems.

    Args:
        difference: A difference with an interval.
        replications: Replications it rests on.
        level: Probability the interval holds with.

    Returns:
        Their number, rounded up to two significant digits; None when the difference is zero or has no
        interval. It aims at leaving zero out four times of five.

    Source: normal approximation to the power of a t test, power 0.8 (assumption).
    """
    reach = (difference.high - difference.low) / 2
    if not math.isfinite(reach) or difference.value == 0 or difference.standard_error == 0:
        return None
    needed = reach / difference.standard_error + normal_quantile(0.8)
    count = replications * (needed * difference.standard_error / difference.value) ** 2
    return max(replications + 1, rounded_up(count))


def rounded_up(count: float) -> int:
    """A count rounded up to two significant digits."""
    step: int = 10 ** max(0, math.floor(math.log10(count)) - 1)
    return int(step * math.ceil(count / step))


def _ranked(comparison: Comparison) -> list[Estimate]:
    """Policies with a value, the best first (the highest when neither is better); equals keep their order."""
    sign = 1.0 if comparison.measure.direction == "lower" else -1.0
    known = [estimate for estimate in comparison.estimates if math.isfinite(estimate.value)]
    return sorted(known, key=lambda estimate: sign * estimate.value)


def extreme_of(comparison: Comparison) -> str:
    """What the best policy has: "the highest revenue", "the lowest cost"."""
    side = "lowest" if comparison.measure.direction == "lower" else "highest"
    return f"the {side} {comparison.measure.label}"


def _runs(comparison: Comparison) -> str:
    return f"over {comparison.replications} replication{'s' if comparison.replications != 1 else ''}"


def gap_in_words(comparison: Comparison, policy: str, other: str, currency: str) -> str:
    """A policy's distance from another one in words, with its interval.

    Args:
        comparison: The comparison of both.
        policy: The policy.
        other: The other one, which the words name.
        currency: Currency of money.

    Returns:
        Such as "3.1 days more than today (95% interval 0.5 to 5.7)".
    """
    difference = comparison.between(policy, other)
    reach = (difference.high - difference.low) / 2
    known = math.isfinite(reach)
    sign = -1.0 if difference.value < 0 else 1.0
    error = reach if known else None
    text = difference_amount(comparison, sign * difference.value, currency, error)
    text += f" {'less' if sign < 0 else 'more'}"
    if comparison.measure.unit == "money" and comparison.measure.denominator == "run":
        text += " per run"
    text += f" than {other}"
    if not known or difference.finding == "tie":
        return text
    low, high = (difference.low, difference.high)[:: int(sign)]
    plain = _unit_of_difference(comparison)
    ends = [
        difference_amount(comparison, sign * end, "", error).removesuffix(f" {plain}") for end in (low, high)
    ]
    return f"{text} ({100 * comparison.level:g}% interval {ends[0]} to {ends[1]})"


def difference_amount(
    comparison: Comparison, value: float, currency: str = "", error: float | None = None
) -> str:
    """A difference with its unit: differences of shares are in percentage points.

    Args:
        comparison: What the difference belongs to.
        value: The difference, in the measure's own unit.
        currency: Written after money.
        error: How far it may be off, see `amount`.

    Returns:
        Such as "1.3 percentage points".
    """
    scale = 100.0 if comparison.measure.unit == "share" else 1.0
    plain = _unit_of_difference(comparison)
    return amount(scale * value, plain, currency, scale * error if error is not None else None)


def _unit_of_difference(comparison: Comparison) -> str:
    return "percentage points" if comparison.measure.unit == "share" else comparison.measure.unit


def _of_two(comparison: Comparison, ranked: list[Estimate], currency: str) -> str:
    leader, other = ranked
    difference = comparison.between(leader.policy, other.policy)
    gap = gap_in_words(comparison, leader.policy, other.policy, currency)
    runs = _runs(comparison)
    if difference.finding == "settled":
        share = _relative(difference, other)
        return f"{runs} {leader.policy} has {extreme_of(comparison)}: {gap}{share}; settled"
    if difference.finding == "no interval":
        return f"{runs} {leader.policy} shows {extreme_of(comparison)}, {gap}, but nothing is settled"
    text = (
        f"{runs} it is not settled which of {leader.policy} and {other.policy} has {extreme_of(comparison)}"
    )
    text += f": {leader.policy} shows {gap}"
    needed = replications_needed(difference, comparison.replications, comparison.level)
    return text + (f", which about {needed:,} replications would settle if it is real" if needed else "")


def _relative(difference: Difference, other: Estimate) -> str:
    """The difference as a share of the other policy's value, where that makes sense."""
    if other.value <= 0 or abs(difference.value) < 0.005 * other.value:
        return ""
    return f", {difference.value / other.value:+.0%}"


def _of_many(comparison: Comparison, ranked: list[Estimate], currency: str) -> str:
    leader = ranked[0]
    sorted_out: dict[str, list[Estimate]] = {"settled": [], "not settled": [], "tie": []}
    for other in ranked[1:]:
        finding = comparison.between(leader.policy, other.policy).finding
        sorted_out["not settled" if finding == "no interval" else finding].append(other)
    tied = [other.policy for other in sorted_out["tie"]]
    value = amount(leader.value, comparison.measure.unit, currency)
    verb = ("show" if sorted_out["not settled"] else "have") if tied else (
        "shows" if sorted_out["not settled"] else "has"
    )  # fmt: skip
    text = f"{_runs(comparison)} {listed([leader.policy, *tied])} {verb} {extreme_of(comparison)} ({value}"
    text += ", exactly the same in every replication)" if tied else ")"
    for finding in ("settled", "not settled"):
        gaps = [
            gap_in_words(comparison, leader.policy, other.policy, currency) for other in sorted_out[finding]
        ]
        if gaps:
            text += f"; {finding}: {listed(gaps)}"
    return text
