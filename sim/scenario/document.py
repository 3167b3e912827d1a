"""A scenario: a market, a team, a policy and a horizon, as one frozen value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError, model_validator

from sim.scenario.fields import GIVEN, Finding, refuse_all, setting
from sim.scenario.horizon import Horizon
from sim.scenario.market import Market
from sim.scenario.names import policy_findings, team_findings
from sim.scenario.policy import Policy
from sim.scenario.team import BUILT_IN_MEDIA, Team
from sim.scenario.titled import HEADINGS, Titled

__all__ = ["Scenario", "cross_findings"]


def cross_findings(tables: Mapping[str, Any]) -> Iterator[Finding]:
    """Names that policies use and market or team do not define.

    Args:
        tables: A scenario as plain tables; parts of the wrong shape are passed over.

    Yields:
        One finding per unknown name, at a path within the scenario.
    """
    team = tables.get("team")
    own = team.get("media") if isinstance(team, Mapping) else None
    media = list(dict.fromkeys([*BUILT_IN_MEDIA, *(own if isinstance(own, Mapping) else ())]))
    yield from team_findings(team, media)
    yield from policy_findings(tables.get("policy"), tables.get("market"), media)
    horizon = tables.get("horizon")
    changes = horizon.get("changes") if isinstance(horizon, Mapping) else None
    for index, change in enumerate(changes if isinstance(changes, Sequence) else ()):
        if isinstance(change, Mapping):
            at = ("horizon", "changes", index, "policy")
            yield from policy_findings(change.get("policy"), tables.get("market"), media, at)


class Scenario(Titled):
    """Everything a run depends on except its seed.

    Scenarios are values: equal contents compare equal and hash alike, nothing can be changed in place, and
    `with_policy` and `with_overrides` give changed copies.

    Attributes:
        market: What the firm finds.
        team: Who does the work.
        policy: How the baton is passed.
        horizon: How long the run lasts.
    """

    kind: ClassVar[str] = "market"

    market: Market = setting(meaning="what the firm finds", source=GIVEN)
    team: Team = setting(meaning="who does the work", source=GIVEN)
    policy: Policy = setting(factory=lambda: Policy.load("today"), meaning="how the baton is passed")
    horizon: Horizon = setting(factory=Horizon, meaning="how long the run lasts")

    @model_validator(mode="after")
    def _names_exist(self) -> Scenario:
        """Refuse policies that speak of journeys, channels or media there are not."""
        refuse_all(cross_findings(self.model_dump(mode="json")))
        return self

    @model_validator(mode="after")
    def _work_is_left(self) -> Scenario:
        """Refuse mechanisms that take all the hours of a week."""
        refuse_all(self._coordination_findings())
        return self

    def _coordination_findings(self) -> Iterator[Finding]:
        calendar = self.team.calendar
        week = calendar.hours_per_business_day * calendar.days_per_week
        places: list[tuple[tuple[str | int, ...], Policy]] = [(("policy",), self.policy)]
        for index, change in enumerate(self.horizon.changes):
            places.append((("horizon", "changes", index, "policy"), change.policy))
        for at, policy in places:
            hours = policy.organisation.mechanisms.hours_per_week
            if hours >= week:
                yield Finding(
                    (*at, "organisation", "mechanisms"),
                    f"takes {hours:g} hours of each rep's week and leaves none for tasks",
                    allowed=f"less than {week:g} hours a week in all",
                )

    @classmethod
    def load(
        cls,
        name_or_path: str | Path,
        policy: Policy | str | Path | None = None,
        overrides: Sequence[str] = (),
    ) -> Scenario:
        """Load a scenario by the name of a shipped market or from a file.

        Args:
            name_or_path: Such as "olist" or "mine/market.toml".
            policy: A policy, its name or its file, in place of the one the file holds ("today" if none).
            overrides: Single settings, such as "policy.aim.shift=-0.1".

        Returns:
            The scenario.

        Raises:
            InvalidInput: With everything that is wrong with the files and overrides.
        """
        from sim.scenario.loading import load_scenario

        return load_scenario(name_or_path, policy, overrides)

    def with_policy(self, policy: Policy | str | Path) -> Scenario:
        """The same scenario under another policy.

        Args:
            policy: A policy, its name or its file.

        Returns:
            A new scenario.

        Raises:
            InvalidInput: If the policy cannot be loaded, or speaks of names this market does not have.
        """
        from sim.scenario.loading import rebuilt

        chosen = policy if isinstance(policy, Policy) else Policy.load(policy)
        values = {key: getattr(self, key) for key in type(self).model_fields} | {"policy": chosen}
        try:
            return type(self).model_validate(values)
        except ValidationError:
            return rebuilt(
                {**self.model_dump(mode="json"), "policy": chosen.model_dump(mode="json")},
                (),
                f"policy {chosen.name!r} on scenario {self.name!r}",
            )

    def with_overrides(self, overrides: Sequence[str]) -> Scenario:
        """The same scenario with single settings replaced.

        Args:
            overrides: Texts "dotted.key=value", such as "team.reps.count=4".

        Returns:
            A new scenario.

        Raises:
            InvalidInput: If a key does not exist or a value is not allowed.
        """
        from sim.scenario.loading import rebuilt

        return rebuilt(self.model_dump(mode="json"), overrides, f"scenario {self.name!r}")

    def _of_consequence(self) -> dict[str, Any]:
        """Of an arrivals file the contents count, not the path; of policies the levers, not the stories."""
        tables = super()._of_consequence()
        tables["policy"] = _without_headings(tables["policy"])
        for change in tables["horizon"]["changes"]:
            change["policy"] = _without_headings(change["policy"])
        file = self.market.demand.arrivals_file
        if file is not None:
            content = Path(file).read_bytes()
            tables["market"]["demand"]["arrivals_file"] = hashlib.sha256(content).hexdigest()
        return tables


def _without_headings(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in policy.items() if key not in HEADINGS}
