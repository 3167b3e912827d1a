from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.measure.frames import KEYS, RunFrames, empty_frame
from sim.measure.measures import MEASURES, measure_named, measures_of, parts_of, pooled

from .conftest import NAN, RUN, tiny

# Counted by hand from the five buyers, six exchanges, five deals, two reps and two phases of the tiny run.
BY_HAND = {
    "revenue_value": (200.0, 1.0),
    "profit_value": (200.0 - 10.0 - 40.0 - 50.0, 1.0),
    "cost_value": (100.0, 1.0),
    "acquisition_cost_value": (100.0, 3.0),
    "revenue_per_lead_value": (200.0, 5.0),
    "discount_rate": (25.0, 165.0),
    "mechanism_value": (12.0, 1.0),
    "coordination_hours": (1.0, 1.0),
    "lead_count": (5.0, 1.0),
    "closed_won_count": (3.0, 1.0),
    "lead_to_won_rate": (3.0, 5.0),
    "lead_to_won_days": (20.0 + 60.0 + 10.0, 3.0),
    "lead_to_opportunity_rate": (4.0, 5.0),
    "let_go_rate": (4.0, 5.0),
    "bought_from_anyone_rate": (4.0, 5.0),
    "bought_elsewhere_rate": (1.0, 5.0),
    "rejected_bought_from_anyone_rate": (1.0, 1.0),
    "unassisted_won_rate": (1.0, 3.0),
    "recycled_rate": (2.0, 4.0),
    "recycled_revenue_rate": (40.0, 200.0),
    "touches_per_lead_count": (10.0, 5.0),
    "let_go_count": (6.0, 1.0),
    "passed_count": (2.0, 1.0),
    "clean_exchange_rate": (1.0, 2.0),
    "early_exchange_rate": (0.0, 2.0),
    "late_exchange_rate": (1.0, 2.0),
    "slow_exchange_rate": (1.0, 2.0),
    "pushed_exchange_rate": (0.0, 2.0),
    "obstructed_exchange_rate": (0.0, 2.0),
    "failed_exchange_rate": (3.0, 5.0),
    "rejected_rate": (1.0, 5.0),
    "ignored_rate": (1.0, 5.0),
    "expired_rate": (1.0, 5.0),
    "contact_rate": (2.0, 3.0),
    "qualified_rate": (2.0, 2.0),
    "facts_retained_rate": (2.0, 4.0),
    "facts_after_mean": (3.0, 2.0),
    "speed_lost_rate": (0.2, 1.0),
    "pass_position_mean": (1.2, 2.0),
    "speed_to_lead_mean_days": (1.0 + 3.0 + 2.0 + 6.0, 4.0),
    "speed_to_lead_p50_days": (2.5, 1.0),
    "speed_to_lead_p90_days": (3.0 + 0.7 * 3.0, 1.0),
    "system_delay_days": (1.5, 2.0),
    "queue_delay_days": (2.5, 2.0),
    "human_delay_days": (1.0, 2.0),
    "win_rate": (2.0, 5.0),
    "no_decision_rate": (1.0, 4.0),
    "forecast_win_rate": (2.0, 3.0),
    "forecast_rival_rate": (1.0, 3.0),
    "forecast_no_decision_rate": (0.0, 3.0),
    "sales_cycle_days": (14.0 + 27.0, 2.0),
    "rep_utilisation_rate": (10.0, 40.0),
    "wasted_rep_hours": (2.0, 1.0),
    "rep_hours_per_win": (16.0, 3.0),
    "trust_rate": (1.0, 3.0),
    "regard_rate": (1.25, 3.0),
    "conflict_rate": (1.875, 3.0),
    "departure_count": (1.0, 1.0),
    "passed_on_count": (5.0, 1.0),
    "other_rep_hours": (2.0, 1.0),
    "comparable_opportunity_hours": (6.0 + 4.0 + 5.0, 3.0),
    "rep_raw_gap_rate": (0.2 + 0.2, 4.0),
    "rep_gap_rate": (0.25 + 0.25, 4.0),
    "rep_excess_gap_rate": (0.25 + 0.25 - np.sqrt(2 / np.pi) * (0.5 + 0.6), 4.0),
    "pushed_rate": (1.0, 2.0),
    "push_discount_value": (25.0, 1.0),
    "price_loss_rate": (0.0, 4.0),
    "approval_days": (3.0, 1.0),
    "satisfaction_rate": (1.3, 2.0),
    "renewal_rate": (2.0, 3.0),
    "churn_rate": (1.0, 3.0),
    "renewal_value": (30.0, 1.0),
    "customer_revenue_value": (200.0, 3.0),
    "referral_count": (1.0, 1.0),
    "account_attention_rate": (3.0, 6.0),
    "account_facts_kept_rate": (6.0, 10.0),
    "advance_rate": (3.0, 8.0),
    "days_in_phase": (90.0, 8.0),
    "touches_per_buyer": (12.0, 8.0),
    "cost_per_advance_value": (12.5, 3.0),
    "hand_raise_rate": (2.0, 8.0),
    "pass_rate": (4.0, 8.0),
}


def test_no_measure_is_left_uncounted():
    assert set(BY_HAND) == set(MEASURES)


@pytest.mark.parametrize("name", BY_HAND)
def test_measures_agree_with_counting_by_hand(tiny_run, name):
    assert parts_of(tiny_run, [name])[name] == pytest.approx(BY_HAND[name], abs=1e-12)


def test_profit_is_revenue_less_cost(tiny_run):
    parts = parts_of(tiny_run)
    assert parts["profit_value"][0] == parts["revenue_value"][0] - parts["cost_value"][0]


def stacked(*runs: tuple[RunFrames, dict], extra: list[dict] | None = None) -> RunFrames:
    keys = [run for _, run in runs] + (extra or [])
    totals = pd.DataFrame(keys).assign(
        fixed_value=50.0, mechanism_value=12.0, counted_days=30.0, horizon_days=150.0
    )
    frames = {
        name: pd.concat([getattr(frames, name) for frames, _ in runs], ignore_index=True)
        for name in ("buyers", "exchanges", "deals", "days", "reps", "phases")
    }
    return RunFrames(**frames, totals=totals)


def test_many_runs_at_once_agree_with_one_by_one():
    other = {**RUN, "policy": "eager", "seed": 8}
    second = tiny(other)
    second = dataclasses.replace(second, buyers=second.buyers.iloc[1:], exchanges=second.exchanges.iloc[:4])
    together = measures_of(stacked((tiny(), RUN), (second, other)))
    for frames, policy in ((tiny(), "patient"), (second, "eager")):
        for name, (top, bottom) in parts_of(frames).items():
            row = together[(together["policy"] == policy) & (together["measure"] == name)]
            assert (row["numerator"].item(), row["denominator"].item()) == (top, bottom), name


def test_a_run_that_left_no_rows_still_counts():
    silent = {**RUN, "seed": 9}
    table = measures_of(stacked((tiny(), RUN), extra=[silent]), ["revenue_value", "win_rate"])
    quiet = table[table["seed"] == 9].set_index("measure")
    assert quiet.loc["revenue_value", "value"] == 0.0
    assert np.isnan(quiet.loc["win_rate", "value"])


def test_a_run_the_totals_do_not_name_is_refused():
    stray = tiny({**RUN, "seed": 99})
    frames = dataclasses.replace(stacked((tiny(), RUN)), deals=stray.deals)
    with pytest.raises(ValueError, match=r"deals has rows of the run .*99.* totals do not name"):
        measures_of(frames, ["win_rate"])


def test_frames_without_rows_give_zeros_and_no_values():
    names = ("buyers", "exchanges", "deals", "days", "reps")
    nothing = RunFrames(
        **{n: empty_frame(n) for n in names}, totals={"fixed_value": 5.0, "mechanism_value": 0.0}
    )
    table = measures_of(nothing).set_index("measure")
    assert table.loc["profit_value", "value"] == -5.0
    assert table.loc["lead_count", "value"] == 0.0
    assert table["value"].isna().sum() == (table["denominator"] == 0).sum() > 30


def test_pooling_is_a_ratio_of_sums_and_counts_what_is_missing():
    rows = [(4.0, 10.0), (0.0, 0.0), (6.0, 90.0), (NAN, 1.0)]
    table = pd.DataFrame(
        [
            {**RUN, "seed": seed, "measure": "win_rate", "numerator": top, "denominator": bottom}
            for seed, (top, bottom) in enumerate(rows)
        ]
    )
    row = pooled(table).iloc[0]
    assert row["value"] == pytest.approx(0.1)
    assert (row["replications"], row["missing"]) == (3, 1)


def test_an_unknown_measure_names_the_nearest():
    with pytest.raises(ValueError, match=r"'win_rat'; nearest: win_rate"):
        measure_named("win_rat")
    with pytest.raises(ValueError, match=r"nearest: .*revenue_value"):
        measures_of(tiny(), ["revenue"])


def test_every_rate_says_what_it_is_a_share_of():
    for measure in MEASURES.values():
        assert measure.name not in ("", measure.label)
        if measure.name.endswith("_rate"):
            assert measure.unit == "share" and measure.denominator != "run", measure.name
        if measure.name.endswith("_count") or measure.name.endswith("_value"):
            assert measure.unit in ("count", "money"), measure.name
        if measure.name.endswith("_days"):
            assert measure.unit == "days", measure.name


def test_keys_come_from_the_rows_of_a_single_run(tiny_run):
    table = measures_of(tiny_run, ["win_rate"])
    assert {key: table[key].item() for key in KEYS} == RUN
