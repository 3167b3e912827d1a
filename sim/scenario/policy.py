"""The policy: when marketing lets go, how sales takes over, and what goes back.

A policy holds levers for the whole firm and may give single journeys levers of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ValidationError, field_validator, model_validator

from sim.scenario.checking import findings_of
from sim.scenario.engagement import Activity
from sim.scenario.fields import Finding, Name, Shape, Text, refuse_all, setting
from sim.scenario.frozen import FrozenTable
from sim.scenario.journey import PhaseName
from sim.scenario.levers import Levers
from sim.scenario.merging import merged
from sim.scenario.organisation import Organisation

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Policy"]


def _read_own_levers(value: Any) -> Any:
    """Levers of one journey: only those that were given, as files write them."""
    if isinstance(value, Levers):
        value = value.model_dump(mode="json", exclude_unset=True)
    checked = Levers.model_validate(value)  # refuses what is no lever, at its own path
    return _frozen(_only_given(checked.model_dump(mode="json"), value))


def _only_given(complete: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _only_given(complete[key], given[key])
        if isinstance(complete[key], Mapping) and isinstance(given[key], Mapping) and key not in _WHOLE_TABLES
        else complete[key]
        for key in complete
        if key in given
    }


_WHOLE_TABLES = ("spend", "cool_off_days")


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return FrozenTable({key: _frozen(one) for key, one in value.items()})
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


class Policy(Levers):
    """A handoff policy: levers for all journeys, and overrides for some."""

    name: Text = setting("custom", meaning="name of the policy in results")
    title: Text = setting("", meaning="title of the policy")
    story: Text = setting("", meaning="what the policy stands for, in two sentences")
    sources: tuple[Text, ...] = setting((), meaning="what the policy rests on")
    journeys: Annotated[FrozenTable[Name, Any], Shape(FrozenTable[Name, Levers])] = setting(
        FrozenTable(), meaning="levers of single journeys, by journey; any lever may stand here"
    )
    organisation: Organisation = setting(factory=Organisation, meaning="what holds for the whole firm")
    engagement: FrozenTable[Name, FrozenTable[PhaseName, Activity]] = setting(
        FrozenTable(),
        meaning='the customer engagement plan: what is done for buyers by journey (or "any") and phase',
    )

    @field_validator("journeys", mode="after")
    @classmethod
    def _journeys_hold_levers(cls, journeys: FrozenTable[str, Any]) -> Any:
        """Check each journey's own levers and keep just those."""
        findings: list[Finding] = []
        kept: dict[str, Any] = {}
        for name, levers in journeys.items():
            try:
                kept[name] = _read_own_levers(levers)
            except ValidationError as error:
                findings.extend(f._replace(at=(name, *f.at)) for f in findings_of(error, Levers, levers))
        refuse_all(findings)
        return FrozenTable(kept)

    @model_validator(mode="after")
    def _levers_agree(self) -> Policy:
        """Refuse levers that cannot work together, for the firm and for each journey."""
        refuse_all(self.conflicts())
        refuse_all(
            found._replace(at=("journeys", name, *found.at))
            for name in self.journeys
            for found in self.for_journey(name).conflicts()
        )
        return self

    @cached_property
    def levers_by_journey(self) -> dict[str, Levers]:
        """Levers by journey, for journeys with levers of their own."""
        shared = self.model_dump(mode="json", include=set(Levers.model_fields))
        return {name: Levers.model_validate(merged(shared, own)) for name, own in self.journeys.items()}

    def for_journey(self, name: str) -> Levers:
        """The levers that hold on a journey.

        Args:
            name: The journey's name.

        Returns:
            The policy's levers with the journey's own in their place.
        """
        return self.levers_by_journey.get(name, self)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Policy:
        """Load a policy by the name of a shipped one or from a file.

        Args:
            name_or_path: Such as "patient", "policies/mine.toml" or, to lay policies over each other,
                "today+aligned-information": keys that a later file gives win.

        Returns:
            The policy.

        Raises:
            InvalidInput: With everything that is wrong with the file.
        """
        from sim.scenario.loading import load_policy

        return load_policy(name_or_path)
