"""One mistake at a time: each is reported at its own key, with a suggestion where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import InvalidInput, Policy, Problem, Scenario
from sim.scenario.athletes import Race

Write = Callable[..., Path]


def problems(path: Path | str, **options: object) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(path, **options)  # type: ignore[arg-type]
    for problem in refused.value.problems:
        assert str(problem) in str(refused.value)
    return refused.value.problems


@pytest.mark.parametrize("name", ["x" * 5000, "x" * 5000 + ".toml", "x/" * 2500])
@pytest.mark.parametrize("load", [Scenario.load, Policy.load, Race.load])
def test_names_too_long_for_any_file_are_wrong_input(
    load: Callable[[str], object], name: str, small: str, write: Write
) -> None:
    with pytest.raises(InvalidInput):
        load(name)
    extending = write(f'extends = "{name}"\n{small}')
    (problem,) = problems(extending)
    assert (problem.key, problem.line) == ("extends", 1)


# (what stands in the file, what replaces it, dotted key, what the message says, nearest)
MISTAKES = [
    ("arrivals_per_day = 5", "arrivals_per_day = -5", "market.demand.arrivals_per_day", "out of range", ""),
    ("arrivals_per_day = 5", "arrivals_per_day = nan", "market.demand.arrivals_per_day", "finite", ""),
    ("arrivals_per_day = 5", "arrivals_per_day = inf", "market.demand.arrivals_per_day", "finite", ""),
    ("arrivals_per_day = 5", "arrivals_per_day = true", "market.demand.arrivals_per_day", "a number", ""),
    (
        "arrivals_per_day = 5",
        'arrivals_per_day = "5 days"',
        "market.demand.arrivals_per_day",
        "unit",
        "",
    ),
    (
        "arrivals_per_day = 5",
        "arrivals_per_dya = 5",
        "market.demand.arrivals_per_dya",
        "no such setting",
        "arrivals_per_day",
    ),
    (
        "arrivals_per_day = 5",
        "arrivals_per_day = 5\nweekday_profile = [1, 1]",
        "market.demand.weekday_profile",
        "2 numbers instead of 7",
        "",
    ),
    (
        "arrivals_per_day = 5",
        "arrivals_per_day = 5\nweekday_profile = [0, 0, 0, 0, 0, 0, 0]",
        "market.demand.weekday_profile",
        "0 on every day",
        "",
    ),
    ("zone = [0.4, 0.7]", "zone = [0.7, 0.4]", "market.journeys.inbound.zone", "opens after it closes", ""),
    ("zone = [0.4, 0.7]", "zone = [0.4, 1.7]", "market.journeys.inbound.zone[1]", "out of range", ""),
    ("zone = [0.4, 0.7]", "zone = 0.4", "market.journeys.inbound.zone", "list", ""),
    (
        'origin = "website"',
        'origin = "websit"',
        "market.journeys.inbound.origin",
        "no channel 'websit'",
        "website",
    ),
    (
        'origin = "website"',
        'origin = "website"\nsegments = { frms = 1 }',
        "market.journeys.inbound.segments.frms",
        "no segment",
        "firms",
    ),
    (
        'origin = "website"',
        'origin = "website"\nswitch = { outbund = 0.1 }',
        "market.journeys.inbound.switch.outbund",
        "no other journey",
        "outbound",
    ),
    (
        'origin = "website"',
        'origin = "website"\nswitch = { inbound = 0.1 }',
        "market.journeys.inbound.switch.inbound",
        "no other journey",
        "outbound",
    ),
    (
        'origin = "website"',
        'origin = "website"\ndeadline = { median_days = 100 }',
        "market.journeys.inbound.deadline.lead_days",
        "required",
        "",
    ),
    (
        "{ email = 0.5, website = 0.5 }",
        "{ email = 0.5, website = 0.4 }",
        "market.journeys.inbound.transitions.stimulus.any",
        "sums to 0.9",
        "",
    ),
    (
        "{ email = 0.5, website = 0.5 }",
        "{ email = 0.5, wbsite = 0.5 }",
        "market.journeys.inbound.transitions.stimulus.any.wbsite",
        "no channel",
        "website",
    ),
    (
        "transitions.stimulus = { any = { email = 0.5",
        "transitions.stimulus = { email = { email = 0.5",
        "market.journeys.inbound.transitions.stimulus",
        "no row for website",
        "",
    ),
    (
        "transitions.stimulus = { any = { email = 0.5",
        "transitions.evaluation = { any = { email = 0.5",
        "market.journeys.inbound.transitions",
        "first phase",
        "",
    ),
    (
        "transitions.stimulus = { any = { email = 0.5",
        "transitions.stimulos = { any = { email = 0.5",
        "market.journeys.inbound.transitions.stimulos",
        "not one of the words",
        "stimulus",
    ),
    (
        'share = 1\norigin = "website"',
        'share = 0\norigin = "website"',
        "market.journeys.inbound.share",
        "out of range",
        "",
    ),
    (
        'reveals = { need = "20 %" }',
        "reveals = { nead = 0.2 }",
        "market.channels.website.reveals.nead",
        "not one of the words",
        "need",
    ),
    (
        'reveals = { need = "20 %" }',
        "reveals = { need = 1.2 }",
        "market.channels.website.reveals.need",
        "out of range",
        "",
    ),
    ('reveals = { need = "20 %" }', "reveals = 3", "market.channels.website.reveals", "table", ""),
    (
        "gain = [0.02, 0.02, 0.02, 0.02]",
        "gain = [0.02, 0.02]",
        "market.channels.website.gain",
        "2 numbers instead of 4",
        "",
    ),
    ("deal_value = 1000", 'deal_value = "1000 EUR"', "market.segments.firms.deal_value", "unit", ""),
    (
        "deal_value = 1000",
        "deal_value = 1000\nfit_median = 1",
        "market.segments.firms.fit_median",
        "out of range",
        "",
    ),
    ("count = 2", "count = 2.5", "team.reps.count", "whole number", ""),
    ("count = 2", "", "team.reps.count", "required and missing", ""),
    ("count = 2", "count = 2\nselling_share = 0.9", "team.reps.selling_share", "more than task_share", ""),
    (
        "[team.reps]",
        '[team.calendar]\nopens = "18:00"\n[team.reps]',
        "team.calendar.closes",
        "before it opens",
        "",
    ),
    (
        "[team.reps]",
        '[team.calendar]\nopens = "9 o\'clock"\n[team.reps]',
        "team.calendar.opens",
        "time of day",
        "",
    ),
    (
        "[team.reps]",
        '[team.calendar]\nround_the_clock = "yes"\n[team.reps]',
        "team.calendar.round_the_clock",
        "yes or no",
        "",
    ),
    (
        "[team.reps]",
        '[team.tasks]\nduration_law = "exponental"\n[team.reps]',
        "team.tasks.duration_law",
        "not one of the words",
        "exponential",
    ),
    ("[horizon]", '[policy]\nmedium = "note"\n[horizon]', "policy.medium", "no medium 'note'", "notes"),
    (
        "[horizon]",
        '[policy]\nrouting = "round robin"\n[horizon]',
        "policy.routing",
        "not one of the words",
        "round-robin",
    ),
    (
        "[horizon]",
        '[policy]\ntriggers = ["score", "hand raise"]\n[horizon]',
        "policy.triggers",
        "not one of the words",
        "hand-raise",
    ),
    ("[horizon]", '[policy]\ntriggers = ["quota"]\n[horizon]', "policy.quota_per_month", "quota is 0", ""),
    ("[horizon]", '[policy]\nbreach = "escalate"\n[horizon]', "policy.breach", "no response_target", ""),
    (
        "[horizon]",
        "[policy.aim]\nshift = 0.1\nopen = 0.2\nclose = 0.3\n[horizon]",
        "policy.aim",
        "relative (shift, width) and absolute",
        "",
    ),
    ("[horizon]", "[policy.aim]\nclose = 0.2\n[horizon]", "policy.aim", "needs open", ""),
    ("[horizon]", "[policy.aim]\nopen = 0.4\nclose = 0.3\n[horizon]", "policy.aim.open", "opens after", ""),
    (
        "[horizon]",
        '[policy.nurture]\nchannel = "emial"\n[horizon]',
        "policy.nurture.channel",
        "no channel",
        "email",
    ),
    ("[horizon]", "[policy.spend]\nemial = 2\n[horizon]", "policy.spend.emial", "no channel", "email"),
    (
        "[horizon]",
        "[policy.journeys.inbond]\nattempts = 2\n[horizon]",
        "policy.journeys.inbond",
        "no journey",
        "inbound",
    ),
    (
        "[horizon]",
        "[policy.journeys.inbound]\natempts = 2\n[horizon]",
        "policy.journeys.inbound.atempts",
        "no such setting",
        "attempts",
    ),
    (
        "[horizon]",
        '[policy.journeys.inbound]\nmedium = "note"\n[horizon]',
        "policy.journeys.inbound.medium",
        "no medium",
        "notes",
    ),
    (
        "[horizon]",
        '[policy.journeys.inbound]\ntriggers = ["quota"]\n[horizon]',
        "policy.journeys.inbound.quota_per_month",
        "quota is 0",
        "",
    ),
    (
        "[horizon]",
        "[policy.recycling.cool_off_days]\nno-decison = 5\n[horizon]",
        "policy.recycling.cool_off_days.no-decison",
        "not a reason",
        "no-decision",
    ),
    ("counted_days = 20", "counted_days = 0", "horizon.counted_days", "out of range", ""),
    ("counted_days = 20", 'counted_days = "20 bananas"', "horizon.counted_days", "unit", ""),
    (
        "follow_up_days = 30",
        'follow_up_days = 30\n[[horizon.changes]]\nday = 99\npolicy = "today"',
        "horizon.changes[0].day",
        "after the end",
        "",
    ),
    (
        "follow_up_days = 30",
        'follow_up_days = 30\nchanges = [{ day = 9, policy = "today" }, { day = 9, policy = "patient" }]',
        "horizon.changes[1].day",
        "does not come after",
        "",
    ),
    (
        "follow_up_days = 30",
        'follow_up_days = 30\nchanges = [{ day = 9, policy = { medium = "fax" } }]',
        "horizon.changes[0].policy.medium",
        "no medium",
        "",
    ),
    (
        "follow_up_days = 30",
        'follow_up_days = 30\nchanges = [{ day = 9, policy = "patent" }]',
        "horizon.changes[0].policy",
        "no shipped scenario",
        "patient",
    ),
    ('title = "A small market"', 'titel = "A small market"', "titel", "no such setting", "title"),
    ('title = "A small market"', "title = 7", "title", "text in quotes", ""),
    ('kind = "market"', 'kind = "markt"', "kind", "no kind of document", "market"),
    ('kind = "market"', 'kind = "policy"', "kind", "not the kind needed", ""),
    ('kind = "market"', 'kind = "market"\nextends = "olits"', "extends", "no shipped scenario", "olist"),
    ('kind = "market"', 'kind = "market"\nextends = "nowhere/base.toml"', "extends", "no such file", ""),
    ('kind = "market"', 'kind = "market"\nextends = 3', "extends", "name or a path", ""),
    ('kind = "market"', 'kind = "market"\npolicy = "patent"', "policy", "no shipped scenario", "patient"),
]


@pytest.mark.parametrize(("there", "instead", "key", "said", "nearest"), MISTAKES)
def test_a_mistake_is_reported_where_it_stands(
    write: Write, small: str, there: str, instead: str, key: str, said: str, nearest: str
) -> None:
    assert there in small
    text = small.replace(there, instead, 1)
    path = write(text)
    found = [problem for problem in problems(path) if problem.key == key]
    assert len(found) == 1, problems(path)
    (problem,) = found
    assert said in problem.said
    assert problem.nearest == nearest
    assert problem.file == str(path)
    if key != "kind" and "required" not in said:
        # the line of the key itself, or for what is missing within it, of the table around it
        last = key.replace("]", "").replace("[", ".").split(".")
        words = [part for part in last if not part.isdigit()]
        assert problem.line is not None
        standing = text.splitlines()[problem.line - 1]
        assert any(word in standing for word in words[-2:])
