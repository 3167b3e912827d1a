"""A buyer as a Mesa agent: a view on one row, made when looked at and holding nothing of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NoReturn

import mesa

from sim.engine.draws import uniform
from sim.events.rivals import ENGAGEMENT_BITS, ENGAGEMENT_LIMIT, moments_pass
from sim.events.rows import COOLING, HOT, QUEUED, RAISED
from sim.events.steps import lap_of, segment_of, step_of
from sim.rules.scoring import score
from sim.rules.track import cooled_position, moved, phase_of
from sim.vocabulary import Fact, Phase, Purpose, Stage, Task, word

if TYPE_CHECKING:
    from sim.agents.people import SalesRep
    from sim.model import Relay

__all__ = ["Buyer", "BuyerHasLeft", "Columns"]

_FACT_WORDS = tuple(word(fact) for fact in Fact)
_IN_SALES = (Stage.OPPORTUNITY, Stage.FORECAST, Stage.CLOSING)


class BuyerHasLeft(LookupError):
    """Asked about a buyer who is no longer in the tables: it has bought, or nobody follows it."""


class Columns(dict[str, memoryview]):
    """The columns of a table as memory views: reading a cell gives a plain Python number, six times as fast.

    Attributes:
        table: The table they look at.
    """

    def __init__(self, table: Any) -> None:
        """Look at a table; a table that has grown needs new columns."""
        super().__init__()
        self.table = table

    def __missing__(self, name: str) -> memoryview:
        """Make a column when it is first asked for."""
        column = self[name] = memoryview(self.table[name])
        return column


class Buyer(mesa.Agent):  # type: ignore[misc]
    """A buyer on the track, as of now.

    Views are made on demand, cost no memory when nobody looks, and are never registered with Mesa. Two
    views of the same buyer are equal. A buyer's identity is its `number`, never `unique_id`. Every property
    gives plain Python values, shows the state at `model.now` and changes nothing. Some of it nobody in the
    firm can know: a believable override looks at `score`, the facts, the touches and the hand, not at the
    `position`.

    Properties raise `BuyerHasLeft` once the buyer has left the tables.
    """

    pos = None
    """Mesa's place in a space; buyers have a `position` on the track instead."""

    def __init__(self, model: Relay, row: int) -> None:
        """Look at a row.

        Args:
            model: The run.
            row: Row of the buyers' table in which the buyer is now.
        """
        # Mesa's own initialiser is left out on purpose: it would register the view and keep it for ever.
        self.model = model
        self._row = row
        self._number = int(model.buyer_columns["number"][row])

    def __eq__(self, other: object) -> bool:
        """Whether this is the same buyer of the same run."""
        return isinstance(other, Buyer) and self._number == other._number and self.model is other.model

    def __hash__(self) -> int:
        """Hash by number and run, so that views can be keys."""
        return hash((self._number, id(self.model)))

    def __repr__(self) -> str:
        """Name the buyer."""
        return f"<buyer {self._number}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what it is: a place in a run."""
        return _restored, (type(self), self.model, self._row, self._number)

    def remove(self) -> NoReturn:
        """Refuse: a buyer leaves the track by what happens to it.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"buyer {self._number} cannot be removed: what happens to it makes it leave")

    # --- identity ---

    @property
    def number(self) -> int:
        """Identity of the buyer: its number by arrival, the same under every policy."""
        return self._number

    @property
    def unique_id(self) -> int:
        """A number for Mesa's tables, negative so that it cannot meet a person's; use `number` instead."""
        return -1 - self._number

    @property
    def row(self) -> int:
        """Row of the buyers' table in which the buyer stands (rows are used again; not an identity).

        Raises:
            BuyerHasLeft: If the buyer is no longer in the table.
        """
        if not self.is_here:
            raise BuyerHasLeft(f"buyer {self._number} is no longer in the tables on day {self.model.now:.3f}")
        return self._row

    @property
    def is_here(self) -> bool:
        """Whether the buyer is still in the tables; everything but the number is lost when it is not."""
        return bool(self.model.buyer_columns["number"][self._row] == self._number)

    def _read(self, name: str) -> Any:
        return self.model.buyer_columns[name][self.row]

    # --- who it is ---

    @property
    def journey(self) -> str:
        """The journey it is on."""
        return str(self.model.names.journeys[self._read("journey")])

    @property
    def segment(self) -> str:
        """The segment of the market it belongs to."""
        return self.model.names.segments[segment_of(self._record)]

    @property
    def fit(self) -> float:
        """How well the offer fits it, 0 to 1."""
        return float(self._read("fit"))

    @property
    def deal_value(self) -> float:
        """What a deal with it would be worth, in money."""
        return float(self._read("value"))

    @property
    def arrival_day(self) -> float:
        """Day on which it arrived."""
        return float(self._read("arrival_day"))

    @property
    def clock_day(self) -> float:
        """Day on which it will buy from somebody; only the buyer knows."""
        return float(self._read("clock_day"))

    # --- where it is ---

    @property
    def stage(self) -> str:
        """Where it is in the relay, seen from the firm, such as "nurture" or "in-air" (see `Stage`)."""
        return word(Stage(self._read("stage")))

    @property
    def lap(self) -> int:
        """Which lap of the relay it is on, from 1; coming back from sales begins another."""
        return int(lap_of(self._record)) + 1

    @property
    def position(self) -> float:
        """Where it really is on the track, as a share of it."""
        return self._motion()[0]

    @property
    def momentum(self) -> float:
        """How fast it is really moving, in track per day."""
        return self._motion()[1]

    @property
    def phase(self) -> str:
        """The stretch of the track it is in, such as "evaluation"."""
        return word(Phase(phase_of(self.position)))

    @property
    def score(self) -> float:
        """What marketing sees instead of the position: the position now, biased and noisy.

        The noise is that of the last touch that marketing observed.
        """
        return score(self.position, self.model.parameters["score_bias"][0], self._read("noise"))

    def _motion(self) -> tuple[float, float]:
        """Position and speed now, in closed form; the row is brought up to date by events only."""
        x, v, pace = self._read("x"), self._read("v"), self._read("pace")
        settings = self.model.parameters
        elapsed = self.model.now - self._read("moved_day")
        if elapsed > 0.0:
            if self._read("marks") & COOLING:
                x = cooled_position(x, elapsed, settings["cooling_days"][0])
            elif v != 0.0 or pace != 0.0:
                x, v = moved(x, v, pace, settings["tau"][0, self._read("journey")], elapsed)
        # One who has decided for us is still written down as moving while the contract is closed.
        return min(1.0, float(x)), float(v)

    # --- what is known about it ---

    @property
    def facts_known_to_marketing(self) -> tuple[str, ...]:
        """Facts in marketing's record, as words."""
        return _words_of(self._read("facts_marketing"))

    @property
    def facts_known_to_sales(self) -> tuple[str, ...]:
        """Facts in sales' record, as words."""
        return _words_of(self._read("facts_sales"))

    @property
    def known_deadline_day(self) -> float | None:
        """Its deadline, if it has one and the firm has been told; None otherwise."""
        known = self._read("facts_marketing") | self._read("facts_sales")
        if self.model.parameters["has_deadline"][0, self._read("journey")] and known & (1 << Fact.DEADLINE):
            return self.clock_day
        return None

    # --- what has happened to it ---

    @property
    def owner(self) -> SalesRep | None:
        """The rep it was last given to, also on an earlier lap; None if there is none."""
        number = self._read("owner")
        return self.model.reps[number] if number >= 0 else None

    @property
    def attempts(self) -> int:
        """Attempts to reach it in this exchange; 0 when no exchange is open."""
        return int(step_of(self._record)) if self._read("stage") == Stage.IN_AIR else 0

    @property
    def meetings(self) -> int:
        """Meetings and proposals in this opportunity; 0 when there is none."""
        return int(step_of(self._record)) if self._read("stage") in _IN_SALES else 0

    @property
    def touches(self) -> int:
        """Touches it made by its own search so far."""
        return int(self._read("touches"))

    @property
    def last_touch_day(self) -> float:
        """Day on which anybody or anything last had its attention."""
        return float(self._read("touched_day"))

    @property
    def raised_hand(self) -> bool:
        """Whether it has raised its hand since marketing last let go of it."""
        return bool(self._read("marks") & RAISED)

    @property
    def raised_hand_day(self) -> float | None:
        """Day on which it last raised its hand; None if never."""
        day = self._read("raised_day")
        return float(day) if day >= 0.0 else None

    @property
    def hot(self) -> bool:
        """Whether it was hot, ready to talk at once, when it last raised its hand."""
        return bool(self._read("marks") & HOT)

    @property
    def is_cooling(self) -> bool:
        """Whether it has been neglected so long that it slides back."""
        return bool(self._read("marks") & COOLING)

    @property
    def goodwill(self) -> float:
        """How well it thinks of the firm, 0 to 1; 0.5 at first."""
        return float(self._read("goodwill"))

    @property
    def let_go_day(self) -> float | None:
        """Day on which marketing let go of it in this exchange; None when the baton is not in the air."""
        return float(self._read("let_go_day")) if self._read("stage") == Stage.IN_AIR else None

    @property
    def engagements(self) -> dict[str, int]:
        """How often each rival has engaged it, by the rival's name."""
        seen = self._record.copy()  # looking changes nothing: what is open is judged on a copy
        moments_pass(self.model.world, seen, self.model.now)
        packed = int(seen["rivals"])
        rivals = enumerate(self.model.names.rivals)
        return {name: (packed >> (ENGAGEMENT_BITS * number)) & ENGAGEMENT_LIMIT for number, name in rivals}

    @property
    def hours(self) -> float:
        """Working hours that sales has spent on it."""
        return float(self._read("hours"))

    @property
    def waiting_for(self) -> str | None:
        """The task for which it waits in a queue, such as "attempt"; None if it does not wait."""
        return word(Task(self._read("task"))) if self._read("marks") & QUEUED else None

    @property
    def _record(self) -> Any:
        return self.model.world.tables["buyers"][self.row]

    # --- luck ---

    def draw(self, name: str) -> float:
        """A random number of the buyer's own, for a decision that the model does not have.

        It depends on the seed, the buyer, the name and how often this buyer was asked for this name before,
        and on nothing else: not on other buyers, on the day or on the policy. Ask in decisions only; an
        observer who asks uses up a turn.

        Args:
            name: What the number is for; one name per decision.

        Returns:
            A number strictly between 0 and 1.
        """
        luck = self._read("luck")
        nth = self.model.times_drawn(self._number, name)
        digest = hashlib.sha256(f"{nth}:{name}".encode()).digest()
        return uniform(luck, Purpose.OVERRIDE, int.from_bytes(digest[:8], "big"))


def _words_of(mask: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(_FACT_WORDS) if mask & (1 << bit))


def _restored(kind: type[Buyer], model: Relay, row: int, number: int) -> Buyer:
    """A view from its parts; the run may not be complete yet while it is being read back."""
    buyer = kind.__new__(kind)
    buyer.model, buyer._row, buyer._number = model, row, number
    return buyer
