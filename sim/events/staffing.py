"""From words to numbers, for people and their pay."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.engine.draws import exponential_quantile, uniform
from sim.engine.tables import new_table
from sim.events.levers import copy_fields
from sim.events.numbers import FACTS
from sim.events.rows import MARKETER
from sim.rules.people import experience, ramped_skill
from sim.rules.trust import kept_weight
from sim.scenario import Scenario
from sim.vocabulary import Fact, Purpose, word

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


def set_career(r: Any, scenario: Scenario, p: Any) -> None:
    """How far a rep has come on the first day of the run, what it is good at, and when it will leave."""
    reps = scenario.team.reps
    r.full_skill = r.skill
    r.experience = 1.0
    r.hired_day = LONG_AGO
    r.practised_day = LONG_AGO
    r.leaves_day = inf
    calling = uniform(r.luck, Purpose.CALLING, 0)
    if calling < reps.hunter_rate:
        r.edge = reps.hunter_edge
    elif calling >= 1.0 - reps.farmer_rate:
        r.edge = -reps.hunter_edge
    if p.turns_over:
        # A seat that has always been turning over: how long its holder has been here is exponential too.
        r.hired_day = -p.tenure_days * exponential_quantile(uniform(r.luck, Purpose.EXPERIENCE, 0))
        r.leaves_day = p.tenure_days * exponential_quantile(uniform(r.luck, Purpose.TENURE, 0))
        r.experience = experience(-r.hired_day, p.ramp_days)
        r.skill = ramped_skill(r.full_skill, p.novice_rate, r.experience)
