"""After the sale: every setting moves what it should, and what customers say reaches later buyers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.measure import Results

from .test_deal_desk import SELL
from .test_levers import DOWN, UP, per_run

AFTER = (
    *SELL,
    "market.aftersale.term_days=60",
    "market.aftersale.review_rate=0.8",
    "market.aftersale.referral_rate=1",
)
VISITED = (*AFTER, "policy.organisation.farm_every_days=10")
MODEST = ("market.aftersale.satisfaction_base_rate=0.2", "market.aftersale.care_effect=0.6")
STORIES = (*SELL, "market.aftersale.story_gain=2")


def reputation(results: Results) -> np.ndarray:
    """Mean of what reviews multiply touches by, over the days of each run."""
    return np.asarray(results.days.groupby("replication")["reputation"].mean(), dtype=float)


def referred_to_events(results: Results) -> np.ndarray:
    """Share of the referred buyers who begin on the journey that events lead."""
    buyers = results.buyers[results.buyers["number"] >= 1 << 49]
    share = (buyers["journey"] == "event-led").groupby(buyers["replication"]).mean()
    return np.asarray(share.reindex(range(len(results))).fillna(0.0), dtype=float)


def return_on(way: str) -> Any:
    def measure(results: Results) -> np.ndarray:
        search = results.channels[results.channels["channel"] == "search"]
        return np.asarray(search.groupby("replication")[f"{way}_return"].mean(), dtype=float)

    return measure


def after(setting: str) -> tuple[str, ...]:
    return (f"market.aftersale.{setting}",)


def firm(setting: str) -> tuple[str, ...]:
    return (f"policy.organisation.{setting}",)


LEVERS: list[tuple[str, tuple[str, ...], tuple[str, ...], Any, str]] = [
    # what is shown, unchanged, the one change, measure, direction
    ("what is delivered satisfies", AFTER, after("satisfaction_base_rate=0.3"), "satisfaction_rate", DOWN),
    ("fit satisfies", AFTER, after("fit_effect=2"), "satisfaction_rate", UP),
    ("whoever sold without facts delivers badly",
     (*AFTER, 'policy.medium="verbal"', "team.tasks.discover_rate=0.1"), after("facts_effect=2"),
     "satisfaction_rate", DOWN),
    ("care satisfies", VISITED, after("care_effect=0"), "satisfaction_rate", DOWN),
    ("broken promises disappoint", (*AFTER, "team.reps.top_readiness_per_day=0.5"),
     after("promise_effect=0.5"), "satisfaction_rate", DOWN),
    ("pushing sells what is not delivered", AFTER,
     ("team.reps.top_readiness_per_day=0.5",), "satisfaction_rate", DOWN),
    ("customers differ", AFTER, after("satisfaction_spread=0"),
     per_run("buyers", "satisfaction_rate", "std"), DOWN),
    ("reviews make a name", AFTER, after("review_rate=0.1"), reputation, DOWN),
    ("late reviews make it late", AFTER, after("review_delay_days=300"), reputation, DOWN),
    ("reviews are forgotten", AFTER, after("reviews_memory_days=30"), reputation, DOWN),
    ("among few reviews each counts more", AFTER, after("reviews_at_start=2"), reputation, UP),
    ("a good name is harder to keep", AFTER, after("valence_at_start=0.95"), reputation, DOWN),
    ("volume counts by its elasticity", AFTER, after("volume_elasticity=0"), reputation, DOWN),
    ("valence counts by its elasticity", (*AFTER, *after("satisfaction_base_rate=0.1")),
     after("valence_elasticity=2"), reputation, DOWN),
    ("a bad name costs deals",
     (*AFTER, *after("satisfaction_base_rate=0"), "market.choice.base_value=2"),
     after("reputation_value=5"), "lead_to_won_rate", DOWN),
    ("a good name moves buyers who ask around", (*AFTER, *after("satisfaction_base_rate=0")),
     after("satisfaction_base_rate=1"), per_run("buyers", "exchanges"), UP),
    ("customers refer", AFTER, after("referral_rate=0.1"), "referral_count", DOWN),
    ("soon or late", AFTER, after("referral_delay_days=5"), "referral_count", UP),
    ("unhappy ones do not", AFTER, after("satisfaction_base_rate=0.2"), "referral_count", DOWN),
    ("referrals begin where the market says", AFTER,
     after('referral_journey="event-led"'), referred_to_events, UP),
    ("short terms renew more often", AFTER, after("term_days=20"), "renewal_value", UP),
    ("loyalty renews", AFTER, after("renewal_base_value=-1"), "renewal_rate", DOWN),
    ("satisfaction renews", (*AFTER, *after("satisfaction_base_rate=0.9")),
     after("renewal_satisfaction_value=0"), "renewal_rate", DOWN),
    ("care renews", (*VISITED, *after("renewal_base_value=-1")), after("renewal_care_value=4"),
     "renewal_rate", UP),
    ("customers buy more", AFTER, after("expansion_base_value=3"), "renewal_value", UP),
    ("and more of it", AFTER, after("expansion_rate=1"), "renewal_value", UP),
    ("stories move early buyers", SELL, after("story_gain=2"), per_run("buyers", "exchanges"), UP),
    ("many stories are needed", STORIES, after("story_half=500"), per_run("buyers", "exchanges"), DOWN),
    ("stories are forgotten", STORIES, after("story_memory_days=5"), per_run("buyers", "exchanges"), DOWN),
    ("stories get lost on the way back", STORIES,
     ('policy.return_medium="business-card"', "market.aftersale.story_half=100"),
     per_run("buyers", "exchanges"), DOWN),
    ("visits keep customers", AFTER, firm("farm_every_days=10"), "renewal_rate", UP),
    ("visits take hours", VISITED, firm("farm_hours=3"), "rep_utilisation_rate", UP),
    ("rare visits take fewer", VISITED, firm("farm_every_days=40"), per_run("reps", "farm_hours", "sum"), DOWN),
    ("a busy firm neglects its customers", (*VISITED, "team.reps.count=12"),
     ("team.reps.count=5",), "account_attention_rate", DOWN),
    ("the second handoff loses facts", (*VISITED, 'policy.medium="verbal"'),
     firm('account_owner="least-loaded"'), "account_facts_kept_rate", DOWN),
    ("by the medium", (*VISITED, *firm('account_owner="least-loaded"')),
     ('policy.medium="verbal"',), "account_facts_kept_rate", DOWN),
    ("and with them satisfaction", (*VISITED, *MODEST, 'policy.medium="verbal"'),
     firm('account_owner="least-loaded"'), "satisfaction_rate", DOWN),
    ("who keeps best keeps best",
     (*VISITED, *MODEST, 'policy.medium="shared-record"', "team.reps.skill_spread=0.6"),
     firm('account_owner="farmer"'), "satisfaction_rate", UP),
    ("dear touches return less", SELL, ("market.channels.search.cost_value=150",), return_on("first"), DOWN),
    ("by last touch too", SELL, ("market.channels.search.cost_value=150",), return_on("last"), DOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "change", "measure", "direction"), [pytest.param(*lever[1:], id=lever[0]) for lever in LEVERS]
)
def test_lever(
    effect: Any, base: tuple[str, ...], change: tuple[str, ...], measure: Any, direction: str
) -> None:
    shown = effect("considered", "recycle", base, change, measure)
    assert getattr(shown, direction), shown
