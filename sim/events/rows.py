"""The tables of a run: what a row of each holds, and the bundle of all of them, the `World`.

Rows hold integers and 64-bit floats only, so compiled and interpreted arithmetic agree. The scenario arrives
here as numbers (`PARAMS`, `LEVERS`); `setting.py` fills them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from sim.engine.agenda import LINE, POST, WAITING
from sim.engine.agenda import STATE as AGENDA_STATE
from sim.engine.compiled import table_reader
from sim.engine.open_bucket import EVENT
from sim.events.numbers import (
    FIRM,
    LEVERS,
    PER_CHANNEL,
    PER_JOURNEY,
    PLAN,
    TASKS,
    fields,
)

NOBODY, US, SOMEBODY_ELSE, FIRST_RIVAL = 0, 1, 2, 3
"""Codes of whom a buyer bought from; rival k is FIRST_RIVAL + k."""

# A buyer's diary: each slot holds the day of one thing that lies ahead. The order is the causal rank
# when two fall on the same instant.
CLOCK, TOUCH, WORK, WATCH, TURN, RIVAL, END = range(7)
SLOTS: Final = 7

# Bits of a buyer's `marks`.
COUNTED, RECORDED, COOLING, HOT, RAISED, GONE, TRIAGED, IGNORED = (1 << k for k in range(8))
LATE, EARLY, IN_SERVICE, READY_NOW, QUEUED, ESCALATED, POOLED, OVERLAPPED = (1 << k for k in range(8, 16))
ROUTED = 1 << 16
PROMPT = 1 << 17
"""Sales called within the time that earns marketing's regard."""
PUSHED, OBSTRUCTED, SERVED, CHURNED = (1 << k for k in range(50, 54))
ORIGIN_SHIFT: Final = 54
LAST_SHIFT: Final = 58
"""Channels of a buyer's first and last touch, four bits each."""
CALLING = 1 << 46
"""Sales is asked for the sake of an activity of the engagement plan."""
REASON_SHIFT: Final = 20
SEGMENT_SHIFT: Final = 28
CHANNEL_SHIFT: Final = 32
ASKED_SHIFT: Final = 36
"""Moment at which marketing is asked about a buyer who has run ahead, plus one, three bits."""
CELL_SHIFT: Final = 40
"""Journey and phase the buyer stands in: row of the phases' table, six bits."""
SEEN_SHIFT: Final = 47
"""Phase in which marketing saw the buyer last, plus one, three bits; kept only where there is a plan."""

# Fields packed in a buyer's `tally`: how often it has met each kind of moment.
NURTURES, RAISES, DECISIONS, RIVAL_MOMENTS, FACT_CHECKS = 0, 12, 22, 34, 50
TALLY_BITS: Final = 4095

STEP_BITS: Final = 6
"""Laps and steps within a lap share one integer, the occasion: lap * 64 + step."""


# What an ordinary touch needs comes first, so that it lies in few memory lines. Halves and quarters of a word
# suffice for masks, counts and numbers of rows: a live buyer's row is what a large run's memory consists of.
BUYER = np.dtype(
    [
        *fields("number", "i8"),
        *fields("luck", "u8"),
        ("due", "f8", (SLOTS,)),
        *fields("stage journey facts_marketing facts_sales", "i2"),
        *fields("marks", "i8"),
        *fields("x v pace moved_day touched_day rival_day clock_day fit fatigue noise touch_value", "f8"),
        *fields("exposures tally", "i8"),
        *fields("touches occasion", "i4"),
        *fields("arrival_day raised_day facts_day goodwill value", "f8"),
        *fields("rivals", "i8"),
        *fields("owner task child next previous ledger", "i4"),
        *fields("priority let_go_day prepared_hours prepared_day hours lap_hours wasted_hours", "f8"),
    ],
    align=True,
)

REP = np.dtype(
    [
        *fields("number", "i8"),
        ("luck", "u8"),
        *fields("queue waiting current task wakes", "i8"),
        *fields("skill trust due started_day working_hours busy_hours", "f8"),
        ("hours", "f8", (TASKS,)),
        *fields("stint departures passed_on", "i8"),
        *fields("full_skill edge hired_day leaves_day absent_until experience", "f8"),
        *fields("good bad wins wins_day", "f8"),
        *fields("owed_hours owed_day held_hours other_hours", "f8"),
        *fields("practised_day coordination_hours", "f8"),
    ],
    align=True,
)

EXCHANGE = np.dtype(
    [
        *fields("number journey lap rep", "i8"),
        *fields("let_go_day routed_day first_attempt_day pass_day end_day system_days queue_days", "f8"),
        *fields("score position speed_in speed_out", "f8"),
        *fields("facts_before facts_after attempts outcome early late slow pushed obstructed", "i8"),
        *fields("verdict qualified reason", "i8"),
    ],
    align=True,
)

DEAL = np.dtype(
    [
        *fields("number journey lap rep meetings outcome reason", "i8"),
        *fields("opened_day forecast_day closed_day hours value revenue discount", "f8"),
        *fields("pushed", "i8"),
        *fields("wish asked_day allowed_day", "f8"),
    ],
    align=True,
)

OUTCOME = np.dtype(
    [
        *fields(
            "number journey segment ready_now bought_from stage laps touches exchanges reason lap_won", "i8"
        ),
        *fields("arrival_day fit value clock_day bought_day won_day first_attempt_day", "f8"),
        *fields("touch_value hours wasted_hours revenue", "f8"),
        *fields("origin_channel last_channel visits_due visits_made renewals referrals", "i8"),
        *fields("facts_sold facts_kept churn_reason", "i8"),
        *fields("satisfaction renewal_value churn_day", "f8"),
    ],
    align=True,
)

DAY = np.dtype(
    [
        *fields("arrivals let_go passes wins losses returned", "i8"),
        *fields("in_marketing in_air in_sales queue_length", "i8"),
        *fields("revenue", "f8"),
        *fields("trust regard", "f8"),
        *fields("customers renewals churned referrals reviews", "i8"),
        *fields("renewal_value reputation", "f8"),
    ],
    align=True,
)

LOG = np.dtype(
    [*fields("day", "f8"), *fields("number kind", "i8"), *fields("first second", "f8")], align=True
)

ARRIVAL = np.dtype([*fields("day", "f8"), *fields("journey segment number", "i8")], align=True)


MARKETER = np.dtype(
    [
        *fields("regard good bad", "f8"),
        *fields("period_start earned flow", "f8"),
        *fields("seen sum_x sum_y sum_xx sum_xy", "f8"),
    ],
    align=True,
)

STATE = np.dtype(
    [
        *fields("seed policy next_arrival free_row rows_used live pool pool_length turn_taker", "i8"),
        ("market_luck", "u8"),
        *fields("pending asked_row asked_rep asked_rival moment answer answered overridden", "i8"),
        *fields("exchanges deals outcomes notes follow ceiling_hit events looks_again room bare", "i8"),
        *fields("now ahead_until next_arrival_day next_change_day next_review_day next_midnight", "f8"),
        *fields("review_day", "f8"),
        *fields("quota_due handed air_area air_day week_factor", "f8"),
        *fields("counted_in_air", "i8"),
        ("stage_count", "i8", (16,)),
        ("where", "i8", (32,)),
        ("rows", "i8", (32,)),
        ("stock", "f8", PER_CHANNEL),
        ("stock_day", "f8"),
        ("outbox", "i8", (8,)),
        ("outbox_size", "i8"),
        *fields("facts_in_marketing facts_out_marketing facts_in_sales facts_out_sales", "i8"),
        *fields("buyers_in buyers_out", "i8"),
        *fields("hours_out touch_value_out", "f8"),
        *fields("passing_row", "i8"),
        *fields("review_volume review_valence reviews_day stories story_day", "f8"),
        *fields("next_meeting_day", "f8"),
        ("channel_touches", "i8", PER_CHANNEL),
        *fields("customers_won", "i8"),
    ],
    align=True,
)


CHANGE = np.dtype([*fields("day", "f8")], align=True)

TICKS_PER_DAY: Final = 1 << 30
"""Days in a phase are summed in ticks: whole numbers add up to the same in whatever order they come."""

PHASE = np.dtype(
    [
        *fields("entered advanced staying left hand_raises let_go passes ticks_in", "i8"),
        ("touches", "i8", PER_CHANNEL),
        *fields("plan_hours", "f8"),
    ],
    align=True,
)


RIVAL_MIND = np.dtype(
    [("waited", "f8", PER_JOURNEY), ("seen", "f8", PER_JOURNEY), ("heard_day", "f8", PER_JOURNEY)], align=True
)

TABLES: Final = {
    "buyers": BUYER,
    "reps": REP,
    "levers": LEVERS,
    "changes": CHANGE,
    "exchanges": EXCHANGE,
    "deals": DEAL,
    "outcomes": OUTCOME,
    "days": DAY,
    "notes": LOG,
    "arrivals": ARRIVAL,
    "agenda_state": AGENDA_STATE,
    "agenda_posts": POST,
    "agenda_ring": LINE,
    "agenda_spares": LINE,
    "agenda_far": WAITING,
    "agenda_now": EVENT,
    "firms": FIRM,
    "marketers": MARKETER,
    "phases": PHASE,
    "plans": PLAN,
    "rivals": RIVAL_MIND,
}
"""Every table of a run by name: what a row of it holds."""


class World(NamedTuple):
    """All that a run consists of.

    Compiled code is given the two records only: `s` says where the tables lie and how long they are, so a call
    passes two pointers instead of the headers of a dozen arrays.

    Attributes:
        p: The scenario's market, team and horizon as numbers (`PARAMS`).
        s: What the run remembers from event to event (`STATE`).
        tables: The tables by name (see `TABLES`); None in compiled code.
    """

    p: Any
    s: Any
    tables: Any = None


class Core(NamedTuple):
    """What compiled code sees of a `World`."""

    p: Any
    s: Any


def bind(world: World) -> None:
    """Write down where the tables lie; needed whenever one of them has moved."""
    for number, name in enumerate(TABLES):
        table = world.tables[name]
        world.s.where[number] = table.ctypes.data
        world.s.rows[number] = len(table)


def _reader(name: str) -> Callable[[World], Any]:
    @table_reader(TABLES[name], list(TABLES).index(name))
    def table(w: World) -> Any:
        return w.tables[name]

    return table


buyers = _reader("buyers")
"""Live buyers (`BUYER`)."""
reps = _reader("reps")
"""Sales people (`REP`)."""
levers = _reader("levers")
"""One row per policy and journey (`LEVERS`)."""
changes = _reader("changes")
"""Days on which each policy takes over (`CHANGE`)."""
exchanges = _reader("exchanges")
"""The ledger: one row per letting-go of a counted buyer (`EXCHANGE`)."""
deals = _reader("deals")
"""One row per opportunity of a counted buyer (`DEAL`)."""
outcomes = _reader("outcomes")
"""One row per counted buyer, written when it is settled or its follow-up ends (`OUTCOME`)."""
days = _reader("days")
"""One row per day of the run (`DAY`)."""
notes = _reader("notes")
"""The event log, if it is on (`LOG`)."""
arrivals = _reader("arrivals")
"""Arrivals read from a file, if any (`ARRIVAL`)."""
firms = _reader("firms")
"""What holds for the firm as a whole, one row per policy (`FIRM`)."""
marketers = _reader("marketers")
"""Those who run programmes and let go (`MARKETER`)."""
agenda_state = _reader("agenda_state")
agenda_posts = _reader("agenda_posts")
agenda_ring = _reader("agenda_ring")
agenda_spares = _reader("agenda_spares")
agenda_far = _reader("agenda_far")
agenda_now = _reader("agenda_now")
phases = _reader("phases")
"""What became of counted buyers in each phase: one row per journey and phase (`PHASE`)."""
plans = _reader("plans")
"""The engagement plan: one row per policy, journey and phase (`PLAN`)."""
rivals = _reader("rivals")
"""What rivals have learned of our slowness (`RIVAL_MIND`)."""
