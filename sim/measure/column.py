"""What is said of a column of a frame."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Column"]


@dataclass(frozen=True)
class Column:
    """One documented column.

    Attributes:
        name: Column name; the ending tells the kind (`_day` instant, `_days` span, `_rate` ratio, `_value`
            money).
        dtype: pandas dtype of the filled column. Words are `"category"`.
        unit: Unit of the numbers, `"word"` for words and `"yes/no"` for flags.
        meaning: What the cell says, and when it is empty.
        words: The words that may stand in it, when they are a closed list.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    words: tuple[str, ...] = ()
