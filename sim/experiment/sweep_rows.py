"""The finished runs of a sweep as arrays, and the frames made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.experiment.blocks import Done
from sim.measure.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Rows", "part_frame", "value_frame"]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Finished runs, one row each.

    Attributes:
        points: Number of each run's point.
        policies: Number of its policy.
        replications: Its replication.
        parts: Numerator and denominator of each measure, shape (runs, measures, 2).
        measures: Names of the measures.
    """

    points: Integers
    policies: Integers
    replications: Integers
    parts: npt.NDArray[np.float64]
    measures: tuple[str, ...] = tuple(MEASURES)

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.points)

    @classmethod
    def of(cls, blocks: Iterable[Done]) -> Rows:
        """The finished runs of blocks, in their order."""
        kept = [one for one in blocks if one.replications]
        sizes = [len(one.replications) for one in kept]
        return cls(
            np.repeat(np.array([one.block.point for one in kept], dtype=np.int64), sizes),
            np.repeat(np.array([one.block.policy for one in kept], dtype=np.int64), sizes),
            np.array([number for one in kept for number in one.replications], dtype=np.int64),
            np.concatenate([np.empty((0, len(MEASURES), 2)), *(one.parts for one in kept)]),
        )

    @classmethod
    def joined(cls, some: Sequence[Rows], measures: tuple[str, ...] = tuple(MEASURES)) -> Rows:
        """Several as one.

        Args:
            some: Rows with equal measures.
            measures: These, in case there are no rows.
        """
        none = np.empty(0, dtype=np.int64)
        return cls(
            np.concatenate([none, *(one.points for one in some)]),
            np.concatenate([none, *(one.policies for one in some)]),
            np.concatenate([none, *(one.replications for one in some)]),
            np.concatenate([np.empty((0, len(measures), 2)), *(one.parts for one in some)]),
            measures,
        )

    def in_order(self) -> Rows:
        """By point, policy and replication; a run that is there twice is kept once."""
        order = np.lexsort((self.replications, self.policies, self.points))
        keys = np.stack([self.points, self.policies, self.replications])[:, order]
        new = np.ones(len(self), dtype=bool)
        new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
        return self.at(order[new])

    def at(self, chosen: Any) -> Rows:
        """Some of the rows, by number or by a mask."""
        return Rows(
            self.points[chosen],
            self.policies[chosen],
            self.replications[chosen],
            self.parts[chosen],
            self.measures,
        )

    def with_measures(self, names: Sequence[str]) -> Rows:
        """The same runs with some of the measures, in the order given."""
        places = [self.measures.index(name) for name in names]
        return Rows(self.points, self.policies, self.replications, self.parts[:, places], tuple(names))

    def of_measure(self, name: str) -> npt.NDArray[np.float64]:
        """Numerators and denominators of one measure, shape (runs, 2)."""
        return self.parts[:, self.measures.index(name)]


def value_frame(keys: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """The keys of runs with a column for the value of each measure; NaN where a run had no occasion."""
    import pandas as pd

    tops, bottoms = rows.parts[..., 0], rows.parts[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(bottoms != 0, tops / bottoms, np.nan)
    return pd.concat([keys, pd.DataFrame(values, columns=list(rows.measures))], axis=1)


def part_frame(keys: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """The keys of runs with columns `<measure>.numerator` and `<measure>.denominator` for each measure."""
    import pandas as pd

    names = [f"{name}.{part}" for name in rows.measures for part in ("numerator", "denominator")]
    return pd.concat([keys, pd.DataFrame(rows.parts.reshape(len(rows), -1), columns=names)], axis=1)
