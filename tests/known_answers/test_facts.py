"""After n passes through a medium of retention q, a fact is still there with probability q^n."""

from __future__ import annotations

import pytest

from sim.engine.draws import luck, seed_of
from sim.events.exchange import passes_on
from sim.events.recycling import levers_of
from sim.events.rows import STEP_BITS, World, buyers
from sim.events.setting import new_world
from sim.rules.facts import count
from sim.vocabulary import Entity, Fact, words

PUBLISHED = {"verbal": (0.478, 0.025), "notes": (0.969, 0.855), "shared-record": (0.998, 0.99)}
BUYERS, FACTS, PASSES = 800, 8, 5


def handed_on(world: World) -> list[list[int]]:
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


@pytest.mark.parametrize("medium", list(PUBLISHED))
def test_facts_after_n_passes(bare, agreement, medium) -> None:
    world = new_world(bare(policy={"medium": medium}), seed_of(0, 0))
    retention, published = PUBLISHED[medium]
    known = handed_on(world)
    for n in range(PASSES):
        agreement.of_share(sum(row[n] for row in known), BUYERS * FACTS, retention ** (n + 1))
    assert abs(retention**PASSES - published) < 0.001  # T6.1, given in tenths of a percent


@pytest.mark.parametrize("medium", list(PUBLISHED))
def test_facts_after_the_pass_from_marketing(bare, ran, agreement, medium) -> None:
    facts = words(Fact)
    scenario = bare(
        market={"channels": {"form": {"reveals": dict.fromkeys(facts, 1.0)}}}, policy={"medium": medium}
    )
    rows = ran(scenario).exchanges
    assert len(rows) > 500 and (rows.facts_before == 255).all()
    agreement.of_share(
        sum(count(int(mask)) for mask in rows.facts_after), 8 * len(rows), PUBLISHED[medium][0]
    )


def test_a_record_decays_by_its_yearly_share(bare, agreement) -> None:
    """T6.7: left alone for a year, each fact is gone with the yearly probability."""
    from sim.events.steps import decay_facts

    world = new_world(bare(market={"facts": {"decay_per_year": 0.25}}), seed_of(0, 1))
    b = buyers(world)[0]
    left = 0
    for number in range(BUYERS):
        b.luck = luck(int(world.s.seed), Entity.BUYER, number)
        b.facts_marketing, b.facts_sales, b.tally, b.facts_day = 255, 0, 0, 0.0
        for day in (100.0, 250.0, 365.25):  # looks in between must not matter
            decay_facts(world, b, day)
        left += count(b.facts_marketing)
    agreement.of_share(left, BUYERS * FACTS, 0.75)
