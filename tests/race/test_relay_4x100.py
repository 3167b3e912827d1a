"""The relay of athletes: published orders of magnitude and directions, from the same exchange equations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.experiment.race import RaceResults, simulate_race
from sim.scenario.athletes import Race

pytestmark = pytest.mark.statistical

RACES = 1200
SURE = float(stats.norm.ppf(1 - 1e-4 / 2))
"""Standard errors by which a mean must differ; a true equality passes for a difference once in 10,000."""


@pytest.fixture(scope="module")
def shipped() -> Race:
    return Race.load("relay-4x100")


@pytest.fixture(scope="module")
def results(shipped):
    """Races under single settings, each run once; equal seeds are equal runners with equal luck."""
    known: dict[tuple[str, ...], RaceResults] = {}

    def _results(*overrides: str) -> RaceResults:
        if overrides not in known:
            known[overrides] = simulate_race(shipped.with_overrides(overrides), seeds=RACES)
        return known[overrides]

    return _results


def first_exchange(results: RaceResults, column: str) -> np.ndarray:
    """One value per race: the first exchange, which takes place in all of them."""
    return results.exchanges.query("lap == 1")[column].to_numpy(dtype=float)


def kept(results: RaceResults) -> np.ndarray:
    """What each race saves in all its exchanges; a failed one, and those that never come, save nothing."""
    rows = results.exchanges
    saved = np.where(rows["early"] | rows["late"], 0.0, rows["saving_seconds"])
    return np.bincount(rows["replication"], weights=saved, minlength=RACES)


def saved_by_both(one: RaceResults, other: RaceResults) -> list[np.ndarray]:
    """Savings of the first exchange in the races in which it fails under neither setting."""
    failed = [first_exchange(run, "early") + first_exchange(run, "late") for run in (one, other)]
    inside = (failed[0] + failed[1]) == 0
    return [first_exchange(run, "saving_seconds")[inside] for run in (one, other)]


def surely_more(more: np.ndarray, less: np.ndarray) -> bool:
    """Whether the mean difference of pairs exceeds `SURE` of its standard errors, s / sqrt(n)."""
    difference = more - less
    return bool(np.mean(difference) > SURE * np.std(difference, ddof=1) / np.sqrt(len(difference)))


class TestOrdersOfMagnitude:
    def test_savings_are_those_of_practice(self, results) -> None:
        """T9.12: 0.5 to 0.8 s, against an ideal of 0.92 s or more; the 95 % interval must lie inside."""
        measures = results().measures.set_index("measure")
        assert measures.loc["exchange_saving_seconds", "low"] > 0.5
        assert measures.loc["exchange_saving_seconds", "high"] < 0.8

    def test_failures_are_those_of_championships(self, results) -> None:
        """T9.17: 3 to 8 % of exchanges; the 95 % interval must lie inside."""
        measures = results().measures.set_index("measure")
        assert measures.loc["failed_exchange_rate", "low"] > 0.03
        assert measures.loc["failed_exchange_rate", "high"] < 0.08

    def test_a_practised_team_keeps_its_speed(self, results) -> None:
        """T9.14: at the exchange at least 96 % of the average speed over 100 m, for the best teams."""
        practised = results("exchange.go_mark_noise_metres=0.25", "exchange.aim_metres=18")
        alone = practised.races["individual_seconds"].mean() / 4
        passed = practised.exchanges.query("not late and not early")
        assert passed["speed_out"].mean() > 0.96 * 100.0 / alone

    def test_a_race_is_faster_than_its_runners(self, results) -> None:
        """T9.12: a relay beats the sum of its runners' own times."""
        assert results().measures.set_index("measure").loc["team_saving_seconds", "low"] > 0


class TestDirections:
    def test_noise_makes_exchanges_fail_and_costs_time(self, results) -> None:
        runs = [results(f"exchange.go_mark_noise_metres={noise}") for noise in (1.0, 2.5, 4.0)]
        for less, more in pairwise(runs):
            assert surely_more(first_exchange(more, "late"), first_exchange(less, "late"))
            assert surely_more(kept(less), kept(more))

    def test_a_later_exchange_is_better_inside_the_zone(self, results) -> None:
        """T9.13, among exchanges that do not fail."""
        runs = [results(f"exchange.aim_metres={aim}") for aim in (4, 7, 11)]
        for sooner, later in pairwise(runs):
            assert surely_more(*saved_by_both(later, sooner))

    @pytest.mark.parametrize(("noise", "best"), [(0.5, 18), (2.5, 10)])
    def test_the_best_aim_lies_inside_the_zone(self, results, noise, best) -> None:
        """T9.13: neither near the start mark nor at the end, once failed exchanges save nothing."""
        runs = [
            kept(results(f"exchange.go_mark_noise_metres={noise}", f"exchange.aim_metres={aim}"))
            for aim in (4, best, 28)
        ]
        assert surely_more(runs[1], runs[0])
        assert surely_more(runs[1], runs[2])

    def test_a_team_with_less_noise_aims_later(self, results) -> None:
        sure, unsure = "exchange.go_mark_noise_metres=0.5", "exchange.go_mark_noise_metres=3"
        near, far = "exchange.aim_metres=8", "exchange.aim_metres=14"
        gain_sure = kept(results(sure, far)) - kept(results(sure, near))
        gain_unsure = kept(results(unsure, far)) - kept(results(unsure, near))
        assert surely_more(gain_sure, gain_unsure)
        assert surely_more(gain_sure, np.zeros(RACES))

    def test_the_longer_zone_forgives_more(self, results) -> None:
        """T9.1: 20 m against 30 m with the same start mark."""
        short = ["length_metres=20", "opens_before_metres=10", "start_mark_metres=-10"]
        old = results(*(f"zone.{one}" for one in short), "exchange.aim_metres=5")
        new = results("exchange.aim_metres=15")
        np.testing.assert_allclose(
            first_exchange(old, "go_mark_metres"), first_exchange(new, "go_mark_metres"), rtol=1e-12
        )
        failed = [first_exchange(one, "late") + first_exchange(one, "early") for one in (old, new)]
        assert surely_more(*failed)

    def test_faster_teams_save_less_with_the_same_marks(self, results) -> None:
        """T9.19: without luck the saving is (go-mark - reach) / speed - reaction, which falls with speed."""
        quiet = [f"runners.{name}=0" for name in ("speed_spread", "form_spread", "reaction_spread")]
        quiet += [
            "runners.tired_pace_rate=1",
            "exchange.go_mark_noise_metres=0",
            "exchange.go_mark_metres=11",
        ]
        for speed in (10.0, 11.0, 12.0):
            run = simulate_race(
                results().race.with_overrides([*quiet, f"runners.top_speed={speed}"]), seeds=1
            )
            # Incoming runners lack exp(-t / tau) of their top speed, over less than 30 m of mark and zone.
            bound = 30.0 / speed * np.exp(-6.0 / 1.18)
            saved = run.exchanges["saving_seconds"].to_numpy()
            assert saved == pytest.approx((11.0 - 1.0) / speed - 0.15, abs=bound)
        teams = (
            results("exchange.go_mark_metres=11", f"runners.top_speed={speed}") for speed in (10.0, 12.0)
        )
        assert surely_more(*saved_by_both(*teams))


class TestFaults:
    def test_who_starts_far_too_early_is_never_caught(self, shipped) -> None:
        race = shipped.with_overrides(["exchange.go_mark_metres=40", "exchange.ease_pace_rate=1"])
        run = simulate_race(race, seeds=20)
        assert run.exchanges["late"].all() and (run.exchanges["verdict"] == "late").all()
        met = run.exchanges["position"].dropna()
        assert (met > run.exchanges["zone_close"][met.index]).all() and len(met) < len(run.exchanges) == 20
        assert run.value("finished_rate") == 0 and np.isnan(run.value("race_time_seconds"))

    def test_who_starts_too_late_gives_the_saving_away(self, shipped) -> None:
        """At a go-mark next to the start mark the baton waits for the reaction: it passes at rest."""
        race = shipped.with_overrides(["exchange.go_mark_metres=1", "exchange.go_mark_noise_metres=0"])
        rows = simulate_race(race, seeds=20).exchanges
        assert (rows["speed_out"] == 0).all() and (rows["speed_lost_rate"] == 1).all()
        assert (rows["saving_seconds"] < 0).all() and (rows["verdict"] == "slow").all()
        assert (rows["position"] == rows["zone_open"]).all()

    def test_before_the_zone_is_early(self, shipped) -> None:
        old = ["zone.length_metres=20", "zone.opens_before_metres=10", "zone.start_mark_metres=-10"]
        race = shipped.with_overrides([*old, "exchange.aim_metres=3", "exchange.go_mark_metres=8"])
        rows = simulate_race(race, seeds=200).exchanges
        early = rows[rows["early"]]
        assert len(early) and (early["verdict"] == "early").all()
        assert (early["position"] < early["zone_open"]).all()

    def test_the_team_is_out_after_a_failure(self, results) -> None:
        run = results()
        races, rows = run.races, run.exchanges
        failed = rows[rows["early"] | rows["late"]]
        assert failed["replication"].is_unique
        assert set(failed["replication"]) == set(races.loc[~races["finished"], "replication"])
        last = rows.groupby("replication")["lap"].max()
        assert (failed.set_index("replication")["lap"] == last[failed["replication"]]).all()

    def test_the_baton_never_speeds_up_in_a_pass(self, results) -> None:
        rows = results().exchanges.query("not late and not early")
        assert (rows["speed_out"] <= rows["speed_in"] + 1e-9).all()
        assert ((rows["speed_lost_rate"] >= 0) & (rows["speed_lost_rate"] <= 1)).all()
