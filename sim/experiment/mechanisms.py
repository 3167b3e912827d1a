"""What each mechanism of integration does by itself, and how its effect depends on how fully it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.compare import compare
from sim.experiment.running import Progress
from sim.scenario import Policy, Scenario
from sim.scenario.mechanisms import MECHANISMS
from sim.scenario.merging import merged

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["mechanism_effects", "mechanism_response", "with_mechanisms"]

MEASURED = ("revenue_value", "profit_value", "mechanism_value", "coordination_hours")
INTENSITIES = (0.0, 0.25, 0.5, 0.75, 1.0)
NONE = "none"


def with_mechanisms(policy: Policy | str | Path, intensities: Mapping[str, float]) -> Policy:
    """A policy with mechanisms of integration done as fully as stated.

    Args:
        policy: A policy, its name or its file.
        intensities: Intensity, 0 to 1, by mechanism, such as `{"shared-record": 0.5}`.

    Returns:
        A new policy; all else is as it was.

    Raises:
        ValueError: If there is no such mechanism, or an intensity is no share.
    """
    chosen = policy if isinstance(policy, Policy) else Policy.load(policy)
    unknown = [name for name in intensities if _key(name) not in MECHANISMS]
    if unknown:
        known = ", ".join(_word(name) for name in MECHANISMS)
        raise ValueError(f"no mechanism is called {unknown[0]!r} (there are {known})")
    done = {_key(name): {"intensity": share} for name, share in intensities.items()}
    table = merged(chosen.model_dump(mode="json"), {"organisation": {"mechanisms": done}})
    return Policy.model_validate(table)


def mechanism_effects(
    market: Scenario | str | Path,
    base: Policy | str | Path = "today",
    seeds: int | Iterable[int] = 20,
    seed: int = 0,
    jobs: int = 1,
    *,
    mechanisms: Sequence[str] = MECHANISMS,
    intensity: float = 1.0,
    measures: Sequence[str] = MEASURED,
    level: float = 0.95,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """What each mechanism does by itself, laid over a base policy, on the same seeds.

    Args:
        market: A scenario, the name of a shipped market or a file; its own policy is not used.
        base: The policy that each mechanism is added to.
        seeds: How many replications, or which.
        seed: Seed of the experiment.
        jobs: Processes to use.
        mechanisms: Which of them; all unless given.
        intensity: How fully each is done.
        measures: What to compare, the one to order by first.
        level: Probability with which all intervals of a measure hold at once.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        One row per measure and mechanism, the most helpful mechanism first: `measure`, `unit`, `mechanism`,
        `base` (value without any), `value` (the difference), `low`, `high`, `standard_error`, `finding`, `level`,
        `replications`.

    Raises:
        InvalidInput: If the market or the base cannot be loaded.
        ValueError: If a measure or a mechanism is unknown.
    """
    policies = {NONE: with_mechanisms(base, {})}
    policies |= {_word(name): with_mechanisms(base, {name: intensity}) for name in mechanisms}
    table = _against_none(market, policies, seeds, seed, jobs, measures, level, executor, progress)
    table = table.rename(columns={"policy": "mechanism"})
    first = table[table["measure"] == table["measure"].iloc[0]].sort_values("value", ascending=False)
    order = {name: place for place, name in enumerate(first["mechanism"])}
    table["place"] = table["mechanism"].map(order)
    kept = table.groupby("measure", sort=False).ngroup()
    table = table.assign(group=kept).sort_values(["group", "place"], kind="stable")
    return table.drop(columns=["place", "group"]).reset_index(drop=True)


def mechanism_response(
    market: Scenario | str | Path,
    mechanism: str,
    base: Policy | str | Path = "today",
    intensities: Sequence[float] = INTENSITIES,
    seeds: int | Iterable[int] = 20,
    seed: int = 0,
    jobs: int = 1,
    *,
    measures: Sequence[str] = MEASURED,
    level: float = 0.95,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """How the effect of a mechanism grows, or falls again, with its intensity (T7.5).

    Args:
        market: A scenario, the name of a shipped market or a file; its own policy is not used.
        mechanism: Such as "joint-compensation" (goals become alike) or "shared-record" (knowledge does).
        base: The policy that the mechanism is added to.
        intensities: How fully it is done; the first is what others are compared with.
        seeds: How many replications, or which.
        seed: Seed of the experiment.
        jobs: Processes to use.
        measures: What to compare.
        level: Probability with which all intervals of a measure hold at once.
        executor: Any `concurrent.futures` executor to use instead of processes of our own.
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        One row per measure and intensity after the first, with the columns of `mechanism_effects` but
        `intensity` in place of `mechanism`.

    Raises:
        InvalidInput: If the market or the base cannot be loaded.
        ValueError: If a measure or the mechanism is unknown, or an intensity is named twice.
    """
    by_name = {f"{share:g}": share for share in intensities}
    if len(by_name) != len(intensities):
        raise ValueError(f"an intensity is named twice: {', '.join(f'{one:g}' for one in intensities)}")
    policies = {name: with_mechanisms(base, {mechanism: share}) for name, share in by_name.items()}
    table = _against_none(market, policies, seeds, seed, jobs, measures, level, executor, progress)
    table.insert(list(table.columns).index("policy"), "intensity", table["policy"].astype(str).map(by_name))
    return table.drop(columns="policy")


def _against_none(
    market: Scenario | str | Path,
    policies: Mapping[str, Policy],
    seeds: int | Iterable[int],
    seed: int,
    jobs: int,
    measures: Sequence[str],
    level: float,
    executor: Executor | None,
    progress: Progress | None,
) -> pd.DataFrame:
    """Differences against the first policy, with that policy's own value beside them."""
    compared = compare(
        market,
        policies,
        seeds,
        seed,
        jobs,
        measures=measures,
        level=level,
        executor=executor,
        progress=progress,
    )
    table = compared.to_frame()
    own = {name: compared.differences(name).estimates[0].value for name in compared.measures}
    table.insert(list(table.columns).index("value"), "base", table["measure"].astype(str).map(own))
    return table.drop(columns=["against", "saving", "method"])


def _key(name: str) -> str:
    return name.replace("-", "_")


def _word(name: str) -> str:
    return name.replace("_", "-")
