"""The lap: what marketing, the exchange and sales do to one buyer."""

from __future__ import annotations

from sim.experiment.levers.lever import DOWN, UP, Lever, by_replication, per_run
from sim.experiment.setups import Numbers
from sim.measure.results import Results

__all__ = ["LEVERS", "PLAIN", "ROOMY", "first_response", "lost_to_rivals", "reached_at_once", "taken_back"]

ROOMY = ("team.reps.count=40",)
"""Enough reps that queues do not hide what is shown."""

PLAIN = (*ROOMY, "policy.triage.ignore_rate=0", "policy.recycling.reasons=[]")
"""Nobody is ignored and nobody comes back."""


def first_response(results: Results) -> Numbers:
    """Mean days from letting go to the first attempt, in each replication."""
    exchanges = results.exchanges
    return by_replication(exchanges["first_attempt_day"] - exchanges["let_go_day"], exchanges)


def reached_at_once(results: Results) -> Numbers:
    """Share of exchanges in which the first attempt reached the buyer, in each replication."""
    exchanges = results.exchanges
    return by_replication(exchanges["pass_day"].notna() & (exchanges["attempts"] == 1), exchanges)


def taken_back(results: Results) -> Numbers:
    """Share of exchanges that marketing took back, in each replication."""
    return by_replication(results.exchanges["outcome"] == "taken-back", results.exchanges)


def lost_to_rivals(results: Results) -> Numbers:
    """Share of buyers who bought from a rival, in each replication."""
    return by_replication(results.buyers["bought_from"].str.startswith("rival"), results.buyers)


LEVERS: tuple[Lever, ...] = (
    Lever("stronger touches bring more buyers to the aim", PLAIN,
          ("market.channels.website.gain=[0.3, 0.3, 0.3, 0.3]",), per_run("buyers", "exchanges"), UP),
    Lever("repetition saturates", PLAIN, ("market.channels.email.half_saturation=0.05",),
          per_run("buyers", "exchanges"), DOWN),
    Lever("nagging tires", (*PLAIN, "policy.nurture.cadence_days=2"),
          ("market.cooling.fatigue_per_touch=0.8",), per_run("buyers", "exchanges"), DOWN),
    Lever("neglect cools", PLAIN, ("market.cooling.grace_days=2", "market.cooling.cooling_days=5"),
          per_run("buyers", "exchanges"), DOWN),
    Lever("activity quickens as the clock nears", PLAIN, ("market.clock.quicken_factor=10",),
          per_run("buyers", "touches"), UP),
    Lever("facts make touches more to the point", PLAIN, ("market.facts.relevance_gain=5",),
          per_run("buyers", "exchanges"), UP),
    Lever("nurture moves buyers", PLAIN, ('policy.nurture.cadence_days="never"',),
          per_run("buyers", "exchanges"), DOWN),
    Lever("records decay", PLAIN, ("market.facts.decay_per_year=0.95",), per_run("exchanges", "facts_before"),
          DOWN),
    Lever("a lossy medium loses facts", PLAIN, ('policy.medium="verbal"',), "facts_retained_rate", DOWN),
    Lever("lost facts cost discovery work", PLAIN, ('policy.medium="verbal"',),
          per_run("reps", "discover_hours", "sum"), UP),
    Lever("a noisy score misjudges the place", PLAIN, ("team.marketers.score_noise=0.5",),
          per_run("exchanges", "early"), UP),
    Lever("a score that flatters hands over early", PLAIN, ("team.marketers.score_bias=0.3",),
          per_run("exchanges", "early"), UP),
    Lever("a checkmark lets the rep prepare ahead",
          (*PLAIN, 'policy.triggers=["score"]', "policy.prepare_hours=3", "team.reps.stale_days=365",
           "policy.checkmark=0.2"),
          ('policy.checkmark="never"',), first_response, UP, policy="patient"),
    Lever("preparation goes stale and must be done again",
          (*PLAIN, 'policy.triggers=["score"]', "policy.checkmark=0.2", "team.reps.stale_days=365"),
          ("team.reps.stale_days=1",), per_run("reps", "prepare_hours", "sum"), UP, policy="patient"),
    Lever("preparation saves speed", (*PLAIN, "team.reps.top_readiness_per_day=0.02"),
          ("policy.prepare_hours=0",), "speed_lost_rate", UP, policy="patient"),
    Lever("a rep who comes too fast pushes", PLAIN, ("team.reps.top_readiness_per_day=0.5",),
          per_run("exchanges", "pushed"), UP, policy="patient"),
    Lever("overlap keeps momentum", (*PLAIN, 'policy.routing_delay="10 days"'), ("policy.overlap=true",),
          per_run("exchanges", "speed_in_per_day"), UP),
    Lever("overlap costs", (*PLAIN, 'policy.routing_delay="10 days"', "policy.overlap_cost_per_day_value=5"),
          ("policy.overlap=true",), per_run("buyers", "touch_value"), UP),
    Lever("two runners may obstruct each other", (*PLAIN, "policy.overlap=true"),
          ("policy.obstruct_rate=0.6",), per_run("exchanges", "obstructed"), UP),
    Lever("a warm introduction conveys what the medium lost", (*PLAIN, 'policy.medium="verbal"'),
          ("policy.warm_introduction=true",), "facts_retained_rate", UP),
    Lever("a warm introduction takes the rep's time", PLAIN,
          ("policy.warm_introduction=true", "policy.introduction_hours=2"), "rep_utilisation_rate", UP),
    Lever("routing delay is system delay", PLAIN, ('policy.routing_delay="2 days"',),
          per_run("exchanges", "system_days"), UP),
    Lever("batching is system delay", PLAIN, ("policy.batch_hours=48",), per_run("exchanges", "system_days"),
          UP),
    Lever("least-loaded routing shortens queues",
          ("team.reps.count=6", "team.calendar.round_the_clock=true", "policy.recycling.reasons=[]",
           'policy.routing="round-robin"', 'team.tasks.duration_law="exponential"'),
          ('policy.routing="least-loaded"',), per_run("exchanges", "queue_days", "median"), DOWN),
    Lever("fewer reps queue longer", ("team.reps.count=12",), ("team.reps.count=6",),
          per_run("exchanges", "queue_days"), UP),
    Lever("trust follows leads up", ROOMY, ("team.reps.trust_rate=0.95",), "ignored_rate",
          DOWN, policy="today"),
    Lever("tracking follows leads up", ROOMY, ("policy.triage.tracking_rate=0.95",), "ignored_rate",
          DOWN, policy="today"),
    Lever("a bar rejects poor leads", PLAIN, ("policy.triage.bar=0.75",), "rejected_rate", UP),
    Lever("a breach gives an ignored lead another chance", ROOMY,
          ('policy.response_target="1 days"', 'policy.breach="reassign"'), "ignored_rate",
          DOWN, policy="today"),
    Lever("a breach can take the baton back", ROOMY,
          ('policy.response_target="1 days"', 'policy.breach="take-back"'), taken_back, UP, policy="today"),
    Lever("escalation brings a lead to the front", ("team.reps.count=5",),
          ('policy.response_target="2 business hours"', 'policy.breach="escalate"'), "ignored_rate",
          DOWN, policy="today"),
    Lever("more attempts reach more buyers", PLAIN, ("policy.attempts=8",), "contact_rate",
          UP, policy="today"),
    Lever("wider spacing reaches them later", PLAIN, ('policy.attempt_spacing="6 days"',),
          per_run("exchanges", "human_days"), UP),
    Lever("leads expire", (*PLAIN, 'policy.routing_delay="3 days"'), ("policy.expiry_days=4",),
          "contact_rate", DOWN),
    Lever("the hot minority rewards speed of contact", (*PLAIN, "market.attention.hot_rate=1"),
          ('policy.routing_delay="1 days"',), reached_at_once, DOWN, market="web-leads"),
    Lever("new leads first are answered sooner", ("team.reps.count=4",), ('policy.order="new-first"',),
          "speed_to_lead_p50_days", DOWN, market="web-leads"),
    Lever("recycling brings buyers back", ROOMY,
          ('policy.recycling.reasons=["timing", "no-decision", "fit", "unreached"]',),
          per_run("buyers", "laps"), UP, policy="no-recycle"),
    Lever("recycling earns", (*ROOMY, "horizon.follow_up_days=300"),
          ('policy.recycling.reasons=["timing", "no-decision", "fit", "unreached"]',), "closed_won_count",
          UP, policy="no-recycle"),
    Lever("a long rest earns less within the follow-up", ROOMY, ("policy.recycling.cool_off_days=170",),
          per_run("buyers", "laps"), DOWN),
    Lever("fewer laps, fewer returns", ROOMY, ("policy.recycling.max_laps=1",), per_run("buyers", "laps"),
          DOWN),
    Lever("a returned buyer who starts from scratch is slower", ROOMY,
          ("policy.recycling.kept_position_rate=0.05",), per_run("buyers", "exchanges"), DOWN),
    Lever("rivals that engage win more", (*PLAIN, "market.rivals.incumbent.engagements_per_day=0"),
          ("market.rivals.incumbent.engagements_per_day=0.5",), lost_to_rivals, UP),
    Lever("indecision costs deals", (*PLAIN, "market.clock.pull_forward_rate=0.9"),
          ("market.choice.wait_value=6",), "win_rate", DOWN),
    Lever("goodwill wins deals", (*PLAIN, "market.choice.relationship_value=6"),
          ("market.facts.ask_again_goodwill_loss=0", "market.choice.warm_goodwill_gain=0.4",
           "policy.warm_introduction=true"),
          "revenue_value", UP),
    Lever("who comes with goodwill buys from us", (*PLAIN, "market.choice.relationship_value=6"),
          tuple(f"market.journeys.{name}.start_goodwill_rate=0.9" for name in ("inbound-research", "event-led")),
          "lead_to_won_rate", UP),
    Lever("the age trigger hands over", PLAIN, ('policy.triggers=["score", "age"]', "policy.age_days=10"),
          per_run("buyers", "exchanges"), UP),
    Lever("a quota lowers the bar", PLAIN,
          ('policy.triggers=["score", "quota"]', "policy.quota_per_month=500", "policy.quota_review_days=5",
           "policy.quota_bar_drop=0.3"),
          per_run("exchanges", "early"), UP),
    Lever("all triggers together are rarer than any", (*PLAIN, 'policy.triggers=["score", "hand-raise"]'),
          ('policy.combine="all"',), per_run("buyers", "exchanges"), DOWN),
    Lever("spending brings arrivals", (*PLAIN, "market.channels.search.spend_per_day_value=100"),
          ("policy.spend.search=2",), per_run("buyers", "number", "size"), UP),
    Lever("longer tasks fill the reps' hours", ("team.reps.count=30",), ("team.tasks.meet=2",),
          "rep_utilisation_rate", UP),
    Lever("being talked with wins deals, being called once does not", PLAIN, ("market.choice.talks_scale=6",),
          "win_rate", DOWN),
    Lever("a hot buyer who was missed answers again", (*PLAIN, "market.attention.hot_rate=1"),
          ("market.attention.recover_days=30",), "contact_rate", DOWN, market="web-leads"),
    Lever("who is on the move qualifies", (*PLAIN, "market.exchange.qualify_momentum_value=0"),
          ("market.exchange.qualify_momentum_value=20",), per_run("exchanges", "qualified"), UP),
    Lever("a hand raised just now qualifies", (*PLAIN, "market.exchange.qualify_intent_value=0"),
          ("market.exchange.qualify_intent_value=3",), per_run("exchanges", "qualified"),
          UP, market="web-leads"),
    Lever("the intent of a raised hand fades", (*PLAIN, "market.exchange.qualify_intent_value=3"),
          ("market.exchange.intent_days=0.05",), per_run("exchanges", "qualified"), DOWN, market="web-leads"),
    Lever("meetings move buyers to a decision", PLAIN, ("team.tasks.meeting_gain=0.01",),
          per_run("deals", "meetings"), UP),
)  # fmt: skip
