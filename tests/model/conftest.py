from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.agents import Marketer, Rival, SalesRep
from sim.events.rows import RIVAL
from sim.model import Relay
from sim.scenario import Scenario
from sim.vocabulary import Stage

SHORT = [
    "horizon.warmup_days=10",
    "horizon.counted_days=20",
    "horizon.follow_up_days=30",
    "market.demand.arrivals_per_day=6",
    "team.reps.count=3",
    "team.marketers.count=2",
]
# Lets go early, tells sales before, and calls back: every decision is asked often within sixty days.
BUSY = [*SHORT, "policy.aim.shift=-0.15", "policy.checkmark=0.1", "policy.batch_hours=0", "policy.attempts=6"]


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return Scenario.load("considered", overrides=BUSY)


@pytest.fixture(scope="session")
def pulled(scenario: Scenario) -> Scenario:
    """Leads wait in the common queue."""
    return scenario.with_overrides(["policy.routing=pull", "policy.checkmark=never"])


class AskingMarketer(Marketer):
    def hands_over(self, buyer):
        return super().hands_over(buyer)

    def picks_rep(self, buyer, reps):
        return super().picks_rep(buyer, reps)


class AskingRep(SalesRep):
    def accepts(self, buyer):
        return super().accepts(buyer)

    def picks_next(self, buyers):
        return super().picks_next(buyers)


class AskingRival(Rival):
    def engages(self, buyer):
        return super().engages(buyer)


ASKING = {Marketer: AskingMarketer, SalesRep: AskingRep, Rival: AskingRival}


@pytest.fixture(scope="session")
def asking() -> dict[type, type]:
    """Classes that override every decision and answer what the rule would."""
    return ASKING


QUESTION = ("pending", "asked_row", "asked_rep", "asked_rival", "moment", "answer", "answered")
"""What is left of the last question that was put to Python; rules are asked without writing it down."""


def off_the_agenda(buyers: Any) -> Any:
    """Rows of buyers but for what stands on the agenda: moments of rivals do only where somebody answers for them."""
    rows = buyers.copy()
    rows["due"][rows["stage"] != Stage.CUSTOMER, RIVAL] = np.inf
    return rows


@pytest.fixture(scope="session")
def tables_of() -> Callable[[Relay], dict[str, bytes]]:
    """All that a run consists of, except where it lies in memory, what is on the agenda and who decided."""

    def tables(model: Relay) -> dict[str, bytes]:
        s = model.world.s
        used = {name: int(s[name]) for name in ("exchanges", "deals", "outcomes", "notes")}
        used["buyers"] = int(s.rows_used)
        found: dict[str, Any] = {
            name: np.asarray(table[: used.get(name)]).tobytes()
            for name, table in model.world.tables.items()
            if not name.startswith("agenda")
        }
        found["buyers"] = off_the_agenda(model.world.tables["buyers"][: used["buyers"]]).tobytes()
        found |= {
            f"s.{name}": np.asarray(s[name]).tobytes()
            for name in s.dtype.names
            if name not in ("where", "rows", "room", "overridden", *QUESTION)
        }
        return found

    return tables


@pytest.fixture(scope="session")
def finished(scenario: Scenario) -> Relay:
    model = Relay(scenario, 3)
    model.run()
    return model


@pytest.fixture
def midway(scenario: Scenario) -> Relay:
    model = Relay(scenario, 3)
    for _ in range(25):
        model.step()
    return model
