"""What matters: which of the things nobody knows move a measure, or the advantage of one policy over another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.experiment.robustness.crossed import Crossed
from sim.experiment.robustness.outputs import Output, outputs
from sim.experiment.robustness.runs import Made, Make, maker, runs_at
from sim.experiment.robustness.salib import morris_points, sobol_points
from sim.experiment.robustness.screening import Effect, Steps, screened
from sim.experiment.robustness.shares import Share, shared_out
from sim.experiment.robustness.uncertain import Uncertain, Varied, uncertain_of
from sim.experiment.running import Progress
from sim.experiment.simulate import scenario_of
from sim.measure.measures import Measure, measure_named
from sim.scenario import Policy, Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SIZES", "Method", "Sensitivity", "Table", "analysed", "explored", "points_of", "sensitivity"]

Method = Literal["morris", "sobol"]

SIZES: Mapping[Method, int] = {"morris": 10, "sobol": 64}
"""Trajectories or blocks when nobody says how many."""

EXPLORED = "explored"
"""Folder of the runs, in the folder of what was found."""

VERSION = 1
"""Of `to_dict`; raised when a key changes its meaning or goes away."""


@dataclass(frozen=True)
class Table:
    """The sensitivity of one output.

    Attributes:
        policy: The policy; empty for all of them, with the choice among them as one more factor.
        against: The policy it is compared with; empty for none.
        mean: Mean of the output over the points.
        luck_share: Variance of a point's value through luck, as a share of the variance between points.
        rows: What each factor does, the largest first.
    """

    policy: str
    against: str
    mean: float
    luck_share: float
    rows: tuple[Effect | Share, ...]

    def clear(self) -> tuple[str, ...]:
        """The factors that rise above what chance alone would give, the largest first."""
        return tuple(one.factor for one in self.rows if one.finding == "clear")


@dataclass(frozen=True)
class Sensitivity:
    """Which settings a measure is sensitive to.

    Attributes:
        scenario: The scenario under the first policy.
        method: "morris" or "sobol".
        measure: What was looked at.
        uncertain: What was varied.
        policies: Names of the policies.
        replications: Replications of each point.
        size: Trajectories or blocks that were used.
        left_out: Trajectories or blocks left out because a run failed.
        tables: One per output; see `sim.experiment.robustness.outputs`.
        made: The runs; None where somebody else made them.
    """

    scenario: Scenario
    method: Method
    measure: Measure
    uncertain: tuple[Uncertain, ...]
    policies: tuple[str, ...]
    replications: int
    size: int
    left_out: int
    tables: tuple[Table, ...]
    made: Made | None = None

    def table(self, policy: str = "", against: str = "") -> Table:
        """One of the tables.

        Args:
            policy: The policy; empty for all of them, which with a single policy is this one.
            against: The policy it is compared with.

        Returns:
            The table.

        Raises:
            ValueError: If there is none.
        """
        wanted = policy or (self.policies[0] if len(self.policies) == 1 else "")
        for one in self.tables:
            if (one.policy, one.against) == (wanted, against):
                return one
        raise ValueError(f"there is no table of {policy!r} against {against!r}")

    def to_rows(self) -> list[dict[str, Any]]:
        """One row per output and factor: `policy`, `against`, `factor`, `label` and the fields of its index."""
        return [
            {"policy": table["policy"], "against": table["against"], **row}
            for table in self.to_dict()["tables"]
            for row in table["rows"]
        ]

    def to_frame(self) -> pd.DataFrame:
        """The same as a table."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def to_dict(self) -> dict[str, Any]:
        """Everything found, ready for JSON; what has no value is None.

        Returns:
            `kind` ("sensitivity"), `version`, `method`, `measure` (name, label, unit, direction), `scenario`,
            `currency`, `policies`, `replications`, `size`, `left_out`, `factors` (path, label, low, high, said, why),
            `tables` (policy, against, mean, luck_share, rows).
        """
        labels = {one.path: one.words.label for one in self.uncertain}
        return {
            "kind": "sensitivity",
            "version": VERSION,
            "method": self.method,
            "measure": described(self.measure),
            "scenario": self.scenario.name,
            "currency": self.scenario.market.currency,
            "policies": list(self.policies),
            "replications": self.replications,
            "size": self.size,
            "left_out": self.left_out,
            "factors": [factor_fields(one) for one in self.uncertain],
            "tables": [
                {
                    "policy": table.policy or None,
                    "against": table.against or None,
                    "mean": table.mean,
                    "luck_share": none_if_nan(table.luck_share),
                    "rows": [
                        {
                            "factor": row.factor,
                            "label": labels.get(row.factor, "choice of the policy"),
                            **{
                                key: none_if_nan(value)
                                for key, value in asdict(row).items()
                                if key != "factor"
                            },
                        }
                        for row in table.rows
                    ],
                }
                for table in self.tables
            ],
        }


def none_if_nan(value: Any) -> Any:
    """Numbers that are none as JSON knows them."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def described(measure: Measure) -> dict[str, Any]:
    """What a measure is, for JSON."""
    return {
        "name": measure.name,
        "label": measure.label,
        "unit": measure.unit,
        "denominator": measure.denominator,
        "direction": measure.direction,
    }


def factor_fields(one: Uncertain) -> dict[str, Any]:
    """What was varied, for JSON."""
    low, high = one.range
    return {
        "path": one.path,
        "label": one.words.label,
        "low": low,
        "high": high,
        "said": one.said_range,
        "why": one.why or None,
    }


def points_of(method: Method, factors: int, size: int, seed: int) -> Any:
    """Points of the unit cube, shape (points, factors).

    Raises:
        ModuleNotFoundError: If SALib is not installed.
        ValueError: If there are too few, or blocks are no power of 2.
    """
    if size < 2 or (method == "sobol" and size & (size - 1)):
        allowed = "2 or more" if method == "morris" else "a power of 2, such as 64"
        raise ValueError(f"the size of a {method} design is {allowed}, not {size}")
    return (morris_points if method == "morris" else sobol_points)(factors, size, seed)


def analysed(table: Crossed, method: Method, widths: Sequence[float]) -> tuple[list[Table], int]:
    """The sensitivity of everything that can be asked of a table of runs.

    Args:
        table: Runs at points of `points_of`, all trajectories or blocks one after the other.
        method: Which design that was.
        widths: Width of each factor's range.

    Returns:
        The tables, and how many trajectories or blocks were left out because a run is missing.

    Raises:
        ValueError: If none is complete.
    """
    length = len(table.factors) + (1 if method == "morris" else 2)
    whole = table.complete.reshape(-1, length).all(axis=1)
    if not whole.any():
        name = "trajectory" if method == "morris" else "block"
        raise ValueError(f"in every {name} of the design a run failed, so nothing can be analysed")
    used = table.at(whole.repeat(length))
    steps = Steps(used.factors, used.points, widths) if method == "morris" else None
    found = [_table(output, used, steps) for output in outputs(used, length)]
    return found, int((~whole).sum())


def _table(output: Output, table: Crossed, steps: Steps | None) -> Table:
    rows: Any = screened(output, steps) if steps is not None else shared_out(output, table.factors)
    mean, luck = float(output.values.mean()), output.luck_share
    return Table(output.policy, output.against, mean, luck, tuple(rows))


def sensitivity(
    scenario: Scenario | str | Path,
    varied: Varied | None = None,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path] | None = None,
    method: Method = "morris",
    measure: str = "revenue_value",
    size: int | None = None,
    seeds: int = 8,
    seed: int = 0,
    jobs: int = 1,
    *,
    agents: Mapping[type, type] | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Which settings a measure is sensitive to, and which cannot be told from chance.

    Args:
        scenario: A scenario, the name of a shipped market or a file.
        varied: Settings and their ranges, such as `{"team.reps": (4, 12)}`; the usual uncertain ones when None.
        policies: Policies; the scenario's own when None. With several, their choice is one more factor, and the
            difference of each from the first has a table of its own.
        method: "morris" screens with few runs, "sobol" gives shares of the variance with many.
        measure: Name of the measure.
        size: Trajectories (10) or, a power of 2, blocks (64).
        seeds: Replications of each point, 3 or more to tell effects from chance.
        seed: Seed of the experiment, and of the design.
        jobs: Processes to use.
        agents: Agent classes and what to put in their place.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        out: Folder to keep the runs in, in a folder of their own; what is there is not computed again.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        What was found.

    Raises:
        InvalidInput: If the scenario, a policy or a setting is wrong.
        ModuleNotFoundError: If SALib is not installed.
        ValueError: If the measure is unknown, a number is out of range, or no run was finished.
    """
    if method not in SIZES:
        raise ValueError(f'method is "morris" or "sobol", not {method!r}')
    chosen, base = measure_named(measure), scenario_of(scenario)
    make = maker(base, policies, seed, jobs, agents, executor, out)
    return explored(
        uncertain_of(base, varied),
        method,
        chosen,
        SIZES[method] if size is None else size,
        seeds,
        seed,
        make,
        progress,
    )


def explored(
    uncertain: Sequence[Uncertain],
    method: Method,
    measure: Measure,
    size: int,
    seeds: int,
    seed: int,
    make: Make,
    progress: Progress | None = None,
) -> Sensitivity:
    """The same for runs that are made in any way; arguments as for `sensitivity`.

    Args:
        uncertain: What is varied.
        method: "morris" or "sobol".
        measure: The measure.
        size: Trajectories or blocks.
        seeds: Replications of each point.
        seed: Seed of the design.
        make: Makes the runs.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        What was found.

    Raises:
        ModuleNotFoundError: If SALib is not installed.
        ValueError: If a number is out of range, or no run was finished.
    """
    unit = points_of(method, len(uncertain), size, seed)
    made = runs_at(uncertain, unit, range(seeds), make, EXPLORED, progress)
    table = made.crossed(measure.name)
    widths = [high - low for low, high in (one.range for one in uncertain)]
    tables, left_out = analysed(table, method, widths)
    return Sensitivity(
        made.sweep.scenario, method, measure, tuple(uncertain), table.policies, seeds, size - left_out, left_out,
        tuple(tables), made,
    )  # fmt: skip
