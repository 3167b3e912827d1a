"""Frames made up for drawing: three policies whose passes, facts and delays differ in known ways."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.measure.frames import empty_frame
from sim.vocabulary import Reason, Verdict, word, words

ZONES = {"inbound": (0.45, 0.65), "events": (0.55, 0.72), "car-seat": (0.62, 0.86)}
POLICIES = {"eager": (-0.16, 0.48), "aligned": (0.0, 0.969), "patient": (0.14, 0.998)}


def made_up_exchanges(rows: int = 1500, seed: int = 5) -> pd.DataFrame:
    """Exchanges of three policies: eager passes early, patient late; media lose facts differently."""
    stream = np.random.default_rng(seed)
    pieces = []
    for policy, (shift, retention) in POLICIES.items():
        journey = stream.choice(list(ZONES), rows, p=[0.5, 0.3, 0.2])
        opens, closes = (np.array([ZONES[name][i] for name in journey]) for i in (0, 1))
        position = np.clip((opens + closes) / 2 + shift + 0.07 * stream.standard_normal(rows), 0.01, 0.99)
        outcome = stream.choice(
            ["passed", "rejected", "ignored", "expired", "open", "bought-meanwhile"],
            rows,
            p=[0.55, 0.12, 0.18, 0.11, 0.02, 0.02],
        )
        fault = stream.choice(["clean", "slow", "pushed", "obstructed"], rows, p=[0.8, 0.12, 0.05, 0.03])
        verdict = np.where(position < opens, "early", np.where(position > closes, "late", fault))
        passed = outcome == "passed"
        known = stream.random((rows, 8)) < np.array([0.95, 0.4, 0.55, 0.7, 0.8, 0.35, 0.3, 0.2])
        kept = known & (stream.random((rows, 8)) < retention)
        bits = 1 << np.arange(8)
        delays = {
            "system_days": 0.05 + 0.1 * stream.random(rows),
            "queue_days": stream.exponential(0.5 + max(0.0, -3 * shift), rows),
            "human_days": stream.lognormal(-1.0, 1.2, rows),
        }
        pieces.append(
            pd.DataFrame(
                {
                    "scenario": "made up",
                    "policy": policy,
                    "seed": 1,
                    "replication": 0,
                    "number": np.arange(rows),
                    "journey": journey,
                    "lap": 1,
                    "let_go_day": stream.random(rows) * 100,
                    "position": np.where(passed, position, np.nan),
                    "zone_open": opens,
                    "zone_close": closes,
                    "facts_before_mask": known @ bits,
                    "facts_after_mask": np.where(passed, kept @ bits, 0),
                    "outcome": pd.Categorical(outcome),
                    "verdict": pd.Categorical(np.where(passed, verdict, outcome), categories=words(Verdict)),
                    **{name: np.where(passed, days, np.nan) for name, days in delays.items()},
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)


def made_up_buyers(exchanges: pd.DataFrame, seed: int = 6) -> pd.DataFrame:
    """Buyers of the same runs: those let go, and a third more who never were."""
    stream = np.random.default_rng(seed)
    pieces = []
    for policy, rows in exchanges.groupby("policy", sort=False):
        count = len(rows) * 4 // 3
        passed = np.zeros(count, dtype=bool)
        passed[: len(rows)] = (rows["outcome"] == "passed").to_numpy()
        sources = ["us", "rival:acme", "rival:zenith", "somebody-else", "nobody yet"]
        ours = stream.choice(sources, count, p=[0.3, 0.15, 0.1, 0.05, 0.4])
        theirs = stream.choice(sources, count, p=[0.01, 0.15, 0.1, 0.14, 0.6])
        source = np.where(passed, ours, theirs)
        reasons = [word(r) for r in (Reason.TIMING, Reason.NO_DECISION, Reason.PRICE, Reason.FIT)]
        lost = np.where(passed, stream.choice(reasons, count, p=[0.4, 0.5, 0.095, 0.005]), None)
        pieces.append(
            pd.DataFrame(
                {
                    "scenario": "made up",
                    "policy": str(policy),
                    "seed": 1,
                    "replication": 0,
                    "number": np.arange(count),
                    "bought_from": source,
                    "loss_reason": lost,
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)


@pytest.fixture(scope="session")
def exchanges() -> pd.DataFrame:
    return made_up_exchanges()


@pytest.fixture(scope="session")
def buyers(exchanges: pd.DataFrame) -> pd.DataFrame:
    return made_up_buyers(exchanges)


@pytest.fixture()
def no_exchanges() -> pd.DataFrame:
    return empty_frame("exchanges")
