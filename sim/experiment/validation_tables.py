"""Tables of the validation page: what was found, as Markdown, without a number written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf, isinf, isnan

from sim.experiment.known_answers import Answer
from sim.experiment.levers import Effect
from sim.experiment.own_patterns import Unasked
from sim.experiment.patterns import Found

__all__ = ["known_answers_table", "mechanisms_table", "own_table", "patterns_table", "table"]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table.

    Args:
        heads: Names of the columns.
        rows: Cells.

    Returns:
        The table, ending with a line break.
    """
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def mechanisms_table(effects: Iterable[Effect]) -> str:
    """What pulling each lever does.

    Args:
        effects: What was found.

    Returns:
        The table.
    """
    heads = (
        "what is shown", "market, policy", "settings", "the one change", "measure", "before → after",
        "effect [95% interval]", "99.9% interval leaves zero", "expected", "result",
    )  # fmt: skip
    return table(heads, (_mechanism(one) for one in effects))


def _mechanism(one: Effect) -> tuple[str, ...]:
    lever = one.lever
    interval = f"{one.mean:+.3g} [{one.mean - one.half:.3g}, {one.mean + one.half:.3g}]"
    return (
        lever.shown, f"{lever.market}, {lever.policy}", _settings(lever.base), _settings(lever.change),
        lever.moves, f"{one.before:.4g} → {one.after:.4g}", interval, "yes" if one.sure else "no",
        lever.direction, "held" if one.held else "not held",
    )  # fmt: skip


def _settings(settings: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in settings)


def known_answers_table(answers: Iterable[Answer]) -> str:
    """What theory says against what was simulated.

    Args:
        answers: What was found.

    Returns:
        The table.
    """
    heads = ("theory", "what is compared", "closed form", "simulated", "error bound", "bound from", "result")
    rows = (
        (
            one.theory, one.what, f"{one.expected:.6g}", f"{one.found:.6g}",
            f"{one.bound:.2g}" if one.bound else "0", one.sample, "agreed" if one.agreed else "not agreed",
        )
        for one in answers
    )  # fmt: skip
    return table(heads, rows)


def patterns_table(found: Iterable[Found]) -> str:
    """Published patterns against simulated ones.

    Args:
        found: What was found.

    Returns:
        The table.
    """
    heads = ("pattern", "per", "published", "source", "simulated", "tolerance", "standing", "result")
    return table(heads, (_pattern(one) for one in found))


def _pattern(one: Found) -> tuple[str, ...]:
    pattern = one.pattern
    result = ("held" if one.held else "missed") + ("" if one.settled else " within chance")
    if pattern.explained and not one.held:
        result += f": {pattern.explained}"
    return (
        pattern.name, pattern.denominator, pattern.published, pattern.source, _interval(one), _tolerance(one),
        pattern.standing, result,
    )  # fmt: skip


def own_table(found: Iterable[Found], unasked: Iterable[Unasked] = ()) -> str:
    """Published patterns beside those of somebody's own scenario.

    Args:
        found: What was found in it.
        unasked: Patterns that it cannot be asked for.

    Returns:
        The table.
    """
    heads = ("pattern", "per", "source", "published", "yours", "tolerance", "result")
    rows = [
        (
            one.pattern.name, one.pattern.denominator, one.pattern.source, one.pattern.published,
            _interval(one), _tolerance(one),
            "no such cases" if isnan(one.value) else "as published" if one.held else "differs",
        )
        for one in found
    ]  # fmt: skip
    rows += [(one.name, "", "", "", "", "", f"not asked: {one.why}") for one in unasked]
    return table(heads, rows)


def _interval(one: Found) -> str:
    number = _number(one)
    if isnan(one.value):
        return "none"
    return f"{number(one.value)} [{number(one.low)}, {number(one.high)}]"


def _tolerance(one: Found) -> str:
    number = _number(one)
    if one.pattern.high == inf:
        return f"above {number(one.pattern.low)}"
    return f"{number(one.pattern.low)} to {number(one.pattern.high)}"


def _number(one: Found) -> Callable[[float], str]:
    return _as_percent if "%" in one.pattern.published else _as_number


def _as_percent(value: float) -> str:
    return "any" if isinf(value) else "none" if isnan(value) else f"{100 * value:.1f}%"


def _as_number(value: float) -> str:
    return "any" if isinf(value) else "none" if isnan(value) else f"{value:.2f}"
