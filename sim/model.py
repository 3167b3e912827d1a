"""`Relay`, the run as a Mesa model: the engine does the work, Mesa is the face."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from math import floor
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Literal, NamedTuple

import mesa
import numpy as np

from sim.agents import (
    Buyer,
    BuyerHasLeft,
    Crowd,
    LiveCrowd,
    Marketer,
    Rival,
    SalesRep,
    Waiting,
    answer_to,
    chosen_classes,
    overridden_sockets,
)
from sim.agents.buyer import Columns
from sim.engine.draws import seed_of
from sim.engine.tables import new_table
from sim.events.loop import CEILING, DONE, GROW, advancing
from sim.events.numbers import PARAMS
from sim.events.rows import STATE, World
from sim.events.setting import FOLLOW_ALL, FOLLOW_NOBODY, grow, new_world
from sim.scenario import Scenario
from sim.vocabulary import Moment, word

__all__ = ["CeilingReached", "Names", "Relay"]

_FORGOTTEN_AT = 4096  # counts of draws before those of buyers who have left are dropped


class CeilingReached(RuntimeError):
    """Demand passed `market.demand.ceiling`, above which no arrivals were prepared."""


class Names(NamedTuple):
    """Names in the scenario's order, by which the tables number them."""

    journeys: tuple[str, ...]
    segments: tuple[str, ...]
    channels: tuple[str, ...]
    rivals: tuple[str, ...]


class _ByType(dict[type, Any]):
    """Agents by class; a class of this package also finds the subclass that has taken its place."""

    def __missing__(self, kind: type) -> Any:
        for own, agents in self.items():
            if issubclass(own, kind):
                return agents
        raise KeyError(kind)


class Relay(mesa.Model):  # type: ignore[misc]
    """One run of a scenario, step by step.

    `step` advances one day, `run` goes to the end; both give the same run to the last bit, whatever is
    observed meanwhile. `agents` holds the people and the buyers now on the track. Buyers are rows of
    `world.tables`; a view is made only when somebody looks at one. Attach a `mesa.DataCollector` as
    `datacollector` and it collects after every day.

    Mesa's own generators (`random`, `rng`) serve `shuffle_do` and the like; nothing in the run draws from
    them.

    Attributes:
        inputs: The scenario.
        seed: Seed of the experiment.
        replication: Number of the replication, or None when `seed` is the run's own.
        world: The tables of the run; change nothing in them.
        remembered: What the run remembers (`world.s`) as memory views of one cell each.
        parameters: Its settings as numbers (`world.p`) in the same way.
        rep_columns: Columns of the table of sales people as memory views.
        names: Names of journeys, segments, channels and rivals in the order of their numbers.
        marketers: The marketers.
        reps: The sales people.
        rivals: The rivals.
        running: Whether there are days left.
        datacollector: A `mesa.DataCollector` that collects after each day, or None.
    """

    def __init__(
        self,
        inputs: Scenario | str | Path,
        seed: int | str = 0,
        *,
        agents: Mapping[type, type] | None = None,
        follow: int | Literal["all"] | None = None,
        replication: int | None = 0,
    ) -> None:
        """Set up a run on its first day.

        Args:
            inputs: A scenario, the name of a shipped market or a file.
            seed: Seed of the experiment, 0 or more; `Relay(inputs, seed)` is the same run as
                `simulate(inputs, seed=seed)`.
            agents: Agent classes and what to put in their place, such as `{SalesRep: MyRep}`. Each decision
                whose method the subclass overrides is made in Python, all others in compiled code.
            follow: Number of the buyer whose events are logged, "all", or None for nobody.
            replication: Which replication of the experiment; None if `seed` is the run's own, already mixed.

        Raises:
            InvalidInput: If the scenario cannot be loaded.
            TypeError: If `agents` names something that cannot be replaced, or `seed` is not an integer.
            ValueError: If `seed` or `replication` is negative or too large.
        """
        seed = int(seed) if isinstance(seed, str) else operator.index(seed)  # Mesa's page hands over text
        mixed = seed_of(seed, replication or 0)  # also refuses what is out of range
        luck = seed if replication is None else mixed
        super().__init__(rng=luck)
        self.inputs = inputs if isinstance(inputs, Scenario) else Scenario.load(inputs)
        self.seed = seed
        self.replication = replication
        market = self.inputs.market
        self.names = Names(
            journeys=tuple(market.journeys),
            segments=tuple(market.segments),
            channels=tuple(market.channels),
            rivals=tuple(market.rivals),
        )
        self.world = new_world(self.inputs, luck, _followed(follow), overridden_sockets(agents))
        self.datacollector: Any = None
        self._look()
        self._draws: dict[int, dict[str, int]] = {}
        self._asking = False
        self._registered = 0
        self._classes = chosen_classes(agents)
        self.marketers: list[Marketer] = self._people(Marketer, self.inputs.team.marketers.count)
        self.reps: list[SalesRep] = self._people(SalesRep, self.inputs.team.reps.count)
        self.rivals: list[Rival] = self._people(Rival, len(market.rivals))

    def _people(self, kind: type, count: int) -> list[Any]:
        return [self._classes[kind](self, index) for index in range(count)]

    # --- time ---

    @property
    def now(self) -> float:
        """The moment the run has come to, in days since its start."""
        return float(self.remembered["now"][0])

    @property
    def day(self) -> int:
        """How many whole days have passed."""
        return floor(self.now)

    @property
    def end_day(self) -> float:
        """The last moment of the run, in days."""
        return float(self.world.p.end_day)

    @property
    def moment(self) -> str:
        """Why a marketer is, or was last, asked to hand over, such as "touch" or "review" (see `Moment`)."""
        return word(Moment(self.remembered["moment"][0]))

    @property
    def stamp(self) -> tuple[Any, ...]:
        """Something that differs whenever anything has happened since."""
        names = ("events", "next_arrival", "buyers_out", "policy", "pending", "asked_row")
        return (self.now, *(int(self.remembered[name][0]) for name in names))

    def step(self) -> None:
        """Advance to the end of the day; nothing happens when the run is over.

        Raises:
            CeilingReached: If demand passes its ceiling.
            WrongAnswer: If an overridden decision gives an answer that means nothing.
        """
        if not self.running:
            return
        self._advance(min(self.day + 1.0, self.end_day))
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def run(self) -> None:
        """Go to the end: at once, or day by day if somebody wants to see the days.

        Raises:
            CeilingReached: If demand passes its ceiling.
            WrongAnswer: If an overridden decision gives an answer that means nothing.
        """
        if self.datacollector is None and type(self).step is Relay.step:
            self._advance(self.end_day)
        while self.running:
            self.step()

    def _advance(self, until: float) -> None:
        """Let the engine run, and make the decisions that it leaves to Python."""
        if self._asking:
            raise RuntimeError("a decision cannot run the model: it is asked while the model runs")
        go_on, remembered = advancing(self.world, until), self.remembered
        while (code := go_on()) != DONE:
            if code == GROW:
                grow(self.world)
            elif code == CEILING:
                ceiling = self.inputs.market.demand.ceiling
                raise CeilingReached(
                    f"demand passed its ceiling of {ceiling:g} times arrivals_per_day on day {self.now:.0f}; "
                    "raise market.demand.ceiling"
                )
            else:
                self._asking = True
                try:
                    remembered["answer"][0] = answer_to(self, code)
                finally:
                    self._asking = False
                remembered["answered"][0] = 1
        self.running = self.now < self.end_day

    # --- who is there ---

    @property
    def agents(self) -> Crowd:
        """Everybody: the people, then the buyers now on the track by number, as views made when looked at."""
        return LiveCrowd(self, super().agents, self._classes[Buyer])

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Agents by class; buyers are views made when looked at."""
        kinds = _ByType(super().agents_by_type)
        kinds[self._classes[Buyer]] = LiveCrowd(self, (), self._classes[Buyer])
        return kinds

    @property
    def agent_types(self) -> list[type]:
        """The classes of the agents there are."""
        return list(self.agents_by_type)

    def register_agent(self, agent: Any) -> None:
        """Take a person in; Mesa calls this when one is made."""
        self._registered += 1
        agent.unique_id = self._registered
        super().register_agent(agent)
        # Mesa 3.3 numbers agents in a table of all models, which would keep this one alive for ever.
        vars(mesa.Agent).get("_ids", {}).pop(self, None)

    def buyer(self, number: int) -> Buyer:
        """The buyer with a number.

        Args:
            number: Its identity.

        Raises:
            BuyerHasLeft: If it has not arrived yet or is no longer in the tables.
        """
        used = int(self.world.s.rows_used)
        rows = np.flatnonzero(self.world.tables["buyers"]["number"][:used] == number)
        if number < 0 or not len(rows):
            raise BuyerHasLeft(f"there is no buyer {number} in the tables on day {self.now:.3f}")
        return self.buyer_in(int(rows[0]))

    def buyer_in(self, row: int) -> Buyer:
        """The buyer in a row of the buyers' table."""
        kind: type[Buyer] = self._classes[Buyer]
        return kind(self, row)

    @property
    def common_queue(self) -> list[Buyer]:
        """Buyers who wait for any rep, first to be served first."""
        return list(Waiting(self, int(self.world.s.pool)))

    def _look(self) -> None:
        """Look at the run's records cell by cell; they stay where they are as long as the run lives."""
        self.remembered, self.parameters = Columns(self.world.s.base), Columns(self.world.p.base)
        self.rep_columns = Columns(self.world.tables["reps"])
        self._columns: Columns | None = None

    @property
    def buyer_columns(self) -> Columns:
        """Columns of the buyers' table as memory views."""
        table = self.world.tables["buyers"]
        if self._columns is None or self._columns.table is not table:
            self._columns = Columns(table)
        return self._columns

    def times_drawn(self, number: int, name: str) -> int:
        """How often a buyer has been asked for luck of this name, this time included; see `Buyer.draw`."""
        if number not in self._draws and len(self._draws) >= max(_FORGOTTEN_AT, 2 * int(self.world.s.live)):
            here = set(self.world.tables["buyers"]["number"].tolist())
            self._draws = {one: counts for one, counts in self._draws.items() if one in here}
        counts = self._draws.setdefault(number, {})
        counts[name] = counts.get(name, 0) + 1
        return counts[name]

    # --- what comes of it ---

    def results(self) -> Any:
        """What the run gave, as tidy frames and measures: a `sim.Results`.

        Raises:
            RuntimeError: If the run is not over yet.
        """
        if self.now < self.end_day:
            raise RuntimeError(f"the run is on day {self.now:g} of {self.end_day:g}: run it to its end first")
        # Named, not imported: measuring builds on the model.
        key = resolve_name("sim.measure.records:RunKey")(
            self.inputs.name, self.inputs.policy.name, self.seed, self.replication or 0
        )
        records = resolve_name("sim.measure.records:records_of")(self.world, self.inputs, key)
        run = resolve_name("sim.measure.results:measured")(records)
        return resolve_name("sim.measure.results:Results")([run])

    def __getstate__(self) -> dict[str, Any]:
        """Everything but views on memory; records travel as bytes."""
        p, s, tables = self.world
        packed = (p.tobytes(), s.tobytes(), {name: np.array(table) for name, table in tables.items()})
        views = ("remembered", "parameters", "rep_columns", "_columns")
        return {**self.__dict__, "world": packed, **dict.fromkeys(views)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Lay the tables out in memory anew."""
        p, s, tables = state["world"]
        world = World(
            _table(np.frombuffer(p, PARAMS))[0],
            _table(np.frombuffer(s, STATE))[0],
            {name: _table(rows) for name, rows in tables.items()},
        )
        self.__dict__.update({**state, "world": world})
        self._look()


def _followed(follow: int | Literal["all"] | None) -> int:
    if follow is None:
        return FOLLOW_NOBODY
    return FOLLOW_ALL if follow == "all" else operator.index(follow)


def _table(rows: Any) -> Any:
    """A copy of rows where a memory line starts."""
    if rows.dtype.names is None:
        return rows.copy()
    table = new_table(rows.dtype, len(rows))
    table[:] = rows
    return table
