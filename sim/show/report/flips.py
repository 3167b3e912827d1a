"""What would turn the advice around: rules found by `relay robust`, or the plain word that nobody looked."""

from __future__ import annotations

import shlex

from sim.show.folder import Folder
from sim.show.report.page import Section

__all__ = ["flip_section"]


def flip_section(folder: Folder) -> Section:
    """Conditions under which another policy would be better.

    Args:
        folder: What was reported.
    """
    market = folder.manifest["scenario"]["name"]
    command = shlex.join(
        ["relay", "robust", market, "--policies", ",".join(folder.policies), "--out", str(folder.path)]
    )
    said = (
        "It was not examined under which conditions another policy would be better. The verdict holds for the "
        "settings of this scenario; the command below looks for those that turn it around."
    )
    return Section("flips", "What would change the advice", [said], commands=[command])
