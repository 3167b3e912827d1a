"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

__all__ = ["TEMPORARY", "whole_file"]

TEMPORARY = ".being-written."
"""What the names of files begin with that are not finished; one that is left behind is worth nothing."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write under a temporary name, renamed at the end: a reader never meets half a file.

    File and folder are on the disk before the block ends, so that not even a loss of power undoes it.

    Args:
        path: What it will be called. If the block fails, nothing of that name is touched.

    Yields:
        The file.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=f"{TEMPORARY}{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                os.unlink(file.name)
            raise
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
    _keep_names(path.parent)


def _keep_names(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can."""
    with suppress(OSError):  # Windows opens no folders; there a rename is safe by itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
