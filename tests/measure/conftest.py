"""A tiny run, small enough to count every measure by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.measure.frames import RunFrames, empty_frame

NAN = np.nan
RUN = {"scenario": "tiny", "policy": "patient", "seed": 7, "replication": 0}


def filled(name: str, rows: list[dict], run: dict = RUN) -> pd.DataFrame:
    """Rows with the documented columns; cells not named are 0, False or empty by dtype."""
    frame = empty_frame(name)
    blank = {"int64": 0, "float64": NAN, "bool": False, "category": None}
    kinds = {column: str(dtype) for column, dtype in frame.dtypes.items()}
    complete = [
        {column: {**run, **row}.get(column, blank[kinds[column]]) for column in kinds} for row in rows
    ]
    return pd.DataFrame(complete, columns=list(kinds)).astype(kinds)


def tiny(run: dict = RUN) -> RunFrames:
    """Five buyers: won on lap 1, won on lap 2 after a rejection, unassisted, a rival's, and nobody's yet."""
    money = {
        "wasted_hours": 0.4,
        "touch_value": 2.0,
        "rep_value": 10.0,
        "rep_hours": 4.0,
        "revenue_value": 0.0,
        "renewal_value": 0.0,
        "laps": 1,
    }
    buyers = [
        {
            "number": 0,
            "arrival_day": 0,
            "bought_day": 20,
            "bought_from": "us",
            "won_day": 20,
            "lap_won": 1,
            "exchanges": 1,
            "touches": 3,
            **money,
            "revenue_value": 100.0,
            "satisfaction_rate": 0.9,
            "visits_due": 4,
            "visits_made": 3,
            "referrals": 1,
            "facts_sold": 6,
            "facts_kept": 5,
        },
        {
            "number": 1,
            "arrival_day": 10,
            "bought_day": 70,
            "bought_from": "us",
            "won_day": 70,
            "lap_won": 2,
            "exchanges": 2,
            "touches": 5,
            **money,
            "revenue_value": 40.0,
            "laps": 2,
            "satisfaction_rate": 0.4,
            "visits_due": 2,
            "facts_sold": 4,
            "facts_kept": 1,
            "churn_day": 140,
            "churn_reason": "ignored",
        },
        {
            "number": 2,
            "arrival_day": 5,
            "bought_day": 15,
            "bought_from": "us",
            "won_day": 15,
            "lap_won": 0,
            "exchanges": 0,
            "touches": 2,
            **money,
            "revenue_value": 60.0,
            "renewals": 2,
            "renewal_value": 30.0,
            "rep_value": 0.0,
            "rep_hours": 0.0,
        },
        {
            "number": 3,
            "arrival_day": 2,
            "bought_day": 50,
            "bought_from": "rival:acme",
            "exchanges": 1,
            "touches": 0,
            **money,
            "loss_reason": "rival",
        },
        {
            "number": 4,
            "arrival_day": 3,
            "bought_from": "nobody yet",
            "exchanges": 2,
            "touches": 0,
            **money,
            "laps": 2,
            "loss_reason": "ignored",
        },
    ]
    exchanges = [
        {
            "number": 0,
            "lap": 1,
            "let_go_day": 4,
            "first_attempt_day": 5,
            "pass_day": 6,
            "system_days": 0.5,
            "queue_days": 0.5,
            "human_days": 1.0,
            "position": 0.5,
            "speed_lost_rate": 0.2,
            "facts_before": 3,
            "facts_after": 3,
            "facts_before_mask": 0b0111,
            "facts_after_mask": 0b1011,
            "outcome": "passed",
            "verdict": "clean",
            "qualified": True,
        },
        {
            "number": 1,
            "lap": 1,
            "let_go_day": 12,
            "outcome": "rejected",
            "verdict": "rejected",
            "facts_before_mask": 0b1111,
        },
        {
            "number": 1,
            "lap": 2,
            "let_go_day": 40,
            "first_attempt_day": 43,
            "pass_day": 43,
            "system_days": 1.0,
            "queue_days": 2.0,
            "human_days": 0.0,
            "position": 0.7,
            "speed_lost_rate": NAN,
            "facts_before": 1,
            "facts_after": 0,
            "facts_before_mask": 0b1000,
            "facts_after_mask": 0,
            "outcome": "passed",
            "late": True,
            "slow": True,
            "verdict": "late",
            "qualified": True,
        },
        {
            "number": 3,
            "lap": 1,
            "let_go_day": 9,
            "first_attempt_day": 11,
            "outcome": "expired",
            "verdict": "expired",
        },
        {"number": 4, "lap": 1, "let_go_day": 8, "outcome": "ignored", "verdict": "ignored"},
        {
            "number": 4,
            "lap": 2,
            "let_go_day": 90,
            "first_attempt_day": 96,
            "outcome": "open",
            "verdict": "open",
        },
    ]
    deals = [
        {
            "number": 0,
            "lap": 1,
            "opened_day": 6,
            "forecast_day": 12,
            "closed_day": 20,
            "hours": 6.0,
            "outcome": "won",
            "wish_rate": 0.2,
            "asked_day": 12,
            "allowed_day": 15,
            "deal_value": 125.0,
            "revenue_value": 100.0,
            "discount_value": 25.0,
            "pushed": True,
        },
        {
            "number": 1,
            "lap": 2,
            "opened_day": 43,
            "forecast_day": 60,
            "closed_day": 70,
            "hours": 4.0,
            "outcome": "won",
            "deal_value": 40.0,
            "revenue_value": 40.0,
            "discount_value": 0.0,
        },
        {
            "number": 3,
            "lap": 1,
            "opened_day": 12,
            "forecast_day": 20,
            "closed_day": 45,
            "hours": 5.0,
            "outcome": "lost",
            "reason": "rival",
            "deal_value": 80.0,
            "discount_value": 0.0,
        },
        {
            "number": 4,
            "lap": 1,
            "opened_day": 12,
            "closed_day": 30,
            "hours": 9.0,
            "outcome": "lost",
            "wish_rate": 0.1,
            "asked_day": 20,
            "reason": "no-decision",
            "deal_value": 80.0,
            "discount_value": 0.0,
        },
        {
            "number": 4,
            "lap": 2,
            "opened_day": 97,
            "forecast_day": 99,
            "outcome": "open",
            "deal_value": 80.0,
            "discount_value": 0.0,
        },
    ]
    hours = {f"{task}_hours": 0.0 for task in ("prepare", "attempt", "discover", "meet", "propose", "close")}
    reps = [
        {
            "rep": 0,
            **hours,
            "prepare_hours": 2.0,
            "meet_hours": 6.0,
            "busy_hours": 8.0,
            "available_hours": 20.0,
            "other_hours": 1.5,
            "coordination_hours": 0.75,
            "departures": 1,
            "passed_on": 4,
            "deals": 3,
            "wins": 1,
            "raw_expected_wins": 1.2,
            "expected_wins": 1.25,
            "win_ratio_error": 0.4,
        },
        {
            "rep": 1,
            **hours,
            "close_hours": 2.0,
            "busy_hours": 2.0,
            "available_hours": 20.0,
            "other_hours": 0.5,
            "coordination_hours": 0.25,
            "departures": 0,
            "passed_on": 1,
            "deals": 2,
            "wins": 1,
            "raw_expected_wins": 0.8,
            "expected_wins": 0.75,
            "win_ratio_error": 0.8,
        },
    ]
    days = [
        {"day": 0, "trust_rate": 0.5, "regard_rate": 0.5, "conflict_rate": 0.5},
        {"day": 1, "trust_rate": 0.25, "regard_rate": 0.5, "conflict_rate": 0.625},
        {"day": 2, "trust_rate": 0.25, "regard_rate": 0.25, "conflict_rate": 0.75},
    ]
    phases = [
        {"entered": 5, "advanced": 3, "left": 2, "touches": 8, "hand_raises": 1, "passes": 1,
         "phase_days": 60.0, "touch_value": 6.0, "plan_hours": 1.0, "plan_value": 2.5},
        {"entered": 3, "staying": 3, "touches": 4, "hand_raises": 1, "passes": 3,
         "phase_days": 30.0, "touch_value": 4.0, "plan_hours": 0.0, "plan_value": 0.0},
    ]  # fmt: skip
    return RunFrames(
        buyers=filled("buyers", buyers, run),
        exchanges=filled("exchanges", exchanges, run),
        deals=filled("deals", deals, run),
        days=filled("days", days, run),
        reps=filled("reps", reps, run),
        totals={"fixed_value": 50.0, "mechanism_value": 12.0, "counted_days": 30.0, "horizon_days": 150.0},
        phases=filled("phases", phases, run),
    )


@pytest.fixture()
def tiny_run() -> RunFrames:
    return tiny()
