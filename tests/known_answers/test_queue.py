"""The reps' queue on a round-the-clock calendar is the queue of the textbooks."""

from __future__ import annotations

import pytest

from sim.experiment.known_answers import queueing
from sim.experiment.known_answers.queueing import IMPATIENT, PATIENT, erlang_a, erlang_c

pytestmark = pytest.mark.statistical

REPLICATIONS = 24


@pytest.mark.parametrize(("servers", "busy"), PATIENT)
def test_waiting_is_erlangs_c(agreement, servers, busy) -> None:
    agreement.all_of(queueing.waiting(servers, busy, REPLICATIONS), sharpness=0.12)


@pytest.mark.parametrize(("servers", "busy", "impatience"), IMPATIENT)
def test_waiting_with_impatience_is_erlangs_a(agreement, servers, busy, impatience) -> None:
    agreement.all_of(queueing.impatience(servers, busy, impatience, REPLICATIONS), sharpness=0.05)


def test_utilisation_is_the_load(agreement) -> None:
    agreement.all_of(queueing.utilisation(REPLICATIONS), sharpness=0.02)


@pytest.mark.parametrize("busy", [0.7, 1.3])
def test_littles_law_is_an_identity(agreement, busy) -> None:
    answer, clipped = queueing.little(busy)
    agreement.all_of([answer], sharpness=1e-3)
    assert (clipped > 0) == (busy > 1), "clipping is under test only where the queue outgrows the follow-up"


def test_closed_forms_of_known_cases() -> None:
    """M/M/1 at load r: a share r waits, r / (1 - r) service times; impatience that hardly acts is no impatience."""
    assert erlang_c(1, 0.75) == (pytest.approx(0.75), pytest.approx(3.0))
    waits, leaves, mean = erlang_a(2, 1.2, 1e-9)
    assert (waits, mean) == (pytest.approx(erlang_c(2, 1.2)[0]), pytest.approx(erlang_c(2, 1.2)[1]))
    assert leaves == pytest.approx(0.0, abs=1e-8)
