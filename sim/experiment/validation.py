"""The page that says what the model is held to: its mechanisms, known answers and published patterns."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, get_args

from sim.experiment.known_answers import FALSE_ALARM, Answer, answered
from sim.experiment.levers import GROUPS, LEVERS, Effect, pulled
from sim.experiment.own_patterns import own_patterns
from sim.experiment.patterns import Found, Standing, simulated
from sim.experiment.published import PATTERNS
from sim.experiment.validation_tables import (
    known_answers_table,
    mechanisms_table,
    own_table,
    patterns_table,
    table,
)
from sim.scenario.library import shipped_path

__all__ = [
    "TABLES",
    "Table",
    "known_answers_section",
    "mechanisms_section",
    "own_page",
    "parameters_of",
    "patterns_section",
    "validation_page",
]

Table = Literal["mechanisms", "known-answers", "patterns"]
TABLES: tuple[Table, ...] = get_args(Table)
"""The three tables, in the order of the page."""

INTRODUCTION = """# Validation

This page is written by `relay validate-model --out docs/validation.md`; do not edit it. It has three tables: every
switch and lever of the model and what pulling it shows, known answers of theory against what is simulated, and
published patterns against what the shipped markets give. Sources such as T3.10 are rows of the evidence table.
"""

MECHANISMS = """## Mechanisms

Each row changes settings of one mechanism and nothing else, in {runs} pairs of runs that share their buyers and their
luck. The effect is the mean difference with its paired 95% interval; a mechanism is *held* if that interval lies on
the side of zero that is expected. Where the source says that a mechanism does nothing (*stays*), it is held if its
99.9% interval includes zero. {held} of {all} are held, {sure} of them beyond the 99.9% interval.
"""

KNOWN_ANSWERS = """## Known answers

With everything else switched off the model collapses to theory. The error bound is computed from the sample size:
if engine and theory agree, a row fails by chance once in {odds:,.0f} times. {agreed} of {all} agree.
"""

PATTERNS_SAID = """## Published patterns

Each row is a published pattern and what the model gives with the one parameter set that is shipped for the market.
*Fitted* patterns were used to choose parameters, *emerging* ones were not, an *identity* is stated in the scenario
and must come out of the engine. The simulated value is that of {runs} runs together, with a 95% interval; it is
*held* if it lies within the tolerance, and *within chance* is added where its interval does not lie on the same side
of the tolerance's ends as the value itself. `relay validate-model my.toml --table patterns` asks your own scenario.

Olist: Olist, Marketing Funnel by Olist, Kaggle, CC BY-NC-SA 4.0, modified; only figures computed from it are
used. The window is January to May 2018 (5,998 first contacts, 732 signed within 150 days); tolerances are the 95%
intervals of the shares seen.
"""

OWN = """# Published patterns beside those of {market}

{runs} runs; the value is that of all of them together, with a 95% interval. A pattern that differs is no fault: it
says where this scenario is not the market that was published.
"""

_SETTING = re.compile(r"^(?P<key>[A-Za-z0-9_.-]+)\s*=\s*(?P<value>.*?)\s{1,}#\s*(?P<comment>.+)$")

Say = Callable[[str], None]


def _silent(said: str) -> None:
    """Say nothing."""


def mechanisms_section(effects: Sequence[Effect]) -> str:
    """What every lever does, group by group.

    Args:
        effects: What was found.

    Returns:
        Markdown.
    """
    runs = effects[0].runs if effects else 0
    held = [one for one in effects if one.held]
    sure = sum(one.sure for one in held)
    parts = [MECHANISMS.format(runs=runs, held=len(held), all=len(effects), sure=sure)]
    rest = list(effects)
    for group in GROUPS:
        own = [one for one in rest if one.lever in group.LEVERS]
        rest = [one for one in rest if one.lever not in group.LEVERS]
        if own:
            parts += [_heading(group.__doc__ or group.__name__), mechanisms_table(own)]
    if rest:
        parts += ["### Others\n", mechanisms_table(rest)]
    return "\n".join(parts)


def _heading(docstring: str) -> str:
    return f"### {docstring.strip().partition('.')[0]}\n"


def known_answers_section(answers: Sequence[Answer]) -> str:
    """Every known answer.

    Args:
        answers: What was found.

    Returns:
        Markdown.
    """
    agreed = sum(one.agreed for one in answers)
    said = KNOWN_ANSWERS.format(odds=1 / FALSE_ALARM, agreed=agreed, all=len(answers))
    return "\n".join([said, known_answers_table(answers)])


def patterns_section(found: Sequence[Found]) -> str:
    """Published patterns, market by market; identities, fitted and emerging ones apart.

    Args:
        found: What was found.

    Returns:
        Markdown.
    """
    kinds: tuple[Standing, ...] = ("fitted", "emerging", "identity")
    parts = [PATTERNS_SAID.format(runs=found[0].runs if found else 0)]
    scores = []
    for kind in kinds:
        own = [one for one in found if one.pattern.standing == kind]
        held = [one for one in own if one.held]
        settled = sum(one.settled for one in held)
        scores.append(f"{kind}: {len(held)} of {len(own)} held, {settled} of them beyond chance")
    parts.append(f"{'; '.join(scores).capitalize()}.\n")
    for market in dict.fromkeys(one.pattern.market for one in found):
        parts.append(f"### Market {market}\n")
        for kind in kinds:
            own = [one for one in found if (one.pattern.market, one.pattern.standing) == (market, kind)]
            if own:
                parts.append(patterns_table(own))
    return "\n".join(parts)


def _parameters_section() -> str:
    return "\n".join(
        [
            "## What the parameters of market olist rest on\n",
            "Settings that are not named here keep their defaults, which `relay schema` explains. *Identified by "
            "Olist* means counted in the data or fitted to it; a row such as T5.1 is published; the rest are "
            "assumptions.\n",
            _parameters(parameters_of("olist")),
        ]
    )


def validation_page(seeds: int = 30, jobs: int = 1, only: Table | None = None, say: Say = _silent) -> str:
    """Run all that the page needs, and write it.

    Args:
        seeds: Runs of each setup, 2 or more.
        jobs: Processes to use; they change nothing but the time it takes.
        only: The one table that is wanted; all of them and what parameters rest on without it.
        say: Told what is being run.

    Returns:
        Markdown; equal arguments give equal text.

    Raises:
        ValueError: If there are fewer than two runs.
    """
    parts = [] if only else [INTRODUCTION]
    if only in (None, "mechanisms"):
        say(f"Pulling {len(LEVERS)} levers, {seeds} pairs of runs each.")
        parts.append(mechanisms_section(pulled(LEVERS, seeds, jobs)))
    if only in (None, "known-answers"):
        say("Comparing with known answers.")
        parts.append(known_answers_section(answered(seeds, jobs)))
    if only in (None, "patterns"):
        say(f"Comparing with {len(PATTERNS)} published patterns, {seeds} runs each.")
        parts.append(patterns_section(simulated(PATTERNS, seeds, jobs)))
    if only is None:
        parts.append(_parameters_section())
    return "\n".join(parts)


def own_page(market: str, seeds: int = 30, jobs: int = 1, say: Say = _silent) -> str:
    """Published patterns beside those of any scenario.

    Args:
        market: Name of a shipped market, or a file.
        seeds: Runs of each setup, 2 or more.
        jobs: Processes to use; they change nothing but the time it takes.
        say: Told what is being run.

    Returns:
        Markdown.

    Raises:
        InvalidInput: If the scenario cannot be loaded.
        ValueError: If there are fewer than two runs.
        RuntimeError: If a run fails.
    """
    patterns, unasked = own_patterns(market)
    say(f"Comparing {market} with {len(patterns)} published patterns, {seeds} runs each.")
    found = simulated(patterns, seeds, jobs)
    return "\n".join([OWN.format(market=market, runs=seeds), own_table(found, unasked)])


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
    return table(
        ("setting", "for", "value", "rests on"),
        (
            (f"`{key}`", ", ".join(name for name in names if name), f"`{value}`", basis)
            for (key, value, basis), names in grouped.items()
        ),
    )


def _split(key: str) -> tuple[str, str, str]:
    """Family, member and rest of a key such as ``market.journeys.paid.share``; no member for other keys."""
    parts = key.split(".")
    if len(parts) > 3 and parts[1] in ("journeys", "channels"):
        return ".".join(parts[:2]), parts[2], ".".join(parts[3:])
    return key, "", ""


def main(arguments: Sequence[str]) -> None:
    """Write the page, as `relay validate-model --out FILE --seeds N` does.

    Args:
        arguments: Where to (docs/validation.md), and how many runs of each setup (30).
    """
    target = Path(arguments[0] if arguments else "docs/validation.md")
    seeds = int(arguments[1]) if len(arguments) > 1 else 30
    page = validation_page(seeds, jobs=2, say=print)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
