"""The reps' queue on a round-the-clock calendar is the queue of the textbooks."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest

from sim.rules.demand import MONTH_DAYS

REPLICATIONS = 24
HOURS = 24.0


def erlang_c(servers: int, load: float) -> tuple[float, float]:
    """Chance of waiting in M/M/c and the mean wait in mean service times; `load` = arrivals x service."""
    tail = load**servers / factorial(servers) * servers / (servers - load)
    waits = tail / (sum(load**k / factorial(k) for k in range(servers)) + tail)
    return waits, waits / (servers - load)


def erlang_a(servers: int, load: float, impatience: float) -> tuple[float, float, float]:
    """Chance of waiting, of leaving the queue, and mean time in queue in M/M/c+M, in mean service times.

    `impatience` is the rate of leaving, per mean service time. Stationary law of the birth-and-death chain.
    """
    weights = [1.0]
    for n in range(1, 2000):
        weights.append(weights[-1] * load / (min(n, servers) + max(n - servers, 0) * impatience))
    p = np.array(weights) / np.sum(weights)
    queue = float(np.sum(np.maximum(np.arange(len(p)) - servers, 0) * p))
    return float(p[servers:].sum()), impatience * queue / load, queue / load


def queue_of(bare, servers, load, **changes):
    """Leads handed over on arrival to `servers` reps whose one attempt takes an exponential hour."""
    return bare(
        market={"demand": {"arrivals_per_day": load * HOURS, "ceiling": 1.0}, **changes},
        team={"reps": {"count": servers}, "tasks": {"attempt": 1.0, "duration_law": "exponential"}},
        horizon={"warmup_days": 60.0, "counted_days": 1000.0, "follow_up_days": 60.0},
    )


def waits_of(run) -> tuple[float, float, float]:
    """Mean hours in the queue, share who waited, and share never attempted, in one run."""
    rows = run.exchanges
    never = np.isnan(rows.first_attempt_day)
    return rows.queue_days.mean() * HOURS, (rows.queue_days > 0).mean(), never.mean()


@pytest.mark.parametrize(("servers", "busy"), [(1, 0.5), (1, 0.8), (3, 0.6), (3, 0.85)])
def test_waiting_is_erlangs_c(bare, ran, agreement, servers, busy) -> None:
    scenario = queue_of(bare, servers, servers * busy)
    hours, waited, never = zip(*(waits_of(ran(scenario, n)) for n in range(REPLICATIONS)), strict=True)
    waits, wait_hours = erlang_c(servers, servers * busy)
    agreement.over_replications(hours, wait_hours, 0.12)
    agreement.over_replications(waited, waits, 0.05)
    assert not any(never)


@pytest.mark.parametrize(("servers", "busy", "impatience"), [(1, 0.9, 0.5), (3, 1.2, 1.0)])
def test_waiting_with_impatience_is_erlangs_a(bare, ran, agreement, servers, busy, impatience) -> None:
    """The purchase clock is exponential patience: who buys while waiting has left the queue.

    The clock also strikes during the talk, but the rep finishes the attempt all the same, so that the
    queue is M/M/c+M; who has left it is who was never attempted.
    """
    hazard = {"ready_now_rate": 0.0, "hazard_per_month": impatience * HOURS * MONTH_DAYS}
    scenario = queue_of(bare, servers, servers * busy, clock=hazard)
    hours, waited, never = zip(*(waits_of(ran(scenario, n)) for n in range(REPLICATIONS)), strict=True)
    waits, leaves, wait_hours = erlang_a(servers, servers * busy, impatience)
    agreement.over_replications(never, leaves, 0.05)
    agreement.over_replications(hours, wait_hours, 0.05)
    agreement.over_replications(waited, waits, 0.05)


def test_utilisation_is_the_load(bare, ran, agreement) -> None:
    scenario = queue_of(bare, 3, 1.8)
    found = []
    for n in range(REPLICATIONS):
        run = ran(scenario, n)
        found.append(run.world.tables["reps"].busy_hours.sum() / (1000.0 * HOURS * 3))
    agreement.over_replications(found, 0.6, 0.02)


@pytest.mark.parametrize("busy", [0.7, 1.3])
def test_littles_law_is_an_identity(bare, ran, busy) -> None:
    """The time integral of batons in the air is the sum of their sojourns, clipped to each follow-up.

    Both sum the same spans in another order, so the bound is the rounding of instants alone.
    """
    scenario = bare(
        market={"demand": {"arrivals_per_day": busy * HOURS}, "clock": {"hazard_per_month": 3.0}},
        team={"tasks": {"attempt": 1.0, "duration_law": "exponential"}},
        horizon={"warmup_days": 20.0, "counted_days": 60.0, "follow_up_days": 3.0},
    )
    run = ran(scenario)
    s, end = run.world.s, run.world.p.end_day
    held = float(s.air_area + s.counted_in_air * (end - s.air_day))
    arrival = dict(zip(run.outcomes.number.tolist(), run.outcomes.arrival_day.tolist(), strict=True))
    clipped = 0
    sojourns = []
    for row in run.exchanges:
        last = arrival[int(row.number)] + 3.0
        clipped += np.isnan(row.end_day) or row.end_day > last
        sojourns.append(np.fmin(row.end_day, last) - row.let_go_day)
    assert len(sojourns) > 500
    assert (clipped > 0) == (busy > 1), "clipping is under test only where the queue outgrows the follow-up"
    # Each change of the count adds one product, count times span; the count is at most that of all batons.
    rounding = 2 * len(sojourns) * len(sojourns) * np.spacing(end)
    assert abs(held - np.sum(sojourns)) <= rounding
