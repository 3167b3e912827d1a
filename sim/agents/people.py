"""The people of a run as Mesa agents, and the decisions they make: what a researcher overrides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import mesa

from sim.agents.buyer import Buyer
from sim.engine.working_calendar import worked_days
from sim.events.handing_over import triage_rule
from sim.events.journey import rival_rule
from sim.events.marketing import hands_over_rule
from sim.events.routing import routed_rep
from sim.events.rows import POOLED, QUEUED
from sim.events.selling import HOURS_PER_DAY, next_in_queue
from sim.vocabulary import Task, Triage, word

if TYPE_CHECKING:
    from sim.model import Relay

__all__ = ["Marketer", "Person", "Rival", "SalesRep", "Waiting"]


class Waiting(Sequence[Buyer]):
    """Buyers who wait for a rep, in the rule's order; they are looked up when somebody looks."""

    def __init__(self, model: Relay, *roots: int) -> None:
        """Look at queues.

        Args:
            model: The run.
            *roots: First row of each queue, -1 for an empty one.
        """
        self._model = model
        self._roots = roots
        self._rows: list[int] | None = None

    def _ordered(self) -> list[int]:
        if self._rows is None:
            columns = self._model.buyer_columns
            child, following = columns["child"], columns["next"]
            found: list[int] = []
            ahead = list(self._roots)
            while ahead:
                row = ahead.pop()
                if row >= 0:
                    found.append(row)
                    ahead += (child[row], following[row])
            priority, number = columns["priority"], columns["number"]
            self._rows = sorted(found, key=lambda row: (priority[row], number[row]))
        return self._rows

    @overload
    def __getitem__(self, place: int) -> Buyer: ...
    @overload
    def __getitem__(self, place: slice) -> list[Buyer]: ...
    def __getitem__(self, place: int | slice) -> Buyer | list[Buyer]:
        """The buyer at a place, or a list for a slice."""
        rows = self._ordered()[place]
        if isinstance(rows, list):
            return [self._model.buyer_in(row) for row in rows]
        return self._model.buyer_in(rows)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._ordered())

    def __iter__(self) -> Iterator[Buyer]:
        """Go through them, first to be served first."""
        return map(self._model.buyer_in, self._ordered())


class Person(mesa.Agent):  # type: ignore[misc]
    """Somebody who decides. People are there from the first day to the last.

    Attributes:
        index: Number among its kind, from 0.
    """

    def __init__(self, model: Relay, index: int) -> None:
        """Join a run; subclasses with an initialiser of their own call this one.

        Args:
            model: The run.
            index: Number among its kind, from 0.
        """
        super().__init__(model)
        self.index = index

    @property
    def name(self) -> str:
        """What to call this one in a report."""
        return f"{type(self).__name__} {self.index}"

    def __repr__(self) -> str:
        """Name the person."""
        return f"<{self.name}>"


class Marketer(Person):
    """Runs programmes, scores leads and lets them go. Each journey has one marketer, in turn."""

    @property
    def name(self) -> str:
        """Such as "marketer 0"."""
        return f"marketer {self.index}"

    @property
    def journeys(self) -> tuple[str, ...]:
        """The journeys this marketer decides for."""
        names: tuple[str, ...] = self.model.names.journeys
        return names[self.index :: len(self.model.marketers)]

    def hands_over(self, buyer: Buyer) -> bool:
        """Whether to hand this buyer over to sales now.

        Asked at every moment at which the answer may have changed; `model.moment` says why just now.

        Args:
            buyer: A buyer in marketing's hands.

        Returns:
            True to let go, False to keep the buyer. The rule: the policy's triggers, any or all of them.
        """
        world = self.model.world
        return bool(hands_over_rule(world, buyer.row, self.model.now, int(world.s.moment)))

    def picks_rep(self, buyer: Buyer, reps: Sequence[SalesRep]) -> SalesRep | None:
        """Which rep gets this lead.

        Asked when a lead arrives at sales, and before that when sales is told that one is coming. A lead
        takes up its turn of a round-robin whatever is answered, so that the leads after it go to whom they
        went before.

        Args:
            buyer: The buyer to be given to a rep.
            reps: All reps.

        Returns:
            One of the reps, or None for the common queue. The rule: the policy's routing.
        """
        s = self.model.world.s
        turn = s.turn_taker
        chosen = routed_rep(self.model.world, buyer.row)
        s.turn_taker = turn
        return self.model.reps[chosen] if chosen >= 0 else None


class SalesRep(Person):
    """Calls, meets and closes."""

    @property
    def name(self) -> str:
        """Such as "rep 0"."""
        return f"rep {self.index}"

    def _read(self, name: str) -> Any:
        return self.model.rep_columns[name][self.index]

    @property
    def skill(self) -> float:
        """How able the rep is; 1 is the median, and hours are divided by it."""
        return float(self._read("skill"))

    @property
    def trust(self) -> float:
        """Trust in marketing's leads, 0 to 1."""
        return float(self._read("trust"))

    @property
    def queue(self) -> list[Buyer]:
        """Buyers who wait for this rep, in order; those who wait for any rep are in `model.common_queue`."""
        return list(Waiting(self.model, self._read("queue")))

    @property
    def queue_length(self) -> int:
        """How many buyers wait for this rep."""
        return int(self._read("waiting"))

    @property
    def current(self) -> Buyer | None:
        """The buyer the rep works for at this moment; None when idle."""
        row = self._read("current")
        return self.model.buyer_in(row) if row >= 0 else None

    @property
    def hours(self) -> dict[str, float]:
        """Working hours of finished tasks, by task."""
        return {word(task): float(self.model.rep_columns["hours"][self.index, task]) for task in Task}

    @property
    def utilisation(self) -> float:
        """Share of the opening hours of the counted period so far that went to tasks.

        The running task is included. 0 before that period begins; after it, the share of all of it.
        """
        p, now = self.model.world.p, self.model.now
        begun, ended = float(p.warmup_end), min(now, float(p.counted_end))
        if ended <= begun:
            return 0.0
        opened = HOURS_PER_DAY * (worked_days(p, ended) - worked_days(p, begun))
        busy = float(self._read("busy_hours"))
        if self._read("current") >= 0:
            started = max(float(self._read("started_day")), begun)
            busy += HOURS_PER_DAY * max(0.0, worked_days(p, ended) - worked_days(p, started))
        return float(busy / opened) if opened > 0.0 else 0.0

    def accepts(self, buyer: Buyer) -> bool | str:
        """What to do with a lead on first looking at it.

        Args:
            buyer: The lead.

        Returns:
            True to take it in hand, False or "reject" to send it back, "ignore" to let it lie and tell
            nobody. The rule: reject a poor score, ignore some of the others, take the rest.
        """
        answer = triage_rule(self.model.world, buyer.row, self.index)
        return "ignore" if answer == Triage.IGNORE else bool(answer == Triage.TAKE)

    def picks_next(self, buyers: Sequence[Buyer]) -> Buyer | None:
        """Whom to work for next. Asked whenever the rep is free, at work, and somebody waits.

        Args:
            buyers: Those who wait for this rep, in its own queue and the common one, in the rule's order.

        Returns:
            One of them, or None to stay idle until somebody new comes. The rule: the first.
        """
        row = int(next_in_queue(self.model.world, self.index))
        return self.model.buyer_in(row) if row >= 0 else None

    def may_take(self, buyer: Buyer) -> bool:
        """Whether a buyer waits in this rep's queue or in the common one."""
        columns = self.model.buyer_columns
        marks, owner = columns["marks"][buyer.row], columns["owner"][buyer.row]
        return bool(marks & QUEUED and (marks & POOLED or owner == self.index))


class Rival(Person):
    """Another firm that talks with the same buyers."""

    @property
    def name(self) -> str:
        """The rival's name in the scenario."""
        return str(self.model.names.rivals[self.index])

    def engages(self, buyer: Buyer) -> bool:
        """Whether to speak with this buyer now. Asked at every moment at which the rival might.

        Args:
            buyer: The buyer.

        Returns:
            True to engage. The rule: more often when the buyer is close to deciding or neglected.
        """
        return bool(rival_rule(self.model.world, buyer.row, self.index, self.model.now))
