"""The columns of every frame a run leaves behind: the contract between the engine and the measures.

One run gives seven frames (buyers, exchanges, deals, days, reps, channels, phases), one row of totals and, for buyers
that are followed, their events. Frames of many runs are the same frames stacked; the four `KEYS` tell the runs
apart. Each column is documented here once, as
data, so that the reader that fills the frames, the measures, the tests and the manual agree.

Only counted buyers (those who arrived in the counted period) have rows in buyers, exchanges and deals.
Instants are days since the start of the run. What did not happen is an empty cell (NaN), never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.measure.account_frames import CHANNEL_COLUMNS, CUSTOMER_COLUMNS
from sim.measure.column import Column
from sim.measure.phase_frame import PHASE_COLUMNS
from sim.measure.rep_frame import REP_COLUMNS
from sim.vocabulary import EventKind, Outcome, Reason, Stage, Verdict, words

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FRAMES",
    "KEYS",
    "Column",
    "RunFrames",
    "column_names",
    "describe",
    "empty_frame",
    "missing_columns",
]


@dataclass(frozen=True)
class RunFrames:
    """What one run (or many runs, stacked) left behind.

    Attributes:
        buyers: One row per counted buyer.
        exchanges: One row per letting-go of a counted buyer (the ledger).
        deals: One row per opportunity of a counted buyer.
        days: One row per day of the run, all buyers together.
        reps: One row per rep.
        phases: One row per journey and phase.
        totals: What belongs to the run as a whole. For one run a mapping is enough
            (`{"fixed_value": ..., "counted_days": ..., "horizon_days": ...}`); for many runs a frame
            with the `KEYS` and one row per run, also for runs that left no other row.
    """

    buyers: pd.DataFrame
    exchanges: pd.DataFrame
    deals: pd.DataFrame
    days: pd.DataFrame
    reps: pd.DataFrame
    totals: Mapping[str, Any] | pd.DataFrame
    phases: pd.DataFrame = field(default_factory=lambda: empty_frame("phases"))


KEYS: tuple[str, ...] = ("scenario", "policy", "seed", "replication")
"""The columns every frame begins with; together they name one run."""

_KEY_COLUMNS = (
    Column("scenario", "category", "word", "title of the scenario"),
    Column("policy", "category", "word", "name of the policy that was run"),
    Column("seed", "int64", "", "seed of the run; equal seeds mean the same buyers with the same luck"),
    Column("replication", "int64", "", "number of the replication, from 0"),
)

_BUYERS = (
    Column(
        "number", "int64", "", "identity of the buyer: its number by arrival, the same under every policy"
    ),
    Column("segment", "category", "word", "segment of the market"),
    Column("journey", "category", "word", "journey the buyer is on at the end of follow-up"),
    Column("arrival_day", "float64", "days", "when the buyer arrived"),
    Column("fit_rate", "float64", "share", "how well the offer fits the buyer, 0 to 1"),
    Column("deal_value", "float64", "money", "what a won deal with this buyer is worth before discount"),
    Column(
        "clock_day", "float64", "days", "when the purchase clock strikes: the buyer then buys from somebody"
    ),
    Column("ready_now", "bool", "yes/no", "whether the clock was drawn from the ready-now share"),
    Column(
        "bought_day", "float64", "days", "when the buyer bought, from anyone; empty if not within follow-up"
    ),
    Column(
        "bought_from",
        "category",
        "word",
        '"us", "rival:<name>", "somebody-else" or "nobody yet"',
    ),
    Column(
        "stage",
        "category",
        "word",
        "where the buyer stood when it was last observed; settled = has bought, from whomever",
        words(Stage),
    ),
    Column("laps", "int64", "count", "laps begun: 1 for a buyer who never came back from sales"),
    Column("touches", "int64", "count", "touches of the buyer's own, without marketing's nurture touches"),
    Column("exchanges", "int64", "count", "times the buyer was let go to sales (rows in exchanges)"),
    Column("touch_value", "float64", "money", "cost of the touches, overlap included"),
    Column("rep_hours", "float64", "hours", "working hours of reps spent on this buyer"),
    Column("wasted_hours", "float64", "hours", "rep hours on laps that never became an opportunity"),
    Column("rep_value", "float64", "money", "variable cost of the rep hours"),
    Column("revenue_value", "float64", "money", "revenue from this buyer, discounts taken off; 0 when none"),
    Column(
        "first_attempt_day", "float64", "days", "first time a rep tried to reach the buyer; empty if never"
    ),
    Column(
        "won_day",
        "float64",
        "days",
        "when the contract was signed, or the buyer bought from us without a rep; empty if not",
    ),
    Column("lap_won", "int64", "count", "lap of the deal that was won, 1 = first; 0 when no deal was won"),
    Column(
        "loss_reason",
        "category",
        "word",
        "reason of the last time the buyer was lost or went back; empty if never",
        words(Reason),
    ),
    *CUSTOMER_COLUMNS,
)

_EXCHANGES = (
    Column("number", "int64", "", "identity of the buyer"),
    Column("journey", "category", "word", "journey of the buyer when let go"),
    Column("lap", "int64", "count", "lap of the buyer, 1 = first"),
    Column("rep", "int64", "", "number of the rep, -1 when none was found"),
    Column("let_go_day", "float64", "days", "when marketing let go of the baton"),
    Column("routed_day", "float64", "days", "when the lead stood on a rep's record; empty if never"),
    Column("first_attempt_day", "float64", "days", "when the rep first tried; empty if never"),
    Column("pass_day", "float64", "days", "first live contact; empty without contact"),
    Column("end_day", "float64", "days", "when the baton left the air; empty while open"),
    Column("system_days", "float64", "days", "delay in routing and batching; empty if never routed"),
    Column("queue_days", "float64", "days", "delay until the rep is free; empty if never routed"),
    Column(
        "human_days",
        "float64",
        "days",
        "the rest of the delay: attempts and the time between them. The three "
        "parts add up to pass_day - let_go_day; empty without contact",
    ),
    Column(
        "score", "float64", "share of track", "what marketing believed the position to be when letting go"
    ),
    Column("position", "float64", "share of track", "true position at the pass; empty without contact"),
    Column("speed_in_per_day", "float64", "track per day", "momentum of the buyer just before the pass"),
    Column("speed_out_per_day", "float64", "track per day", "momentum of the buyer just after the pass"),
    Column(
        "speed_lost_rate",
        "float64",
        "share",
        "share of the incoming speed lost; empty when it was not moving",
    ),
    Column("readiness_per_day", "float64", "track per day", "readiness of the rep at the pass"),
    Column("zone_open", "float64", "share of track", "where the true zone of the journey opens"),
    Column("zone_close", "float64", "share of track", "where the true zone of the journey closes"),
    Column("facts_before", "int64", "count", "facts marketing knew when letting go"),
    Column("facts_after", "int64", "count", "facts sales knew when the exchange ended; 0 while open"),
    Column("facts_before_mask", "int64", "bits", "which facts marketing knew; bit i is fact number i"),
    Column("facts_after_mask", "int64", "bits", "which facts sales knew afterwards; bit i is fact number i"),
    Column("attempts", "int64", "count", "attempts to reach the buyer"),
    Column("outcome", "category", "word", "how the exchange ended", words(Outcome)),
    Column("early", "bool", "yes/no", "passed before the true zone opened"),
    Column("late", "bool", "yes/no", "passed after the true zone closed"),
    Column("slow", "bool", "yes/no", "the response target was missed"),
    Column("pushed", "bool", "yes/no", "sales came in much faster than the buyer moved"),
    Column("obstructed", "bool", "yes/no", "both runners got in each other's way"),
    Column(
        "verdict",
        "category",
        "word",
        "the exchange in one word; clean = passed without a fault",
        words(Verdict),
    ),
    Column("qualified", "bool", "yes/no", "the pass made an opportunity"),
    Column(
        "reason", "category", "word", "why the lead was not taken further; empty if it was", words(Reason)
    ),
)

_DEALS = (
    Column("number", "int64", "", "identity of the buyer"),
    Column("journey", "category", "word", "journey of the buyer when the deal was opened"),
    Column("lap", "int64", "count", "lap of the buyer, 1 = first"),
    Column("rep", "int64", "", "number of the rep"),
    Column("opened_day", "float64", "days", "when the opportunity was opened"),
    Column("forecast_day", "float64", "days", "proposal made and committed; empty if it never came to that"),
    Column("closed_day", "float64", "days", "when the deal was won or lost; empty while open"),
    Column("meetings", "int64", "count", "meetings held"),
    Column("hours", "float64", "hours", "rep hours spent on the deal"),
    Column("outcome", "category", "word", "how the deal ended", ("won", "lost", "open")),
    Column("reason", "category", "word", "why it was lost; empty otherwise", words(Reason)),
    Column("deal_value", "float64", "money", "list value of the deal"),
    Column("revenue_value", "float64", "money", "revenue of the deal, discount taken off; 0 unless won"),
    Column("discount_value", "float64", "money", "discount given; 0 unless won"),
    Column("pushed", "bool", "yes/no", "the rep made an offer that ended with the quarter"),
    Column("wish_rate", "float64", "share", "discount the buyer asked for; 0 if it did not ask"),
    Column("asked_day", "float64", "days", "when the buyer asked; empty if it did not"),
    Column(
        "allowed_day", "float64", "days", "when the answer was there; empty if it was not asked or not yet"
    ),
)

_DAYS = (
    Column(
        "day", "int64", "days", "day of the run, from 0; a run that ends within a day ends that day there"
    ),
    Column("arrivals", "int64", "count", "buyers who arrived on the day"),
    Column("let_go", "int64", "count", "leads let go on the day"),
    Column("passes", "int64", "count", "first live contacts on the day"),
    Column("wins", "int64", "count", "purchases from us on the day"),
    Column("losses", "int64", "count", "deals lost on the day"),
    Column("returned", "int64", "count", "leads that went back to marketing on the day"),
    Column("revenue_value", "float64", "money", "revenue of the day"),
    Column("in_marketing", "int64", "count", "buyers marketing has at the end of the day"),
    Column("in_air", "int64", "count", "batons in the air at the end of the day"),
    Column("in_sales", "int64", "count", "buyers sales has at the end of the day"),
    Column("queue_length", "int64", "count", "tasks waiting for reps at the end of the day"),
    Column(
        "trust_rate",
        "float64",
        "share",
        "mean trust of the reps in marketing's leads at the end of the day",
    ),
    Column(
        "regard_rate",
        "float64",
        "share",
        "mean regard of the marketers for sales' follow-up at the end of the day",
    ),
    Column("conflict_rate", "float64", "share", "1 less the mean of trust and regard"),
    Column("customers", "int64", "count", "customers looked after at the end of the day"),
    Column("renewals", "int64", "count", "contracts renewed on the day"),
    Column("churned", "int64", "count", "customers who left on the day"),
    Column("referrals", "int64", "count", "buyers who appeared on the day through a customer"),
    Column("reviews", "int64", "count", "reviews written on the day"),
    Column("renewal_value", "float64", "money", "revenue of the day's renewals, part of revenue_value"),
    Column(
        "reputation",
        "float64",
        "factor",
        "what reviews multiply touches by at the end of the day",
    ),
)

_TOTALS = (
    Column(
        "fixed_value", "float64", "money", "salaries, spend on channels and mechanisms in the counted period"
    ),
    Column("mechanism_value", "float64", "money", "cost of mechanisms of integration, part of fixed_value"),
    Column("counted_days", "float64", "days", "length of the counted period"),
    Column("horizon_days", "float64", "days", "warm-up, counted period and follow-up together"),
    Column("open_hours", "float64", "hours", "working hours of the calendar in the counted period"),
    Column("in_air_days", "float64", "days", "days counted batons were in the air, summed over them"),
    Column("events", "float64", "count", "things that happened in the run"),
    Column("buyers_in", "float64", "count", "buyers who arrived in the run, counted or not"),
)

_EVENTS = (
    Column("day", "float64", "days", "when it happened"),
    Column("number", "int64", "", "identity of the buyer"),
    Column("kind", "category", "word", "what happened", words(EventKind)),
    Column("first", "float64", "", "first number of the event; what it is depends on the kind"),
    Column("second", "float64", "", "second number of the event"),
)

FRAMES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        name: (*_KEY_COLUMNS, *columns)
        for name, columns in {
            "buyers": _BUYERS,
            "exchanges": _EXCHANGES,
            "deals": _DEALS,
            "days": _DAYS,
            "reps": REP_COLUMNS,
            "channels": CHANNEL_COLUMNS,
            "phases": PHASE_COLUMNS,
            "totals": _TOTALS,
            "events": _EVENTS,
        }.items()
    }
)
"""The documented columns of each frame, in order."""


def _columns(frame_name: str) -> tuple[Column, ...]:
    if frame_name not in FRAMES:
        near = get_close_matches(frame_name, FRAMES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"no frame is called {frame_name!r}{hint} (there are {', '.join(FRAMES)})")
    return FRAMES[frame_name]


def column_names(frame_name: str) -> tuple[str, ...]:
    """Names of the columns of a frame, keys first.

    Args:
        frame_name: One of the names in `FRAMES`.

    Returns:
        The names in their documented order.

    Raises:
        ValueError: If there is no such frame.
    """
    return tuple(column.name for column in _columns(frame_name))


def describe(frame_name: str) -> pd.DataFrame:
    """What each column of a frame means.

    Args:
        frame_name: One of the names in `FRAMES`.

    Returns:
        One row per column of the frame, with the columns `column`, `dtype`, `unit`, `meaning` and `words`
        (the words allowed in it, separated by commas; empty where any value may stand).

    Raises:
        ValueError: If there is no such frame; the message names the nearest one.
    """
    import pandas as pd  # half a second, which a comparison that only counts need not spend

    rows = [
        {
            "column": column.name,
            "dtype": column.dtype,
            "unit": column.unit,
            "meaning": column.meaning,
            "words": ", ".join(column.words),
        }
        for column in _columns(frame_name)
    ]
    return pd.DataFrame(rows)


def empty_frame(frame_name: str) -> pd.DataFrame:
    """A frame of no rows with the documented columns and dtypes.

    Args:
        frame_name: One of the names in `FRAMES`.

    Returns:
        The frame; columns of closed lists of words already have these words as categories.

    Raises:
        ValueError: If there is no such frame.
    """
    import pandas as pd

    filled: dict[str, pd.Series[Any]] = {}
    for column in _columns(frame_name):
        if column.words:
            filled[column.name] = pd.Series(pd.Categorical([], categories=list(column.words)))
        else:
            filled[column.name] = pd.Series([], dtype=column.dtype)
    return pd.DataFrame(filled)


def missing_columns(frame_name: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """Documented columns that a frame does not have.

    Args:
        frame_name: One of the names in `FRAMES`.
        frame: The frame to look at.

    Returns:
        Their names in documented order; empty when the frame is complete.

    Raises:
        ValueError: If there is no such frame.
    """
    return tuple(name for name in column_names(frame_name) if name not in frame.columns)
