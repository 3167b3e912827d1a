"""Published patterns of bringing marketing and sales together: what helps, what does not, and what is too much."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sim.experiment import pattern_counts as counts
from sim.experiment.levers.lap import ROOMY
from sim.experiment.patterns import Pattern, Standing
from sim.experiment.setups import Setup

__all__ = ["ALIGNED", "PATTERNS", "alignment_of"]

ALIGNED = "today+aligned-process+aligned-measurement+aligned-information"
"""Alike in process, measurement and information; each is paid as before."""

MECHANISM = "policy.organisation.mechanisms"
JOINT_PAY = f"{MECHANISM}.joint_compensation.intensity"
FORGETTING = ("team.reps.tenure_days=30", 'team.reps.handover_medium="shared-record"')
"""Every month another rep; what the leaver knew is written down, so only practice is lost."""
BETWEEN = (
    *ROOMY,
    "policy.triage.ignore_rate=0.25",
    "policy.triage.tracking_rate=0.1",
    'policy.breach="nothing"',
)
"""A firm in which a quarter of the leads is left to lie: fewer than today, more than where all are tracked."""
SOON = ("horizon.warmup_days=120", "horizon.counted_days=60", "horizon.follow_up_days=120")
"""Long enough for facts at the pass and for reps who stay a month."""

HELPING = (("single_unit", "a single unit"), ("cross_functional_teams", "cross-functional teams"),
           ("job_rotation", "job rotation"), ("committee", "a committee of both"))  # fmt: skip
IDLE = (("joint_training", "joint training"), ("co_location", "co-location"))
WON = counts.measured("lead_to_won_rate")

AT_ENDS = (
    "joint pay is a reason to follow up, which wears off as fewer leads are left to lie, and a reason to forget the next "
    "quarter, which does not; where seven leads in ten are ignored the first outweighs the second up to the end of "
    "the scale, and the row of a firm that ignores a quarter of them lies between"
)
NO_WAIT = (
    "whoever fills in a form there is called at once; nobody is fed for long, so short sight spoils little"
)
FAR_AWAY = (
    "buyers here are months away from buying, and what a unit neglects that works on what is near costs more "
    "than its quicker pass gains"
)
OVERRUN = (
    "the reps of this market have more leads than they can work, so those that nobody feeds any more are not missed; "
    "the row with reps enough shows what they are worth"
)
FEW_DEALS = "the facts kept move few deals here, so their effect is lost in chance"


def done(name: str) -> tuple[str, ...]:
    """One mechanism done fully."""
    return (f"{MECHANISM}.{name}.intensity=1",)


def alignment_of(market: str, explained: str = "") -> Pattern:
    """Alike in what both know and measure, not in what both are paid for, against neither and both.

    Args:
        market: Name of a shipped market, or a file.
        explained: Why it is missed, where it is.

    Returns:
        The pattern.
    """
    setups = (Setup(market, "today"), Setup(market, ALIGNED), Setup(market, ALIGNED, (f"{JOINT_PAY}=1",)))
    return Pattern(
        "alike in process, measurement and information but not in pay, against the better of alike in nothing and "
        "in pay too", "ratio of shares won", "above 1", "T7.5", 1, inf, "emerging", setups, WON, counts.best_inside,
        explained,
    )  # fmt: skip


def _mechanisms(market: str, policy: str = "today", **explained: str) -> Iterator[Pattern]:
    """Each mechanism of the survey laid over a firm in which little is aligned."""
    rows: tuple[tuple[str, str, str, float, float, Standing], ...] = (
        *((name, said, "helps: above 1", 1.0, inf, "emerging") for name, said in HELPING),
        *((name, said, "no effect", 0.97, 1.03, "identity") for name, said in IDLE),
    )
    for name, said, published, low, high, standing in rows:
        setups = (Setup(market, policy), Setup(market, policy, done(name)))
        yield Pattern(f"leads won with {said} against without", "ratio of shares won", published, "T7.7", low, high,
                      standing, setups, WON, counts.against_first, explained.get(name, ""))  # fmt: skip


def _turnover() -> Iterator[Pattern]:
    """What is left of a mechanism's effect when those who knew how to use it are gone."""
    record = done("shared_record")
    for name, published, low, high, more in (
        ("a new rep every month", "back to baseline", 0.0, 0.25, ()),
        (
            "a new rep every month who is trained at once",
            "not faded",
            0.75,
            1.1,
            (f"{MECHANISM}.practice_days=1",),
        ),
    ):
        setups = tuple(
            Setup("considered", "today", (*SOON, *settings, *more))
            for settings in ((), record, FORGETTING, (*FORGETTING, *record))
        )
        yield Pattern(f"facts a shared record saves with {name}", "part of the facts saved without turnover",
                      published, "T6.5", low, high, "identity", setups, counts.facts_survived,
                      counts.effect_left)  # fmt: skip


def _patterns() -> Iterator[Pattern]:
    yield from _turnover()
    yield alignment_of("considered")
    yield alignment_of("car-seat")
    yield alignment_of("olist", NO_WAIT)
    yield alignment_of("web-leads", NO_WAIT)
    half = tuple(Setup("considered", "today", (f"{JOINT_PAY}={share}",)) for share in (0, 0.5, 1))
    yield Pattern("pay half joint, against the better of apart and joint, most leads ignored", "ratio of shares won",
                  "above 1", "T7.5", 1, inf, "emerging", half, WON, counts.best_inside, AT_ENDS)  # fmt: skip
    half = tuple(Setup("considered", "patient", (*BETWEEN, f"{JOINT_PAY}={share}")) for share in (0, 0.5, 1))
    yield Pattern("pay half joint, against the better of apart and joint, a quarter of the leads ignored",
                  "ratio of shares won", "above 1", "T7.5", 1, inf, "emerging", half, WON, counts.best_inside,
                  FEW_DEALS)  # fmt: skip
    for staff, settings, explained in (("", (), OVERRUN), (" and reps enough", ROOMY, "")):
        setups = tuple(
            Setup("considered", "patient", (*settings, f"{JOINT_PAY}={share}")) for share in (0, 1)
        )
        yield Pattern(f"pay joint against apart, leads followed up{staff}", "ratio of shares won", "below 1", "T7.5",
                      0, 1, "emerging", setups, WON, counts.against_first, explained)  # fmt: skip
    yield Pattern("one record of what is known against one for each", "ratio of shares won", "above 1", "T7.5", 1,
                  inf, "emerging", (Setup("considered", "today"), Setup("considered", "today", done("shared_record"))),
                  WON, counts.against_first, FEW_DEALS)  # fmt: skip
    yield from _mechanisms("olist")
    lost = dict.fromkeys(("cross_functional_teams", "job_rotation"), FEW_DEALS)
    yield from _mechanisms("considered", single_unit=FAR_AWAY, **lost)
    # Where there is conflict to end. With its dozen wins a run, that something does nothing cannot be shown there.
    conflict = _mechanisms("subscription-vendor", "today+quota-pay", single_unit=FAR_AWAY, **lost)
    yield from (one for one in conflict if one.standing == "emerging")


PATTERNS: tuple[Pattern, ...] = tuple(_patterns())
"""Patterns of integration; they are shown with those of the same market."""
