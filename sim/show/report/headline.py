"""The first two sections of a report: the verdict, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.experiment.intervals import Comparison
from sim.measure.measures import MEASURES
from sim.show import charts
from sim.show.report.assumptions import written
from sim.show.report.found import finding_words, meanings
from sim.show.report.material import Material
from sim.show.report.page import Section, Table

__all__ = ["interval_section", "verdict_section"]

_WORDS = (
    (
        "replication",
        "one simulated stretch of time with buyers and luck of its own; all policies meet the same ones",
    ),
    (
        "95% interval",
        "a range that holds the model's true value 95 times in a hundred; more replications shorten it",
    ),
    ("settled", "the interval of a difference leaves out zero; what is not settled may be chance"),
)
_HEADINGS = ("name", "title", "story", "sources")


def verdict_section(material: Material) -> Section:
    """The policies in words, below the verdict itself.

    Args:
        material: What was found.
    """
    plans = {policy: tables["policy"] for policy, tables in material.folder.scenarios.items()}
    points = [
        f"{policy}: " + " ".join(f"{plan[key].rstrip('.')}." for key in ("title", "story") if plan.get(key))
        for policy, plan in plans.items()
    ]
    levers = _levers(plans)
    differing = Table(
        "Levers on which the policies differ",
        ["lever", *plans],
        levers,
        "Which levers differ between the policies",
    )
    return Section(
        "verdict", "The verdict", points=points, tables=[differing] if levers else (), terms=_WORDS
    )


def interval_section(material: Material) -> Section:
    """Differences with their intervals on the measure that matters most, then every measure shown.

    Args:
        material: What was found.
    """
    found = material.found
    first = found.names[0]
    everything = found.table("All measures", found.names, "All measures, policy by policy", explained=True)
    title = "How sure is that?"
    compared = found.comparison(first)
    if compared is None:
        said = "One policy was run, so there is nothing to compare; each value has its own 95% interval."
        return Section("intervals", title, [said], tables=[everything], terms=meanings([first]))
    said = f"Intervals of differences are {compared.method}. Paired: all policies met the same buyers with the same luck."
    selection = material.folder.answer.get("selection")
    if selection is None and len(material.policies) > 2:
        said += (
            f" The verdict sets the best policy against each of the others; here each is set against "
            f"{found.reference}, so the intervals are not the same."
        )

    def seen(policy: str) -> str:
        value = f"{MEASURES[first].label} {material.shown(first, policy)}"
        pair = next((one for one in compared.differences if one.policy == policy), None)
        if pair is None:
            return f"{value}, the line at zero"
        writing = found.writing(first)
        words = finding_words(pair, MEASURES[first])
        return f"{value}, difference {writing.signed(pair.value)}, {writing.interval(pair.low, pair.high)}, {words}"

    drawing = material.drawing("intervals", charts.revenue_difference, seen, compared, found.currency)
    tables = [_small_table(material, first, compared), everything]
    told = [said] if selection is None else [said, *_selected(selection)]
    return Section("intervals", title, told, pictures=[drawing], tables=tables, terms=meanings([first]))


def _selected(selection: Mapping[str, Any]) -> list[str]:
    """How a comparison until settled came to its choice, and what it took."""
    cost = f"It took {selection['runs_spent']:,} runs."
    return [str(selection["guarantee"]), f"Procedure: {selection['procedure']}. {cost}"]


def _small_table(material: Material, name: str, compared: Comparison) -> Table:
    """One row per policy: its value, and how far it is from the first."""
    writing, first = material.found.writing(name), material.found.reference
    pairs = {pair.policy: pair for pair in compared.differences}
    rows = []
    for one in compared.estimates:
        pair = pairs.get(one.policy)
        value = f"{writing.value(one.value)}\n({writing.range(one.low, one.high)})"
        if pair is None:
            rows.append([one.policy, value, "-", "-", "the reference"])
        else:
            interval = writing.interval(pair.low, pair.high)
            rows.append(
                [
                    one.policy,
                    value,
                    writing.signed(pair.value),
                    interval,
                    finding_words(pair, compared.measure),
                ]
            )
    label = material.found.label(name)
    heads = ["policy", "value (95% interval)", f"difference from {first}", "its interval", "finding"]
    return Table(f"{label[0].upper()}{label[1:]}", heads, rows)


def _levers(plans: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Levers on which the policies differ: name, then the value under each policy."""
    flat = [{key: written(value) for key, value in _leaves(plan, "")} for plan in plans.values()]
    names = [name for name in dict.fromkeys(name for one in flat for name in one) if name not in _HEADINGS]
    values = {name: [one.get(name, "-") for one in flat] for name in names}
    return [[name, *row] for name, row in values.items() if len(set(row)) > 1]


def _leaves(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
