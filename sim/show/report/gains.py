"""The sections of a report on what comes of it: leads that went back, and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.show import charts
from sim.show.recycling import later_laps
from sim.show.report.found import meanings
from sim.show.report.material import Material, plain_words
from sim.show.report.page import Section, Table

__all__ = ["money_section", "recycling_section"]

_RECYCLING = ("recycled_rate", "recycled_revenue_rate")
_MONEY = {"revenue": "revenue_value", "cost": "cost_value", "profit": "profit_value"}
_PER = ("revenue_per_lead_value", "acquisition_cost_value", "discount_rate")


def recycling_section(material: Material) -> Section:
    """What laps after the first brought, by why the lap before had ended.

    Args:
        material: What was found.
    """
    frames = (material.buyers, material.exchanges, material.deals)
    laps = later_laps(*frames)

    def seen(policy: str) -> str:
        by_reason = laps[laps["policy"] == policy].groupby("reason")["won"]
        counts = {str(reason): (int(won.sum()), len(won)) for reason, won in by_reason}
        parts = [
            f"{plain_words(reason)} {won:,} won of {count:,} laps" for reason, (won, count) in counts.items()
        ]
        return ", ".join(parts) or "no later laps"

    drawing = material.drawing("recycling", charts.recycled_wins, seen, *frames, policies=material.policies)
    tables = [material.found.table("What comes from leads that went back", _RECYCLING)]
    if len(laps):
        tables.append(_laps_by_reason(material, laps))
    said = [
        "A lead that was rejected, ignored, never reached or lost can go back to marketing, rest, and run another lap."
    ]
    terms = [("lap", "one round from marketing to sales; the first try is lap 1"), *meanings(_RECYCLING)]
    title = "What leads bring that went back"
    return Section("recycling", title, said, pictures=[drawing], tables=tables, terms=terms)


def _laps_by_reason(material: Material, laps: pd.DataFrame) -> Table:
    def counted(reason: str, policy: str) -> str:
        won = laps.loc[(laps["policy"] == policy) & (laps["reason"] == reason), "won"] / material.drawn_runs
        return f"{len(won) / material.drawn_runs:,.1f} laps\n{won.sum():,.2f} won" if len(won) else "none"

    reasons = sorted(laps["reason"].unique())
    rows = [
        [plain_words(reason), *(counted(reason, policy) for policy in material.policies)]
        for reason in reasons
    ]
    caption = "Laps 2 and later per run, by why the lap before had ended"
    return Table(caption, ["reason", *material.policies], rows, "Later laps by reason, in numbers")


def money_section(material: Material) -> Section:
    """Revenue, costs and profit of each policy with intervals.

    Args:
        material: What was found.
    """
    found = material.found
    costly = found.has_any("cost_value")
    shown = {word: name for word, name in _MONEY.items() if costly or word == "revenue"}
    estimates = {word: found.estimates(name) for word, name in shown.items()}

    def seen(policy: str) -> str:
        return ", ".join(f"{word} {material.shown(name, policy)}" for word, name in shown.items())

    drawing = material.drawing("money", charts.money_by_policy, seen, estimates, found.currency)
    said = (
        []
        if costly
        else ["Nothing costs money in this scenario, so there are no costs and no profit to show."]
    )
    if _worth_one(material.folder.first):
        said.append("Every win is worth 1 here, so revenue is a number of wins.")
    names = [*shown.values(), *(_PER if costly else _PER[:1])]
    table, terms = found.table("Money", names), meanings(names)
    return Section(
        "money", "What it brings and what it costs", said, pictures=[drawing], tables=[table], terms=terms
    )


def _worth_one(scenario: Mapping[str, Any]) -> bool:
    segments = scenario["market"]["segments"].values()
    return all(one["deal_value"] == 1 and one["deal_spread"] == 0 for one in segments)
