"""What to say when a library of the extra `[sensitivity]` is not installed."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["required"]


def required(module: str, library: str) -> None:
    """Refuse to go on without a library of the extra, before anything is simulated.

    Args:
        module: What is imported.
        library: Its name as people know it.

    Raises:
        ModuleNotFoundError: If it is not installed; the message says what to install.
    """
    if find_spec(module) is None:
        said = f"this needs {library}, which is not installed: pip install 'relay-handoff[sensitivity]'"
        raise ModuleNotFoundError(said, name=module)
