"""What was found on each measure, and how a report writes it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from sim.experiment.estimates import Estimate, single
from sim.experiment.intervals import Comparison, Difference, paired
from sim.measure.measures import MEASURES, Measure
from sim.show.folder import Folder
from sim.show.numbers import Writing, writing_for
from sim.show.report.page import Table

__all__ = ["Found", "finding_words", "meanings"]

Row = TypeVar("Row", Estimate, Difference)


class Found:
    """Estimates and differences of a results folder.

    What the command printed is taken as it stands, so that the page never disagrees with it; other measures are
    worked out from the parts of the runs in the same way.
    """

    def __init__(self, folder: Folder) -> None:
        """Take a folder that was read.

        Args:
            folder: Results of a comparison or of one policy.
        """
        self.folder = folder
        self.policies = _reference_first(folder)
        self.currency = folder.currency
        self.level = float(folder.answer.get("level", 0.95))
        self._known: dict[str, Comparison] = {}

    @property
    def reference(self) -> str:
        """The policy that the others are compared with."""
        return self.policies[0]

    @property
    def names(self) -> list[str]:
        """Measures that the command showed, the one that matters most first."""
        return [name for name in self.folder.answer["measures"] if name in MEASURES]

    def comparison(self, name: str) -> Comparison | None:
        """All policies on one measure; None where there is a single policy."""
        if len(self.policies) < 2:
            return None
        if name not in self._known:
            said = self.folder.answer["measures"].get(name)
            self._known[name] = (
                self._worked_out(name) if said is None else _as_said(MEASURES[name], said, self.level)
            )
        return self._known[name]

    def estimates(self, name: str) -> Sequence[Estimate]:
        """Each policy's value of a measure with its own interval."""
        compared = self.comparison(name)
        if compared is not None:
            return compared.estimates
        parts = self._parts(name)
        return [single(MEASURES[name], self.policies[0], parts[0][0], parts[1][0], self.level)]

    def estimate(self, name: str, policy: str) -> Estimate:
        """A policy's value of a measure with its own interval."""
        return next(one for one in self.estimates(name) if one.policy == policy)

    def has_any(self, name: str) -> bool:
        """Whether any policy's value of a measure is known and not zero."""
        return any(math.isfinite(one.value) and one.value != 0 for one in self.estimates(name))

    def writing(self, name: str) -> Writing:
        """How the numbers of a measure are written."""
        estimates, compared = self.estimates(name), self.comparison(name)
        bounds = [end for pair in (compared.differences if compared else ()) for end in (pair.low, pair.high)]
        return writing_for(MEASURES[name], [one.value for one in estimates], bounds, self.currency)

    def cell(self, name: str, policy: str) -> str:
        """A policy's value with its interval, and what is settled about its difference from the reference."""
        writing, one, compared = self.writing(name), self.estimate(name, policy), self.comparison(name)
        text = writing.value(one.value)
        if math.isfinite(one.low):
            text += f"\n({writing.range(one.low, one.high)})"
        pairs = compared.differences if compared is not None else ()
        return "\n".join(
            [text, *(finding_words(pair, MEASURES[name]) for pair in pairs if pair.policy == policy)]
        )

    def table(self, caption: str, names: Iterable[str], folded: str = "", explained: bool = False) -> Table:
        """Measures by policies.

        Args:
            caption: What the table holds.
            names: Measures; those that no policy has a value for are left out.
            folded: Text to click on to see the table; empty to show it.
            explained: Whether a last column says what each measure is.
        """
        chosen = [name for name in names if any(math.isfinite(one.value) for one in self.estimates(name))]
        rows = [
            [
                self.label(name),
                *(self.cell(name, policy) for policy in self.policies),
                *([MEASURES[name].formula] if explained else []),
            ]
            for name in chosen
        ]
        heads = ["measure", *self.policies, *(["what it is"] if explained else [])]
        return Table(caption, heads, rows, folded)

    def label(self, name: str) -> str:
        """A measure in plain words with its unit."""
        unit = self.writing(name).unit
        label = MEASURES[name].label
        return label if unit in ("", "%") else f"{label}, {unit.removeprefix('% ')}"

    def _worked_out(self, name: str) -> Comparison:
        return paired(MEASURES[name], self.policies, *self._parts(name), self.level)

    def _parts(self, name: str) -> tuple[Any, Any]:
        """Numerators and denominators, shape (policies, replications); NaN for a run that failed."""
        rows = self.folder.runs
        rows = rows[rows["measure"] == name]
        wide = rows.pivot(
            index="policy", columns=["seed", "replication"], values=["numerator", "denominator"]
        )
        wide = wide.reindex(list(self.policies))
        return tuple(wide[part].to_numpy(dtype=np.float64) for part in ("numerator", "denominator"))  # type: ignore[return-value]


def _reference_first(folder: Folder) -> tuple[str, ...]:
    """The policies, first the one that the command compared the others with."""
    said = next(iter(folder.answer["measures"].values()))
    reference = next((pair["against"] for pair in said.get("differences", ())), folder.policies[0])
    return (reference, *(policy for policy in folder.policies if policy != reference))


def finding_words(pair: Difference, measure: Measure) -> str:
    """What is settled about a difference, in words that need no colour."""
    if pair.finding == "tie":
        return "the same"
    if pair.finding != "settled":
        return pair.finding
    side = "more" if pair.value > 0 else "less"
    if measure.direction == "neither":
        return f"settled: {side}"
    return f"settled: {side}, {'better' if (pair.value > 0) == (measure.direction == 'higher') else 'worse'}"


def meanings(names: Iterable[str]) -> list[tuple[str, str]]:
    """A glossary line for each measure."""
    return [
        (MEASURES[name].label, MEASURES[name].formula) for name in dict.fromkeys(names) if name in MEASURES
    ]


def _as_said(measure: Measure, said: Mapping[str, Any], level: float) -> Comparison:
    """A comparison as the command's answer has it."""
    return Comparison(
        measure, level, said["replications"], tuple(_row(Estimate, one) for one in said["estimates"]),
        tuple(_row(Difference, one) for one in said["differences"]), tuple(_row(Difference, one) for one in said["pairs"]),
        said["method"], tuple(said["notes"]),
    )  # fmt: skip


def _row(kind: type[Row], said: Mapping[str, Any]) -> Row:
    """JSON has no word for what is no number, so there it is null."""
    known: dict[str, Any] = {one.name: said[one.name] for one in fields(kind)}
    values: dict[str, Any] = {key: math.nan if value is None else value for key, value in known.items()}
    return kind(**values)
