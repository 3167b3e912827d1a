"""Running scenarios many times and comparing policies on the same luck."""

from sim.experiment.compare import PolicyComparison, compare
from sim.experiment.designs import Design
from sim.experiment.factorial import Contrast, Factorial, alignment_effects
from sim.experiment.mechanisms import mechanism_effects, mechanism_response
from sim.experiment.running import RunFailed
from sim.experiment.selection import SettledComparison, compare_until_settled
from sim.experiment.simulate import simulate
from sim.experiment.sweep import Sweep, sweep

__all__ = [
    "Contrast",
    "Design",
    "Factorial",
    "PolicyComparison",
    "RunFailed",
    "SettledComparison",
    "Sweep",
    "alignment_effects",
    "compare",
    "compare_until_settled",
    "mechanism_effects",
    "mechanism_response",
    "simulate",
    "sweep",
]
