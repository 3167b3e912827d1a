"""The shipped firm with a whole organisation: it loads, and each of its switches changes a result."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sim.experiment import simulate
from sim.scenario import Scenario
from sim.scenario.library import shipped_path

VENDOR, PAY = "subscription-vendor", "quota-pay"
SMALL = (
    "horizon.warmup_days=120",
    "horizon.counted_days=90",
    "horizon.follow_up_days=240",
    "market.choice.base_value=4",
    "market.clock.pull_forward_rate=0.9",
    'market.aftersale.term_days="3 months"',
    "policy.triage.ignore_rate=0.4",
    "policy.organisation.pay_period_days=30",
)
"""A short run in which there is much to win, so that every switch has something to act on."""


def leaves(table: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Dotted keys of all settings of a table."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{at}{key}.")
        else:
            yield at + key


def switches() -> list[str]:
    """What the market file adds to market considered, and what the layer of pay adds to any policy."""
    found = []
    for name, folder, part in ((VENDOR, "markets", ("market", "team")), (PAY, "policies", ("policy",))):
        path = shipped_path(name, folder)
        assert path is not None
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found += list(leaves({key: data[key] for key in part if key in data}))
    return found


def without(key: str) -> str:
    """The setting that takes a switch back to what it is where nobody asks for it."""
    plain: Any = Scenario.load("considered", "today").model_dump()
    for name in key.split("."):
        plain = plain[name]
    words = {"ramp_days": "none", "tenure_days": "none", "handover_medium": "same", "trust_memory": "none",
             "referral_journey": "any", "term_days": "never", "farm_every_days": "never",
             "lead_target_per_month": "none"}  # fmt: skip
    value = words[key.split(".")[-1]] if plain is None else plain
    if key.endswith("approval_delay"):
        value = "2 business days"
    return f'{key}="{value}"' if isinstance(value, str) else f"{key}={value}"


def measured(*settings: str) -> Any:
    """All measures of some short runs, in which hunters and farmers and large wishes do come up."""
    scenario = Scenario.load(VENDOR, overrides=(*SMALL, *settings))
    return simulate(scenario, seeds=6).measures["value"]


@pytest.fixture(scope="module")
def whole() -> Any:
    return measured()


def test_the_firm_has_people_pay_trust_a_desk_and_customers() -> None:
    scenario = Scenario.load(VENDOR)
    assert scenario.policy.name == f"today+{PAY}"
    assert scenario.team.reps.tenure_days and scenario.team.learning.trust_memory
    assert scenario.policy.organisation.sales_paid_for == "quarter"
    assert scenario.market.negotiation.demand_rate and scenario.market.aftersale.review_rate
    assert scenario.horizon.follow_up_days > scenario.market.aftersale.term_days


@pytest.mark.parametrize("key", switches())
def test_each_of_its_switches_changes_a_result(key: str, whole: Any) -> None:
    assert not measured(without(key)).equals(whole), f"{without(key)} changes nothing"
