"""Documents by kind: what `kind = "market"` and its like turn into."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.scenario.athletes import race_of
from sim.scenario.checking import value_at
from sim.scenario.composing import Composed, composed_document, problems_of, referred_policy
from sim.scenario.document import Scenario, cross_findings
from sim.scenario.errors import InvalidInput, Problem, nearest_name, shown_value
from sim.scenario.fields import Finding
from sim.scenario.layering import layer_names
from sim.scenario.library import MARKETS, POLICIES
from sim.scenario.names import market_findings
from sim.scenario.overrides import overridden
from sim.scenario.policy import Policy
from sim.scenario.reading import located_file

__all__ = ["KINDS", "Builder", "kind_of", "load", "load_policy", "load_scenario", "rebuilt"]

Builder = Callable[[Composed, "Policy | str | Path | None", Sequence[str]], Any]
"""Makes the value of a document from its tables, a policy to use instead, and overrides."""

ARRIVAL_COLUMNS = ("day", "journey", "segment", "number")


def load(
    name_or_path: str | Path, policy: Policy | str | Path | None = None, overrides: Sequence[str] = ()
) -> Any:
    """Load a document of any kind by the name of a shipped one or from a file.

    Args:
        name_or_path: Such as "olist" or "mine/market.toml".
        policy: For kinds that have one, the policy to use instead of the document's.
        overrides: Single settings, such as "policy.aim.shift=-0.1".

    Returns:
        What the document's kind is registered to build: a `Scenario`, a `Policy` or another track.

    Raises:
        InvalidInput: With everything that is wrong with the files and overrides.
    """
    folders = (MARKETS, POLICIES)
    several = len(layer_names(name_or_path, folders)) > 1  # only policies are laid over each other by name
    found = (
        referred_policy(name_or_path) if several else composed_document(located_file(name_or_path, folders))
    )
    return _builder(found, tuple(KINDS))(found, policy, overrides)


def kind_of(name_or_path: str | Path) -> str | None:
    """The kind of a document among the markets, such as "market" or "athletes".

    Args:
        name_or_path: Such as "olist" or "mine/market.toml".

    Returns:
        Its kind; None when it cannot be read or names no kind, which loading it will explain.
    """
    try:
        kind = composed_document(located_file(name_or_path, (MARKETS,))).kind
    except InvalidInput:
        return None
    return kind if isinstance(kind, str) and kind in KINDS else None


def load_scenario(
    name_or_path: str | Path, policy: Policy | str | Path | None = None, overrides: Sequence[str] = ()
) -> Scenario:
    """Load a market document as a scenario; see `Scenario.load`."""
    found = composed_document(located_file(name_or_path, (MARKETS,)))
    _builder(found, ("market",))
    return _scenario(found, policy, overrides)


def load_policy(name_or_path: str | Path) -> Policy:
    """Load a policy document; see `Policy.load`."""
    return _policy(referred_policy(name_or_path), None, ())


def _builder(found: Composed, allowed: Sequence[str]) -> Builder:
    if isinstance(found.kind, str) and found.kind in KINDS and found.kind in allowed:
        return KINDS[found.kind]
    listed = ", ".join(f'"{kind}"' for kind in allowed)
    if found.kind is None:
        problem = Problem("is required and missing", found.layers[0].label, None, "kind", allowed=listed)
    else:
        known = found.kind in KINDS if isinstance(found.kind, str) else False
        said = "is not the kind needed here" if known else "is no kind of document"
        label, line = found.place(("kind",))
        problem = Problem(
            said, label, line, "kind", shown_value(found.kind), listed, nearest_name(str(found.kind), allowed)
        )
    raise InvalidInput([*found.problems, problem])


def _policy(found: Composed, policy: Policy | str | Path | None, overrides: Sequence[str]) -> Policy:
    if policy is not None:
        raise InvalidInput(Problem("a policy document cannot be given another policy", found.layers[0].label))
    tables, layers = {"policy": found.policy_table()}, found.layers
    table, added = overridden(tables["policy"], overrides, Policy)
    mounted = tuple(layer.mounted(()) if not layer.policy_file else layer for layer in layers)
    source = Composed(found.kind, found.path, table, (*added, *mounted), found.problems)
    try:
        built = Policy.model_validate(table)
    except ValidationError as error:
        raise InvalidInput([*found.problems, *problems_of(error, Policy, table, source)]) from None
    if found.problems:
        raise InvalidInput(found.problems)
    return built


def _scenario(found: Composed, policy: Policy | str | Path | None, overrides: Sequence[str]) -> Scenario:
    tables, layers, problems = dict(found.data), found.layers, list(found.problems)
    if isinstance(policy, Policy):
        tables["policy"] = policy.model_dump(mode="json")
    elif policy is not None or "policy" not in tables:
        chosen = referred_policy("today" if policy is None else policy)
        problems.extend(chosen.problems)
        tables["policy"] = chosen.policy_table()
        layers = (*(layer.mounted(("policy",)) for layer in chosen.layers), *layers)
    tables, added = overridden(tables, overrides, Scenario)
    source = Composed(found.kind, found.path, tables, (*added, *layers), tuple(problems))
    return _checked(source)


def rebuilt(tables: dict[str, Any], overrides: Sequence[str], label: str) -> Scenario:
    """A scenario from the tables of another, with single values replaced.

    Args:
        tables: The other scenario's tables.
        overrides: Texts "dotted.key=value".
        label: What messages name where no override is at fault.

    Returns:
        The new scenario.

    Raises:
        InvalidInput: If a key does not exist or a value is not allowed.
    """
    changed, layers = overridden(tables, overrides, Scenario)
    return _checked(Composed("market", Path(label), changed, tuple(layers)), label)


def _checked(source: Composed, label: str = "") -> Scenario:
    """The scenario, or everything that is wrong with it, unknown names included."""
    tables, problems = source.data, list(source.problems)
    try:
        built = Scenario.model_validate(tables)
    except ValidationError as error:
        problems.extend(problems_of(error, Scenario, tables, source))
        crossing = [f._replace(at=("market", *f.at)) for f in market_findings(tables.get("market"))]
        for finding in (*crossing, *cross_findings(tables)):
            value = value_at(tables, finding.at) if finding.value is None else finding.value
            problems.append(source.problem(finding._replace(value=value)))
    problems.extend(source.problem(finding) for finding in _arrivals_file_findings(tables))
    if problems:
        raise InvalidInput(problems)
    return built


def _arrivals_file_findings(tables: Mapping[str, Any]) -> Iterator[Finding]:
    at = ("market", "demand", "arrivals_file")
    file = value_at(tables, at)
    if not isinstance(file, str) or file == "none":
        return
    allowed = "a CSV file with the columns day[, journey][, segment][, number]"
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader([lines.readline(10_000)]), [])
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "is not a text file"
        yield Finding(at, f"cannot be read: {said}", file, allowed)
        return
    columns = [column.strip() for column in header]
    strange = [column for column in columns if column not in ARRIVAL_COLUMNS]
    if "day" not in columns:
        yield Finding(at, "has no column 'day' in its first line", file, allowed)
    elif strange:
        yield Finding(
            at,
            f"has a column {strange[0]!r} that means nothing here",
            file,
            allowed,
            nearest_name(strange[0], ARRIVAL_COLUMNS),
        )


KINDS: dict[str, Builder] = {"market": _scenario, "policy": _policy, "athletes": race_of}
"""What each kind of document is built with; another track registers itself by adding an entry."""
