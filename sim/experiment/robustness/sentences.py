"""What was found, in plain sentences."""

from __future__ import annotations

import math

from sim.experiment.robustness.flips import Rule
from sim.experiment.robustness.outputs import POLICY
from sim.experiment.robustness.robust import Robustness
from sim.experiment.robustness.sensitivity import Sensitivity, Table
from sim.experiment.verdict import amount, listed

__all__ = ["robust_sentences", "rule_sentence", "sensitivity_sentences"]


def sensitivity_sentences(found: Sensitivity) -> list[str]:
    """What moves the measure, and the advantage of one policy over another, and what cannot be told from chance.

    Args:
        found: What was found.

    Returns:
        One sentence per output that was asked for; of single policies only where there is one.
    """
    words = {one.path: one.words.label for one in found.uncertain} | {POLICY: "the choice of the policy"}
    several = len(found.policies) > 1
    return [
        _moved(found, table, words)
        for table in found.tables
        if not several or table.against or not table.policy
    ]


def _moved(found: Sensitivity, table: Table, words: dict[str, str]) -> str:
    what = found.measure.label
    if table.against:
        what = f"the difference of {table.policy} from {table.against} in {what}"
    if not table.rows:
        return f"{_capital(what)} is the same at all points: nothing that was varied matters."
    clear = [words[name] for name in table.clear()]
    rest = [words[one.factor] for one in table.rows if one.finding == "not distinguishable from chance"]
    idle = [words[one.factor] for one in table.rows if one.finding == "no effect"]
    if table.rows[0].finding == "no floor":
        return f"One replication cannot tell what moves {what} from chance."
    clauses = []
    if clear:
        order = ", in this order" if len(clear) > 1 else ""
        clauses.append(f"{_capital(what)} is moved by {listed(clear)}{order}")
    else:
        clauses.append(f"Nothing that was varied moves {what} by more than chance would")
    if clear and rest:
        clauses.append(f"{listed(rest)} {'is' if len(rest) == 1 else 'are'} not distinguishable from chance")
    if idle:
        clauses.append(f"{listed(idle)} changed nothing at all")
    return "; ".join(clauses) + "."


def robust_sentences(found: Robustness) -> list[str]:
    """The advice and where it would be wrong.

    Args:
        found: What was found.

    Returns:
        The advice with its regret, then one sentence per rule that holds, or why there is none.
    """
    reliable = found.reliable
    told = [_advised(found)]
    told += [rule_sentence(found, one) for one in reliable]
    if not reliable:
        told.append(_no_rule(found))
    return told


def _money(found: Robustness, value: float) -> str:
    return amount(value, found.measure.unit, found.scenario.market.currency)


def _advised(found: Robustness) -> str:
    best, *others = found.standings
    per = " per run" if found.measure.denominator == "run" else ""
    text = (
        f"Over {len(found.table.points)} worlds {best.policy} has the least regret: its {found.measure.label} is on "
        f"average {_money(found, best.mean_regret)}{per} from the best policy of each world, and "
        f"{_money(found, best.most_regret)} in the worst"
    )
    settled = [one.policy for one in others if one.behind_low > 0]
    unsettled = [one.policy for one in others if one.behind_low <= 0]
    if settled:
        text += f"; {listed(settled)} {'has' if len(settled) == 1 else 'have'} more"
    if unsettled:
        text += f"; that it is better than {listed(unsettled)} on average is not settled"
    return f"{text}."


def rule_sentence(found: Robustness, rule: Rule) -> str:
    """A rule with how it did on the second half.

    Args:
        found: What was found.
        rule: One of its rules.

    Returns:
        Such as "If fewer than 6 reps and more than 300 leads a week, patient loses to speed-to-lead: ...".
    """
    where, check = found.condition(rule), rule.checked
    lead = f"If {where}" if where else "Nearly everywhere"
    text = f"{lead}, {found.advice} loses to {rule.policy}"
    if not check.inside:
        return f"{text}; no world of the second half lies there, so this was not checked."
    better = "more" if found.direction == "higher" else "less"
    said = f"beyond luck in {check.flips} of {check.inside} such worlds that were kept back to check this"
    if check.holds:
        said += f", and wins in {check.holds}"
    if math.isfinite(check.gain) and check.gain > 0:
        said += (
            f"; {rule.policy} has {_money(found, check.gain)} {better} {found.measure.label} there on average"
        )
    if check.all_flips:
        said += f" (this is where {check.flips} of its {check.all_flips} losses to {rule.policy} lie)"
    return f"{text}: {said}."


def _no_rule(found: Robustness) -> str:
    beaten, worlds = int(found.beaten.sum()), len(found.table.points)
    if not beaten:
        return f"In none of the {worlds} worlds is another policy better than {found.advice} beyond luck."
    lead = f"In {beaten} of {worlds} worlds another policy is better than {found.advice} beyond luck"
    if found.rules:
        return f"{lead}, but no rule about where held on the worlds that were kept back: nothing reliable was found."
    return (
        f"{lead}; no rule about where was clear enough to be told. More worlds or replications may show one."
    )


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
