"""What a contest of policies found, in one plain sentence, and what is guaranteed, in another."""

from __future__ import annotations

import math

from sim.experiment.intervals import Comparison
from sim.experiment.selection.contest import Contest, Place
from sim.experiment.selection.evidence import pair_error
from sim.experiment.selection.sequences import replications_to_reach
from sim.experiment.verdict import amount, difference_amount, extreme_of, gap_in_words, listed, rounded_up

__all__ = ["found_in_words", "guarantee_in_words", "replications_to_settle"]


def found_in_words(contest: Contest, comparison: Comparison, interrupted: bool, currency: str) -> str:
    """What was found, without capital letter and full stop.

    Args:
        contest: The contest.
        comparison: Its comparison, the leader first.
        interrupted: Whether it was ended by hand.
        currency: Currency of money.

    Returns:
        The clause; it says "not settled" when it is not.
    """
    leader, value = contest.names[contest.leader], comparison.estimates[0].value
    if not math.isfinite(value):
        return f"nothing can be compared: no policy has a value for {contest.measure.label}"
    runs = f"after {_replications(comparison.replications)}"
    ties = listed([leader, *_named(contest, "tie")])
    indifference = _indifference(contest, comparison, currency)
    match contest.finding:
        case "not settled":
            return _open(contest, comparison, runs, interrupted, currency)
        case "settled":
            text = f"{runs} it is settled that {leader} has {extreme_of(comparison)}"
        case "tie":
            shown = amount(value, contest.measure.unit, currency)
            count = min(comparison.replications, *(int(contest.asked[one]) for one in contest.twins))
            text = (
                f"in all {_replications(count)} {ties} are the same in everything and give exactly the same "
            )
            text += f"{contest.measure.label} ({shown}), a tie"
        case "equally good":
            good = listed([leader, *_named(contest, "tie"), *_named(contest, "equally good")])
            text = f"{runs} it is settled that {good} are equally good, within {indifference}"
        case _:
            text = f"{runs} the choice of {ties} is settled within {indifference}: no other policy is better by more"
    return text + _others(contest, comparison, currency)


def guarantee_in_words(contest: Contest, comparison: Comparison, currency: str) -> str:
    """What holds with which probability, and on which assumption, in one or two sentences.

    Args:
        contest: The contest.
        comparison: Its comparison, the leader first.
        currency: Currency of money.

    Returns:
        The sentences.
    """
    level = f"With a probability of at least {100 * contest.rules.level:g}%"
    together = (
        "all intervals hold together and at every moment, so that looking at them could decide when to stop"
    )
    leader, indifference = contest.names[contest.leader], _indifference(contest, comparison, currency)
    if contest.finding == "settled":
        text = f"{level}, {leader} is the best policy, and {together}."
    elif contest.settled:
        text = f"{level}, {leader} is the best policy or falls short of the best by no more than {indifference}, "
        text += f"so that the best is chosen whenever it leads by more, and {together}."
    else:
        out = ", and the policies out of contention are worse than one still in it" if contest.beaten else ""
        text = f"{level}, {together}{out}."
    ratio = contest.measure.denominator != "run"
    exact = "This holds in the limit of many replications: the measure is a ratio of sums" if ratio else (
        "This is exact where differences between policies are normal over replications, and nearly so otherwise"
    )  # fmt: skip
    text = f"{text} {exact}."
    if contest.taken_for_same:
        text += f" Policies that did the same in all of {contest.taken_for_same} replications are taken for the same."
    return text


def replications_to_settle(contest: Contest) -> int | None:
    """Replications after which a decision that is open would be settled, if differences stay what they seem.

    Args:
        contest: The contest.

    Returns:
        Their number, rounded up to two significant digits; None when that cannot be said.
    """
    evidence, leader = contest.evidence, contest.leader
    error = pair_error(len(contest.names), contest.rules.level)
    needed = []
    for one in contest.contenders:
        if contest.place(one) == "open":
            ahead = abs(float(evidence.gaps[leader, one])) + contest.tolerance
            needed.append(replications_to_reach(float(evidence.variances[leader, one]), ahead, error))
    known = [count for count in needed if count is not None]
    return rounded_up(max(known)) if known and len(known) == len(needed) else None


def _open(contest: Contest, comparison: Comparison, runs: str, interrupted: bool, currency: str) -> str:
    rivals = [one for one in contest.contenders if one != contest.leader]
    names = [contest.names[one] for one in (contest.leader, *rivals)]
    why = ", when it was interrupted," if interrupted else ""
    if comparison.replications >= contest.rules.most:
        why = ", the most allowed,"
    text = f"{runs}{why} it is not settled which of {listed(names)} has {extreme_of(comparison)}"
    gaps = []
    for name in names[1:]:
        if comparison.between(names[0], name).finding == "tie":
            gaps.append(f"so far exactly as much as {name}")
        else:
            gaps.append(gap_in_words(comparison, names[0], name, currency))
    text += f": {names[0]} shows {listed(gaps)}"
    needed = replications_to_settle(contest)
    if needed is not None and needed > comparison.replications:
        text += f", which about {needed:,} replications would settle if that is how it stays"
    worse = _named(contest, "worse")
    return text + (
        f"; {listed(worse)} {'is' if len(worse) == 1 else 'are'} out of contention" if worse else ""
    )


def _others(contest: Contest, comparison: Comparison, currency: str) -> str:
    """Where the others stand: how far they may be from the leader, and how far the worse ones are behind."""
    leader = contest.names[contest.leader]
    ranges = [
        _range(comparison, name, currency)
        for place in ("equally good", "not better")
        for name in _named(contest, place)
    ]
    behind = []
    for name in _named(contest, "worse"):
        known = comparison.between(leader, name).finding == "settled"
        better = contest.names[contest.beaten[_runner(contest, name)]]
        behind.append(
            gap_in_words(comparison, leader, name, currency)
            + ("" if known else f", which is worse than {better}")
        )
    text = f"; {listed(ranges)}" if ranges else ""
    return text + (
        f"{': ' if contest.finding == 'settled' else f'; {leader} has '}{listed(behind)}" if behind else ""
    )


def _range(comparison: Comparison, name: str, currency: str) -> str:
    """Between what and what a policy lies, seen from the leader."""
    difference = comparison.between(name, comparison.estimates[0].policy)
    reach = (difference.high - difference.low) / 2
    ends = [
        difference_amount(comparison, abs(end), currency, reach) + (" less" if end < 0 else " more")
        for end in (difference.low, difference.high)
    ]
    return f"{name} has between {ends[0]} and {ends[1]}"


def _indifference(contest: Contest, comparison: Comparison, currency: str) -> str:
    size = difference_amount(comparison, contest.tolerance, currency)
    return f"{contest.rules.indifference} ({size})" if contest.rules.indifference.relative else size


def _named(contest: Contest, place: Place) -> list[str]:
    return [name for one, name in enumerate(contest.names) if contest.place(one) == place]


def _runner(contest: Contest, name: str) -> int:
    one = contest.names.index(name)
    return contest.twins.get(one, one)


def _replications(count: int) -> str:
    return f"{count:,} replication{'s' if count != 1 else ''}"
