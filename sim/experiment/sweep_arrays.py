"""The runs of a sweep as labelled arrays (`xarray`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.factors import spelled
from sim.measure.measures import MEASURES

if TYPE_CHECKING:
    from sim.experiment.sweep_result import Sweep
    from sim.experiment.sweep_rows import Rows

__all__ = ["dataset_of"]


def dataset_of(sweep: Sweep, rows: Rows) -> Any:
    """The runs as an `xarray.Dataset`.

    Args:
        sweep: The sweep.
        rows: Its runs with the measures wanted.

    Returns:
        One variable per measure, NaN where there is no run: over the factors of a grid, or over `point` with
        the factors as coordinates, then over `policy` and `replication`.

    Raises:
        ModuleNotFoundError: If xarray is not installed.
    """
    try:
        import xarray
    except ModuleNotFoundError as error:
        said = "to_xarray needs the package xarray: pip install 'relay-handoff[xarray]'"
        raise ModuleNotFoundError(said, name=error.name) from None
    design = sweep.design
    gridded = design.kind == "grid" and len(design) == np.prod([len(one.levels) for one in design.factors])
    if gridded:
        own = {one.path: list(one.levels) for one in design.factors}
        index = _grid_index(sweep, rows)
    else:
        own = {"point": list(range(len(design)))}
        index = (rows.points,)
    places = {number: place for place, number in enumerate(sweep.replications)}
    index = (*index, rows.policies, np.array([places[int(one)] for one in rows.replications], dtype=np.int64))
    coordinates: dict[str, Any] = {
        **{path: _column(values) for path, values in own.items()},
        "policy": list(sweep.policies),
        "replication": list(sweep.replications),
    }
    shape = tuple(len(one) for one in coordinates.values())
    dimensions = tuple(coordinates)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(rows.parts[..., 1] != 0, rows.parts[..., 0] / rows.parts[..., 1], np.nan)
    variables = {}
    for place, name in enumerate(rows.measures):
        array = np.full(shape, np.nan)
        array[index] = values[:, place]
        about = {"label": MEASURES[name].label, "unit": MEASURES[name].unit}
        variables[name] = (dimensions, array, about)
    if not gridded:
        columns = zip(*design.points, strict=True)
        for path, column in zip(design.paths, columns, strict=True):
            coordinates[path] = ("point", _column(list(column)))
    return xarray.Dataset(variables, coordinates, {"scenario": sweep.scenario.name, "seed": sweep.seed})


def _grid_index(sweep: Sweep, rows: Rows) -> tuple[Any, ...]:
    """Where each run stands along each factor of a grid."""
    places = [
        {spelled(value): place for place, value in enumerate(one.levels)} for one in sweep.design.factors
    ]
    table = np.array(
        [
            [known[spelled(value)] for known, value in zip(places, point, strict=True)]
            for point in sweep.design.points
        ],
        dtype=np.int64,
    )
    return tuple(table[rows.points].T)


def _column(values: list[Any]) -> Any:
    """Numbers as an array of numbers; what is mixed, as TOML spells it."""
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return np.array(values)
    return [one if isinstance(one, str) else spelled(one) for one in values]
