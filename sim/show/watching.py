"""Runs that are being watched: stepped side by side, with what has come about since the watching began."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from sim.model import CeilingReached, Relay
from sim.scenario import Scenario
from sim.vocabulary import EventKind

__all__ = ["Total", "Watch", "Watched"]

Seen = TypeVar("Seen")


class Total(NamedTuple):
    """A running total.

    Attributes:
        label: What is counted.
        amount: How many, or how much, so far.
        money: Whether it is money.
    """

    label: str
    amount: float
    money: bool = False


class Watched:
    """One run, and what has come about in it since somebody began to watch.

    Attributes:
        model: The run; all its events are logged, which changes nothing in it.
        began: Day on which the watching began.
        places: Where on the zone of its journey each baton was passed since then: 0 where the zone opens, 1
            where it closes.
    """

    def __init__(self, scenario: Scenario, seed: int, warmed_up: bool) -> None:
        """Set up the run.

        Args:
            scenario: The scenario.
            seed: Seed of the run.
            warmed_up: Whether to go through the warm-up at once.

        Raises:
            CeilingReached: If demand passes its ceiling in the warm-up.
        """
        self.model = Relay(scenario, seed, follow="all")
        while warmed_up and self.model.day < scenario.horizon.warmup_days:
            self.model.step()
        self.began = self.model.day
        self.places: list[float] = []
        self._read = int(self.model.world.s.notes)

    def step(self) -> None:
        """Go on by a day.

        Raises:
            CeilingReached: If demand passes its ceiling.
        """
        self.model.step()
        noted = int(self.model.world.s.notes)
        new = self.model.world.tables["notes"][self._read : noted]
        self._read = noted
        passes = new[new["kind"] == EventKind.PASSED]
        if len(passes):
            self.places += self._in_zones(passes).tolist()

    def _in_zones(self, passes: Any) -> npt.NDArray[np.float64]:
        """Where on the zones of their journeys buyers were passed; who has left the tables meanwhile is not there."""
        buyers = self.model.world.tables["buyers"][: int(self.model.world.s.rows_used)]
        order = np.argsort(buyers["number"], kind="stable")
        rows = order[np.searchsorted(buyers["number"], passes["number"], sorter=order) % len(order)]
        here = buyers["number"][rows] == passes["number"]
        journeys = self.model.inputs.market.journeys.values()
        zones = np.array([one.zone for one in journeys])[buyers["journey"][rows[here]]]
        return np.asarray((passes["first"][here] - zones[:, 0]) / (zones[:, 1] - zones[:, 0]))

    def day_by_day(self, name: str) -> npt.NDArray[Any]:
        """A column of the record of days, from the day on which the watching began to yesterday."""
        days = self.model.world.tables["days"][self.began : self.model.day]
        return np.array(days[name])

    def totals(self) -> list[Total]:
        """What has come about since the watching began, and what waits now."""
        sums = {name: self.day_by_day(name).sum() for name in _SUMMED}
        inside = sum(0.0 <= place <= 1.0 for place in self.places)
        waiting = self.day_by_day("queue_length")
        return [
            Total("buyers arrived", sums["arrivals"]),
            Total("let go to sales", sums["let_go"]),
            Total("batons passed", sums["passes"]),
            Total("passed inside the zone", inside),
            Total("leads gone back", sums["returned"]),
            Total("deals lost", sums["losses"]),
            Total("deals won", sums["wins"]),
            Total("revenue", sums["revenue"], money=True),
            Total("tasks waiting for a rep now", waiting[-1] if len(waiting) else 0),
        ]


_SUMMED = ("arrivals", "let_go", "passes", "returned", "losses", "wins", "revenue")


class Watch:
    """One run, or two on the same seed, that buttons, the player and pictures share.

    One at a time moves them or looks at them.

    Attributes:
        labels: What to call each run.
        runs: The runs.
        drawn: Set when what was last stepped to has been drawn.
        trouble: Why the runs cannot go on; empty while they can.
    """

    def __init__(
        self, scenarios: Sequence[Scenario], labels: Sequence[str], seed: int, warmed_up: bool
    ) -> None:
        """Set up the runs.

        Args:
            scenarios: One scenario for each run, of the same market.
            labels: What to call each.
            seed: Seed of all of them.
            warmed_up: Whether to go through the warm-up at once.

        Raises:
            CeilingReached: If demand passes its ceiling in the warm-up.
        """
        self.labels = tuple(labels)
        self.runs = [Watched(one, seed, warmed_up) for one in scenarios]
        self.seed = seed
        self.trouble = ""
        self.drawn = threading.Event()
        self._lock = threading.Lock()

    @property
    def inputs(self) -> Scenario:
        """The scenario of the first run."""
        return self.runs[0].model.inputs

    @property
    def day(self) -> int:
        """Days that have passed."""
        return self.runs[0].model.day

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to step through."""
        return not self.runs[0].model.running or bool(self.trouble)

    def step(self, days: int) -> None:
        """Move all runs on by some days, or to the end."""
        with self._lock:
            try:
                for _ in range(days):
                    if self.ended:
                        return
                    for run in self.runs:
                        run.step()
            except CeilingReached as error:
                self.trouble = str(error)

    def seen(self, look: Callable[[Watch], Seen]) -> Seen:
        """What a look at the runs gives, while nobody moves them."""
        with self._lock:
            return look(self)
