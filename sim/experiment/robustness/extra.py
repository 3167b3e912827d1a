"""What to say when a library of the extra `[sensitivity]` is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["needing"]

_EXTRA = "relay-handoff[sensitivity]"


@contextmanager
def needing(library: str) -> Iterator[None]:
    """A block in which a library of the extra is imported.

    Args:
        library: Name of the library as people know it.

    Yields:
        Nothing.

    Raises:
        ModuleNotFoundError: If it is not installed; the message says what to install.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        said = f"this needs {library}, which is not installed: pip install '{_EXTRA}'"
        raise ModuleNotFoundError(said, name=error.name) from None
