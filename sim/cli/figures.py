"""The figures of a comparison, saved as SVG and PNG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.intervals import Comparison

__all__ = ["draw_figures"]

Drawing = Callable[[], Any]


def draw_figures(
    directory: Path,
    policies: Sequence[str],
    exchanges: pd.DataFrame,
    buyers: pd.DataFrame,
    phases: pd.DataFrame,
    comparison: Comparison | None,
    currency: str,
) -> Iterator[Path]:
    """Draw and save, one figure at a time.

    Args:
        directory: Where to.
        policies: Policies in order.
        exchanges: The exchanges frame of all replications.
        buyers: The buyers frame of all replications.
        phases: The phases frame of all replications.
        comparison: The headline comparison; None for a single policy.
        currency: What money is counted in.

    Yields:
        The PNG of each figure, once both files are there.
    """
    from sim.show.charts import save

    for name, drawing in _drawings(policies, exchanges, buyers, phases, comparison, currency):
        axes = drawing()
        save(axes, directory / f"{name}.svg")
        yield save(axes, directory / f"{name}.png")


def _drawings(
    policies: Sequence[str],
    exchanges: pd.DataFrame,
    buyers: pd.DataFrame,
    phases: pd.DataFrame,
    comparison: Comparison | None,
    currency: str,
) -> Iterator[tuple[str, Drawing]]:
    from sim.show import charts

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
