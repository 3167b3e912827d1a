"""A scenario from several files: `extends`, policies by name, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.scenario.checking import findings_of
from sim.scenario.errors import InvalidInput, Problem, nearest_name, shown_value
from sim.scenario.fields import Finding, Part
from sim.scenario.layering import laid_over, layer_names
from sim.scenario.library import MARKETS, POLICIES
from sim.scenario.merging import Whole, merged
from sim.scenario.reading import Document, located_file, read_document
from sim.scenario.titled import HEADINGS

__all__ = ["Composed", "Layer", "composed_document", "problems_of", "referred_policy", "with_references"]

KeyPath = tuple[str | int, ...]
POLICY_KEYS = ("kind", "extends", *HEADINGS, "policy")


@dataclass(frozen=True)
class Layer:
    """One file's share in a scenario.

    Attributes:
        label: The file, or the override, as messages name it.
        lines: Lines of its keys; None for an override, which has no lines.
        root: For an override, the key it sets; for a policy file, where its policy stands in the scenario.
        policy_file: Whether this is a policy file mounted at `root`.
    """

    label: str
    lines: Mapping[KeyPath, int] | None
    root: KeyPath = ()
    policy_file: bool = False

    def own_path(self, path: KeyPath) -> KeyPath | None:
        """A scenario's path as this file spells it, or None when the file has no say there."""
        if path[: len(self.root)] != self.root:
            return None
        if not self.policy_file:
            return path
        rest = path[len(self.root) :]
        return rest if rest and rest[0] in HEADINGS else ("policy", *rest)

    def mounted(self, at: KeyPath) -> Layer:
        """The same policy file, with its policy standing elsewhere in a scenario."""
        return Layer(self.label, self.lines, at, True)


@dataclass(frozen=True)
class Composed:
    """A document with everything it extends and refers to, not yet checked.

    Attributes:
        kind: "market", "policy" or another registered kind.
        path: The file that was asked for.
        data: The merged tables, without `kind` and `extends`.
        layers: Where values came from, the files that win first.
        problems: What is already known to be wrong.
    """

    kind: Any
    path: Path
    data: dict[str, Any]
    layers: tuple[Layer, ...]
    problems: tuple[Problem, ...] = field(default=())

    def place(self, path: KeyPath) -> tuple[str, int | None]:
        """File and line of a key: its own, or those of the nearest table around it."""
        for layer in self.layers:
            own = layer.own_path(path)
            if own is not None and layer.lines is None:
                return layer.label, None
            if own is not None and layer.lines is not None and own in layer.lines:
                return layer.label, layer.lines[own]
        # What is missing altogether is missing in the document itself, not in a policy that was added to it.
        whole = [layer.label for layer in self.layers if not layer.root] or [str(self.path)]
        best: tuple[int, str, int | None] = (-1, whole[0], None)
        for layer in self.layers:
            own = layer.own_path(path)
            while own and layer.lines is not None:
                own = own[:-1]
                if own in layer.lines and len(own) > best[0]:
                    best = (len(own), layer.label, layer.lines[own])
        for layer in self.layers:  # a row that an override began, and did not finish
            shared = len(_common(layer.root, path)) if layer.lines is None else 0
            if shared > max(best[0], 0):
                best = (shared, layer.label, None)
        return best[1], best[2]

    def problem(self, finding: Finding, at: KeyPath = ()) -> Problem:
        """A finding, with the file and line it comes from."""
        path = (*at, *finding.at)
        label, line = self.place(path)
        value = "" if finding.value is None else shown_value(finding.value)
        return Problem(finding.said, label, line, dotted(path), value, finding.allowed, finding.nearest)

    def policy_table(self) -> Any:
        """The policy that a policy document holds, with its headings."""
        levers = self.data.get("policy", {})
        if not isinstance(levers, Mapping):
            return levers
        headings = {key: self.data[key] for key in HEADINGS if key in self.data}
        return {**levers, **headings}


def _common(one: KeyPath, other: KeyPath) -> KeyPath:
    """The keys that two paths begin with alike."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return tuple(key for key, _ in alike)


def dotted(path: KeyPath) -> str:
    """A path as people write it: ``horizon.changes[0].day``."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else ("." if text else "") + key
    return text


def problems_of(
    error: ValidationError, model: type[Part], data: Any, source: Composed, at: KeyPath = ()
) -> list[Problem]:
    """What pydantic refused, with files and lines.

    Args:
        error: The refusal.
        model: The model that refused.
        data: What it was given.
        source: Where that came from.
        at: Where it stands in the scenario.

    Returns:
        One problem per finding.
    """
    return [source.problem(finding, at) for finding in findings_of(error, model, data)]


def composed_document(path: Path, trail: tuple[Path, ...] = ()) -> Composed:
    """Read a file with everything it extends and refers to.

    Args:
        path: The file.
        trail: The files that led here, to find circles.

    Returns:
        The merged document.

    Raises:
        InvalidInput: If a file cannot be read, or the files extend each other in a circle.
    """
    document = read_document(path)
    here = (*trail, path)
    data, layers = with_references(document, here)
    problems = list(_heading_problems(document))
    kind = data.pop("kind", None)
    wanted = data.pop("extends", None)
    name = data.setdefault("name", path.stem)
    layer = Layer(document.label, document.lines)
    if not _names_documents(wanted):
        if wanted is not None:
            said = "should be a name or a path in quotes, or a list of them"
            problems.append(document.problem(said, "extends"))
        return Composed(kind, path, data, (layer, *layers), tuple(problems))
    folders = (POLICIES,) if kind == "policy" else (MARKETS,) if kind is not None else (MARKETS, POLICIES)
    under = _all_followed(document, ("extends",), wanted, folders, here)
    if kind is not None and under.kind is not None and kind != under.kind:
        problems.append(
            document.problem(
                f"this is of kind {shown_value(kind)}, {wanted!r} is of kind {shown_value(under.kind)}",
                "extends",
                allowed="a file of the same kind",
            )
        )
    return Composed(
        kind if kind is not None else under.kind,
        path,
        {**merged(under.data, data), "name": name},
        (layer, *layers, *under.layers),
        (*problems, *under.problems),
    )


def referred_policy(wanted: str | Path) -> Composed:
    """The policy document that a name or a path means.

    Args:
        wanted: The name of a shipped policy, a path, or several with "+" between them, laid over each other.

    Returns:
        The merged policy document.

    Raises:
        InvalidInput: If there is none, or it is no policy.
    """
    parts = [composed_document(located_file(one, (POLICIES,))) for one in layer_names(wanted, (POLICIES,))]
    for found in parts:
        refused = list(_not_a_policy(found))
        if refused:
            raise InvalidInput([*found.problems, *refused])
    return laid_over(parts)


def _not_a_policy(found: Composed) -> Iterator[Problem]:
    if found.kind != "policy":
        label, line = found.place(("kind",))
        said = "is missing" if found.kind is None else "is not the kind needed here"
        yield Problem(
            said, label, line, "kind", "" if found.kind is None else shown_value(found.kind), '"policy"'
        )
    elif "policy" not in found.data:
        yield Problem("a policy document needs a table [policy]", found.layers[0].label, None, "policy")
    elif not isinstance(found.data["policy"], Mapping):
        yield found.problem(Finding(("policy",), "should be a table", found.data["policy"]))


def _heading_problems(document: Document) -> Iterator[Problem]:
    """Top-level keys that a policy document does not have; a market's are checked with its tables."""
    if document.data.get("kind") == "policy":
        for key in document.data:
            if key not in POLICY_KEYS:
                yield document.problem(
                    "there is no such setting",
                    key,
                    allowed=", ".join(POLICY_KEYS),
                    nearest=nearest_name(key, POLICY_KEYS),
                )


def _names_documents(wanted: Any) -> bool:
    """Whether this is a name or path, or a list of at least one of them."""
    named = [wanted] if isinstance(wanted, str) else wanted
    return isinstance(named, list) and bool(named) and all(isinstance(one, str) for one in named)


def _all_followed(
    document: Document, at: KeyPath, wanted: Any, folders: tuple[str, ...], trail: tuple[Path, ...]
) -> Composed:
    """The documents that a key refers to by one name, by names with "+" between them or in a list."""
    named = [wanted] if isinstance(wanted, str) else wanted
    try:
        names = [name for one in named for name in layer_names(one, folders, document.path.parent)]
    except InvalidInput as error:
        found = error.problems[0]
        key, line = dotted(at), document.lines.get(at)
        raise InvalidInput(
            Problem(found.said, document.label, line, key, shown_value(wanted), found.allowed)
        ) from None
    parts = [_followed(document, at, str(name), folders, trail) for name in names]
    if folders == (POLICIES,):
        refused = [problem for part in parts for problem in _not_a_policy(part)]
        if len(parts) > 1 and refused:
            raise InvalidInput(refused)
    return laid_over(parts)


def _followed(
    document: Document, at: KeyPath, wanted: str, folders: tuple[str, ...], trail: tuple[Path, ...]
) -> Composed:
    """The document that a key of another refers to; trouble on the way is reported at that key."""
    key, line = dotted(at), document.lines.get(at)
    try:
        path = located_file(wanted, folders, document.path.parent)
    except InvalidInput as error:
        found = error.problems[0]
        raise InvalidInput(
            Problem(found.said, document.label, line, key, shown_value(wanted), found.allowed, found.nearest)
        ) from None
    seen = [os.path.realpath(one) for one in trail]
    if os.path.realpath(path) in seen:
        circle = [*trail[seen.index(os.path.realpath(path)) :], path]
        raise InvalidInput(
            Problem(
                "the files extend each other in a circle: " + " -> ".join(one.name for one in circle),
                document.label,
                line,
                key,
                shown_value(wanted),
            )
        )
    try:
        return composed_document(path, trail)
    except InvalidInput as error:
        first = error.problems[0]
        if os.path.exists(path) or len(error.problems) > 1 or first.file != str(path):
            raise
        raise InvalidInput(
            Problem(first.said, document.label, line, key, shown_value(wanted), first.allowed, first.nearest)
        ) from None


def with_references(document: Document, trail: tuple[Path, ...]) -> tuple[dict[str, Any], tuple[Layer, ...]]:
    """A file's tables with policies by name and relative paths replaced.

    Args:
        document: The file.
        trail: The files that led here and the file itself, to find circles.

    Returns:
        The tables, and the layers that policies bring.

    Raises:
        InvalidInput: If a policy cannot be found or used.
    """
    data, layers = dict(document.data), []
    for at, value in _policies_in(data):
        found, brought = _policy(document, at, value, trail)
        layers.extend(brought)
        data = _replaced(data, at, found)
    at = ("market", "demand", "arrivals_file")
    market = data.get("market")
    demand = market.get("demand") if isinstance(market, Mapping) else None
    file = demand.get("arrivals_file") if isinstance(demand, Mapping) else None
    if isinstance(file, str) and file != "none":
        data = _replaced(data, at, os.path.abspath(document.path.parent / file))
    return data, tuple(layers)


def _policies_in(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    if "policy" in data:
        yield ("policy",), data["policy"]
    horizon = data.get("horizon")
    changes = horizon.get("changes") if isinstance(horizon, Mapping) else None
    for index, change in enumerate(changes if isinstance(changes, Sequence) else ()):
        if isinstance(change, Mapping) and "policy" in change:
            yield ("horizon", "changes", index, "policy"), change["policy"]


def _policy(document: Document, at: KeyPath, value: Any, trail: tuple[Path, ...]) -> tuple[Any, list[Layer]]:
    """A policy given by name, as a table that extends one, or as a table of its own."""
    extends = value.get("extends") if isinstance(value, Mapping) else None
    wanted, key = (value, at) if isinstance(value, str) else (extends, (*at, "extends"))
    if not _names_documents(wanted):
        return value, []
    found = _all_followed(document, key, wanted, (POLICIES,), trail)
    refused = [*found.problems, *_not_a_policy(found)]
    if refused:
        raise InvalidInput(refused)
    table = found.policy_table()
    if isinstance(value, Mapping):
        table = merged(table, {key: one for key, one in value.items() if key != "extends"})
    return Whole(table), [layer.mounted(at) for layer in found.layers]


def _replaced(data: Any, path: KeyPath, value: Any) -> Any:
    """A copy of nested tables with one value replaced."""
    if not path:
        return value
    if isinstance(data, list):
        return [
            _replaced(one, path[1:], value) if index == path[0] else one for index, one in enumerate(data)
        ]
    return type(data)({**data, path[0]: _replaced(data[path[0]], path[1:], value)})
