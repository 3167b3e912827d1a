"""From words to numbers, for people and their pay."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from sim.engine.draws import exponential_quantile, lognormal_quantile, luck, uniform
from sim.engine.tables import new_table
from sim.events.levers import copy_fields
from sim.events.numbers import FACTS
from sim.events.rows import MARKETER, REP
from sim.rules.people import experience, ramped_skill
from sim.rules.trust import kept_weight
from sim.scenario import Scenario
from sim.vocabulary import Entity, Fact, Purpose, word

LONG_AGO = -1e9


def marketer_table(scenario: Scenario, firms: Any) -> Any:
    """The marketers, who expect at the start to reach their first target."""
    table = new_table(MARKETER, scenario.team.marketers.count)
    for m in table:
        m.regard = scenario.team.learning.regard_rate
        m.flow = 0.0 if firms[0].target == inf else firms[0].target / firms[0].period_days
    return table


def set_people(p: Any, scenario: Scenario) -> None:
    """What people learn, how long they stay and how they grow."""
    learning, reps = scenario.team.learning, scenario.team.reps
    p.marketers = scenario.team.marketers.count
    p.learns = 0 if learning.trust_memory is None else 1
    p.trust_kept = 1.0 if learning.trust_memory is None else kept_weight(learning.trust_memory)
    copy_fields(p, learning, "trust_strength regard_rate withhold_rate dispute_hours spite_shift")
    p.performance_days = learning.performance_days
    p.follow_up_days = learning.follow_up_target_days
    copy_fields(p, reps, "trust_rate novice_rate vacancy_days skill_spread specialist_edge")
    p.ramp_days = inf if reps.ramp_days is None else reps.ramp_days
    p.tenure_days = inf if reps.tenure_days is None else reps.tenure_days
    p.turns_over = 0 if reps.tenure_days is None else 1
    if reps.handover_medium is not None:
        medium = scenario.team.media[reps.handover_medium]
        p.lossy_handover = 1
        for fact in range(FACTS):
            p.handover_retention[fact] = 0.0 if word(Fact(fact)) in medium.loses else medium.retention


def rep_table(scenario: Scenario, seed: int, p: Any) -> Any:
    """The reps on the first day of the run: how skilled each is, what it is good at, and when it will leave."""
    team = scenario.team.reps
    reps = new_table(REP, team.count)  # filled by columns, which for twenty reps takes a third of the time
    lucks = [luck(seed, Entity.REP, number) for number in range(team.count)]
    reps.number[:] = range(team.count)
    reps.luck[:] = lucks
    reps.trust[:] = team.trust_rate
    reps.queue[:] = reps.current[:] = -1
    reps.due[:] = reps.leaves_day[:] = inf
    reps.hired_day[:] = reps.practised_day[:] = LONG_AGO
    reps.experience[:] = 1.0
    reps.full_skill[:] = [
        lognormal_quantile(uniform(one, Purpose.SKILL, 0), 1.0, team.skill_spread) for one in lucks
    ]
    reps.skill[:] = reps.full_skill
    calling = np.array([uniform(one, Purpose.CALLING, 0) for one in lucks])
    reps.edge[calling >= 1.0 - team.farmer_rate] = -team.hunter_edge
    reps.edge[calling < team.hunter_rate] = team.hunter_edge
    if p.turns_over:
        for r in reps:
            _join_midway(r, p)
    return reps


def _join_midway(r: Any, p: Any) -> None:
    """A seat that has always been turning over: how long its holder has been here is exponential too."""
    r.hired_day = -p.tenure_days * exponential_quantile(uniform(r.luck, Purpose.EXPERIENCE, 0))
    r.leaves_day = p.tenure_days * exponential_quantile(uniform(r.luck, Purpose.TENURE, 0))
    r.experience = experience(-r.hired_day, p.ramp_days)
    r.skill = ramped_skill(r.full_skill, p.novice_rate, r.experience)
