"""When does alignment hurt?"""

from __future__ import annotations

from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import sorted_told

__all__ = ["QUESTION"]

APART, TOGETHER = "paid apart", "paid alike"
JOINT = "policy.organisation.mechanisms.joint_compensation"
UNCHECKED = (
    "policy.triage.tracking_rate=0.1",
    "policy.triage.ignore_rate=0.7",
    'policy.breach="nothing"',
    'policy.response_target="none"',
)
LAYERS = {
    "one process": "today+aligned-process",
    "one measure": "today+aligned-measurement",
    "shared information": "today+aligned-information",
    "all three": "today+aligned-process+aligned-measurement+aligned-information",
}

# With the eight reps of the shipped market queues hide what is asked here.
STAFF = {"considered": ("team.reps.count=16",)}

# Between those who follow everything up and those who leave most leads to lie; and nobody waits for a rep.
BETWEEN = ("policy.triage.ignore_rate=0.25", "policy.triage.tracking_rate=0.1", 'policy.breach="nothing"')
ROOM = {"considered": ("team.reps.count=40",)}


def parts(market: str) -> tuple[Part, ...]:
    """Goals made alike, and the three presets of alignment over what most firms do."""
    shares = {"a quarter alike": 0.25, "half alike": 0.5, "three quarters alike": 0.75, TOGETHER: 1.0}
    choices = [Choice(APART, (f"{JOINT}.intensity=0",), 0.0)]
    choices += [Choice(name, (f"{JOINT}.intensity={share}",), share) for name, share in shares.items()]
    goals = Part(
        "pay",
        "What does it do to customers won if both are paid alike, more and more?",
        Family(market, "patient", tuple(choices), STAFF.get(market, ())),
        "closed_won_count",
        lambda comparison, currency: sorted_told(comparison, "Like pay helps", "Like pay hurts", currency),
        (
            Condition("nobody watching whether leads are followed up", UNCHECKED, TOGETHER, APART),
            Condition(
                "reps who work as hard for shared pay as for their own",
                (f"{JOINT}.free_riding=0",),
                TOGETHER,
                APART,
            ),
            Condition(
                "people who mind later quarters all the same", (f"{JOINT}.short_sight=0",), TOGETHER, APART
            ),
        ),
        "share of pay that is alike",
    )
    between = Part(
        "pay between",
        "And where a quarter of the leads is left to lie?",
        Family(market, "patient", tuple(choices), (*BETWEEN, *ROOM.get(market, ()))),
        "closed_won_count",
        lambda comparison, currency: sorted_told(comparison, "Like pay helps", "Like pay hurts", currency),
        scale="share of pay that is alike",
    )
    layered = tuple(Choice(name, policy=policy) for name, policy in LAYERS.items())
    presets = Part(
        "alignments",
        "And alignment of process, of measurement, of information?",
        Family(market, "today", (Choice("as today"), *layered), STAFF.get(market, ())),
        "closed_won_count",
        lambda comparison, currency: sorted_told(comparison, "Helps", "Hurts", currency),
        (),
    )
    return (goals, between, presets)


QUESTION = Question(
    "when-alignment-hurts",
    "When does alignment hurt?",
    "Like goals make reps follow leads up, make everybody look at this quarter only, and leave each a part of what its "
    "own effort earns (T7.14). T7.5 reports that gaps of "
    "knowledge harm while some tension of goals helps. Both departments are paid by this quarter's revenue, more and "
    "more of it, where marketing is patient and follow-up assured, and then the three alignments (process, "
    "measurement, information) are laid over what most do.",
    {
        "considered": "long journeys that somebody must feed; with 16 reps, so that queues do not hide it",
        "car-seat": "a purchase months ahead, which this quarter's pay does not reward",
    },
    parts,
    {"considered": 24, "car-seat": 24},
    ("how short-sighted like pay makes people (T7.5), and how idle (T7.14), are assumptions of the model",),
)
