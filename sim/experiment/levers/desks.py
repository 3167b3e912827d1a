"""The desks: who gets a lead, and which of those that wait comes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.experiment.levers.lap import ROOMY
from sim.experiment.levers.lever import DOWN, UP, Lever, by_replication
from sim.experiment.setups import Numbers
from sim.measure.results import Results

__all__ = ["LEVERS", "first_over_second", "same_rep_again", "skill_of_whom_leads_go_to"]

FULL = ("team.reps.count=6", "policy.recycling.reasons=[]", "policy.prepare_hours=0", "policy.checkmark=never",
        "policy.triage.ignore_rate=0", "policy.routing=pull")  # fmt: skip
"""More leads than can be called at once, and one queue for all of them."""
ONE_EACH = (*FULL[:-1], "policy.routing=round-robin")
AGAIN = (*ROOMY, "policy.routing=round-robin", "policy.recycling.previous_owner=false",
         "policy.recycling.cool_off_days=10")  # fmt: skip


def joined(results: Results) -> Any:
    """Exchanges that were tried, with what is known of their buyers and the days they waited for it."""
    buyers = results.buyers[["replication", "number", "deal_value", "fit_rate"]]
    tried = results.exchanges[results.exchanges["first_attempt_day"].notna()]
    rows = tried.merge(buyers, on=["replication", "number"])
    return rows.assign(wait=rows["first_attempt_day"] - rows["let_go_day"])


def first_over_second(what: str, first: Callable[[Any], Any]) -> Callable[[Results], Numbers]:
    """How many days longer some leads wait for their first call than the others do.

    Args:
        what: Which ones, in words.
        first: Marks them among tried exchanges.
    """

    def measure(results: Results) -> Numbers:
        rows = joined(results)
        chosen = first(rows)
        mine, others = rows[chosen], rows[~chosen]
        return by_replication(mine["wait"], mine) - by_replication(others["wait"], others)

    measure.__doc__ = f"mean days to the first attempt, {what} less the others"
    return measure


def above_median(column: str) -> Callable[[Any], Any]:
    """Marks rows above the median of a column."""
    return lambda rows: rows[column] > rows[column].median()


def same_rep_again(results: Results) -> Numbers:
    """Share of second exchanges with the rep of the first, in each replication."""
    rows = results.exchanges[results.exchanges["rep"] >= 0]
    first, second = (
        rows[rows["lap"] == lap][["replication", "number", "rep"]].drop_duplicates(["replication", "number"])
        for lap in (1, 2)
    )
    both = second.merge(first, on=["replication", "number"], suffixes=("", "_before"))
    return by_replication(both["rep"] == both["rep_before"], both)


def skill_of_whom_leads_go_to(results: Results) -> Numbers:
    """Mean skill of the reps who get leads, lead by lead, in each replication."""
    rows = results.exchanges[results.exchanges["rep"] >= 0]
    skilled = rows.merge(results.reps[["replication", "rep", "skill"]], on=["replication", "rep"])
    return by_replication(skilled["skill"], skilled)


LEVERS: tuple[Lever, ...] = (
    Lever("one queue for all is shorter than one for each", ONE_EACH, ("policy.routing=pull",),
          "queue_delay_days", DOWN),
    Lever("returned leads go to who had them", AGAIN, ("policy.routing=previous-owner",), same_rep_again, UP),
    Lever("recycling can say so too", AGAIN, ("policy.recycling.previous_owner=true",), same_rep_again, UP),
    Lever("skill match gives leads to the able", (*ROOMY, "team.reps.skill_spread=0.6"),
          ("policy.routing=skill-match",), skill_of_whom_leads_go_to, UP),
    Lever("specialists get their own segment",
          (*ROOMY, "team.reps.specialist_edge=0.4", "policy.routing=round-robin"),
          ("policy.routing=specialist",), "rep_utilisation_rate", DOWN),
    Lever("dear deals first", (*FULL, "policy.order=first-in"), ("policy.order=value",),
          first_over_second("dear leads", above_median("deal_value")), DOWN),
    Lever("cherries are picked first", (*FULL, "policy.order=first-in"), ("policy.order=cherry-pick",),
          first_over_second("dear leads that fit", lambda rows: (rows["deal_value"] * rows["fit_rate"])
                            > (rows["deal_value"] * rows["fit_rate"]).median()), DOWN),
    Lever("high scores first", (*FULL, "policy.order=first-in"), ("policy.order=score",),
          first_over_second("leads of high score", above_median("score")), DOWN),
    Lever("near dates first", (*FULL, "policy.order=first-in", "market.journeys.replacement.deadline.lead_days=400",
                               "market.channels.website.reveals.deadline=1"),
          ("policy.order=deadline",),
          first_over_second("leads with a date", lambda rows: rows["journey"] == "replacement"), DOWN),
)  # fmt: skip
