"""The scenarios that come with the project, wherever it is installed."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import NamedTuple

__all__ = ["Shipped", "shipped_folder", "shipped_markets", "shipped_path", "shipped_policies"]

MARKETS, POLICIES = "markets", "policies"


class Shipped(NamedTuple):
    """A scenario document that comes with the project."""

    name: str
    title: str
    path: Path


def shipped_folder() -> Path:
    """The folder of the shipped scenarios.

    Returns:
        The folder inside the installed package, or that of the checkout the package is run from.

    Raises:
        FileNotFoundError: If the installation has lost it.
    """
    try:
        packaged = Path(str(resources.files("sim").joinpath("_scenarios")))
    except (ModuleNotFoundError, TypeError):  # the package is not importable as a folder
        packaged = Path("_scenarios")
    checkout = Path(__file__).resolve().parents[2] / "scenarios"
    for folder in (packaged, checkout):
        if (folder / MARKETS).is_dir():
            return folder
    raise FileNotFoundError(
        f"the shipped scenarios are neither in {packaged} nor in {checkout}; reinstall relay"
    )


def _listed(folder: str) -> list[Shipped]:
    return [
        Shipped(path.stem, _title(path), path) for path in sorted((shipped_folder() / folder).glob("*.toml"))
    ]


def _title(path: Path) -> str:
    try:
        title = tomllib.loads(path.read_text(encoding="utf-8")).get("title", "")
    except (OSError, ValueError):  # a listing must not fail because one file does; loading it will say why
        return ""
    return title if isinstance(title, str) else ""


def shipped_markets() -> list[Shipped]:
    """The shipped markets as (name, title, path), by name; other tracks stand among them."""
    return _listed(MARKETS)


def shipped_policies() -> list[Shipped]:
    """The shipped policies as (name, title, path), by name."""
    return _listed(POLICIES)


def shipped_path(name: str, *folders: str) -> Path | None:
    """The file of a shipped scenario.

    Args:
        name: Such as "olist" or "patient".
        *folders: Where to look, "markets" or "policies" or both, in order.

    Returns:
        Its path, or None when nothing of that name is shipped there.
    """
    if "/" in name or "\\" in name:
        return None
    for folder in folders:
        path = shipped_folder() / folder / f"{name}.toml"
        try:
            if path.is_file():
                return path
        except OSError:  # no file can have this name: it is too long, say
            return None
    return None
