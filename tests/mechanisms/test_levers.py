"""Every mechanism of the lap moves what it should, in the right direction, by more than the noise.

One lever is changed, seeds are paired, and the 99.9 % interval of the difference must leave zero on the right side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.measure import Results

ROOMY = ("team.reps.count=40",)
"""Enough reps that queues do not hide what is tested."""

PLAIN = (*ROOMY, "policy.triage.ignore_rate=0", "policy.recycling.reasons=[]")


def per_run(frame: str, column: str, how: str = "mean") -> Any:
    """A measure straight from a frame, one value per replication."""

    def measure(results: Results) -> np.ndarray:
        return np.asarray(getattr(results, frame).groupby("replication")[column].agg(how), dtype=float)

    measure.__name__ = f"{how} of {frame}.{column}"
    return measure


def first_response(results: Results) -> np.ndarray:
    """Mean time from letting go to the first attempt, in each replication."""
    exchanges = results.exchanges
    wait = exchanges["first_attempt_day"] - exchanges["let_go_day"]
    return np.asarray(wait.groupby(exchanges["replication"]).mean(), dtype=float)


def reached_at_once(results: Results) -> np.ndarray:
    """Share of exchanges in which the first attempt reached the buyer, in each replication."""
    exchanges = results.exchanges
    hit = exchanges["pass_day"].notna() & (exchanges["attempts"] == 1)
    return np.asarray(hit.groupby(exchanges["replication"]).mean(), dtype=float)


UP, DOWN = "rises", "falls"

LEVERS: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...], Any, str]] = [
    # what is shown, market, policy, unchanged, the one change, measure, direction
    ("stronger touches bring more buyers to the aim", "considered", "recycle", PLAIN,
     ("market.channels.website.gain=[0.3, 0.3, 0.3, 0.3]",), per_run("buyers", "exchanges"), UP),
    ("repetition saturates", "considered", "recycle", PLAIN,
     ("market.channels.email.half_saturation=0.05",), per_run("buyers", "exchanges"), DOWN),
    ("nagging tires", "considered", "recycle", (*PLAIN, "policy.nurture.cadence_days=2"),
     ("market.cooling.fatigue_per_touch=0.8",), per_run("buyers", "exchanges"), DOWN),
    ("neglect cools", "considered", "recycle", PLAIN,
     ("market.cooling.grace_days=2", "market.cooling.cooling_days=5"), per_run("buyers", "exchanges"), DOWN),
    ("activity quickens as the clock nears", "considered", "recycle", PLAIN,
     ("market.clock.quicken_factor=10",), per_run("buyers", "touches"), UP),
    ("facts make touches more to the point", "considered", "recycle", PLAIN,
     ("market.facts.relevance_gain=5",), per_run("buyers", "exchanges"), UP),
    ("nurture moves buyers", "considered", "recycle", PLAIN,
     ('policy.nurture.cadence_days="never"',), per_run("buyers", "exchanges"), DOWN),
    ("records decay", "considered", "recycle", PLAIN,
     ("market.facts.decay_per_year=0.95",), per_run("exchanges", "facts_before"), DOWN),
    ("a lossy medium loses facts", "considered", "recycle", PLAIN,
     ('policy.medium="verbal"',), "facts_retained_rate", DOWN),
    ("lost facts cost discovery work", "considered", "recycle", PLAIN,
     ('policy.medium="verbal"',), per_run("reps", "discover_hours", "sum"), UP),
    ("a noisy score misjudges the place", "considered", "recycle", PLAIN,
     ("team.marketers.score_noise=0.5",), per_run("exchanges", "early"), UP),
    ("a score that flatters hands over early", "considered", "recycle", PLAIN,
     ("team.marketers.score_bias=0.3",), per_run("exchanges", "early"), UP),
    ("a checkmark lets the rep prepare ahead", "considered", "patient",
     (*PLAIN, 'policy.triggers=["score"]', "policy.prepare_hours=3",
            "team.reps.stale_days=365", "policy.checkmark=0.2"),
     ('policy.checkmark="never"',), first_response, UP),
    (
        "preparation goes stale and must be done again",
        "considered",
        "patient",
        (*PLAIN, 'policy.triggers=["score"]', "policy.checkmark=0.2", "team.reps.stale_days=365"),
        ("team.reps.stale_days=1",),
        per_run("reps", "prepare_hours", "sum"),
        UP,
    ),
    ("preparation saves speed", "considered", "patient", (*PLAIN, "team.reps.top_readiness_per_day=0.02"),
     ("policy.prepare_hours=0",), "speed_lost_rate", UP),
    ("a rep who comes too fast pushes", "considered", "patient", PLAIN,
     ("team.reps.top_readiness_per_day=0.5",), per_run("exchanges", "pushed"), UP),
    ("overlap keeps momentum", "considered", "recycle", (*PLAIN, 'policy.routing_delay="10 days"'),
     ("policy.overlap=true",), per_run("exchanges", "speed_in_per_day"), UP),
    ("overlap costs", "considered", "recycle",
     (*PLAIN, 'policy.routing_delay="10 days"', "policy.overlap_cost_per_day_value=5"),
     ("policy.overlap=true",), per_run("buyers", "touch_value"), UP),
    ("two runners may obstruct each other", "considered", "recycle", (*PLAIN, "policy.overlap=true"),
     ("policy.obstruct_rate=0.6",), per_run("exchanges", "obstructed"), UP),
    ("a warm introduction conveys what the medium lost", "considered", "recycle",
     (*PLAIN, 'policy.medium="verbal"'), ("policy.warm_introduction=true",), "facts_retained_rate", UP),
    ("a warm introduction takes the rep's time", "considered", "recycle", PLAIN,
     ("policy.warm_introduction=true", "policy.introduction_hours=2"), "rep_utilisation_rate", UP),
    ("routing delay is system delay", "considered", "recycle", PLAIN,
     ('policy.routing_delay="2 days"',), per_run("exchanges", "system_days"), UP),
    ("batching is system delay", "considered", "recycle", PLAIN,
     ("policy.batch_hours=48",), per_run("exchanges", "system_days"), UP),
    ("least-loaded routing shortens queues", "considered", "recycle",
     ("team.reps.count=6", "team.calendar.round_the_clock=true", "policy.recycling.reasons=[]",
      'policy.routing="round-robin"',
      'team.tasks.duration_law="exponential"'),
     ('policy.routing="least-loaded"',), per_run("exchanges", "queue_days", "median"), DOWN),
    ("fewer reps queue longer", "considered", "recycle", ("team.reps.count=12",),
     ("team.reps.count=6",), per_run("exchanges", "queue_days"), UP),
    ("trust follows leads up", "considered", "today", ROOMY,
     ("team.reps.trust_rate=0.95",), "ignored_rate", DOWN),
    ("tracking follows leads up", "considered", "today", ROOMY,
     ("policy.triage.tracking_rate=0.95",), "ignored_rate", DOWN),
    ("a bar rejects poor leads", "considered", "recycle", PLAIN,
     ("policy.triage.bar=0.75",), "rejected_rate", UP),
    ("a breach gives an ignored lead another chance", "considered", "today", ROOMY,
     ('policy.response_target="1 days"', 'policy.breach="reassign"'), "ignored_rate", DOWN),
    ("a breach can take the baton back", "considered", "today", ROOMY,
     ('policy.response_target="1 days"', 'policy.breach="take-back"'),
     lambda r: (r.exchanges["outcome"] == "taken-back").groupby(r.exchanges["replication"]).mean(), UP),
    ("escalation brings a lead to the front", "considered", "today", ("team.reps.count=5",),
     ('policy.response_target="2 business hours"', 'policy.breach="escalate"'), "ignored_rate", DOWN),
    ("more attempts reach more buyers", "considered", "today", PLAIN,
     ("policy.attempts=8",), "contact_rate", UP),
    ("wider spacing reaches them later", "considered", "recycle", PLAIN,
     ('policy.attempt_spacing="6 days"',), per_run("exchanges", "human_days"), UP),
    ("leads expire", "considered", "recycle", (*PLAIN, 'policy.routing_delay="3 days"'),
     ("policy.expiry_days=4",), "contact_rate", DOWN),
    ("the hot minority rewards speed of contact", "web-leads", "recycle",
     (*PLAIN, "market.attention.hot_rate=1"), ('policy.routing_delay="1 days"',), reached_at_once, DOWN),
    ("new leads first are answered sooner", "web-leads", "recycle", ("team.reps.count=4",),
     ('policy.order="new-first"',), "speed_to_lead_p50_days", DOWN),
    ("recycling brings buyers back", "considered", "no-recycle", ROOMY,
     ('policy.recycling.reasons=["timing", "no-decision", "fit", "unreached"]',),
     per_run("buyers", "laps"), UP),
    ("recycling earns", "considered", "no-recycle", (*ROOMY, "horizon.follow_up_days=300"),
     ('policy.recycling.reasons=["timing", "no-decision", "fit", "unreached"]',), "closed_won_count", UP),
    ("a long rest earns less within the follow-up", "considered", "recycle", ROOMY,
     ("policy.recycling.cool_off_days=170",), per_run("buyers", "laps"), DOWN),
    ("fewer laps, fewer returns", "considered", "recycle", ROOMY,
     ("policy.recycling.max_laps=1",), per_run("buyers", "laps"), DOWN),
    ("a returned buyer who starts from scratch is slower", "considered", "recycle", ROOMY,
     ("policy.recycling.kept_position_rate=0.05",), per_run("buyers", "exchanges"), DOWN),
    ("rivals that engage win more", "considered", "recycle",
     (*PLAIN, "market.rivals.incumbent.engagements_per_day=0"),
     ("market.rivals.incumbent.engagements_per_day=0.5",),
     lambda r: r.buyers["bought_from"].str.startswith("rival").groupby(r.buyers["replication"]).mean(), UP),
    ("indecision costs deals", "considered", "recycle", (*PLAIN, "market.clock.pull_forward_rate=0.9"),
     ("market.choice.wait_value=6",), "win_rate", DOWN),
    ("goodwill wins deals", "considered", "recycle",
     (*PLAIN, "market.choice.relationship_value=6"), ("market.facts.ask_again_goodwill_loss=0",
      "market.choice.warm_goodwill_gain=0.4", "policy.warm_introduction=true"), "revenue_value", UP),
    ("the age trigger hands over", "considered", "recycle", PLAIN,
     ('policy.triggers=["score", "age"]', "policy.age_days=10"), per_run("buyers", "exchanges"), UP),
    ("a quota lowers the bar", "considered", "recycle", PLAIN,
     ('policy.triggers=["score", "quota"]', "policy.quota_per_month=500", "policy.quota_review_days=5",
      "policy.quota_bar_drop=0.3"), per_run("exchanges", "early"), UP),
    ("all triggers together are rarer than any", "considered", "recycle",
     (*PLAIN, 'policy.triggers=["score", "hand-raise"]'), ('policy.combine="all"',),
     per_run("buyers", "exchanges"), DOWN),
    ("spending brings arrivals", "considered", "recycle",
     (*PLAIN, "market.channels.search.spend_per_day_value=100"), ("policy.spend.search=2",),
     per_run("buyers", "number", "size"), UP),
    ("longer tasks fill the reps' hours", "considered", "recycle", ("team.reps.count=30",),
     ("team.tasks.meet=2",), "rep_utilisation_rate", UP),
    ("being talked with wins deals, being called once does not", "considered", "recycle", PLAIN,
     ("market.choice.talks_scale=6",), "win_rate", DOWN),
    ("a hot buyer who was missed answers again", "web-leads", "recycle",
     (*PLAIN, "market.attention.hot_rate=1"), ("market.attention.recover_days=30",), "contact_rate", DOWN),
    ("who is on the move qualifies", "considered", "recycle", (*PLAIN, "market.exchange.qualify_momentum_value=0"),
     ("market.exchange.qualify_momentum_value=20",), per_run("exchanges", "qualified"), UP),
    ("a hand raised just now qualifies", "web-leads", "recycle", (*PLAIN, "market.exchange.qualify_intent_value=0"),
     ("market.exchange.qualify_intent_value=3",), per_run("exchanges", "qualified"), UP),
    ("the intent of a raised hand fades", "web-leads", "recycle", (*PLAIN, "market.exchange.qualify_intent_value=3"),
     ("market.exchange.intent_days=0.05",), per_run("exchanges", "qualified"), DOWN),
    ("meetings move buyers to a decision", "considered", "recycle", PLAIN,
     ("team.tasks.meeting_gain=0.01",), per_run("deals", "meetings"), UP),
]  # fmt: skip


@pytest.mark.parametrize(
    ("market", "policy", "base", "change", "measure", "direction"),
    [pytest.param(*lever[1:], id=lever[0]) for lever in LEVERS],
)
def test_lever(
    effect: Any,
    market: str,
    policy: str,
    base: tuple[str, ...],
    change: tuple[str, ...],
    measure: Any,
    direction: str,
) -> None:
    shown = effect(market, policy, base, change, measure)
    assert getattr(shown, direction), shown
