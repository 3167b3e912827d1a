"""Machine code that was kept is used as it is, if it is whole; what it raises reaches Python."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.engine.compiled import DEBUG, entry
from sim.engine.machine_code import MachineCode, keep, kept, kind_of
from sim.engine.tables import new_table

PAIR = np.dtype([("first", "f8"), ("second", "i8")], align=True)
CODE = MachineCode("a_function", "int64", b"\x7fELF and more\n of it")


class Pair(NamedTuple):
    left: Any
    right: Any


@entry
def added(pair: Any, number: int, share: float, yes: bool, numbers: Any) -> float:
    pair.left.second += 1
    return pair.left.first + pair.right.first + number + share + (100.0 if yes else 0.0) + numbers[1, 2]


@entry
def is_over(x: float) -> bool:
    return x > 1.0


@entry
def refuses(x: float) -> int:
    if x > 1.0:
        raise ValueError("too much")
    return 7


def test_numbers_records_and_arrays_arrive() -> None:
    table = new_table(PAIR, 2)
    table.first = (0.5, 0.25)
    numbers = np.arange(6.0).reshape(2, 3)
    pair = Pair(table[:1][0], np.array(table)[1])  # a record of a table, and one that lies alone
    for _ in range(2):
        assert added(pair, 10, 0.125, True, numbers) == 0.5 + 0.25 + 10 + 0.125 + 100 + 5.0
    assert added(pair, 10, 0.125, False, np.asfortranarray(numbers)) == 15.875
    assert table.second.tolist() == [3, 0]


def test_answers_of_yes_or_no_are_those_of_python() -> None:
    assert is_over(2.0) is True and is_over(1.0) is False


def test_what_compiled_code_raises_reaches_python() -> None:
    assert refuses(1.0) == 7
    for _ in range(2):
        with pytest.raises(ValueError, match="too much"):
            refuses(2.0)


@pytest.mark.skipif(DEBUG, reason="nothing is compiled")
def test_a_value_that_compiled_code_cannot_take() -> None:
    with pytest.raises(TypeError, match="not str"):
        refuses("2.0")  # type: ignore[arg-type]


def test_threads_may_call_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(refuses, [0.5] * 40)) == [7] * 40


def test_kinds_tell_apart_what_needs_other_machine_code() -> None:
    table = new_table(PAIR, 3)
    values = [
        1,
        1.0,
        True,
        np.uint64(1),
        table,
        table[0],
        table[::2],
        np.zeros(2),
        np.zeros((2, 2)),
        (1, 1.0),
    ]
    kinds = [kind_of(value) for value in values]
    assert len(set(kinds)) == len(values) == len({repr(kind) for kind in kinds})
    assert kind_of(table[0]) == kind_of(table[2]) and kind_of(np.zeros(2)) == kind_of(np.zeros(9))


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    keep(tmp_path, "loop.run", ("float",), CODE)
    assert kept(tmp_path, "loop.run", ("float",)) == CODE
    assert kept(tmp_path, "loop.run", ("int",)) is None and kept(tmp_path, "loop.walk", ("float",)) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[:20],
        lambda _: b"",
        lambda whole: whole.replace(b"more", b"less"),
    ],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    keep(tmp_path, "loop.run", None, CODE)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert kept(tmp_path, "loop.run", None) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    keep(tmp_path / "missing", "loop.run", None, CODE)
    assert kept(tmp_path / "missing", "loop.run", None) is None


@pytest.mark.skipif(DEBUG, reason="nothing is compiled")
def test_arguments_by_name_are_refused() -> None:
    with pytest.raises(TypeError, match="by place"):
        refuses(x=1.0)
