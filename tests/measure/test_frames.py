from __future__ import annotations

import pytest

from sim.measure.frames import FRAMES, KEYS, column_names, describe, empty_frame, missing_columns
from sim.vocabulary import Outcome, words


@pytest.mark.parametrize("name", FRAMES)
def test_every_column_is_documented_once(name):
    table = describe(name)
    assert list(table["column"]) == list(column_names(name))
    assert table["column"].is_unique
    assert tuple(table["column"][: len(KEYS)]) == KEYS
    assert (table["meaning"].str.len() > 10).all()


@pytest.mark.parametrize("name", FRAMES)
def test_units_follow_from_the_endings_of_names(name):
    endings = {"_day": "days", "_days": "days", "_rate": "share", "_value": "money", "_hours": "hours"}
    for column in FRAMES[name]:
        if column.name.endswith("_per_day"):
            assert column.unit.endswith("per day"), column.name
            continue
        for ending, unit in endings.items():
            if column.name.endswith(ending):
                assert column.unit == unit, column.name


@pytest.mark.parametrize("name", FRAMES)
def test_an_empty_frame_has_the_documented_dtypes(name):
    frame = empty_frame(name)
    assert len(frame) == 0
    assert {c: str(d) for c, d in frame.dtypes.items()} == {c.name: c.dtype for c in FRAMES[name]}


def test_closed_lists_of_words_come_from_the_vocabulary():
    assert tuple(empty_frame("exchanges")["outcome"].cat.categories) == words(Outcome)


def test_missing_columns_are_named_in_order():
    frame = empty_frame("deals").drop(columns=["lap", "hours"])
    assert missing_columns("deals", frame) == ("lap", "hours")
    assert missing_columns("deals", empty_frame("deals")) == ()


def test_an_unknown_frame_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'buyers'"):
        describe("buyer")
