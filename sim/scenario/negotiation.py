"""The negotiation: what buyers ask for when a proposal lies on the table, and what the price is worth to them."""

from __future__ import annotations

from sim.scenario.fields import Part, setting
from sim.scenario.units import NonNegative, PositiveRate, Rate

__all__ = ["Negotiation"]


class Negotiation(Part):
    """Custom demands and discount wishes, and how much a buyer's choice depends on them."""

    demand_rate: Rate = setting(
        0.0, meaning="share of buyers who answer a lap's first proposal with a wish; 0: nobody", unit="share"
    )
    wish_median_rate: PositiveRate = setting(
        0.08, meaning="median wish, as a share of the price", unit="share of the price"
    )
    wish_spread: NonNegative = setting(
        0.6, meaning="spread of wishes: sigma of their logarithm", unit="log units"
    )
    price_value: NonNegative = setting(
        6.0, meaning="utility per unit of price: given discounts add it, unmet wishes cost it", unit="utility"
    )
