"""The price: how large a wish is, what it is worth to the buyer, and how much of it is given."""

from __future__ import annotations

from sim.engine.compiled import inlined

LARGEST_WISH = 0.5
"""No buyer asks for more than half of the price."""


@inlined
def capped_wish(wish: float) -> float:
    """A wish as a share of the price, never more than `LARGEST_WISH`.

    Source: assumption.
    """
    return wish if wish < LARGEST_WISH else LARGEST_WISH


@inlined
def price_utility(price_value: float, wish: float, given: float) -> float:
    """What price adds to a buyer's utility: the discount given, less the part of the wish that was not met.

    Args:
        price_value: Utility per unit of price.
        wish: Discount the buyer asked for, 0 if it did not ask.
        given: Discount given so far.

    Source: assumption; an unmet wish weighs as much as a discount given.
    """
    unmet = wish - given
    return price_value * (given - (unmet if unmet > 0.0 else 0.0))


@inlined
def allowed_discount(wish: float, ceiling: float) -> float:
    """What the deal desk allows: the wish, up to its ceiling.

    Source: assumption; T8.8 for what deals lose in price.
    """
    return wish if wish < ceiling else ceiling
