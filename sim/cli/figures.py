"""The figures of a comparison, saved as SVG and PNG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiment.intervals import Comparison
    from sim.measure.results import Results
    from sim.scenario.document import Scenario

__all__ = ["draw_figures"]

Drawing = Callable[[], Any]


def draw_figures(
    directory: Path, scenarios: Sequence[Scenario], results: Results, comparison: Comparison | None
) -> Iterator[Path]:
    """Draw and save, one figure at a time.

    Args:
        directory: Where to.
        scenarios: What was run, one per policy.
        results: Runs whose frames were kept.
        comparison: The headline comparison; None for a single policy.

    Yields:
        The PNG of each figure, once both files are there.
    """
    from sim.show.charts import save

    for name, drawing in _drawings(scenarios, results, comparison):
        figure = drawing()
        save(figure, directory / f"{name}.svg")
        yield save(figure, directory / f"{name}.png")


def _drawings(
    scenarios: Sequence[Scenario], results: Results, comparison: Comparison | None
) -> Iterator[tuple[str, Drawing]]:
    from sim.show import charts

    policies = [one.policy.name for one in scenarios]
    currency = scenarios[0].market.currency
    buyers, exchanges, phases = results.buyers, results.exchanges, results.phases
    if comparison is not None:
        measure = comparison.measure.name.removesuffix("_value").replace("_", "-")
        yield f"{measure}-difference", lambda: charts.revenue_difference(comparison, currency)
    yield "relay-track", lambda: charts.relay_track(exchanges, policies=policies)
    for policy in policies:
        file = re.sub(r"[^\w-]+", "-", policy).strip("-")
        yield f"buyer-flow-{file}", partial(charts.buyer_flow, buyers, exchanges, policy)
        yield f"engagement-plan-{file}", partial(charts.engagement_plan, phases, policy, currency=currency)
    yield "facts-through-pass", lambda: charts.facts_through_pass(exchanges, policies)
    yield "response-split", lambda: charts.response_split(exchanges, policies)
    if any(one.team.learning.trust_memory is not None for one in scenarios):
        yield "conflict-course", lambda: charts.conflict_course(results.days, policies)
