"""The group of commands, and the one place where their failures become messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from sim.cli.failures import failure_of, give_up, is_broken_pipe, leave_quietly

__all__ = ["RelayGroup", "relay"]

# In the order of the help: from looking around to looking closely.
COMMANDS = {
    "list": "sim.cli.looking",
    "show": "sim.cli.looking",
    "init": "sim.cli.writing",
    "validate": "sim.cli.validating",
    "run": "sim.cli.running",
    "compare": "sim.cli.comparing",
    "sweep": "sim.cli.sweeping",
    "resume": "sim.cli.resuming",
    "reproduce": "sim.cli.resuming",
    "sensitivity": "sim.cli.weighing",
    "robust": "sim.cli.doubting",
    "report": "sim.cli.reporting",
    "follow": "sim.cli.following",
    "answer": "sim.cli.answering",
    "validate-model": "sim.cli.proving",
    "app": "sim.cli.serving",
    "schema": "sim.cli.looking",
}


_VERSION: str = sys.modules[__name__.partition(".")[0]].__version__  # of the package, loaded already


class RelayGroup(click.Group):
    """Commands that load when they are called, and fail with one message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), f"{cmd_name.replace('-', '_')}_command")
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        name = args[0] if args else ""
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from sim.cli.suggesting import suggestion

        raise click.UsageError(f"there is no command {name!r}{suggestion(name, COMMANDS)}", ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit with its code; see `sim.cli.failures` for the codes."""
        given = list(sys.argv[1:] if args is None else args)
        if os.environ.get("NO_COLOR"):  # see no-color.org; click itself looks only for a terminal
            extra.setdefault("color", False)
        try:
            code = super().main(given, prog_name or "relay", complete_var, False, **extra)
            sys.stdout.flush()
        except BaseException as error:
            if isinstance(error, SystemExit) or not standalone_mode:
                raise
            if is_broken_pipe(error):
                leave_quietly()
            failure = failure_of(error)
            if failure is None:
                raise
            give_up(failure, as_json="--json" in given)
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


HELP = """Simulate how a buyer passes from marketing to sales, like a baton in a relay race.

\b
Start here:
  relay list                                      what there is to run
  relay compare olist --policies today,patient    which way of passing wins more?
  relay follow olist --policies today,patient     one buyer, two lives
  relay init my-company                           a scenario of your own

A market or a policy is the name of a shipped one (see `relay list`) or a TOML file of your own (see `relay
init`). Every command has examples: relay COMMAND --help.

Exit codes: 0 done, 1 something failed, 2 wrong command or input, 130 interrupted.

\b
Completion of commands with the tab key, for bash (zsh and fish likewise):
  eval "$(_RELAY_COMPLETE=bash_source relay)"
"""
"""What `relay --help` says; click keeps the lines of a paragraph that begins with a backspace."""


@click.group(
    cls=RelayGroup,
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(_VERSION, prog_name="relay", message="%(prog)s %(version)s")
def relay() -> None:
    """Hold the commands together; `HELP` is what a reader sees."""
