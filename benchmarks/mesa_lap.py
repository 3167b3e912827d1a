"""The bench lap in Mesa, in three dresses: three ways of deciding which agents are called when."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any

import mesa

from benchmarks.lap import HOURS_PER_DAY, Lap, Record
from benchmarks.relay import Buyer, Firm, Rep


class LapAgent(mesa.Agent):  # type: ignore[misc]
    """An agent that knows the day on which it has something to do."""

    model: LapModel
    next_day: Callable[[], float]
    act: Callable[[float], None]

    def __init__(self, model: LapModel) -> None:
        super().__init__(model)
        self.due = inf
        self.event: Any = None

    def step(self) -> None:
        """Do all that has fallen due."""
        while self.due <= self.model.now:
            self.act(self.due)

    def wake(self) -> None:
        """Do the one thing that is due now."""
        day, self.due = self.due, inf
        self.act(day)

    def replanned(self) -> None:
        """Tell the model if this agent's next day has changed."""
        due = self.next_day()
        if due != self.due:
            self.due = due
            self.model.plan(self)


class MesaBuyer(LapAgent, Buyer):
    """A buyer as an agent, which leaves the model when its story is over."""

    def __init__(self, model: LapModel, day: float) -> None:
        super().__init__(model)
        self.appear(model.firm, day)
        self.replanned()

    def leave(self) -> None:
        """Be taken out of the model."""
        Buyer.leave(self)
        self.remove()


class MesaRep(LapAgent, Rep):
    """A rep as an agent."""

    def __init__(self, model: LapModel) -> None:
        super().__init__(model)
        self.begin(model.firm)


class Source(LapAgent):
    """Where buyers come from."""

    def __init__(self, model: LapModel) -> None:
        super().__init__(model)
        self.arrival_day = 0.0
        self.plan_arrival()

    def plan_arrival(self) -> None:
        """Draw the next arrival."""
        self.arrival_day += self.random.expovariate(self.model.firm.lap.arrivals_per_day)
        self.replanned()

    def next_day(self) -> float:
        """The day of the next arrival."""
        return self.arrival_day

    def act(self, day: float) -> None:
        """A buyer arrives."""
        MesaBuyer(self.model, day)
        self.plan_arrival()


class LapModel(mesa.Model):  # type: ignore[misc]
    """What the three dresses share."""

    def __init__(self, lap: Lap, seed: int) -> None:
        super().__init__(rng=seed)
        self.now = 0.0
        self.firm = Firm(lap, self.random)
        self.prepare()
        self.firm.reps = [MesaRep(self) for _ in range(lap.reps)]
        Source(self)

    def prepare(self) -> None:
        """Set up whatever keeps the time."""

    def plan(self, agent: LapAgent) -> None:
        """An agent's next day has changed."""

    def run(self) -> Record:
        """Run the year."""
        raise NotImplementedError


class EveryAgentEveryHour(LapModel):
    """The clock ticks by the hour and every live agent is stepped.

    Within an hour agents act in random order, each at the time it had planned.
    """

    def step(self) -> None:
        """One hour."""
        self.now = self.steps / HOURS_PER_DAY
        self.agents.shuffle_do("step")

    def run(self) -> Record:
        """Run the year hour by hour."""
        for _ in range(round(self.firm.lap.days * HOURS_PER_DAY)):
            self.step()
        return self.firm.record


class DueAgentsOnly(LapModel):
    """The model keeps a heap of who is due when, and calls nobody else."""

    def prepare(self) -> None:
        """Begin with an empty heap."""
        self.heap: list[tuple[float, int, LapAgent]] = []
        self.order = count()

    def plan(self, agent: LapAgent) -> None:
        """Put the agent on the heap; where it was before is passed over when it comes up."""
        if agent.due < inf:
            heappush(self.heap, (agent.due, next(self.order), agent))

    def run(self) -> Record:
        """Call whoever is due next until the year is over."""
        end = self.firm.lap.days
        while self.heap and self.heap[0][0] <= end:
            day, _, agent = heappop(self.heap)
            if agent.due == day:
                self.now = day
                agent.wake()
        return self.firm.record


class MesaScheduler(LapModel):
    """Mesa's own event scheduler: each agent has one event ahead of it."""

    def prepare(self) -> None:
        """Set up the scheduler that this version of Mesa has."""
        self.simulator: Any = None
        if not hasattr(mesa.Model, "schedule_event"):
            from mesa.experimental.devs import DEVSimulator

            self.simulator = DEVSimulator()
            self.simulator.setup(self)

    def plan(self, agent: LapAgent) -> None:
        """Call off the agent's event and schedule another."""
        if agent.event is not None:
            if self.simulator is None:
                agent.event.cancel()
            else:
                self.simulator.cancel_event(agent.event)
            agent.event = None
        if agent.due < inf:
            if self.simulator is None:
                agent.event = self.schedule_event(agent.wake, at=agent.due)
            else:
                agent.event = self.simulator.schedule_event_absolute(agent.wake, agent.due)

    def run(self) -> Record:
        """Let the scheduler run the year."""
        (self if self.simulator is None else self.simulator).run_until(self.firm.lap.days)
        return self.firm.record
