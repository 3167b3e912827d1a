"""The report on a sweep: which policy leads where, and what each setting moves."""

from __future__ import annotations

import math
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.best_points import best_points
from sim.experiment.estimates import Estimate, single
from sim.experiment.intervals import paired
from sim.experiment.main_effects import (
    Effect,
    Leader,
    leaders,
    levels_of,
    main_effects,
    sums_at,
    sweep_parts,
)
from sim.experiment.store.stopping import SweepStopped
from sim.experiment.sweep import opened
from sim.experiment.sweep_result import Sweep
from sim.experiment.verdict import listed
from sim.measure.measures import MEASURES, Measure
from sim.scenario import InvalidInput
from sim.show import charts
from sim.show.folder import UnreadableFolder
from sim.show.numbers import writing_for
from sim.show.report.assumptions import assumption_section
from sim.show.report.flips import flip_section
from sim.show.report.found import meanings
from sim.show.report.origin import failure_section, origin_section
from sim.show.report.page import Page, Picture, Section, Table
from sim.show.report.picture import picture

__all__ = ["sweep_page"]

_HEADLINE = "revenue_value"
_MOST_ROWS = 200  # points that a table lists
_MOST_SETTINGS = 8  # settings that are drawn, those that move most
_WORDS = (
    ("point", "one choice of values for the settings that were varied"),
    ("replication", "one simulated stretch of time with buyers and luck of its own; all points meet the same ones"),
    ("95% interval", "a range that holds the model's true value 95 times in a hundred; more replications shorten it"),
    ("settled", "better than every other policy at that point beyond the interval; the rest may be chance"),
)  # fmt: skip


def sweep_page(folder: Path, title: str | None = None) -> Page:
    """The report on a folder of `relay sweep`.

    Args:
        folder: Where the sweep is kept.
        title: The question at the top; made from market, policies and settings when None.

    Returns:
        The page.

    Raises:
        UnreadableFolder: If the sweep is unfinished, damaged or of another format.
    """
    try:
        sweep = opened(folder)
        asked = len(sweep.design) * len(sweep.policies) * len(sweep.replications)
        ended = len(sweep) + len(sweep.failed)
    except (SweepStopped, InvalidInput, OSError, ValueError, KeyError, IndexError) as error:
        raise UnreadableFolder(f"{folder} holds no sweep that can be read: {error}") from None
    if ended < asked:
        said = f"{ended:,} of {asked:,} runs have ended; finish it with relay resume {folder}"
        raise UnreadableFolder(f"{folder} holds an unfinished sweep: {said}")
    if not len(sweep):
        raise UnreadableFolder(
            f"{folder} holds no run that succeeded; the first failed with: {sweep.failed[0].message}"
        )
    return _Sweeping(folder, sweep).page(title)


class _Sweeping:
    """A sweep with what several sections need of it."""

    def __init__(self, folder: Path, sweep: Sweep) -> None:
        self.folder, self.sweep = folder, sweep
        name = _HEADLINE if sweep.measures == tuple(MEASURES) else sweep.measures[0]
        self.measure: Measure = MEASURES[name]
        self.currency = sweep.scenario.market.currency
        self.leaders = leaders(sweep, name)
        effects = main_effects(sweep, name)
        by_path = {path: [one for one in effects if one.path == path] for path in sweep.design.paths}
        self.effects = dict(sorted(by_path.items(), key=lambda item: -max(one.reach for one in item[1])))
        self.parts = sweep_parts(sweep, name)

    def page(self, title: str | None) -> Page:
        scenario = self.sweep.scenario
        about = " ".join(f"{text.rstrip('.')}." for text in (scenario.title, scenario.story) if text)
        return Page(title or self._question(), about, self._verdict(), tuple(self._sections()))

    def _question(self) -> str:
        varied = listed(self.sweep.design.paths)
        if len(self.sweep.policies) < 2:
            return f"What does {varied} move in {self.sweep.scenario.name}?"
        return f"Which policy is best in {self.sweep.scenario.name}, as {varied} varies?"

    def _verdict(self) -> str:
        many = f"{len(self.sweep.design):,} points, {len(self.sweep.replications):,} replications of each"
        side = "lowest" if self.measure.direction == "lower" else "highest"
        if len(self.sweep.policies) < 2:
            return f"Over {many}, {self._best_of_one(side)}."
        led = Counter(one.policy for one in self.leaders if one.policy)
        settled = Counter(one.policy for one in self.leaders if one.settled)
        parts = [
            f"{policy} has the {side} {self.measure.label} at {led[policy]:,} ({settled[policy]:,} settled)"
            for policy in sorted(led, key=lambda name: -led[name])
        ]
        told = sum(settled.values())
        rest = len(self.leaders) - told
        unsure = f"; at {rest:,} of them it is not settled which policy is best" if rest else ""
        rests = f"This rests on every setting marked as assumption in {self.sweep.scenario.name}."
        return f"Over {many}: {listed(parts) or 'no policy leads at any point'}{unsure}. {rests}"

    def _best_of_one(self, side: str) -> str:
        found = best_points(self.sweep, self.measure.name)
        if not found:
            return f"no run has a value of {self.measure.label}"
        best = found[0]
        others = f"; {len(best.rivals):,} other points may be as good" if best.rivals else ", settled"
        value = self._written([best.estimate])[0].replace("\n", " ")
        return (
            f"{best.policy} has the {side} {self.measure.label} ({value}) at {self._at(best.point)}{others}"
        )

    def _sections(self) -> Iterator[Section]:
        yield self._verdict_section()
        yield self._leader_section()
        yield self._effect_section()
        runs: Any = self.sweep.runs
        yield flip_section(self.folder, self.sweep.scenario.name, self.sweep.policies, runs.manifest.command)
        stated = [f"every setting marked as assumption in {self.sweep.scenario.name} holds"]
        yield assumption_section(self.sweep.scenario.model_dump(mode="json"), stated)
        if len(self.sweep.failures):
            yield failure_section(
                [
                    {str(key): one for key, one in row.items()}
                    for row in self.sweep.failures.to_dict("records")
                ]
            )
        yield self._origin()

    # --- the sections ---------------------------------------------------------------------------------------

    def _verdict_section(self) -> Section:
        rows = [
            [path, ", ".join(level.label for level in levels_of(values))] for path, values in self._values()
        ]
        varied = Table("What was varied", ["setting", "values"], rows)
        return Section(
            "verdict", "The verdict", tables=[varied], terms=[*_WORDS, *meanings([self.measure.name])]
        )

    def _values(self) -> list[tuple[str, list[Any]]]:
        points = self.sweep.design.points
        return [
            (path, [point[place] for point in points]) for place, path in enumerate(self.sweep.design.paths)
        ]

    def _leader_section(self) -> Section:
        several = len(self.sweep.policies) > 1
        chosen = self.leaders[:_MOST_ROWS]
        rows = [self._leader_row(one, several) for one in chosen]
        unit = self._unit()
        heads = ["point", *self.sweep.design.paths, *self.sweep.policies, *(["leads"] if several else [])]
        caption = (
            f"{self.measure.label[0].upper()}{self.measure.label[1:]}{unit} at each point (95% interval)"
        )
        folded = (
            f"All {len(rows):,} points"
            if len(self.leaders) <= _MOST_ROWS
            else f"The first {_MOST_ROWS} points"
        )
        said = [
            "At each point all policies met the same buyers with the same luck. A policy is settled to lead where it is "
            "better than every other one beyond the interval; of equals, one point in twenty is called settled by chance."
        ]
        table = Table(caption, heads, rows, folded if len(rows) > 12 else "")
        title = "Which policy is best where" if several else "What comes of each point"
        return Section("points", title, said if several else (), pictures=self._maps(), tables=[table])

    def _leader_row(self, one: Leader, several: bool) -> list[str]:
        values = [_shown(value) for value in self.sweep.design.points[one.point]]
        told = (
            f"{one.policy or 'nobody'}{', settled' if one.settled else ', not settled' if one.policy else ''}"
        )
        return [str(one.point), *values, *self._written(one.estimates), *([told] if several else [])]

    def _effect_section(self) -> Section:
        shown = list(self.effects.items())[:_MOST_SETTINGS]
        pictures = [
            picture(
                f"effect-{nth}", charts.effect_lines(effects, self.measure, self.currency),
                " ".join(f"{one.policy}: {self._course(one)}." for one in effects),
            )
            for nth, (_, effects) in enumerate(shown, 1)
        ]  # fmt: skip
        said = [
            "Each figure shows one setting, with all values of the others put together as the sweep has them. What moves "
            "most comes first."
        ]
        if len(self.effects) > len(shown):
            said.append(f"The other {len(self.effects) - len(shown)} settings move less and are not drawn.")
        return Section("effects", "What each setting moves", said, pictures=pictures)

    def _course(self, effect: Effect) -> str:
        values = self._written(effect.estimates)
        return ", ".join(
            f"{level.label}: {value}" for level, value in zip(effect.levels, values, strict=True)
        ).replace("\n", " ")

    def _maps(self) -> list[Picture]:
        """Maps over the two settings that move most: of one policy its values, of others how far from the first."""
        if len(self.effects) < 2:
            return []
        across, up = list(self.effects)[:2]
        values = dict(self._values())
        columns, rows = levels_of(values[across]), levels_of(values[up])
        inside = [[tuple(sorted(set(x.points) & set(y.points))) for x in columns] for y in rows]
        label = self.measure.label
        pictures = []
        for number, policy in enumerate(self.sweep.policies):
            several = len(self.sweep.policies) > 1
            if several and not number:
                continue
            cells = [[self._cell(number, points, several) for points in line] for line in inside]
            first = self.sweep.policies[0]
            title = (
                f"{label[0].upper()}{label[1:]}: {policy} less {first}"
                if several
                else f"{label} under {policy}"
            )
            drawn = charts.effect_map(
                columns, rows, cells, (across, up), self.measure, title, self.currency, several
            )
            said = "; ".join(
                f"{across} {x.label}, {up} {y.label}: {self._written([cell])[0]}".replace("\n", " ")
                for y, line in zip(rows, cells, strict=True) for x, cell in zip(columns, line, strict=True)
            )  # fmt: skip
            pictures.append(picture(f"map-{number}", drawn, f"{said}."))
        return pictures

    def _cell(self, number: int, points: Sequence[int], difference: bool) -> Estimate:
        """A policy's value over some points, or its difference from the first policy."""
        nothing = Estimate(self.sweep.policies[number], math.nan, math.nan, math.nan, 0, 0, 0)
        if not points:
            return nothing
        if not difference:
            return single(self.measure, nothing.policy, *sums_at(self.parts[:, number], points))
        both = [sums_at(self.parts[:, one], points) for one in (0, number)]
        tops, bottoms = (np.stack([one[part] for one in both]) for part in (0, 1))
        names = [self.sweep.policies[one] for one in (0, number)]
        pair = paired(self.measure, names, tops, bottoms).differences[0]
        return replace(nothing, value=pair.value, low=pair.low, high=pair.high)

    def _origin(self) -> Section:
        folder: Any = self.sweep.runs
        said = folder.manifest
        about = {
            "command": said.command, "seed": said.seed, "replications": said.replications,
            "agents": list(said.classes.values()), "versions": said.versions,
            "platform": ", ".join(f"{key} {value}" for key, value in said.platform.items()),
        }  # fmt: skip
        again = shlex.join(["relay", "reproduce", self.folder.resolve().name])
        return origin_section(
            about, {name: one["fingerprint"] for name, one in said.scenarios.items()}, again
        )

    # --- words ----------------------------------------------------------------------------------------------

    def _unit(self) -> str:
        known = [one.value for leader in self.leaders for one in leader.estimates if math.isfinite(one.value)]
        unit = writing_for(self.measure, known, (), self.currency).unit
        return f", {unit}" if unit else ""

    def _written(self, estimates: Sequence[Estimate]) -> list[str]:
        known = [one.value for leader in self.leaders for one in leader.estimates if math.isfinite(one.value)]
        writing = writing_for(self.measure, known, (), self.currency)
        return [
            writing.value(one.value)
            + (f"\n({writing.range(one.low, one.high)})" if math.isfinite(one.low) else "")
            for one in estimates
        ]

    def _at(self, point: int) -> str:
        values = zip(self.sweep.design.paths, self.sweep.design.points[point], strict=True)
        return listed([f"{path} {_shown(value)}" for path, value in values])


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
