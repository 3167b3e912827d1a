"""The decision: at the end of the track or at the purchase clock the buyer chooses."""

from __future__ import annotations

from math import log
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.queues import NOBODY
from sim.events.account import discount_of, forget_price_talk, wish_of
from sim.events.aftersale import is_sold
from sim.events.dealdesk import price_term, price_term_if_met
from sim.events.exchange import lands
from sim.events.ledger import close_deal, close_exchange, give_reason, settle, waste_lap
from sim.events.moving import move_on
from sim.events.phases import jumps
from sim.events.recycling import levers_of
from sim.events.rivals import ENGAGEMENT_BITS, ENGAGEMENT_LIMIT
from sim.events.rows import DECISIONS, FIRST_RIVAL, IN_SERVICE, LATE, SOMEBODY_ELSE, US, World, buyers, days
from sim.events.selling import enqueue, is_in_sales, leave_queue, loses
from sim.events.steps import (
    change_stage,
    clear_diary,
    known_to_sales,
    note,
    plan_turn,
    step_of,
    tallied,
)
from sim.events.word_of_mouth import reputation_now
from sim.rules.choice import our_utility, rival_utility, unassisted_share, wait_utility, weight
from sim.rules.demand import may_buy_from
from sim.vocabulary import EventKind, Outcome, Purpose, Reason, Stage, Task


@compiled
def chooses(w: World, b: Any, u: float, may_wait: bool, said: float) -> int:
    """Whom the buyer chooses: us, a rival, somebody else, or nobody yet; `said` is what talk adds to our utility."""
    p = w.p
    complete = known_to_sales(w, b)
    penalty = p.late_value if b.marks & LATE else 0.0
    talks = 1.0 + step_of(b) if is_in_sales(b) else 0.0
    penalty += p.unassisted_value * unassisted_share(talks, p.talks_scale) + said
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
        n = (b.rivals >> (ENGAGEMENT_BITS * k)) & ENGAGEMENT_LIMIT
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
        n = (b.rivals >> (ENGAGEMENT_BITS * k)) & ENGAGEMENT_LIMIT
        share = weight(rival_utility(p.rival_strength[k], float(n), p.rival_engagement_value, 0.0))
        if u < share:
            return FIRST_RIVAL + k
        u -= share
    return int(FIRST_RIVAL + p.rivals - 1)


@inlined
def talk_utility(w: World, b: Any, t: float, wish_met: bool) -> float:
    """What the price talk and our reputation add to the utility of buying from us."""
    said = 0.0
    if w.p.negotiates and is_in_sales(b):
        said = price_term_if_met(w, b) if wish_met else price_term(w, b)
    if w.p.reviewed:
        said += w.p.reputation_value * log(reputation_now(w, t))
    return said


@compiled
def decides(w: World, row: int, t: float, at_clock: bool) -> None:
    """A decision opens, at the end of the track or at the purchase clock."""
    b = buyers(w)[row]
    move_on(w, b, t)
    from_day = b.arrival_day + may_buy_from(b.clock_day - b.arrival_day, w.p.pull_forward_rate)
    choice = NOBODY
    u = 1.0
    if at_clock:
        u = uniform(b.luck, Purpose.FINAL_CHOICE, 0)
        choice = chooses(w, b, u, False, talk_utility(w, b, t, False))
    else:
        n = tallied(b, DECISIONS)
        if t >= from_day:
            u = uniform(b.luck, Purpose.CHOICE, n)
            choice = chooses(w, b, u, True, talk_utility(w, b, t, False))
    by_price = False
    if choice != US and u < 1.0 and w.p.negotiates and is_in_sales(b) and discount_of(b) < wish_of(b):
        # The same luck, had the wish been met: the price alone has tipped the choice.
        by_price = chooses(w, b, u, not at_clock, talk_utility(w, b, t, True)) == US
    if choice == NOBODY:
        waits(w, row, t, by_price)
    elif choice == US:
        chooses_us(w, row, t)
    else:
        chooses_another(w, row, t, choice, by_price)


@compiled
def waits(w: World, row: int, t: float, by_price: bool) -> None:
    """Not yet: the buyer falls back on the track; an open opportunity is closed as no decision."""
    b = buyers(w)[row]
    b.x = w.p.fallback_position
    b.v = 0.0
    jumps(w, b, t)
    note(w, b, t, EventKind.WAITED, b.x, b.clock_day)
    if is_in_sales(b):
        loses(w, row, t, Reason.PRICE.value if by_price else Reason.NO_DECISION.value)
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
    forget_price_talk(b)
    is_sold(w, row, t)


@compiled
def chooses_another(w: World, row: int, t: float, choice: int, by_price: bool) -> None:
    """The buyer buys elsewhere."""
    b = buyers(w)[row]
    reason = Reason.SOMEBODY_ELSE.value if choice == SOMEBODY_ELSE else Reason.RIVAL.value
    if by_price:
        reason = Reason.PRICE.value
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
