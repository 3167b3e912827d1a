"""From what a run leaves behind to tidy frames, and every measure defined once."""

from sim.measure.results import Results

__all__ = ["Results"]
