"""What is added to a sweep that is kept in a folder: policies, points, replications and measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.experiment.blocks import Common
from sim.experiment.designs import Design, design_of, factors_of
from sim.experiment.factors import Factor, spelled
from sim.experiment.possible import refuse_impossible
from sim.experiment.store.folder import Folder
from sim.experiment.store.manifest import kept_scenarios, scenario_changes
from sim.experiment.store.stopping import SweepRefused
from sim.experiment.store.wish import Source
from sim.experiment.sweep import variants_of
from sim.scenario import InvalidInput, Policy
from sim.scenario.settings import usual_key

__all__ = ["extend", "further_points", "further_policies"]


def extend(
    folder: Folder,
    common: Common,
    design: Design | None = None,
    replications: Iterable[int] = (),
    measures: Sequence[str] = (),
    source: Source | None = None,
) -> None:
    """Add policies, points, replications or measures to a sweep; what is there stays.

    Args:
        folder: The folder, held.
        common: What all runs share, the folder's own policies first.
        design: Points to add; those that are there already are passed over.
        replications: Replications to add.
        measures: Measures that tables show from now on; no change when empty.
        source: Where the scenarios come from, if more of them have a name now; no change when None.

    Raises:
        SweepRefused: If the new points vary other settings.
        InvalidInput: If the new points are impossible, or all points under a new policy.
    """
    said = folder.manifest
    wanted = tuple(dict.fromkeys([*said.replications, *replications]))
    points, factors, kind = folder.design.points, said.factors, said.kind
    new = common.scenarios[len(said.policies) :]
    if new:
        refuse_impossible(replace(common, scenarios=new), folder.design)
    if design is not None:
        problems = design.problems(common.scenarios[0])
        if problems:
            raise InvalidInput(problems)
        order = _same_settings(folder, design)
        known = {tuple(map(spelled, point)) for point in points}
        added = tuple(tuple(point[place] for place in order) for point in design.points)
        added = tuple(point for point in added if tuple(map(spelled, point)) not in known)
        if added:
            refuse_impossible(common, Design(said.factors, added, "table"))
            points = (*points, *added)
            factors = tuple(
                _joined(one, design.factors[place]) for one, place in zip(factors, order, strict=True)
            )
            kind = kind if kind == design.kind else "table"
    changed = replace(
        said, scenarios=kept_scenarios(common, said.scenarios), replications=wanted, points=len(points),
        factors=factors, kind=kind, measures=tuple(measures) or said.measures,
        source=source if source and new else said.source,
    )  # fmt: skip
    if changed != said:
        folder.extend(changed, replace(folder.design, factors=factors, points=points), common.scenarios)


def further_points(folder: Folder, given: Any) -> Design:
    """The points to add to a sweep.

    Args:
        folder: The folder.
        given: A design, a table, or what settings take. Where the sweep is a grid and the settings are some of
            its own, all combinations with the levels that are there.

    Returns:
        A design over the sweep's settings, with points old and new.

    Raises:
        InvalidInput: If it says nothing, or something impossible.
        SweepRefused: If levels are given for settings of a design that is no grid.
    """
    if isinstance(given, Design) or hasattr(given, "itertuples"):
        return design_of(given)
    named = {usual_key(one.path): one for one in factors_of(given)}
    own = {usual_key(one.path): one for one in folder.manifest.factors}
    if folder.manifest.kind != "grid" or any(one.is_range for one in named.values()):
        raise SweepRefused(
            f"{folder.path} holds a design of kind {folder.manifest.kind!r}: add points as a whole design or a table"
        )
    return Design.grid([*(_joined(one, named.pop(path, one)) for path, one in own.items()), *named.values()])


def further_policies(
    folder: Folder, common: Common, given: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path]
) -> tuple[Common, Source | None]:
    """What runs share when policies are added to a sweep.

    Args:
        folder: The folder.
        common: What they share now.
        given: The policies, as for `sweep`; those that are there already are passed over.

    Returns:
        What they share then, and where all of its scenarios come from if that is known.

    Raises:
        SweepRefused: If the sweep has another policy of the same name.
        InvalidInput: If a policy cannot be loaded, or the scenario makes no sense under it.
    """
    if isinstance(given, str | Path | Policy):
        given = [given]
    source = folder.manifest.source
    variants = variants_of(common.scenarios[0], given)
    if source is not None and source.settings:
        with chdir(source.folder or "."):
            variants = {name: one.with_overrides(source.settings) for name, one in variants.items()}
    for name, scenario in zip(common.names, common.scenarios, strict=True):
        if name in variants and variants[name].fingerprint != scenario.fingerprint:
            lines = "\n  ".join(scenario_changes(scenario, variants.pop(name)))
            said = f"{folder.path} has another policy {name!r}; these differ:\n  {lines}"
            raise SweepRefused(f"{said}\nGive it another name, or name another folder.")
    new = {name: one for name, one in variants.items() if name not in common.names}
    if source is not None and len(source.named) == len(common.names):
        listed = list(given.values() if isinstance(given, Mapping) else given)
        words = {name: _from_anywhere(one) for name, one in zip(variants, listed, strict=True) if name in new}
        if all(words.values()):
            source = replace(source, policies=(*source.named, *words.values()))
    found = replace(common, scenarios=(*common.scenarios, *new.values()), names=(*common.names, *new))
    return found, source


def _from_anywhere(policy: Policy | str | Path) -> str:
    """The name of a shipped policy, or its file by its whole path; empty if it comes from neither."""
    if isinstance(policy, Policy):
        return ""
    return str(Path(policy).resolve()) if Path(policy).is_file() else str(policy)


def _same_settings(folder: Folder, design: Design) -> list[int]:
    """The order of another design's factors that is the folder's own."""
    own = [usual_key(one) for one in folder.design.paths]
    theirs = [usual_key(one) for one in design.paths]
    if sorted(map(str, own)) != sorted(map(str, theirs)):
        raise SweepRefused(
            f"{folder.path} varies {', '.join(folder.design.paths)}, not {', '.join(design.paths)}: "
            "points that leave a setting open would not be comparable; name another folder"
        )
    return [theirs.index(one) for one in own]


def _joined(one: Factor, other: Factor) -> Factor:
    if one.is_range:
        return one
    levels = list({spelled(value): value for value in (*one.levels, *other.levels)}.values())
    if all(isinstance(value, int | float) for value in levels):
        levels.sort()
    return Factor(one.path, tuple(levels))
