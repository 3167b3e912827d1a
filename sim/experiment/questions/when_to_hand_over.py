"""When should marketing hand over, and when should sales start to move?"""

from __future__ import annotations

from sim.experiment.intervals import Comparison
from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import best_told, sorted_told
from sim.scenario import Scenario

__all__ = ["QUESTION"]

AT_ONCE, BY_DATE = "at the first raised hand", "only when the date is near"
OPENING, EARLY, LATE = "where the zone opens", "0.3 early", "0.3 late"
NEVER, AHEAD = "nobody is told ahead", "told 0.1 ahead"
BY_SCORE = 'policy.triggers=["score"]'
SHIFTS = {
    "0.45 early": -0.45, EARLY: -0.3, "0.15 early": -0.15, "0.15 late": 0.15, LATE: 0.3, "0.45 late": 0.45,
    "0.6 late": 0.6,
}  # fmt: skip

# The policy that choices start from, and what makes the aim the thing that decides.
STARTS = {
    "olist": ("call-desk", (BY_SCORE,)),
    "car-seat": ("patient", ()),
    "considered": ("patient", (BY_SCORE, "team.reps.count=30")),
}
USUAL_START = ("patient", (BY_SCORE,))

# Where the scale ends: what marketing does when the aim no longer decides, and why more of it changes nothing.
ENDS = {
    "olist": (
        Choice(AT_ONCE, ('policy.triggers=["score", "hand-raise"]',)),
        "Still earlier is not possible: every form is a raised hand, so nearly all are let go on arrival, and what a pass "
        "before the zone costs is less than what waiting does.",
    ),
    "car-seat": (
        Choice(BY_DATE, ('policy.triggers=["deadline"]',)),
        "Still later changes nothing: hardly anybody reaches such an aim, and the date alone decides.",
    ),
}


def parts(market: str) -> tuple[Part, ...]:
    """Where to let go, when to tell sales, and what that does to the answer's speed."""
    policy, settings = STARTS.get(market, USUAL_START)
    places = [Choice(OPENING, ("policy.aim.shift=0",), 0.0)]
    places += [Choice(name, (f"policy.aim.shift={shift}",), shift) for name, shift in SHIFTS.items()]
    if market in ENDS:
        places.append(ENDS[market][0])
    starts = [Choice(NEVER, ('policy.checkmark="never"',))]
    starts += [
        Choice(f"told {ahead:g} ahead", (f"policy.checkmark={ahead}",), ahead) for ahead in (0.1, 0.2, 0.3)
    ]
    started = Family(market, policy, tuple(starts), settings)
    reps = Scenario.load(market, policy, settings).team.reps.count
    roomy = (f"team.reps.count={4 * reps}", "policy.prepare_hours=4", "team.reps.stale_days=365")
    return (
        Part(
            "aim",
            "Where on the track should marketing let go?",
            Family(market, policy, tuple(places), settings),
            "closed_won_count",
            lambda comparison, currency: _place_told(market, comparison, currency),
            _aim_conditions(market, reps),
            "position at which marketing lets go, against the opening of the zone",
        ),
        Part(
            "start",
            "How far ahead should sales be told, so that a rep gets ready?",
            started,
            "closed_won_count",
            lambda comparison, currency: sorted_told(
                comparison, "Telling sales ahead pays", "Telling sales ahead costs customers", currency
            ),
        ),
        Part(
            "first call",
            "Does telling sales ahead bring the first call sooner?",
            started,
            "speed_to_lead_mean_days",
            lambda comparison, currency: sorted_told(
                comparison, "The first call comes sooner", "The first call comes later", currency
            ),
            (Condition("four times the reps, and half a day's preparation that keeps", roomy, AHEAD, NEVER),),
            drawn=False,
        ),
    )


def _place_told(market: str, comparison: Comparison, currency: str) -> str:
    """The best place; and, where the end of the scale is as good as the best, why it goes no further."""
    text = best_told(comparison, currency)
    if market not in ENDS:
        return text
    end, why = ENDS[market]
    best = max(comparison.estimates, key=lambda one: one.value).policy
    same = best == end.name or comparison.between(best, end.name).finding != "settled"
    return f"{text} {why}" if same else text


def _aim_conditions(market: str, reps: int) -> tuple[Condition, ...]:
    """Fewer reps, more reps; and, where there is a date, marketing that lets buyers come of themselves."""
    fewer, more = max(1, reps // 2), 2 * reps
    tested = EARLY if market == "olist" else LATE
    few = Condition(f"{fewer} rep{'s' if fewer > 1 else ''} instead of {reps}", (f"team.reps.count={fewer}",),
                    tested, OPENING)  # fmt: skip
    many = Condition(f"{more} reps instead of {reps}", (f"team.reps.count={more}",), tested, OPENING)
    if market != "car-seat":
        return (few, many)
    still = (BY_SCORE, 'policy.nurture.cadence_days="never"')
    quiet = "marketing that sends nothing of its own accord and does not look at the date"
    return (few, many, Condition(quiet, still, tested, OPENING))


QUESTION = Question(
    "when-to-hand-over",
    "When should marketing hand a buyer over, and when must sales start to move?",
    "Every journey has a stretch of track, its zone, in which a buyer can be passed. Marketing does not see where a "
    "buyer is, it sees a score, and it aims the pass at a place on that score. The same buyers are handed over "
    "earlier and later, and sales is told of them more or less far ahead. Places are shares of the track, which is 1 long.",
    {
        "olist": "forms that call for a call: each lead has raised a hand",
        "car-seat": "a fixed date, the birth, before which nobody buys",
        "considered": "a long journey with neither; with 30 reps, so that queues do not hide the place of the pass",
    },
    parts,
    {"olist": 16, "car-seat": 24, "considered": 24},
    ("customers won count alike, whatever they spend",),
)
