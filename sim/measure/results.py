"""The results of one run or of many: frames, measures, and what failed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measure.frames import FRAMES, KEYS, describe, empty_frame
from sim.measure.measures import MEASURES, counted_parts, measure_named, pooled
from sim.measure.records import Records, RunKey, Words
from sim.measure.tally import RecordTally

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Failure", "Results", "Run", "measured"]

_DRAWINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "track": ("sim.show.charts:relay_track", ("exchanges",)),
    "flow": ("sim.show.charts:buyer_flow", ("buyers", "exchanges")),
    "facts": ("sim.show.charts:facts_through_pass", ("exchanges",)),
    "response": ("sim.show.charts:response_split", ("exchanges",)),
    "conflict": ("sim.show.charts:conflict_course", ("days",)),
    "plan": ("sim.show.charts:engagement_plan", ("phases",)),
}
"""Charts by kind, and the frames each is given. They are named, not imported: drawing builds on measuring."""


@dataclass(frozen=True)
class Run:
    """One finished run.

    Attributes:
        key: Which run.
        parts: Numerator and denominator of each measure.
        totals: What belongs to the run as a whole.
        records: What frames are made of; None when only measures were kept.
    """

    key: RunKey
    parts: Mapping[str, tuple[float, float]]
    totals: Mapping[str, float]
    records: Records | None = None


@dataclass(frozen=True)
class Failure:
    """One run that failed; it has no other row anywhere.

    Attributes:
        key: Which run.
        stage: "prepare" (before the first event), "run" or "measure".
        message: What went wrong.
        command: How to repeat the run and see it fail.
    """

    key: RunKey
    stage: str
    message: str
    command: str


def measured(records: Records, keep_records: bool = True) -> Run:
    """Count every measure of a run.

    Args:
        records: What the run left behind.
        keep_records: Whether frames will be wanted.

    Returns:
        The run with its measures.
    """
    parts = counted_parts(RecordTally(records))
    return Run(records.key, parts, records.totals, records if keep_records else None)


class Results:
    """What one run or many gave, as tidy pandas frames.

    Every frame begins with the columns `scenario`, `policy`, `seed` and `replication`, which together name
    the run; `describe` says what the others mean. Frames are built when first asked for.

    Attributes:
        runs: The finished runs, in the order in which they were asked for, not in which they ended.
        failed: The runs that failed.
    """

    def __init__(self, runs: Sequence[Run], failed: Sequence[Failure] = ()) -> None:
        """Take runs that have ended.

        Args:
            runs: Finished runs.
            failed: Failed runs.
        """
        self.runs = tuple(runs)
        self.failed = tuple(failed)

    def __len__(self) -> int:
        """Return the number of finished runs."""
        return len(self.runs)

    def __repr__(self) -> str:
        """Say what is in here in one line."""
        names = dict.fromkeys(run.key.policy for run in self.runs)
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return f"<Results of {len(self)} runs of {', '.join(names) or 'nothing'}{failed}>"

    @cached_property
    def buyers(self) -> pd.DataFrame:
        """One row per counted buyer."""
        return self._frame("buyers")

    @cached_property
    def exchanges(self) -> pd.DataFrame:
        """The ledger: one row per letting-go of a counted buyer."""
        return self._frame("exchanges")

    @cached_property
    def deals(self) -> pd.DataFrame:
        """One row per opportunity of a counted buyer."""
        return self._frame("deals")

    @cached_property
    def days(self) -> pd.DataFrame:
        """One row per day of each run, all buyers together."""
        return self._frame("days")

    @cached_property
    def reps(self) -> pd.DataFrame:
        """One row per rep and run: hours, trust, and wins beside those of an average rep with equal leads."""
        return self._frame("reps")

    @cached_property
    def channels(self) -> pd.DataFrame:
        """One row per channel and run: its cost, and its return by first and by last touch."""
        return self._frame("channels")

    @property
    def phases(self) -> pd.DataFrame:
        """One row per journey, phase and run: who went on, what was done, and what it is judged by."""
        return self._frame("phases")

    @cached_property
    def events(self) -> pd.DataFrame:
        """The event log of the buyers that were followed."""
        return self._frame("events")

    @cached_property
    def totals(self) -> pd.DataFrame:
        """One row per run with what belongs to the run as a whole."""
        import pandas as pd

        if not self.runs:
            return empty_frame("totals")
        names = [column.name for column in FRAMES["totals"] if column.name not in KEYS]
        keys = _key_columns([run.key for run in self.runs], np.ones(len(self.runs), dtype=np.int64))
        return pd.DataFrame({**keys, **{name: [run.totals[name] for run in self.runs] for name in names}})

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every measure of every run: the keys, then `measure`, `numerator`, `denominator` and `value`."""
        return self._measure_frame(list(MEASURES))

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row per failed run: the keys, then `stage`, `message` and `command`."""
        import pandas as pd

        rows = [(*one.key, one.stage, one.message, one.command) for one in self.failed]
        return pd.DataFrame(rows, columns=[*KEYS, "stage", "message", "command"])

    def measure(self, name: str) -> pd.DataFrame:
        """One measure, a row per run.

        Args:
            name: Name of the measure, such as "win_rate".

        Returns:
            The keys, then `measure`, `numerator`, `denominator` and `value`.

        Raises:
            ValueError: If there is no such measure; the message gives the nearest names.
        """
        return self._measure_frame([measure_named(name).name])

    def value(self, name: str, policy: str | None = None) -> float:
        """One measure over all runs: the sum of its numerators over the sum of its denominators.

        Args:
            name: Name of the measure.
            policy: Policy to look at; needed when there are several.

        Returns:
            The value; NaN when no run had occasion.

        Raises:
            ValueError: If there is no such measure or policy, or several policies and none is named.
        """
        parts = np.array(self.parts(measure_named(name).name, policy))
        top, bottom = parts.sum(axis=0) if len(parts) else (math.nan, 0.0)
        return float(top / bottom) if bottom else math.nan

    def parts(self, name: str, policy: str | None = None) -> list[tuple[float, float]]:
        """Numerator and denominator of a measure in each run of a policy, in the order of the runs.

        Args:
            name: Name of the measure.
            policy: Policy to look at; needed when there are several.

        Returns:
            One pair per run.

        Raises:
            ValueError: If there is no such policy, or there are several and none is named.
        """
        names = list(dict.fromkeys(run.key.policy for run in self.runs))
        if (policy is None and len(names) > 1) or (policy is not None and policy not in names):
            raise ValueError(f"which policy? there are {', '.join(names) or 'none'}")
        return [run.parts[name] for run in self.runs if policy is None or run.key.policy == policy]

    def summary(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """Each measure over all runs of a policy, with its meaning.

        Args:
            names: Measures wanted; all when None.

        Returns:
            One row per scenario, policy and measure: `value`, `unit`, `direction`, `label`, `replications`
            and `missing` (runs without a number, left out).

        Raises:
            ValueError: If there is no such measure.
        """
        table = pooled(self._measure_frame([measure_named(name).name for name in names or MEASURES]))
        for attribute in ("unit", "direction", "label"):
            table[attribute] = [getattr(MEASURES[name], attribute) for name in table["measure"]]
        return table.drop(columns=["numerator", "denominator"])

    def describe(self, frame: str) -> pd.DataFrame:
        """What each column of a frame means.

        Args:
            frame: "buyers", "exchanges", "deals", "days", "reps", "channels", "phases", "totals" or "events".

        Returns:
            One row per column with its dtype, unit, meaning and allowed words.

        Raises:
            ValueError: If there is no such frame; the message names the nearest one.
        """
        return describe(frame)

    def plot(self, kind: str = "track", **options: Any) -> Any:
        """Draw a chart of these results.

        Args:
            kind: "track" (where the baton was passed), "flow" (what became of every buyer), "facts" (what
                survives the pass), "response" (where the time goes), "conflict" (trust and regard by day)
                or "plan" (what came of each phase).
            **options: Passed on to the chart, such as `ax=` or `policies=`.

        Returns:
            The matplotlib figure.

        Raises:
            ValueError: If there is no such chart.
        """
        if kind not in _DRAWINGS:
            raise ValueError(f"no chart is called {kind!r} (there are {', '.join(_DRAWINGS)})")
        place, frames = _DRAWINGS[kind]
        return resolve_name(place)(*(getattr(self, frame) for frame in frames), **options)

    def where(self, chosen: Callable[[RunKey], bool]) -> Results:
        """The results of some of the runs.

        Args:
            chosen: Says of the key of a run whether it is wanted.

        Returns:
            New results that share the runs' records with these.
        """
        failed = [one for one in self.failed if chosen(one.key)]
        return Results([run for run in self.runs if chosen(run.key)], failed)

    def __add__(self, other: Results) -> Results:
        """These results and others.

        Raises:
            ValueError: If a run is in both.
        """
        twice = {run.key for run in self.runs} & {run.key for run in other.runs}
        if twice:
            raise ValueError(f"both have the run {tuple(next(iter(twice)))}")
        return Results([*self.runs, *other.runs], [*self.failed, *other.failed])

    def _measure_frame(self, names: Sequence[str]) -> pd.DataFrame:
        import pandas as pd

        keys = [run.key for run in self.runs]
        frame = pd.DataFrame(_key_columns(keys * len(names), np.ones(len(keys) * len(names), dtype=np.int64)))
        parts = np.array([run.parts[name] for name in names for run in self.runs]).reshape(-1, 2)
        frame["measure"] = np.repeat(np.array(names, dtype=object), len(keys))
        frame["numerator"], frame["denominator"] = parts[:, 0], parts[:, 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            frame["value"] = np.where(parts[:, 1] != 0, parts[:, 0] / parts[:, 1], np.nan)
        return frame

    def _frame(self, name: str) -> pd.DataFrame:
        import pandas as pd

        records = [run.records for run in self.runs if run.records is not None]
        if len(records) < len(self.runs):
            raise ValueError('these results hold measures only; run again with keep="frames"')
        if not records:
            return empty_frame(name)
        runs = [one.columns(name) for one in records]
        first = next(iter(runs[0]))
        lengths = np.array([len(_codes(columns[first])) for columns in runs])
        filled = _key_columns([one.key for one in records], lengths)
        allowed = {column.name: column.words for column in FRAMES[name]}
        for column in runs[0]:
            filled[column] = _stacked([columns[column] for columns in runs], allowed[column])
        return pd.DataFrame(filled)


def _codes(column: Any) -> Any:
    return column.codes if isinstance(column, Words) else column


def _key_columns(keys: Sequence[RunKey], lengths: Any) -> dict[str, Any]:
    """The columns that name the run, each run's key repeated for its rows."""
    import pandas as pd

    filled: dict[str, Any] = {}
    for place, name in enumerate(KEYS):
        values = [key[place] for key in keys]
        if name in ("scenario", "policy"):
            names = [str(value) for value in dict.fromkeys(values)]
            codes = np.repeat([names.index(str(value)) for value in values], lengths)
            filled[name] = pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(names))
        else:
            filled[name] = np.repeat(np.array(values, dtype=np.int64), lengths)
    return filled


def _stacked(columns: Sequence[Any], allowed: tuple[str, ...]) -> Any:
    """One column of many runs; words of different runs are brought to one list."""
    import pandas as pd

    if not isinstance(columns[0], Words):
        return np.concatenate(columns)
    names = list(allowed or dict.fromkeys(word for column in columns for word in column.words))
    codes = []
    for column in columns:
        place = np.array([*(names.index(word) for word in column.words), -1], dtype=np.int16)
        codes.append(place[column.codes])
    return pd.Categorical.from_codes(np.concatenate(codes), categories=pd.Index(names))
