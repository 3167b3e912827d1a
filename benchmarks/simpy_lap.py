"""The bench lap in SimPy: a process per buyer and per rep, a store of tasks per rep."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from random import Random
from typing import Any

import simpy

from benchmarks.lap import HOURS_PER_DAY, Lap, Record
from benchmarks.relay import CLOSE, GONE, Buyer, Firm, Rep, begun_hours

Process = Generator[simpy.Event, Any, None]


class SimpyBuyer(Buyer):
    """A buyer whose process sleeps until its diary begins, or until a rep has spoken with it."""

    def __init__(self, env: simpy.Environment, firm: Firm) -> None:
        self.env = env
        self.appear(firm, env.now)
        self.process = env.process(self.live())

    def live(self) -> Process:
        """One thing after another."""
        while self.stage != GONE:
            day = self.next_day()
            try:
                yield self.env.timeout(max(0.0, day - self.env.now)) if day < inf else self.env.event()
                self.act(day)
            except simpy.Interrupt:
                pass

    def worked_on(self, task: int, hours: float, day: float) -> None:
        """A rep has finished a task, which changes the diary."""
        if self.process.is_alive:
            super().worked_on(task, hours, day)
            self.process.interrupt()


class SimpyRep(Rep):
    """A rep whose process takes one task after another from a store."""

    def __init__(self, env: simpy.Environment, firm: Firm) -> None:
        self.env = env
        self.begin(firm)
        self.tasks = simpy.PriorityStore(env)
        env.process(self.work())

    def queue_up(self, buyer: Buyer, task: int, day: float) -> None:
        """Take in a task: contracts first, everything else in the order it came."""
        self.tickets += 1
        buyer.ticket = self.tickets
        rank = (task != CLOSE, day, self.tickets)
        self.tasks.put(simpy.PriorityItem(rank, (self.tickets, task, buyer)))

    def work(self) -> Process:
        """One task after another, passing over those that were withdrawn."""
        while True:
            item = yield self.tasks.get()
            ticket, task, buyer = item.item
            if buyer.ticket == ticket:
                hours = begun_hours(buyer, task, self.env.now)
                yield self.env.timeout(hours / HOURS_PER_DAY)
                self.firm.record.events += 1
                buyer.worked_on(task, hours, self.env.now)


def arrivals(env: simpy.Environment, firm: Firm) -> Process:
    """Buyers arrive at random."""
    while True:
        yield env.timeout(firm.random.expovariate(firm.lap.arrivals_per_day))
        SimpyBuyer(env, firm)


def run(lap: Lap, seed: int) -> Record:
    """Run the year."""
    env = simpy.Environment()
    firm = Firm(lap, Random(seed))
    firm.reps = [SimpyRep(env, firm) for _ in range(lap.reps)]
    env.process(arrivals(env, firm))
    env.run(until=lap.days)
    return firm.record
