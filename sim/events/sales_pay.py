"""Sales' pay: what a quarter that runs out does to offers and to the order of work."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.working_calendar import after
from sim.events.account import give_discount
from sim.events.moving import move_on
from sim.events.rows import World, deals, reps
from sim.events.steps import firm_of, known_to_sales, note
from sim.rules.pay import closing_days, days_left_of, push_pays, urgency
from sim.rules.selling import FIRST, meeting_progress
from sim.vocabulary import EventKind

FLAT, QUARTER, LIFETIME = range(3)
"""What reps are paid for, in the order of the scenario's words."""

AHEAD = 0.01 * FIRST
"""Added to the priority of a task, times the pay at risk."""

VISITS_FIRST = 0.2 * FIRST
"""Ahead of early leads under any order of work, behind deals about to be signed."""


@compiled
def believed_closing(w: World, b: Any, skill: float, speed: float, t: float) -> float:
    """Days until the deal closes, as its rep believes, if the buyer moves at `speed` now."""
    progress = meeting_progress(w.p.meeting_gain, skill, known_to_sales(w, b), b.fit)
    spacing = after(w.p, t, w.p.meeting_spacing) - t
    return closing_days(b.x, speed, w.p.tau[b.journey], progress, spacing)


@compiled
def pushes_deal(w: World, b: Any, rep: int, t: float) -> None:
    """The rep offers a discount that ends with the quarter, if the pay of closing now outweighs waiting."""
    f = firm_of(w)
    left = days_left_of(t, f.quarter_days)
    skill = reps(w)[rep].skill
    before = believed_closing(w, b, skill, b.v, t)
    pushed = b.v + f.push_gain / w.p.tau[b.journey]
    after_offer = believed_closing(w, b, skill, pushed, t)
    spacing = after(w.p, t, w.p.meeting_spacing) - t
    if push_pays(before, after_offer, left, spacing, f.push_rate, f.next_quarter_weight):
        b.v = pushed
        give_discount(b, f.push_rate)
        if b.ledger >= 0:
            deals(w)[b.ledger].pushed = 1
        note(w, b, t, EventKind.PUSHED, f.push_rate, left)


@inlined
def visit_priority(sales_pay: int) -> float:
    """What is added to the priority of a visit to a customer.

    Paid for life, a rep visits before calling new leads; paid by the quarter, when there is nothing else to do.
    """
    if sales_pay == LIFETIME:
        return VISITS_FIRST
    return -FIRST if sales_pay == QUARTER else 0.0


@compiled
def urgent_priority(w: World, b: Any, t: float) -> float:
    """What is added to the priority of an opportunity's task: pay at risk puts it ahead of early leads."""
    f = firm_of(w)
    move_on(w, b, t)
    days = believed_closing(w, b, reps(w)[b.owner].skill, b.v, t)
    return AHEAD * urgency(days, days_left_of(t, f.quarter_days), f.next_quarter_weight)
