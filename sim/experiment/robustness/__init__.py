"""What matters, and when the advice would be wrong."""

from sim.experiment.robustness.regret import Good
from sim.experiment.robustness.robust import Robustness, robust
from sim.experiment.robustness.sensitivity import Sensitivity, sensitivity

__all__ = ["Good", "Robustness", "Sensitivity", "robust", "sensitivity"]
