"""Measures of the price talk and of the time after the sale."""

from __future__ import annotations

from sim.measure.counting import (
    Parts,
    buyer_sum,
    buyers,
    deals,
    mean,
    per_run,
    ratio,
    span,
    won,
)
from sim.measure.definition import Measure
from sim.measure.tally import Flags, Numbers, Tally
from sim.vocabulary import Reason

__all__ = ["CUSTOMER_MEASURES"]


def churned(tally: Tally) -> Flags:
    """Customers who left within follow-up."""
    return tally.happened("buyers", "churn_day")


def terms_ended(tally: Tally) -> Numbers:
    """Terms of contracts that ended: renewed or not."""
    return buyer_sum("renewals")(tally) + buyers(churned)(tally)


def lifetime_revenue(tally: Tally) -> Parts:
    """Revenue and number of the buyers who bought from us."""
    return ratio(buyer_sum("revenue_value"), buyers(won))(tally)


# fmt: off
CUSTOMER_MEASURES: tuple[Measure, ...] = (
    Measure("price_loss_rate", "share of opportunities lost over the price",
            "deals lost because a wish was not met, which with the same luck would otherwise have been won,"
            " divided by opportunities closed",
            "share", "opportunity closed", "lower", ratio(deals("lost", Reason.PRICE), deals("closed"))),
    Measure("approval_days", "time until a wish is answered",
            "mean of answer minus request; wishes within the field's boundary are answered at once",
            "days", "wish answered", "lower", mean("deals", span("deals", "asked_day", "allowed_day"))),
    Measure("satisfaction_rate", "satisfaction of customers", "mean satisfaction when last observed",
            "share", "customer", "higher",
            mean("buyers", lambda tally: tally.column("buyers", "satisfaction_rate"))),
    Measure("renewal_rate", "share of contracts renewed",
            "renewals divided by terms that ended within follow-up",
            "share", "term ended", "higher", ratio(buyer_sum("renewals"), terms_ended)),
    Measure("churn_rate", "share of contracts not renewed",
            "customers who left divided by terms that ended within follow-up",
            "share", "term ended", "lower", ratio(buyers(churned), terms_ended)),
    Measure("renewal_value", "revenue of renewals", "revenue of renewals within follow-up",
            "money", "run", "higher", per_run(buyer_sum("renewal_value"))),
    Measure("customer_revenue_value", "revenue per customer",
            "revenue divided by customers won, renewals within follow-up included",
            "money", "counted buyer who bought from us", "higher", lifetime_revenue),
    Measure("referral_count", "referrals", "buyers who appeared because a counted customer spoke of us",
            "count", "run", "higher", per_run(buyer_sum("referrals"))),
    Measure("account_attention_rate", "share of visits to customers that are made",
            "visits made divided by visits that fell due",
            "share", "visit due", "higher", ratio(buyer_sum("visits_made"), buyer_sum("visits_due"))),
    Measure("account_facts_kept_rate", "share of facts that survive the second handoff",
            "facts the account owner knows after taking over divided by facts known at the sale",
            "share", "fact known at a sale", "higher", ratio(buyer_sum("facts_kept"), buyer_sum("facts_sold"))),
)
# fmt: on
