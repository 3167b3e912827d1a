"""What happens to the firm as a whole: days, policy changes, quota reviews."""

from __future__ import annotations

from math import inf

from sim.engine.compiled import compiled
from sim.engine.draws import normal_quantile, uniform
from sim.events.aftersale import plans_visit
from sim.events.integration import mechanisms_change
from sim.events.marketing import plans_watch, score_of
from sim.events.moving import move_on
from sim.events.people import people_change
from sim.events.plans import rhythm_days
from sim.events.recycling import levers_of
from sim.events.rivals import judge_moments
from sim.events.rows import WATCH, WORK, World, buyers, changes, days, levers, marketers, reps
from sim.events.steps import firm_of
from sim.events.trust import slid_aim
from sim.events.word_of_mouth import reputation_now
from sim.rules.channels import carried_stock
from sim.rules.demand import week_factor
from sim.rules.scoring import TOLERANCE
from sim.vocabulary import Purpose, Stage


@compiled
def beliefs(w: World) -> tuple[float, float]:
    """Mean trust of the reps and mean regard of the marketers."""
    trust = 0.0
    for rep in range(w.p.reps):
        trust += reps(w)[rep].trust
    regard = 0.0
    for marketer in range(w.p.marketers):
        regard += marketers(w)[marketer].regard
    return trust / w.p.reps, regard / w.p.marketers


@compiled
def day_ends(w: World, t: float) -> None:
    """Write the stocks of the day that has just ended, once everybody who comes or goes tonight has."""
    if w.p.turns_over and not people_change(w, t):
        return  # midnight comes again at once
    writes_stocks(w, int(t) - 1, t)
    w.s.next_midnight = t + 1.0
    if (int(t) + w.p.start_weekday) % 7 == 0:
        week_begins(w, t)


@compiled
def run_ends(w: World) -> None:
    """The run is over: where it ends within a day, that day has its stocks as they are then."""
    end = w.p.end_day
    for row in range(w.s.rows_used):
        judge_moments(w, buyers(w)[row], end)
    if end > int(end):
        writes_stocks(w, int(end), end)


@compiled
def writes_stocks(w: World, number: int, t: float) -> None:
    """Write what there is now to the line of a day."""
    day = days(w)[number]
    day.trust, day.regard = beliefs(w)
    count = w.s.stage_count
    day.in_marketing = count[Stage.NURTURE] + count[Stage.RESTING]
    day.in_air = count[Stage.IN_AIR]
    day.in_sales = count[Stage.OPPORTUNITY] + count[Stage.FORECAST] + count[Stage.CLOSING]
    waiting = w.s.pool_length
    for rep in range(w.p.reps):
        waiting += reps(w)[rep].waiting
    day.queue_length = waiting
    day.customers = count[Stage.CUSTOMER]
    day.reputation = reputation_now(w, t)


@compiled
def week_begins(w: World, t: float) -> None:
    """A new week: demand differs from week to week, whatever any policy does."""
    week = (int(t) + w.p.start_weekday) // 7
    normal = normal_quantile(uniform(w.s.market_luck, Purpose.WEEK_DEMAND, week))
    w.s.week_factor = week_factor(normal, w.p.weekly_spread)


@compiled
def stocks_settle(w: World, t: float) -> None:
    """Bring every channel's stock of advertising up to now, before spending changes."""
    spend = levers(w)[w.s.policy * w.p.journeys].spend
    for channel in range(w.p.channels):
        elapsed = t - w.s.stock_day
        w.s.stock[channel] = carried_stock(
            w.s.stock[channel], spend[channel], elapsed, w.p.carryover_days[channel]
        )
    w.s.stock_day = t


@compiled
def policy_changes(w: World, t: float) -> None:
    """Another policy takes over; every buyer in marketing is looked at with new eyes."""
    stocks_settle(w, t)
    skill_factor = firm_of(w).skill_factor
    w.s.policy += 1
    mechanisms_change(w, t, skill_factor)
    later = w.s.policy + 1
    w.s.next_change_day = changes(w)[later].day if later < changes(w).shape[0] else inf
    w.s.next_review_day = t + levers(w)[w.s.policy * w.p.journeys].review_days
    w.s.handed = 0.0
    w.s.quota_due = 0.0
    for row in range(w.s.rows_used):
        b = buyers(w)[row]
        if w.p.aftersale and b.number >= 0 and b.stage == Stage.CUSTOMER:
            plans_visit(w, b, t)
            w.s.looks_again = 1
        if b.number >= 0 and b.stage == Stage.NURTURE:
            move_on(w, b, t)
            # A moment later than now, in the order of buyers' numbers: the calendar sorts them.
            plans_watch(w, b, t)
            if score_of(w, b) >= slid_aim(w, b, levers_of(w, b).aim_open) - TOLERANCE:
                b.due[WATCH] = t
            if b.due[WORK] > t + rhythm_days(w, b):
                b.due[WORK] = t + rhythm_days(w, b)
            w.s.looks_again = 1


@compiled
def quota_review(w: World, t: float) -> None:
    """The month runs out: with a shortfall, buyers just below the bar are looked at again."""
    k = levers(w)[w.s.policy * w.p.journeys]
    w.s.quota_due += k.quota
    w.s.review_day = t
    if w.s.handed < w.s.quota_due:
        for row in range(w.s.rows_used):
            b = buyers(w)[row]
            if b.number >= 0 and b.stage == Stage.NURTURE:
                move_on(w, b, t)
                if score_of(w, b) >= slid_aim(w, b, levers_of(w, b).aim_open) - k.bar_drop - TOLERANCE:
                    b.due[WATCH] = t
                    w.s.looks_again = 1
    w.s.next_review_day = t + k.review_days
