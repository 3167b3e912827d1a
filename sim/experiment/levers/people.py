"""People and pay: learning, turnover, follow-up, and what each is paid for."""

from __future__ import annotations

from typing import Any

from sim.experiment.levers.lap import ROOMY
from sim.experiment.levers.lever import DOWN, UP, Lever, by_replication, per_run
from sim.experiment.setups import Numbers
from sim.measure.results import Results

__all__ = ["COUNTED", "LEARNING", "LEVERS", "SCORE", "below_aim", "below_aim_rate", "pushed_and_won"]

SCORE = 'policy.triggers=["score"]'
UNALIGNED = (*ROOMY, "policy.batch_hours=0", "policy.attempts=6")
LEARNING = (*UNALIGNED, "team.learning.trust_memory=60")
MISTRUST = (
    *LEARNING,
    "team.learning.withhold_rate=0.8",
    "team.learning.spite_shift=0.5",
    "team.learning.dispute_hours=4",
)
TURNOVER = ("team.reps.count=12", "team.reps.tenure_days=120")
TRACKED = (*ROOMY, SCORE, "policy.triage.tracking_rate=0.9")
WINNING = ("team.reps.count=16", SCORE, "market.choice.base_value=5", "policy.triage.ignore_rate=0.5",
           "market.clock.pull_forward_rate=0.9")  # fmt: skip
BUSY = ("team.reps.count=10", SCORE, "market.choice.base_value=5", "market.clock.pull_forward_rate=0.9",
        "team.reps.skill_spread=1", "team.learning.performance_days=365", "policy.triage.workload_effect=0.3",
        "policy.triage.tracking_rate=0", "policy.triage.ignore_rate=0.1")  # fmt: skip
"""Full desks, and skills so far apart that the same people win all the time."""
QUARTER = (*ROOMY, 'policy.organisation.sales_paid_for="quarter"', "market.clock.pull_forward_rate=0.9",
           "policy.organisation.quarter_days=30", "market.choice.base_value=3")  # fmt: skip
COUNTED = (
    *ROOMY,
    SCORE,
    'policy.organisation.marketing_paid_for="lead-count"',
    "policy.organisation.lead_target_per_month=2000",
    "policy.organisation.pay_period_days=91.25",
    "policy.organisation.usual_days=60",
)
NURTURED = (
    *COUNTED,
    "policy.organisation.discipline_rate=1e6",  # nothing is let go early; only nurture can change
    "market.channels.email.cost_value=1000",
)
REVENUE = 'policy.organisation.marketing_paid_for="revenue"'
SPEND = 'policy.organisation.marketing_paid_for="spend"'
REMEMBERED = (*COUNTED[:2], *COUNTED[3:], REVENUE, "policy.organisation.belief_memory=1")
"""Paid for revenue, and with no memory for what leads have come to but the last."""
REMEMBERS = ("policy.organisation.belief_memory=500",)


def below_aim(results: Results) -> Any:
    """Which exchanges were let go below the policy's aim, which is where the journeys' zones open."""
    return results.exchanges["score"] < results.exchanges["zone_open"] - 1e-6


def below_aim_rate(results: Results) -> Numbers:
    """Share of leads let go below the aim, in each replication."""
    return by_replication(below_aim(results), results.exchanges)


def ignored_by_the_able(results: Results) -> Numbers:
    """Share of leads ignored by the more able half of the reps, less that of the others, in each replication."""
    skill = results.reps["skill"]
    able = results.reps[skill > skill.groupby(results.reps["replication"]).transform("median")]
    routed = results.exchanges[results.exchanges["rep"] >= 0]
    seats = routed.set_index(["replication", "rep"]).index
    theirs = seats.isin(able.set_index(["replication", "rep"]).index)
    ignored = routed["outcome"] == "ignored"
    return by_replication(ignored[theirs], routed[theirs]) - by_replication(ignored[~theirs], routed[~theirs])


def pushed_and_won(results: Results) -> Numbers:
    """Share of pushed opportunities that were won, in each replication."""
    pushed = results.deals[results.deals["pushed"]]
    return by_replication(pushed["outcome"] == "won", pushed)


LEVERS: tuple[Lever, ...] = (
    Lever("reps learn what marketing's leads are worth", UNALIGNED, ("team.learning.trust_memory=60",),
          "trust_rate", DOWN, policy="today"),
    Lever("marketers learn how sales follows up", UNALIGNED, ("team.learning.trust_memory=60",),
          "regard_rate", DOWN, policy="today"),
    Lever("a strong prior learns slowly", LEARNING, ("team.learning.trust_strength=500",), "trust_rate",
          UP, policy="today"),
    Lever("marketers without regard keep facts back", UNALIGNED, ("team.learning.withhold_rate=0.8",),
          "facts_retained_rate", DOWN, policy="today"),
    Lever("regard tells what it knows", (*UNALIGNED, "team.learning.withhold_rate=0.8"),
          ("team.learning.regard_rate=1",), "facts_retained_rate", UP, policy="today"),
    Lever("a lenient marketer thinks more of sales", (*LEARNING, "policy.batch_hours=72"),
          ("team.learning.follow_up_target_days=20",), "regard_rate", UP, policy="today"),
    Lever("disputes over credit cost hours", LEARNING, ("team.learning.dispute_hours=8",), "other_rep_hours",
          UP),
    Lever("those hours are working hours", LEARNING, ("team.learning.dispute_hours=8",),
          "rep_utilisation_rate", UP),
    Lever("who counts wins by one rule does not dispute them", (*LEARNING, "team.learning.dispute_hours=8"),
          ("policy.organisation.shared_attribution_rate=1",), "other_rep_hours", DOWN),
    Lever("specialists sell better to their own segment",
          (*ROOMY, 'policy.routing="specialist"', "team.reps.specialist_edge=0"),
          ("team.reps.specialist_edge=0.4",), "rep_utilisation_rate", DOWN),
    Lever("spite lets the aim slide", (*LEARNING, SCORE), ("team.learning.spite_shift=0.6",),
          "early_exchange_rate", UP, policy="today"),
    Lever("mistrust feeds itself", LEARNING, MISTRUST[len(LEARNING):], "conflict_rate", UP, policy="today"),
    Lever("tracking interrupts the spiral", MISTRUST, ("policy.triage.tracking_rate=0.98",), "conflict_rate",
          DOWN, policy="today"),
    Lever("newcomers climb a ramp", TURNOVER, ("team.reps.ramp_days=120",), per_run("reps", "skill"), DOWN),
    Lever("slow reps take longer",
          (*TURNOVER, "market.choice.base_value=4", "market.clock.pull_forward_rate=0.9"),
          ("team.reps.ramp_days=365", "team.reps.novice_rate=0.1"), "sales_cycle_days", UP),
    Lever("a better novice is a better rep", (*TURNOVER, "team.reps.ramp_days=365"),
          ("team.reps.novice_rate=0.95",), per_run("reps", "skill"), UP),
    Lever("short tenures mean departures", TURNOVER, ("team.reps.tenure_days=30",), "departure_count", UP),
    Lever("departures pass buyers on", TURNOVER, ("team.reps.tenure_days=30",), "passed_on_count", UP),
    Lever("a lossy handover between reps costs facts", (*ROOMY, "team.reps.tenure_days=10"),
          ('team.reps.handover_medium="business-card"',), "facts_after_mean", DOWN),
    Lever("an empty seat calls nobody", TURNOVER, ("team.reps.vacancy_days=90",), "speed_to_lead_mean_days",
          UP),
    Lever("hunters open better", ROOMY, ("team.reps.hunter_rate=1",), "rep_utilisation_rate", DOWN),
    Lever("farmers open worse", ROOMY, ("team.reps.farmer_rate=1",), "rep_utilisation_rate", UP),
    Lever("the edge makes the hunter", (*ROOMY, "team.reps.hunter_rate=1"), ("team.reps.hunter_edge=0.8",),
          "rep_utilisation_rate", DOWN),
    Lever("prequalified leads are followed up", (*ROOMY, SCORE),
          ("policy.triage.prequalification_effect=10",), "ignored_rate", DOWN, policy="today"),
    Lever("experience looks at prequalification", (*ROOMY, SCORE, "policy.triage.prequalification_effect=3"),
          ("policy.triage.experience_prequalification=4",), "ignored_rate", DOWN, policy="today"),
    Lever("experience cares less for tracking", TRACKED, ("policy.triage.experience_tracking=1",),
          "ignored_rate", UP, policy="today"),
    Lever("experience cares less for volume",
          ("team.reps.count=4", "policy.triage.workload_effect=0.3", "policy.triage.ignore_rate=0.1"),
          ("policy.triage.experience_volume=1",), "ignored_rate", DOWN, policy="today"),
    # A tracking of 0.9 cannot be raised by much for those who win little, but winners can shake it off.
    Lever("winners care less for tracking", (*WINNING, "policy.triage.tracking_rate=0.9"),
          ("policy.triage.performance_tracking=1",), "ignored_rate", UP, policy="today"),
    Lever("a win that is soon forgotten makes nobody a winner for long",
          (*WINNING, "policy.triage.tracking_rate=0.9", "policy.triage.performance_tracking=1"),
          ("team.learning.performance_days=5",), "ignored_rate", DOWN, policy="today"),
    Lever("winners answer to volume", BUSY, ("policy.triage.performance_volume=1",), ignored_by_the_able, UP,
          policy="today"),
    Lever("pay by the quarter pushes deals", QUARTER[:1] + QUARTER[2:], (QUARTER[1],), "pushed_rate", UP),
    Lever("pay by the quarter starves early leads",
          (*QUARTER[1:], "team.reps.count=10", "policy.recycling.reasons=[]"),
          ('policy.organisation.sales_paid_for="flat"',), "speed_to_lead_mean_days", DOWN),
    Lever("paid for life, reps see customers before new leads",
          ("team.reps.count=8", "market.clock.pull_forward_rate=0.9", "market.choice.base_value=3",
           'market.aftersale.term_days="6 months"', "policy.organisation.farm_every_days=10"),
          ('policy.organisation.sales_paid_for="lifetime"',), "account_attention_rate", UP),
    Lever("pay for life does not", QUARTER, ('policy.organisation.sales_paid_for="lifetime"',), "pushed_rate",
          DOWN),
    Lever("pushing costs margin", QUARTER, ("policy.organisation.push_discount_rate=0.3",), "discount_rate",
          UP),
    Lever("a stronger offer pulls more deals in", (*QUARTER, "policy.organisation.push_gain=0.02"),
          ("policy.organisation.push_gain=0.4",), "pushed_rate", UP),
    Lever("who minds the next quarter does not push", QUARTER,
          ("policy.organisation.next_quarter_weight=0.95",), "pushed_rate", DOWN),
    Lever("long quarters push less", QUARTER, ("policy.organisation.quarter_days=91.25",), "pushed_rate",
          DOWN),
    Lever("discounts tip choices",
          (*QUARTER[:-1], "market.choice.base_value=-1", "market.negotiation.price_value=0"),
          ("market.negotiation.price_value=40",), pushed_and_won, UP),
    Lever("paid by the lead, marketing lowers the bar", (*COUNTED[:2], *COUNTED[3:]), (COUNTED[2],),
          below_aim_rate, UP),
    Lever("discipline keeps the bar", COUNTED, ("policy.organisation.discipline_rate=3",), below_aim_rate,
          DOWN),
    Lever("a target within reach keeps the bar", COUNTED, ("policy.organisation.lead_target_per_month=20",),
          below_aim_rate, DOWN),
    Lever("who minds the next period keeps the bar", COUNTED, ("policy.organisation.next_period_weight=1",),
          below_aim_rate, DOWN),
    Lever("a longer period to be paid for keeps the bar",
          (*COUNTED, "policy.organisation.pay_period_days=10"), ("policy.organisation.pay_period_days=365",),
          below_aim_rate, DOWN),
    Lever("paid for accepted leads, marketing lowers the bar", (*COUNTED[:2], *COUNTED[3:]),
          ('policy.organisation.marketing_paid_for="accepted-leads"',), below_aim_rate, UP),
    Lever("paid for revenue, marketing holds on", (*COUNTED[:2], *COUNTED[3:]), (REVENUE,),
          per_run("exchanges", "score"), UP),
    Lever("who remembers what became of early leads holds on where they come to nothing",
          (*REMEMBERED, "market.exchange.qualify_early_value=-60"), REMEMBERS, per_run("exchanges", "score"), UP),
    Lever("and lets go sooner where they are as good as others",
          (*REMEMBERED, "market.exchange.qualify_early_value=0"), REMEMBERS, per_run("exchanges", "score"), DOWN),
    Lever("paid for what it spends, marketing holds on", (*COUNTED[:2], *COUNTED[3:]), (SPEND,),
          per_run("exchanges", "score"), UP),
    Lever("the more a touch pays, the longer", (*COUNTED[:2], *COUNTED[3:], SPEND),
          ("policy.organisation.touch_spend_rate=0.5",), per_run("exchanges", "score"), UP),
    Lever("touches that do not pay are not made", NURTURED, ("policy.organisation.touch_effort_rate=0.2",),
          per_run("buyers", "touch_value", "sum"), DOWN),
    Lever("who expects a long way gives long nurturing up", NURTURED, ("policy.organisation.usual_days=900",),
          per_run("buyers", "touch_value", "sum"), DOWN),
    Lever("long nurturing is given up under pay by the lead, not for revenue",
          (*NURTURED, "policy.organisation.usual_days=400"), (REVENUE,),
          per_run("buyers", "touch_value", "sum"), UP),
)  # fmt: skip
