"""The tables of a run: what a row of each holds, and the bundle of all of them, the `World`.

Rows hold integers and 64-bit floats only, so compiled and interpreted arithmetic agree. The scenario arrives
here as numbers (`PARAMS`, `LEVERS`); `setting.py` fills them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from sim.engine.compiled import table_reader
from sim.engine.event_calendar import HEAD, SLOT
from sim.engine.event_calendar import STATE as AGENDA_STATE

MAX_CHANNELS: Final = 12
MAX_JOURNEYS: Final = 12
MAX_SEGMENTS: Final = 8
MAX_RIVALS: Final = 5
FACTS: Final = 8
TASKS: Final = 9
REASONS: Final = 10

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
CELL_SHIFT: Final = 40
"""Journey and phase the buyer stands in: row of the phases' table, six bits."""
SEEN_SHIFT: Final = 47
"""Phase in which marketing saw the buyer last, plus one, three bits; kept only where there is a plan."""

# Fields packed in a buyer's `tally`: how often it has met each kind of moment.
NURTURES, RAISES, DECISIONS, RIVAL_MOMENTS, FACT_CHECKS = 0, 12, 22, 34, 50
TALLY_BITS: Final = 4095

STEP_BITS: Final = 6
"""Laps and steps within a lap share one integer, the occasion: lap * 64 + step."""


def _fields(names: str, kind: str) -> list[tuple[str, str]]:
    return [(name, kind) for name in names.split()]


# What an ordinary touch needs comes first, so that it lies in few memory lines. Halves of a word suffice for
# masks, counts and numbers of rows: a live buyer's row is what a large run's memory consists of.
BUYER = np.dtype(
    [
        *_fields("number", "i8"),
        *_fields("luck", "u8"),
        *_fields("posted", "f8"),
        ("due", "f8", (SLOTS,)),
        *_fields("stage journey", "i4"),
        *_fields("marks", "i8"),
        *_fields("x v pace moved_day touched_day clock_day fit fatigue noise touch_value", "f8"),
        *_fields("exposures tally", "i8"),
        *_fields("touches facts_marketing facts_sales occasion", "i4"),
        *_fields("arrival_day raised_day facts_day goodwill value", "f8"),
        *_fields("rivals", "i8"),
        *_fields("owner task child next previous ledger", "i4"),
        *_fields("priority let_go_day prepared_hours prepared_day hours lap_hours wasted_hours", "f8"),
    ],
    align=True,
)

REP = np.dtype(
    [
        *_fields("number", "i8"),
        ("luck", "u8"),
        *_fields("queue waiting current task wakes speciality", "i8"),
        *_fields("skill trust due posted started_day working_hours busy_hours", "f8"),
        ("hours", "f8", (TASKS,)),
        *_fields("stint departures passed_on", "i8"),
        *_fields("full_skill edge hired_day leaves_day absent_until experience", "f8"),
        *_fields("good bad wins wins_day", "f8"),
        *_fields("owed_hours owed_day held_hours other_hours", "f8"),
    ],
    align=True,
)

EXCHANGE = np.dtype(
    [
        *_fields("number journey lap rep", "i8"),
        *_fields("let_go_day routed_day first_attempt_day pass_day end_day system_days queue_days", "f8"),
        *_fields("score position speed_in speed_out", "f8"),
        *_fields("facts_before facts_after attempts outcome early late slow pushed obstructed", "i8"),
        *_fields("verdict qualified reason", "i8"),
    ],
    align=True,
)

DEAL = np.dtype(
    [
        *_fields("number journey lap rep meetings outcome reason", "i8"),
        *_fields("opened_day forecast_day closed_day hours value revenue discount", "f8"),
        *_fields("pushed", "i8"),
        *_fields("wish asked_day allowed_day", "f8"),
    ],
    align=True,
)

OUTCOME = np.dtype(
    [
        *_fields(
            "number journey segment ready_now bought_from stage laps touches exchanges reason lap_won", "i8"
        ),
        *_fields("arrival_day fit value clock_day bought_day won_day first_attempt_day", "f8"),
        *_fields("touch_value hours wasted_hours revenue", "f8"),
        *_fields("origin_channel last_channel visits_due visits_made renewals referrals", "i8"),
        *_fields("facts_sold facts_kept churn_reason", "i8"),
        *_fields("satisfaction renewal_value churn_day", "f8"),
    ],
    align=True,
)

DAY = np.dtype(
    [
        *_fields("arrivals let_go passes wins losses returned", "i8"),
        *_fields("in_marketing in_air in_sales queue_length", "i8"),
        *_fields("revenue", "f8"),
        *_fields("trust regard", "f8"),
        *_fields("customers renewals churned referrals reviews", "i8"),
        *_fields("renewal_value reputation", "f8"),
    ],
    align=True,
)

LOG = np.dtype(
    [*_fields("day", "f8"), *_fields("number kind", "i8"), *_fields("first second", "f8")], align=True
)

ARRIVAL = np.dtype([*_fields("day", "f8"), *_fields("journey segment number", "i8")], align=True)

_CHANNEL = (MAX_CHANNELS,)
_JOURNEY = (MAX_JOURNEYS,)
_SEGMENT = (MAX_SEGMENTS,)
_RIVAL = (MAX_RIVALS,)

PARAMS = np.dtype(
    [
        # The calendar does not come first: numba takes a record that begins like another for a kind of it.
        *_fields("warmup_end counted_end end_day follow_up", "f8"),
        *_fields("opens closes", "f8"),
        *_fields("week_days start_weekday journeys channels segments rivals reps from_file", "i8"),
        *_fields("arrivals_per_day ceiling growth_per_year weekly_spread", "f8"),
        ("weekday", "f8", (7,)),
        ("hour", "f8", (24,)),
        *_fields("pull_forward_rate quicken_factor quicken_days", "f8"),
        *_fields("answer_rate fast_days slow_days fast_share floor_rate recover_days", "f8"),
        *_fields("grace_days cooling_days fatigue_per_touch recovery_days", "f8"),
        *_fields("decay_per_day relevance_gain ask_again_momentum_loss ask_again_goodwill_loss", "f8"),
        ("fact_weight", "f8", (FACTS,)),
        *_fields(
            "base_value fit_value facts_value relationship_value late_value unassisted_value talks_scale",
            "f8",
        ),
        *_fields("rival_engagement_value other_value wait_value indecision_value", "f8"),
        *_fields("early_goodwill_loss push_goodwill_loss obstruct_goodwill_loss warm_goodwill_gain", "f8"),
        *_fields(
            "commit_share fallback_position qualify_base_value qualify_fit_value qualify_early_value "
            "qualify_momentum_value qualify_intent_value intent_days",
            "f8",
        ),
        *_fields("slow_loss_rate push_excess_per_day", "f8"),
        ("touch_cost", "f8", _CHANNEL),
        ("gain", "f8", (MAX_CHANNELS, 4)),
        ("reveals", "f8", (MAX_CHANNELS, FACTS)),
        ("reveal_mask", "i8", _CHANNEL),
        ("hand_raise", "f8", (MAX_CHANNELS, 4)),
        ("observed", "f8", _CHANNEL),
        ("half_saturation", "f8", _CHANNEL),
        ("carryover_days", "f8", _CHANNEL),
        ("half_response", "f8", _CHANNEL),
        ("paid", "i8", _CHANNEL),
        ("fit_median", "f8", _SEGMENT),
        ("fit_spread", "f8", _SEGMENT),
        ("deal_value", "f8", _SEGMENT),
        ("deal_spread", "f8", _SEGMENT),
        ("journey_share", "f8", _JOURNEY),
        ("segment_share", "f8", (MAX_JOURNEYS, MAX_SEGMENTS)),
        ("origin", "i8", _JOURNEY),
        ("tau", "f8", _JOURNEY),
        ("touches_per_day", "f8", _JOURNEY),
        ("zone_open", "f8", _JOURNEY),
        ("zone_close", "f8", _JOURNEY),
        ("start_position", "f8", _JOURNEY),
        ("ready_position", "f8", _JOURNEY),
        ("start_spread", "f8", _JOURNEY),
        ("start_momentum", "f8", _JOURNEY),
        ("arrives_raised", "f8", _JOURNEY),
        ("chain", "f8", (MAX_JOURNEYS, 4, MAX_CHANNELS, MAX_CHANNELS)),
        ("switches", "i8", _JOURNEY),
        ("switch_share", "f8", (MAX_JOURNEYS, MAX_JOURNEYS)),
        ("hot_rate", "f8", _JOURNEY),
        ("ready_rate", "f8", _JOURNEY),
        ("ready_median", "f8", _JOURNEY),
        ("ready_spread", "f8", _JOURNEY),
        ("hazard_per_day", "f8", _JOURNEY),
        ("has_deadline", "i8", _JOURNEY),
        ("deadline_median", "f8", _JOURNEY),
        ("deadline_spread", "f8", _JOURNEY),
        ("lead_days", "f8", _JOURNEY),
        ("rival_strength", "f8", _RIVAL),
        ("rival_rate", "f8", _RIVAL),
        ("rival_near", "f8", _RIVAL),
        ("rival_neglect", "f8", _RIVAL),
        ("rival_ceiling", "f8", _RIVAL),
        *_fields("rival_total score_bias score_noise", "f8"),
        *_fields("task_share selling_share top_readiness preparation_scale stale_days hour_value", "f8"),
        ("task_hours", "f8", (TASKS,)),
        *_fields("duration_law max_meetings", "i8"),
        *_fields("duration_spread meeting_gain meeting_spacing propose_position discover_rate", "f8"),
        *_fields("marketers learns turns_over lossy_handover", "i8"),
        *_fields("trust_rate trust_strength trust_kept regard_rate follow_up_days", "f8"),
        *_fields("withhold_rate dispute_hours spite_shift performance_days", "f8"),
        *_fields("ramp_days novice_rate tenure_days vacancy_days skill_spread", "f8"),
        ("handover_retention", "f8", (FACTS,)),
        *_fields("negotiates aftersale reviewed talks referral_journey", "i8"),
        *_fields("demand_rate wish_median_rate wish_spread price_value", "f8"),
        *_fields("satisfaction_base fit_effect facts_effect care_effect promise_effect", "f8"),
        *_fields("satisfaction_spread review_rate review_delay_days reviews_memory_days", "f8"),
        *_fields("reviews_at_start valence_at_start volume_elasticity valence_elasticity", "f8"),
        *_fields("reputation_value referral_rate referral_delay_days term_days", "f8"),
        *_fields("renewal_base_value renewal_satisfaction_value renewal_care_value", "f8"),
        *_fields("expansion_base_value expansion_rate", "f8"),
        *_fields("story_gain story_half story_memory_days", "f8"),
        *_fields("season_amplitude season_peak_day", "f8"),
        *_fields("drifts rivals_learn planned", "i8"),
        ("channel_drift", "f8", _CHANNEL),
        ("rival_learning", "f8", _RIVAL),
        ("rival_memory", "f8", _RIVAL),
        ("rival_slow_days", "f8", _RIVAL),
        ("rival_limit", "f8", _RIVAL),
        *_fields("population innovation_per_year imitation_per_year", "f8"),
    ],
    align=True,
)

LEVERS = np.dtype(
    [
        *_fields("aim_open aim_close go_level prepare_hours near_days age_days", "f8"),
        *_fields(
            "wanted all_of_them nurture_channel overlap introduction routing breach attempts order", "i8"
        ),
        *_fields("recycle_mask max_laps previous_owner", "i8"),
        *_fields("quota review_days bar_drop nurture_days overlap_pace overlap_cost obstruct_rate", "f8"),
        *_fields("introduction_hours conveys_rate routing_delay batch_days", "f8"),
        *_fields("triage_bar tracking_rate ignore_rate workload_effect trust_effect", "f8"),
        *_fields("response_target spacing expiry_days kept_rate", "f8"),
        ("retention", "f8", (FACTS,)),
        ("return_retention", "f8", (FACTS,)),
        ("cool_off", "f8", (REASONS,)),
        ("spend", "f8", _CHANNEL),
        *_fields("varied", "i8"),
        *_fields("prequalification experience_tracking experience_volume experience_prequalification", "f8"),
        *_fields("performance_volume performance_tracking", "f8"),
    ],
    align=True,
)

FIRM = np.dtype(
    [
        *_fields("quarter_days next_quarter_weight push_rate push_gain", "f8"),
        *_fields("sales_pay marketing_pay", "i8"),
        *_fields("period_days target discipline_rate next_weight effort_rate usual_days belief_kept", "f8"),
        *_fields("account_owner", "i8"),
        *_fields("boundary_rate ceiling_rate approval_delay approval_hours", "f8"),
        *_fields("farm_every_days farm_hours", "f8"),
    ],
    align=True,
)

MARKETER = np.dtype(
    [
        *_fields("regard good bad", "f8"),
        *_fields("period_start earned flow", "f8"),
        *_fields("seen sum_x sum_y sum_xx sum_xy", "f8"),
    ],
    align=True,
)

STATE = np.dtype(
    [
        *_fields("seed policy next_arrival free_row rows_used live pool pool_length turn_taker", "i8"),
        ("market_luck", "u8"),
        *_fields("pending asked_row asked_rep asked_rival moment answer answered overridden", "i8"),
        *_fields("exchanges deals outcomes notes follow ceiling_hit events looks_again room", "i8"),
        *_fields(
            "now next_arrival_day next_change_day next_review_day next_midnight review_day",
            "f8",
        ),
        *_fields("quota_due handed air_area air_day week_factor", "f8"),
        *_fields("counted_in_air", "i8"),
        ("stage_count", "i8", (16,)),
        ("where", "i8", (32,)),
        ("rows", "i8", (32,)),
        ("stock", "f8", _CHANNEL),
        ("stock_day", "f8"),
        ("outbox", "i8", (8,)),
        ("outbox_size", "i8"),
        *_fields("facts_in_marketing facts_out_marketing facts_in_sales facts_out_sales", "i8"),
        *_fields("buyers_in buyers_out", "i8"),
        *_fields("hours_out touch_value_out", "f8"),
        *_fields("passing_row", "i8"),
        *_fields("review_volume review_valence reviews_day stories story_day", "f8"),
        ("channel_touches", "i8", _CHANNEL),
        ("channel_value", "f8", _CHANNEL),
        *_fields("customers_won", "i8"),
    ],
    align=True,
)


CHANGE = np.dtype([*_fields("day", "f8")], align=True)

PHASE = np.dtype(
    [
        *_fields("entered advanced staying left touches hand_raises let_go passes", "i8"),
        *_fields("days_in touch_cost plan_hours", "f8"),
    ],
    align=True,
)

PLAN = np.dtype(
    [
        *_fields("in_plan by_sales plan_channels", "i8"),
        *_fields("every_days relevance", "f8"),
        ("plan_channel", "i8", _CHANNEL),
    ],
    align=True,
)

RIVAL_MIND = np.dtype(
    [("waited", "f8", _JOURNEY), ("seen", "f8", _JOURNEY), ("heard_day", "f8", _JOURNEY)], align=True
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
    "agenda_heads": HEAD,
    "agenda_slots": SLOT,
    "agenda_now": SLOT,
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
agenda_heads = _reader("agenda_heads")
agenda_slots = _reader("agenda_slots")
agenda_now = _reader("agenda_now")
phases = _reader("phases")
"""What became of counted buyers in each phase: one row per journey and phase (`PHASE`)."""
plans = _reader("plans")
"""The engagement plan: one row per policy, journey and phase (`PLAN`)."""
rivals = _reader("rivals")
"""What rivals have learned of our slowness (`RIVAL_MIND`)."""
