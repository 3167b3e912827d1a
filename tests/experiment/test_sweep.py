"""A scenario at every point of a design."""

from __future__ import annotations

import os
import shlex
import signal
import sys

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli.group import relay
from sim.experiment import Design, compare, simulate, sweep
from sim.experiment.best_points import best_points
from sim.experiment.blocks import Block, Common
from sim.experiment.making import OtherRules, all_made
from sim.experiment.sweep import variants_of
from sim.experiment.sweep_result import InMemory, Sweep
from sim.experiment.sweep_rows import Rows
from sim.measure.measures import MEASURES
from sim.scenario import InvalidInput, Policy

from .conftest import short


@pytest.fixture(scope="module")
def found() -> Sweep:
    return sweep(
        short("olist"), {"policy.zone.open": [0.3, 0.6], "team.reps": [5, 20]}, ["today", "patient"], seeds=3
    )


def test_a_point_is_the_scenario_with_its_settings(found):
    changed = (
        short("olist").with_policy("patient").with_overrides(["policy.aim.open=0.6", "team.reps.count=5"])
    )
    alone = simulate(changed, seeds=3, keep="measures")
    frame = found.to_frame()
    there = frame[(frame["point"] == 2) & (frame["policy"] == "patient")]
    for name in ("revenue_value", "win_rate", "rep_utilisation_rate"):
        assert there[name].to_list() == alone.measure(name)["value"].to_list()


def test_frames_are_tidy(found):
    frame = found.to_frame(["win_rate"])
    keys = ["point", "policy.zone.open", "team.reps", "scenario", "policy", "seed", "replication"]
    assert list(frame.columns) == [*keys, "win_rate"] and len(frame) == 4 * 2 * 3 == len(found)
    assert list(found.to_frame().columns[7:]) == list(MEASURES)
    parts = found.parts(["win_rate"])
    ratio = parts["win_rate.numerator"] / parts["win_rate.denominator"]
    assert np.allclose(ratio, frame["win_rate"], equal_nan=True)
    assert "4 points, today, patient, 24 runs" in repr(found)


def test_policies_meet_the_same_buyers_as_in_a_comparison(found):
    scenario = short("olist").with_overrides(["policy.zone.open=0.3", "team.reps=5"])
    policies = {name: Policy.load(name).model_copy() for name in ("today", "patient")}
    policies = {name: scenario.with_policy(one).with_overrides(["policy.zone.open=0.3"]).policy
                for name, one in policies.items()}  # fmt: skip
    compared = compare(scenario, policies, seeds=3)
    frame = found.to_frame(["revenue_value"])
    for name in policies:
        there = frame[(frame["point"] == 0) & (frame["policy"] == name)]["revenue_value"].to_list()
        assert there == [top for top, _ in compared.results.parts("revenue_value", name)]


def test_arrays_have_a_dimension_per_factor_of_a_grid(found):
    data = found.to_xarray(["revenue_value"])
    assert dict(data.sizes) == {"policy.zone.open": 2, "team.reps": 2, "policy": 2, "replication": 3}
    frame = found.to_frame(["revenue_value"])
    chosen = data["revenue_value"].sel({"policy.zone.open": 0.6, "team.reps": 20, "policy": "patient"})
    there = frame[(frame["point"] == 3) & (frame["policy"] == "patient")]
    assert chosen.values.tolist() == there["revenue_value"].to_list()
    assert data["revenue_value"].attrs["unit"] == "money"


def test_arrays_have_points_where_there_is_no_grid():
    drawn = Design.latin_hypercube({"team.reps": (3, 30), "policy.routing": ["pull", "round-robin"]}, 3)
    data = sweep(short("olist"), drawn, seeds=2).to_xarray(["lead_count"])
    assert dict(data.sizes) == {"point": 3, "policy": 1, "replication": 2}
    assert data["team.reps"].values.tolist() == [point[0] for point in drawn.points]
    assert data["policy.routing"].values.tolist() == [point[1] for point in drawn.points]


def test_without_xarray_the_extra_is_named(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ModuleNotFoundError, match=r"relay-handoff\[xarray\]"):
        found.to_xarray()


def test_settings_that_contradict_each_other_fail_and_the_rest_runs():
    crossed = {"policy.zone.open": [0.3, 0.6], "policy.zone.close": [0.5, 0.9]}
    found = sweep(short("olist"), crossed, seeds=2)
    assert len(found) == 6 and sorted(set(found.failures["point"])) == [2]
    row = found.failures.iloc[0]
    assert row["stage"] == "prepare" and "opens after it closes" in row["message"]
    assert row["policy.zone.open"] == 0.6
    repeated = CliRunner().invoke(relay, shlex.split(row["command"])[1:])
    assert repeated.exit_code == 2 and "opens after it closes" in repeated.output


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ({"policy.zone.open": [0.6, 0.7], "policy.zone.close": [0.5]}, "none of the 2 points"),
        ({"policy.nurture.channel": ["emial", "email"]}, "nearest  email"),
        (
            pd.DataFrame({"policy.medium": ["notes", "pigeon"]}),
            r'table, row 2: override .policy\.medium="pigeon"',
        ),
        ({"team.reps": [3, 0]}, "at least 1"),
        ({"team.rep": [3]}, r"nearest  team\.reps"),
        ({}, "varies nothing"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_runs(design, said, monkeypatch):
    module = sys.modules["sim.experiment.sweep"]
    monkeypatch.setattr(module, "all_made", lambda *_: pytest.fail("something was run"))
    with pytest.raises(InvalidInput, match=said):
        sweep(short("olist"), design)


def test_a_name_that_another_factor_brings_is_no_mistake():
    pigeons = {"team.media.pigeon.retention": [0.1, 0.9], "policy.medium": ["pigeon", "notes"]}
    assert len(sweep(short("olist"), pigeons, seeds=1)) == 4


def test_two_policies_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two policies are called 'today'"):
        variants_of("olist", ["today", "today"])
    assert list(variants_of("olist", {"a": "today", "b": "today"})) == ["a", "b"]


class Deadly(type(short())):  # type: ignore[misc]
    """A scenario that takes the process with it which builds a point of it."""

    def with_overrides(self, overrides):
        if overrides == ("team.reps=6",):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().with_overrides(overrides)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_that_kills_its_process_ends_nothing_but_itself():
    plain = short("olist")
    deadly = Deadly.model_construct(**{name: getattr(plain, name) for name in type(plain).model_fields})
    common = Common((deadly,), ("today",), 0)
    wanted = [Block(point, (f"team.reps={5 + point}",), 0, (0, 1)) for point in range(4)]
    done = list(all_made(common, iter(wanted), jobs=2))
    finished = {(one.block.point, number) for one in done for number in one.replications}
    assert finished == {(point, number) for point in (0, 2, 3) for number in (0, 1)}
    failed = {(one.block.point, number, stage) for one in done for number, stage, _ in one.failed}
    assert failed == {(1, 0, "run"), (1, 1, "run")}
    same = list(all_made(Common((plain,), ("today",), 0), iter([wanted[0], *wanted[2:]])))
    parts = {one.block.point: one.parts for one in same}
    for one in done:
        if len(one.replications) == 2:
            assert one.parts.tobytes() == parts[one.block.point].tobytes()


def test_a_worker_of_another_version_is_refused(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr("sim.experiment.blocks.bits", lambda: "others")
    with ThreadPoolExecutor(1) as executor, pytest.raises(OtherRules, match="another version"):
        sweep(short("olist"), {"team.reps": [5]}, seeds=1, executor=executor)


class TestBestPoints:
    """Known answers, from made-up runs."""

    def made_up(self, means: list[float], spread: float, seeds: int, seed: int, shared: float = 0.0) -> Sweep:
        """Points with these means of revenue, and luck of which some is shared by all points."""
        chance = np.random.default_rng(seed)
        luck = spread * chance.standard_normal((len(means), seeds)) + shared * chance.standard_normal(seeds)
        parts = np.zeros((len(means) * seeds, len(MEASURES), 2))
        parts[..., 1] = 1.0
        parts[:, list(MEASURES).index("revenue_value"), 0] = (np.array(means)[:, None] + luck).ravel()
        points = np.repeat(np.arange(len(means)), seeds)
        rows = Rows(points, np.zeros_like(points), np.tile(np.arange(seeds), len(means)), parts)
        design = Design.grid({"team.reps": list(range(1, len(means) + 1))})
        return Sweep(short(), design, ("today",), tuple(range(seeds)), 0, tuple(MEASURES), InMemory(rows))

    def test_what_is_shared_does_not_blur(self):
        (best,) = best_points(self.made_up([1.0, 2.0, 3.0], 0.01, 10, 0, shared=100.0))
        assert best.point == 2 and best.rivals == () and best.compared == 3

    def test_equal_points_are_all_as_good(self):
        (best,) = best_points(self.made_up([1.0, 1.0, 1.0], 0.0, 5, 0, shared=1.0))
        assert set(best.rivals) | {best.point} == {0, 1, 2} and best.twins == best.rivals

    def test_one_replication_settles_nothing(self):
        (best,) = best_points(self.made_up([1.0, 2.0], 0.1, 1, 0))
        assert best.point == 1 and best.rivals == (0,) and best.twins == () and np.isnan(best.estimate.low)

    @pytest.mark.statistical
    def test_the_truly_best_point_is_found_or_among_the_rivals(self):
        """In at least 95% of experiments, up to six standard errors of a share counted in 200 of them."""
        means, experiments = [0.0, 0.2, 0.4, 0.45, 0.5], 200
        held = sum(
            best.point == 4 or 4 in best.rivals
            for seed in range(experiments)
            for best in best_points(self.made_up(means, 0.5, 8, seed))
        )
        assert held / experiments >= 0.95 - 6 * np.sqrt(0.95 * 0.05 / experiments)

    def test_less_is_better_where_the_measure_says_so(self, found):
        (today, _) = best_points(found, "speed_to_lead_p50_days")
        frame = found.to_frame(["speed_to_lead_p50_days"])
        means = frame[frame["policy"] == "today"].groupby("point")["speed_to_lead_p50_days"].mean()
        assert today.point == means.idxmin()
