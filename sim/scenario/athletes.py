"""Athletes: a document of kind "athletes" describes a relay race instead of a market."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import ValidationError, model_validator

from sim.scenario.composing import Composed, problems_of
from sim.scenario.errors import InvalidInput, Problem
from sim.scenario.fields import Absent, Finding, Part, refuse_all, setting
from sim.scenario.overrides import overridden
from sim.scenario.policy import Policy
from sim.scenario.titled import Titled
from sim.scenario.units import Finite, NonNegative, Positive, PositiveCount, PositiveRate

__all__ = ["FlyingExchange", "Race", "Runners", "Zone", "race_of"]


class Runners(Part):
    """How the athletes of a team run."""

    top_speed: Positive = setting(11.65, meaning="median top speed", unit="metres per second", source="T9.9")
    tau_seconds: Positive = setting(
        1.18, meaning="time constant of the sprint, the same for all runners", unit="seconds", source="T9.9"
    )
    speed_spread: NonNegative = setting(
        0.02,
        meaning="spread of top speeds in a team, known to it: sigma of their logarithm",
        unit="log units",
    )
    form_spread: NonNegative = setting(
        0.01,
        meaning="spread of form from race to race, known to nobody: sigma of the logarithm",
        unit="log units",
    )
    reaction_seconds: NonNegative = setting(
        0.15, meaning="median reaction, to the gun and to the go-mark", unit="seconds"
    )
    reaction_spread: NonNegative = setting(
        0.2, meaning="spread of reactions: sigma of their logarithm", unit="log units"
    )
    tires_after_metres: NonNegative = setting(
        70.0, meaning="distance after which a runner slows down", unit="metres", source="T9.8"
    )
    tired_pace_rate: PositiveRate = setting(
        0.966, meaning="pace from there on, as a share of top speed", unit="share", source="T9.8"
    )


class Zone(Part):
    """The takeover zone, within which the baton must pass."""

    length_metres: Positive = setting(
        30.0, meaning="length of the zone; 20 until 2017", unit="metres", source="T9.1"
    )
    opens_before_metres: NonNegative = setting(
        20.0,
        meaning="how far before the end of a leg the zone opens; 10 until 2017",
        unit="metres",
        source="T9.1",
    )
    start_mark_metres: Finite = setting(
        0.0,
        meaning="where the outgoing runner stands, from the opening of the zone; -10 until 2017",
        unit="metres",
        source="T9.1",
    )


class FlyingExchange(Part):
    """How the baton is passed: the levers of the athletes."""

    aim_metres: Positive = setting(
        10.0, meaning="where the pass is aimed at, from the opening of the zone", unit="metres"
    )
    go_mark_metres: Annotated[Positive | None, Absent("from-aim")] = setting(
        None,
        meaning="distance from go-mark to start mark; what the aim asks for unless given",
        unit="metres",
    )
    go_mark_noise_metres: NonNegative = setting(
        2.5,
        meaning="standard deviation of where the incoming runner is when judged to cross the go-mark",
        unit="metres",
    )
    reach_metres: NonNegative = setting(
        1.0, meaning="distance that two outstretched arms bridge", unit="metres"
    )
    ease_before_metres: NonNegative = setting(
        10.0,
        meaning="how far before the zone closes a runner still without the baton eases off",
        unit="metres",
    )
    ease_pace_rate: PositiveRate = setting(
        0.5, meaning="pace of a runner who eases off, as a share of top speed", unit="share"
    )
    slow_loss_rate: PositiveRate = setting(
        0.25, meaning="share of speed lost from which a pass counts as slow", unit="share"
    )


class Race(Titled):
    """A relay of athletes, as one frozen value.

    Attributes:
        legs: How many runners share the race.
        leg_metres: Length of each leg.
        runners: How they run.
        zone: Where the baton must pass.
        exchange: How it is passed.
    """

    kind: ClassVar[str] = "athletes"

    legs: PositiveCount = setting(4, meaning="runners who share the race", unit="runners", source="T9.2")
    leg_metres: Positive = setting(100.0, meaning="length of a leg", unit="metres", source="T9.2")
    runners: Runners = setting(factory=Runners, meaning="how the athletes run")
    zone: Zone = setting(factory=Zone, meaning="where the baton must pass")
    exchange: FlyingExchange = setting(factory=FlyingExchange, meaning="how it is passed")

    @model_validator(mode="after")
    def _fits_the_track(self) -> Race:
        """Refuse marks outside the zone, and zones outside their legs."""
        refuse_all(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        zone, aim = self.zone, self.exchange.aim_metres
        if not max(0.0, zone.start_mark_metres) < aim < zone.length_metres:
            allowed = f"beyond the start mark and inside the zone, which is {zone.length_metres:g} m long"
            yield Finding(("exchange", "aim_metres"), "lies outside the zone", aim, allowed)
        if zone.start_mark_metres >= zone.length_metres:
            yield Finding(("zone", "start_mark_metres"), "lies behind the zone", zone.start_mark_metres)
        if zone.opens_before_metres - zone.start_mark_metres >= self.leg_metres / 2:
            yield Finding(
                ("zone", "opens_before_metres"),
                "lets the next runner stand in the first half of a leg",
                zone.opens_before_metres,
                f"less than {self.leg_metres / 2:g}, start mark included",
            )
        if zone.length_metres - zone.opens_before_metres >= self.leg_metres / 2:
            yield Finding(("zone", "length_metres"), "reaches into the second half of the next leg")

    @classmethod
    def load(cls, name_or_path: str | Path, overrides: Sequence[str] = ()) -> Race:
        """Load a race by the name of a shipped one or from a file.

        Args:
            name_or_path: Such as "relay-4x100".
            overrides: Single settings, such as "exchange.aim_metres=15".

        Returns:
            The race.

        Raises:
            InvalidInput: With everything that is wrong with the file and the overrides.
        """
        from sim.scenario.loading import load

        found = load(name_or_path, None, overrides)
        if not isinstance(found, cls):
            raise InvalidInput(
                Problem("is not a relay of athletes, as relay-4x100 is one", str(name_or_path))
            )
        return found

    def with_overrides(self, overrides: Sequence[str]) -> Race:
        """The same race with single settings replaced.

        Args:
            overrides: Texts "dotted.key=value", such as "exchange.aim_metres=15".

        Returns:
            A new race.

        Raises:
            InvalidInput: If a key does not exist or a value is not allowed.
        """
        return race_of(
            Composed("athletes", Path(self.name), self.model_dump(mode="json"), ()), None, overrides
        )


def race_of(found: Composed, policy: Policy | str | Path | None, overrides: Sequence[str]) -> Race:
    """The race that a document describes.

    Args:
        found: The document.
        policy: Must be None: athletes have no handoff policy, their levers are under `exchange`.
        overrides: Texts "dotted.key=value".

    Returns:
        The race.

    Raises:
        InvalidInput: With everything that is wrong.
    """
    if policy is not None:
        label = found.layers[0].label if found.layers else str(found.path)
        said = "athletes have no policy; their levers are settings"
        raise InvalidInput(Problem(said, label, allowed="a setting such as exchange.aim_metres=15"))
    tables, added = overridden(found.data, overrides, Race)
    source = Composed(found.kind, found.path, tables, (*added, *found.layers), found.problems)
    problems = list(found.problems)
    try:
        built = Race.model_validate(tables)
    except ValidationError as error:
        raise InvalidInput([*problems, *problems_of(error, Race, tables, source)]) from None
    if problems:
        raise InvalidInput(problems)
    return built
