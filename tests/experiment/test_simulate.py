from __future__ import annotations

import multiprocessing
import pickle
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from sim.experiment import RunFailed, running, simulate
from sim.measure.frames import FRAMES, KEYS
from sim.measure.measures import MEASURES, measures_of
from sim.measure.records import records_of

from .conftest import short

FILLED = [name for name in FRAMES if name != "events"]


def same(one, other) -> bool:
    """Every frame and every measure alike to the last bit."""
    alike = one.measures.equals(other.measures)
    return alike and all(getattr(one, name).equals(getattr(other, name)) for name in FILLED)


def test_a_run_is_a_function_of_scenario_and_seed(scenario):
    assert same(simulate(scenario, seed=3), simulate(scenario, seed=3))
    assert not simulate(scenario, seed=3).buyers.equals(simulate(scenario, seed=4).buyers)


def test_one_process_or_two_give_the_same_bits(scenario):
    assert same(simulate(scenario, seeds=3), simulate(scenario, seeds=3, jobs=2))


@pytest.mark.parametrize("kind", ["fork", "spawn"])
def test_processes_leave_interrupts_to_the_one_that_started_them(monkeypatch, kind):
    if kind not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {kind} here")
    context = multiprocessing.get_context(kind)
    monkeypatch.setattr(multiprocessing, "get_context", lambda _: context)
    with running.processes(1) as pool:
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) != signal.SIG_IGN


def test_any_executor_will_do(scenario):
    with ThreadPoolExecutor(2) as threads:
        assert same(simulate(scenario, seeds=3), simulate(scenario, seeds=3, executor=threads))
        assert threads.submit(len, "open").result() == 4, "an executor that is lent stays open"


def test_a_run_does_not_depend_on_its_company(scenario):
    forward, backward = simulate(scenario, seeds=[0, 1, 2]), simulate(scenario, seeds=[2, 1, 0])
    assert list(backward.totals["replication"]) == [2, 1, 0]
    for replication in range(3):
        one = forward.where(lambda key, wanted=replication: key.replication == wanted)
        other = backward.where(lambda key, wanted=replication: key.replication == wanted)
        assert same(one, other)
    assert same(forward.where(lambda key: key.replication == 0), simulate(scenario))
    assert same(forward, simulate(scenario, seeds=2) + simulate(scenario, seeds=range(2, 3)))


def test_keeping_measures_gives_the_same_measures_and_no_frames(scenario):
    slim = simulate(scenario, seeds=2, keep="measures")
    assert slim.measures.equals(simulate(scenario, seeds=2).measures)
    assert slim.totals.equals(simulate(scenario, seeds=2).totals)
    with pytest.raises(ValueError, match="measures only"):
        slim.buyers  # noqa: B018
    assert len(pickle.dumps(slim.runs[0])) < 10_000


def test_measures_counted_from_records_and_from_frames_agree(scenario):
    results = simulate(scenario, seeds=2)
    from_frames = measures_of(results)
    assert len(from_frames) == 2 * len(MEASURES)
    for column in ("numerator", "denominator"):
        np.testing.assert_array_equal(from_frames[column], results.measures[column])


def test_a_value_is_the_ratio_of_sums(scenario):
    results = simulate(scenario, seeds=3)
    runs = results.measure("lead_to_won_rate")
    assert list(runs.columns) == [*KEYS, "measure", "numerator", "denominator", "value"]
    expected = runs["numerator"].sum() / runs["denominator"].sum()
    assert results.value("lead_to_won_rate") == expected
    summary = results.summary(["lead_to_won_rate"])
    assert summary["value"].item() == pytest.approx(expected, rel=1e-12)
    assert (summary["replications"].item(), summary["unit"].item()) == (3, "share")


def test_unknown_names_are_told_with_the_nearest(scenario):
    results = simulate(scenario)
    with pytest.raises(ValueError, match="nearest: win_rate"):
        results.measure("winrate")
    with pytest.raises(ValueError, match="track, flow, facts, response"):
        results.plot("pie")
    with pytest.raises(ValueError, match="which policy"):
        results.value("win_rate", "nobody")


def crowded():
    """A market that cannot hold the demand its own weekdays bring."""
    profile = "market.demand.weekday_profile=[7, 1, 1, 1, 1, 1, 1]"
    return short(overrides=(profile, "market.demand.ceiling=1.5"))


def test_a_failed_run_is_a_row_and_lends_nobody_its_numbers():
    for jobs in (1, 2):
        results = simulate(crowded(), seeds=3, jobs=jobs)
        assert len(results) == 0 and len(results.measures) == 0 and len(results.buyers) == 0
        assert list(results.failures["replication"]) == [0, 1, 2]
        assert set(results.failures["stage"]) == {"run"}
        assert "market.demand.ceiling" in results.failures["message"][0]
        assert "--seed 0" in results.failures["command"][0]


def test_a_single_run_that_fails_says_so():
    with pytest.raises(RunFailed, match=r"raise market\.demand\.ceiling .*relay run considered") as caught:
        simulate(crowded(), seed=5)
    assert caught.value.failure.key.seed == 5
    assert pickle.loads(pickle.dumps(caught.value)).failure == caught.value.failure


def test_an_error_in_counting_names_its_stage(scenario, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no buyers")

    monkeypatch.setattr("sim.experiment.running.records_of", broken)
    failed = simulate(scenario, seeds=1).failures.iloc[0]
    assert (failed["stage"], failed["message"]) == ("measure", "ZeroDivisionError: no buyers")
    assert records_of is not broken


def test_progress_is_told_up_to_the_end(scenario):
    for jobs in (1, 2):
        told: list[tuple[int, int]] = []
        simulate(scenario, seeds=3, jobs=jobs, keep="measures", progress=lambda *said: told.append(said))  # noqa: B023
        assert told[-1] == (3, 3) and told == sorted(told)


@pytest.mark.parametrize(
    "bad", [{"seeds": 0}, {"seeds": [1, 1]}, {"seeds": 2, "jobs": 0}, {"keep": "everything"}]
)
def test_what_is_out_of_range_is_refused(scenario, bad):
    with pytest.raises(ValueError):
        simulate(scenario, **bad)


def test_the_followed_buyer_leaves_events(scenario):
    number = int(simulate(scenario).buyers["number"].iloc[0])
    events = simulate(scenario, follow=number).events
    assert set(events["number"]) == {number} and events["kind"].iloc[0] == "arrived"
    assert list(events["day"]) == sorted(events["day"])
    assert simulate(scenario).events.empty


def test_charts_are_drawn_from_results(scenario):
    results = simulate(scenario)
    for kind in ("track", "flow", "facts", "response"):
        assert results.plot(kind).axes[0].texts, kind


def test_processes_from_an_executor_of_the_user(scenario):
    with ProcessPoolExecutor(1) as one:
        assert same(simulate(scenario, seeds=2, executor=one), simulate(scenario, seeds=2))
