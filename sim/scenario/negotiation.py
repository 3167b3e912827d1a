"""What a price does to the buyer's choice."""

from __future__ import annotations

from sim.scenario.fields import Part, setting
from sim.scenario.units import NonNegative

__all__ = ["Negotiation"]


class Negotiation(Part):
    """How buyers weigh the price they are offered."""

    price_value: NonNegative = setting(
        6.0, meaning="what a discount of the whole price would add to our utility", unit="utility per price"
    )
