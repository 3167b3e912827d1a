from __future__ import annotations

import csv

import pytest

from sim.agents import SalesRep
from sim.events.setting import FOLLOW_ALL
from sim.experiment import simulate
from sim.experiment.follow import Happening, NoSuchBuyer, life, parting
from sim.experiment.running import finished_world
from sim.vocabulary import EventKind, words

from .conftest import MARKETS, short

LATENT = ["number", "journey", "segment", "arrival_day", "fit_rate", "deal_value", "clock_day", "ready_now"]


@pytest.mark.parametrize("market", MARKETS)
def test_every_event_of_a_market_has_its_sentence(market):
    scenario = short(market)
    seen = simulate(scenario, follow=-2).events
    busiest = seen["number"].value_counts().index[0]
    events = life(scenario, ["recycle"], int(busiest))["recycle"]
    assert [event.kind for event in events] == list(seen.loc[seen["number"] == busiest, "kind"])
    for event in events:
        assert event.kind in words(EventKind) and event.text and "nan" not in event.text


class SameRep(SalesRep):
    """A rep of one's own who changes nothing."""


@pytest.mark.parametrize("whom", ["one buyer", "all"])
def test_a_buyer_is_followed_with_agents_of_ones_own_too(scenario, whom):
    arrived = finished_world(scenario, 5).tables["outcomes"].number[0]
    follow = int(arrived) if whom == "one buyer" else FOLLOW_ALL
    plain = finished_world(scenario, 5, follow)
    own = finished_world(scenario, 5, follow, {SalesRep: SameRep})
    assert plain.s.notes > 0
    assert own.s.follow == follow and own.s.notes == plain.s.notes


def test_lives_part_where_the_first_event_differs(scenario):
    numbers = simulate(scenario).buyers["number"]
    partings = [parting(life(scenario, ["today", "speed-to-lead"], int(number))) for number in numbers[:8]]
    assert any(partings), "these policies treat nobody differently"
    for number, split in zip(numbers, partings, strict=False):
        if split is not None:
            lives = life(scenario, ["today", "speed-to-lead"], int(number))
            one, other = lives.values()
            assert one[: split.shared] == other[: split.shared] and one != other
            assert split.day == min(event.day for event in split.next.values() if event is not None)


def test_equal_lives_do_not_part(scenario):
    number = int(simulate(scenario).buyers["number"].iloc[3])
    events = life(scenario, ["today"], number)["today"]
    assert parting({"one": events, "other": list(events)}) is None
    shorter = parting({"one": events, "other": events[:-1]})
    assert shorter is not None and shorter.shared == len(events) - 1 and shorter.next["other"] is None


def test_a_buyer_who_never_arrives_is_named_with_its_neighbours(scenario):
    numbers = set(simulate(scenario).buyers["number"])
    with pytest.raises(NoSuchBuyer, match="no buyer number 999999") as caught:
        life(scenario, ["today"], 999_999)
    assert len(caught.value.numbers) == 5 and set(caught.value.numbers) <= numbers


def test_the_first_parting_counts_not_the_longest():
    a, b, c = (Happening(day, "touched", "", 0.0, 0.0) for day in (1.0, 2.0, 3.0))
    split = parting({"x": [a, b], "y": [a, c], "z": [a, b]})
    assert split is not None and (split.day, split.shared) == (2.0, 1)


def arrivals(path, lines):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["day", "number"], *lines])
    return short(overrides=(f'market.demand.arrivals_file="{path}"',))


def test_a_list_of_arrivals_is_followed_and_one_more_changes_nobodys_luck(tmp_path):
    lines = [[f"{15 + 0.37 * n:.2f}", 100 + n] for n in range(60)]
    plain = simulate(arrivals(tmp_path / "plain.csv", lines), seed=2).buyers
    assert list(plain["number"]) == [100 + n for n in range(60)]
    assert list(plain["arrival_day"]) == [float(day) for day, _ in lines]
    more = simulate(arrivals(tmp_path / "more.csv", [*lines[:20], ["20.01", 7], *lines[20:]]), seed=2).buyers
    others = more[more["number"] != 7].reset_index(drop=True)
    # The journey may change along the way; where nobody switches it is the one that was drawn.
    assert len(more) == len(plain) + 1 and others[LATENT].equals(plain[LATENT])
