"""The command `relay`: everything the package does, from a terminal."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run `relay` on the arguments of this process and exit with its code.

    What is imported here comes late on purpose: an interrupt while Python is still loading must end like any
    other interrupt, in one line.
    """
    try:
        from sim.cli.group import relay

        relay()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
