"""The rule book: the source text of everything that can change a result, and what it runs on."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import sim.vocabulary

__all__ = ["bits", "rule_book", "surroundings_of_bits"]

PACKAGE = Path(sim.vocabulary.__file__).parent
PARTS = ("vocabulary.py", "engine", "scenario", "rules", "events", "agents", "model.py", "measure")
"""Parts of the package that turn a scenario and a seed into measures."""


@cache
def rule_book() -> dict[str, str]:
    """SHA-256 of every source file that can change a result, by its name within the package.

    It is read once: what counts is the code that this process has loaded.
    """
    files = [
        file
        for part in PARTS
        for file in ([PACKAGE / part] if part.endswith(".py") else sorted((PACKAGE / part).rglob("*.py")))
    ]
    return {
        f"sim/{file.relative_to(PACKAGE).as_posix()}": hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def surroundings_of_bits() -> dict[str, str]:
    """What equal bits are promised for: one platform, and one minor version of numba and of NumPy."""
    libc = "-".join(part for part in platform.libc_ver() if part)
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "C library": libc,
        "numba": _minor("numba"),
        "numpy": _minor("numpy"),
    }


def _minor(name: str) -> str:
    return ".".join(metadata.version(name).split(".")[:2])


@cache
def bits() -> str:
    """A name for rule book, numba and NumPy: whoever has another one would make other runs."""
    about: Any = (sorted(rule_book().items()), _minor("numba"), _minor("numpy"))
    return hashlib.sha256(repr(about).encode()).hexdigest()
