"""The relay of athletes: the go-mark, the catch, and what a flying exchange saves.

Metres and seconds. Both runners move by the law of `sim.rules.track`; the outgoing runner's run-up is
`sim.rules.exchange.readiness` with time as the work and the time constant as the scale.
"""

from __future__ import annotations

from math import expm1, inf

from sim.engine.compiled import inlined
from sim.rules.track import moved, rise_days


@inlined
def ideal_saving_seconds(run_up_seconds: float, tau: float) -> float:
    """What an exchange between equals at full speed saves over one from a standing start.

    Args:
        run_up_seconds: How long the outgoing runner has been running at the pass.
        tau: Time constant of the outgoing runner.

    Returns:
        `tau (1 - exp(-T / tau))`, which is `tau` times one minus the speed lost in the pass.

    Source: closed form of the law T9.5; its limit is the value of a flying start, T9.11.
    """
    return -tau * expm1(-run_up_seconds / tau)


@inlined
def saving_seconds(
    run_up_metres: float, speed_out: float, top_speed: float, tau: float, carried_seconds: float
) -> float:
    """What an exchange saves over one in which the outgoing runner stands at the start mark.

    A runner who has come `run_up_metres` and has the speed `speed_out` is as good as one who has run so far
    plus `tau` times that speed at full speed; less the time in which the incoming runner carried the baton
    over the run-up. With equal runners at full speed this is `ideal_saving_seconds`.

    Args:
        run_up_metres: Distance from the start mark to the pass.
        speed_out: Speed of the outgoing runner at the pass.
        top_speed: Top speed of the outgoing runner.
        tau: Time constant of the outgoing runner.
        carried_seconds: From the moment at which a standing runner could have taken the baton until the pass.

    Source: closed form of the law T9.5.
    """
    return (run_up_metres + tau * speed_out) / top_speed - carried_seconds


@inlined
def go_mark_metres(
    aim_metres: float,
    reach_metres: float,
    speed_in: float,
    reaction_seconds: float,
    top_speed: float,
    tau: float,
) -> float:
    """How far before the start mark the go-mark lies so that the pass falls where it is aimed at.

    Args:
        aim_metres: Where the pass is aimed at, from the start mark.
        reach_metres: Distance that two outstretched arms bridge.
        speed_in: Speed at which the incoming runner is expected.
        reaction_seconds: Expected reaction of the outgoing runner.
        top_speed: Top speed of the outgoing runner.
        tau: Time constant of the outgoing runner.

    Source: closed form of the law T9.5.
    """
    run_up = rise_days(0.0, 0.0, top_speed, tau, aim_metres)
    return speed_in * (run_up + reaction_seconds) - aim_metres + reach_metres


@inlined
def catch_seconds(gap: float, closing_speed: float, closing_pace: float, tau: float) -> float:
    """Time until the incoming runner has caught up; inf if never.

    Two runners with one time constant approach each other by the law of either: what tends to
    `closing_pace` is the difference of their speeds.

    Args:
        gap: Metres between them, less the reach of their arms.
        closing_speed: Incoming less outgoing speed now.
        closing_pace: The same difference of the speeds they tend to; negative if the outgoing one gets away.
        tau: Time constant of both.

    Returns:
        Lambert's W while the gap shrinks ever faster. While it shrinks ever more slowly, Newton's steps from
        the left cannot pass the first meeting.

    Source: closed form of the law T9.5.
    """
    if gap <= 0.0:
        return 0.0
    if closing_speed < closing_pace and closing_pace > 0.0:
        return rise_days(0.0, closing_speed, closing_pace, tau, gap)
    wait = 0.0
    for _ in range(100):
        closed, closing = moved(0.0, closing_speed, closing_pace, tau, wait)
        if closing <= 0.0:
            return inf
        step = (gap - closed) / closing
        wait += step
        if step <= 1e-15 * (wait + tau):
            break
    return wait
