"""Running scenarios many times and comparing policies on the same luck."""

from sim.experiment.compare import PolicyComparison, compare
from sim.experiment.factorial import Contrast, Factorial, alignment_effects
from sim.experiment.mechanisms import mechanism_effects, mechanism_response
from sim.experiment.running import RunFailed
from sim.experiment.selection import SettledComparison, compare_until_settled
from sim.experiment.simulate import simulate

__all__ = [
    "Contrast",
    "Factorial",
    "PolicyComparison",
    "RunFailed",
    "SettledComparison",
    "alignment_effects",
    "compare",
    "compare_until_settled",
    "mechanism_effects",
    "mechanism_response",
    "simulate",
]
