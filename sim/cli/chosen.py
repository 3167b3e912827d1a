"""Which measures a table shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.cli.failures import usage_error
from sim.cli.options import names_of
from sim.cli.suggesting import suggestion

if TYPE_CHECKING:
    from sim.measure.measures import Measure
    from sim.scenario.document import Scenario

__all__ = ["USUAL", "chosen_measures", "has_cost"]

USUAL = (
    "revenue_value",
    "closed_won_count",
    "lead_to_won_rate",
    "let_go_rate",
    "speed_to_lead_p50_days",
    "contact_rate",
    "clean_exchange_rate",
    "early_exchange_rate",
    "late_exchange_rate",
    "facts_retained_rate",
    "speed_lost_rate",
    "qualified_rate",
    "win_rate",
    "no_decision_rate",
    "sales_cycle_days",
    "rep_utilisation_rate",
)
"""What a strategist asks first: money, leads, the pass, selling."""


def chosen_measures(text: str | None, everything: bool, has_cost: bool) -> Sequence[Measure]:
    """The measures to show.

    Args:
        text: What --measures says, names separated by commas; None when it was not given.
        everything: Whether --all was given.
        has_cost: Whether anything costs money here; profit is shown only then.

    Returns:
        The measures in the order wanted.

    Raises:
        click.UsageError: If a name is unknown or both options were given.
    """
    from sim.measure.measures import MEASURES

    if text is not None and everything:
        raise usage_error("cannot go with --measures; give one of them", "--all")
    if everything:
        return list(MEASURES.values())
    if text is None:
        first, *others = USUAL
        return [MEASURES[name] for name in (first, *(["profit_value"] if has_cost else []), *others)]
    names = list(dict.fromkeys(names_of(text)))
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        said = "; ".join(f"no measure is called {name!r}{suggestion(name, MEASURES)}" for name in unknown)
        raise usage_error(said, "--measures")
    if not names:
        raise usage_error("names no measure", "--measures")
    return [MEASURES[name] for name in names]


def has_cost(scenario: Scenario) -> bool:
    """Whether profit says more than revenue: something costs money, and wins are worth money.

    Where every win counts 1, revenue is a number of wins, and taking money off it would mean nothing.
    """
    team, market = scenario.team, scenario.market
    if all(one.deal_value == 1 and one.deal_spread == 0 for one in market.segments.values()):
        return False
    return bool(
        team.reps.hour_value
        or team.reps.salary_per_month_value
        or team.marketers.salary_per_month_value
        or scenario.policy.overlap_cost_per_day_value
        or any(one.cost_value or one.spend_per_day_value for one in market.channels.values())
    )
