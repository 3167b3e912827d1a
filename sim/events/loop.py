"""The loop: takes what happens next, hands it to its handler, and stops where a human decision is overridden.

Order at one instant: the organisation, arrivals, buyers by number, reps in a keyed shuffle. A decision is left
pending by the handler that needs it and is made, by the compiled rule or by Python, before any other event.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from sim.engine.agenda import room_left
from sim.engine.compiled import DEBUG, bound, compiled, compiling_needed, entry, inlined, prefetch
from sim.engine.draws import exponential_quantile, luck, uniform
from sim.engine.event_calendar import look_ahead, next_time, take
from sim.events.ahead import NOTHING, is_own_touch, lives_on, sees_ahead
from sim.events.arriving import appears, drawn, spend_now
from sim.events.customers import customer_event
from sim.events.dealdesk import is_allowed
from sim.events.deciding import decides
from sim.events.decisions import rep_event, settles_pending
from sim.events.engaging import follows_plan
from sim.events.exchange import limit_reached
from sim.events.handing_over import is_routed
from sim.events.integration import committee_meets
from sim.events.journey import cools, rival_moment
from sim.events.marketing import nurtures, plans_watch, rests_no_longer, watch_strikes
from sim.events.moving import move_on
from sim.events.organisation import day_ends, policy_changes, quota_review, run_ends
from sim.events.posting import agenda_of, first_due, post_buyer, post_outbox
from sim.events.recycling import follow_up_ends
from sim.events.rows import (
    CLOCK,
    RIVAL,
    ROUTED,
    TOUCH,
    TURN,
    WATCH,
    WORK,
    Core,
    World,
    arrivals,
    bind,
    buyers,
    deals,
    exchanges,
    notes,
    outcomes,
    reps,
)
from sim.events.selling import enqueue
from sim.events.steps import firm_of
from sim.events.switches import Bare
from sim.rules.demand import YEAR_DAYS, adoptions_per_year, arrival_multiple
from sim.rules.season import season_multiple
from sim.vocabulary import Entity, Purpose, Stage

DONE, GROW, CEILING = 0, -1, -2
"""What `advance` can come back with, besides a pending `Decision`."""

ROOM = 16
"""Rows that one event can need in any table; there is always room for so many."""

IN_CACHE = 10_000
"""So many rows of buyers the processor keeps near; beyond, memory is asked for ahead of its use."""


@compiled
def works_on(w: World, row: int, t: float) -> None:
    """The slot of whoever holds the buyer: a nurture touch, a lead arriving, a task falling due, a rest ending."""
    b = buyers(w)[row]
    b.due[WORK] = inf
    if b.stage == Stage.NURTURE:
        if not (w.p.planned and follows_plan(w, row, t)):
            nurtures(w, row, t)
    elif b.stage == Stage.IN_AIR:
        if b.marks & ROUTED:
            enqueue(w, row, t, b.task)
        else:
            is_routed(w, row, t)
    elif b.stage == Stage.OPPORTUNITY or b.stage == Stage.FORECAST:
        enqueue(w, row, t, b.task)
    elif b.stage == Stage.RESTING:
        rests_no_longer(w, row, t)


@compiled
def turns(w: World, row: int, t: float) -> None:
    """The end of the track, or of patience: a decision opens, or the buyer cools."""
    b = buyers(w)[row]
    move_on(w, b, t)
    if b.x >= 1.0 - 1e-9:
        decides(w, row, t, False)
    else:
        cools(w, row, t)
    if b.number >= 0 and b.stage == Stage.NURTURE:
        plans_watch(w, b, t)


@inlined
def buyer_event(w: World, row: int, t: float, slot: int) -> None:
    """Hand a buyer's event to its handler, all but its own touches."""
    b = buyers(w)[row]
    if w.p.aftersale and b.stage == Stage.CUSTOMER:
        child = customer_event(w, row, t, slot)
        if child >= 0:
            lives_on(w, child, TOUCH)
    elif slot == WORK:
        works_on(w, row, t)
    elif slot == TURN:
        turns(w, row, t)
    elif slot == WATCH:
        if b.stage == Stage.NURTURE:
            watch_strikes(w, row, t)
        elif b.stage == Stage.IN_AIR:
            limit_reached(w, row, t)
        elif w.p.negotiates and (b.stage == Stage.OPPORTUNITY or b.stage == Stage.FORECAST):
            is_allowed(w, row, t)
        else:
            b.due[WATCH] = inf
    elif slot == RIVAL:
        rival_moment(w, row, t)
    elif slot == CLOCK:
        b.due[CLOCK] = inf
        decides(w, row, t, True)
    else:
        follow_up_ends(w, row, t)


@compiled
def plans_arrival(w: World) -> None:
    """The next latent arrival: from the file, or a Poisson stream at the ceiling rate drawn before any policy."""
    n = w.s.next_arrival
    if w.p.from_file:
        w.s.next_arrival_day = arrivals(w)[n].day if n < arrivals(w).shape[0] else inf
        return
    rate = w.p.arrivals_per_day * w.p.ceiling
    if rate <= 0.0:
        w.s.next_arrival_day = inf
        return
    u = uniform(w.s.market_luck, Purpose.ARRIVAL_GAP, n)
    w.s.next_arrival_day += exponential_quantile(u) / rate


@compiled
def arrives(w: World, t: float) -> None:
    """A latent arrival becomes a buyer if its mark lies below the demand of the moment."""
    p = w.p
    n = w.s.next_arrival
    w.s.next_arrival += 1
    number = n
    journey = -1
    segment = -1
    if p.from_file:
        line = arrivals(w)[n]
        number = line.number
        journey = line.journey
        segment = line.segment
    else:
        from_luck = uniform_of_buyer(w, n, Purpose.JOURNEY)
        journey = drawn(p.journey_share, from_luck, p.journeys)
        calendar = p.weekday[(int(t) + p.start_weekday) % 7] * p.hour[int((t - int(t)) * 24.0)]
        calendar *= w.s.week_factor
        response = spend_now(w, p.origin[journey], t)
        demand = arrival_multiple(calendar, p.growth_per_year, t, response)
        if p.season_amplitude > 0.0:
            demand *= season_multiple(p.season_amplitude, p.season_peak_day, t)
        if p.population > 0.0:
            coming = adoptions_per_year(
                p.population,
                float(w.s.buyers_in),
                float(w.s.customers_won),
                p.innovation_per_year,
                p.imitation_per_year,
            )
            demand *= coming / (YEAR_DAYS * p.arrivals_per_day)
        if demand > p.ceiling:
            w.s.ceiling_hit = 1
        if uniform_of_buyer(w, n, Purpose.ARRIVAL_MARK) * p.ceiling >= demand:
            plans_arrival(w)
            return
    lives_on(w, appears(w, t, number, journey, segment), TOUCH)
    plans_arrival(w)


@inlined
def uniform_of_buyer(w: World, number: int, purpose: int) -> float:
    """A buyer's own draw, before the buyer has a row."""
    return uniform(luck_of_buyer(w, number), purpose, 0)


@inlined
def luck_of_buyer(w: World, number: int) -> Any:
    """The luck of a buyer who is not in the table yet."""
    return luck(w.s.seed, Entity.BUYER, number)


@compiled
def events_with_room(w: World) -> int:
    """For how many events there is room for certain, whatever each adds to the tables."""
    s = w.s
    room = min(buyers(w).shape[0] - 1 - s.rows_used, room_left(agenda_of(w)) // ROOM)
    room = min(room, (exchanges(w).shape[0] - 1 - s.exchanges) // 2)
    room = min(room, (deals(w).shape[0] - 1 - s.deals) // 2)
    room = min(room, (outcomes(w).shape[0] - 1 - s.outcomes) // 2)
    if s.follow != -1:
        room = min(room, (notes(w).shape[0] - 1 - s.notes) // ROOM)
    return int(max(room, 0))


@compiled
def organisation_event(w: World, t: float) -> None:
    """Midnight, a change of policy, a review or a meeting, in this order where they fall together."""
    if w.s.next_midnight <= t:
        day_ends(w, t)
    elif w.s.next_change_day <= t:
        policy_changes(w, t)
    elif w.s.next_review_day <= t:
        quota_review(w, t)
    elif firm_of(w).meeting_every < inf:
        committee_meets(w, t)


@inlined
def prepares(w: World, ahead: int) -> None:
    """Ask for the memory that somebody due soon will need; with many buyers it lies far away."""
    row = ahead - reps(w).shape[0]
    if row < 0:
        r = reps(w)[ahead]
        prefetch(buyers(w), r.queue, 256)
        row = int(r.current)
        prefetch(buyers(w), row, 256)
        prefetch(buyers(w), row, 320)
    prefetch(buyers(w), row, 0)
    prefetch(buyers(w), row, 64)
    prefetch(buyers(w), row, 128)
    prefetch(buyers(w), row, 192)


@inlined
def happens(w: World, t: float) -> None:
    """Whoever is due next acts, unless that was called off since it was posted."""
    agenda = agenda_of(w)
    subject = take(agenda)
    if buyers(w).shape[0] > IN_CACHE:
        ahead = look_ahead(agenda)
        if ahead >= 0:
            prepares(w, ahead)
    row = subject - reps(w).shape[0]
    if row < 0:
        if reps(w)[subject].due == t:
            w.s.events += 1
            rep_event(w, subject, t)
        return
    b = buyers(w)[row]
    slot = first_due(b)
    if b.due[slot] > t:
        post_buyer(w, row)
        return
    if not is_own_touch(w, b, slot):
        w.s.events += 1
        buyer_event(w, row, t, slot)
        slot = NOTHING
    lives_on(w, row, slot)


def advance(world: World, until: float) -> int:
    """Run all that happens up to and including `until`.

    Args:
        world: The world; everything the run remembers is in its tables.
        until: Day to stop at.

    Returns:
        `DONE` when there is nothing left to do until then, `GROW` when a table needs room, `CEILING` when
        demand passed its ceiling, or the `Decision` that Python has to make; call again after either.
    """
    return advancing(world, until)()


def advancing(world: World, until: float) -> Callable[[], int]:
    """The same as `advance`, to be called again and again until there is nothing left to do.

    Args:
        world: The world; it has to stay in memory as long as the call is made.
        until: Day to stop at.

    Returns:
        The call.
    """
    if world.tables["buyers"].ctypes.data != world.s.where[0]:
        bind(world)  # a copy of a world, or one fresh from a pickle, lies elsewhere
    return bound(_advance, _seen_by_compiled(world), until)


def compiles_first(world: World) -> bool:
    """Whether `advance` will have to compile before it runs this world, which takes a while.

    Args:
        world: The world.

    Returns:
        True if nothing was kept for worlds of its kind.
    """
    return compiling_needed(_advance, _seen_by_compiled(world), 0.0)


def _seen_by_compiled(world: World) -> Any:
    if DEBUG:
        return world
    return (Bare if world.s.bare else Core)(world.p, world.s)


@entry
def _advance(w: World, until: float) -> int:
    s = w.s
    sees_ahead(w, until)
    while True:
        if s.pending:
            code = settles_pending(w, s.now)
            if code:
                return int(code)
            continue
        if s.looks_again:
            if room_left(agenda_of(w)) < s.rows_used:
                return GROW
            for row in range(s.rows_used):
                post_buyer(w, row)
            s.looks_again = 0
            s.room = 0
        if s.room == 0:
            # Counted rarely: looking at every table before every event would cost some fifty instructions each.
            s.room = events_with_room(w)
            if s.room == 0:
                return GROW
        t = next_time(agenda_of(w))
        if t == -inf:
            s.room = 0
            continue
        firm = min(min(s.next_midnight, s.next_meeting_day), min(s.next_change_day, s.next_review_day))
        if min(firm, min(s.next_arrival_day, t)) > until:
            s.now = until
            if until >= w.p.end_day:
                run_ends(w)
            s.ahead_until = -inf
            return DONE
        s.room -= 1
        if firm <= t and firm <= s.next_arrival_day:
            s.now = firm
            organisation_event(w, firm)
            sees_ahead(w, until)
        elif s.next_arrival_day <= t:
            s.now = s.next_arrival_day
            arrives(w, s.now)
            if s.ceiling_hit:
                return CEILING
        else:
            s.now = t
            happens(w, t)
        if s.outbox_size:
            post_outbox(w)
