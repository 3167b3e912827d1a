"""The reps' queue on a round-the-clock calendar is the queue of the textbooks."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np

from sim.experiment.known_answers.answer import Answer, exactly, over_replications
from sim.experiment.known_answers.bare import Finished, bare, ran
from sim.rules.demand import MONTH_DAYS
from sim.scenario import Scenario

__all__ = ["answers", "erlang_a", "erlang_c", "impatience", "little", "utilisation", "waiting"]

HOURS = 24.0
COUNTED_DAYS = 1000.0
PATIENT = ((1, 0.5), (1, 0.8), (3, 0.6), (3, 0.85))
"""Servers and load per server of the queues in which nobody gives up."""

IMPATIENT = ((1, 0.9, 0.5), (3, 1.2, 1.0))
"""Servers, load per server and rate of leaving, per mean service time, of those in which callers do."""


def erlang_c(servers: int, load: float) -> tuple[float, float]:
    """Chance of waiting in M/M/c and the mean wait in mean service times.

    Args:
        servers: Servers, c.
        load: Arrivals per mean service time, below c.

    Returns:
        Probability, and mean wait of all.
    """
    tail = load**servers / factorial(servers) * servers / (servers - load)
    waits = tail / (sum(load**k / factorial(k) for k in range(servers)) + tail)
    return waits, waits / (servers - load)


def erlang_a(servers: int, load: float, leaving: float) -> tuple[float, float, float]:
    """M/M/c+M by the stationary law of the birth-and-death chain.

    Args:
        servers: Servers, c.
        load: Arrivals per mean service time.
        leaving: Rate of leaving the queue, per mean service time.

    Returns:
        Chance of waiting, of leaving, and mean time in the queue in mean service times.
    """
    weights = [1.0]
    for n in range(1, 2000):
        weights.append(weights[-1] * load / (min(n, servers) + max(n - servers, 0) * leaving))
    p = np.array(weights) / np.sum(weights)
    queue = float(np.sum(np.maximum(np.arange(len(p)) - servers, 0) * p))
    return float(p[servers:].sum()), leaving * queue / load, queue / load


def queue_of(servers: int, load: float, **market: Any) -> Scenario:
    """Leads handed over on arrival to `servers` reps whose one attempt takes an exponential hour."""
    return bare(
        market={"demand": {"arrivals_per_day": load * HOURS, "ceiling": 1.0}, **market},
        team={"reps": {"count": servers}, "tasks": {"attempt": 1.0, "duration_law": "exponential"}},
        horizon={"warmup_days": 60.0, "counted_days": COUNTED_DAYS, "follow_up_days": 60.0},
    )


def _waits(run: Finished) -> tuple[float, float, float]:
    """Mean hours in the queue, share who waited, and share never attempted, in one run."""
    rows = run.exchanges
    return (
        float(rows.queue_days.mean() * HOURS),
        float((rows.queue_days > 0).mean()),
        float(np.isnan(rows.first_attempt_day).mean()),
    )


def waiting(servers: int, busy: float, replications: int) -> list[Answer]:
    """M/M/c: mean wait and chance of waiting.

    Args:
        servers: Reps.
        busy: Load per rep, below 1.
        replications: Runs.

    Returns:
        The comparisons.
    """
    scenario = queue_of(servers, servers * busy)
    hours, waited, never = zip(*(_waits(ran(scenario, n)) for n in range(replications)), strict=True)
    waits, mean = erlang_c(servers, servers * busy)
    name, case = "M/M/c waiting (Erlang C)", f"{servers} rep{'s' * (servers > 1)}, load {busy:g} each"
    return [
        over_replications(name, f"mean wait in service times, {case}", hours, mean),
        over_replications(name, f"share who wait, {case}", waited, waits),
        exactly(name, f"share never served, {case}", sum(never), 0.0, 0.0, "nobody may leave"),
    ]


def impatience(servers: int, busy: float, leaving: float, replications: int) -> list[Answer]:
    """M/M/c+M: who leaves, and how long the others wait.

    The purchase clock is exponential patience: who buys while waiting has left the queue. It also strikes
    during the talk, but the rep finishes the attempt all the same, so that who has left the queue is who was
    never attempted.

    Args:
        servers: Reps.
        busy: Load per rep.
        leaving: Rate of leaving, per mean service time.
        replications: Runs.

    Returns:
        The comparisons.
    """
    clock = {"ready_now_rate": 0.0, "hazard_per_month": leaving * HOURS * MONTH_DAYS}
    scenario = queue_of(servers, servers * busy, clock=clock)
    hours, waited, never = zip(*(_waits(ran(scenario, n)) for n in range(replications)), strict=True)
    waits, leaves, mean = erlang_a(servers, servers * busy, leaving)
    name = "M/M/c+M with impatience (Erlang A)"
    case = f"{servers} rep{'s' * (servers > 1)}, load {busy:g} each, leaving at {leaving:g}"
    return [
        over_replications(name, f"share who leave, {case}", never, leaves),
        over_replications(name, f"mean time in the queue in service times, {case}", hours, mean),
        over_replications(name, f"share who wait, {case}", waited, waits),
    ]


def utilisation(replications: int) -> list[Answer]:
    """The share of time that reps are busy is the load."""
    scenario = queue_of(3, 1.8)
    found = [
        float(ran(scenario, n).world.tables["reps"].busy_hours.sum() / (COUNTED_DAYS * HOURS * 3))
        for n in range(replications)
    ]
    return [over_replications("M/M/c waiting (Erlang C)", "share of time busy, 3 reps", found, 0.6)]


def little(busy: float) -> tuple[Answer, int]:
    """The time integral of batons in the air is the sum of their sojourns, clipped to each follow-up.

    Both sum the same spans in another order, so the bound is the rounding of instants alone.

    Args:
        busy: Load of the one rep; above 1 sojourns outlast the follow-up.

    Returns:
        The comparison, and how many sojourns were clipped.
    """
    run = ran(
        bare(
            market={"demand": {"arrivals_per_day": busy * HOURS}, "clock": {"hazard_per_month": 3.0}},
            team={"tasks": {"attempt": 1.0, "duration_law": "exponential"}},
            horizon={"warmup_days": 20.0, "counted_days": 60.0, "follow_up_days": 3.0},
        )
    )
    s, end = run.world.s, float(run.world.p.end_day)
    held = float(s.air_area + s.counted_in_air * (end - s.air_day))
    arrival = dict(zip(run.outcomes.number.tolist(), run.outcomes.arrival_day.tolist(), strict=True))
    clipped, sojourns = 0, []
    for row in run.exchanges:
        last = arrival[int(row.number)] + 3.0
        clipped += int(np.isnan(row.end_day) or row.end_day > last)
        sojourns.append(float(np.fmin(row.end_day, last) - row.let_go_day))
    # Each change of the count adds one product, count times span; the count is at most that of all batons.
    rounding = 2 * len(sojourns) * len(sojourns) * float(np.spacing(end))
    answer = exactly(
        "Little's law", f"buyer-days between marketing and sales, load {busy:g}", held, sum(sojourns),
        rounding, f"rounding of {len(sojourns):,} sojourns",
    )  # fmt: skip
    return answer, clipped


def answers(replications: int) -> list[Answer]:
    """All of the queue.

    Args:
        replications: Runs of each queue.

    Returns:
        The comparisons.
    """
    found = [one for case in PATIENT for one in waiting(*case, replications)]
    found += utilisation(replications)
    found += [one for case in IMPATIENT for one in impatience(*case, replications)]
    return [*found, little(0.7)[0], little(1.3)[0]]
