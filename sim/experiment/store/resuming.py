"""Beginning and resuming a sweep that is kept in a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path

from sim.agents.overriding import chosen_classes, classes_named, fingerprint_of
from sim.experiment.blocks import Common
from sim.experiment.rule_book import rule_book, surroundings_of_bits
from sim.experiment.store.extending import extend
from sim.experiment.store.folder import Folder
from sim.experiment.store.lock import locked
from sim.experiment.store.manifest import (
    Manifest,
    kept_scenarios,
    rule_book_changes,
    scenario_changes,
    surroundings_changes,
    versions,
)
from sim.experiment.store.reproducing import same_bits
from sim.experiment.store.stopping import SweepRefused
from sim.experiment.store.wish import Wish
from sim.scenario import InvalidInput, Scenario

__all__ = [
    "begun",
    "common_of",
    "current",
    "held",
    "refuse_changes",
]


@contextmanager
def held(path: Path) -> Iterator[Folder]:
    """A folder held for writing, made if need be, without what an interrupted writer left behind.

    Raises:
        InUse: If somebody else writes to it.
        SweepRefused: If it cannot be made or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / ".lock").touch()
    except OSError as error:
        said = "it is a file; name a directory" if path.is_file() else error.strerror
        raise SweepRefused(f"cannot write to {path}: {said}") from None
    with locked(path):
        folder = Folder(path)
        folder.tidy()
        yield folder


def begun(folder: Folder, wish: Wish) -> None:
    """Begin a sweep in a folder, or see that the one in it is the same and add what is new.

    Args:
        folder: The folder, held.
        wish: What is asked for; its design is possible.

    Raises:
        SweepRefused: If the folder holds another sweep; the message says what differs.
        SweepStopped: If there is no room or no right to write.
        InvalidInput: If further points are impossible.
    """
    if not folder.exists:
        folder.begin(_manifest(wish), wish.design, wish.common.scenarios)
        return
    refuse_changes(folder, wish.common)
    extend(folder, wish.common, wish.design, wish.replications, wish.measures, wish.source)


def refuse_changes(folder: Folder, common: Common) -> None:
    """See that runs made now are those that the folder's sweep would have made; further policies are welcome.

    Args:
        folder: The folder.
        common: What runs made now would share, the folder's own policies first.

    Raises:
        SweepRefused: If anything differs that can change a result; the message says what.
    """
    said, lines = folder.manifest, []
    if said.seed != common.seed:
        lines.append(f"seed: {said.seed} -> {common.seed}")
    if said.policies != common.names[: len(said.policies)]:
        lines.append(f"policies: {', '.join(said.policies)} -> {', '.join(common.names)}")
    else:
        for name, scenario in zip(said.policies, common.scenarios, strict=False):
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
    try:
        with chdir(source.folder or "."):
            read = [Scenario.load(source.market, one, source.settings) for one in source.named]
    except FileNotFoundError:
        return common
    except InvalidInput as error:
        if all("no such file" in one.said or "no file of this name" in one.said for one in error.problems):
            return common
        raise
    return replace(common, scenarios=(*read, *common.scenarios[len(read) :]))


def _manifest(wish: Wish) -> Manifest:
    common = wish.common
    return Manifest(
        command=wish.command,
        scenarios=kept_scenarios(common),
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
    return Common(tuple(scenarios.values()), tuple(scenarios), said.seed, chosen)
