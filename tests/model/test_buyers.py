"""Views on buyers: plain values as of now, nothing stored, nothing changed."""

import copy
import pickle

import pytest

from sim.agents import Buyer, BuyerHasLeft, Marketer, Rival, SalesRep
from sim.events.steps import position_at
from sim.model import Relay
from sim.vocabulary import Decision

PLAIN = (int, float, str, bool, tuple, dict, type(None))
VALUES = sorted(
    name
    for name, member in vars(Buyer).items()
    if isinstance(member, property) and not name.startswith("_") and name != "owner"
)


@pytest.fixture
def busy(scenario) -> Relay:
    """A run stopped while some buyers are owned, in the air, with sales, recycled or cooling."""
    model = Relay(scenario, 3)
    for _ in range(40):
        model.step()
    return model


@pytest.mark.parametrize("name", VALUES)
def test_values_are_plain_and_explained(name, busy):
    assert getattr(Buyer, name).__doc__
    kinds = {type(getattr(buyer, name)) for buyer in busy.agents_by_type[Buyer]}
    assert kinds
    assert kinds <= set(PLAIN)


def test_looking_changes_nothing(busy, tables_of):
    before = tables_of(busy)
    for buyer in busy.agents_by_type[Buyer]:
        for name in VALUES:
            getattr(buyer, name)
        assert buyer.owner is None or isinstance(buyer.owner, SalesRep)
    assert tables_of(busy) == before


def test_position_is_that_of_now(scenario):
    """What a view says is where a rule finds the buyer, whether an event has just moved it on or not."""
    moved: list[tuple[float, float]] = []
    unmoved: list[tuple[float, float]] = []

    class Asked(Marketer):
        def hands_over(self, buyer):
            moved.append((buyer.position, float(buyer._record.x)))
            return super().hands_over(buyer)

    class Watching(Rival):
        def engages(self, buyer):
            b = buyer._record
            assert b.moved_day < self.model.now
            unmoved.append((buyer.position, position_at(self.model.world, b, self.model.now)))
            return super().engages(buyer)

    Relay(scenario, 3, agents={Rival: Watching, Marketer: Asked}).run()
    for said in (moved, unmoved):
        assert said
        assert all(view == found for view, found in said)


def test_position_moves_between_events(midway):
    tables = midway.world.tables["buyers"]
    moving = [
        b for b in midway.agents_by_type[Buyer] if b.momentum > 0.0 and tables[b.row].moved_day < midway.now
    ]
    assert moving
    assert all(buyer.position > tables[buyer.row].x for buyer in moving)


def test_views_are_equal_by_number_and_run(busy, scenario):
    first, again = list(busy.agents_by_type[Buyer])[:2], list(busy.agents_by_type[Buyer])[:2]
    assert first == again
    assert first[0] != first[1]
    assert len({*first, *again}) == 2
    other = Relay(scenario, 3)
    for _ in range(40):
        other.step()
    assert other.buyer(first[0].number) != first[0]


def test_a_buyer_who_left_says_so(midway):
    early = list(midway.agents_by_type[Buyer])
    midway.run()
    gone = [buyer for buyer in early if not buyer.is_here]
    assert gone
    for buyer in gone:
        assert buyer.number >= 0
        with pytest.raises(BuyerHasLeft, match=f"buyer {buyer.number}"):
            _ = buyer.position
        with pytest.raises(BuyerHasLeft):
            midway.buyer(buyer.number)


def test_buyers_cannot_be_removed(midway):
    with pytest.raises(TypeError, match="cannot be removed"):
        next(iter(midway.agents_by_type[Buyer])).remove()


def test_none_is_made_unless_somebody_looks(scenario, monkeypatch):
    made = []
    plain = Buyer.__init__
    monkeypatch.setattr(Buyer, "__init__", lambda self, *given: made.append(1) or plain(self, *given))
    model = Relay(scenario.with_overrides(["market.demand.arrivals_per_day=400"]), 3)
    for _ in range(3):
        model.step()
    model.run()
    assert model.world.s.buyers_in > 10_000
    assert len(model.agents) > 1000
    assert not made
    next(iter(model.agents_by_type[Buyer]))
    assert made


def test_own_classes_of_buyers(scenario):
    class Named(Buyer):
        @property
        def label(self):
            return f"{self.journey} {self.number}"

    model = Relay(scenario, 3, agents={Buyer: Named})
    model.step()
    assert model.world.s.overridden == 0
    assert all(buyer.label.endswith(str(buyer.number)) for buyer in model.agents_by_type[Buyer])


class TestDraw:
    def test_is_the_buyers_own(self, scenario, midway):
        """Neither who else draws, nor in which order, nor what else is decided changes it."""
        other = Relay(scenario, 3)
        for _ in range(25):
            other.step()
        buyers = list(midway.agents_by_type[Buyer])
        alone = {buyer.number: [buyer.draw("mood") for _ in range(3)] for buyer in buyers}
        mixed: dict[int, list[float]] = {buyer.number: [] for buyer in buyers}
        for _ in range(3):
            for number in reversed(mixed):
                other.buyer(number).draw("weather")
                mixed[number].append(other.buyer(number).draw("mood"))
        assert mixed == alone
        drawn = [u for three in alone.values() for u in three]
        assert len(set(drawn)) == len(drawn)
        assert all(0.0 < u < 1.0 for u in drawn)

    def test_names_and_seeds_differ(self, scenario, midway):
        buyer = next(iter(midway.agents_by_type[Buyer]))
        number = buyer.number
        elsewhere = Relay(scenario, 4)
        while elsewhere.world.s.next_arrival <= number + 50:
            elsewhere.step()
        numbers = [one.number for one in elsewhere.agents_by_type[Buyer]]
        assert buyer.draw("mood") != buyer.draw("weather")
        fresh = Relay(scenario, 3)
        while number not in (ours := [one.number for one in fresh.agents_by_type[Buyer]]):
            fresh.step()
        shared = (set(ours) & set(numbers)).pop()
        assert fresh.buyer(shared).draw("mood") != elsewhere.buyer(shared).draw("mood")

    def test_goes_on_after_pickling(self, midway):
        number = next(iter(midway.agents_by_type[Buyer])).number
        midway.buyer(number).draw("mood")
        copies = [pickle.loads(pickle.dumps(midway)), copy.deepcopy(midway)]
        following = midway.buyer(number).draw("mood")
        assert [one.buyer(number).draw("mood") for one in copies] == [following, following]

    def test_decisions_drawn_from_luck_are_the_same_however_one_steps(self, scenario, tables_of):
        class Moody(SalesRep):
            def accepts(self, buyer):
                return buyer.draw("mood") < 0.5

        whole, stepped = (Relay(scenario, 3, agents={SalesRep: Moody}) for _ in range(2))
        whole.run()
        while stepped.running:
            stepped.step()
        assert tables_of(stepped) == tables_of(whole)
        assert whole.world.s.overridden == 1 << Decision.ACCEPTS

    def test_counts_of_buyers_who_left_are_forgotten(self, midway, monkeypatch):
        monkeypatch.setattr("sim.model._FORGOTTEN_AT", 8)
        here = next(iter(midway.agents_by_type[Buyer])).number
        midway.times_drawn(here, "mood")
        gone = range(10**6, 10**6 + 3 * int(midway.world.s.live))
        for number in gone:
            midway.times_drawn(number, "mood")
        assert len(midway._draws) < len(gone)
        assert midway.times_drawn(here, "mood") == 2
