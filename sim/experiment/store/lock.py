"""One writer at a time: a lock on a folder that dies with the process that holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["InUse", "locked"]

_held: set[str] = set()
"""Folders that this process holds: the system's lock does not keep a process from itself."""


class InUse(RuntimeError):
    """Somebody else writes to the folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for writing.

    The lock belongs to the process, not to those it starts, and the system lets go of it when the process
    ends, however it ends. A lock file that is left behind locks nothing.

    Args:
        folder: The folder; it must exist.

    Raises:
        InUse: If this or another process holds it.
    """
    name = os.path.realpath(folder)
    if name in _held:
        raise InUse(f"{folder}: this process is writing to it already")
    with (folder / ".lock").open("a+b") as file:
        if not _taken(file):
            raise InUse(
                f"{folder}: another process is writing to it; wait until it ends, or name another folder"
            )
        _held.add(name)
        try:
            yield
        finally:
            _held.discard(name)


def _taken(file: Any) -> bool:
    """Take the lock, which closing the file gives back; False if another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        windows: Any = msvcrt
        try:
            windows.locking(file.fileno(), windows.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
