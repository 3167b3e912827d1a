"""What is wrong with an input, said once, completely, and in the reader's terms.

A file is checked to its end before anything is reported, so one :class:`InvalidInput` carries every
:class:`Problem` found: where it is, what stands there, what may stand there and what was probably meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["InvalidInput", "Problem", "nearest_name", "shown_value"]

_LONGEST_VALUE_SHOWN = 120


def nearest_name(given: str, known: Iterable[str], likeness: float = 0.55) -> str:
    """The known name that a misspelt one was probably meant to be.

    Args:
        given: The name as written.
        known: The names there are.
        likeness: How like it must be, from 0 for anything to 1 for the same but for case.

    Returns:
        The nearest of ``known``, or an empty text when none is near.
    """
    names = list(known)
    found = difflib.get_close_matches(given.lower(), [name.lower() for name in names], n=1, cutoff=likeness)
    return next((name for name in names if found and name.lower() == found[0]), "")


def shown_value(value: Any) -> str:
    """A value as a message shows it: TOML's spelling where that differs from Python's, never long."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    else:
        try:
            text = repr(value)
        except ValueError:  # an integer of more digits than Python prints
            text = "a very long number"
    return text if len(text) <= _LONGEST_VALUE_SHOWN else text[: _LONGEST_VALUE_SHOWN - 3] + "..."


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input.

    Attributes:
        said: What is wrong, in a sentence.
        file: The file (or override) that the value came from; empty when it was built in Python.
        line: The line of the key in that file, counted from 1, or None where there is no line.
        key: The dotted key, such as ``market.journeys.inbound.zone``; empty for the file as a whole.
        value: The offending value as text; empty when nothing stands there.
        allowed: What may stand there.
        nearest: What was probably meant.
    """

    said: str
    file: str = ""
    line: int | None = None
    key: str = ""
    value: str = ""
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        """One readable block of lines."""
        place = self.file + (f", line {self.line}" if self.line is not None else "")
        head = ": ".join(part for part in (place, self.key) if part) or "input"
        rows = (
            ("problem", self.said),
            ("value", self.value),
            ("allowed", self.allowed),
            ("nearest", self.nearest),
        )
        return "\n".join([head, *(f"  {label:8} {text}" for label, text in rows if text)])


class InvalidInput(Exception):
    """An input that cannot be used, with everything that is wrong with it.

    Attributes:
        problems: Every problem found, ordered by file and line.
    """

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        """Collect the problems.

        Args:
            problems: One problem or several; at least one.
        """
        found = (problems,) if isinstance(problems, Problem) else tuple(dict.fromkeys(problems))
        self.problems: tuple[Problem, ...] = tuple(sorted(found, key=lambda p: (p.file, p.line or 0)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """One block per problem, after a line that counts them when there are several."""
        blocks = [str(problem) for problem in self.problems]
        if len(blocks) == 1:
            return blocks[0]
        return "\n\n".join([f"{len(blocks)} problems", *blocks])

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with the problems intact."""
        return (type(self), (self.problems,))
