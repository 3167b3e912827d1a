"""After n passes through a medium of retention q, a fact is still there with probability q^n."""

from __future__ import annotations

from sim.engine.draws import luck, seed_of
from sim.events.exchange import passes_on
from sim.events.recycling import levers_of
from sim.events.rows import STEP_BITS, World, buyers
from sim.events.setting import new_world
from sim.events.steps import decay_facts
from sim.experiment.known_answers.answer import Answer, of_share
from sim.experiment.known_answers.bare import bare, ran
from sim.rules.facts import count
from sim.vocabulary import Entity, Fact, words

__all__ = ["PUBLISHED", "after_passes", "after_the_pass", "after_years", "answers"]

PUBLISHED = {"verbal": (0.478, 0.025), "notes": (0.969, 0.855), "shared-record": (0.998, 0.99)}
"""Retention of one pass and of five. Source: T6.2, T6.1."""

BUYERS, FACTS, PASSES = 800, 8, 5
NAME = "facts after n passes"


def _handed_on(world: World) -> list[list[int]]:
    """Facts known to sales after each pass from rep to rep, for many buyers who start with all of them."""
    b = buyers(world)[0]
    known = []
    for number in range(BUYERS):
        b.luck = luck(int(world.s.seed), Entity.BUYER, number)
        b.facts_sales = 255
        row = []
        for n in range(PASSES):
            b.occasion = n << STEP_BITS
            passes_on(world, b, levers_of(world, b), 0.0)
            row.append(count(b.facts_sales))
        known.append(row)
    return known


def after_passes(medium: str) -> list[Answer]:
    """Facts left after each of five passes."""
    known = _handed_on(new_world(bare(policy={"medium": medium}), seed_of(0, 0)))
    retention = PUBLISHED[medium][0]
    return [
        of_share(
            NAME, f"share left after {n + 1} by {medium}", sum(row[n] for row in known), BUYERS * FACTS,
            retention ** (n + 1),
        )
        for n in range(PASSES)
    ]  # fmt: skip


def after_the_pass(medium: str) -> Answer:
    """Facts left after the pass from marketing to sales, in a run."""
    facts = words(Fact)
    rows = ran(
        bare(market={"channels": {"form": {"reveals": dict.fromkeys(facts, 1.0)}}}, policy={"medium": medium})
    ).exchanges
    left = sum(count(int(mask)) for mask in rows.facts_after)
    known = sum(count(int(mask)) for mask in rows.facts_before)
    what = f"share that the pass to sales leaves, by {medium}, in a run"
    return of_share(NAME, what, left, known, PUBLISHED[medium][0])


def after_years() -> Answer:
    """Facts of a record left alone for a year; looks in between must not matter. Source: T6.7."""
    world = new_world(bare(market={"facts": {"decay_per_year": 0.25}}), seed_of(0, 1))
    b = buyers(world)[0]
    left = 0
    for number in range(BUYERS):
        b.luck = luck(int(world.s.seed), Entity.BUYER, number)
        b.facts_marketing, b.facts_sales, b.tally, b.facts_day = 255, 0, 0, 0.0
        for day in (100.0, 250.0, 365.25):
            decay_facts(world, b, day)
        left += count(b.facts_marketing)
    return of_share(NAME, "share still right after a year alone", left, BUYERS * FACTS, 0.75)


def answers(replications: int = 1) -> list[Answer]:
    """Facts by medium and by age.

    Args:
        replications: Not used: each fact of each buyer is a case.

    Returns:
        The comparisons.
    """
    found = [one for medium in PUBLISHED for one in (*after_passes(medium), after_the_pass(medium))]
    return [*found, after_years()]
