"""Races of athletes: `simulate_race` and what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.draws import seed_of
from sim.events.athletes import Lap, run_race
from sim.experiment.student import student_quantile
from sim.scenario.athletes import Race
from sim.vocabulary import Verdict, word, words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "RaceResults", "compare_races", "race_table", "simulate_race"]

MEASURES: Mapping[str, tuple[str, str, str]] = {
    "race_time_seconds": ("seconds", "time of the race", "races that were finished"),
    "exchange_saving_seconds": (
        "seconds",
        "what a flying exchange saves over one from a standing start",
        "exchanges inside the zone",
    ),
    "kept_saving_seconds": (
        "seconds",
        "the same, a failed exchange counted as saving nothing",
        "exchanges begun",
    ),
    "team_saving_seconds": (
        "seconds",
        "what an exchange saves when the race is set against its runners' times alone",
        "races that were finished",
    ),
    "speed_lost_rate": ("share", "share of the baton's speed lost in a pass", "exchanges inside the zone"),
    "failed_exchange_rate": ("share", "exchanges outside the zone", "exchanges begun"),
    "clean_exchange_rate": ("share", "exchanges without a fault", "exchanges begun"),
    "finished_rate": ("share", "races with every exchange inside the zone", "races"),
}
"""Measures of a race by name: unit, meaning, and what each is a mean over."""

_KEYS = ("race", "seed", "replication")


@dataclass(frozen=True)
class RaceResults:
    """Many runs of one race, as tidy pandas frames.

    Attributes:
        race: What was run.
        seed: Seed of the experiment.
        replications: Numbers of the runs.
        laps: The runs, in the same order.
    """

    race: Race
    seed: int
    replications: tuple[int, ...]
    laps: tuple[Lap, ...]

    def __len__(self) -> int:
        """Return the number of races."""
        return len(self.laps)

    @cached_property
    def races(self) -> pd.DataFrame:
        """One row per race: its time (empty if not finished), and its runners' times alone."""
        import pandas as pd

        seconds = np.array([lap.race_seconds for lap in self.laps])
        alone = np.array([lap.individual_seconds for lap in self.laps])
        frame = pd.DataFrame(self._keys(np.arange(len(self))))
        frame["race_time_seconds"] = seconds
        frame["individual_seconds"] = alone
        frame["team_saving_seconds"] = (alone - seconds) / max(1, self.race.legs - 1)
        frame["exchanges"] = [len(lap.exchanges) for lap in self.laps]
        frame["finished"] = ~np.isnan(seconds)
        return frame

    @cached_property
    def exchanges(self) -> pd.DataFrame:
        """One row per exchange, named like those of buyers; metres from the start, metres per second."""
        import pandas as pd

        rows = [(place, row) for place, lap in enumerate(self.laps) for row in lap.exchanges]
        frame = pd.DataFrame(self._keys(np.array([place for place, _ in rows], dtype=np.int64)))
        for name in _exchange_columns():
            frame[name] = [getattr(row, name) for _, row in rows]
        said = [word(Verdict(row.verdict)) for _, row in rows]
        frame["verdict"] = pd.Categorical(said, categories=words(Verdict))
        return frame

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every measure: `measure`, `value`, `standard_error`, `low`, `high` (95 %) and `count`."""
        import pandas as pd

        rows = [(name, *self._estimate(name)) for name in MEASURES]
        return pd.DataFrame(rows, columns=["measure", "value", "standard_error", "low", "high", "count"])

    def value(self, name: str) -> float:
        """One measure over all races; nan when there was no occasion."""
        if name not in MEASURES:
            raise ValueError(f"{name!r} is not one of {', '.join(MEASURES)}")
        return self._estimate(name)[0]

    def _keys(self, places: Any) -> dict[str, Any]:
        numbers = np.array(self.replications, dtype=np.int64)[places]
        return dict(zip(_KEYS, (self.race.name, np.full(len(numbers), self.seed), numbers), strict=True))

    def _observed(self, name: str) -> tuple[Any, Any]:
        """The values a measure is the mean of, and the races they belong to."""
        place = np.arange(len(self))
        if name == "finished_rate":
            return self.races["finished"].to_numpy(dtype=float), place
        if name in self.races:
            values, done = self.races[name].to_numpy(), self.races["finished"].to_numpy()
            return values[done], place[done]
        rows = self.exchanges
        race = np.repeat(place, self.races["exchanges"])
        failed = (rows["early"] | rows["late"]).to_numpy(dtype=bool)
        if name == "failed_exchange_rate":
            return failed.astype(float), race
        if name == "clean_exchange_rate":
            return (rows["verdict"] == "clean").to_numpy(dtype=float), race
        if name == "kept_saving_seconds":
            return np.where(failed, 0.0, rows["saving_seconds"].to_numpy()), race
        column = "speed_lost_rate" if name == "speed_lost_rate" else "saving_seconds"
        return rows[column].to_numpy()[~failed], race[~failed]

    def _estimate(self, name: str) -> tuple[float, float, float, float, int]:
        """Mean, standard error, interval and count; races, not exchanges, are what is independent."""
        values, race = self._observed(name)
        n = len(self)
        if not len(values):
            return (np.nan,) * 4 + (0,)
        mean = float(values.mean())
        if n < 2:
            return mean, np.nan, np.nan, np.nan, len(values)
        residual = np.bincount(race, weights=values - mean, minlength=n)
        error = float(np.sqrt(n / (n - 1) * np.sum(residual**2)) / len(values))
        half = student_quantile(0.975, n - 1) * error
        return mean, error, mean - half, mean + half, len(values)


def _exchange_columns() -> Sequence[str]:
    from dataclasses import fields

    from sim.events.athletes import Exchange

    return [field.name for field in fields(Exchange)]


def simulate_race(race: Race | str | Path, seed: int = 0, seeds: int | Iterable[int] = 1000) -> RaceResults:
    """Run a race of athletes many times.

    Args:
        race: A race, the name of a shipped one or a file.
        seed: Seed of the experiment. Equal seeds mean the same runners with the same luck, whatever their
            zone and exchange are.
        seeds: How many races, or which.

    Returns:
        The results, in the order of the replications.

    Raises:
        InvalidInput: If the race cannot be loaded.
        ValueError: If there is no race to run.
    """
    built = race if isinstance(race, Race) else Race.load(race)
    numbers = tuple(range(seeds) if isinstance(seeds, int) else seeds)
    if not numbers:
        raise ValueError(f"seeds must be one or more races, not {seeds!r}")
    return RaceResults(built, seed, numbers, tuple(run_race(built, seed_of(seed, n)) for n in numbers))


def compare_races(
    races: Mapping[str, Race], seed: int = 0, seeds: int | Iterable[int] = 1000
) -> pd.DataFrame:
    """Several settings of a race with the same runners and the same luck.

    Args:
        races: Races by label.
        seed: Seed of the experiment.
        seeds: How many races of each, or which.

    Returns:
        One row per label and measure: `race`, then the columns of `RaceResults.measures`.
    """
    import pandas as pd

    numbers = tuple(range(seeds) if isinstance(seeds, int) else seeds)
    frames = [simulate_race(race, seed, numbers).measures.assign(race=label) for label, race in races.items()]
    table = pd.concat(frames, ignore_index=True)
    return table[["race", *(column for column in table.columns if column != "race")]]


def race_table(
    race: Race | str | Path, seeds: int | Iterable[int] = 1000, seed: int = 0
) -> tuple[pd.DataFrame, str]:
    """A race in a small table and one sentence, for the command line.

    Args:
        race: A race, the name of a shipped one or a file.
        seeds: How many races, or which.
        seed: Seed of the experiment.

    Returns:
        The measures with unit and meaning, and what they say.
    """
    results = simulate_race(race, seed, seeds)
    table = results.measures.copy()
    table.insert(1, "unit", [MEASURES[name][0] for name in table["measure"]])
    table["meaning"] = [f"{MEASURES[name][1]} (over {MEASURES[name][2]})" for name in table["measure"]]
    return table, _sentence(results)


def _sentence(results: RaceResults) -> str:
    races = f"{len(results):,} race{'' if len(results) == 1 else 's'}"
    failed = f"{results.value('failed_exchange_rate'):.1%} of exchanges fail"
    if not results.value("finished_rate"):
        return f"In {races} nobody finishes: {failed}."
    saving, lost = results.value("exchange_saving_seconds"), results.value("speed_lost_rate")
    return (
        f"In {races} the team needs {results.value('race_time_seconds'):.2f} s on average when it finishes; "
        f"an exchange saves {saving:.2f} s over a standing start and costs {lost:.0%} of the baton's speed, "
        f"and {failed}."
    )
