"""Nothing is lost: buyers, facts, hours and money balance in every run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.engine.draws import seed_of
from sim.events.rows import World
from sim.experiment.known_answers.answer import Answer, exactly
from sim.experiment.running import finished_world
from sim.scenario import Scenario

__all__ = ["MARKETS", "answers", "books"]

MARKETS = ("olist", "considered", "web-leads", "car-seat")
SMALL = ("horizon.warmup_days=30", "horizon.counted_days=40", "horizon.follow_up_days=120")
NAME = "conservation"
ROUNDING = 1e-9
"""Rounding of sums of many terms, as a share of them."""


def _known(masks: Any) -> int:
    return int(sum(int(mask).bit_count() for mask in masks))


def books(world: World, case: str = "") -> Iterator[Answer]:
    """What came in against what went out and what is still there.

    Args:
        world: A world after its last event.
        case: Which run.

    Yields:
        One comparison for each thing that is conserved.
    """
    s = world.s
    rows = world.tables["buyers"][: int(s.rows_used)]
    live = rows[rows.number >= 0]
    outcomes = world.tables["outcomes"][: int(s.outcomes)]
    deals = world.tables["deals"][: int(s.deals)]
    won = deals[deals.outcome == 1]
    first = outcomes.revenue - outcomes.renewal_value
    assisted = np.isin(outcomes.number, won.number)

    def book(what: str, found: float, expected: float, rounding: float = 0.0) -> Answer:
        why = "counts, exactly" if rounding == 0.0 else "rounding of the sums"
        return exactly(NAME, f"{what}{case}", found, expected, rounding * abs(expected), why)

    yield book(
        "buyers who came: those who left and those who are there", s.buyers_out + len(live), s.buyers_in
    )
    yield book("buyers who came, by day of arrival", world.tables["days"].arrivals.sum(), s.buyers_in)
    facts_in, facts_out = s.facts_in_marketing + s.facts_in_sales, s.facts_out_marketing + s.facts_out_sales
    yield book("facts learnt: those lost and those known", facts_out + _known(live.facts_marketing)
               + _known(live.facts_sales), facts_in)  # fmt: skip
    yield book("hours that reps worked: those that buyers cost", live.hours.sum() + s.hours_out,
               world.tables["reps"].hours.sum(), ROUNDING)  # fmt: skip
    yield book(
        "money of signed deals: what their buyers paid", first[assisted].sum(), won.revenue.sum(), ROUNDING
    )
    yield book("opportunities: one for each qualified pass", len(deals),
               (world.tables["exchanges"][: int(s.exchanges)].qualified == 1).sum())  # fmt: skip


def answers(replications: int = 1) -> list[Answer]:
    """The books of a run of each shipped market.

    Args:
        replications: Not used: books balance in every run or in none.

    Returns:
        The comparisons.
    """
    return [
        one
        for market in MARKETS
        for one in books(
            finished_world(Scenario.load(market, "recycle", SMALL), seed_of(0, 0)), f", {market}"
        )
    ]
