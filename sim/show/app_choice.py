"""What the reader of the page may choose: a market, one or two policies, and sliders for a handful of settings."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sim.scenario import Policy, Scenario, shipped_markets, shipped_policies
from sim.scenario.checking import part_at, value_at
from sim.scenario.loading import kind_of

__all__ = ["OF_A_POLICY", "OF_THE_WORLD", "Choice", "Opened", "Side", "Slider", "markets", "sliders"]

Moved = tuple[tuple[str, Any], ...]

OF_THE_WORLD = (
    "team.reps.count",
    "market.demand.arrivals_per_day",
    "market.attention.answer_rate",
    "team.marketers.score_noise",
)
"""Settings with sliders that are the same for both policies."""

OF_A_POLICY = (
    "policy.aim.shift",
    "policy.attempts",
    "policy.triage.tracking_rate",
    "policy.recycling.max_laps",
)
"""Levers with sliders; each policy on the page has its own."""

_SPANS = {"policy.aim.shift": (-0.3, 0.3, 0.05), "team.marketers.score_noise": (0.0, 0.4, 0.02)}
"""Lowest and highest value and step where the declared limits leave the end open."""

_FEWEST_AT_THE_TOP = 12  # of a slider that counts
_MULTIPLES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)  # of any other number


class Slider(NamedTuple):
    """A setting that can be moved.

    Attributes:
        path: Its dotted name.
        meaning: What it is, as the scenario declares it.
        unit: Its unit.
        values: The values it can be moved to, the scenario's own among them.
    """

    path: str
    meaning: str
    unit: str
    values: tuple[float, ...]

    def said(self, value: float) -> str:
        """A value as the page writes it."""
        if self.unit in ("share", "probability"):
            return f"{value:.4g}" if 0 < value < 0.01 else f"{value:.0%}"
        if not value:
            return "0"
        signed = f"{value:{'+' if min(self.values) < 0 else ''}.4g}"
        counted = self.unit == "people" or self.unit.split()[0] in self.meaning
        return signed if counted else f"{signed} {'of the track' if self.unit == 'position' else self.unit}"

    def nearest(self, value: float) -> int:
        """Place of the value closest to this one."""
        return min(range(len(self.values)), key=lambda place: abs(self.values[place] - value))


def sliders(scenario: Scenario, paths: Sequence[str]) -> list[Slider]:
    """Sliders for settings of a scenario, with the ranges that these settings may have.

    Args:
        scenario: The scenario before anything is moved.
        paths: Dotted names of the settings; the shift of an absolute aim is left out, which has none.
    """
    found = []
    for path in paths:
        if path == "policy.aim.shift" and scenario.policy.aim.absolute:
            continue
        *above, name = path.split(".")
        owner = part_at(Scenario, tuple(above))
        assert owner is not None, path
        field = owner.model_fields[name]
        extra: Any = field.json_schema_extra
        values = _values(path, value_of(scenario, path), field.metadata)
        found.append(Slider(path, str(field.description), str(extra["unit"]), values))
    return found


def value_of(scenario: Scenario, path: str) -> Any:
    """The value of a setting, by its dotted name."""
    found: Any = scenario
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _values(path: str, own: float, metadata: Sequence[Any]) -> tuple[float, ...]:
    """A grid of values that contains the scenario's own."""
    if isinstance(own, int):
        return tuple(range(1, max(_FEWEST_AT_THE_TOP, 2 * own) + 1))
    limits = value_at(metadata[0].json_schema, ("anyOf", 0)) or {}
    low, high, step = _SPANS.get(path, (0.0, limits.get("maximum"), 0.05))
    if high is None:
        return tuple(round(times * own, 6) for times in _MULTIPLES)
    grid = {round(low + place * step, 6) for place in range(round((high - low) / step) + 1)}
    return tuple(sorted({one for one in grid if abs(one - own) > 1e-9} | {own}))


class Side(NamedTuple):
    """A policy on the page.

    Attributes:
        policy: Its name.
        moved: Its levers that were moved: dotted name and value.
    """

    policy: str
    moved: Moved = ()

    @property
    def label(self) -> str:
        """What to call it."""
        return f"{self.policy}, changed" if self.moved else self.policy


class Choice(NamedTuple):
    """What the reader has chosen; a change starts the runs anew.

    Attributes:
        market: Name of the market.
        sides: One policy, or two to be shown side by side.
        moved: Settings of the world that were moved: dotted name and value.
        seed: Seed of the runs; both policies have the same.
        warmed_up: Whether to begin to watch when the warm-up is over, with buyers all over the track.
    """

    market: str
    sides: tuple[Side, ...]
    moved: Moved = ()
    seed: int = 0
    warmed_up: bool = True

    def with_levers(self, place: int, moved: Moved) -> Choice:
        """The same with other levers moved on one side."""
        sides = list(self.sides)
        sides[place] = sides[place]._replace(moved=moved)
        return self._replace(sides=tuple(sides))

    def labels(self) -> tuple[str, ...]:
        """What to call each side; no two are called the same."""
        names = [side.label for side in self.sides]
        return tuple(names) if len(set(names)) == len(names) else (f"{names[0]} (1)", f"{names[1]} (2)")


class Opened(NamedTuple):
    """What the page was opened with; none of it needs to be shipped.

    Attributes:
        scenario: The scenario shown first.
        policies: Policies that are no shipped ones, by name.
        settings: Settings that were replaced on the command line, "key=value".
        typed: What was typed on the command line for a market or policy, by its name.
    """

    scenario: Scenario
    policies: Mapping[str, Policy] = {}
    settings: tuple[str, ...] = ()
    typed: Mapping[str, str] = {}

    def first(self, against: str | None = None, seed: int = 0) -> Choice:
        """The choice that the page shows first.

        Args:
            against: Name of a second policy; None for none.
            seed: Seed of the runs.
        """
        names = [self.scenario.policy.name, *([against] if against else [])]
        return Choice(self.scenario.name, tuple(map(Side, names)), seed=seed)

    def market(self, name: str) -> Scenario:
        """The market of this name, as it is before anything is moved."""
        return self.scenario if name == self.scenario.name else Scenario.load(name)

    def before(self, choice: Choice, side: Side) -> Scenario:
        """The scenario of a side before its levers are moved.

        Raises:
            InvalidInput: If market and policy do not go together, or a setting cannot have its value.
        """
        scenario = self.market(choice.market)
        own = choice.market == self.scenario.name
        if side.policy != scenario.policy.name:
            if side.policy == self.scenario.policy.name:
                policy: Policy | str = self.scenario.policy
            else:
                policy = self.policies.get(side.policy, side.policy)
            scenario = scenario.with_policy(policy)
            kept = [one for one in self.settings if own and one.strip().startswith("policy.")]
            scenario = scenario.with_overrides(kept) if kept else scenario
        return _with(scenario, choice.moved)

    def scenarios(self, choice: Choice) -> tuple[Scenario, ...]:
        """The scenario of each side.

        Raises:
            InvalidInput: If market and policy do not go together, or a setting cannot have its value.
        """
        return tuple(_with(self.before(choice, side), side.moved) for side in choice.sides)

    def policy_names(self) -> list[str]:
        """Policies to choose from, those of the page's own first."""
        # An engagement plan names the channels of one market.
        shipped = [one.name for one in shipped_policies() if not Policy.load(one.name).engagement]
        return list(dict.fromkeys([self.scenario.policy.name, *self.policies, *shipped]))

    def recipe(self, choice: Choice) -> str:
        """What to type to see this choice over many runs instead of one, files of one's own included."""
        return "\n".join(self._recipe(choice))

    def _recipe(self, choice: Choice) -> Iterator[str]:
        names = []
        for place, side in enumerate(choice.sides):
            typed = self.typed.get(side.policy, side.policy)
            if side.moved:
                file = (
                    f"my-{side.policy}{'-2' if place and side.policy == choice.sides[0].policy else ''}.toml"
                )
                yield f"# {file}"
                yield from _policy_file(typed, side.moved)
                yield ""
                typed = file
            names.append(typed)
        market = self.typed.get(choice.market, choice.market)
        given = self.settings if choice.market == self.scenario.name else ()
        settings = [*given, *(f"{path}={value:g}" for path, value in choice.moved)]
        asked = [
            *(["compare", market, "--policies", ",".join(names)] if len(names) > 1 else
              ["run", market, "--policy", names[0]]),
            *(part for one in settings for part in ("--set", one)),
            *(["--seed", str(choice.seed)] if choice.seed else []),
        ]  # fmt: skip
        yield f"relay {shlex.join(asked)}"


def _policy_file(extends: str, moved: Moved) -> Iterator[str]:
    yield 'kind = "policy"'
    yield f'extends = "{extends}"'
    yield ""
    yield "[policy]"
    yield from (f"{path.removeprefix('policy.')} = {value:g}" for path, value in moved)


def _with(scenario: Scenario, moved: Moved) -> Scenario:
    return scenario.with_overrides([f"{path}={value!r}" for path, value in moved]) if moved else scenario


def markets(first: Scenario) -> list[str]:
    """Markets to choose from, the page's own first; athletes run without a policy and are not among them."""
    shipped = [one.name for one in shipped_markets() if kind_of(one.path) == "market"]
    return list(dict.fromkeys([first.name, *shipped]))
