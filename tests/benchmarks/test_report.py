"""The table says what is met and what is not."""

from __future__ import annotations

from itertools import count

from benchmarks.report import Row, table
from benchmarks.rounds import TURN_SECONDS, Times, Variant, take_turns


def test_targets_are_met_from_either_side() -> None:
    assert Row("", 2.0, least=2.0).met is True
    assert Row("", 1.9, least=2.0).met is False
    assert Row("", 1.9, most=2.0).met is True
    assert Row("", 2.1, most=2.0).met is False
    assert Row("", 2.1).met is None


def test_a_missed_target_is_written_large() -> None:
    lines = table("Speed", [Row("fast", 41.0, "{:.0f} x", least=40), Row("slow", 39.0, "{:.0f} x", least=40)])
    fast, slow = lines.splitlines()[-2:]
    assert fast.split() == ["fast", "41", "x", "at", "least", "40", "x", "yes"]
    assert slow.split() == ["slow", "39", "x", "at", "least", "40", "x", "NO"]


def test_ratios_are_taken_within_rounds() -> None:
    # A machine twice as slow in the second round changes no ratio.
    assert Times([3.0, 6.0, 3.3]).ratio_to(Times([1.0, 2.0, 1.1])) == 3.0


def ticking(seconds: float):
    """A clock that moves on by so much whenever somebody looks."""
    moments = count(0.0, seconds)
    return lambda: next(moments)


def test_every_variant_has_its_turn_in_every_round() -> None:
    calls: list[tuple[str, int]] = []

    def note(name: str):
        def run(seed: int) -> float:
            calls.append((name, seed))
            return 1.0

        return run

    variants = {"a": Variant(note("a")), "b": Variant(note("b"), rounds=1)}
    times = take_turns(variants, rounds=2, first_seed=5, clock=ticking(1.0))
    assert calls == [("a", 5), ("b", 5), ("a", 6)]
    assert times["a"].seconds == [1.0, 1.0] and times["b"].seconds == [1.0]


def test_what_is_quick_is_run_again_until_its_turn_is_over() -> None:
    seeds: list[int] = []
    times = take_turns({"quick": Variant(lambda seed: seeds.append(seed) or 2.0)}, 1, 5, ticking(0.25))
    assert len(set(seeds)) == len(seeds) == TURN_SECONDS / 0.25
    assert times["quick"].seconds == [TURN_SECONDS / (2.0 * len(seeds))]
