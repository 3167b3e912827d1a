"""Options that several commands share, each defined once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "COMPARABLE",
    "JOBS",
    "JSON",
    "MARKET",
    "MOST_SEEDS",
    "POLICIES",
    "POLICY",
    "QUIET",
    "SEED",
    "SETTINGS",
    "STUDY",
    "WATCHABLE",
    "Example",
    "Study",
    "Whole",
    "completing",
    "completing_measures",
    "names_of",
    "seeds_option",
    "with_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_SEEDS = 100_000
"""More replications than this are a slip of the finger: intervals shrink with the root of their number."""


class Whole(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A whole number. Its limits are said when they are passed, not in the help, where they would go without saying."""

    name = "integer"

    def __init__(self, least: int = 0, most: int = 2**62) -> None:
        """Set the limits.

        Args:
            least: Lowest number allowed.
            most: Highest number allowed.
        """
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number, or refuse it."""
        try:
            number = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number", param, ctx)
        if number < self.least:
            self.fail(f"{number} is too low; at least {self.least}", param, ctx)
        if number > self.most:
            self.fail(f"{number} is too high; at most {self.most}", param, ctx)
        return number


class Example(click.Command):
    """A command whose help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **extra: Any) -> None:
        """Keep the example; everything else is click's.

        Args:
            *args: As for `click.Command`.
            example: Lines to show, one command each.
            **extra: As for `click.Command`.
        """
        super().__init__(*args, **extra)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        if self.example:
            with formatter.section("Example"):
                for line in self.example.strip().splitlines():
                    formatter.write(f"  {line.strip()}\n")


def completing(folder: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """Completion by the names of shipped scenarios, then by files."""

    def complete(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        from sim.scenario.library import shipped_markets, shipped_policies

        shipped = shipped_markets() if folder == "markets" else shipped_policies()
        before, comma, last = typed.rpartition(",")
        found = [
            CompletionItem(f"{before}{comma}{one.name}", help=one.title)
            for one in shipped
            if one.name.startswith(last)
        ]
        return found or [CompletionItem(typed, type="file")]

    return complete


def completing_measures(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[Any]:
    """Completion by the names of measures, also behind a comma."""
    from click.shell_completion import CompletionItem

    from sim.measure.measures import MEASURES

    before, comma, last = typed.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{one.name}", help=one.label)
        for one in MEASURES.values()
        if one.name.startswith(last)
    ]


def names_of(text: str) -> list[str]:
    """Names separated by commas; blanks around them do not count."""
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _jobs(ctx: click.Context, parameter: click.Parameter, value: int | None) -> int:
    return value if value is not None else _cores()


def _cores() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


MARKET = click.argument("market", shell_complete=completing("markets"))


def _with_policies(ctx: click.Context, parameter: click.Parameter, market: str) -> str:
    """Refuse athletes before anything else is asked for, because no policy would be right for them."""
    from sim.scenario.loading import kind_of

    if not ctx.resilient_parsing and kind_of(market) == "athletes":
        doing = "watch" if ctx.info_name == "app" else ctx.info_name
        raise click.UsageError(
            f"{market} is a race of athletes, who have no handoff policy: there is nothing to {doing}. "
            f"Change its settings instead, one run for each: relay run {market} --set exchange.aim_metres=15 "
            f"(`relay show {market}` names them)."
        )
    return market


COMPARABLE = click.argument("market", shell_complete=completing("markets"), callback=_with_policies)
WATCHABLE = click.argument(
    "market", default="considered", shell_complete=completing("markets"), callback=_with_policies
)

SEED = click.option(
    "--seed", type=Whole(), default=0, metavar="N", show_default=True,
    help="Seed of the experiment; the same seed gives the same buyers with the same luck.",
)  # fmt: skip

JOBS = click.option(
    "--jobs", type=Whole(1, 1024), default=None, metavar="N", callback=_jobs,
    help="Replications run at the same time.  [default: all processors]",
)  # fmt: skip

SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE",
    help="Replace one setting, such as policy.aim.shift=-0.1, or add a row, such as "
    "team.media.pigeon.retention=0.2; may be given again. `relay show MARKET` names the keys.",
)  # fmt: skip

JSON = click.option(
    "--json", "as_json", is_flag=True,
    help="Write one JSON object to stdout, also on failure; everything else goes to stderr.",
)  # fmt: skip

OUT = click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Write table, results and figures to this directory.",
)  # fmt: skip

QUIET = click.option("--quiet", "-q", is_flag=True, help="Say nothing on stderr but errors.")

AGENTS = click.option(
    "--agents", multiple=True, metavar="MODULE:CLASS",
    help="Use this class of your own for marketers, reps or rivals; may be given again.",
)  # fmt: skip


def _one_policy(ctx: click.Context, parameter: click.Parameter, policy: str | None) -> str | None:
    """Refuse a list of policies with the command that takes one."""
    if policy is not None and len(names_of(policy)) > 1 and not Path(policy).exists():
        raise click.UsageError(
            f"--policy: takes one; to have several side by side: relay compare --policies {policy}"
        )
    return policy


POLICY = click.option(
    "--policy", metavar="POLICY", shell_complete=completing("policies"), callback=_one_policy,
    help="Policy, by name or file.  [default: the market's own, else today]",
)  # fmt: skip

POLICIES = click.option(
    "--policies", required=True, metavar="A,B,...", shell_complete=completing("policies"),
    help="Policies separated by commas, by name or file.",
)  # fmt: skip


def seeds_option(default: int, help: str = "Replications.") -> Callable[[Command], Command]:
    """The option --seeds with a default of its own."""
    return click.option(
        "--seeds", type=Whole(1, MOST_SEEDS), default=default, metavar="N", show_default=True,
        help=help,
    )  # fmt: skip


def with_options(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one decorator; help shows them in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@dataclass(frozen=True)
class Study:
    """What the options that `relay run` and `relay compare` share say.

    Attributes:
        seeds: How many replications.
        seed: Seed of the first one.
        settings: Settings to replace, "key=value".
        measures: Measures to show, separated by commas; None when not given.
        everything: Whether to show all measures.
        agents: Classes of the user's own.
        jobs: Replications run at the same time.
        out: Directory to write to, or None.
        as_json: Whether stdout gets JSON.
        quiet: Whether stderr stays empty.
    """

    seeds: int
    seed: int
    settings: tuple[str, ...]
    measures: str | None
    everything: bool
    agents: tuple[str, ...]
    jobs: int
    out: Path | None
    as_json: bool
    quiet: bool


MEASURES = with_options(
    click.option(
        "--measures", metavar="A,B,...", shell_complete=completing_measures,
        help="Measures to show, by name, the most important first; `--all --json` shows their names.",
    ),
    click.option("--all", "everything", is_flag=True, help="Show every measure."),
)  # fmt: skip

STUDY = with_options(SEED, SETTINGS, MEASURES, AGENTS, JOBS, OUT, JSON, QUIET)
"""With `seeds_option`, what a `Study` is made of."""
