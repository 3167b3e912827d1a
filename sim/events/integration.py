"""Mechanisms of integration at work: what the policy in force does to score, record, aim, hours and beliefs.

Each handler gives back what it was given, to the last bit, while its mechanism is off.
"""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.engine.working_calendar import next_opening
from sim.events.rows import RAISED, World, marketers, reps
from sim.events.steps import firm_of, lap_of, learn_in_sales, note
from sim.rules.facts import count
from sim.rules.integration import (
    follows_hand,
    kept_with,
    lowered_rate,
    opens_later,
    practised,
    recounted,
    repaired,
    stretched,
)
from sim.vocabulary import EventKind, Purpose

SURE = 1.0 - 1e-9
"""A belief that outcomes can still follow from; nobody is ever quite sure."""


@compiled
def practice_of(w: World, rep: int) -> float:
    """How well a rep knows the mechanisms; the team's mean while it is not known which rep it will be."""
    if w.p.turns_over == 0:
        return 1.0
    f = firm_of(w)
    first = max(rep, 0)
    last = rep + 1 if rep >= 0 else int(w.p.reps)
    total = 0.0
    for one in range(first, last):
        total += practised(w.s.now - reps(w)[one].practised_day, f.practice_days, f.training)
    return total / (last - first)


@inlined
def score_spread(w: World) -> float:
    """Standard deviation of marketing's score; a shared definition of a lead makes it smaller."""
    return float(w.p.score_noise * (1.0 - firm_of(w).noise_cut))


@compiled
def kept_rate(w: World, rep: int, retention: float) -> float:
    """Share of facts that survive a pass to or from this rep."""
    f = firm_of(w)
    if f.record_gain + f.rotation_gain <= 0.0:
        return retention
    practice = practice_of(w, rep)
    return kept_with(retention, f.record_gain * practice, f.rotation_gain * practice)


@compiled
def integrated_ignore_rate(w: World, rep: int, rate: float) -> float:
    """Share of leads ignored by a rep who knows what a lead is and is paid with marketing."""
    f = firm_of(w)
    if f.agreed + f.shared_pay <= 0.0:
        return rate
    return lowered_rate(rate, f.agreed * practice_of(w, rep) + f.shared_pay)


@inlined
def counts_hand(w: World, b: Any, k: Any, seen: float) -> bool:
    """Whether the buyer has raised a hand that both departments agree to follow."""
    if not b.marks & RAISED:
        return False
    slack = firm_of(w).raised_slack
    if follows_hand(seen, k.aim_open, slack):
        return True
    if b.raised_day == w.s.now:
        note(w, b, w.s.now, EventKind.NOT_AGREED, seen, k.aim_open - slack)
    return False


@compiled
def throttled(w: World, aim: float) -> float:
    """Where the aim opens when marketing sees how much sales has to do."""
    f = firm_of(w)
    waiting = float(w.s.pool_length)
    for rep in range(w.p.reps):
        waiting += reps(w)[rep].waiting
    return aim + opens_later(waiting, w.p.reps, f.comfortable_queue, f.throttle, f.most_throttle)


@inlined
def cadence(w: World, b: Any, k: Any, days: float) -> float:
    """Time until this buyer, whose position is up to date, is nurtured again."""
    f = firm_of(w)
    if f.neglect <= 0.0:
        return days
    return stretched(days, f.neglect, k.aim_open - b.x - w.p.score_bias - b.noise, f.far_distance)


@inlined
def obstructs_rate(w: World, b: Any, rate: float) -> float:
    """Chance that two runners obstruct each other."""
    f = firm_of(w)
    if f.less_obstruction <= 0.0:
        return rate
    return float(rate * (1.0 - f.less_obstruction * practice_of(w, b.owner)))


@compiled
def tells(w: World, b: Any, purpose: int, rate: float) -> int:
    """Somebody tells in person, each with a chance, facts that the medium lost; how many arrived."""
    missed = b.facts_marketing & ~b.facts_sales
    told = 0
    for fact in range(8):
        if missed & (1 << fact) and uniform(b.luck, purpose, lap_of(b) * 8 + fact) < rate:
            told |= 1 << fact
    learn_in_sales(w, b, told)
    return count(told)


@compiled
def talks_it_over(w: World, b: Any, t: float) -> None:
    """At the pass: what a team of both departments, or people who sit together, still tell each other."""
    f = firm_of(w)
    practice = practice_of(w, b.owner)
    told = 0
    if f.team_tells > 0.0:
        told += tells(w, b, Purpose.TEAM_TOLD.value, f.team_tells * practice)
    if f.contact > 0.0:
        told += tells(w, b, Purpose.OVER_DESK.value, f.contact * practice)
    if told:
        note(w, b, t, EventKind.TOLD_IN_PERSON, float(told), practice)


@inlined
def openness_of(w: World, rep: int) -> float:
    """Part of what would be kept back that is told, since people know the other side's work."""
    f = firm_of(w)
    return float(f.openness * practice_of(w, rep)) if f.openness > 0.0 else 0.0


@inlined
def trained(w: World, rep: int) -> float:
    """Factor on what a meeting of this rep moves."""
    f = firm_of(w)
    return 1.0 + f.training * practice_of(w, rep) if f.training > 0.0 else 1.0


@compiled
def is_welcomed(w: World, rep: int) -> None:
    """A newcomer comes to a firm in which both sides know each other's work: more trust to begin with."""
    f = firm_of(w)
    if f.welcome > 0.0:
        r = reps(w)[rep]
        r.trust = believes_more(w, r, w.p.trust_rate, repaired(r.trust, 1.0, f.welcome))


@inlined
def believes_more(w: World, person: Any, prior: float, belief: float) -> float:
    """Let the outcomes a person remembers agree with a higher belief; returns that belief."""
    belief = min(belief, SURE)
    person.good, person.bad = recounted(prior, w.p.trust_strength, person.good, person.bad, belief)
    return belief


@compiled
def committee_meets(w: World, t: float) -> None:
    """People from both sides talk: trust and regard that have suffered are restored in part."""
    f = firm_of(w)
    for rep in range(w.p.reps):
        r = reps(w)[rep]
        if r.trust < f.fair_rate:
            r.trust = believes_more(w, r, w.p.trust_rate, repaired(r.trust, f.fair_rate, f.repair_rate))
    for marketer in range(w.p.marketers):
        m = marketers(w)[marketer]
        if m.regard < f.fair_rate:
            m.regard = believes_more(w, m, w.p.regard_rate, repaired(m.regard, f.fair_rate, f.repair_rate))
    w.s.next_meeting_day = next_opening(w.p, t + f.meeting_every)


@compiled
def mechanisms_change(w: World, t: float, skill_factor: float) -> None:
    """Another policy, other mechanisms: the committee's first meeting, and what rotation does to skill.

    Args:
        w: The world, in which the new policy is in force.
        t: Now.
        skill_factor: What rotation did to skill before.
    """
    f = firm_of(w)
    w.s.next_meeting_day = next_opening(w.p, t + f.meeting_every) if f.meeting_every < inf else inf
    if f.skill_factor != skill_factor:
        for rep in range(w.p.reps):
            r = reps(w)[rep]
            r.skill = r.skill / skill_factor * f.skill_factor


@compiled
def meeting_after(w: World, t: float) -> float:
    """The committee's first meeting from t on."""
    day = w.s.next_meeting_day
    while day < t:
        day = next_opening(w.p, day + firm_of(w).meeting_every)
    return float(day)


@compiled
def committee_day(w: World, b: Any, t: float, day: float) -> float:
    """When a request that would be answered on a day is, if it goes to the committee."""
    f = firm_of(w)
    lap = lap_of(b)
    if uniform(b.luck, Purpose.TO_COMMITTEE, lap) >= f.committee_share:
        return day
    meeting = meeting_after(w, day)
    note(w, b, t, EventKind.TO_COMMITTEE, meeting, 0.0)
    return meeting
