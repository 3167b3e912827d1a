"""A page to show others: `relay report`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.failures import usage_error
from sim.cli.options import JSON, QUIET, Example, with_options

__all__ = ["report_command"]


@click.command(
    "report",
    cls=Example,
    example="""relay report results
        relay report results --out for-the-board.html --title "Should we call faster?\"""",
)
@with_options(
    click.argument("directory", metavar="DIR", type=click.Path(path_type=Path)),
    click.option(
        "--out", type=click.Path(path_type=Path), metavar="FILE.html",
        help="Where to write the page.  [default: DIR/report.html]",
    ),
    click.option("--title", metavar="TEXT", help="The question at the top, in your own words."),
    click.option("--open", "shown", is_flag=True, help="Open the page in a browser."),
    JSON,
    QUIET,
)  # fmt: skip
def report_command(
    directory: Path, out: Path | None, title: str | None, shown: bool, as_json: bool, quiet: bool
) -> None:
    """Make one HTML page of the results in DIR, to read, print or send.

    DIR is what `relay compare`, `relay run` or `relay sweep` left with --out DIR. Nothing is simulated again. The page
    needs no network and no script, and the same results give the same page.
    """
    from sim.show.report import UnreadableFolder, write_report

    file = directory / "report.html" if out is None else out
    if file.is_dir():
        raise usage_error(f"{file} is a directory; name a file, such as {file / 'report.html'}", "--out")
    try:
        size = write_report(directory, file, title)
    except UnreadableFolder as error:
        raise usage_error(str(error), "DIR") from None
    except OSError as error:
        raise usage_error(f"cannot write {file}: {error.strerror or error}", "--out") from None
    if as_json:
        click.echo(json.dumps({"report": str(file), "bytes": size}))
    elif not quiet:
        click.echo(f"{file} is written ({size / 1000:,.0f} kB). Open it in any browser.")
    if shown:
        click.launch(str(file))
