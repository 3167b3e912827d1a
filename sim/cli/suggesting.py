"""What was probably meant: the nearest of the names there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["suggestion"]


def suggestion(given: str, known: Iterable[str]) -> str:
    """How a message about an unknown name goes on.

    Args:
        given: What was written.
        known: The names there are.

    Returns:
        Such as "; did you mean 'compare'?", or "; there are a, b, c" when none is near.
    """
    names = list(known)
    near = difflib.get_close_matches(given.lower(), names, n=3, cutoff=0.55)
    near += [name for name in names if len(given) > 2 and given.lower() in name and name not in near][:3]
    if near:
        return f"; did you mean {' or '.join(repr(name) for name in near[:3])}?"
    return f"; there are {', '.join(names)}"
