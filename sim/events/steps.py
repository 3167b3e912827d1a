"""The small steps that handlers share: keeping a buyer's diary, writing the log and the counts."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.compiled import compiled, inlined
from sim.engine.draws import uniform
from sim.events.rows import (
    COOLING,
    COUNTED,
    END,
    FACT_CHECKS,
    RECORDED,
    SEGMENT_SHIFT,
    SLOTS,
    STEP_BITS,
    TALLY_BITS,
    TURN,
    World,
    firms,
    notes,
)
from sim.rules.facts import count, record_survival
from sim.rules.track import cooled_position, position, rise_days
from sim.vocabulary import Purpose, Stage


@inlined
def lap_of(b: Any) -> int:
    """The lap a buyer is on, the first being 0."""
    return int(b.occasion >> STEP_BITS)


@inlined
def step_of(b: Any) -> int:
    """The step within the lap: attempts before the pass, meetings after it."""
    return int(b.occasion & ((1 << STEP_BITS) - 1))


@inlined
def segment_of(b: Any) -> int:
    """The buyer's segment."""
    return int((b.marks >> SEGMENT_SHIFT) & 15)


@inlined
def tallied(b: Any, what: int) -> int:
    """Count one more moment of a kind for this buyer; returns how many came before."""
    before = (b.tally >> what) & TALLY_BITS
    if before < TALLY_BITS or what == FACT_CHECKS:
        b.tally += 1 << what
    return int(before)


@inlined
def note(w: World, b: Any, t: float, kind: int, first: float, second: float) -> None:
    """Write a line of the event log, if this buyer is followed."""
    if w.s.follow == -2 or w.s.follow == b.number:
        line = notes(w)[w.s.notes]
        line.day = t
        line.number = b.number
        line.kind = kind
        line.first = first
        line.second = second
        w.s.notes += 1


@inlined
def wake_row(w: World, row: int) -> None:
    """Ask the loop to look again at the diary of a buyer (row) or a rep (-1 - rep)."""
    w.s.outbox[w.s.outbox_size] = row
    w.s.outbox_size += 1


@inlined
def position_at(w: World, b: Any, t: float) -> float:
    """Where the buyer is now, without moving it on."""
    elapsed = t - b.moved_day
    if b.marks & COOLING:
        return cooled_position(b.x, elapsed, w.p.cooling_days)
    return position(b.x, b.v, b.pace, w.p.tau[b.journey], elapsed)


@inlined
def plan_turn(w: World, b: Any, t: float) -> None:
    """Note in the diary when this buyer reaches the decision or, untouched, cools off."""
    if b.marks & COOLING:
        b.due[TURN] = inf
    else:
        turn = t + rise_days(b.x, b.v, b.pace, w.p.tau[b.journey], 1.0)
        cool = b.touched_day + w.p.grace_days
        if b.pace <= 0.0 and cool < turn:
            turn = cool if cool > t else t
        b.due[TURN] = turn


@inlined
def touched_now(w: World, b: Any, t: float) -> None:
    """Somebody paid attention to this buyer: neglect starts anew."""
    b.touched_day = t
    b.marks &= ~COOLING


@inlined
def clear_diary(b: Any) -> None:
    """Nothing lies ahead but the end of the follow-up."""
    for slot in range(SLOTS):
        if slot != END:
            b.due[slot] = inf
    b.rival_day = inf


@inlined
def close_diary(b: Any) -> None:
    """Nothing lies ahead at all."""
    clear_diary(b)
    b.due[END] = inf


@compiled
def change_stage(w: World, b: Any, t: float, stage: int) -> None:
    """Move a buyer to another stage and keep the running counts and the integral of batons in the air."""
    w.s.stage_count[b.stage] -= 1
    w.s.stage_count[stage] += 1
    if (b.stage == Stage.IN_AIR) != (stage == Stage.IN_AIR) and b.marks & (COUNTED | RECORDED) == COUNTED:
        w.s.air_area += w.s.counted_in_air * (t - w.s.air_day)
        w.s.air_day = t
        w.s.counted_in_air += 1 if stage == Stage.IN_AIR else -1
    b.stage = stage


@compiled
def decay_facts(w: World, b: Any, t: float) -> None:
    """Let the records about this buyer age: each known fact may have become untrue since the last look."""
    elapsed = t - b.facts_day
    b.facts_day = t
    known = b.facts_marketing | b.facts_sales
    if elapsed <= 0.0 or known == 0:
        return
    survival = record_survival(w.p.decay_per_day, elapsed)
    look = tallied(b, FACT_CHECKS)
    gone = 0
    for fact in range(8):
        if known & (1 << fact) and uniform(b.luck, Purpose.RECORD_DECAY, look * 8 + fact) > survival:
            gone |= 1 << fact
    lose_in_marketing(w, b, gone)
    lose_in_sales(w, b, gone)


@inlined
def learn_in_marketing(w: World, b: Any, mask: int) -> None:
    """Marketing comes to know facts; the run's balance of facts is kept."""
    w.s.facts_in_marketing += count(mask & ~b.facts_marketing)
    b.facts_marketing |= mask


@inlined
def learn_in_sales(w: World, b: Any, mask: int) -> None:
    """Sales comes to know facts; the run's balance of facts is kept."""
    w.s.facts_in_sales += count(mask & ~b.facts_sales)
    b.facts_sales |= mask


@inlined
def lose_in_marketing(w: World, b: Any, mask: int) -> None:
    """Marketing's record loses facts."""
    w.s.facts_out_marketing += count(mask & b.facts_marketing)
    b.facts_marketing &= ~mask


@inlined
def lose_in_sales(w: World, b: Any, mask: int) -> None:
    """Sales' record loses facts."""
    w.s.facts_out_sales += count(mask & b.facts_sales)
    b.facts_sales &= ~mask


@inlined
def known_to_sales(w: World, b: Any) -> float:
    """Weighted share of the facts that sales knows."""
    return float(w.p.known_share[b.facts_sales])


@inlined
def firm_of(w: World) -> Any:
    """What holds for the firm as a whole under the policy in force."""
    return firms(w)[w.s.policy]
