"""What one run left behind, and the columns read from it.

The engine writes tables of numbers; `Records` keeps copies of those that results are made of. `columns` turns
one of them into the documented columns of a frame (see `sim.measure.frames`) with whole arrays at a time,
and is the only place where engine fields get their names at the edge. Frames and measures both read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from sim.events.rows import FIRST_RIVAL, NOBODY, SOMEBODY_ELSE, TICKS_PER_DAY, US, World
from sim.measure.account_columns import channel_columns, channel_table, customer_columns
from sim.measure.phase_columns import PHASE_COLUMNS
from sim.measure.rep_frame import rep_columns
from sim.measure.totals import spend_by_channel, totals_of
from sim.rules.trust import conflict_rate
from sim.scenario import Scenario
from sim.scenario.engagement import activity_for
from sim.vocabulary import EventKind, Outcome, Phase, Reason, Stage, Verdict, words

__all__ = ["Columns", "Records", "RunKey", "Words", "records_of"]

HOURS_PER_DAY = 24.0
_DEAL_OUTCOMES = ("open", "won", "lost")
_FAILED_FOR = {
    Outcome.REJECTED: Reason.REJECTED,
    Outcome.IGNORED: Reason.IGNORED,
    Outcome.EXPIRED: Reason.UNREACHED,
    Outcome.TAKEN_BACK: Reason.TAKEN_BACK,
}


class RunKey(NamedTuple):
    """What names a run: the columns every frame begins with."""

    scenario: str
    policy: str
    seed: int
    replication: int


class Words(NamedTuple):
    """A column of words: an index per row into `words`, -1 where the cell is empty."""

    codes: npt.NDArray[np.int16]
    words: tuple[str, ...]


Columns: TypeAlias = dict[str, npt.NDArray[Any] | Words]
"""Columns of a frame by name, without the keys."""


@dataclass(frozen=True)
class Records:
    """One run as the engine left it; small enough to travel between processes.

    Attributes:
        key: Which run it is.
        segments: Names of the segments, by their numbers in the tables.
        journeys: Names of the journeys.
        sellers: From whom a buyer can have bought, by the numbers in the tables.
        zones: Where the true zone of each journey opens and closes, shape (journeys, 2).
        hour_value: Variable cost of a rep's working hour.
        tables: The engine's tables by name, used rows only.
        totals: What belongs to the run as a whole.
        channels: Names of the channels.
        plan: Role, content and measure of the engagement plan in force when the run ends, for each journey and
            phase in turn.
    """

    key: RunKey
    segments: tuple[str, ...]
    journeys: tuple[str, ...]
    sellers: tuple[str, ...]
    zones: npt.NDArray[np.float64]
    hour_value: float
    tables: Mapping[str, npt.NDArray[Any]]
    totals: Mapping[str, float]
    channels: tuple[str, ...] = ()
    plan: tuple[tuple[str | None, str | None, str | None], ...] = ()

    def columns(self, frame: str) -> Columns:
        """The documented columns of a frame, in order, without the keys.

        Args:
            frame: "buyers", "exchanges", "deals", "days", "reps", "channels", "phases" or "events".

        Returns:
            Arrays by column name, all of one length.
        """
        return _READERS[frame](self)


def records_of(world: World, scenario: Scenario, key: RunKey) -> Records:
    """Copy from a finished world what its results are made of.

    Args:
        world: The world at the end of its run.
        scenario: What was run.
        key: Name of the run.

    Returns:
        The records; the world may be thrown away.
    """
    s, p = world.s, world.p
    used = {
        "outcomes": int(s.outcomes),
        "exchanges": int(s.exchanges),
        "deals": int(s.deals),
        "days": int(np.ceil(p.end_day)),
        "reps": int(p.reps),
        "notes": int(s.notes),
        "phases": len(world.tables["phases"]),
    }
    tables = {name: np.array(world.tables[name][:rows].view(np.ndarray)) for name, rows in used.items()}
    # By arrival, not by the end of the story: then rows of two policies stand side by side.
    tables["outcomes"] = tables["outcomes"][np.argsort(tables["outcomes"]["number"], kind="stable")]
    # Somebody who runs ahead writes earlier in the log than its turn would come.
    tables["notes"] = tables["notes"][np.argsort(tables["notes"]["day"], kind="stable")]
    tables["channels"] = channel_table(world, spend_by_channel(world, scenario))
    market = scenario.market
    rivals = tuple(f"rival:{name}" for name in market.rivals)
    return Records(
        key=key,
        segments=tuple(market.segments),
        journeys=tuple(market.journeys),
        sellers=("nobody yet", "us", "somebody-else", *rivals),
        zones=np.array([journey.zone for journey in market.journeys.values()], dtype=np.float64),
        hour_value=float(scenario.team.reps.hour_value),
        tables=tables,
        totals=totals_of(world, scenario),
        channels=tuple(market.channels),
        plan=_plan(scenario),
    )


def _plan(scenario: Scenario) -> tuple[tuple[str | None, str | None, str | None], ...]:
    """What the plan in force when the run ends says of each journey and phase."""
    changes = scenario.horizon.changes
    plan = (changes[-1].policy if changes else scenario.policy).engagement
    found = [activity_for(plan, name, phase) for name in scenario.market.journeys for phase in Phase]
    return tuple(
        (None, None, None) if one is None else (one.role, one.content or None, one.judged_by) for one in found
    )


assert (NOBODY, US, SOMEBODY_ELSE, FIRST_RIVAL) == (0, 1, 2, 3), "sellers are listed in this order"


def _coded(values: npt.NDArray[Any], names: tuple[str, ...]) -> Words:
    return Words(values.astype(np.int16), names)


def _at(numbers: npt.NDArray[Any], keys: npt.NDArray[Any], values: npt.NDArray[Any], blank: Any) -> Any:
    """For each number the value of the key equal to it, `blank` where there is none; the last one counts."""
    found = np.full(len(numbers), blank, dtype=np.asarray(values).dtype)
    if len(keys) and len(numbers):
        order = np.argsort(keys, kind="stable")
        last = np.searchsorted(keys[order], numbers, side="right") - 1
        hit = (last >= 0) & (keys[order][last] == numbers)
        found[hit] = values[order][last[hit]]
    return found


def _buyers(run: Records) -> Columns:
    o, deals = run.tables["outcomes"], run.tables["deals"]
    number = o["number"]
    won = deals[deals["outcome"] == _DEAL_OUTCOMES.index("won")]
    closing = o["stage"] == Stage.CLOSING
    lap_won = _at(number, won["number"], won["lap"] + 1, 0)
    signed_day = _at(number, won["number"], won["closed_day"], np.nan)
    ours = (o["bought_from"] == US) & ~closing
    times_let_go = np.searchsorted(np.sort(run.tables["exchanges"]["number"]), np.stack([number, number + 1]))
    hours = o["hours"]
    return {
        "number": number,
        "segment": _coded(o["segment"], run.segments),
        "journey": _coded(o["journey"], run.journeys),
        "arrival_day": o["arrival_day"],
        "fit_rate": o["fit"],
        "deal_value": o["value"],
        "clock_day": o["clock_day"],
        "ready_now": o["ready_now"] != 0,
        "bought_day": np.where(o["bought_from"] == NOBODY, np.nan, o["bought_day"]),
        "bought_from": _coded(o["bought_from"], run.sellers),
        "stage": _coded(o["stage"], words(Stage)),
        "laps": o["laps"],
        "touches": o["touches"],
        "exchanges": times_let_go[1] - times_let_go[0],
        "touch_value": o["touch_value"],
        "rep_hours": hours,
        "wasted_hours": o["wasted_hours"],
        "rep_value": hours * run.hour_value,
        "revenue_value": o["revenue"],
        "first_attempt_day": _first_attempts(run, number),
        "won_day": np.where(ours, np.where(lap_won > 0, signed_day, o["bought_day"]), np.nan),
        "lap_won": np.where(ours, lap_won, 0),
        "loss_reason": _coded(o["reason"], words(Reason)),
        "origin_channel": _coded(o["origin_channel"], run.channels),
        "last_channel": _coded(o["last_channel"], run.channels),
        "churn_reason": _coded(o["churn_reason"], words(Reason)),
        **customer_columns(o),
    }


def _first_attempts(run: Records, number: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Day of each buyer's earliest attempt, on whatever lap."""
    e = run.tables["exchanges"]
    tried = e[~np.isnan(e["first_attempt_day"])]
    latest_first = tried[np.argsort(-tried["first_attempt_day"], kind="stable")]
    days = latest_first["first_attempt_day"]
    found: npt.NDArray[np.float64] = _at(number, latest_first["number"], days, np.nan)
    return found


def _exchanges(run: Records) -> Columns:
    e = run.tables["exchanges"]
    outcome = e["outcome"]
    passed = outcome == Outcome.PASSED
    routed = ~np.isnan(e["routed_day"])
    delay = e["pass_day"] - e["let_go_day"] - e["system_days"] - e["queue_days"]
    into, out = e["speed_in"], e["speed_out"]
    moving = into > 0.0
    reason = e["reason"].copy()
    for ended, why in _FAILED_FOR.items():
        reason[outcome == ended] = why
    kept = np.where(moving, np.minimum(into, out), into)
    return {
        "number": e["number"],
        "journey": _coded(e["journey"], run.journeys),
        "lap": e["lap"] + 1,
        "rep": e["rep"],
        "let_go_day": e["let_go_day"],
        "routed_day": e["routed_day"],
        "first_attempt_day": e["first_attempt_day"],
        "pass_day": e["pass_day"],
        "end_day": e["end_day"],
        "system_days": np.where(routed, e["system_days"], np.nan),
        "queue_days": np.where(routed, e["queue_days"], np.nan),
        # Differences of instants near day 1000 carry rounding errors of a nanosecond's size.
        "human_days": np.where(passed, np.where(np.abs(delay) < 1e-9, 0.0, delay), np.nan),
        "score": e["score"],
        "position": e["position"],
        "speed_in_per_day": into,
        "speed_out_per_day": np.where(passed, kept, np.nan),
        "speed_lost_rate": np.where(moving, (into - kept) / np.where(moving, into, 1.0), np.nan),
        "readiness_per_day": out,
        "zone_open": run.zones[e["journey"], 0],
        "zone_close": run.zones[e["journey"], 1],
        "facts_before": np.bitwise_count(e["facts_before"]).astype(np.int64),
        "facts_after": np.bitwise_count(e["facts_after"]).astype(np.int64),
        "facts_before_mask": e["facts_before"],
        "facts_after_mask": e["facts_after"],
        "attempts": e["attempts"],
        "outcome": _coded(outcome, words(Outcome)),
        **{name: e[name] != 0 for name in ("early", "late", "slow", "pushed", "obstructed")},
        "verdict": _coded(e["verdict"], words(Verdict)),
        "qualified": e["qualified"] != 0,
        "reason": _coded(reason, words(Reason)),
    }


def _deals(run: Records) -> Columns:
    d = run.tables["deals"]
    return {
        "number": d["number"],
        "journey": _coded(d["journey"], run.journeys),
        "lap": d["lap"] + 1,
        "rep": d["rep"],
        "opened_day": d["opened_day"],
        "forecast_day": d["forecast_day"],
        "closed_day": d["closed_day"],
        "meetings": d["meetings"],
        "hours": d["hours"],
        "outcome": _coded(d["outcome"], _DEAL_OUTCOMES),
        "reason": _coded(d["reason"], words(Reason)),
        "deal_value": d["value"],
        "revenue_value": d["revenue"],
        "discount_value": d["discount"],
        "pushed": d["pushed"] != 0,
        "wish_rate": d["wish"],
        "asked_day": d["asked_day"],
        "allowed_day": d["allowed_day"],
    }


def _days(run: Records) -> Columns:
    d = run.tables["days"]
    names = "arrivals let_go passes wins losses returned"
    stocks = "in_marketing in_air in_sales queue_length"
    trust: Any = d["trust"]
    regard: Any = d["regard"]
    conflict: Any = conflict_rate(trust, regard)
    return {
        "day": np.arange(len(d)),
        **{name: d[name] for name in names.split()},
        "revenue_value": d["revenue"],
        **{name: d[name] for name in stocks.split()},
        "trust_rate": trust,
        "regard_rate": regard,
        "conflict_rate": conflict,
        **{
            name: d[name]
            for name in ["customers", "renewals", "churned", "referrals", "reviews", "renewal_value"]
        },
        "reputation": d["reputation"],
    }


def _reps(run: Records) -> Columns:
    t = run.tables
    return {**rep_columns(t["reps"], t["deals"], t["outcomes"], run.totals["open_hours"])}


_KINDS = np.array([kind.value for kind in EventKind])
"""Numbers of the kinds of event in ascending order; they need not be consecutive."""


def _channels(run: Records) -> Columns:
    return {
        "channel": _coded(np.arange(len(run.channels)), run.channels),
        **channel_columns(run.tables["channels"], run.tables["outcomes"]),
    }


def _events(run: Records) -> Columns:
    n = run.tables["notes"]
    return {
        "day": n["day"],
        "number": n["number"],
        "kind": _coded(np.searchsorted(_KINDS, n["kind"]), words(EventKind)),
        "first": n["first"],
        "second": n["second"],
    }


_PHASE_COUNTS = ("entered", "advanced", "staying", "left", "touches", "hand_raises", "let_go", "passes")


def _phases(run: Records) -> Columns:
    t = run.tables["phases"]
    row = np.arange(len(t))
    cost = run.tables["channels"]["touch_cost"]
    plan_value = t["plan_hours"] * run.hour_value
    columns: Columns = {
        "journey": _coded(row // len(Phase), run.journeys),
        "phase": _coded(row % len(Phase), words(Phase)),
        # Touches are counted by channel.
        **{name: t[name].reshape(len(t), -1).sum(axis=1) for name in _PHASE_COUNTS},
        "phase_days": t["ticks_in"] / TICKS_PER_DAY,
        "touch_value": t["touches"][:, : len(cost)] @ cost,
        "plan_hours": t["plan_hours"],
        "plan_value": plan_value,
    }
    for place, name in enumerate(("role", "content", "judged_by")):
        said = [one[place] for one in run.plan] or [None] * len(t)
        known = tuple(dict.fromkeys(one for one in said if one is not None))
        codes = [-1 if one is None else known.index(one) for one in said]
        columns[name] = _coded(np.array(codes, dtype=np.int16), known)
    judged = [_judged(columns, at, one[2]) for at, one in enumerate(run.plan)] or [np.nan] * len(t)
    return {**columns, "judged": np.array(judged, dtype=np.float64)}


def _judged(columns: Columns, at: int, measure: str | None) -> float:
    """The measure that a phase of the plan is judged by."""
    if measure is None:
        return float("nan")
    top, bottom = PHASE_COLUMNS[measure]
    count = float(cast(Any, columns[bottom])[at])
    return sum(float(cast(Any, columns[name])[at]) for name in top) / count if count else float("nan")


_READERS: Mapping[str, Callable[[Records], Columns]] = {
    "buyers": _buyers,
    "exchanges": _exchanges,
    "deals": _deals,
    "days": _days,
    "reps": _reps,
    "channels": _channels,
    "phases": _phases,
    "events": _events,
}
