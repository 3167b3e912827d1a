"""The deal desk: wishes that answer a proposal, what is given at once, and what has to be allowed."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import lognormal_quantile, uniform
from sim.engine.working_calendar import after
from sim.events.account import discount_of, give_discount, keep_wish, wish_of
from sim.events.integration import committee_day
from sim.events.rows import WATCH, WORK, World, buyers, deals, firms
from sim.events.steps import lap_of, note
from sim.rules.price import allowed_discount, capped_wish, price_utility
from sim.vocabulary import EventKind, Purpose, Task


@inlined
def approval_day(w: World, b: Any, t: float) -> float:
    """When a request made at t for this buyer is answered."""
    f = firms(w)[w.s.policy]
    day = after(w.p, t, f.approval_delay)
    return committee_day(w, b, t, day) if f.committee_share > 0.0 else day


@compiled
def asks_the_desk(w: World, row: int, t: float) -> bool:
    """A proposal lies on the table: the buyer may have a wish; true if the rep must ask the desk about it.

    A buyer who has none at a lap's first proposal has none at the next: the wish is a fact of the lap.
    """
    b = buyers(w)[row]
    p = w.p
    lap = lap_of(b)
    if wish_of(b) > 0.0 or uniform(b.luck, Purpose.DEMAND, lap) >= p.demand_rate:
        return False
    u = uniform(b.luck, Purpose.WISH, lap)
    wish = capped_wish(lognormal_quantile(u, p.wish_median_rate, p.wish_spread))
    keep_wish(b, wish)
    at_once = wish <= firms(w)[w.s.policy].boundary_rate
    note(w, b, t, EventKind.WISHED, wish, 1.0 if at_once else 0.0)
    if b.ledger >= 0:
        d = deals(w)[b.ledger]
        d.wish = wish
        d.asked_day = t
        if at_once:
            d.allowed_day = t
    if at_once:
        give_discount(b, wish)
    return not at_once


@compiled
def waits_for_the_desk(w: World, row: int, t: float) -> None:
    """The rep has written the request: from here on the deal waits for the answer."""
    b = buyers(w)[row]
    b.due[WATCH] = approval_day(w, b, t)


@compiled
def is_allowed(w: World, row: int, t: float) -> None:
    """The desk answers: the wish, up to the ceiling; the rep goes back to the buyer with it."""
    b = buyers(w)[row]
    b.due[WATCH] = inf
    given = allowed_discount(wish_of(b), firms(w)[w.s.policy].ceiling_rate)
    give_discount(b, given)
    if b.ledger >= 0:
        deals(w)[b.ledger].allowed_day = t
    note(w, b, t, EventKind.ALLOWED, given, wish_of(b))
    b.task = Task.MEET
    b.due[WORK] = t


@inlined
def price_term(w: World, b: Any) -> float:
    """What the price talk so far adds to the utility of buying from us; for a buyer in sales."""
    return price_utility(w.p.price_value, wish_of(b), discount_of(b))


@inlined
def price_term_if_met(w: World, b: Any) -> float:
    """What it would add had the buyer got all it asked for."""
    return price_utility(w.p.price_value, wish_of(b), max(wish_of(b), discount_of(b)))
