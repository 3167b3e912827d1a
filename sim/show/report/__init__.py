"""One page that a strategist can show: what was found, how sure it is, and what it rests on."""

from __future__ import annotations

from pathlib import Path

from sim.engine.whole_file import whole_file
from sim.show.folder import UnreadableFolder, read_folder, read_manifest
from sim.show.report.comparison import comparison_page
from sim.show.report.page import rendered

__all__ = ["UnreadableFolder", "report", "write_report"]


def report(folder: Path, title: str | None = None) -> str:
    """The report on a results folder, as one HTML document.

    Nothing is simulated and nothing is read but the folder. The same folder gives the same text, byte for byte,
    with the same versions of this package and of matplotlib.

    Args:
        folder: What `relay compare --out`, `relay run --out` or `relay sweep --out` left.
        title: The question at its top; made from market and policies when None.

    Returns:
        The document, which needs no other file, no network and no script.

    Raises:
        UnreadableFolder: If the folder holds no results, or is incomplete, damaged or of another format.
    """
    if "factors" in read_manifest(folder):  # what only a sweep has
        from sim.show.report.sweeps import sweep_page

        return rendered(sweep_page(folder, title))
    return rendered(comparison_page(read_folder(folder), title))


def write_report(folder: Path, file: Path, title: str | None = None) -> int:
    """Write the report on a results folder, whole or not at all.

    Args:
        folder: What `relay compare --out`, `relay run --out` or `relay sweep --out` left.
        file: Where to.
        title: The question at its top; made from market and policies when None.

    Returns:
        Size of the file in bytes.

    Raises:
        UnreadableFolder: As `report` does; no file is written then.
        OSError: If the file cannot be written.
    """
    text = report(folder, title).encode()
    with whole_file(file) as page:
        page.write(text)
    return len(text)
