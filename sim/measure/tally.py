"""Sums over the rows of a run's frames, for one run or for many runs at once.

A measure is a numerator and a denominator per run. `Tally` is what measures count with: it knows which row
belongs to which run, so that one definition serves a single run and ten thousand stacked runs alike. A run
that has just ended is counted straight from its records, without building frames.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from sim.measure.frames import KEYS
from sim.measure.records import Columns, Records, Words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Flags", "FrameTally", "FramesOfRuns", "Numbers", "RecordTally", "Tally"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class FramesOfRuns(Protocol):
    """Anything that carries the frames of one run or of many (see `sim.measure.frames.RunFrames`)."""

    @property
    def buyers(self) -> pd.DataFrame:
        """One row per counted buyer."""

    @property
    def exchanges(self) -> pd.DataFrame:
        """One row per letting-go."""

    @property
    def deals(self) -> pd.DataFrame:
        """One row per opportunity."""

    @property
    def days(self) -> pd.DataFrame:
        """One row per day."""

    @property
    def reps(self) -> pd.DataFrame:
        """One row per rep."""

    @property
    def phases(self) -> pd.DataFrame:
        """One row per journey and phase."""

    @property
    def totals(self) -> Mapping[str, Any] | pd.DataFrame:
        """A mapping for one run, a frame with the `KEYS` for many."""


class Tally(ABC):
    """Counts and sums per run, whatever the rows are read from."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of runs."""

    @abstractmethod
    def column(self, frame: str, name: str) -> Numbers:
        """A column as floats, one per row; empty cells are NaN."""

    @abstractmethod
    def whole(self, frame: str, name: str) -> npt.NDArray[np.int64]:
        """A column of whole numbers, exact (floats would lose the high bits of identities)."""

    @abstractmethod
    def flag(self, frame: str, name: str) -> Flags:
        """A yes/no column."""

    @abstractmethod
    def is_word(self, frame: str, name: str, text: str) -> Flags:
        """Rows in which a column holds the word `text`; empty cells hold no word."""

    @abstractmethod
    def total(self, name: str) -> Numbers:
        """A number that belongs to the run as a whole; shape (runs,)."""

    @abstractmethod
    def buyers_in(self, frame: str, rows: Flags) -> Flags:
        """Rows of buyers who stand in at least one of the chosen rows of another frame, run by run."""

    @abstractmethod
    def _runs_of(self, name: str) -> npt.NDArray[np.intp]:
        """The run of each row of a frame."""

    def happened(self, frame: str, name: str) -> Flags:
        """Rows in which an instant is filled, that is, the thing happened."""
        return ~np.isnan(self.column(frame, name))

    def sum(self, frame: str, values: Numbers | Flags) -> Numbers:
        """Sum per run of one value per row of the frame; shape (runs,)."""
        return np.bincount(self._runs_of(frame), weights=values, minlength=len(self)).astype(np.float64)

    def one(self) -> Numbers:
        """One per run: the denominator of what is stated per run."""
        return np.ones(len(self))

    def quantile(self, frame: str, values: Numbers, share: float) -> Numbers:
        """Quantile within each run of the filled values; NaN for a run that has none; shape (runs,)."""
        filled = ~np.isnan(values)
        run = self._runs_of(frame)[filled]
        order = np.argsort(run, kind="stable")
        ends = np.cumsum(np.bincount(run, minlength=len(self)))
        pieces = np.split(values[filled][order], ends[:-1])
        return np.array([np.quantile(piece, share) if piece.size else np.nan for piece in pieces])


class RecordTally(Tally):
    """Counts one run straight from its records."""

    def __init__(self, records: Records) -> None:
        """Take the records; each frame's columns are made when a measure first asks for one."""
        self._records = records
        self._frames: dict[str, Columns] = {}

    def __len__(self) -> int:
        """Return 1."""
        return 1

    def column(self, frame: str, name: str) -> Numbers:
        """A column as floats, one per row; empty cells are NaN."""
        return self._values(frame, name).astype(np.float64, copy=False)

    def whole(self, frame: str, name: str) -> npt.NDArray[np.int64]:
        """A column of whole numbers."""
        return self._values(frame, name).astype(np.int64, copy=False)

    def flag(self, frame: str, name: str) -> Flags:
        """A yes/no column."""
        return self._values(frame, name).astype(np.bool_, copy=False)

    def is_word(self, frame: str, name: str, text: str) -> Flags:
        """Rows in which a column holds the word `text`."""
        column = self._column(frame, name)
        if not isinstance(column, Words):
            raise TypeError(f"{frame}.{name} is not a column of words")
        found: Flags = column.codes == (column.words.index(text) if text in column.words else -2)
        return found

    def total(self, name: str) -> Numbers:
        """A number that belongs to the run as a whole; shape (1,)."""
        return np.array([self._records.totals[name]], dtype=np.float64)

    def buyers_in(self, frame: str, rows: Flags) -> Flags:
        """Rows of buyers who stand in at least one of the chosen rows of another frame."""
        found: Flags = np.isin(self.whole("buyers", "number"), self.whole(frame, "number")[rows])
        return found

    def _runs_of(self, name: str) -> npt.NDArray[np.intp]:
        first = next(iter(self._columns(name).values()))
        return np.zeros(len(first.codes if isinstance(first, Words) else first), dtype=np.intp)

    def _columns(self, frame: str) -> Columns:
        if frame not in self._frames:
            self._frames[frame] = self._records.columns(frame)
        return self._frames[frame]

    def _column(self, frame: str, name: str) -> npt.NDArray[Any] | Words:
        return self._columns(frame)[name]

    def _values(self, frame: str, name: str) -> npt.NDArray[Any]:
        column = self._column(frame, name)
        if isinstance(column, Words):
            raise TypeError(f"{frame}.{name} is a column of words")
        return column


class FrameTally(Tally):
    """Counts over pandas frames.

    With a mapping of totals all rows belong to one run. With a frame of totals its rows are the runs, in
    that order, also those that left no row elsewhere.

    Attributes:
        runs: The `KEYS` of each run, one row per run.

    Raises:
        ValueError: If a frame has a row of a run that the totals do not name, or the totals name a run twice.
    """

    def __init__(self, frames: FramesOfRuns) -> None:
        """Take the frames as they are; columns are read when a measure first asks for them."""
        self._frames = frames
        totals = frames.totals
        if not isinstance(totals, Mapping):
            self.runs = totals.loc[:, list(KEYS)].reset_index(drop=True)
            if self.runs.duplicated().any():
                raise ValueError("the totals name a run twice")
        else:
            self.runs = _keys_of_one_run(frames, totals)
        self._single = isinstance(totals, Mapping)
        self._columns: dict[tuple[str, str], Numbers] = {}
        self._words: dict[tuple[str, str, str], Flags] = {}
        self._run_of_row: dict[str, npt.NDArray[np.intp]] = {}

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.runs)

    def column(self, frame: str, name: str) -> Numbers:
        """A column as floats, one per row; empty cells are NaN."""
        key = (frame, name)
        if key not in self._columns:
            self._columns[key] = self._frame(frame)[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return self._columns[key]

    def whole(self, frame: str, name: str) -> npt.NDArray[np.int64]:
        """A column of whole numbers, exact (floats would lose the high bits of identities)."""
        return self._frame(frame)[name].to_numpy(dtype=np.int64)

    def flag(self, frame: str, name: str) -> Flags:
        """A yes/no column."""
        return self._frame(frame)[name].to_numpy(dtype=np.bool_)

    def is_word(self, frame: str, name: str, text: str) -> Flags:
        """Rows in which a column holds the word `text`; empty cells hold no word."""
        key = (frame, name, text)
        if key not in self._words:
            self._words[key] = (self._frame(frame)[name] == text).fillna(False).to_numpy(dtype=np.bool_)
        return self._words[key]

    def total(self, name: str) -> Numbers:
        """A number that belongs to the run as a whole; shape (runs,)."""
        totals = self._frames.totals
        if not isinstance(totals, Mapping):
            return totals[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.array([totals[name]], dtype=np.float64)

    def buyers_in(self, frame: str, rows: Flags) -> Flags:
        """Rows of buyers who stand in at least one of the chosen rows of another frame, run by run."""
        import pandas as pd

        chosen = pd.MultiIndex.from_arrays([self._runs_of(frame)[rows], self.whole(frame, "number")[rows]])
        buyers = pd.MultiIndex.from_arrays([self._runs_of("buyers"), self.whole("buyers", "number")])
        return np.asarray(buyers.isin(chosen), dtype=np.bool_)

    def _frame(self, name: str) -> pd.DataFrame:
        import pandas as pd

        frame = getattr(self._frames, name)
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"{name} is not a frame but {type(frame).__name__}")
        return frame

    def _runs_of(self, name: str) -> npt.NDArray[np.intp]:
        if name not in self._run_of_row:
            frame = self._frame(name)
            if self._single:
                self._run_of_row[name] = np.zeros(len(frame), dtype=np.intp)
            else:
                self._run_of_row[name] = self._look_up_runs(name, frame)
        return self._run_of_row[name]

    def _look_up_runs(self, name: str, frame: pd.DataFrame) -> npt.NDArray[np.intp]:
        """Number the distinct keys first, so that the slow look-up is done once per run, not once per row."""
        if frame.empty:
            return np.zeros(0, dtype=np.intp)
        import pandas as pd

        group = frame.groupby(list(KEYS), sort=False, observed=True).ngroup().to_numpy(dtype=np.intp)
        _, first = np.unique(group, return_index=True)
        distinct = pd.MultiIndex.from_frame(frame.iloc[first][list(KEYS)].astype(object))
        place = pd.MultiIndex.from_frame(self.runs.astype(object)).get_indexer(distinct)
        if (place < 0).any():
            stray = tuple(distinct[int(np.argmin(place))])
            raise ValueError(f"{name} has rows of the run {stray}, which the totals do not name")
        return np.asarray(place, dtype=np.intp)[group]


def _keys_of_one_run(frames: FramesOfRuns, totals: Mapping[str, Any]) -> pd.DataFrame:
    """Keys of a single run: from its totals, else from its first row, else empty."""
    keys: dict[str, Any] = {key: totals.get(key) for key in KEYS}
    for frame in (frames.buyers, frames.reps, frames.days):
        if len(frame) and set(KEYS) <= set(frame.columns):
            found = {key: frame[key].iloc[0] for key in KEYS}
            keys = {key: found[key] if value is None else value for key, value in keys.items()}
            break
    import pandas as pd

    return pd.DataFrame([keys])
