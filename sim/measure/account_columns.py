"""Columns that tell of channels and of customers, read from the engine's tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.events.rows import US, World
from sim.vocabulary import Stage

__all__ = ["channel_columns", "channel_table", "customer_columns"]

Array = npt.NDArray[Any]

_CHANNEL = np.dtype([("touches", "i8"), ("touch_cost", "f8"), ("touch_value", "f8"), ("spend_value", "f8")])


def channel_table(world: World, spend: Array) -> Array:
    """What each channel was used for and cost, one row per channel."""
    table = np.zeros(len(spend), dtype=_CHANNEL)
    table["touches"] = world.s.channel_touches[: len(spend)]
    table["touch_cost"] = world.p.touch_cost[: len(spend)]
    table["touch_value"] = table["touches"] * table["touch_cost"]
    table["spend_value"] = spend
    return table


def channel_columns(channels: Array, outcomes: Array) -> dict[str, Array]:
    """Cost of each channel, and the revenue of buyers whose first or last touch was there."""
    count = len(channels)
    # Somebody who has chosen us but not signed at the end of follow-up is no customer yet.
    won = (outcomes["bought_from"] == US) & (outcomes["stage"] != Stage.CLOSING)
    cost = channels["touch_value"] + channels["spend_value"]
    columns = {name: channels[name] for name in ("touches", "touch_value", "spend_value")}
    returns = {}
    columns["first_buyers"] = np.bincount(outcomes["origin_channel"], minlength=count)
    for way, field in (("first", "origin_channel"), ("last", "last_channel")):
        theirs = outcomes[field]
        revenue = np.bincount(theirs, weights=outcomes["revenue"], minlength=count)
        columns[f"{way}_wins"] = np.bincount(theirs[won], minlength=count)
        columns[f"{way}_revenue_value"] = revenue
        with np.errstate(divide="ignore", invalid="ignore"):
            returns[f"{way}_return"] = np.where(cost > 0, revenue / cost, np.nan)
    return {**columns, **returns}


def customer_columns(outcomes: Array) -> dict[str, Array]:
    """What became of each buyer after the sale; counts are 0 and the rest is empty for those without one."""
    counts = ["referrals", "visits_due", "visits_made", "facts_sold", "facts_kept"]
    return {
        "satisfaction_rate": outcomes["satisfaction"],
        "renewals": outcomes["renewals"],
        "renewal_value": outcomes["renewal_value"],
        "churn_day": outcomes["churn_day"],
        **{name: outcomes[name] for name in counts},
    }
