"""What a design varies and which points it has."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.design_files import design_named
from sim.experiment.designs import Design, design_of
from sim.experiment.factors import factor_named, spelled
from sim.scenario import InvalidInput, Scenario
from sim.scenario.overrides import read_value

NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6, allow_nan=False))
TEXTS = st.text(
    st.characters(codec="ascii", exclude_characters="\x7f", categories=["L", "N", "P", "Zs"]), min_size=1
)
VALUES = st.one_of(NUMBERS, st.booleans(), TEXTS.filter(str.strip), st.lists(NUMBERS, max_size=3))


def levels(text: str) -> tuple:
    return factor_named(text).levels


@given(st.lists(VALUES, min_size=1, max_size=6, unique_by=spelled))
def test_levels_that_are_spelled_read_back_as_they_are(values: list) -> None:
    read = levels(f"policy.aim.shift={','.join(map(spelled, values))}")
    assert [spelled(one) for one in read] == [spelled(one) for one in values]


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        factor = factor_named(text)
    except InvalidInput as refused:
        assert str(refused)
    else:
        assert factor.is_range or factor.levels


@given(st.decimals(-100, 100, places=3), st.decimals("0.001", 100, places=3), st.integers(2, 50))
def test_evenly_spaced_values_are_the_nearest_doubles(low, width, count: int) -> None:
    first, last = Fraction(low), Fraction(low + width)
    found = levels(f"policy.aim.shift={low}:{low + width}:{count}")
    assert found == tuple(float(first + (last - first) * place / (count - 1)) for place in range(count))


@given(st.integers(1, 200), st.integers(1, 200), st.integers(2, 300))
def test_whole_settings_get_whole_numbers(low: int, width: int, count: int) -> None:
    found = levels(f"team.reps={low}:{low + width}:{count}")
    assert all(type(one) is int for one in found) and list(found) == sorted(set(found))
    assert (found[0], found[-1]) == (low, low + width) and len(found) <= count
    if count > 2 * width:
        assert list(found) == list(range(low, low + width + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team.reps=5,10,20", (5, 10, 20)),
        ("policy.zone.open=0.3:0.5:3", (0.3, 0.4, 0.5)),
        ("policy.response_target=30 min,4 business hours", ("30 min", "4 business hours")),
        ("policy.response_target=30 min:90 min:3", ("30.0 min", "60.0 min", "90.0 min")),
        ("policy.checkmark=0.1,never", (0.1, "never")),
        ("team.calendar.opens=08:30,09:00", ("08:30", "09:00")),
        ('team.calendar.opens="08:30"', ("08:30",)),
        ('policy.triggers=["score"],["score","age"]', (["score"], ["score", "age"])),
        ("policy.overlap=true,false", (True, False)),
        ("policy.attempts=1,3:5:3,9", (1, 3, 4, 5, 9)),
    ],
)
def test_spellings_of_levels(text: str, expected: tuple) -> None:
    assert levels(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("team.reps", "not of the form"),
        ("=5", "not of the form"),
        ("team.reps=", "not of the form"),
        ("team.reps=5,,6", "empty level"),
        ("team.reps=5,5", "level 5 twice"),
        ("policy.zone.open=0.8:0.3:5", "lower to a higher"),
        ("policy.zone.open=0.3:0.8:1", "2 to 10,000"),
        ("policy.zone.open=0.8:0.3", "lower to a higher"),
        ("policy.zone.open=0.1,0.3:0.8", "cannot stand among values"),
        ("policy.response_target=30 min:4 h:3", "different units"),
        ("team.reps=0.2:0.8", "no whole number"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        factor_named(text)


def test_a_grid_has_every_combination() -> None:
    design = Design.grid({"team.reps": [5, 10], "policy.zone.open": "0.3:0.5:3"})
    assert design.points == ((5, 0.3), (5, 0.4), (5, 0.5), (10, 0.3), (10, 0.4), (10, 0.5))
    assert design.settings(1) == ("team.reps=5", "policy.zone.open=0.4")
    assert Design.from_frame(design.to_frame()).points == design.points
    with pytest.raises(InvalidInput, match="is a range"):
        Design.grid({"team.reps": (1, 5)})


DRAWN = {"policy.zone.open": (0.25, 0.75), "team.reps": (3, 6), "policy.routing": ["pull", "round-robin"]}


@pytest.mark.parametrize("kind", [Design.latin_hypercube, Design.sobol, Design.random])
def test_drawn_points_fill_their_ranges(kind) -> None:
    design = kind(DRAWN, 256, seed=1)
    frame = design.to_frame()
    assert len(design) == 256 and kind(DRAWN, 256, seed=1) == design != kind(DRAWN, 256, seed=2)
    assert frame["policy.zone.open"].between(0.25, 0.75).all()
    # 256 draws of four equally likely numbers: a count is within 6 standard errors of 64.
    counts = frame["team.reps"].value_counts()
    assert set(counts.index) == {3, 4, 5, 6} and (counts - 64).abs().max() <= 6 * np.sqrt(256 * 0.25 * 0.75)
    assert set(frame["policy.routing"]) == {"pull", "round-robin"}


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    found = Design.latin_hypercube({"policy.zone.open": (0.0, 1.0), "policy.zone.close": (0.0, 2.0)}, 50)
    for column, width in enumerate((1.0, 2.0)):
        slices = [int(point[column] / width * 50) for point in found.points]
        assert sorted(slices) == list(range(50))


def test_a_sobol_sequence_has_a_power_of_two_of_points() -> None:
    with pytest.raises(InvalidInput, match="64 or 128"):
        Design.sobol(DRAWN, 100)


def test_a_range_alone_makes_a_latin_hypercube() -> None:
    design = design_of({"policy.zone.open": (0.3, 0.8), "team.reps": [5, 10]})
    assert design.kind == "latin-hypercube" and len(design) == 20


def test_one_setting_is_varied_once() -> None:
    with pytest.raises(InvalidInput, match=r"the same setting as team\.reps"):
        design_of({"team.reps": [1], "team.reps.count": [2]})
    with pytest.raises(InvalidInput, match=r"the same setting as policy\.aim\.open"):
        design_of([factor_named("policy.aim.open=0.3"), factor_named("policy.zone.open=0.3")])


@pytest.mark.parametrize(
    ("varied", "said"),
    [
        ({"policy.zone.opne": [0.3]}, r"nearest  policy\.aim\.open"),
        ({"team.rep": [3]}, r"nearest  team\.reps"),
        ({"team.reps": [3, 0]}, r"team\.reps=0: team\.reps\.count\n  problem  is out of range"),
        ({"policy.response_target": ["30 minn"]}, "nearest  min"),
        ({"market.channels.emial.cost_value": [1]}, r"nearest  market\.channels\.email\.cost_value"),
    ],
)
def test_a_scenario_refuses_what_it_does_not_have(scenario: Scenario, varied: dict, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        raise InvalidInput(design_of(varied).problems(scenario))


class TestFiles:
    def write(self, folder: Path, name: str, text: str) -> str:
        (folder / name).write_text(text, encoding="utf-8")
        return str(folder / name)

    def test_toml(self, tmp_path):
        text = """
            kind = "latin-hypercube"
            samples = 8
            seed = 3
            policies = ["today", "patient"]
            seeds = 5
            [vary]
            policy.zone.open = "0.3:0.8"
            "team.reps" = [5, 10, 20]
            market.demand.growth_per_year = { low = 0, high = 0.2 }
        """
        design = design_named(self.write(tmp_path, "a.toml", text))
        assert design.paths == ("policy.zone.open", "team.reps", "market.demand.growth_per_year")
        assert (design.kind, len(design), design.policies, design.seeds) == (
            "latin-hypercube", 8, ("today", "patient"), 5,
        )  # fmt: skip
        other = design_named(str(tmp_path / "a.toml"), [factor_named("team.reps=7")])
        assert {point[1] for point in other.points} == {7}

    def test_tables(self, tmp_path):
        text = 'team.reps,policy.response_target\n5,30 min\n\n10,"4 h"\n'
        design = design_named(self.write(tmp_path, "a.csv", text))
        assert design.points == ((5, "30 min"), (10, "4 h")) and design.kind == "table"
        design.to_frame().to_parquet(tmp_path / "a.parquet")
        assert design_named(str(tmp_path / "a.parquet")) == design
        named = self.write(tmp_path, "b.toml", 'table = "a.csv"\nseeds = 2')
        assert design_named(named).points == design.points and design_named(named).seeds == 2

    def test_drawn_without_a_file(self):
        assert len(design_named("sobol:8", [factor_named("team.reps=1:9")])) == 8

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("a.csv", "team.reps\n5\n", ""),
            (
                "a.csv",
                "team.reps,policy.attempts\n5,3\n6,\n",
                r"a\.csv, line 3: policy\.attempts\n.*is empty",
            ),
            ("a.csv", "team.reps,policy.attempts\n5\n", r"a\.csv, line 2\n.*2 columns"),
            ("a.csv", "team.reps,\n5,3\n", "column without a name"),
            ("a.csv", "team.reps\n", "has no points"),
            (
                "a.toml",
                'kind = "sobl"\n[vary]\nteam.reps = [3]',
                r"line 1: kind\n.*\n.*\n.*\n.*nearest  sobol",
            ),
            ("a.toml", 'kind = "sobol"\n[vary]\nteam.reps = "3:5"', "needs the number of its points"),
            ("a.toml", 'sampels = 3\n[vary]\nteam.reps = "3:5"', "nearest  samples"),
            ("a.toml", '[vary]\nteam.reps = "5:3:2"', r"line 2: team\.reps\n.*lower to a higher"),
            ("a.toml", "vary = 3", "should be a table"),
            ("a.toml", "[vary\n", "not valid TOML"),
            ("a.toml", 'kind = "table"\n', "needs the file of its points"),
            ("a.xlsx", "", "no design that can be read"),
        ],
    )
    def test_mistakes_name_file_and_place(self, tmp_path, name, text, said):
        path = self.write(tmp_path, name, text)
        if not said:
            assert len(design_named(path)) == 1
            return
        with pytest.raises(InvalidInput, match=said):
            design_named(path)

    @pytest.mark.parametrize("name", ["no.toml", "no.csv", "no.parquet"])
    def test_a_file_that_is_not_there(self, tmp_path, name):
        with pytest.raises(InvalidInput, match=r"no such file|No such file"):
            design_named(str(tmp_path / name))

    def test_a_value_that_is_not_allowed_names_its_row(self, tmp_path, scenario):
        path = self.write(tmp_path, "a.csv", "team.reps\n5\n0\n")
        with pytest.raises(InvalidInput, match=r"a\.csv, line 3.*team\.reps=0"):
            raise InvalidInput(design_named(path).problems(scenario))
        frame = pd.DataFrame({"team.reps": [5, 0]})
        with pytest.raises(InvalidInput, match=r"table, row 2.*team\.reps=0"):
            raise InvalidInput(Design.from_frame(frame).problems(scenario))


def test_values_read_back_from_their_spelling() -> None:
    for value in (0.1, 5, True, "30 min", "5", ["score"], {"open": 0.3}):
        assert read_value(spelled(value)) == value and type(read_value(spelled(value))) is type(value)
