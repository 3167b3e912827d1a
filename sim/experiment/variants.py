"""One scenario under several policies, and what its runs gave under each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.experiment.estimates import Numbers
from sim.experiment.simulate import scenario_of
from sim.measure.measures import MEASURES
from sim.measure.results import Results
from sim.scenario import Policy, Scenario

__all__ = ["assumed_worth", "parts_of", "variants_of"]


def variants_of(
    scenario: Scenario | str | Path,
    policies: Sequence[Policy | str | Path] | Mapping[str, Policy | str | Path],
) -> dict[str, Scenario]:
    """The scenario under each policy, by the name that the policy has in results.

    Args:
        scenario: A scenario, the name of a shipped market or a file; its own policy is not used.
        policies: Two or more, as for `compare`.

    Returns:
        One scenario per policy, in the order given.

    Raises:
        InvalidInput: If the scenario or a policy cannot be loaded.
        ValueError: If fewer than two policies are given.
    """
    if isinstance(policies, str | Path | Policy):
        raise ValueError(f"a comparison needs two or more policies, not {policies!r} alone")
    base = scenario_of(scenario)
    given = policies.items() if isinstance(policies, Mapping) else [(None, policy) for policy in policies]
    variants: dict[str, Scenario] = {}
    for label, policy in given:
        variant = base.with_policy(policy)
        plain = name = label or variant.policy.name
        nth = 1
        while name in variants:
            nth += 1
            name = f"{plain} ({nth})"
        variants[name] = variant
    if len(variants) < 2:
        raise ValueError("a comparison needs two or more policies")
    return variants


def parts_of(
    results: Results, policies: Sequence[str], replications: Sequence[int], measure: str
) -> tuple[Numbers, Numbers]:
    """Numerators and denominators of a measure.

    Args:
        results: Runs.
        policies: Policies, one per row.
        replications: Replications, one per column.
        measure: Name of the measure.

    Returns:
        Two arrays of shape (policies, replications); NaN for a run that failed or is not there.
    """
    rows = {name: row for row, name in enumerate(policies)}
    columns = {number: column for column, number in enumerate(replications)}
    parts = np.full((2, len(rows), len(columns)), np.nan)
    for run in results.runs:
        parts[:, rows[run.key.policy], columns[run.key.replication]] = run.parts[measure]
    return parts[0], parts[1]


def assumed_worth(scenario: Scenario, measure: str) -> list[str]:
    """What a verdict on money rests on when the scenario has no money in it.

    Args:
        scenario: The scenario.
        measure: Name of the measure.

    Returns:
        One clause or none.
    """
    segments = scenario.market.segments.values()
    nominal = all(segment.deal_value == 1 and segment.deal_spread == 0 for segment in segments)
    in_money = MEASURES[measure].unit == "money" if measure in MEASURES else False
    return ["every win is worth 1"] if nominal and in_money else []
