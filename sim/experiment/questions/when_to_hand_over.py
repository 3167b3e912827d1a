"""When should marketing hand over, and when should sales start to move?"""

from __future__ import annotations

from sim.experiment.questions.families import Choice, Family
from sim.experiment.questions.question import Condition, Part, Question
from sim.experiment.questions.wording import best_told, sorted_told
from sim.scenario import Scenario

__all__ = ["QUESTION"]

AT_ONCE, OPENING, EARLY, LATE = "at the first raised hand", "where the zone opens", "0.3 early", "0.3 late"
NEVER, AHEAD = "nobody is told ahead", "told 0.1 ahead"
BY_SCORE = 'policy.triggers=["score"]'
SHIFTS = {EARLY: -0.3, "0.15 early": -0.15, "0.15 late": 0.15, LATE: 0.3, "0.45 late": 0.45}

# The policy that choices start from, and what makes the aim the thing that decides.
STARTS = {"olist": ("call-desk", (BY_SCORE,)), "car-seat": ("patient", ())}
USUAL_START = ("patient", (BY_SCORE,))


def parts(market: str) -> tuple[Part, ...]:
    """Where to let go, when to tell sales, and what that does to the answer's speed."""
    policy, settings = STARTS.get(market, USUAL_START)
    places = [Choice(OPENING, ("policy.aim.shift=0",), 0.0)]
    places += [Choice(name, (f"policy.aim.shift={shift}",), shift) for name, shift in SHIFTS.items()]
    if market == "olist":
        places.append(Choice(AT_ONCE, ('policy.triggers=["score", "hand-raise"]',)))
    starts = [Choice(NEVER, ('policy.checkmark="never"',))]
    starts += [
        Choice(f"told {ahead:g} ahead", (f"policy.checkmark={ahead}",), ahead) for ahead in (0.1, 0.2, 0.3)
    ]
    started = Family(market, policy, tuple(starts), settings)
    reps = Scenario.load(market).team.reps.count
    roomy = (f"team.reps.count={4 * reps}", "policy.prepare_hours=4", "team.reps.stale_days=365")
    return (
        Part(
            "aim",
            "Where on the track should marketing let go?",
            Family(market, policy, tuple(places), settings),
            "closed_won_count",
            best_told,
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


def _aim_conditions(market: str, reps: int) -> tuple[Condition, ...]:
    """Fewer reps, more reps; and, where there is a date, marketing that lets buyers come of themselves."""
    fewer, more = max(1, reps // 2), 2 * reps
    tested = EARLY if market != "car-seat" else LATE
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
    },
    parts,
    {"olist": 16, "car-seat": 24},
    ("customers won count alike, whatever they spend",),
)
