"""Simulate how a buyer passes from marketing to sales, like a baton in a relay race.

A `Scenario` says which market, team and policy; `simulate` runs it and `compare` runs several policies on
the same buyers with the same luck. Both give `Results`, whose tables are pandas frames. `Relay` is the same
model as a `mesa.Model`, with `Buyer`, `Marketer`, `SalesRep` and `Rival` as its agents; subclass one of
them to replace a decision.

Names load when they are first asked for, so that `import sim` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Buyer",
    "Marketer",
    "Policy",
    "Relay",
    "Results",
    "Rival",
    "SalesRep",
    "Scenario",
    "compare",
    "simulate",
    "sweep",
]

# A type checker reads these imports and still catches a misspelt name; it never sees `__getattr__`.
if TYPE_CHECKING:
    from sim.agents import Buyer, Marketer, Rival, SalesRep
    from sim.experiment import compare, simulate, sweep
    from sim.measure import Results
    from sim.model import Relay
    from sim.scenario import Policy, Scenario
else:
    _HOMES = {
        "Buyer": "sim.agents",
        "Marketer": "sim.agents",
        "Policy": "sim.scenario",
        "Relay": "sim.model",
        "Results": "sim.measure",
        "Rival": "sim.agents",
        "SalesRep": "sim.agents",
        "Scenario": "sim.scenario",
        "compare": "sim.experiment",
        "simulate": "sim.experiment",
        "sweep": "sim.experiment",
    }

    def __getattr__(name):
        """Load a public name from the module it lives in, and keep it.

        Raises:
            AttributeError: If the package has no such name.
        """
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the names of the package, those not loaded yet among them."""
    return sorted({*globals(), *__all__})
