"""Frames of real runs: documented, complete, and conserving buyers, hours, money and days in the air."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.draws import seed_of
from sim.experiment import simulate
from sim.experiment.running import finished_world
from sim.measure.frames import FRAMES, KEYS
from sim.vocabulary import Stage, Task, word

from .conftest import CASES, short

HEADING = {name: tuple(column.name for column in columns) for name, columns in FRAMES.items()}


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def run(request):
    scenario = short(*request.param)
    return scenario, simulate(scenario)


@pytest.mark.parametrize("name", [name for name in FRAMES if name != "events"])
def test_frames_are_as_documented(run, name):
    scenario, results = run
    frame = getattr(results, name)
    assert tuple(frame.columns) == HEADING[name]
    for column in FRAMES[name]:
        cells = frame[column.name]
        assert str(cells.dtype) == column.dtype, column.name
        if column.words:
            assert tuple(cells.cat.categories) == column.words, column.name
        if (
            column.dtype == "float64"
            and column.name.endswith(("_hours", "_days", "_rate"))
            and column.name != "skill"
        ):
            assert not (cells < 0).any(), column.name
    if len(frame):
        assert tuple(frame[list(KEYS)].iloc[0]) == (scenario.name, scenario.policy.name, 0, 0)


def test_every_counted_buyer_has_one_row(run):
    scenario, results = run
    buyers = results.buyers
    first, length = scenario.horizon.warmup_days, scenario.horizon.counted_days
    assert buyers["number"].is_unique and buyers["number"].is_monotonic_increasing
    assert buyers["arrival_day"].between(first, first + length, inclusive="left").all()
    counted = results.days.query("@first <= day < @first + @length")["arrivals"].sum()
    assert counted == len(buyers)
    assert results.totals["buyers_in"].item() == results.days["arrivals"].sum()


def test_rows_of_frames_belong_to_counted_buyers(run):
    _, results = run
    numbers = set(results.buyers["number"])
    assert set(results.exchanges["number"]) <= numbers and set(results.deals["number"]) <= numbers
    times = results.exchanges["number"].value_counts()
    expected = results.buyers["number"].map(times).fillna(0).astype(int)
    assert (expected == results.buyers["exchanges"]).all()
    assert not results.exchanges.duplicated(["number", "lap"]).any()
    assert results.exchanges["qualified"].sum() == len(results.deals)


def test_money_is_conserved(run):
    scenario, results = run
    buyers, deals = results.buyers, results.deals
    won = deals[deals["outcome"] == "won"]
    unassisted = buyers[(buyers["bought_from"] == "us") & (buyers["lap_won"] == 0)]
    assert buyers["revenue_value"].sum() == pytest.approx(
        won["revenue_value"].sum() + unassisted["revenue_value"].sum(), rel=1e-12
    )
    assert (buyers.loc[buyers["bought_from"] != "us", "revenue_value"] == 0).all()
    assert (buyers["won_day"].notna() == (buyers["revenue_value"] > 0)).all()
    assert np.allclose(won["revenue_value"] + won["discount_value"], won["deal_value"])
    assert np.allclose(buyers["rep_value"], buyers["rep_hours"] * scenario.team.reps.hour_value)


def test_hours_are_conserved(run):
    _, results = run
    buyers, reps = results.buyers, results.reps
    tasks = reps[[f"{word(task)}_hours" for task in Task]].to_numpy().sum()
    assert buyers["rep_hours"].sum() <= tasks * (1 + 1e-12)
    assert (buyers["wasted_hours"] <= buyers["rep_hours"] * (1 + 1e-12)).all()
    assert (reps["busy_hours"] <= reps["available_hours"] * (1 + 1e-9)).all()
    assert reps["busy_hours"].sum() <= tasks * (1 + 1e-9)
    with_deal = buyers.set_index("number")["rep_hours"]
    spent = results.deals.groupby("number")["hours"].sum()
    assert (spent <= with_deal[spent.index] * (1 + 1e-9)).all()


def test_every_opportunity_is_compared_with_those_of_its_quality(run):
    _, results = run
    reps = results.reps.set_index("rep")
    deals = results.deals.merge(results.buyers[["number", "fit_rate"]], on="number", validate="many_to_one")
    won = deals["outcome"] == "won"
    lower = deals["fit_rate"].rank(method="min") - 1
    expected = won.groupby((lower * 5 / len(deals)).astype(int)).transform("mean").groupby(deals["rep"]).sum()
    assert np.allclose(reps["expected_wins"], expected.reindex(reps.index, fill_value=0.0))
    assert (reps["deals"] == deals["rep"].value_counts().reindex(reps.index, fill_value=0)).all()
    assert (reps["wins"] == won.groupby(deals["rep"]).sum().reindex(reps.index, fill_value=0)).all()
    assert reps["raw_expected_wins"].sum() == pytest.approx(won.sum())
    assert (reps["win_rate"].isna() == (reps["deals"] == 0)).all()
    assert (reps["win_ratio"].isna() == (reps["expected_wins"] == 0)).all()


def test_the_parts_of_the_delay_add_up(run):
    _, results = run
    passed = results.exchanges[results.exchanges["outcome"] == "passed"]
    parts = passed[["system_days", "queue_days", "human_days"]]
    assert np.allclose(parts.sum(axis=1), passed["pass_day"] - passed["let_go_day"], atol=1e-8)
    assert (results.exchanges["human_days"].notna() == (results.exchanges["outcome"] == "passed")).all()


def test_instants_are_in_order(run):
    _, results = run
    e = results.exchanges
    for before, after in (
        ("let_go_day", "routed_day"),
        ("routed_day", "first_attempt_day"),
        ("first_attempt_day", "pass_day"),
        ("let_go_day", "end_day"),
    ):
        assert not (e[before] > e[after] + 1e-9).any(), (before, after)
    d, b = results.deals, results.buyers
    assert not (d["opened_day"] > d["closed_day"]).any() and not (d["forecast_day"] > d["closed_day"]).any()
    assert not (b["bought_day"] < b["arrival_day"]).any() and not (b["won_day"] < b["bought_day"]).any()


def test_littles_law_holds_as_an_identity(run):
    """Time integral of the number of batons in the air = sum of the times they were in it."""
    scenario, results = run
    e = results.exchanges.merge(results.buyers[["number", "arrival_day"]], on="number")
    seen_until = np.minimum(e["arrival_day"] + scenario.horizon.follow_up_days, scenario.horizon.end_day)
    sojourn = e["end_day"].fillna(seen_until) - e["let_go_day"]
    assert (sojourn >= 0).all() and len(e) > 0
    assert results.totals["in_air_days"].item() == pytest.approx(sojourn.sum(), rel=1e-9)


def test_buyers_of_the_world_are_conserved(run):
    scenario, _ = run
    s = finished_world(scenario, seed_of(0, 0)).s
    assert s.buyers_in == s.buyers_out + s.live and s.live == s.stage_count.sum() >= 0


@pytest.mark.parametrize("follow_up", ["60", "60.3"])
def test_the_last_day_ends_with_what_is_there_when_the_run_ends(follow_up):
    scenario = short(overrides=(f"horizon.follow_up_days={follow_up}", "team.learning.trust_memory=60"))
    last = simulate(scenario).days.iloc[-1]
    world = finished_world(scenario, seed_of(0, 0))
    rows = world.tables["buyers"][: int(world.s.rows_used)]
    stages = list(rows[rows.number >= 0].stage)
    reps = world.tables["reps"]
    there = {
        "in_marketing": stages.count(Stage.NURTURE) + stages.count(Stage.RESTING),
        "in_air": stages.count(Stage.IN_AIR),
        "in_sales": sum(stages.count(one) for one in (Stage.OPPORTUNITY, Stage.FORECAST, Stage.CLOSING)),
        "queue_length": world.s.pool_length + reps.waiting.sum(),
    }
    assert last["day"] == np.ceil(scenario.horizon.end_day) - 1
    assert {name: last[name] for name in there} == there and min(there.values()) > 0
    assert last["trust_rate"] == pytest.approx(reps.trust.mean()) != 0.5
    assert last["conflict_rate"] == pytest.approx(1 - (last["trust_rate"] + last["regard_rate"]) / 2)


def test_the_phases_tell_of_the_plan_that_a_change_brings():
    change = "horizon.changes=[{day=30, policy='engagement-plan'}]"
    planned = short(policy="engagement-plan").policy.engagement["any"]
    before, after = (simulate(short(overrides=one)).phases for one in ((), (change,)))
    assert before["role"].isna().all() and before["judged"].isna().all()
    told = after[after["journey"] == "referral"].set_index("phase")
    for phase, activity in planned.items():
        assert told.loc[phase, ["role", "content", "judged_by"]].tolist() == [
            activity.role, activity.content, activity.judged_by
        ]  # fmt: skip
    assert after["plan_hours"].sum() > 0
    back = "horizon.changes=[{day=30, policy='recycle'}]"
    assert simulate(short(policy="engagement-plan", overrides=(back,))).phases["role"].isna().all()
