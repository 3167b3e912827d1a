"""What would turn the advice around: rules found by `relay robust`, or the plain word that nobody looked."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.measure.measures import MEASURES
from sim.show.folder import UnreadableFolder
from sim.show.numbers import writing_for
from sim.show.report.page import Section, Table

__all__ = ["flip_section"]

FILE = "robust.json"
_VERSION = 1
_TITLE = "What would change the advice"
_KEPT = ("--policies", "--set", "--agents", "--seed")
"""Options that make a question the same, whichever command asks it."""
_FLAGS = ("--until-settled", "--all", "--json", "--quiet", "-q", "--retry-failed")
_TERMS = (
    ("world", "one set of values that the uncertain settings may turn out to have"),
    ("regret", "what is missing to the best policy of the same world"),
    ("covered", "share of all worlds in which the advice loses that lie where the rule says"),
    ("right", "share of the worlds where the rule says in which the advice does lose, beyond luck"),
)


def flip_section(folder: Path, market: str, policies: Sequence[str], command: str) -> Section:
    """Conditions under which another policy would be better.

    Args:
        folder: The results folder; what is known stands in its `robust.json`.
        market: Name of the market.
        policies: Names of the policies.
        command: What made the results, as it was typed.

    Raises:
        UnreadableFolder: If that file makes no sense.
    """
    if not (folder / FILE).is_file():
        return _not_examined(folder, policies, command)
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if found["kind"] != "robust" or found["version"] != _VERSION:
            raise UnreadableFolder(f"{folder / FILE} is of another version; run relay robust again")
        if found["scenario"] != market or not set(found["policies"]) <= set(policies):
            return _not_examined(folder, policies, command)
        return _examined(found)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        if isinstance(error, UnreadableFolder):
            raise
        raise UnreadableFolder(f"{folder / FILE} is damaged; run relay robust again") from None


def _not_examined(folder: Path, policies: Sequence[str], command: str) -> Section:
    said = (
        "It was not examined under which conditions another policy would be better. The verdict holds for the settings "
        "of this scenario."
    )
    asked = _asked_of(command)
    if len(policies) < 2 or not asked:
        return Section("flips", _TITLE, [said])
    said += " The command below looks for those that turn it around; a new report of this folder then tells them here."
    again = shlex.join(["relay", "robust", *asked, "--out", folder.resolve().name])
    return Section("flips", _TITLE, [said], commands=[again])


def _asked_of(command: str) -> list[str]:
    """The market, policies and settings of a command as they were typed; nothing if it was no command."""
    words = iter(shlex.split(command)[2:])
    asked = []
    for word in words:
        option, equals, _ = word.partition("=")
        if option in _FLAGS:
            continue
        value = [] if equals or not word.startswith("-") else [next(words, "")]
        if option in _KEPT or not word.startswith("-"):
            asked += [word, *value]
    return asked


def _examined(found: Mapping[str, Any]) -> Section:
    rules = [_rule(one) for one in found["rules"]]
    failed = [_rule(one) for one in found["rules_that_failed"]]
    heads = [
        "where",
        "better there",
        "covered, worlds it was found on",
        "covered, other worlds",
        "right, other worlds",
    ]
    tables = [
        Table("Rules that hold on worlds that had no part in finding them", heads, rules),
        Table("Rules that did not hold", heads, failed, "Rules that were found and did not hold"),
        _standings(found),
        Table(
            "What was varied", ["setting", "from", "to"],
            [[one["path"], f"{one['low']:g}", f"{one['high']:g}"] for one in found["factors"]],
            "The settings that were varied",
        ),
    ]  # fmt: skip
    said = (
        f"{len(found['policies'])} policies were run in {found['worlds']:,} worlds, {found['replications']} replications "
        "of each. Rules were looked for on half of the worlds and checked on the other half."
    )
    shown = [one for one in tables if one.rows]
    return Section("flips", _TITLE, [said, *map(str, found["sentences"])], tables=shown, terms=_TERMS)


def _rule(rule: Mapping[str, Any]) -> list[str]:
    shares = (rule["found"]["coverage"], rule["checked"]["coverage"], rule["checked"]["precision"])
    return [
        str(rule["condition"]),
        str(rule["policy"]),
        *("-" if one is None else f"{one:.0%}" for one in shares),
    ]


def _standings(found: Mapping[str, Any]) -> Table:
    measure = MEASURES[found["measure"]["name"]]
    standings = found["standings"]
    regrets = [float(one["most_regret"]) for one in standings]
    writing = writing_for(measure, regrets, regrets, found["currency"])

    def ends(one: Mapping[str, Any]) -> str:
        low, high = (math.nan if one[key] is None else one[key] for key in ("mean_low", "mean_high"))
        return writing.range(low, high)

    rows = [
        [
            one["policy"], f"{writing.value(one['mean_regret'])}\n({ends(one)})", writing.value(one["most_regret"]),
            f"{one['best_share']:.0%}", f"{one['good_share']:.0%}",
        ]
        for one in standings
    ]  # fmt: skip
    unit = f", {writing.unit}" if writing.unit else ""
    heads = ["policy", f"mean regret{unit} (95% interval)", "worst regret", "best in", "good enough in"]
    return Table(f"Policies over all worlds: {measure.label}", heads, rows)
