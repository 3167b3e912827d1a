"""Published patterns of time, channels, pay and customers that no parameter was chosen for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf

from sim.experiment import outcome_counts as counts
from sim.experiment.pattern_counts import against_first, measured, reached_at_first, share
from sim.experiment.patterns import Pattern, Standing
from sim.experiment.published_integration import ALIGNED
from sim.experiment.setups import Count, Numbers, Setup

__all__ = ["PATTERNS", "answer_rates", "mean_response"]

CONSIDERED = Setup("considered")
NURTURED = Setup("considered", "patient", ("team.reps.count=40", 'policy.triggers=["score"]'))
TWO_YEARS = Setup("considered", None, ("horizon.follow_up_days=730",))
VENDOR = "subscription-vendor"
TODAY, TOGETHER = Setup(VENDOR), Setup(VENDOR, f"{ALIGNED}+quota-pay")
BUSY = Setup(VENDOR, "patient+quota-pay")
QUARTER_DAYS = 91.25
ELEVEN_MONTHS = 335.0
"""The longer end of T4.5."""
SIX = (
    "qualified_rate",
    "lead_to_won_rate",
    "closed_won_count",
    "renewal_rate",
    "customer_revenue_value",
    "revenue_value",
)
"""Lead quality and conversion, acquisition, retention, order size and revenue, as far as the model has them."""


UNNURSED = (
    "policy today drops what is not won at once, so nobody is left to win late; and the survey's spans do not go with "
    "the 84 and 18 days of T3.1, to which this market is held"
)
SOURCES = (
    "whom a customer sends comes here with goodwill, further on and ready twice as often, each of it an assumption; "
    "that no channel's leads differ in fit leaves the rest"
)
LOOSE = (
    "of T3.1's opportunities 94 in 100 are not won and few of them bought elsewhere by then; T5.9 counts deals worked on "
    "in recorded talks, not every lead that qualified"
)
EAGER = "a noisy score needs to reach the aim only once, and those who were ready when they came are among these leads"
HAZARD = "5% a month (T4.2), to which this market is held, leaves 30% who have not bought after two years; not both can hold"
IDLE = (
    "under policy today desks are idle for most of their hours, and a rep who gives up after seven meetings is there "
    "sooner with more time"
)
PER_LEAD = "T1.3 counts calls to those who had just filled in a form; applied to every lead it leaves 2.5% qualified (T1.18)"
LAST_DAYS = (
    "an offer is made here only to a deal that it pulls across the line, one in twelve; at the vendor of T8.8 most deals "
    "of a quarter were priced on its last days"
)
APART = (
    "one firm here calls a third of its leads and sends none back, the other does everything; published is the growth of "
    "firms that differ by degrees. The model ranks policies, it does not forecast revenue"
)
DILUTED = (
    "reviews move buyers while they ask around and tip some choices; the rest of the journey dilutes that"
)
FULL_DESK = (
    "alignment fills the desks, and reps paid by the quarter visit customers when there is nothing else to do: fewer stay, "
    "though more are won; paid for customers' lifetimes they visit first"
)


# fmt: off
def _row(name: str, per: str, published: str, source: str, low: float, high: float, count: Count, *setups: Setup,
         combine: Callable[[Numbers], float] = share, standing: Standing = "emerging",
         explained: str = "") -> Pattern:
    return Pattern(name, per, published, source, low, high, standing, setups, count, combine, explained)


def _considered() -> Iterator[Pattern]:
    yield _row("won more than six months after arrival", "win", "44%", "T3.6", 0.34, 0.54,
               counts.won_between(182.5, inf), CONSIDERED, explained=UNNURSED)
    yield _row("won within a month of arrival", "win", "17%", "T3.6", 0.10, 0.24, counts.won_between(-1, 30.5),
               CONSIDERED, explained=UNNURSED)
    yield _row("days from lead to opportunity", "lead that became one", "84", "T3.1", 60, 110,
               counts.days_to_opportunity, CONSIDERED,
               explained="raised hands are handed over within a day here, and most opportunities begin with one")
    yield _row("referred leads won, against all leads", "ratio of shares won", "4.7", "T3.1, T3.3", 3, 6.5,
               counts.leads_won_of("referral"), CONSIDERED, combine=counts.against_all, explained=SOURCES)
    yield _row("opportunities won of referred leads, against all", "ratio of win rates", "2.5", "T3.1, T3.4", 1.5, 3.5,
               counts.deals_won_of("referral"), CONSIDERED, combine=counts.against_all, explained=SOURCES)
    yield _row("opportunity ends without decision", "opportunity closed", "40 to 60%", "T5.9", 0.4, 0.6,
               measured("no_decision_rate"), CONSIDERED, explained=LOOSE)
    yield _row("ready within eleven months, touched every eleven days", "lead", "72%", "T4.5", 0.62, 0.82,
               counts.let_go_by(ELEVEN_MONTHS), NURTURED, explained=EAGER)
    yield _row("bought from anyone within two years, leads that sales did not pursue", "lead let go without opportunity",
               "80%", "T4.4", 0.7, 0.9, counts.unpursued_who_bought, TWO_YEARS, explained=HAZARD)
    yield _row("proposals won, three alignments against none", "ratio of shares of forecast deals", "1.38", "T7.3", 1.1,
               1.7, measured("forecast_win_rate"), Setup("considered", "today"), Setup("considered", ALIGNED),
               combine=against_first, explained="a better process brings more proposals, not only better ones")
    yield _row("revenue, three alignments against none", "ratio", "1.05", "T7.3", 1, 1.5, measured("revenue_value"),
               Setup("considered", "today"), Setup("considered", ALIGNED), combine=against_first, explained=APART)
    less, more = (
        Setup("considered", None, (f"team.reps.selling_share={part}", f"team.reps.task_share={part * 0.65 / 0.41:.4f}"))
        for part in (0.35, 0.45)
    )
    yield _row("sales with 45% of the time for selling against 35%", "ratio of wins", "1.13", "T8.4", 1, 1.3,
               measured("closed_won_count"), less, more, combine=against_first, explained=IDLE)


def answer_rates(at_once: tuple[str, ...]) -> Iterator[Pattern]:
    """How fast buyers can no longer be reached: of the hot minority, and of all leads.

    Args:
        at_once: Settings under which a call comes when the routing delay is over.
    """
    hot = ("market.attention.hot_rate=1", "market.journeys.social.hot_rate=1")

    def called(*settings: str) -> tuple[Setup, ...]:
        hands = (*at_once, 'policy.triggers=["hand-raise"]', *settings)
        return tuple(
            Setup("web-leads", "speed-to-lead", (*hands, f'policy.routing_delay="{delay}"'))
            for delay in ("30 min", "5 min")
        )

    yield _row("reached at the first call after 5 minutes against 30, every lead hot", "ratio of shares reached", "21",
               "T1.3, T1.17", 15, 28, reached_at_first, *called(*hot), combine=against_first,
               standing="identity")
    yield _row("reached at the first call after 5 minutes against 30", "ratio of shares reached", "100", "T1.3", 10, 200,
               reached_at_first, *called(), combine=against_first, explained=PER_LEAD)


def mean_response(firms: tuple[Setup, ...], weights: list[float], explained: str) -> Pattern:
    """The heavy tail of response times, over an ensemble of firms.

    Args:
        firms: Kinds of firms.
        weights: Their weights.
        explained: What they stand for.
    """
    return _row("mean first response of those who answer within 30 days, hours", "web lead answered; twelve kinds of firms",
                "42", "T1.1", 21, 63, counts.response_hours(30), *firms, combine=counts.pooled_mean(weights),
                explained=explained)


def _vendor() -> Iterator[Pattern]:
    yield _row("wins in the last third of the quarter against the first", "ratio of wins", "above 1", "T8.10", 1, inf,
               counts.wins_by_third(QUARTER_DAYS), BUSY)
    yield _row("discounts that pull deals into the quarter", "money of revenue", "6 to 8%", "T8.8", 0.06, 0.08,
               counts.pushed_away, BUSY, explained=LAST_DAYS)
    few, many, content = (
        Setup(VENDOR, "patient+quota-pay", ("market.aftersale.referral_rate=0", *settings))
        for settings in (("market.aftersale.review_rate=0.2",), ("market.aftersale.review_rate=0.8",),
                         ("market.aftersale.review_rate=0.2", "market.aftersale.satisfaction_base_rate=0.8"))
    )
    won = measured("closed_won_count")
    yield _row("sales for four times the reviews", "elasticity to their number", "0.24", "T5.14, T5.15", 0.1, 0.4,
               counts.together(counts.reviews, won), few, many, combine=counts.elasticity, explained=DILUTED)
    yield _row("sales for better reviews", "elasticity to their valence", "0.42", "T5.14, T5.15", 0.2, 0.6,
               counts.together(counts.valence, won), few, content, combine=counts.elasticity, explained=DILUTED)
    yield _row("outcomes better with three alignments than with none", "of six", "all", "T7.4", 5.5, 6.5,
               counts.outcomes(*SIX), TODAY, TOGETHER, combine=counts.improved, explained=FULL_DESK)
    yield _row("customers lost, three alignments against none", "ratio of shares of contracts not renewed", "0.64",
               "T7.3", 0.4, 0.9, measured("churn_rate"), TODAY, TOGETHER, combine=against_first, explained=FULL_DESK)


PATTERNS: tuple[Pattern, ...] = (*_considered(), *_vendor())
"""They are shown with those of the same market."""
