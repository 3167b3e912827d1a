"""The table: what was measured, what was aimed for, and whether it was reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        what: What was measured.
        value: The number.
        form: How to print it, such as "{:.1f} x".
        least: The number should be at least this; None for no such target.
        most: The number should be at most this; None for no such target.
        note: Sizes, units, or anything a reader must know.
    """

    what: str
    value: float
    form: str = "{:.2f}"
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is none."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    def cells(self) -> tuple[str, str, str, str, str]:
        """The line as text, one string per column."""
        target = ""
        if self.least is not None:
            target = "at least " + self.form.format(self.least)
        elif self.most is not None:
            target = "at most " + self.form.format(self.most)
        verdict = {None: "", True: "yes", False: "NO"}[self.met]
        return self.what, self.form.format(self.value), target, verdict, self.note


HEADINGS = ("", "measured", "target", "met", "note")


def table(title: str, rows: list[Row]) -> str:
    """A titled table in plain text."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = ["", title]
    for line in lines:
        cells = [
            cell.ljust(width) if column in (0, 3, 4) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        text.append("  " + "  ".join(cells).rstrip())
    return "\n".join(text)
