"""The sections of a report on the pass: where, with what, how fast, and what became of everybody."""

from __future__ import annotations

from sim.measure.measures import MEASURES
from sim.show import charts
from sim.show.facts import known_facts
from sim.show.flow import fates
from sim.show.report.found import meanings
from sim.show.report.material import Material, plain_words
from sim.show.report.page import Section
from sim.show.report.picture import picture
from sim.vocabulary import Fact, word

__all__ = ["flow_section", "information_section", "people_section", "timing_section", "track_section"]

_SEEN = 0.005
"""Shares smaller than this are not told of a figure."""

_TRACK = [
    f"{verdict}_exchange_rate" for verdict in ("clean", "early", "late", "slow", "pushed", "obstructed")
]
_FLOW = (
    "let_go_rate", "rejected_rate", "ignored_rate", "expired_rate", "qualified_rate", "win_rate", "no_decision_rate",
    "bought_elsewhere_rate", "lead_to_won_rate",
)  # fmt: skip
_FACTS = ("facts_retained_rate", "facts_after_mean")
_TIMES = (
    "speed_to_lead_p50_days", "speed_to_lead_p90_days", "system_delay_days", "queue_delay_days", "human_delay_days",
    "contact_rate", "rep_utilisation_rate",
)  # fmt: skip
_PARTS = (
    ("system", "time until the lead stands on a rep's list"),
    ("queue", "time from there until the rep turns to it"),
    ("human", "time from there until the buyer answers"),
)
_PEOPLE = [name for name in ("trust_rate", "regard_rate", "conflict_rate") if name in MEASURES]


def track_section(material: Material) -> Section:
    """Where on the track the baton was passed, against the zone.

    Args:
        material: What was found.
    """

    def seen(policy: str) -> str:
        verdicts = material.passes(policy)["verdict"].value_counts(normalize=True, sort=False)
        parts = [f"{share:.0%} {name}" for name, share in verdicts.items() if share >= _SEEN]
        return ", ".join(parts) or "no passes"

    drawing = material.drawing(
        "track", charts.relay_track, seen, material.exchanges, policies=material.policies
    )
    table = material.found.table("Passes by verdict, of all passes", _TRACK)
    many = f"{material.drawn_runs} replication{'s' if material.drawn_runs != 1 else ''}"
    said = [
        "A handover is like the pass of a baton: it succeeds in a stretch of the buyer's way, the zone. Before it the "
        "buyer is not ready, after it somebody else has been chosen.",
        f"Figures of single buyers are drawn from the first {many} of each policy; tables count all runs.",
    ]
    terms = [
        ("pass", "the first live talk between sales and a buyer whom marketing has let go"),
        ("slow, pushed, obstructed", "sales answered too late; came much faster than the buyer moved; or both "
         "departments got in each other's way"),
        *meanings(_TRACK[:1]),
    ]  # fmt: skip
    return Section("track", "Where leads were passed", said, pictures=[drawing], tables=[table], terms=terms)


def flow_section(material: Material) -> Section:
    """What became of every buyer, policy by policy.

    Args:
        material: What was found.
    """
    pictures = []
    for nth, policy in enumerate(material.policies, 1):
        buyers, exchanges = (
            frame[frame["policy"] == policy] for frame in (material.buyers, material.exchanges)
        )
        found = fates(buyers, exchanges)
        said = []
        for column, heading in (("exchange", "Handed over"), ("end", "At the end")):
            shares = found[column].value_counts(normalize=True).sort_index()
            parts = [
                f"{plain_words(str(name))} {share:.0%}" for name, share in shares.items() if share >= _SEEN
            ]
            said.append(f"{heading}: {', '.join(parts) or 'nobody'}.")
        pictures.append(picture(f"flow-{nth}", charts.buyer_flow(buyers, exchanges, policy), " ".join(said)))
    table = material.found.table("What became of leads", _FLOW)
    return Section(
        "flow", "What became of every buyer", pictures=pictures, tables=[table], terms=meanings(_FLOW)
    )


def information_section(material: Material) -> Section:
    """What is known about the buyer before and after the pass.

    Args:
        material: What was found.
    """

    def seen(policy: str) -> str:
        passes = material.passes(policy)
        if passes.empty:
            return "no passes"
        before, after = (
            known_facts(passes[f"facts_{side}_mask"]).mean(axis=0) for side in ("before", "after")
        )
        return ", ".join(
            f"{word(fact)} {before[fact]:.0%} before and {after[fact]:.0%} after" for fact in Fact
        )

    drawing = material.drawing(
        "facts", charts.facts_through_pass, seen, material.exchanges, policies=material.policies
    )
    table = material.found.table("Information through the pass", _FACTS)
    said = [
        "What marketing knows about a buyer is the baton. Some of it is lost, depending on what carries it."
    ]
    title = "What is known before and after the pass"
    return Section("information", title, said, pictures=[drawing], tables=[table], terms=meanings(_FACTS))


def timing_section(material: Material) -> Section:
    """Where the time goes between letting go and the first live contact.

    Args:
        material: What was found.
    """

    def seen(policy: str) -> str:
        return ", ".join(f"{part} {material.shown(f'{part}_delay_days', policy)}" for part, _ in _PARTS)

    drawing = material.drawing(
        "timing", charts.response_split, seen, material.exchanges, policies=material.policies
    )
    table = material.found.table("Time until sales tries, and until the buyer is reached", _TIMES)
    terms = [*_PARTS, *meanings(name for name in _TIMES if not name.endswith("_delay_days"))]
    return Section("timing", "Where the time goes", pictures=[drawing], tables=[table], terms=terms)


def people_section(material: Material) -> Section:
    """How trust and regard go; only where people learn.

    Args:
        material: What was found.
    """

    def seen(policy: str) -> str:
        rows = material.days[material.days["policy"] == policy]
        course = rows.groupby("day")["conflict_rate"].mean().dropna()
        return (
            f"conflict begins at {course.iloc[0]:.2f} and ends at {course.iloc[-1]:.2f}"
            if len(course)
            else "no day"
        )

    drawing = material.drawing(
        "people", charts.conflict_course, seen, material.days, policies=material.policies
    )
    table = material.found.table("Trust, regard and what is missing to both", _PEOPLE)
    said = [
        "Reps come to trust leads that turn out well, and marketers to regard sales that follows up; or not."
    ]
    title = "Trust between marketing and sales"
    return Section("people", title, said, pictures=[drawing], tables=[table], terms=meanings(_PEOPLE))
