"""Answers on a short horizon: their structure, and that numbers and words say the same."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.experiment.questions import QUESTIONS, Answer, answer
from sim.experiment.questions.answer import rates
from sim.experiment.questions.families import Choice, Family, ran
from sim.scenario import InvalidInput, Scenario

from .planted import ran_pair

SHORT = ("horizon.warmup_days=7", "horizon.counted_days=21", "horizon.follow_up_days=30")


@pytest.fixture(scope="module")
def volume() -> Answer:
    return answer(QUESTIONS["when-more-leads-mean-fewer-sales"], "olist", seeds=3, settings=SHORT)


def test_every_question_has_two_markets_with_a_reason_and_names_that_differ() -> None:
    for question in QUESTIONS.values():
        assert len(question.markets) >= 2 and all(question.markets.values())
        assert set(question.seeds) <= set(question.markets)
        for market in question.markets:
            parts = question.parts(market)
            assert len({part.name for part in parts}) == len(parts)
            assert any(part.conditions for part in parts), "nothing could make the answer wrong"
            assert max(len(part.asked) for part in parts) <= 80, "it would not fit above a figure"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_choice_and_condition_is_a_scenario_of_its_own(name: str) -> None:
    for market in QUESTIONS[name].markets:
        for part in QUESTIONS[name].parts(market):
            assert len(set(part.family.scenarios)) == len(part.family.choices), part.name
            for one in part.conditions:
                pair = part.family.only(one.against, one.choice)
                changed = pair.under(*one.settings)
                assert not set(pair.scenarios) & set(changed.scenarios), (
                    f"{part.name}: {one.said} changes nothing"
                )


def test_the_frame_has_a_row_for_each_choice(volume: Answer) -> None:
    frame = volume.frame
    for part in volume.question.parts("olist"):
        rows = frame[frame["part"] == part.name]
        assert list(rows["choice"]) == [choice.name for choice in part.family.choices[1:]]
    assert (frame["low"] <= frame["value"]).all() and (frame["value"] <= frame["high"]).all()
    assert set(frame["finding"]) <= {"settled", "not settled", "tie"}
    assert (frame["replications"] == 3).all()


def test_the_sentence_sorts_choices_as_the_frame_does(volume: Answer) -> None:
    for found in volume.found:
        sorts = found.sentence.split("Not settled: ")
        for row in volume.frame[volume.frame["part"] == found.part.name].itertuples():
            settled = row.finding == "settled"
            assert row.choice in sorts[0 if settled else -1]


def test_each_condition_was_run(volume: Answer) -> None:
    conditions = [one for part in volume.question.parts("olist") for one in part.conditions]
    assert list(volume.flip_frame["condition"]) == [one.said for one in conditions]
    for flip in volume.flips:
        assert flip.sentence in volume.flip_sentence
        assert math.isfinite(flip.after.value)
    assert volume.flip_sentence.startswith("Nothing that was tried") != any(
        flip.flips for flip in volume.flips
    )


def test_the_same_twice_and_with_two_processes(volume: Answer) -> None:
    again = answer(volume.question, "olist", seeds=3, jobs=2, settings=SHORT)
    assert json.dumps(again.to_dict()) == json.dumps(volume.to_dict())


def test_an_effect_is_stated_per_lead_that_goes_back() -> None:
    part = QUESTIONS["what-recycling-is-worth"].parts("car-seat")[0]
    before = ran_pair(0, 0, names=("as it is", "back"))
    won = np.array([[5.0, 6.0, 7.0], [9.0, 8.0, 13.0]])  # 12 more ...
    back = np.array([[0.0, 0.0, 0.0], [20.0, 20.0, 20.0]])  # ... of 60 that ran another lap
    parts = {part.measure: (won, np.ones_like(won)), part.per: (back, np.full_like(back, 100.0))}
    (rate,) = rates(part, replace(before, parts=parts))
    assert rate.policy == "back" and rate.value == pytest.approx(12 / 60)
    assert rate.low < rate.value < rate.high


@pytest.mark.parametrize("name", QUESTIONS)
def test_any_market_can_be_asked_about(name: str, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('kind = "market"\nextends = "web-leads"\ntitle = "Ours"\n', encoding="utf-8")
    for part in QUESTIONS[name].parts(str(own)):
        assert part.family.only(*(choice.name for choice in part.family.choices[:2])).scenarios
        for one in part.conditions:
            assert part.family.only(one.choice).under(*one.settings).scenarios


class TestFamilies:
    family = Family("olist", None, (Choice("as it is"), Choice("two", ("team.reps.count=2",))), SHORT)

    def test_what_is_shared_is_run_once(self) -> None:
        told: list[tuple[int, int]] = []
        runs = ran(
            [self.family, self.family.only("two", "as it is")], 2, progress=lambda *done: told.append(done)
        )
        assert told[-1] == (4, 4)
        first, second = (run.parts["closed_won_count"][0] for run in runs)
        assert (first == second[::-1]).all()

    def test_one_replication_is_not_enough(self) -> None:
        with pytest.raises(ValueError, match="two replications"):
            ran([self.family], 1)

    def test_a_choice_may_be_a_policy(self) -> None:
        family = Family("olist", "today", (Choice("as today"), Choice("other", policy="patient")))
        assert [one.policy.name for one in family.scenarios] == ["today", "patient"]

    def test_a_wrong_setting_is_named(self) -> None:
        with pytest.raises(InvalidInput, match="nonsense"):
            _ = self.family.under("team.nonsense=1").scenarios

    def test_conditions_are_added_to_what_holds(self) -> None:
        assert self.family.under("team.reps.count=9").scenarios[0] == Scenario.load(
            "olist", None, (*SHORT, "team.reps.count=9")
        )
