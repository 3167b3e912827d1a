"""What a command says when it cannot go on: one message, one exit code, and JSON where JSON was asked for.

Exit codes: 0 done; 1 it ran and something failed; 2 the command line or an input is wrong; 130 interrupted.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any, NoReturn

import click

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "WRONG_INPUT",
    "Failure",
    "Paused",
    "Refused",
    "failure_of",
    "give_up",
    "is_broken_pipe",
    "leave_quietly",
    "usage_error",
]

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True)
class Failure:
    """Why a command ended early.

    Attributes:
        code: Exit code.
        kind: What sort of failure, for programs: "usage", "invalid-input", "refused", "failed" or "interrupted".
        message: What is wrong, for people; empty when there is nobody left to tell.
        details: Further fields of the JSON answer, such as the list of problems.
        hint: Where to read more, for people only.
    """

    code: int
    kind: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)
    hint: str = ""

    def as_json(self) -> str:
        """The failure as the one JSON object that stands on stdout."""
        message = self.message.removeprefix("Error: ")
        return json.dumps({"error": {"kind": self.kind, "message": message, **self.details}}, indent=2)


class Refused(click.ClickException):
    """An input that is right in itself and does not fit what is there, such as a folder in use."""

    exit_code = WRONG_INPUT


class Paused(click.ClickException):
    """Work that was interrupted, kept what was done and can go on."""

    exit_code = INTERRUPTED


def usage_error(said: str, option: str = "") -> click.UsageError:
    """An error of the command line itself.

    Args:
        said: What is wrong and what would be right.
        option: The option or argument at fault, such as "--out".

    Returns:
        The error, to be raised.
    """
    return click.UsageError(f"{option}: {said}" if option else said)


def failure_of(error: BaseException) -> Failure | None:
    """What an exception means to whoever typed the command.

    Args:
        error: What ended the command.

    Returns:
        The failure, or None for an exception that is a fault of the program and must not be hidden.
    """
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return Failure(INTERRUPTED, "interrupted", "Interrupted.")
    if isinstance(error, click.UsageError):
        hint = f"Try '{error.ctx.command_path} --help'." if error.ctx is not None else ""
        return Failure(WRONG_INPUT, "usage", f"Error: {error.format_message()}", hint=hint)
    if isinstance(error, Paused):
        return Failure(INTERRUPTED, "interrupted", error.format_message())
    if isinstance(error, click.ClickException):
        kind = "refused" if isinstance(error, Refused) else "failed"
        return Failure(error.exit_code, kind, f"Error: {error.format_message()}")
    if isinstance(error, MemoryError):
        return Failure(FAILED, "failed", "Error: out of memory; try fewer --seeds or a shorter horizon.")
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return Failure(WRONG_INPUT, "usage", "Error: that is too long for the name of a file.")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return Failure(FAILED, "failed", f"Error: {where}{error.strerror or error}")
    return _scenario_failure(error)


def _scenario_failure(error: BaseException) -> Failure | None:
    """Failures that the package itself knows how to explain."""
    errors = sys.modules.get("sim.scenario.errors")
    if errors is not None and isinstance(error, errors.InvalidInput):
        problems = [
            {key: value for key, value in vars(problem).items() if value not in ("", None)}
            for problem in error.problems
        ]
        return Failure(WRONG_INPUT, "invalid-input", f"Error: {error}", {"problems": problems})
    return None


def give_up(failure: Failure, as_json: bool) -> NoReturn:
    """Say why and end the process.

    Args:
        failure: What happened.
        as_json: Whether stdout must carry a JSON object.
    """
    click.echo("\n".join(filter(None, [failure.message, failure.hint])), err=True)
    if as_json:
        click.echo(failure.as_json())
    sys.exit(failure.code)


def is_broken_pipe(error: BaseException) -> bool:
    """Whether the reader of our output has gone away, as `| head` does."""
    return isinstance(error, OSError) and error.errno in (errno.EPIPE, errno.ESHUTDOWN)


def leave_quietly() -> NoReturn:
    """End after the reader has gone: what is still buffered must not raise once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    sys.exit(FAILED)
