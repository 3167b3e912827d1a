"""What is refused before a sweep begins: settings there are not, values not allowed, designs that nothing fits."""

from __future__ import annotations

from dataclasses import replace

from sim.experiment.blocks import Common
from sim.experiment.designs import Design
from sim.experiment.factors import spelled
from sim.scenario import InvalidInput, Problem

__all__ = ["refuse_impossible"]


def refuse_impossible(common: Common, design: Design, label: str = "design") -> None:
    """Refuse a design that cannot be meant.

    Single points whose settings contradict each other pass: they become failures. A word that no point can
    use, such as the name of a channel that the market does not have, is refused.

    Args:
        common: What all runs share.
        design: What is to be varied.
        label: Where the design comes from, as messages name it.

    Raises:
        InvalidInput: If a setting does not exist, a value is not allowed, or no point makes a scenario.
    """
    problems = design.problems(common.scenarios[0], label)
    if problems:
        raise InvalidInput(problems)
    unproved = {
        (column, spelled(value))
        for column, factor in enumerate(design.factors)
        for value in factor.levels
        if not isinstance(value, bool | int | float)
    }
    why: dict[tuple[int, str], tuple[int, InvalidInput]] = {}
    first: InvalidInput | None = None
    possible = False
    for number, point in enumerate(design.points):
        words = {(column, spelled(value)) for column, value in enumerate(point)} & unproved
        if possible and not words:
            continue
        error = _refusal(common, design.settings(number))
        if error is None:
            possible, unproved = True, unproved - words
            if not unproved:
                return
            continue
        first = first or error
        why.update({word: (number, error) for word in words if word not in why})
    if not possible and first is not None:
        said = f"none of the {len(design):,} points makes a scenario; the first is refused because of this"
        raise InvalidInput([Problem(said, label), *first.problems])
    if unproved:
        raise InvalidInput([one for word in sorted(unproved) for one in _placed(*why[word], design)])


def _placed(point: int, error: InvalidInput, design: Design) -> list[Problem]:
    """What a point is refused for, with its row or line where it comes from a table."""
    where = f"{design.label} {design.rows[point]}: " if design.rows else ""
    return [replace(one, file=f"{where}{one.file}") for one in error.problems]


def _refusal(common: Common, settings: tuple[str, ...]) -> InvalidInput | None:
    """Why a point makes no scenario under any policy, or None if it makes one."""
    first: InvalidInput | None = None
    for scenario in common.scenarios:
        try:
            scenario.with_overrides(settings)
        except InvalidInput as error:
            first = first or error
        else:
            return None
    return first
