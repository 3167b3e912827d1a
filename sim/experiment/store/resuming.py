"""Beginning, resuming and extending a sweep that is kept in a folder."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.agents.overriding import chosen_classes, classes_named, fingerprint_of
from sim.experiment.blocks import Common
from sim.experiment.designs import Design, design_of, factors_of
from sim.experiment.factors import Factor, spelled
from sim.experiment.possible import refuse_impossible
from sim.experiment.rule_book import rule_book, surroundings_of_bits
from sim.experiment.store.folder import Folder
from sim.experiment.store.lock import locked
from sim.experiment.store.manifest import (
    Manifest,
    rule_book_changes,
    scenario_changes,
    surroundings_changes,
    versions,
)
from sim.experiment.store.reproducing import same_bits
from sim.experiment.store.stopping import SweepRefused
from sim.experiment.store.wish import Wish
from sim.scenario import InvalidInput, Scenario
from sim.scenario.settings import usual_key

__all__ = [
    "begun",
    "commands",
    "common_of",
    "current",
    "extend",
    "further_points",
    "held",
    "refuse_changes",
]


@contextmanager
def held(path: Path) -> Iterator[Folder]:
    """A folder held for writing, made if need be, without what an interrupted writer left behind.

    Raises:
        InUse: If somebody else writes to it.
        OSError: If it cannot be made.
    """
    path.mkdir(parents=True, exist_ok=True)
    with locked(path):
        folder = Folder(path)
        folder.tidy()
        yield folder


def begun(folder: Folder, wish: Wish) -> None:
    """Begin a sweep in a folder, or see that the one in it is the same and add what is new.

    Args:
        folder: The folder, held.
        wish: What is asked for.

    Raises:
        SweepRefused: If the folder holds another sweep; the message says what differs.
        InvalidInput: If the design is impossible.
    """
    if not folder.exists:
        refuse_impossible(wish.common, wish.design)
        folder.begin(_manifest(wish), wish.design, dict(_named(wish.common)))
        return
    refuse_changes(folder, wish.common)
    extend(folder, wish.common, wish.design, wish.replications, wish.measures)


def refuse_changes(folder: Folder, common: Common) -> None:
    """See that runs made now are those that the folder's sweep would have made.

    Args:
        folder: The folder.
        common: What runs made now would share.

    Raises:
        SweepRefused: If anything differs that can change a result; the message says what.
    """
    said, lines = folder.manifest, []
    if said.seed != common.seed:
        lines.append(f"seed: {said.seed} -> {common.seed}")
    if said.policies != common.names:
        lines.append(f"policies: {', '.join(said.policies)} -> {', '.join(common.names)}")
    else:
        for name, scenario in _named(common):
            if said.scenarios[name]["fingerprint"] != scenario.fingerprint:
                lines += scenario_changes(folder.scenarios[name], scenario)
    if said.agents != fingerprint_of(common.agents):
        classes = _classes(common.agents)
        lines.append(
            f"agents: {_listed(said.classes)} -> {_listed(classes)}"
            if classes != said.classes
            else f"agents: the source of {_listed(classes)} has changed"
        )
    lines += [f"rule book: {line}" for line in rule_book_changes(said.rule_book)]
    if lines:
        raise SweepRefused(
            "\n  ".join(
                [
                    f"{folder.path} holds another sweep; since it began these have changed:",
                    *dict.fromkeys(lines),
                ]
            )
            + "\nPut them back, or name another folder: runs of two kinds would be mixed."
        )
    moved = surroundings_changes(said.platform)
    if moved and folder.finished() and not same_bits(folder, common):
        raise SweepRefused(
            "\n  ".join(
                [
                    f"{folder.path} was begun elsewhere, and runs made here are not the same to the bit:",
                    *moved,
                ]
            )
            + "\nGo on where it began, or name another folder."
        )


def extend(
    folder: Folder,
    common: Common,
    design: Design | None = None,
    replications: Iterable[int] = (),
    measures: Sequence[str] = (),
) -> None:
    """Add points, replications or measures to a sweep; what is there stays.

    Args:
        folder: The folder, held.
        common: What all runs share.
        design: Points to add; those that are there already are passed over.
        replications: Replications to add.
        measures: Measures that tables show from now on; no change when empty.

    Raises:
        SweepRefused: If the new points vary other settings.
        InvalidInput: If the new points are impossible.
    """
    said = folder.manifest
    wanted = tuple(dict.fromkeys([*said.replications, *replications]))
    points, factors, kind = folder.design.points, said.factors, said.kind
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
        said, replications=wanted, points=len(points), factors=factors, kind=kind,
        measures=tuple(measures) or said.measures,
    )  # fmt: skip
    if changed != said:
        folder.extend(changed, replace(folder.design, factors=factors, points=points))


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


def current(folder: Folder, common: Common) -> Common:
    """The same as `common`, with scenarios read again from where the sweep got them.

    Where a file is gone, what the folder holds is as good.

    Args:
        folder: The folder.
        common: What the folder holds.

    Raises:
        InvalidInput: If a file is there and cannot be used.
    """
    source = folder.manifest.source
    if source is None:
        return common
    policies: Sequence[str | None] = source.policies or (None,)
    try:
        with chdir(source.folder or "."):
            read = tuple(Scenario.load(source.market, one, source.settings) for one in policies)
    except FileNotFoundError:
        return common
    except InvalidInput as error:
        if all("no such file" in one.said or "no file of this name" in one.said for one in error.problems):
            return common
        raise
    return replace(common, scenarios=read)


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


def _manifest(wish: Wish) -> Manifest:
    common = wish.common
    return Manifest(
        command=wish.command,
        scenarios={
            name: {"file": file, "fingerprint": scenario.fingerprint}
            for (name, scenario), file in zip(_named(common), _files(common.names), strict=True)
        },
        agents=fingerprint_of(common.agents),
        classes=_classes(common.agents),
        seed=common.seed,
        replications=wish.replications,
        kind=wish.design.kind,
        factors=wish.design.factors,
        points=len(wish.design),
        measures=wish.measures,
        rule_book=rule_book(),
        versions=versions(),
        platform=surroundings_of_bits(),
        source=wish.source,
    )


def _named(common: Common) -> Iterator[tuple[str, Scenario]]:
    return zip(common.names, common.scenarios, strict=True)


def _files(names: Sequence[str]) -> list[str]:
    """A file name for the scenario under each policy."""
    plain = [re.sub(r"[^\w-]+", "-", name).strip("-") for name in names]
    return [
        f"scenario-{one}.toml" if plain.count(one) == 1 else f"scenario-{one}-{place}.toml"
        for place, one in enumerate(plain)
    ]


def _classes(agents: Mapping[type, type] | None) -> dict[str, str]:
    chosen = chosen_classes(agents)
    return {kind.__name__: own.__qualname__ for kind, own in chosen.items() if own is not kind}


def _listed(classes: Mapping[str, str]) -> str:
    return ", ".join(f"{own} for {kind}" for kind, own in classes.items()) or "none"


def common_of(folder: Folder, agents: Mapping[type, type] | None = None) -> Common:
    """What the runs of a folder's sweep share, from what the folder itself holds.

    Args:
        folder: The folder.
        agents: Agent classes; those that the manifest names by module when None.

    Raises:
        SweepRefused: If the sweep replaced agents by classes that cannot be found.
    """
    said = folder.manifest
    named = said.source.agents if said.source is not None else ()
    if agents is None and said.agents and not named:
        raise SweepRefused(
            f"{folder.path}: this sweep replaced {_listed(said.classes)}; classes written in a notebook or script "
            "can be given from there only: sweep(..., agents=..., out=...) again, or resume(..., agents=...)"
        )
    if named and said.source is not None and said.source.folder not in sys.path:
        sys.path.insert(0, said.source.folder)  # where the command that began it looked for them
    try:
        chosen = classes_named(*named) if agents is None and named else agents
    except ValueError as error:
        raise SweepRefused(f"{folder.path}: {error}") from None
    scenarios = folder.scenarios
    return Common(
        tuple(scenarios.values()), tuple(scenarios), said.seed, chosen, commands(folder.path, said, named)
    )


def commands(path: Path, said: Manifest, agents: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The words that run the scenario of each policy, for the command that repeats a run."""
    own = tuple(word for one in agents for word in ("--agents", one))
    return tuple(("relay", "run", str(path / one["file"]), *own) for one in said.scenarios.values())
