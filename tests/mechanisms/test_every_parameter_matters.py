"""No parameter is idle: changing any number or option of a scenario changes a run of some market."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sim.events.loop import DONE, GROW, advance
from sim.events.setting import grow, new_world
from sim.scenario import Scenario
from sim.scenario.mechanisms import MECHANISMS

SMALL = [
    "horizon.warmup_days=10",
    "horizon.counted_days=60",
    "horizon.follow_up_days=240",
    "market.demand.arrivals_per_day=6",
    "team.reps.count=4",
]
BUSY = [
    *SMALL,
    'policy.triggers=["score", "deadline", "hand-raise", "age", "quota"]',
    "policy.quota_per_month=200",
    "policy.quota_review_days=7",
    "policy.deadline_near_days=20",
    "policy.age_days=70",
    "policy.overlap=true",
    "policy.overlap_cost_per_day_value=2",
    "policy.warm_introduction=true",
    'policy.medium="verbal"',
    'policy.response_target="30 min"',
    'policy.breach="reassign"',
    "policy.batch_hours=2",
    "policy.checkmark=0.2",
    "policy.triage.ignore_rate=0.4",
    "policy.triage.bar=0.1",
    'policy.recycling.reasons=["timing","no-decision","fit","unreached","rejected","ignored","taken-back"]',
    "policy.recycling.cool_off_days=10",
    "team.reps.trust_rate=0.6",
    "team.marketers.score_bias=0.02",
]
PEOPLE = [
    *SMALL,
    "team.learning.trust_memory=30",
    "team.learning.withhold_rate=0.5",
    "team.learning.dispute_hours=6",
    "team.learning.spite_shift=0.4",
    "team.reps.ramp_days=60",
    "team.reps.tenure_days=60",
    "team.reps.vacancy_days=4",
    'team.reps.handover_medium="verbal"',
    "team.reps.hunter_rate=0.5",
    "team.reps.farmer_rate=0.3",
    "market.clock.pull_forward_rate=0.9",
    'policy.organisation.sales_paid_for="quarter"',
    "policy.organisation.quarter_days=20",
    "policy.organisation.push_discount_rate=0.2",
    "policy.triage.prequalification_effect=2",
    "policy.triage.experience_tracking=0.3",
    "policy.triage.experience_volume=0.3",
    "policy.triage.experience_prequalification=0.5",
    "policy.triage.performance_volume=0.3",
    "policy.triage.performance_tracking=0.3",
    "policy.triage.tracking_rate=0.5",
    "policy.triage.ignore_rate=0.5",
]
LEADS = 'policy.organisation.marketing_paid_for="lead-count"'
SPEND = 'policy.organisation.marketing_paid_for="spend"'
ACCEPTED = 'policy.organisation.marketing_paid_for="accepted-leads"'
SOLD = [
    *SMALL,
    "market.choice.base_value=4",
    "market.clock.pull_forward_rate=0.95",
    "market.negotiation.demand_rate=0.7",
    "market.negotiation.wish_median_rate=0.15",
    "market.aftersale.term_days=40",
    "market.aftersale.review_rate=0.7",
    "market.aftersale.referral_rate=1.5",
    "market.aftersale.story_gain=0.5",
    "policy.organisation.farm_every_days=10",
]
MECHANISM = "policy.organisation.mechanisms"
TOGETHER = [
    *SMALL,
    *(f"{MECHANISM}.{name}.intensity=0.6" for name in MECHANISMS),
    f"{MECHANISM}.joint_planning.comfortable_queue=0.5",
    f"{MECHANISM}.joint_training.training_effect=0.4",
    f"{MECHANISM}.co_location.contact_effect=0.4",
    'policy.medium="verbal"',
    'policy.triggers=["score", "hand-raise"]',
    "policy.overlap=true",
    'policy.routing_delay="6 business hours"',
    "policy.batch_hours=24",
    "team.learning.trust_memory=30",
    "team.learning.withhold_rate=0.5",
    "team.learning.dispute_hours=6",
    "team.reps.tenure_days=60",
    "market.clock.pull_forward_rate=0.9",
    "market.choice.base_value=4",
    "market.negotiation.demand_rate=1",
    "market.negotiation.wish_median_rate=0.15",
]
SETTINGS = [
    ("considered", TOGETHER),
    ("considered", [*PEOPLE, LEADS, "policy.organisation.lead_target_per_month=60"]),
    ("considered", [*PEOPLE, ACCEPTED, "market.choice.base_value=4"]),
    ("considered", [*PEOPLE, SPEND]),
    ("considered", BUSY),
    ("considered", [*SMALL, "market.rivals.incumbent.engagements_per_day=0.1"]),
    (
        "considered",
        [
            *SMALL,
            "market.channels.search.spend_per_day_value=100",
            "policy.spend.search=0.5",
            'policy.routing="round-robin"',
            "team.reps.top_readiness_per_day=0.3",
            "horizon.changes=[{day=200, policy={aim={shift=0.1}}}]",
        ],
    ),
    ("considered", SOLD),
    (
        "considered",
        [
            *SMALL,
            "market.demand.season_amplitude=0.5",
            "market.demand.season_peak_day=60",
            "market.channels.website.drift_per_year=0.5",
            "market.rivals.incumbent.engagements_per_day=0.1",
            "market.rivals.incumbent.learning_rate=0.4",
            "market.rivals.incumbent.learning_limit=20",
            'policy.engagement.any.zero-moment={channels=["webinar"], every=9, relevance=0.4}',
            'policy.engagement.any.evaluation={channels=["email"], role="sales", every=7, relevance=0.4}',
        ],
    ),
    (
        "considered",
        [
            *SMALL,
            "market.choice.base_value=4",
            "market.clock.pull_forward_rate=0.95",
            "market.demand.population=3000",
            "market.demand.innovation_per_year=0.5",
            "market.demand.imitation_per_year=30",
        ],
    ),
    ("car-seat", BUSY),
    (
        "car-seat",
        [
            *SMALL,
            'policy.triggers=["deadline"]',
            "market.journeys.second-time.segments={first-child=1, second-child=1}",
        ],
    ),
    ("car-seat", SMALL),
    ("web-leads", BUSY),
    ("web-leads", SMALL),
    ("olist", SMALL),
]

ACCOUNTS = {
    # Money and period enter the measures after the run; tests of the measures cover them.
    "market.currency",
    "team.marketers.count",
    "team.marketers.salary_per_month_value",
    "team.reps.hour_value",
    "team.reps.salary_per_month_value",
    *(f"{MECHANISM}.{name}.cost_per_month_value" for name in MECHANISMS),
}
NOT_NUMBERS = ("name", "title", "story", "sources", "arrivals_file", "changes", "number")


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every number, flag and word of a scenario with its dotted path, one per kind of table row."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}")
    elif isinstance(value, bool | int | float):
        yield path, value


def changed(value: Any) -> list[Any]:
    """Other values to try, near and far."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [0, value + 1, max(1, value - 1), 2 * value]
    return [0, value * 0.5, value * 0.9, value * 1.5 + 0.1, value - 0.3, 0.5]


def kind_of(path: str) -> str:
    """The parameter a path is an instance of: rows of the same table share it."""
    parts = path.split(".")
    for table in ("channels", "segments", "journeys", "rivals", "media"):
        if table in parts:
            parts[parts.index(table) + 1] = "*"
    if "engagement" in parts:
        parts[parts.index("engagement") + 1 : parts.index("engagement") + 3] = ["*", "*"]
    if "transitions" in parts or "weights" in parts or "reveals" in parts or "cool_off_days" in parts:
        parts = parts[
            : 1
            + max(
                parts.index(one)
                for one in parts
                if one in ("transitions", "weights", "reveals", "cool_off_days")
            )
        ]
    return ".".join(parts)


def trace_of(scenario: Scenario) -> bytes:
    """All that a run leaves behind, as bytes."""
    world = new_world(scenario, 3)
    while (code := advance(world, float(world.p.end_day))) != DONE:
        assert code == GROW
        grow(world)
    parts = [
        world.tables[name][: int(world.s[name])].tobytes() for name in ("exchanges", "deals", "outcomes")
    ]
    return b"".join([*parts, world.tables["days"].tobytes()])


@pytest.fixture(scope="module")
def settings() -> list[tuple[Scenario, bytes]]:
    built = [Scenario.load(market, policy="recycle", overrides=overrides) for market, overrides in SETTINGS]
    return [(scenario, trace_of(scenario)) for scenario in built]


def every_kind() -> list[str]:
    found: dict[str, None] = {}
    for market, overrides in SETTINGS:
        document = Scenario.load(market, policy="recycle", overrides=overrides).model_dump(mode="json")
        for part in ("market", "team", "policy", "horizon"):
            for path, _ in leaves(document[part], part):
                if not any(word in path.split(".") for word in NOT_NUMBERS):
                    found[kind_of(path)] = None
    return list(found)


def test_every_parameter_is_listed_once() -> None:
    assert len(every_kind()) > 100
    assert set(every_kind()) > ACCOUNTS - {"market.currency"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in every_kind() if kind not in ACCOUNTS])
def test_changing_it_changes_a_run(kind: str, settings: list[tuple[Scenario, bytes]]) -> None:
    tried = 0
    for scenario, unchanged in settings:
        document = scenario.model_dump(mode="json")
        for part in ("market", "team", "policy", "horizon"):
            for path, value in leaves(document[part], part):
                if kind_of(path) != kind:
                    continue
                for other in changed(value):
                    try:
                        variant = scenario.with_overrides([f"{path}={str(other).lower()}"])
                        if variant == scenario:
                            continue
                        tried += 1
                        if trace_of(variant) != unchanged:
                            return
                    except (ValueError, AssertionError):
                        continue  # that value is not allowed here
                    except Exception as error:
                        if type(error).__name__ != "InvalidInput":
                            raise
    pytest.fail(f"{kind} was changed {tried} times and no run noticed")
