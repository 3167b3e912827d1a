"""The command `relay`: everything the package does, from a terminal."""

import gc
import sys

__all__ = ["main"]

_RARELY = 100_000
"""Objects made between two searches for rubbish. What is loaded at the start is none, and searching it again and
again takes a tenth of the time until the first table."""


def main() -> None:
    """Run `relay` on the arguments of this process and exit with its code.

    What is imported here comes late on purpose: an interrupt while Python is still loading must end like any
    other interrupt, in one line.
    """
    gc.set_threshold(_RARELY)
    try:
        from sim.cli.group import relay

        relay()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
