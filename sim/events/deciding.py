"""The decision: at the end of the track or at the purchase clock the buyer chooses."""

from __future__ import annotations

from typing import Any

from sim.engine.compiled import compiled
from sim.engine.draws import uniform
from sim.engine.queues import NOBODY
from sim.events.exchange import lands
from sim.events.journey import ENGAGEMENT_BITS
from sim.events.ledger import close_deal, close_exchange, give_reason, settle, waste_lap
from sim.events.phases import jumps
from sim.events.recycling import levers_of
from sim.events.rows import DECISIONS, FIRST_RIVAL, IN_SERVICE, LATE, SOMEBODY_ELSE, US, World, buyers, days
from sim.events.selling import enqueue, is_in_sales, leave_queue, loses
from sim.events.steps import change_stage, clear_diary, known_to_sales, move_on, note, plan_turn, tallied
from sim.rules.choice import our_utility, rival_utility, wait_utility, weight
from sim.rules.demand import may_buy_from
from sim.vocabulary import EventKind, Outcome, Purpose, Reason, Stage, Task


@compiled
def chooses(w: World, b: Any, u: float, may_wait: bool) -> int:
    """Whom the buyer chooses: us, a rival, somebody else, or nobody yet."""
    p = w.p
    complete = known_to_sales(w, b)
    penalty = p.late_value if b.marks & LATE else 0.0
    if not is_in_sales(b):
        penalty += p.unassisted_value
    ours = our_utility(
        p.base_value,
        p.fit_value * (2.0 * b.fit - 1.0),
        p.facts_value * complete,
        p.relationship_value * (2.0 * b.goodwill - 1.0),
        penalty,
    )
    total = weight(ours)
    edge_us = total
    for k in range(p.rivals):
        n = (b.rivals >> (ENGAGEMENT_BITS * k)) & 4095
        total += weight(rival_utility(p.rival_strength[k], float(n), p.rival_engagement_value, 0.0))
    edge_rivals = total
    other = weight(p.other_value)
    waiting = weight(wait_utility(p.wait_value, p.indecision_value, complete)) if may_wait else 0.0
    total += other + waiting
    u *= total
    if u < edge_us:
        return US
    if u >= edge_rivals:
        return SOMEBODY_ELSE if u < edge_rivals + other else NOBODY
    u -= edge_us
    for k in range(p.rivals - 1):
        n = (b.rivals >> (ENGAGEMENT_BITS * k)) & 4095
        share = weight(rival_utility(p.rival_strength[k], float(n), p.rival_engagement_value, 0.0))
        if u < share:
            return FIRST_RIVAL + k
        u -= share
    return int(FIRST_RIVAL + p.rivals - 1)


@compiled
def decides(w: World, row: int, t: float, at_clock: bool) -> None:
    """A decision opens, at the end of the track or at the purchase clock."""
    b = buyers(w)[row]
    move_on(w, b, t)
    from_day = b.arrival_day + may_buy_from(b.clock_day - b.arrival_day, w.p.pull_forward_rate)
    choice = NOBODY
    if at_clock:
        choice = chooses(w, b, uniform(b.luck, Purpose.FINAL_CHOICE, 0), False)
    else:
        n = tallied(b, DECISIONS)
        if t >= from_day:
            choice = chooses(w, b, uniform(b.luck, Purpose.CHOICE, n), True)
    if choice == NOBODY:
        waits(w, row, t)
    elif choice == US:
        chooses_us(w, row, t)
    else:
        chooses_another(w, row, t, choice)


@compiled
def waits(w: World, row: int, t: float) -> None:
    """Not yet: the buyer falls back on the track; an open opportunity is closed as no decision."""
    b = buyers(w)[row]
    b.x = w.p.fallback_position
    b.v = 0.0
    jumps(w, b, t)
    note(w, b, t, EventKind.WAITED, b.x, b.clock_day)
    if is_in_sales(b):
        loses(w, row, t, Reason.NO_DECISION.value)
    plan_turn(w, b, t)


@compiled
def chooses_us(w: World, row: int, t: float) -> None:
    """The buyer wants to buy from us: with a rep the contract is still to be closed, without one it is a sale."""
    b = buyers(w)[row]
    note(w, b, t, EventKind.CHOSE_US, b.x, 0.0)
    assisted = is_in_sales(b)
    b.v = 0.0
    clear_diary(b)
    if assisted:
        change_stage(w, b, t, Stage.CLOSING)
        leave_queue(w, row, t)
        if not b.marks & IN_SERVICE:
            enqueue(w, row, t, Task.CLOSE.value)
        return
    ends_exchange(w, row, t)
    day = days(w)[int(t)]
    day.wins += 1
    day.revenue += b.value
    settle(w, row, t, US, b.value)


@compiled
def chooses_another(w: World, row: int, t: float, choice: int) -> None:
    """The buyer buys elsewhere."""
    b = buyers(w)[row]
    reason = Reason.SOMEBODY_ELSE.value if choice == SOMEBODY_ELSE else Reason.RIVAL.value
    kind = EventKind.CHOSE_SOMEBODY_ELSE if choice == SOMEBODY_ELSE else EventKind.CHOSE_RIVAL
    note(w, b, t, kind, float(choice - FIRST_RIVAL), b.x)
    give_reason(b, reason)
    if is_in_sales(b):
        leave_queue(w, row, t)
        close_deal(w, b, t, False, reason)
        days(w)[int(t)].losses += 1
    else:
        ends_exchange(w, row, t)
    settle(w, row, t, choice, 0.0)


@compiled
def ends_exchange(w: World, row: int, t: float) -> None:
    """The buyer has bought while the baton was in the air, or before anybody let go."""
    b = buyers(w)[row]
    leave_queue(w, row, t)
    if b.stage == Stage.IN_AIR:
        lands(w, b, levers_of(w, b), t)
        close_exchange(w, b, t, Outcome.BOUGHT_MEANWHILE)
    waste_lap(b)
