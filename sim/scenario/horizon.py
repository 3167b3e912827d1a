"""The horizon: how long a run warms up, counts arrivals and follows buyers, and what changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import model_validator

from sim.scenario.fields import GIVEN, Finding, Part, refuse_all, setting
from sim.scenario.policy import Policy
from sim.scenario.units import Days, PositiveDays

__all__ = ["Change", "Horizon"]


class Change(Part):
    """A day on which another policy takes over."""

    day: Days = setting(meaning="day of the run on which the policy changes", unit="days", source=GIVEN)
    policy: Policy = setting(meaning="the policy from then on: a name, or a table", source=GIVEN)


class Horizon(Part):
    """Buyers who arrive in the counted period are counted, each for the follow-up from arrival."""

    warmup_days: Days = setting(90.0, meaning="time before anything is counted", unit="days")
    counted_days: PositiveDays = setting(180.0, meaning="time during which arrivals are counted", unit="days")
    follow_up_days: PositiveDays = setting(
        365.0, meaning="time for which every counted buyer is observed", unit="days"
    )
    changes: tuple[Change, ...] = setting(
        (), meaning="changes of policy during the run, in the order of their days"
    )

    @property
    def end_day(self) -> float:
        """Last day of the run."""
        return self.warmup_days + self.counted_days + self.follow_up_days

    @model_validator(mode="after")
    def _changes_in_order(self) -> Horizon:
        """Refuse changes out of order or after the end."""
        refuse_all(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        for index, change in enumerate(self.changes):
            if change.day >= self.end_day:
                yield Finding(
                    ("changes", index, "day"),
                    "is after the end of the run",
                    change.day,
                    f"a day before {self.end_day:g}",
                )
            if index and change.day <= self.changes[index - 1].day:
                yield Finding(
                    ("changes", index, "day"),
                    "does not come after the change before it",
                    change.day,
                    "changes in the order of their days",
                )
