"""The lap of athletes: four legs, three exchanges, one baton.

A race is short and has no queue, so it needs neither agenda nor tables: it is told here in order, in plain
Python, with the rules and the keyed luck that the relay of buyers uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, nan
from typing import NamedTuple

from sim.engine.draws import luck, normal_quantile, uniform
from sim.rules.exchange import readiness, speed_after_pass, speed_lost_rate, verdict
from sim.rules.relay import catch_seconds, go_mark_metres, saving_seconds
from sim.rules.track import moved, rise_days
from sim.scenario.athletes import Race
from sim.vocabulary import Entity, Outcome, Purpose, Verdict

__all__ = ["Athlete", "Exchange", "Lap", "Motion", "run_race", "team_of"]


class Motion(NamedTuple):
    """Where a runner is at a moment, and how fast."""

    second: float
    metres: float
    speed: float


@dataclass(frozen=True)
class Athlete:
    """A runner on the day.

    Attributes:
        leg: Which leg, from 0.
        known_speed: Top speed as the team knows it, metres per second.
        top_speed: Top speed on the day, metres per second.
        reaction_seconds: To the gun, or to the go-mark.
        tau: Time constant of the sprint, seconds.
        tires_after_metres: Distance after which the runner slows down.
        tired_pace_rate: Pace from there on, as a share of top speed.
    """

    leg: int
    known_speed: float
    top_speed: float
    reaction_seconds: float
    tau: float
    tires_after_metres: float
    tired_pace_rate: float

    def pace_at(self, run_metres: float) -> float:
        """The speed that the runner tends to after so many metres."""
        return self.top_speed * (1.0 if run_metres < self.tires_after_metres else self.tired_pace_rate)


@dataclass(frozen=True)
class Exchange:
    """One pass of the baton, with the columns of the exchanges of buyers where they have a meaning.

    Positions are metres from the start of the race, speeds metres per second, `lap` the exchange from 1.
    What did not happen is nan.
    """

    lap: int
    position: float
    speed_in: float
    speed_out: float
    speed_lost_rate: float
    readiness: float
    zone_open: float
    zone_close: float
    go_mark_metres: float
    run_up_seconds: float
    pass_second: float
    saving_seconds: float
    early: bool
    late: bool
    slow: bool
    verdict: int

    @property
    def failed(self) -> bool:
        """Whether the team is out: the baton passed outside the zone, or not at all."""
        return self.early or self.late


@dataclass(frozen=True)
class Lap:
    """A race: its time (nan after a failed exchange), its exchanges, and what its runners need alone.

    Attributes:
        race_seconds: From the gun to the finish.
        individual_seconds: Sum of the times in which each runner runs one leg alone, from the blocks.
        exchanges: Those that took place; a failed one is the last.
    """

    race_seconds: float
    individual_seconds: float
    exchanges: tuple[Exchange, ...]


def drawn(seed: int, leg: int, purpose: Purpose) -> float:
    """A runner's own standard normal draw for a purpose; a runner is to a race what a rep is to a firm."""
    return normal_quantile(uniform(luck(seed, Entity.REP, leg), purpose, 0))


def team_of(race: Race, seed: int) -> list[Athlete]:
    """The runners of one race.

    Args:
        race: What is run.
        seed: Seed of the race; equal seeds give equal runners, whatever the zone and the exchange.

    Returns:
        One runner per leg.
    """
    r = race.runners
    team = []
    for leg in range(race.legs):
        known = r.top_speed * exp(r.speed_spread * drawn(seed, leg, Purpose.RACE_SPEED))
        form = exp(r.form_spread * drawn(seed, leg, Purpose.RACE_FORM))
        reaction = r.reaction_seconds * exp(r.reaction_spread * drawn(seed, leg, Purpose.RACE_REACTION))
        team.append(
            Athlete(
                leg, known, known * form, reaction, r.tau_seconds, r.tires_after_metres, r.tired_pace_rate
            )
        )
    return team


def run_to(athlete: Athlete, origin: float, now: Motion, metres: float) -> Motion:
    """The moment at which a runner is at a place, or now if the runner is past it.

    Args:
        athlete: Who runs.
        origin: Where the runner started, from which tiredness counts.
        now: The runner's motion.
        metres: The place.
    """
    tired = origin + athlete.tires_after_metres
    for stop in (min(tired, metres), metres):
        if stop > now.metres:
            pace = athlete.pace_at(now.metres - origin)
            wait = rise_days(now.metres, now.speed, pace, athlete.tau, stop)
            _, speed = moved(now.metres, now.speed, pace, athlete.tau, wait)
            now = Motion(now.second + wait, stop, speed)
    return now


def run_until(athlete: Athlete, origin: float, now: Motion, second: float) -> Motion:
    """The motion of a runner at a moment not before now."""
    tired = run_to(athlete, origin, now, origin + athlete.tires_after_metres)
    if now.second < tired.second <= second:
        now = tired
    elapsed = second - now.second
    x, v = moved(now.metres, now.speed, athlete.pace_at(now.metres - origin), athlete.tau, elapsed)
    return Motion(second, x, v)


def run_race(race: Race, seed: int) -> Lap:
    """Run one race.

    Args:
        race: What is run.
        seed: Seed of its luck.

    Returns:
        The race. After a failed exchange the team is out, and nothing follows.
    """
    team = team_of(race, seed)
    alone = sum(
        run_to(one, 0.0, Motion(one.reaction_seconds, 0.0, 0.0), race.leg_metres).second for one in team
    )
    baton = Motion(team[0].reaction_seconds, 0.0, 0.0)
    origin = 0.0
    exchanges: list[Exchange] = []
    for incoming, outgoing in pairwise(team):
        passed, exchange, origin = exchanged(race, seed, incoming, outgoing, origin, baton)
        exchanges.append(exchange)
        if exchange.failed:
            return Lap(nan, alone, tuple(exchanges))
        baton = passed
    finish = run_to(team[-1], origin, baton, race.legs * race.leg_metres)
    return Lap(finish.second, alone, tuple(exchanges))


def exchanged(
    race: Race, seed: int, incoming: Athlete, outgoing: Athlete, origin: float, baton: Motion
) -> tuple[Motion, Exchange, float]:
    """One exchange: the go, the run-up, the catch and the verdict.

    Args:
        race: What is run.
        seed: Seed of the race.
        incoming: Who carries the baton.
        outgoing: Who waits for it.
        origin: Where the incoming runner started.
        baton: Motion of the incoming runner.

    Returns:
        The baton's motion after the pass, the exchange, and where the outgoing runner started.
    """
    zone_open = outgoing.leg * race.leg_metres - race.zone.opens_before_metres
    zone_close = zone_open + race.zone.length_metres
    start = zone_open + race.zone.start_mark_metres
    mark = go_mark_of(race, incoming, outgoing)
    misjudged = race.exchange.go_mark_noise_metres * drawn(seed, outgoing.leg, Purpose.RACE_MARK)
    go = run_to(incoming, origin, baton, start - mark + misjudged)
    off = go.second + outgoing.reaction_seconds
    near = run_to(incoming, origin, baton, start - race.exchange.reach_metres)
    if near.second >= off:
        ease = zone_close - race.exchange.ease_before_metres
        chasing = run_until(incoming, origin, go, off)
        arriving, leaving = caught(race, incoming, outgoing, origin, chasing, start, ease)
        run_up = leaving.second - off
    else:
        # The outgoing runner has missed the go-mark: the baton waits at the start mark.
        arriving, leaving, run_up = Motion(off, start, near.speed), Motion(off, start, 0.0), 0.0
    row = judged(race, outgoing, (zone_open, zone_close), start, mark, near.second, run_up, arriving, leaving)
    after = speed_after_pass(arriving.speed, leaving.speed)
    return Motion(leaving.second, leaving.metres, after), row, start


def go_mark_of(race: Race, incoming: Athlete, outgoing: Athlete) -> float:
    """Where a pair puts its go-mark, knowing its speeds but not its form: metres before the start mark."""
    if race.exchange.go_mark_metres is not None:
        return race.exchange.go_mark_metres
    return go_mark_metres(
        race.exchange.aim_metres - race.zone.start_mark_metres,
        race.exchange.reach_metres,
        incoming.known_speed * incoming.tired_pace_rate,
        race.runners.reaction_seconds,
        outgoing.known_speed,
        outgoing.tau,
    )


def caught(
    race: Race,
    incoming: Athlete,
    outgoing: Athlete,
    origin: float,
    chasing: Motion,
    start: float,
    ease: float,
) -> tuple[Motion, Motion]:
    """Both runners at the pass; at second inf if the incoming runner never catches up.

    Args:
        race: What is run.
        incoming: Who carries the baton.
        outgoing: Who starts now.
        origin: Where the incoming runner started.
        chasing: Motion of the incoming runner now.
        start: Start mark of the outgoing runner.
        ease: Where the outgoing runner eases off.
    """
    tau = outgoing.tau
    running = Motion(chasing.second, start, 0.0)
    tires = run_to(incoming, origin, chasing, origin + incoming.tires_after_metres).second
    eases = chasing.second + rise_days(start, 0.0, outgoing.top_speed, tau, ease)
    for until in sorted((tires, eases, inf)):
        if until <= chasing.second:
            continue
        pace_in = incoming.pace_at(chasing.metres - origin if chasing.second < tires else inf)
        pace_out = outgoing.top_speed * (race.exchange.ease_pace_rate if chasing.second >= eases else 1.0)
        gap = running.metres - chasing.metres - race.exchange.reach_metres
        wait = catch_seconds(gap, chasing.speed - running.speed, pace_in - pace_out, tau)
        stop = min(until, chasing.second + wait)
        if stop == inf:
            break
        elapsed = stop - chasing.second
        chasing = Motion(stop, *moved(chasing.metres, chasing.speed, pace_in, tau, elapsed))
        running = Motion(stop, *moved(running.metres, running.speed, pace_out, tau, elapsed))
        if stop < until:
            return chasing, running
    return Motion(inf, nan, nan), Motion(inf, nan, nan)


def judged(
    race: Race,
    outgoing: Athlete,
    zone: tuple[float, float],
    start: float,
    mark: float,
    near_second: float,
    run_up: float,
    arriving: Motion,
    leaving: Motion,
) -> Exchange:
    """The row of an exchange.

    Args:
        race: What is run.
        outgoing: Who takes the baton.
        zone: Where the zone opens and closes.
        start: Start mark of the outgoing runner.
        mark: Distance of the go-mark.
        near_second: When a runner standing at the start mark could have taken the baton.
        run_up: Seconds for which the outgoing runner has run.
        arriving: The incoming runner at the pass.
        leaving: The outgoing runner at the pass.
    """
    met = leaving.second < inf
    early = met and leaving.metres < zone[0]
    late = not met or leaving.metres > zone[1]
    lost = speed_lost_rate(arriving.speed, leaving.speed) if met else nan
    slow = met and lost > race.exchange.slow_loss_rate
    saved = nan
    if met:
        carried = leaving.second - near_second
        saved = saving_seconds(
            leaving.metres - start, leaving.speed, outgoing.top_speed, outgoing.tau, carried
        )
    return Exchange(
        lap=outgoing.leg,
        position=leaving.metres,
        speed_in=arriving.speed,
        speed_out=leaving.speed,
        speed_lost_rate=lost,
        readiness=readiness(outgoing.top_speed, run_up, outgoing.tau) if met else nan,
        zone_open=zone[0],
        zone_close=zone[1],
        go_mark_metres=mark,
        run_up_seconds=run_up if met else nan,
        pass_second=leaving.second if met else nan,
        saving_seconds=saved,
        early=early,
        late=late,
        slow=slow,
        verdict=Verdict(verdict(Outcome.PASSED, early, late, slow, False, False)),
    )
