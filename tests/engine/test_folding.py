"""Fields with known values: what they rule out is not compiled, and nothing else changes."""

from math import inf
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.engine.compiled import DEBUG, compiled, entry, knowing, known_fields
from sim.engine.tables import new_table

pytestmark = pytest.mark.skipif(DEBUG, reason="nothing is compiled")

SETTINGS = np.dtype([("switch", "i8"), ("rate", "f8"), ("limit", "f8"), ("other", "f8")], align=True)


class Everything(NamedTuple):
    s: Any


@knowing({"switch": 0, "rate": 0.0, "limit": inf})
class Little(NamedTuple):
    s: Any


class NoNumber:
    """Nothing that compiled code could deal with."""


NO_NUMBER = NoNumber()


@compiled
def cannot_be_compiled(w: Any) -> float:
    return float(NO_NUMBER.missing)  # type: ignore[attr-defined]


@compiled
def behind_a_switch(w: Any) -> float:
    if w.s.switch:
        return cannot_be_compiled(w)
    return float(w.s.other)


@compiled
def behind_a_sum(w: Any) -> float:
    if 2.0 * w.s.rate + w.s.switch <= 0.0 and not (w.s.switch and cannot_be_compiled(w)):
        return 1.0
    return cannot_be_compiled(w)


@compiled
def behind_a_limit(w: Any, x: float) -> float:
    other = w.s.other
    if w.s.limit < inf:
        other = cannot_be_compiled(w)
    return float(other * x)


@entry
def folded(w: Any) -> float:
    return behind_a_switch(w) + behind_a_sum(w) + behind_a_limit(w, 2.0)


@entry
def switched(w: Any, x: float) -> float:
    total = 0.0
    for number in range(3):
        if w.s.switch == 1 or w.s.rate > x:
            total += 10.0
        else:
            total += number * w.s.other
    return float(total if w.s.limit > x else -total)


def settings(**given: float) -> Any:
    s = new_table(SETTINGS, 1)[0]
    for name, value in given.items():
        setattr(s, name, value)
    return s


def test_what_is_ruled_out_is_not_even_looked_at():
    assert folded(Little(settings(other=3.0, limit=inf))) == 3.0 + 1.0 + 6.0


def test_without_known_values_it_would_have_been():
    with pytest.raises(Exception, match="NO_NUMBER"):
        folded(Everything(settings(other=3.0)))


def test_both_kinds_give_the_same_bits():
    s = settings(other=0.1, limit=inf)
    assert switched(Little(s), 0.5) == switched(Everything(s), 0.5) == 0.1 + 0.2


def test_fields_that_are_not_known_are_read():
    assert switched(Everything(settings(switch=1, limit=1.0)), 0.5) == 30.0
    assert switched(Everything(settings(rate=1.0, limit=0.0)), 0.5) == -30.0


def test_what_is_known_is_said_of_one_class_only():
    assert known_fields(Little) == {"switch": 0, "rate": 0.0, "limit": inf}
    assert known_fields(Everything) == known_fields(None) == {}
