"""How small a difference may be before nobody cares which policy is better."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Indifference", "indifference_of", "share_of"]


@dataclass(frozen=True)
class Indifference:
    """A difference that does not matter.

    Attributes:
        amount: In the measure's own unit, or as a share of the leader's value.
        relative: Whether it is a share.
    """

    amount: float
    relative: bool

    def __str__(self) -> str:
        """As a person would write it: "2%" or "1500"."""
        return f"{100 * self.amount:g}%" if self.relative else f"{self.amount:g}"

    def beside(self, value: float) -> float:
        """The difference in the measure's own unit.

        Args:
            value: Value of the policy in the lead; without one, nothing is small beside it.

        Returns:
            The amount, 0 or more.
        """
        if not self.relative:
            return self.amount
        return self.amount * abs(value) if math.isfinite(value) else 0.0


def indifference_of(given: str | float | Indifference) -> Indifference:
    """An indifference from what a user wrote.

    Args:
        given: "2%" for a share of the leader's value; a number, or a text without %, for an amount in the
            measure's own unit (money, days; 0.01 of a share is one percentage point).

    Returns:
        The indifference.

    Raises:
        ValueError: If it is no such thing, negative, or 100% or more.
    """
    if isinstance(given, Indifference):
        return given
    relative = isinstance(given, str) and given.strip().endswith("%")
    amount = _number(given)
    if not (math.isfinite(amount) and amount >= 0) or (relative and amount >= 1):
        raise ValueError(
            f'an indifference is a share below 100% such as "2%", or an amount of 0 or more in the unit of '
            f"the measure, not {given!r}"
        )
    return Indifference(amount, relative)


def share_of(given: str | float) -> float:
    """A probability strictly between 0 and 1 from what a user wrote.

    Args:
        given: "95%" or 0.95.

    Returns:
        The probability.

    Raises:
        ValueError: If it is none.
    """
    share = _number(given)
    if not 0 < share < 1:
        hint = f'; did you mean "{share:g}%"?' if 1 <= share < 100 and "%" not in str(given) else ""
        raise ValueError(f'a confidence lies between 0 and 1, such as "95%" or 0.95, not {given!r}{hint}')
    return share


def _number(given: str | float) -> float:
    """A number or a percentage; NaN for anything else."""
    if not isinstance(given, str):
        return float(given)
    text = given.strip()
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return math.nan
