"""Prices: what wishes cost, what waiting for an answer costs, and who gets the blame."""

from __future__ import annotations

from sim.experiment.levers.lever import DOWN, UP, Lever, per_run

__all__ = ["ASK", "LARGE", "LEVERS", "SELL", "STRICT"]

SELL = (
    "team.reps.count=40",
    "policy.triage.ignore_rate=0",
    "policy.recycling.reasons=[]",
    "market.choice.base_value=4",
    "market.clock.pull_forward_rate=0.95",
)
ASK = (*SELL, "market.negotiation.demand_rate=1")
LARGE = (*ASK, "market.negotiation.wish_median_rate=0.4", "market.negotiation.price_value=15")
STRICT = ("policy.organisation.deal_desk.boundary_rate=0", "policy.organisation.deal_desk.ceiling_rate=0")

LEVERS: tuple[Lever, ...] = (
    Lever("wishes cost margin", SELL, ("market.negotiation.demand_rate=1",), "discount_rate", UP),
    Lever("small wishes cost little", ASK, ("market.negotiation.wish_median_rate=0.02",), "discount_rate",
          DOWN),
    Lever("wishes all alike stay inside the boundary", ASK, ("market.negotiation.wish_spread=0",),
          "approval_days", DOWN),
    Lever("a refused wish costs deals", (*LARGE, *STRICT, "market.negotiation.price_value=0"),
          ("market.negotiation.price_value=20",), "win_rate", DOWN),
    Lever("a refused wish is a reason of its own", (*LARGE, *STRICT, "market.negotiation.price_value=0"),
          ("market.negotiation.price_value=20",), "price_loss_rate", UP),
    Lever("a narrow boundary makes deals wait", ASK, ("policy.organisation.deal_desk.boundary_rate=0.01",),
          "approval_days", UP),
    Lever("a narrow boundary makes paperwork", ASK, ("policy.organisation.deal_desk.boundary_rate=0.01",),
          per_run("reps", "desk_hours", "sum"), UP),
    Lever("a high ceiling costs margin", LARGE, ("policy.organisation.deal_desk.ceiling_rate=0.5",),
          "discount_rate", UP),
    Lever("a high ceiling saves deals", (*LARGE, *STRICT),
          ("policy.organisation.deal_desk.ceiling_rate=0.5",), "price_loss_rate", DOWN),
    Lever("a slow desk makes the cycle longer", LARGE,
          ('policy.organisation.deal_desk.approval_delay="20 days"',), "sales_cycle_days", UP),
    Lever("a slow desk loses deals over the price", LARGE,
          ('policy.organisation.deal_desk.approval_delay="20 days"',), "price_loss_rate", UP),
    Lever("requests take the rep's time", LARGE, ("policy.organisation.deal_desk.approval_hours=5",),
          per_run("reps", "desk_hours", "sum"), UP),
)  # fmt: skip
