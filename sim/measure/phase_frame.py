"""The columns of the frame of phases: what came of each phase of each journey.

Counts are those of the whole run. Where the policy changes on the way, the plan told is the last one: that is
the plan a reader goes on with.
"""

from __future__ import annotations

from sim.measure.column import Column
from sim.vocabulary import Phase, words

PHASE_COLUMNS = (
    Column("journey", "category", "word", "journey of the buyers"),
    Column("phase", "category", "word", "phase of the track the buyers were in", words(Phase)),
    Column("entered", "int64", "count", "times a counted buyer entered: advanced + staying + left"),
    Column("advanced", "int64", "count", "of these, followed by the next phase or a purchase from us"),
    Column("staying", "int64", "count", "of these, still there when the observation ended"),
    Column(
        "left", "int64", "count", "of these, ended otherwise: slid back, changed journey, bought elsewhere"
    ),
    Column(
        "touches", "int64", "count", "touches by anyone: the buyer's own, marketing's, a rep's activities"
    ),
    Column("hand_raises", "int64", "count", "hands raised"),
    Column("let_go", "int64", "count", "times marketing let go"),
    Column("passes", "int64", "count", "first live contacts"),
    Column("phase_days", "float64", "days", "time counted buyers spent in the phase, summed over them"),
    Column("touch_value", "float64", "money", "cost of the touches, overlap not included"),
    Column("plan_hours", "float64", "hours", "working hours of reps on activities of the engagement plan"),
    Column("plan_value", "float64", "money", "variable cost of these hours"),
    Column(
        "role",
        "category",
        "word",
        "who acts by the plan in force when the run ends; empty without one",
        ("marketing", "sales", "both"),
    ),
    Column("content", "category", "word", "what that plan gives buyers, in words; empty without one"),
    Column(
        "judged_by", "category", "word", "measure that plan is judged by in this phase; empty without one"
    ),
    Column("judged", "float64", "", "that measure here; empty without one, or when nobody was there"),
)
