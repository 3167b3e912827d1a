"""Sets of agents that keep their agents alive; from Mesa's own, which hold weakly, views would vanish."""

from __future__ import annotations

import operator
import weakref
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from mesa.agent import AgentSet

from sim.agents.buyer import Buyer
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from sim.model import Relay

__all__ = ["Crowd", "LiveCrowd", "rows_on_track"]


class _Members(dict[Any, None]):
    """Agents held strongly, under the interface of the weak dictionary that Mesa's methods expect."""

    def keyrefs(self) -> list[weakref.ref[Any]]:
        """References to the members, which stay alive because they are held here."""
        return [weakref.ref(agent) for agent in self]


def _members(agents: Iterable[Any]) -> _Members:
    return _Members((agent, None) for agent in agents)


class Crowd(AgentSet):  # type: ignore[misc]
    """A `mesa.AgentSet` that keeps its agents alive, and whose subsets do so too."""

    def __init__(self, agents: Iterable[Any], random: Any) -> None:
        """Take the agents.

        Args:
            agents: The members, in order.
            random: Mesa's generator, used to shuffle and for nothing else.
        """
        self._members = _members(agents)
        self.random = random

    @property
    def _agents(self) -> _Members:
        return self._members

    def _update(self, agents: Iterable[Any]) -> Crowd:
        self._members = _members(agents)
        return self

    def __iter__(self) -> Iterator[Any]:
        """Go through the agents."""
        return iter(self._agents)

    def __getitem__(self, item: Any) -> Any:
        """One agent, or a list of them for a slice."""
        return self.to_list()[item]

    def __copy__(self) -> Crowd:
        """A crowd of the same agents."""
        return Crowd(self._agents, self.random)

    copy = __copy__

    def to_list(self) -> list[Any]:
        """The agents as a list."""
        return list(self._agents)

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> Crowd:
        """The agents that satisfy a condition; see `mesa.AgentSet.select`."""
        share = isinstance(at_most, float) and at_most <= 1.0
        fitting = (
            agent
            for agent in self
            if (filter_func is None or filter_func(agent))
            and (agent_type is None or isinstance(agent, agent_type))
        )
        most = len(self) * at_most if share else min(at_most, len(self))
        chosen = list(islice(fitting, int(most)))
        return self._update(chosen) if inplace else Crowd(chosen, self.random)

    def shuffle(self, inplace: bool = False) -> Crowd:
        """The agents in a random order; see `mesa.AgentSet.shuffle`."""
        agents = self.to_list()
        self.random.shuffle(agents)
        return self._update(agents) if inplace else Crowd(agents, self.random)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Crowd:
        """The agents by an attribute or a key, highest first; see `mesa.AgentSet.sort`."""
        by = operator.attrgetter(key) if isinstance(key, str) else key
        agents = sorted(self, key=by, reverse=not ascending)
        return self._update(agents) if inplace else Crowd(agents, self.random)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> Any:
        """The agents in groups; see `mesa.AgentSet.groupby`."""
        grouped = super().groupby(by, "list")
        if result_type == "agentset":
            grouped.groups = {key: Crowd(agents, self.random) for key, agents in grouped.groups.items()}
        return grouped


def rows_on_track(model: Relay) -> Any:
    """Rows of the buyers now on the track and of customers we still have, by number: int64, shape (buyers,)."""
    used = model.world.tables["buyers"][: int(model.world.s.rows_used)]
    rows = np.flatnonzero((used["number"] >= 0) & (used["stage"] != Stage.SETTLED))
    return rows[np.argsort(used["number"][rows])]


class LiveCrowd(Crowd):
    """Everybody of a kind who is there now; views of buyers are made when somebody looks."""

    def __init__(self, model: Relay, people: Iterable[Any], buyers: type[Buyer]) -> None:
        """Look at a run.

        Args:
            model: The run.
            people: Those who are always there.
            buyers: Class of the views on buyers.
        """
        super().__init__((), model.random)
        self._model = model
        self._people = tuple(people)
        self._buyers = buyers
        self._stamp: tuple[Any, ...] | None = None

    @property
    def _agents(self) -> _Members:
        stamp = self._model.stamp
        if stamp != self._stamp:
            kind, model = self._buyers, self._model
            self._members = _members(self._people)
            self._members.update((kind(model, row), None) for row in rows_on_track(model).tolist())
            self._stamp = stamp
        return self._members

    def __len__(self) -> int:
        """Count without making a view."""
        return len(self._people) + len(rows_on_track(self._model))

    def __contains__(self, agent: Any) -> bool:
        """Whether a person belongs here, or a buyer is on the track; makes no view."""
        if isinstance(agent, Buyer):
            return agent.model is self._model and agent.is_here and agent.stage != "settled"
        return agent in self._people

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what it is: a look at a run."""
        return _looking, (type(self), self._model, self._people, self._buyers, self.random)

    def _update(self, agents: Iterable[Any]) -> NoReturn:
        raise TypeError("who is on the track cannot be changed in place: take a copy of the agents first")

    def add(self, agent: Any) -> NoReturn:
        """Refuse: see `_update`."""
        self._update((agent,))

    def discard(self, agent: Any) -> NoReturn:
        """Refuse: see `_update`."""
        self._update((agent,))

    def remove(self, agent: Any) -> NoReturn:
        """Refuse: see `_update`."""
        self._update((agent,))


def _looking(kind: type[LiveCrowd], model: Relay, people: Any, buyers: type[Buyer], random: Any) -> LiveCrowd:
    """A crowd from its parts; the run may not be complete yet while it is being read back."""
    crowd = kind.__new__(kind)
    crowd._members, crowd.random, crowd._stamp = _Members(), random, None
    crowd._model, crowd._people, crowd._buyers = model, people, buyers
    return crowd
