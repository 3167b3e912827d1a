"""A process that starts others, each making a sweep, so that they can be killed without waiting for imports.

It reads lines "DIR JOBS SEEDS" from stdin. For each it forks, says the child's process id, and, when the child
has ended, its exit code (minus the signal that killed it).
"""

import os
import sys
from pathlib import Path

import sim.experiment.blocks
import sim.experiment.store.filling
from sim.experiment.sweep import sweep
from tests.experiment.store.conftest import POLICIES, VARIED


def main(market: str) -> None:
    sim.experiment.blocks.BLOCK_SECONDS = 0.02
    sim.experiment.store.filling.COMMIT_RUNS = 4
    sweep(market, VARIED, POLICIES, 1)  # compiled, imported, warm
    print("ready", flush=True)
    for line in sys.stdin:
        out, jobs, seeds = line.split()
        child = os.fork()
        if child == 0:
            try:
                sweep(market, VARIED, POLICIES, int(seeds), out=Path(out), jobs=int(jobs))
            except BaseException as error:
                print(repr(error), file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
