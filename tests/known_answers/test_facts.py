"""After n passes through a medium of retention q, a fact is still there with probability q^n."""

from __future__ import annotations

import pytest

from sim.experiment.known_answers import passes
from sim.experiment.known_answers.passes import PASSES, PUBLISHED


@pytest.mark.parametrize("medium", list(PUBLISHED))
def test_facts_after_n_passes(agreement, medium) -> None:
    agreement.all_of(passes.after_passes(medium), sharpness=0.4)
    retention, published = PUBLISHED[medium]
    assert abs(retention**PASSES - published) < 0.001  # T6.1, given in tenths of a percent


@pytest.mark.parametrize("medium", list(PUBLISHED))
def test_facts_after_the_pass_from_marketing(agreement, medium) -> None:
    agreement.all_of([passes.after_the_pass(medium)])


def test_a_record_decays_by_its_yearly_share(agreement) -> None:
    agreement.all_of([passes.after_years()])
