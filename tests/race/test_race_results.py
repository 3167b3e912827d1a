"""Loading races, their luck, their frames and what the command line is told."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from sim.experiment.race import MEASURES, compare_races, race_table, simulate_race
from sim.scenario import InvalidInput, Scenario, load
from sim.scenario.athletes import Race


@pytest.fixture(scope="module")
def shipped() -> Race:
    return Race.load("relay-4x100")


def test_every_kind_of_document_loads_by_one_name(shipped) -> None:
    assert load("relay-4x100") == shipped and hash(load("relay-4x100")) == hash(shipped)
    assert shipped.name == "relay-4x100" and shipped.title and shipped.sources


def test_a_race_is_no_market_and_a_market_no_race() -> None:
    with pytest.raises(InvalidInput, match="kind"):
        Scenario.load("relay-4x100")
    with pytest.raises(InvalidInput, match="relay of athletes"):
        Race.load("considered")


def test_athletes_have_no_policy() -> None:
    with pytest.raises(InvalidInput, match="no policy"):
        load("relay-4x100", "patient")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("exchange.aim_meters=12", "exchange.aim_metres"),
        ("exchange.aim_metres=31", "outside the zone"),
        ("runners.top_speed=0", "runners.top_speed"),
        ("zone.opens_before_metres=60", "first half of a leg"),
        ("zone.length_metres=90", "next leg"),
    ],
)
def test_what_is_wrong_is_named(shipped, override, said) -> None:
    with pytest.raises(InvalidInput, match=said):
        shipped.with_overrides([override])


def test_a_mistake_in_a_file_comes_with_its_line(tmp_path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('kind = "athletes"\n\n[runners]\ntop_speed = -1\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"mine\.toml, line 4"):
        load(file)


def test_a_race_may_extend_another(tmp_path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "relay-4x100"\n\n[exchange]\naim_metres = 15\n', encoding="utf-8")
    found = load(file)
    assert found.exchange.aim_metres == 15 and found.name == "mine"


class TestLuck:
    def test_equal_seeds_are_equal_races(self, shipped) -> None:
        first, second = (simulate_race(shipped, seed=3, seeds=20) for _ in range(2))
        pd.testing.assert_frame_equal(first.exchanges, second.exchanges)
        pd.testing.assert_frame_equal(first.races, second.races)

    def test_replications_do_not_depend_on_their_company(self, shipped) -> None:
        many, one = simulate_race(shipped, seeds=12), simulate_race(shipped, seeds=[7])
        np.testing.assert_equal(astuple(many.laps[7]), astuple(one.laps[0]))  # nan equals nan here

    def test_runners_are_the_same_whatever_the_exchange(self, shipped) -> None:
        later = shipped.with_overrides(["exchange.aim_metres=20", "zone.length_metres=25"])
        one, other = (simulate_race(race, seeds=10) for race in (shipped, later))
        assert (one.races["individual_seconds"] == other.races["individual_seconds"]).all()
        assert (one.exchanges["position"] != other.exchanges["position"][: len(one.exchanges)]).any()

    def test_other_seeds_are_other_races(self, shipped) -> None:
        one, other = (simulate_race(shipped, seed=seed, seeds=5) for seed in (0, 1))
        assert not set(one.races["individual_seconds"]) & set(other.races["individual_seconds"])


class TestFrames:
    def test_exchanges_speak_the_language_of_buyers(self, shipped) -> None:
        rows = simulate_race(shipped, seeds=5).exchanges
        shared = {
            "lap",
            "position",
            "speed_lost_rate",
            "zone_open",
            "zone_close",
            "early",
            "late",
            "slow",
            "verdict",
        }
        assert shared | {"seed", "replication", "speed_in", "speed_out"} <= set(rows)

    def test_measures_are_means_of_the_frames(self, shipped) -> None:
        run = simulate_race(shipped, seeds=200)
        measures = run.measures.set_index("measure")
        assert set(measures.index) == set(MEASURES)
        rows, races = run.exchanges, run.races
        failed = rows["early"] | rows["late"]
        assert measures.loc["failed_exchange_rate", "value"] == pytest.approx(failed.mean())
        assert measures.loc["clean_exchange_rate", "value"] == pytest.approx(
            (rows["verdict"] == "clean").mean()
        )
        assert measures.loc["exchange_saving_seconds", "value"] == pytest.approx(
            rows["saving_seconds"][~failed].mean()
        )
        assert measures.loc["race_time_seconds", "value"] == pytest.approx(races["race_time_seconds"].mean())
        assert measures.loc["race_time_seconds", "count"] == races["finished"].sum()
        assert run.value("finished_rate") == races["finished"].mean()

    def test_intervals_of_means_of_races_are_students(self, shipped) -> None:
        """For a measure with one value per race the error is the textbook's s / sqrt(n)."""
        run = simulate_race(shipped, seeds=50)
        row = run.measures.set_index("measure").loc["finished_rate"]
        finished = run.races["finished"].astype(float)
        assert row["standard_error"] == pytest.approx(finished.std(ddof=1) / np.sqrt(50))
        assert row["high"] - row["value"] == pytest.approx(2.0096 * row["standard_error"], rel=1e-4)

    def test_an_unknown_measure_is_refused(self, shipped) -> None:
        with pytest.raises(ValueError, match="not one of"):
            simulate_race(shipped, seeds=1).value("medals")

    def test_no_races_are_refused(self, shipped) -> None:
        with pytest.raises(ValueError, match="one or more"):
            simulate_race(shipped, seeds=0)


def test_settings_are_compared_on_the_same_races(shipped) -> None:
    races = {"early": shipped.with_overrides(["exchange.aim_metres=5"]), "later": shipped}
    table = compare_races(races, seeds=30)
    assert list(table["race"].unique()) == ["early", "later"] and len(table) == 2 * len(MEASURES)
    alone = simulate_race(shipped, seeds=30).value("exchange_saving_seconds")
    row = table.query("race == 'later' and measure == 'exchange_saving_seconds'")
    assert row["value"].item() == alone


def test_the_command_line_gets_a_table_and_a_sentence() -> None:
    table, sentence = race_table("relay-4x100", seeds=40)
    assert list(table["measure"]) == list(MEASURES) and table["meaning"].str.len().min() > 10
    assert "40 races" in sentence and sentence.count(".") >= 1 and sentence.endswith(".")


def test_a_race_nobody_finishes_is_said_so(shipped) -> None:
    never = shipped.with_overrides(["exchange.go_mark_metres=45", "exchange.ease_pace_rate=1"])
    assert "nobody finishes" in race_table(never, seeds=3)[1]
