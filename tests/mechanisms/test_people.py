"""People and pay move what they should: learning, turnover, follow-up, and what each is paid for.

One setting is changed, seeds are paired, and the 99.9 % interval of the difference must leave zero on the right side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.measure import Results

UP, DOWN = "rises", "falls"

ROOMY = ("team.reps.count=40",)
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


def per_run(frame: str, column: str, how: str = "mean") -> Any:
    """A measure straight from a frame, one value per replication."""

    def measure(results: Results) -> np.ndarray:
        return np.asarray(getattr(results, frame).groupby("replication")[column].agg(how), dtype=float)

    return measure


def below_aim(results: Results) -> Any:
    """Which exchanges were let go below the policy's aim, which is where the journeys' zones open."""
    return results.exchanges["score"] < results.exchanges["zone_open"] - 1e-6


def below_aim_rate(results: Results) -> np.ndarray:
    """Share of leads let go below the aim."""
    return np.asarray(below_aim(results).groupby(results.exchanges["replication"]).mean(), dtype=float)


def pushed_and_won(results: Results) -> np.ndarray:
    """Share of pushed opportunities that were won."""
    pushed = results.deals[results.deals["pushed"]]
    return np.asarray((pushed["outcome"] == "won").groupby(pushed["replication"]).mean(), dtype=float)


LEVERS: list[tuple[str, str, tuple[str, ...], tuple[str, ...], Any, str]] = [
    # what is shown, policy, unchanged, the one change, measure, direction
    ("reps learn what marketing's leads are worth", "today", UNALIGNED,
     ("team.learning.trust_memory=60",), "trust_rate", DOWN),
    ("marketers learn how sales follows up", "today", UNALIGNED,
     ("team.learning.trust_memory=60",), "regard_rate", DOWN),
    ("a strong prior learns slowly", "today", LEARNING,
     ("team.learning.trust_strength=500",), "trust_rate", UP),
    ("marketers without regard keep facts back", "today", UNALIGNED,
     ("team.learning.withhold_rate=0.8",), "facts_retained_rate", DOWN),
    ("regard tells what it knows", "today", (*UNALIGNED, "team.learning.withhold_rate=0.8"),
     ("team.learning.regard_rate=1",), "facts_retained_rate", UP),
    ("a lenient marketer thinks more of sales", "today", (*LEARNING, "policy.batch_hours=72"),
     ("team.learning.follow_up_target_days=20",), "regard_rate", UP),
    ("disputes over credit cost hours", "recycle", LEARNING,
     ("team.learning.dispute_hours=8",), "other_rep_hours", UP),
    ("those hours are working hours", "recycle", LEARNING,
     ("team.learning.dispute_hours=8",), "rep_utilisation_rate", UP),
    ("spite lets the aim slide", "today", (*LEARNING, SCORE),
     ("team.learning.spite_shift=0.6",), "early_exchange_rate", UP),
    ("mistrust feeds itself", "today", LEARNING, MISTRUST[len(LEARNING):], "conflict_rate", UP),
    ("tracking interrupts the spiral", "today", MISTRUST,
     ("policy.triage.tracking_rate=0.98",), "conflict_rate", DOWN),
    ("newcomers climb a ramp", "recycle", TURNOVER, ("team.reps.ramp_days=120",), per_run("reps", "skill"),
     DOWN),
    ("slow reps take longer", "recycle", TURNOVER,
     ("team.reps.ramp_days=365", "team.reps.novice_rate=0.1"), "sales_cycle_days", UP),
    ("a better novice is a better rep", "recycle", (*TURNOVER, "team.reps.ramp_days=365"),
     ("team.reps.novice_rate=0.95",), per_run("reps", "skill"), UP),
    ("short tenures mean departures", "recycle", TURNOVER, ("team.reps.tenure_days=30",), "departure_count",
     UP),
    ("departures pass buyers on", "recycle", TURNOVER, ("team.reps.tenure_days=30",), "passed_on_count", UP),
    ("a lossy handover between reps costs facts", "recycle", (*ROOMY, "team.reps.tenure_days=10"),
     ('team.reps.handover_medium="business-card"',), "facts_after_mean", DOWN),
    ("an empty seat calls nobody", "recycle", TURNOVER, ("team.reps.vacancy_days=90",),
     "speed_to_lead_mean_days", UP),
    ("hunters open better", "recycle", ROOMY, ("team.reps.hunter_rate=1",), "rep_utilisation_rate", DOWN),
    ("farmers open worse", "recycle", ROOMY, ("team.reps.farmer_rate=1",), "rep_utilisation_rate", UP),
    ("the edge makes the hunter", "recycle", (*ROOMY, "team.reps.hunter_rate=1"),
     ("team.reps.hunter_edge=0.8",), "rep_utilisation_rate", DOWN),
    ("prequalified leads are followed up", "today", (*ROOMY, SCORE),
     ("policy.triage.prequalification_effect=10",), "ignored_rate", DOWN),
    ("experience looks at prequalification", "today",
     (*ROOMY, SCORE, "policy.triage.prequalification_effect=3"),
     ("policy.triage.experience_prequalification=4",), "ignored_rate", DOWN),
    ("experience cares less for tracking", "today", TRACKED,
     ("policy.triage.experience_tracking=1",), "ignored_rate", UP),
    ("experience cares less for volume", "today",
     ("team.reps.count=4", "policy.triage.workload_effect=0.3", "policy.triage.ignore_rate=0.1"),
     ("policy.triage.experience_volume=1",), "ignored_rate", DOWN),
    # A tracking of 0.9 cannot be raised by much for those who win little, but winners can shake it off.
    ("winners care less for tracking", "today", (*WINNING, "policy.triage.tracking_rate=0.9"),
     ("policy.triage.performance_tracking=1",), "ignored_rate", UP),
    ("a win that is soon forgotten makes nobody a winner for long", "today",
     (*WINNING, "policy.triage.tracking_rate=0.9", "policy.triage.performance_tracking=1"),
     ("team.learning.performance_days=5",), "ignored_rate", DOWN),
    ("pay by the quarter pushes deals", "recycle", QUARTER[:1] + QUARTER[2:],
     (QUARTER[1],), "pushed_rate", UP),
    ("pay for life does not", "recycle", QUARTER,
     ('policy.organisation.sales_paid_for="lifetime"',), "pushed_rate", DOWN),
    ("pushing costs margin", "recycle", QUARTER, ("policy.organisation.push_discount_rate=0.3",),
     "discount_rate", UP),
    ("a stronger offer pulls more deals in", "recycle", (*QUARTER, "policy.organisation.push_gain=0.02"),
     ("policy.organisation.push_gain=0.4",), "pushed_rate", UP),
    ("who minds the next quarter does not push", "recycle", QUARTER,
     ("policy.organisation.next_quarter_weight=0.95",), "pushed_rate", DOWN),
    ("long quarters push less", "recycle", QUARTER, ("policy.organisation.quarter_days=91.25",),
     "pushed_rate", DOWN),
    ("discounts tip choices", "recycle",
     (*QUARTER[:-1], "market.choice.base_value=-1", "market.negotiation.price_value=0"),
     ("market.negotiation.price_value=40",), pushed_and_won, UP),
    ("paid by the lead, marketing lowers the bar", "recycle", (*COUNTED[:2], *COUNTED[3:]),
     (COUNTED[2],), below_aim_rate, UP),
    ("discipline keeps the bar", "recycle", COUNTED, ("policy.organisation.discipline_rate=3",),
     below_aim_rate, DOWN),
    ("a target within reach keeps the bar", "recycle", COUNTED,
     ("policy.organisation.lead_target_per_month=20",), below_aim_rate, DOWN),
    ("who minds the next period keeps the bar", "recycle", COUNTED,
     ("policy.organisation.next_period_weight=1",), below_aim_rate, DOWN),
    ("a longer period to be paid for keeps the bar", "recycle",
     (*COUNTED, "policy.organisation.pay_period_days=10"), ("policy.organisation.pay_period_days=365",),
     below_aim_rate, DOWN),
    ("paid for accepted leads, marketing lowers the bar", "recycle", (*COUNTED[:2], *COUNTED[3:]),
     ('policy.organisation.marketing_paid_for="accepted-leads"',), below_aim_rate, UP),
    ("paid for revenue, marketing holds on", "recycle", (*COUNTED[:2], *COUNTED[3:]),
     (REVENUE,), per_run("exchanges", "score"), UP),
    ("touches that do not pay are not made", "recycle", NURTURED,
     ("policy.organisation.touch_effort_rate=0.2",), per_run("buyers", "touch_value", "sum"), DOWN),
    ("who expects a long way gives long nurturing up", "recycle", NURTURED,
     ("policy.organisation.usual_days=900",), per_run("buyers", "touch_value", "sum"), DOWN),
    ("long nurturing is given up under pay by the lead, not for revenue", "recycle",
     (*NURTURED, "policy.organisation.usual_days=400"), (REVENUE,),
     per_run("buyers", "touch_value", "sum"), UP),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "base", "change", "measure", "direction"),
    [pytest.param(*lever[1:], id=lever[0]) for lever in LEVERS],
)
def test_lever(
    effect: Any, policy: str, base: tuple[str, ...], change: tuple[str, ...], measure: Any, direction: str
) -> None:
    shown = effect("considered", policy, base, change, measure)
    assert getattr(shown, direction), shown
