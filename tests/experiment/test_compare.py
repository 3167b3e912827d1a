from __future__ import annotations

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from sim.experiment import compare, simulate
from sim.experiment.intervals import paired_comparison
from sim.experiment.student import student_quantile
from sim.measure.measures import MEASURES

from .conftest import short


@pytest.fixture(scope="module")
def found():
    return compare(
        short(), ["today", "recycle", "speed-to-lead"], seeds=4, measures=["win_rate", "revenue_value"]
    )


def test_a_policy_against_itself_is_exactly_zero():
    itself = compare(short(), ["today", "today"], seeds=3, measures=list(MEASURES))
    assert itself.policies == ("today", "today (2)")
    table = itself.to_frame()
    defined = table["value"].notna()
    assert (table.loc[defined, "value"] == 0.0).all() and defined.sum() > len(MEASURES) / 2
    assert itself.differences("revenue_value").differences[0].finding == "tie"
    assert "a tie" in itself.verdict("revenue_value")
    for name in ("buyers", "exchanges", "deals"):
        frame = getattr(itself.framed, name).drop(columns="policy")
        half = len(frame) // 2
        runs = [
            part.reset_index(drop=True)
            for _, part in frame.groupby(itself.framed.__getattribute__(name)["policy"])
        ]
        assert runs[0].equals(runs[1]) and len(runs[0]) == half


def test_each_policy_runs_as_it_would_alone(found):
    for policy in found.policies:
        alone = simulate(short(policy=policy), seeds=4, keep="measures").measures
        together = found.results.where(lambda key, wanted=policy: key.policy == wanted).measures
        for column in ("replication", "measure", "numerator", "denominator"):
            np.testing.assert_array_equal(alone[column], together[column])


def test_policies_meet_the_same_buyers(found):
    by_policy = dict(list(found.framed.buyers.groupby("policy", observed=True)))
    latent = [
        "replication",
        "number",
        "arrival_day",
        "fit_rate",
        "deal_value",
        "clock_day",
        "ready_now",
        "segment",
    ]
    first = by_policy["today"][latent].reset_index(drop=True)
    for policy in ("recycle", "speed-to-lead"):
        assert first.equals(by_policy[policy][latent].reset_index(drop=True))


def test_differences_are_those_of_the_measures_table(found):
    for name in found.measures:
        direct, from_table = found.differences(name), paired_comparison(found.results.measures, name)
        assert direct.differences == from_table.differences and direct.estimates == from_table.estimates
    assert found.differences().measure.name == "win_rate"


def test_the_table_has_a_row_per_measure_and_other_policy(found):
    table = found.to_frame()
    assert list(zip(table["measure"], table["policy"], strict=True)) == [
        (measure, policy) for measure in found.measures for policy in ("recycle", "speed-to-lead")
    ]
    assert set(table["against"]) == {"today"}


def test_what_was_found_goes_into_json(found):
    back = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert back["policies"] == list(found.policies) and set(back["measures"]) == set(found.measures)
    assert back["measures"]["win_rate"]["verdict"] == found.verdict("win_rate")
    assert len(back["measures"]["win_rate"]["pairs"]) == 3


def test_jobs_change_nothing(found):
    again = compare(
        short(),
        ["today", "recycle", "speed-to-lead"],
        seeds=4,
        jobs=2,
        measures=["win_rate", "revenue_value"],
    )
    assert again.to_dict() == found.to_dict()
    assert again.framed.buyers.equals(found.framed.buyers)


def test_frames_are_kept_of_the_first_replications_only():
    some = compare(short(), ["today", "recycle"], seeds=3, framed_runs=4)
    assert len(some.results) == 6
    assert sorted({(k.policy, k.replication) for k in (run.key for run in some.framed.runs)}) == [
        ("recycle", 0), ("recycle", 1), ("today", 0), ("today", 1),
    ]  # fmt: skip


def test_the_preview_is_the_comparison_of_the_first_replications(found):
    seen = []
    whole = compare(
        short(), found.policies, seeds=4, measures=found.measures, preview=seen.append, preview_seeds=2
    )
    assert whole.to_dict() == found.to_dict() and len(seen) == 1
    assert seen[0].to_dict() == compare(short(), found.policies, seeds=2, measures=found.measures).to_dict()


def test_a_failed_seed_is_left_out_for_all_and_said(monkeypatch):
    import sim.experiment.running as running

    sound = running.finished_world

    def flawed(scenario, *rest):
        if scenario.policy.name == "recycle" and rest[0] == running.seed_of(0, 1):
            raise OSError("disk gone")
        return sound(scenario, *rest)

    monkeypatch.setattr(running, "finished_world", flawed)
    three = compare(short(), ["today", "recycle"], seeds=3)
    assert [(one.key.policy, one.key.replication) for one in three.failures] == [("recycle", 1)]
    result = three.differences("revenue_value")
    assert result.replications == 2 and "1 of 3 seeds left out" in result.notes[0]
    assert three.to_dict()["failures"][0]["message"] == "OSError: disk gone"


def test_own_names_for_policies_and_single_policies():
    named = compare(short(), {"before": "today", "after": "recycle"}, seeds=2)
    assert named.policies == ("before", "after")
    with pytest.raises(ValueError, match="two or more policies"):
        compare(short(), ["today"])
    with pytest.raises(ValueError, match="two or more policies"):
        compare(short(), "today")
    with pytest.raises(ValueError, match="nearest"):
        compare(short(), ["today", "recycle"], measures=["winrate"])


def test_a_verdict_says_when_a_win_is_worth_one_by_assumption():
    olist = compare(short("olist"), ["today", "patient"], seeds=2)
    assert "every win is worth 1" in olist.verdict("revenue_value")
    assert "every win is worth 1" not in olist.verdict("win_rate")


def test_a_policy_changes_on_its_day():
    day = 25.0
    plain = short(policy="today")
    changed = plain.model_copy(
        update={"horizon": plain.horizon.model_copy(update={"changes": (changes_to("speed-to-lead", day),)})}
    )
    before, after = simulate(plain, follow=-2), simulate(changed, follow=-2)
    early = [
        results.events[results.events["day"] < day].reset_index(drop=True) for results in (before, after)
    ]
    assert early[0].equals(early[1]) and len(early[0]) > 0
    late = [
        results.events[results.events["day"] >= day].reset_index(drop=True) for results in (before, after)
    ]
    assert not late[0].equals(late[1])


def changes_to(policy, day):
    from sim.scenario import Change, Policy

    return Change(day=day, policy=Policy.load(policy))


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 19, 20, 99, 1000, 200_000])
def test_quantiles_of_students_t(freedom):
    for probability in (0.5, 0.6, 0.9, 0.975, 0.9999, 0.02, 1e-5):
        expected = float(stats.t.ppf(probability, freedom))
        assert math.isclose(student_quantile(probability, freedom), expected, rel_tol=1e-9, abs_tol=1e-12)
    with pytest.raises(ValueError):
        student_quantile(1.0, freedom)


def test_a_first_comparison_does_not_wait_for_pandas_or_scipy_stats():
    code = (
        "import sys; from sim.experiment import compare; "
        "print(compare('olist', ['today', 'patient'], seeds=1, measures=['win_rate']).verdict()); "
        "print([name for name in ('pandas', 'scipy.stats', 'matplotlib', 'mesa') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
