"""Documented columns that tell of channels and of customers."""

from __future__ import annotations

from sim.measure.column import Column
from sim.vocabulary import Reason, words

__all__ = ["CHANNEL_COLUMNS", "CUSTOMER_COLUMNS"]

CUSTOMER_COLUMNS = (
    Column("origin_channel", "category", "word", "channel of the buyer's first touch"),
    Column("last_channel", "category", "word", "channel of the last touch before the last observation"),
    Column("churn_reason", "category", "word", "why a customer left; empty if it did not", words(Reason)),
    Column(
        "satisfaction_rate",
        "float64",
        "share",
        "satisfaction of a customer when last observed; empty for others and where nothing follows a sale",
    ),
    Column("renewals", "int64", "count", "times the contract was renewed"),
    Column("renewal_value", "float64", "money", "revenue of the renewals, part of revenue_value"),
    Column("churn_day", "float64", "days", "when the customer left; empty if it did not"),
    Column("referrals", "int64", "count", "buyers who appeared because this customer spoke of us"),
    Column("visits_due", "int64", "count", "visits by the account owner that fell due"),
    Column("visits_made", "int64", "count", "visits made"),
    Column("facts_sold", "int64", "count", "facts sales knew when the customer was won"),
    Column("facts_kept", "int64", "count", "of them, facts the account owner knew after taking over"),
)

CHANNEL_COLUMNS = (
    Column("channel", "category", "word", "name of the channel"),
    Column("touches", "int64", "count", "touches of counted buyers, by marketing and of their own"),
    Column("touch_value", "float64", "money", "cost of these touches"),
    Column("spend_value", "float64", "money", "money spent on the channel in the counted period"),
    Column("first_buyers", "int64", "count", "counted buyers whose first touch was here"),
    Column("first_wins", "int64", "count", "of them, those who bought from us"),
    Column("first_revenue_value", "float64", "money", "their revenue"),
    Column("last_wins", "int64", "count", "counted buyers who bought from us and whose last touch was here"),
    Column("last_revenue_value", "float64", "money", "their revenue"),
    Column(
        "first_return",
        "float64",
        "multiple",
        "revenue by first touch divided by touch and spend cost of the channel; empty where it costs nothing",
    ),
    Column("last_return", "float64", "multiple", "the same with revenue by last touch"),
)
