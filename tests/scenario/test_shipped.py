"""The scenarios that come with the project."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import (
    Policy,
    Scenario,
    load,
    shipped_markets,
    shipped_policies,
)
from sim.vocabulary import Reason, words

Write = Callable[..., Path]
MARKETS = ["car-seat", "considered", "olist", "subscription-vendor", "web-leads"]
POLICIES = [
    "aligned-information",
    "aligned-measurement",
    "aligned-process",
    "no-recycle",
    "patient",
    "quota-pay",
    "recycle",
    "speed-to-lead",
    "throw-over-the-wall",
    "today",
    "warm-introduction",
]


def test_the_library_lists_what_is_shipped() -> None:
    assert set(MARKETS) <= {one.name for one in shipped_markets()}
    assert set(POLICIES) <= {one.name for one in shipped_policies()}
    for name, title, path in (*shipped_markets(), *shipped_policies()):
        assert title and path.is_file() and path.stem == name


@pytest.mark.parametrize("market", MARKETS)
def test_every_market_loads_under_every_policy(market: str) -> None:
    scenario = Scenario.load(market)
    for policy in POLICIES:
        changed = scenario.with_policy(policy)
        assert (changed.name, changed.policy.name) == (market, policy)
        assert changed.market is scenario.market


@pytest.mark.parametrize("name", MARKETS + POLICIES)
def test_shipped_files_tell_a_story_of_two_sentences_with_sources(name: str) -> None:
    found = load(name)
    assert len(re.findall(r"[.!?](?:\s|$)", found.story)) == 2
    assert found.title and found.sources


@pytest.mark.parametrize("name", MARKETS + POLICIES)
def test_every_number_of_a_shipped_file_says_where_it_comes_from(name: str) -> None:
    (path,) = (one.path for one in (*shipped_markets(), *shipped_policies()) if one.name == name)
    table_said = False
    for line in path.read_text(encoding="utf-8").splitlines():
        said = re.search(r"#.*\b(T\d+\.\d+|Olist|assumption)\b", line) is not None
        if line.startswith(("title", "story", "sources")):
            continue
        if line.startswith("["):
            table_said = said
        elif re.match(r"[\w-]+ = ", line) and re.search(r"\d", line.split("#")[0].split("=", 1)[1]):
            assert said or table_said, f"{path.name}: {line}"


def test_policies_fit_any_market() -> None:
    for name in POLICIES:
        policy = Policy.load(name)
        assert (
            not policy.journeys
            and not policy.spend
            and policy.nurture.channel is None
            and not policy.aim.absolute
        )


def test_recycle_and_no_recycle_differ_in_nothing_else() -> None:
    recycle, none = Policy.load("recycle"), Policy.load("no-recycle")
    assert none.recycling.reasons == () and recycle.recycling.reasons == words(Reason)
    headings = {"name", "title", "story", "sources"}
    one, other = recycle.model_dump(exclude=headings), none.model_dump(exclude=headings)
    one["recycling"].pop("reasons")
    other["recycling"].pop("reasons")
    assert one == other


def test_the_olist_market_states_its_licence_and_its_shares_sum_to_one() -> None:
    olist = Scenario.load("olist")
    assert any("CC BY-NC-SA" in source for source in olist.sources)
    # nine shares of four decimals each are off by at most half a unit of the last
    assert abs(sum(journey.share for journey in olist.market.journeys.values()) - 1) <= 9 * 0.5e-4


def test_loading_scenarios_needs_no_numerical_library() -> None:
    code = (
        "import sys; from sim.scenario import Scenario; Scenario.load('olist')\n"
        "print([m for m in ('numpy', 'pandas', 'numba', 'mesa', 'matplotlib') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdout.strip() == "[]"


def test_a_package_with_its_own_copy_uses_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.scenario import library

    packaged = tmp_path / "_scenarios" / "markets"
    packaged.mkdir(parents=True)
    (packaged / "mine.toml").write_text('title = "Mine"\n')
    monkeypatch.setattr(library.resources, "files", lambda _: tmp_path)
    assert [(one.name, one.title) for one in shipped_markets()] == [("mine", "Mine")]
