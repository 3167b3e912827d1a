"""The sprint law, and a race without luck against its closed form."""

from __future__ import annotations

from math import exp

from sim.engine.draws import seed_of
from sim.events.athletes import run_race
from sim.experiment.known_answers.answer import Answer, exactly
from sim.rules.exchange import readiness
from sim.rules.relay import ideal_saving_seconds, saving_seconds
from sim.rules.track import rise_days
from sim.scenario.athletes import Race

__all__ = ["AIMS", "SETS", "SPLITS", "answers", "approximation", "race_seconds", "race_without_luck"]

SPLITS = (1.87, 2.89, 3.82, 4.70, 5.56, 6.41, 7.27, 8.13, 9.00, 9.88)
"""Seconds at each ten metres of a 100 m final. Source: T9.8."""

SETS = {"keller": (10.9, 0.892), "bolt": (12.11, 1.39), "fitted": (11.65, 1.18)}
"""Top speed in m/s and time constant in s. Source: T9.6, T9.7, T9.9."""

TOP, TAU = SETS["fitted"]
REACTION, REACH = 0.15, 1.0
AIMS = (5.0, 10.0, 15.0)


def race_without_luck(aim: float) -> Race:
    """Four equal runners, no noise, the pass aimed at a place of the zone."""
    return Race.model_validate(
        {
            "runners": {
                "speed_spread": 0.0,
                "form_spread": 0.0,
                "reaction_spread": 0.0,
                "tired_pace_rate": 1.0,
            },
            "exchange": {"go_mark_noise_metres": 0.0, "aim_metres": aim, "ease_before_metres": 0.0},
        }
    )


def approximation() -> float:
    """How far the closed forms are off, in seconds per exchange.

    They take incoming runners at top speed; at the go-mark, after at least six seconds, they lack
    exp(-6 / tau) of it, over less than the 30 m of mark and zone.
    """
    return 30.0 / TOP * exp(-6.0 / TAU)


def race_seconds(aim: float) -> float:
    """Reaction, 400 m less three reaches at full speed, four standing starts, less three savings."""
    run_up = rise_days(0.0, 0.0, TOP, TAU, aim)
    saved = TAU * (1 - exp(-run_up / TAU))
    return REACTION + (400.0 - 3 * REACH) / TOP + 4 * TAU - 3 * saved


def answers(replications: int = 1) -> list[Answer]:
    """The law against measured times, and the race against the law.

    Args:
        replications: Not used: there is no chance in it.

    Returns:
        The comparisons.
    """
    name = "sprint law"
    misses = [0.10 + rise_days(0.0, 0.0, TOP, TAU, 10.0 * (k + 1)) - split for k, split in enumerate(SPLITS)]
    error = (sum(miss * miss for miss in misses) / len(misses)) ** 0.5
    found = [
        exactly(
            name, "seconds between law and ten measured splits, root mean square", error, 0.012, 0.0055,
            "T9.9, rounded; splits have two digits",
        )
    ]  # fmt: skip
    for key, published in (("keller", 0.89), ("fitted", 1.18), ("bolt", 1.39)):
        top, tau = SETS[key]
        flying = rise_days(0.0, 0.0, top, tau, 100.0) - 100.0 / top
        what = f"seconds that a flying start is worth, constants {key}"
        found.append(exactly(name, what, flying, published, 0.0051, "T9.11, rounded"))
    for metres in (10.0, 20.0):
        run_up = rise_days(0.0, 0.0, TOP, TAU, metres)
        saved = saving_seconds(metres, readiness(TOP, run_up, TAU), TOP, TAU, metres / TOP)
        what = f"seconds saved by a pass {metres:g} m into the run"
        found.append(exactly(name, what, saved, ideal_saving_seconds(run_up, TAU), 1e-11, "rounding"))
    for aim in AIMS:
        lap = run_race(race_without_luck(aim), seed_of(0, 0))
        what = f"seconds of a race without luck, passes at {aim:g} m"
        why = "incoming runners lack exp(-6 s / tau) of top speed"
        found.append(exactly(name, what, lap.race_seconds, race_seconds(aim), 3 * approximation(), why))
    return found
