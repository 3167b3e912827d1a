"""Asking a person for a decision, and turning the answer into the number that the engine takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np

from sim.agents.buyer import Buyer
from sim.agents.people import Marketer, Person, Rival, SalesRep, Waiting
from sim.events.routing import routed_rep
from sim.vocabulary import Decision, Triage

if TYPE_CHECKING:
    from sim.model import Relay

__all__ = ["SOCKETS", "WrongAnswer", "answer_to"]

SOCKETS: Final[dict[Decision, tuple[type[Person], str]]] = {
    Decision.HANDS_OVER: (Marketer, "hands_over"),
    Decision.PICKS_REP: (Marketer, "picks_rep"),
    Decision.ACCEPTS: (SalesRep, "accepts"),
    Decision.PICKS_NEXT: (SalesRep, "picks_next"),
    Decision.ENGAGES: (Rival, "engages"),
}
"""Every decision that can be overridden: the class that makes it and its method."""

_WORDS = {"take": Triage.TAKE, "reject": Triage.REJECT, "ignore": Triage.IGNORE}
_YES_OR_NO = "True or False"


class WrongAnswer(ValueError):
    """An overridden decision was answered with something that means nothing; the message says what may be."""


def _refuse(person: Person, method: str, answer: object, allowed: str) -> NoReturn:
    hint = " (is a return missing?)" if answer is None else ""
    where = f"{type(person).__module__}.{type(person).__qualname__}.{method}"
    day = f"{person.model.now:.3f}"
    raise WrongAnswer(f"{where} of {person.name} answered {answer!r} on day {day}{hint}; allowed: {allowed}")


def _yes(person: Person, method: str, answer: object) -> int:
    if not isinstance(answer, bool | np.bool_):
        _refuse(person, method, answer, _YES_OR_NO)
    return int(answer)


def _marketer_of(model: Relay, row: int) -> Marketer:
    """The marketer of the buyer's journey."""
    return model.marketers[model.buyer_columns["journey"][row] % len(model.marketers)]


def _hands_over(model: Relay, row: int) -> int:
    marketer = _marketer_of(model, row)
    return _yes(marketer, "hands_over", marketer.hands_over(model.buyer_in(row)))


def _picks_rep(model: Relay, row: int) -> int:
    marketer = _marketer_of(model, row)
    answer = marketer.picks_rep(model.buyer_in(row), list(model.reps))
    routed_rep(model.world, row)  # the round-robin moves on, whoever decided
    if answer is None:
        return -1
    if not (isinstance(answer, SalesRep) and answer.model is model and model.reps[answer.index] is answer):
        _refuse(marketer, "picks_rep", answer, "one of the reps, or None for the common queue")
    return int(answer.index)


def _accepts(model: Relay, row: int) -> int:
    rep = model.reps[model.remembered["asked_rep"][0]]
    answer = rep.accepts(model.buyer_in(row))
    if isinstance(answer, bool | np.bool_):
        return int(Triage.TAKE if answer else Triage.REJECT)
    if not (isinstance(answer, str) and answer in _WORDS):
        _refuse(rep, "accepts", answer, 'True or "take", False or "reject", "ignore"')
    return int(_WORDS[answer])


def _picks_next(model: Relay, row: int) -> int:
    rep = model.reps[model.remembered["asked_rep"][0]]
    waiting = Waiting(model, model.rep_columns["queue"][rep.index], model.remembered["pool"][0])
    answer = rep.picks_next(waiting)
    if answer is None:
        return -1
    if not (isinstance(answer, Buyer) and answer.model is model and answer.is_here and rep.may_take(answer)):
        _refuse(rep, "picks_next", answer, "one of the buyers who wait, or None to stay idle")
    return answer.row


def _engages(model: Relay, row: int) -> int:
    rival = model.rivals[model.remembered["asked_rival"][0]]
    return _yes(rival, "engages", rival.engages(model.buyer_in(row)))


_ASKING: dict[int, Callable[[Any, int], int]] = {
    Decision.HANDS_OVER: _hands_over,
    Decision.PICKS_REP: _picks_rep,
    Decision.ACCEPTS: _accepts,
    Decision.PICKS_NEXT: _picks_next,
    Decision.ENGAGES: _engages,
}


def answer_to(model: Relay, decision: int) -> int:
    """Ask whoever has to make the pending decision.

    Args:
        model: A run whose engine waits for a decision.
        decision: Which, numbered by `Decision`.

    Returns:
        The answer as the engine's number.

    Raises:
        WrongAnswer: If the answer is none of those allowed.
    """
    return _ASKING[decision](model, model.remembered["asked_row"][0])
