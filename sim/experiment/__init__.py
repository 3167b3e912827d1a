"""Running scenarios many times and comparing policies on the same luck."""

from sim.experiment.compare import PolicyComparison, compare
from sim.experiment.running import RunFailed
from sim.experiment.simulate import simulate

__all__ = ["PolicyComparison", "RunFailed", "compare", "simulate"]
