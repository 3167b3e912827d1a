"""When do more leads mean fewer sales?"""

from __future__ import annotations

from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import sorted_told
from sim.scenario import Scenario

__all__ = ["QUESTION"]

TODAY, DOUBLE = "leads as today", "twice the leads"
TIMES = {
    "half the leads": 0.5,
    "one and a half times the leads": 1.5,
    DOUBLE: 2.0,
    "three times the leads": 3.0,
}
POLICIES = {"olist": "call-desk", "web-leads": "recycle"}


def parts(market: str) -> tuple[Part, ...]:
    """The same staff with fewer and with more leads."""
    scenario = Scenario.load(market)
    arrivals, reps = scenario.market.demand.arrivals_per_day, scenario.team.reps.count
    choices = [Choice(TODAY, (), 1.0)]
    choices += [
        Choice(name, (f"market.demand.arrivals_per_day={arrivals * times:g}",), times)
        for name, times in TIMES.items()
    ]
    family = Family(market, POLICIES.get(market, "recycle"), tuple(choices))
    conditions = tuple(
        Condition(said, settings, DOUBLE, TODAY)
        for said, settings in (
            ("new leads called first", ('policy.order="new-first"',)),
            ("twice the reps as well", (f"team.reps.count={2 * reps}",)),
            ("reps who give a buyer up after three meetings", ("team.tasks.max_meetings=3",)),
            ("marketing that sees how much sales has to do",
             ("policy.organisation.mechanisms.joint_planning.intensity=1",)),
        )
    )  # fmt: skip
    axis = "leads, in multiples of what the market has today"
    volume = Part(
        "leads",
        "With the same reps, what do more leads do to customers won?",
        family,
        "closed_won_count",
        lambda comparison, currency: sorted_told(comparison, "More customers", "Fewer customers", currency),
        conditions,
        axis,
    )
    wait = Part(
        "wait",
        "How long does a lead then wait for its first call?",
        family,
        "speed_to_lead_mean_days",
        lambda comparison, currency: sorted_told(comparison, "Shorter", "Longer", currency),
        (),
        axis,
        drawn=False,
    )
    return (volume, wait)


QUESTION = Question(
    "when-more-leads-mean-fewer-sales",
    "When do more leads mean fewer sales?",
    "A campaign brings more leads of the same kind, and the number of reps stays as it is. T7.11 reports campaigns that "
    "hurt later sales where capacity was short.",
    {
        "olist": "a desk that is busy, serves leads in the order they came, and keeps calling",
        "web-leads": "a desk that is full already, with leads that go back",
    },
    parts,
    {"olist": 8, "web-leads": 6},
    (
        "added leads are of the same quality as those the market has today",
        "nobody is hired or let go meanwhile",
    ),
)
