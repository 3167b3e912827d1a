"""Why a sweep that is kept in a folder does not go on."""

__all__ = ["SweepRefused", "SweepStopped"]


class SweepStopped(RuntimeError):
    """A sweep that cannot go on; what is committed is safe."""


class SweepRefused(ValueError):
    """A folder that holds another sweep than the one asked for, or none."""
