"""Comparing simulated policies until it is settled which is best."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from sim.experiment import compare, compare_until_settled
from sim.experiment.selection import Interrupted
from sim.measure.results import Failure
from sim.scenario import Policy, Scenario

SHORT = ["horizon.warmup_days=7", "horizon.counted_days=21", "horizon.follow_up_days=30"]
POLICIES = ["call-desk", "speed-to-lead", "recycle"]


@pytest.fixture(scope="module")
def olist() -> Scenario:
    return Scenario.load("olist", None, SHORT)


@pytest.fixture(scope="module")
def nearly() -> Policy:
    """A policy that is hardly another one."""
    desk = Policy.load("call-desk")
    return desk.model_copy(update={"name": "nearly", "prepare_hours": desk.prepare_hours * 1.1})


@pytest.fixture(scope="module")
def found(olist):
    return compare_until_settled(olist, POLICIES, max_seeds=60, indifference="3%")


def test_the_best_and_what_it_cost(found) -> None:
    assert found.finding in ("settled", "settled within indifference")
    assert (found.best, found.stopped) == ("speed-to-lead", "settled")
    assert found.spent["recycle"] == 10 < found.spent["call-desk"] == found.spent["speed-to-lead"]
    assert found.saved == len(found.replications) - 10
    assert found.saved_to_most == 180 - sum(found.spent.values())
    assert len(found.results) == sum(found.spent.values())
    assert found.standings[0].policy == "speed-to-lead"
    assert {one.policy: one.place for one in found.standings}["recycle"] == "worse"
    assert sum(one.share_best for one in found.standings) == pytest.approx(1.0)


def test_its_runs_are_those_of_an_ordinary_comparison(found, olist) -> None:
    plain = compare(olist, POLICIES, seeds=10, measures=["revenue_value"]).differences()
    ten = [run for run in found.results.runs if run.key.replication < 10]
    parts = {run.key[1:]: run.parts["revenue_value"] for run in ten}
    for estimate in plain.estimates:
        runs = [top / bottom for key, (top, bottom) in parts.items() if key[0] == estimate.policy]
        assert sum(runs) / len(runs) == pytest.approx(estimate.value)
    recycle = found.differences().between("recycle", "call-desk")
    assert recycle.value == pytest.approx(plain.between("recycle", "call-desk").value)
    # Intervals that hold at every moment are wider than those of a number of runs fixed beforehand.
    assert (
        recycle.high - recycle.low
        > plain.between("recycle", "call-desk").high - plain.between("recycle", "call-desk").low
    )


def test_neither_jobs_nor_executor_change_anything(found, olist) -> None:
    with ThreadPoolExecutor(2) as threads:
        others = [
            compare_until_settled(olist, POLICIES, max_seeds=60, indifference="3%", **how)
            for how in ({"jobs": 2}, {"executor": threads})
        ]
    for other in others:
        assert other.to_dict(["win_rate"]) == found.to_dict(["win_rate"])
        assert other.framed.buyers.equals(found.framed.buyers)


def test_processes_start_only_once(olist, nearly, monkeypatch) -> None:
    import sim.experiment.running as running

    pools = []
    started = running.processes
    monkeypatch.setattr(running, "processes", lambda jobs: pools.append(jobs) or started(jobs))
    found = compare_until_settled(olist, ["call-desk", nearly], indifference=0, max_seeds=16, jobs=2)
    assert len(found.contest.rounds) > 1
    assert pools == [2]
    with pytest.raises(ValueError, match="jobs must be"):
        compare_until_settled(olist, POLICIES, jobs=0)


def test_a_policy_against_itself_is_exactly_zero_and_a_tie_at_once(olist) -> None:
    itself = compare_until_settled(olist, ["today", "today"], max_seeds=500)
    assert (itself.finding, itself.best, itself.stopped) == ("tie", "today", "settled")
    assert itself.spent == {"today": 10, "today (2)": 10}
    gap = itself.differences().differences[0]
    assert (gap.value, gap.low, gap.high, gap.finding) == (0.0, 0.0, 0.0, "tie")
    assert all(itself.differences(name).differences[0].value == 0.0 for name in ("win_rate", "lead_count"))
    said = itself.verdict()
    assert said.startswith("In all 10 replications today and today (2) are the same") and "a tie" in said


def test_most_seeds_and_not_settled(olist, nearly) -> None:
    asked = []
    found = compare_until_settled(
        olist, ["call-desk", nearly], indifference=0, max_seeds=16, progress=lambda *at: asked.append(at)
    )
    assert (found.finding, found.stopped) == ("not settled", "max seeds")
    assert found.spent == {"call-desk": 16, "nearly": 16}
    assert "the most allowed, it is not settled which of" in found.verdict()
    assert asked[-1] == (32, 32)
    assert all(total == 32 for _, total in asked)
    needed = found.to_dict()["selection"]["replications_to_settle"]
    assert needed is None or needed > 16


def test_everything_goes_into_json_and_a_frame(found) -> None:
    answer = json.loads(json.dumps(found.to_dict(["win_rate"]), allow_nan=False))
    assert list(answer["measures"]) == ["revenue_value", "win_rate"]
    selection = answer["selection"]
    assert selection["guarantee"].startswith("With a probability of at least 95%, speed-to-lead is")
    assert "Fan, Hong and Nelson" in selection["procedure"]
    assert "at every moment" in answer["measures"]["revenue_value"]["method"]
    assert [row["replications"] for row in selection["rounds"]][:2] == [10, 15][: len(selection["rounds"])]
    frame = found.to_frame()
    assert list(frame["policy"]) == [one.policy for one in found.standings]
    assert frame["low"].iloc[0] == 0.0


def test_less_is_better_where_it_is(olist) -> None:
    quick = compare_until_settled(olist, ["patient", "speed-to-lead"], measure="speed_to_lead_p50_days")
    assert quick.best == "speed-to-lead"
    assert quick.differences().differences[0].value > 0
    assert "the lowest" in quick.verdict()


def interrupting(at: int):
    def progress(done: int, total: int) -> None:
        if done >= at:
            raise KeyboardInterrupt

    return progress


def test_an_interrupt_loses_nothing(olist, nearly) -> None:
    """The twelfth replication is complete, of the thirteenth there is half."""
    with pytest.raises(Interrupted) as caught:
        compare_until_settled(olist, ["call-desk", nearly], indifference=0, progress=interrupting(25))
    found = caught.value.found
    assert (found.stopped, found.finding) == ("interrupted", "not settled")
    assert found.spent == {"call-desk": 12, "nearly": 12}
    assert "when it was interrupted, it is not settled" in found.verdict()
    whole = compare_until_settled(olist, ["call-desk", nearly], indifference=0, max_seeds=12)
    assert found.differences().estimates == whole.differences().estimates


def test_an_interrupt_in_the_first_round_decides_nothing(olist) -> None:
    with pytest.raises(Interrupted) as caught:
        compare_until_settled(olist, POLICIES, progress=interrupting(8))
    found = caught.value.found
    assert found.finding == "not settled" and found.replications == (0, 1)
    assert not found.contest.beaten
    with pytest.raises(KeyboardInterrupt) as nothing:
        compare_until_settled(olist, POLICIES, progress=interrupting(2))
    assert not isinstance(nothing.value, Interrupted)


def test_failed_runs_are_left_out_for_all_and_said(olist, monkeypatch) -> None:
    import sim.experiment.running as running

    sound = running.finished_world

    def flawed(scenario, seed, *rest):
        if scenario.policy.name == "recycle" and seed == running.seed_of(0, 1):
            raise OSError("disk gone")
        return sound(scenario, seed, *rest)

    monkeypatch.setattr(running, "finished_world", flawed)
    found = compare_until_settled(olist, POLICIES[1:], max_seeds=20)
    assert [type(one) for one in found.failures] == [Failure]
    assert "1 of 10 seeds left out" in found.verdict()
    assert found.differences().estimates[1].missing == 1


def test_when_every_run_fails_it_ends(olist, monkeypatch) -> None:
    import sim.experiment.running as running

    def broken(*_):
        raise OSError("disk gone")

    monkeypatch.setattr(running, "finished_world", broken)
    found = compare_until_settled(olist, POLICIES)
    assert (found.stopped, len(found.failures)) == ("no value", 30)
    assert found.verdict().startswith("Nothing can be compared")
    assert all(math.isnan(one.value) for one in found.standings)
    assert found.to_dict()["selection"]["finding"] == "not settled"


def test_wrong_arguments(olist) -> None:
    for wrong, said in (
        ({"measure": "wun_rate"}, "nearest"),
        ({"measure": "let_go_rate"}, "neither more nor less"),
        ({"confidence": 95}, "did you mean"),
        ({"indifference": "much"}, "an indifference is"),
        ({"first_seeds": 5}, "10 replications or more"),
        ({"max_seeds": 5}, "fewer than"),
    ):
        with pytest.raises(ValueError, match=said):
            compare_until_settled(olist, POLICIES, **wrong)
    with pytest.raises(ValueError, match="two or more policies"):
        compare_until_settled(olist, ["today"])
