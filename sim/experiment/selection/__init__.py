"""Comparing until it is settled which policy is best: a sequential selection with guarantees."""

from sim.experiment.selection.rounds import Interrupted, compare_until_settled
from sim.experiment.selection.settled import SettledComparison

__all__ = ["Interrupted", "SettledComparison", "compare_until_settled"]
