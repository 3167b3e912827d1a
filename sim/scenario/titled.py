"""What every document that can be run has: a name and a story, a fingerprint, and its text as a file."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, ClassVar

from sim.scenario.checking import value_at
from sim.scenario.fields import Part, Text, setting
from sim.scenario.writing import toml_text

__all__ = ["HEADINGS", "Titled"]

HEADINGS = ("name", "title", "story", "sources")
"""Settings that say what a document is about and change no result."""


class Titled(Part):
    """A whole document as one frozen value.

    Attributes:
        kind: What its files name as their kind.
        name: Short name, used in results.
        title: One line.
        story: What it is about, in two sentences.
        sources: What its numbers rest on.
    """

    kind: ClassVar[str]

    name: Text = setting("custom", meaning="name in results")
    title: Text = setting("", meaning="title, one line")
    story: Text = setting("", meaning="what this is about, in two sentences")
    sources: tuple[Text, ...] = setting((), meaning="what the numbers rest on")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything that can change a result, in hexadecimal; names and stories do not count."""
        canonical = json.dumps(
            self._of_consequence(), separators=(",", ":"), ensure_ascii=True, allow_nan=False
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    def _of_consequence(self) -> dict[str, Any]:
        """Plain tables of everything that can change a result."""
        return self.model_dump(mode="json", exclude=set(HEADINGS))

    def to_toml(self, *, explained: bool = False) -> str:
        """The complete document, defaults included, which loads as an equal value.

        Args:
            explained: Whether each setting is followed by its meaning, unit and source.

        Returns:
            TOML text.
        """
        from sim.scenario.schema import explanation

        tables = {"kind": self.kind, **self.model_dump(mode="json")}
        if not explained:
            return toml_text(tables)
        return toml_text(tables, lambda path: explanation(path, value_at(tables, path), type(self)))
