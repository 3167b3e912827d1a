"""Answering a question: run its choices, say what was found, and find out when that would be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.estimates import Estimate, pseudo_values, single
from sim.experiment.intervals import Comparison, Difference, Finding, interval_reach
from sim.experiment.questions.families import Ran, ran
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import Turn, evidence_told, flip_told, turn_of
from sim.experiment.running import Progress
from sim.measure.measures import measure_named
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "Flip", "Found", "answer", "flip_of", "rates"]


@dataclass(frozen=True)
class Flip:
    """A finding looked at again where something else holds.

    Attributes:
        part: Name of the part it belongs to.
        measure: What is compared.
        condition: What holds.
        before: The difference as found, with an interval of its own.
        after: The same difference under the condition.
        moved: `after` minus `before`, paired by seed.
        turn: What becomes of the finding.
        sentence: The same in words.
    """

    part: str
    measure: str
    condition: Condition
    before: Difference
    after: Difference
    moved: Difference
    turn: Turn
    sentence: str

    @property
    def flips(self) -> bool:
        """Whether the condition makes the answer wrong."""
        return self.turn in ("turns round", "fades", "shows")


@dataclass(frozen=True)
class Found:
    """What was found on one part.

    Attributes:
        part: The part.
        comparison: Its choices compared with the first.
        sentence: What was found, in words.
        evidence: What published sources say of it; empty where they say nothing.
        rates: Effect of each choice per occasion (see `Part.per`), in the order of `comparison.differences`;
            empty when the part is stated per nothing.
    """

    part: Part
    comparison: Comparison
    sentence: str
    evidence: str = ""
    rates: tuple[Estimate, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to a question for one market.

    Attributes:
        question: The question.
        market: The market.
        title: Title of the market.
        currency: What its money is counted in.
        found: What was found, part by part.
        flips: When it would be wrong.
        seeds: Replications of every choice.
        assumptions: What it rests on.
        counted: Which leads a run counts, in words.
        settings: What was set throughout, besides what the question sets.
    """

    question: Question
    market: str
    title: str
    currency: str
    found: tuple[Found, ...]
    flips: tuple[Flip, ...]
    seeds: int
    assumptions: tuple[str, ...]
    counted: str
    settings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The answer in words, made of the numbers found."""
        if len(self.found) == 1:
            return self.found[0].sentence
        return " ".join(
            f"{one.part.name[0].upper()}{one.part.name[1:]}: {one.sentence}" for one in self.found
        )

    @property
    def wrong_when(self) -> tuple[str, ...]:
        """Sentences on what makes the answer wrong; one that says there is nothing, where there is nothing."""
        if found := tuple(one.sentence for one in self.flips if one.flips):
            return found
        if any(one.before.finding == "settled" for one in self.flips):
            return ("Nothing that was tried makes it wrong.",)
        return ("Nothing was settled that could be made wrong; more replications may settle it.",)

    @property
    def right_when(self) -> tuple[str, ...]:
        """Sentences on what was tried and does not make it wrong; where nothing can be said comes last."""
        others = [one for one in self.flips if not one.flips]
        return tuple(one.sentence for one in sorted(others, key=lambda one: one.turn == "stays open"))

    @property
    def flip_sentence(self) -> str:
        """When the answer would be wrong, in words."""
        return " ".join([*self.wrong_when, *self.right_when])

    @property
    def frame(self) -> pd.DataFrame:
        """What was found, one row per part and choice after the first.

        The columns are `part`, `choice`, `at`, `measure`, `unit`, `against`, `base` (value of the first choice),
        `value` (the difference), `low`, `high`, `finding`, `replications`, and `per_value`, `per_low`, `per_high`
        (the effect per occasion, NaN without one).
        """
        import pandas as pd

        return pd.DataFrame([row for one in self.found for row in _rows(one)])

    @property
    def flip_frame(self) -> pd.DataFrame:
        """What makes it wrong, one row per condition.

        The columns are `part`, `condition`, `settings`, `choice`, `against`, `measure`, `before`, `before_low`,
        `before_high`, `after`, `after_low`, `after_high`, `turn` and `flips`.
        """
        import pandas as pd

        return pd.DataFrame([_flip_row(one) for one in self.flips], columns=_FLIP_COLUMNS)

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "question": self.question.name,
            "title": self.question.title,
            "market": self.market,
            "seeds": self.seeds,
            "settings": list(self.settings),
            "sentence": self.sentence,
            "findings": self.frame.to_dict("records"),
            "wrong_when": self.flip_sentence,
            "flips": self.flip_frame.to_dict("records"),
            "assumptions": list(self.assumptions),
        }


_FLIP_COLUMNS = [
    "part", "condition", "settings", "choice", "against", "measure", "before", "before_low", "before_high",
    "after", "after_low", "after_high", "turn", "flips",
]  # fmt: skip


def answer(
    question: Question,
    market: str | None = None,
    seeds: int | None = None,
    seed: int = 0,
    jobs: int = 1,
    *,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
) -> Answer:
    """Answer a question for a market.

    Args:
        question: The question.
        market: Name of a shipped market, or a file; the first the question is answered for when None.
        seeds: Replications of every choice; as many as the question asks for when None.
        seed: Seed of the experiment.
        jobs: Processes to use; they change nothing but the time it takes.
        settings: Settings that hold throughout, "key=value".
        progress: Called with the numbers of runs done and of all runs.

    Returns:
        The answer.

    Raises:
        InvalidInput: If the market or a setting cannot be loaded.
        RunFailed: If a run fails.
        ValueError: If there are fewer than two replications.
    """
    chosen = market or next(iter(question.markets))
    count = question.seeds_for(chosen) if seeds is None else seeds
    parts = tuple(replace(part, family=part.family.under(*settings)) for part in question.parts(chosen))
    tested = [(part, condition) for part in parts for condition in part.conditions]
    families = [
        *(part.family for part in parts),
        *(part.family.only(one.against, one.choice).under(*one.settings) for part, one in tested),
    ]
    runs = ran(families, count, seed, jobs, progress)
    scenario = Scenario.load(chosen, overrides=tuple(settings))
    currency = scenario.market.currency
    found = tuple(_found(part, run, currency) for part, run in zip(parts, runs, strict=False))
    by_part = dict(zip((part.name for part in parts), runs, strict=False))
    flips = tuple(
        flip_of(part, condition, by_part[part.name], after, currency)
        for (part, condition), after in zip(tested, runs[len(parts) :], strict=True)
    )
    stated = tuple(
        text.partition(":")[2].strip() for text in scenario.sources if text.startswith("assumption:")
    )
    rests = (*question.assumptions, *stated, f"every setting marked as assumption in {chosen} holds")
    horizon = scenario.horizon
    counted = f"leads of {horizon.counted_days:.0f} days, each followed for {horizon.follow_up_days:.0f}"
    return Answer(
        question, chosen, scenario.title, currency, found, flips, count, rests, counted, tuple(settings)
    )


def _found(part: Part, run: Ran, currency: str) -> Found:
    comparison = run.compared(part.measure)
    evidence = evidence_told(comparison, part.expected, part.evidence)
    return Found(part, comparison, part.told(comparison, currency), evidence, rates(part, run))


def rates(part: Part, run: Ran) -> tuple[Estimate, ...]:
    """Effect of each choice per occasion that it makes: a ratio of sums of differences over seeds.

    Args:
        part: What is judged, and per what.
        run: Its choices as run.

    Returns:
        One per choice after the first, with intervals of their own; nothing when the part is stated per nothing.
    """
    if not part.per:
        return ()
    values, occasions = run.parts[part.measure][0], run.parts[part.per][0]
    measure = measure_named(part.measure)
    return tuple(
        single(measure, choice.name, values[row] - values[0], occasions[row] - occasions[0])
        for row, choice in enumerate(run.family.choices)
        if row
    )


def flip_of(part: Part, condition: Condition, before: Ran, after: Ran, currency: str = "") -> Flip:
    """A finding looked at again under a condition.

    Args:
        part: The part it belongs to.
        condition: What holds.
        before: All choices of the part as run.
        after: The choice and what it is compared with, as run under the condition on the same seeds.
        currency: Written after money.

    Returns:
        Both differences with intervals of their own, and what becomes of the finding.
    """
    measure = measure_named(part.measure)
    names = [choice.name for choice in before.family.choices]
    rows = [names.index(condition.against), names.index(condition.choice)]
    pair = Ran(
        before.family.only(condition.against, condition.choice),
        {part.measure: tuple(one[rows] for one in before.parts[part.measure])},  # type: ignore[dict-item]
    )
    was, now = (run.compared(part.measure).differences[0] for run in (pair, after))
    moved = _moved(pair, after, part.measure, was, now)
    turn = turn_of(was, now, moved)
    said = flip_told(condition.said, turn, was, now, measure, currency)
    return Flip(part.name, part.measure, condition, was, now, moved, turn, said)


def _moved(before: Ran, after: Ran, measure: str, was: Difference, now: Difference) -> Difference:
    """The difference of two differences, paired by seed; both sides share their luck."""
    gaps = []
    for run in (before, after):
        pseudo = pseudo_values(*run.parts[measure])[1]
        gaps.append(pseudo[1] - pseudo[0])
    gap = gaps[1] - gaps[0]
    value = now.value - was.value
    if not gap.any():
        return replace(now, value=0.0, low=0.0, high=0.0, standard_error=0.0, finding="tie")
    error = float(np.std(gap, ddof=1) / np.sqrt(gap.size))
    if not np.isfinite(error) or error == 0:
        return replace(
            now, value=value, low=np.nan, high=np.nan, standard_error=np.nan, finding="no interval"
        )
    reach = interval_reach(gap[None, :], 2, 0.95)[0] * error
    low, high = value - reach, value + reach
    finding: Finding = "not settled" if low <= 0 <= high else "settled"
    return replace(now, value=value, low=low, high=high, standard_error=error, finding=finding)


def _rows(found: Found) -> list[dict[str, Any]]:
    measure, base = found.comparison.measure, found.comparison.estimates[0].value
    places = {choice.name: choice.at for choice in found.part.family.choices}
    per: Sequence[Estimate | None] = found.rates or [None] * len(found.comparison.differences)
    return [
        {
            "part": found.part.name,
            "choice": one.policy,
            "at": places[one.policy],
            "measure": measure.name,
            "unit": measure.unit,
            "against": one.against,
            "base": base,
            **{
                key: value for key, value in asdict(one).items() if key in ("value", "low", "high", "finding")
            },
            "replications": found.comparison.replications,
            "per_value": rate.value if rate else np.nan,
            "per_low": rate.low if rate else np.nan,
            "per_high": rate.high if rate else np.nan,
        }
        for one, rate in zip(found.comparison.differences, per, strict=True)
    ]


def _flip_row(flip: Flip) -> dict[str, Any]:
    before, after = flip.before, flip.after
    values = (
        flip.part, flip.condition.said, " ".join(flip.condition.settings), flip.condition.choice,
        flip.condition.against, flip.measure, before.value, before.low, before.high, after.value, after.low,
        after.high, flip.turn, flip.flips,
    )  # fmt: skip
    return dict(zip(_FLIP_COLUMNS, values, strict=True))
