"""Marketing before the pass: nurture, the watch on the score, the go, and the question "hand over now?"."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import normal_quantile, uniform
from sim.events.arriving import raises_hand
from sim.events.handing_over import lets_go
from sim.events.integration import cadence, counts_hand, score_spread
from sim.events.journey import is_touched
from sim.events.ledger import waste_lap
from sim.events.marketing_pay import LEADS, gives_up, lets_lie, pays_to_hand_over
from sim.events.moving import move_on
from sim.events.plans import keeps_rhythm, rhythm_days
from sim.events.recycling import known_deadline, levers_of, returns
from sim.events.routing import ask
from sim.events.rows import ASKED_SHIFT, COOLING, GONE, IN_SERVICE, NURTURES, WATCH, WORK, World, buyers
from sim.events.selling import leave_queue
from sim.events.steps import firm_of, note, plan_turn, tallied
from sim.events.trust import slid_aim
from sim.rules.scoring import TOLERANCE, hands_over, quota_bit, score, triggers_met
from sim.rules.track import fall_days, phase_of, rise_days
from sim.vocabulary import Decision, EventKind, Moment, Purpose, Trigger


@inlined
def score_of(w: World, b: Any) -> float:
    """Marketing's score of a buyer whose position is up to date."""
    return score(b.x, w.p.score_bias, b.noise)


@compiled
def asks_whether(w: World, row: int, t: float, moment: int) -> None:
    """Ask the marketer whether to hand this buyer over now.

    The question is so frequent that the rule is asked on the spot, unless Python is to answer.
    """
    w.s.moment = moment
    if w.s.overridden & (1 << Decision.HANDS_OVER):
        ask(w, Decision.HANDS_OVER, row, -1)
    elif not hands_over_rule(w, row, t, moment):
        stays(w, row, t)
    elif t > w.s.now:
        is_asked_again(w, buyers(w)[row], t)
    else:
        lets_go(w, row, t)


@inlined
def is_asked_again(w: World, b: Any, t: float) -> None:
    """The answer concerns sales too, and the buyer has run ahead: the question waits until its time has come."""
    b.marks |= (w.s.moment + 1) << ASKED_SHIFT
    b.due[WATCH] = t


@inlined
def reaches_checkmark(w: World, b: Any) -> bool:
    """Whether sales is to be told of a buyer whose position is up to date, and has not been."""
    beyond = score_of(w, b) >= levers_of(w, b).go_level - TOLERANCE
    return bool(beyond & (b.marks & GONE == 0))  # one question: neither alone can be foreseen


@compiled
def hands_over_rule(w: World, row: int, t: float, moment: int) -> bool:
    """The marketer's rule: the policy's triggers, any or all of them."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    seen = score_of(w, b)
    aim = slid_aim(w, b, k.aim_open)
    met = triggers_met(
        seen,
        aim,
        known_deadline(w, b) - t,
        k.near_days,
        counts_hand(w, b, k, seen),
        t - b.arrival_day,
        k.age_days,
    )
    met |= quota_bit(moment, seen, aim, k.bar_drop, w.s.quota_due - w.s.handed)
    told = hands_over(met, k.wanted, k.all_of_them != 0)
    if firm_of(w).marketing_pay:
        return pays_to_hand_over(w, b, k, t, seen, aim, told)
    return told


@compiled
def plans_watch(w: World, b: Any, t: float) -> None:
    """Note in the diary the next line that this buyer's score, deadline or age will cross."""
    k = levers_of(w, b)
    day = inf
    if b.marks & COOLING:
        if b.marks & GONE:
            level = k.go_level - w.p.score_bias - b.noise
            day = t + fall_days(b.x, level, w.p.cooling_days)
            b.due[WATCH] = day if day > t else inf
            return
    else:
        seen = score_of(w, b)
        tau = w.p.tau[b.journey]
        told = b.marks & GONE or seen >= k.go_level - TOLERANCE
        aim = slid_aim(w, b, k.aim_open)
        level = aim if told or k.go_level > aim else k.go_level
        if seen < level - TOLERANCE:
            day = t + rise_days(b.x, b.v, b.pace, tau, level - w.p.score_bias - b.noise)
    if k.wanted & (1 << Trigger.DEADLINE):
        near = known_deadline(w, b) - k.near_days
        if t < near < day:
            day = near
    if k.wanted & (1 << Trigger.AGE):
        old = b.arrival_day + k.age_days
        if t < old < day:
            day = old
    b.due[WATCH] = day


@compiled
def watch_strikes(w: World, row: int, t: float) -> None:
    """A line was crossed: the checkmark, the aim, a deadline, an age, or downwards on a call-off."""
    b = buyers(w)[row]
    k = levers_of(w, b)
    move_on(w, b, t)
    b.due[WATCH] = inf
    asked = (b.marks >> ASKED_SHIFT) & 7
    if asked:
        b.marks &= ~(7 << ASKED_SHIFT)
        w.s.events -= 1  # the second half of one that was counted
        asks_whether(w, row, t, asked - 1)
        return
    if b.marks & COOLING and b.marks & GONE:
        calls_off(w, row, t)
        return
    if t == w.s.review_day:
        asks_whether(w, row, t, Moment.QUOTA.value)
        return
    moment = Moment.AIM.value
    if score_of(w, b) < slid_aim(w, b, k.aim_open) - TOLERANCE:
        if reaches_checkmark(w, b):
            goes(w, row, t)
            return
        moment = (
            Moment.DEADLINE.value if known_deadline(w, b) - t <= k.near_days + TOLERANCE else Moment.AGE.value
        )
    asks_whether(w, row, t, moment)


@compiled
def goes(w: World, row: int, t: float) -> None:
    """The checkmark: sales is told, so that a rep can start moving."""
    b = buyers(w)[row]
    b.marks |= GONE
    plans_watch(w, b, t)
    if b.marks & IN_SERVICE:
        # Called off and told again while the rep still prepares: the same one goes on with it.
        note(w, b, t, EventKind.GO, float(b.owner), b.x)
    else:
        ask(w, Decision.PICKS_REP, row, -1)


@compiled
def calls_off(w: World, row: int, t: float) -> None:
    """The buyer has cooled below the checkmark: what the rep prepared was for nothing."""
    b = buyers(w)[row]
    leave_queue(w, row, t)
    b.marks &= ~GONE
    waste_lap(b)
    note(w, b, t, EventKind.CALLED_OFF, float(b.owner), b.x)


@compiled
def stays(w: World, row: int, t: float) -> None:
    """Not yet: marketing keeps the buyer, and tells sales if the checkmark has been passed."""
    b = buyers(w)[row]
    if w.p.planned:
        keeps_rhythm(w, b, t)
    if not reaches_checkmark(w, b):
        plans_watch(w, b, t)
    elif t > w.s.now:
        is_asked_again(w, b, t)
    else:
        goes(w, row, t)


@compiled
def nurtures(w: World, row: int, t: float) -> None:
    """A touch by marketing at its cadence, which is also the review of this buyer."""
    b = buyers(w)[row]
    p = w.p
    k = levers_of(w, b)
    f = firm_of(w)
    if f.marketing_pay >= LEADS and lets_lie(w, row, t, k):
        return
    if f.short_sight > 0.0 and f.marketing_pay < LEADS and gives_up(w, row, t, k):
        return
    n = tallied(b, NURTURES)
    channel = k.nurture_channel
    move_on(w, b, t)
    phase = phase_of(b.x)
    is_touched(w, b, t, channel, phase, n, True)
    rate = p.hand_raise[channel, phase]
    if rate > 0.0 and uniform(b.luck, Purpose.NURTURE_HAND_RAISE, n) < rate:
        raises_hand(w, b, t)
    b.noise = score_spread(w) * normal_quantile(uniform(b.luck, Purpose.NURTURE_NOISE, n))
    b.due[WORK] = t + cadence(w, b, k, k.nurture_days)
    plan_turn(w, b, t)
    asks_whether(w, row, t, Moment.REVIEW.value)


@compiled
def rests_no_longer(w: World, row: int, t: float) -> None:
    """The cool-off is over: back to marketing, with the next nurture touch and the watch planned."""
    b = buyers(w)[row]
    if b.marks & IN_SERVICE:
        b.due[WORK] = t + 1.0
        return
    returns(w, row, t)
    b.due[WORK] = t + rhythm_days(w, b)
    plan_turn(w, b, t)
    asks_whether(w, row, t, Moment.REVIEW.value)
