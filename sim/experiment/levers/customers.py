"""After the sale: satisfaction, reviews, referrals, renewals, and who looks after customers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.experiment.levers.lever import DOWN, UP, Lever, per_run
from sim.experiment.levers.prices import SELL
from sim.experiment.setups import Numbers
from sim.measure.results import Results

__all__ = ["AFTER", "LEVERS", "STORIES", "VISITED", "referred_to_events", "reputation"]

AFTER = (
    *SELL,
    "market.aftersale.term_days=60",
    "market.aftersale.review_rate=0.8",
    "market.aftersale.referral_rate=1",
)
VISITED = (*AFTER, "policy.organisation.farm_every_days=10")
MODEST = ("market.aftersale.satisfaction_base_rate=0.2", "market.aftersale.care_effect=0.6")
STORIES = (*SELL, "market.aftersale.story_gain=2")


def reputation(results: Results) -> Numbers:
    """Mean of what reviews multiply touches by, over the days of each run."""
    return np.asarray(results.days.groupby("replication")["reputation"].mean(), dtype=float)


def referred_to_events(results: Results) -> Numbers:
    """Share of the referred buyers who begin on the journey that events lead, in each replication."""
    buyers = results.buyers[results.buyers["number"] >= 1 << 49]
    share = (buyers["journey"] == "event-led").groupby(buyers["replication"]).mean()
    return np.asarray(share.reindex(range(len(results))).fillna(0.0), dtype=float)


def return_on(way: str) -> Callable[[Results], Numbers]:
    """What the search channel returns per unit of money, by first or last touch."""

    def measure(results: Results) -> Numbers:
        search = results.channels[results.channels["channel"] == "search"]
        return np.asarray(search.groupby("replication")[f"{way}_return"].mean(), dtype=float)

    measure.__doc__ = f"revenue per money spent on search, by {way} touch"
    return measure


def after(setting: str) -> tuple[str, ...]:
    """A change after the sale."""
    return (f"market.aftersale.{setting}",)


def firm(setting: str) -> tuple[str, ...]:
    """A change in the organisation."""
    return (f"policy.organisation.{setting}",)


LEVERS: tuple[Lever, ...] = (
    Lever("what is delivered satisfies", AFTER, after("satisfaction_base_rate=0.3"), "satisfaction_rate",
          DOWN),
    Lever("fit satisfies", AFTER, after("fit_effect=2"), "satisfaction_rate", UP),
    Lever("whoever sold without facts delivers badly",
          (*AFTER, 'policy.medium="verbal"', "team.tasks.discover_rate=0.1"), after("facts_effect=2"),
          "satisfaction_rate", DOWN),
    Lever("care satisfies", VISITED, after("care_effect=0"), "satisfaction_rate", DOWN),
    Lever("broken promises disappoint", (*AFTER, "team.reps.top_readiness_per_day=0.5"),
          after("promise_effect=0.5"), "satisfaction_rate", DOWN),
    Lever("pushing sells what is not delivered", AFTER, ("team.reps.top_readiness_per_day=0.5",),
          "satisfaction_rate", DOWN),
    Lever("customers differ", AFTER, after("satisfaction_spread=0"),
          per_run("buyers", "satisfaction_rate", "std"), DOWN),
    Lever("reviews make a name", AFTER, after("review_rate=0.1"), reputation, DOWN),
    Lever("pleased customers review more", (*AFTER, *after("satisfaction_base_rate=0.9")),
          after("review_satisfaction_effect=0"), per_run("days", "reviews", "sum"), DOWN),
    Lever("late reviews make it late", AFTER, after("review_delay_days=300"), reputation, DOWN),
    Lever("reviews are forgotten", AFTER, after("reviews_memory_days=30"), reputation, DOWN),
    Lever("among few reviews each counts more", AFTER, after("reviews_at_start=2"), reputation, UP),
    Lever("a good name is harder to keep", AFTER, after("valence_at_start=0.95"), reputation, DOWN),
    Lever("volume counts by its elasticity", AFTER, after("volume_elasticity=0"), reputation, DOWN),
    Lever("valence counts by its elasticity", (*AFTER, *after("satisfaction_base_rate=0.1")),
          after("valence_elasticity=2"), reputation, DOWN),
    Lever("a bad name costs deals",
          (*AFTER, *after("satisfaction_base_rate=0"), "market.choice.base_value=2"),
          after("reputation_value=5"), "lead_to_won_rate", DOWN),
    Lever("a good name moves buyers who ask around", (*AFTER, *after("satisfaction_base_rate=0")),
          after("satisfaction_base_rate=1"), per_run("buyers", "exchanges"), UP),
    Lever("customers refer", AFTER, after("referral_rate=0.1"), "referral_count", DOWN),
    Lever("soon or late", AFTER, after("referral_delay_days=5"), "referral_count", UP),
    Lever("unhappy ones do not", AFTER, after("satisfaction_base_rate=0.2"), "referral_count", DOWN),
    Lever("referrals begin where the market says", AFTER, after('referral_journey="event-led"'),
          referred_to_events, UP),
    Lever("short terms renew more often", AFTER, after("term_days=20"), "renewal_value", UP),
    Lever("loyalty renews", AFTER, after("renewal_base_value=-1"), "renewal_rate", DOWN),
    Lever("satisfaction renews", (*AFTER, *after("satisfaction_base_rate=0.9")),
          after("renewal_satisfaction_value=0"), "renewal_rate", DOWN),
    Lever("care renews", (*VISITED, *after("renewal_base_value=-1")), after("renewal_care_value=4"),
          "renewal_rate", UP),
    Lever("customers buy more", AFTER, after("expansion_base_value=3"), "renewal_value", UP),
    Lever("and more of it", AFTER, after("expansion_rate=1"), "renewal_value", UP),
    Lever("stories move early buyers", SELL, after("story_gain=2"), per_run("buyers", "exchanges"), UP),
    Lever("many stories are needed", STORIES, after("story_half=500"), per_run("buyers", "exchanges"), DOWN),
    Lever("stories are forgotten", STORIES, after("story_memory_days=5"), per_run("buyers", "exchanges"),
          DOWN),
    Lever("stories get lost on the way back", STORIES,
          ('policy.return_medium="business-card"', "market.aftersale.story_half=100"),
          per_run("buyers", "exchanges"), DOWN),
    Lever("visits keep customers", AFTER, firm("farm_every_days=10"), "renewal_rate", UP),
    Lever("visits take hours", VISITED, firm("farm_hours=3"), "rep_utilisation_rate", UP),
    Lever("rare visits take fewer", VISITED, firm("farm_every_days=40"), per_run("reps", "farm_hours", "sum"),
          DOWN),
    Lever("a busy firm neglects its customers", (*VISITED, "team.reps.count=12"), ("team.reps.count=5",),
          "account_attention_rate", DOWN),
    Lever("the second handoff loses facts", (*VISITED, 'policy.medium="verbal"'),
          firm('account_owner="least-loaded"'), "account_facts_kept_rate", DOWN),
    Lever("by the medium", (*VISITED, *firm('account_owner="least-loaded"')), ('policy.medium="verbal"',),
          "account_facts_kept_rate", DOWN),
    Lever("and with them satisfaction", (*VISITED, *MODEST, 'policy.medium="verbal"'),
          firm('account_owner="least-loaded"'), "satisfaction_rate", DOWN),
    Lever("who keeps best keeps best",
          (*VISITED, *MODEST, 'policy.medium="shared-record"', "team.reps.skill_spread=0.6"),
          firm('account_owner="farmer"'), "satisfaction_rate", UP),
    Lever("dear touches return less", SELL, ("market.channels.search.cost_value=150",), return_on("first"),
          DOWN),
    Lever("by last touch too", SELL, ("market.channels.search.cost_value=150",), return_on("last"), DOWN),
)  # fmt: skip
