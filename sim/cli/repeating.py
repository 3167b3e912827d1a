"""The command that makes a failed run again, in the words that were typed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import names_of

if TYPE_CHECKING:
    from sim.measure.results import Failure

__all__ = ["to_repeat"]


def to_repeat(failure: Failure) -> str:
    """The command that makes a failed run again.

    A run knows the names of its scenario and policy; files, replaced settings and classes of the user's own only the
    command line knows.

    Args:
        failure: The run that failed.

    Returns:
        Such as "relay run mine.toml --policy today --set team.reps.count=3 --agents my_rules:Keen --seed 0".
    """
    context = click.get_current_context(silent=True)
    typed: dict[str, Any] = context.params if context is not None else {}
    key = failure.key
    words = ["relay", "run", typed.get("market", key.scenario), "--policy", _policy(key.policy, typed)]
    for option, name in (("--set", "settings"), ("--agents", "agents")):
        words += [word for one in typed.get(name, ()) for word in (option, one)]
    words += ["--seed", str(key.seed)]
    if key.replication:
        words += ["--replication", str(key.replication)]
    return shlex.join(words)


def _policy(name: str, typed: dict[str, Any]) -> str:
    """The policy as it was typed, which may be a file."""
    given = names_of(typed.get("policies") or typed.get("policy") or "")
    return next((one for one in given if Path(one).stem == name), name)
