"""`python -m benchmarks`: measure everything in one run and print the tables."""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import version

from benchmarks.comparison import side_by_side
from benchmarks.costs import event_log, full_lap, memory, second_worker, sizes
from benchmarks.report import Row, table
from benchmarks.start import start_up
from benchmarks.sweeping import sweeping


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and sizes; the numbers are rough")
    parser.add_argument("--large", action="store_true", help="5 million buyers as well")
    parser.add_argument("--rounds", type=int, help="rounds of each comparison (7, or 3 with --quick)")
    return parser.parse_args()


def main() -> None:
    """Measure, and print each table as soon as it is known."""
    asked = arguments()
    quick = asked.quick
    rounds = asked.rounds or (3 if quick else 7)
    counts = [10_000, 100_000] if quick else [10_000, 100_000, 1_000_000]
    if asked.large:
        counts.append(5_000_000)
    versions = ", ".join(f"{name} {version(name)}" for name in ("mesa", "simpy", "numba", "numpy"))
    print(f"Python {platform.python_version()} on {platform.machine()}; {versions}; {rounds} rounds in turn")
    missed: list[Row] = []

    def show(title: str, rows: list[Row]) -> None:
        print(table(title, rows), flush=True)
        missed.extend(row for row in rows if row.met is False)

    live = 2_000 if quick else 10_000
    show("Time per buyer, as a multiple of the project's", side_by_side(10_000, live, rounds))
    show("Size", sizes(counts, rounds))
    show("Memory", memory(100_000 if quick else 1_000_000))
    show("A second worker", second_worker(50_000 if quick else 100_000, rounds))
    show("A sweep", sweeping(10 if quick else 40, rounds))
    show("Event log", event_log(10_000, 2 * rounds))
    show("The full lap, per buyer of the bench lap", full_lap(10_000, rounds))
    show("Start", start_up())
    print(f"\n{len(missed)} targets missed" + "".join(f"\n  {row.what}" for row in missed))


if __name__ == "__main__":
    main()
