"""The published patterns that the shipped markets are compared with, and their tolerances.

Tolerances at Olist are the 95% intervals of the shares seen there; elsewhere they are as wide as the published
figures differ among themselves, or name a direction only.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from sim.experiment import pattern_counts as counts
from sim.experiment import published_integration as integration
from sim.experiment import published_outcomes as others
from sim.experiment.patterns import Pattern, Standing, wilson
from sim.experiment.setups import Count, Setup

__all__ = ["BY_DAY", "BY_ORIGIN", "OLIST_LEADS", "OLIST_WINS", "PATTERNS"]

OLIST = Setup("olist")
CONSIDERED = Setup("considered")
AT_ONCE = (
    "policy.recycling.reasons=[]",
    'policy.response_target="none"',
    'policy.breach="nothing"',
    'policy.checkmark="never"',
    "policy.triage.ignore_rate=0",
    "policy.prepare_hours=0",
    "team.reps.count=60",
)
"""Web leads with staff enough for the only difference to be when the telephone rings."""

FIRMS = (("speed-to-lead", 0.49), ("patient", 0.19), ("today", 0.16), ("throw-over-the-wall", 0.16))
"""Discipline: 49% of firms share a definition of a lead (T2.7) and are taken to answer raised hands at once; of the
others 37% nurture first (T4.5), and the rest is unaligned, one half of it like the other."""

STAFF = (8, 24, 48)
"""Capacity: far too few callers, about enough, twice as many (assumption)."""

ENSEMBLE = (
    "twelve kinds of firms stand for 2,241: 49% answer raised hands at once (T2.7), 37% of the others nurture first "
    "(T4.5), the rest is unaligned; a third each is short of staff, about right and ample"
)

OLIST_LEADS, OLIST_WINS = 5998, 732
"""First contacts of January to May 2018, and those that signed within 150 days."""

BY_ORIGIN = (
    (("unknown",), 176, 861),
    (("direct",), 53, 380),
    (("paid",), 160, 1182),
    (("organic",), 232, 1736),
    (("referral",), 24, 211),
    (("social",), 62, 1051),
    (("email",), 13, 347),
    (("display", "other"), 12, 230),
)
"""Wins and first contacts of the window by origin. Source: Olist."""

BY_DAY = ((1, 0.105), (7, 0.387), (14, 0.582), (30, 0.754), (60, 0.870), (90, 0.926))
"""Share of wins on or before a calendar day after the first contact. Source: Olist."""

WEEKDAYS = (
    ("Monday", 1.31),
    ("Tuesday", 1.22),
    ("Wednesday", 1.31),
    ("Thursday", 1.17),
    ("Friday", 0.99),
    ("Saturday", 0.47),
    ("Sunday", 0.48),
)
"""Arrivals by weekday, relative to the mean. Source: Olist."""


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _seen(
    name: str, per: str, hits: int, of: int, standing: Standing, count: Count, explained: str = ""
) -> Pattern:
    """A share seen at Olist; its tolerance is its own 95% interval."""
    return Pattern(
        name,
        per,
        _percent(hits / of),
        "Olist",
        *wilson(hits, of),
        standing,
        (OLIST,),
        count,
        counts.share,
        explained,
    )


# fmt: off
def _olist() -> Iterable[Pattern]:
    yield _seen("won within 150 days", "first contact", OLIST_WINS, OLIST_LEADS, "fitted",
                counts.measured("lead_to_won_rate"))
    for names, hits, of in BY_ORIGIN:
        label = " and ".join(names)
        yield _seen(f"won, origin {label}", "first contact of that origin", hits, of, "fitted",
                    counts.won_from(*names))
    for day, part in BY_DAY:
        yield _seen(f"won by day {day}", "win", round(part * OLIST_WINS), OLIST_WINS, "fitted", counts.won_by(day))
    yield _seen("won on the day of the first contact", "win", 34, OLIST_WINS, "emerging", counts.won_by(0),
                "in the model it takes an answered call, the clock of the buyer and a signature, all on one day "
                "within office hours")
    for number, (name, part) in enumerate(WEEKDAYS):
        yield Pattern(f"arrivals on a {name}", "mean day", f"{part:.2f}", "Olist", part - 0.06, part + 0.06,
                      "identity", (OLIST,), counts.arrivals_on(number), counts.share)
    dispersions: tuple[tuple[str, float, bool, Standing], ...] = (
        ("arrivals", 3.81, False, "fitted"), ("wins by week of first contact", 2.17, True, "emerging"))
    for name, published, won, standing in dispersions:
        # 20 degrees of freedom: chi-square quantiles 9.591 and 34.170.
        yield Pattern(f"weekly dispersion of {name}", "variance over mean of 21 weeks", f"{published:.2f}", "Olist",
                      published * 20 / 34.170, published * 20 / 9.591, standing, (OLIST,), counts.weekly(won),
                      counts.dispersion)
    yield Pattern("won at weekends", "win", "0.5%", "Olist", 0.0, wilson(4, OLIST_WINS)[1], "emerging", (OLIST,),
                  counts.won_on_weekends, counts.share)
    yield Pattern("days to win, social and email against the others", "ratio of medians", "2.1", "Olist", 1.4, 2.9,
                  "emerging", (OLIST,), counts.days_of_wins, counts.ratio_of_medians)
    yield _seen("won, first contact in May", "first contact in May", 124, 1303, "emerging",
                counts.won_in_last_month, "May is a break in the data; the market is stationary")
    # Why the market has a policy of its own: with the daily lists of policy today nobody can sign so soon.
    yield Pattern("won on the day of the first contact under the daily lists of policy today", "win", "below 4.6%",
                  "Olist", 0, wilson(34, OLIST_WINS)[0], "identity", (Setup("olist", "today"),), counts.won_by(0),
                  counts.share)
    flood = tuple(Setup("olist", None, (f"market.demand.arrivals_per_day={39.7 * times:g}",)) for times in (1, 1.5, 3))
    ratio = "ratio of wins"
    sales = counts.measured("closed_won_count")
    yield Pattern("sales at one and a half times the leads, same staff", ratio, "flat: below 1.25", "T7.11", 0, 1.25,
                  "emerging", flood[:2], sales, counts.against_first)
    yield Pattern("sales at three times the leads, same staff", ratio, "below 1", "T7.11", 0, 1, "emerging",
                  (flood[0], flood[2]), sales, counts.against_first)
    eager = tuple(Setup("olist", None, (*one.overrides, 'policy.order="new-first"')) for one in (flood[0], flood[2]))
    yield Pattern("sales at three times the leads, same staff, new leads called first", ratio, "below 1", "T7.11", 0, 1,
                  "emerging", eager, sales, counts.against_first,
                  "the newest lead first means that each still has its first talk, which here goes most of the way; "
                  "it is the meetings that starve")


def _considered() -> Iterable[Pattern]:
    def plain(name: str, per: str, published: str, source: str, low: float, high: float, standing: Standing,
              count: Count, explained: str = "") -> Pattern:
        return Pattern(name, per, published, source, low, high, standing, (CONSIDERED,), count, counts.share, explained)

    def against(name: str, per: str, published: str, source: str, low: float, high: float, count: Count,
                *overrides: str, explained: str = "") -> Pattern:
        setups = (CONSIDERED, Setup("considered", None, overrides))
        return Pattern(name, per, published, source, low, high, "emerging", setups, count, counts.against_first,
                       explained)

    yield plain("lead becomes opportunity", "lead", "13%", "T3.1", 0.11, 0.15, "fitted",
                counts.measured("lead_to_opportunity_rate"))
    yield plain("opportunity becomes deal", "opportunity", "6%", "T3.1", 0.045, 0.075, "fitted",
                counts.measured("win_rate"))
    yield plain("lead becomes deal", "lead", "0.78%", "T3.1", 0.0055, 0.011, "fitted",
                counts.measured("lead_to_won_rate"))
    for day, published, low, high in ((91, "10 to 15%", 0.10, 0.15), (182, "26%", 0.23, 0.29), (365, "45%", 0.42, 0.48)):
        yield plain(f"bought from anyone within {day} days", "lead", published, "T4.2", low, high, "fitted",
                    counts.bought_by(day))
    yield plain("forecast deal won", "forecast deal", "47%", "T3.10", 0.42, 0.52, "fitted",
                counts.measured("forecast_win_rate"))
    yield plain("forecast deal lost to somebody", "forecast deal", "31%", "T3.10", 0.26, 0.36, "fitted",
                counts.lost_to_others)
    yield plain("forecast deal ends without decision", "forecast deal", "22%", "T3.10", 0.17, 0.27, "fitted",
                counts.measured("forecast_no_decision_rate"))
    yield plain("lead let go that nobody tries to reach", "lead let go", "about 70%", "T2.1, T2.10", 0.6, 0.75,
                "emerging", counts.never_tried)
    yield plain("attempts answered", "attempt", "32 to 47%", "T1.20", 0.32, 0.47, "identity", counts.answered)
    yield plain("facts that survive a pass by word of mouth", "fact known at the pass", "48%", "T6.2", 0.468, 0.488,
                "identity", counts.facts_survived)
    yield against("leads nobody tries to reach, tracked against not", "ratio", "0.31 at best", "T2.9", 0.25, 0.9,
                  counts.never_tried, "policy.triage.tracking_rate=0.9")
    raised = tuple(
        Setup("considered", "speed-to-lead",
              (*AT_ONCE[:-1], "team.reps.count=40", 'policy.triggers=["hand-raise"]', f'policy.routing_delay="{delay}"'))
        for delay in ("1 day", "0 min")
    )
    yield Pattern("opportunities, raised hands called at once against a day later", "ratio per lead let go",
                  "above 1, at most about 3", "T1.21", 1, 3.1, "emerging", raised, counts.qualified,
                  counts.against_first)
    yield against("no decision, all facts known to sales against half of them", "ratio", "0.71", "T3.11", 0.5, 0.98,
                  counts.measured("forecast_no_decision_rate"), 'policy.medium="shared-record"',
                  "policy.warm_introduction=true", "policy.introduction_conveys_rate=1", "team.tasks.discover_rate=1",
                  explained="most forecast deals end by the clock or by the rep's patience; facts only tip the "
                            "choice at the end of the track")
    pass_at = tuple(
        Setup("considered", "patient", ("team.reps.count=30", 'policy.triggers=["score"]', f"policy.aim.shift={shift}"))
        for shift in (0, -0.4, 0.3)
    )
    yield Pattern("exchange inside the zone against the better of far too early and far too late",
                  "ratio of shares won", "above 1", "T9.13", 1, inf, "emerging", pass_at,
                  counts.measured("lead_to_won_rate"), counts.first_is_best)


def _others() -> Iterable[Pattern]:
    calls = tuple(
        Setup("web-leads", "speed-to-lead", (*AT_ONCE, f'policy.routing_delay="{delay}"')) for delay in ("30 min", "0 min")
    )
    yield Pattern("what calling at once rather than after half an hour adds to first contact, against to conversion",
                  "ratio of gains", "far above 1", "T1.3, T1.9", 2, inf, "emerging", calls, counts.reached_and_won,
                  counts.lift_of_contact_over_conversion)
    firms = tuple(
        Setup("web-leads", policy, (f"team.reps.count={reps}",)) for policy, _ in FIRMS for reps in STAFF
    )
    weights = [weight / len(STAFF) for _, weight in FIRMS for _ in STAFF]
    mix = counts.mean_weighted(weights)
    for name, low, high, published in (("within an hour", 0, 1 / 24, 0.37), ("within a day", 1 / 24, 1, 0.16),
                                       ("later", 1, 1e9, 0.24), ("never", 1e9, inf, 0.23)):
        yield Pattern(f"first response {name}", "web lead let go while the desk is open; mean of twelve kinds of firms",
                      f"{published:.0%}", "T1.1", published - 0.1, published + 0.1, "emerging", firms,
                      counts.first_responses(low, high), mix, ENSEMBLE)
    yield others.mean_response(firms, weights, ENSEMBLE)
    yield from others.answer_rates(AT_ONCE)
    blind = (
        "market.channels.clinic-leaflet.reveals.deadline=0",
        "market.channels.email.reveals.deadline=0",
        "market.channels.shop-visit.reveals.deadline=0",
    )
    yield Pattern("won, the due date known against never told", "ratio of shares won", "above 1", "assumption", 1.1, inf,
                  "emerging", (Setup("car-seat", "patient", blind), Setup("car-seat", "patient")),
                  counts.measured("lead_to_won_rate"), counts.against_first)

# fmt: on


PATTERNS: tuple[Pattern, ...] = (
    *_olist(),
    *_considered(),
    *_others(),
    *integration.PATTERNS,
    *others.PATTERNS,
)
"""All patterns, market by market."""
