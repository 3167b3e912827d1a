"""The page that says how well the markets reproduce what is published, and what their parameters rest on."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from math import isinf, isnan
from pathlib import Path

from sim.experiment.patterns import Found, simulated
from sim.experiment.published import PATTERNS
from sim.scenario.library import shipped_path

__all__ = ["parameters_of", "validation_page"]

INTRODUCTION = """# Validation

This page is written by `python -m sim.experiment.validation`; do not edit it. Each row is a
published pattern and what the model gives with the one parameter set that is shipped for the market. *Fitted*
patterns were used to choose parameters, *emerging* ones were not, an *identity* is stated in the scenario and
must come out of the engine. The simulated value is that of {runs} runs together, with a 95% interval; it is
*held* if it lies within the tolerance. Sources such as T3.10 are rows of the evidence table.

Olist: Olist, Marketing Funnel by Olist, Kaggle, CC BY-NC-SA 4.0, modified; only figures computed from it are
used. The window is January to May 2018 (5,998 first contacts, 732 signed within 150 days); tolerances are the 95%
intervals of the shares seen.
"""

_PERCENT = re.compile(r"%")
_SETTING = re.compile(r"^(?P<key>[A-Za-z0-9_.-]+)\s*=\s*(?P<value>.*?)\s{1,}#\s*(?P<comment>.+)$")


def validation_page(found: Sequence[Found]) -> str:
    """The page as Markdown.

    Args:
        found: What the model gives, market by market.

    Returns:
        The page; equal input gives equal text.
    """
    parts = [INTRODUCTION.format(runs=found[0].runs if found else 0)]
    held = sum(one.held for one in found)
    parts.append(f"{held} of {len(found)} patterns are held.\n")
    for market in dict.fromkeys(one.pattern.market for one in found):
        parts.append(f"## Market {market}\n")
        parts.append(_patterns([one for one in found if one.pattern.market == market]))
    parts.append("## What the parameters of market olist rest on\n")
    parts.append(
        "Settings that are not named here keep their defaults, which `relay schema` explains. *Identified by Olist*"
        " means counted in the data or fitted to it; a row such as T5.1 is published; the rest are assumptions.\n"
    )
    parts.append(_parameters(parameters_of("olist")))
    return "\n".join(parts)


def _patterns(found: Iterable[Found]) -> str:
    rows = [
        "| pattern | per | published | source | simulated | tolerance | standing | result |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        pattern = one.pattern
        number = _as_percent if _PERCENT.search(pattern.published) else _as_number
        simulated = f"{number(one.value)} [{number(one.low)}, {number(one.high)}]"
        tolerance = f"{number(pattern.low)} to {number(pattern.high)}"
        result = "held" if one.held else "missed" + (f": {pattern.explained}" if pattern.explained else "")
        cells = (pattern.name, pattern.denominator, pattern.published, pattern.source, simulated, tolerance)
        rows.append("| " + " | ".join((*cells, pattern.standing, result)) + " |")
    return "\n".join(rows) + "\n"


def _as_percent(value: float) -> str:
    return "any" if isinf(value) else "none" if isnan(value) else f"{100 * value:.1f}%"


def _as_number(value: float) -> str:
    return "any" if isinf(value) else "none" if isnan(value) else f"{value:.2f}"


def parameters_of(market: str) -> list[tuple[str, str, str]]:
    """The settings that a market's file makes, with what its comments say they rest on.

    Args:
        market: Name of a shipped market.

    Returns:
        Key, value and basis, in the order of the file.

    Raises:
        FileNotFoundError: If there is no such market.
    """
    path = shipped_path(market, "markets")
    if path is None:
        raise FileNotFoundError(f"there is no shipped market {market!r}")
    table, basis, found = "", "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        header = re.match(r"^\[(?P<table>[^\]]+)\]\s*(?:#\s*(?P<comment>.+))?$", line)
        if header:
            table, basis = header["table"], header["comment"] or ""
            continue
        setting = _SETTING.match(line)
        if setting and table:
            found.append((f"{table}.{setting['key']}", setting["value"], setting["comment"]))
        elif basis and "=" in line:
            key, _, value = line.partition("=")
            found.append((f"{table}.{key.strip()}", value.strip(), basis))
    return found


def _parameters(settings: Iterable[tuple[str, str, str]]) -> str:
    """A table with the journeys and channels that share a value and a basis in one row."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for key, value, basis in settings:
        family, name, rest = _split(key)
        grouped.setdefault((f"{family}.*.{rest}" if name else key, value, basis), []).append(name)
    rows = ["| setting | for | value | rests on |", "|---|---|---|---|"]
    for (key, value, basis), names in grouped.items():
        rows.append(f"| `{key}` | {', '.join(name for name in names if name)} | `{value}` | {basis} |")
    return "\n".join(rows) + "\n"


def _split(key: str) -> tuple[str, str, str]:
    """Family, member and rest of a key such as ``market.journeys.paid.share``; no member for other keys."""
    parts = key.split(".")
    if len(parts) > 3 and parts[1] in ("journeys", "channels"):
        return ".".join(parts[:2]), parts[2], ".".join(parts[3:])
    return key, "", ""


def main(arguments: Sequence[str]) -> None:
    """Write the page.

    Args:
        arguments: Where to (docs/validation.md), and how many runs of each setup (30).
    """
    target = Path(arguments[0] if arguments else "docs/validation.md")
    seeds = int(arguments[1]) if len(arguments) > 1 else 30
    page = validation_page(simulated(PATTERNS, seeds, jobs=2))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
