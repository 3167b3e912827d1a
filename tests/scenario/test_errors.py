"""Every way in which an input can be wrong is said with file, line, key, value and a suggestion."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import InvalidInput, Policy, Problem, Scenario, load
from sim.scenario.errors import nearest_name

Write = Callable[..., Path]


def problems(path: Path | str, **options: object) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(path, **options)  # type: ignore[arg-type]
    for problem in refused.value.problems:
        assert str(problem) in str(refused.value)
    return refused.value.problems


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_message_shows_file_line_key_value_and_suggestion(write: Write, small: str) -> None:
    text = small.replace('origin = "website"', 'origin = "websit"')
    path = write(text)
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(path)
    assert str(refused.value) == (
        f"{path}, line {line_of(text, 'origin =')}: market.journeys.inbound.origin\n"
        "  problem  there is no channel 'websit'\n"
        "  value    'websit'\n"
        "  allowed  email, website\n"
        "  nearest  website"
    )


def test_all_mistakes_of_a_file_are_reported_at_once(write: Write, small: str) -> None:
    text = (
        small.replace("arrivals_per_day = 5", "arrivals_per_day = -5")
        .replace('origin = "website"', 'origin = "websit"')
        .replace("count = 2", "cuont = 2")
        .replace("[horizon]", '[policy]\nmedium = "note"\nattempts = 0\n\n[horizon]')
    )
    path = write(text)
    found = problems(path)
    assert {problem.key: problem.line for problem in found if problem.key != "team.reps.count"} == {
        "market.demand.arrivals_per_day": line_of(text, "arrivals_per_day"),
        "market.journeys.inbound.origin": line_of(text, "origin ="),
        "team.reps.cuont": line_of(text, "cuont"),
        "policy.medium": line_of(text, "medium"),
        "policy.attempts": line_of(text, "attempts"),
    }
    assert [problem.line for problem in found] == sorted(problem.line or 0 for problem in found)
    assert len([problem for problem in found if problem.key == "team.reps.count"]) == 1
    with pytest.raises(InvalidInput, match="6 problems"):
        Scenario.load(path)


def test_a_missing_setting_says_what_it_means(write: Write, small: str) -> None:
    (problem,) = problems(write(small.replace("deal_value = 1000", "")))
    assert problem.key == "market.segments.firms.deal_value"
    assert "median value of a deal" in problem.allowed


def test_a_document_without_a_kind_says_which_there_are(write: Write, small: str) -> None:
    path = write(small.replace('kind = "market"', ""))
    with pytest.raises(InvalidInput) as refused:
        load(path)
    (problem,) = refused.value.problems
    assert problem.key == "kind"
    assert '"market"' in problem.allowed and '"policy"' in problem.allowed


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite"),
        ("a = [1,\n2", 2, "Unclosed array"),
        ('a = "never closed\n', 1, "Illegal character"),
        ("[table\n", 1, "Expected"),
        ("d = 2023-13-45\n", None, "not valid TOML"),
        (f"n = {'9' * 5000}\n", None, "not valid TOML"),
    ],
)
def test_broken_toml_is_one_problem_with_its_line(
    write: Write, text: str, line: int | None, said: str
) -> None:
    (problem,) = problems(write(text))
    assert said in problem.said
    if line is not None:
        assert problem.line == line


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert "directory" in problem.said and problem.file == str(tmp_path)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    for content in (b"\x89PNG\r\n\x1a\n\x00\x00", b"a = \xff\xfe", b"kind\x00"):
        path = tmp_path / "image.toml"
        path.write_bytes(content)
        (problem,) = problems(path)
        assert "not a text file" in problem.said


def test_a_missing_file_suggests_the_nearest_shipped_name(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "olits.toml")
    assert "no such file" in problem.said and problem.nearest == "olist"
    (problem,) = problems("olits")
    assert problem.nearest == "olist" and "considered" in problem.allowed
    (problem,) = problems("")
    assert "no shipped scenario" in problem.said
    (problem,) = problems("a\0b")
    assert "no shipped scenario" in problem.said
    with pytest.raises(InvalidInput, match="warm-introduction"):
        Policy.load("warm-introducton")


def test_a_huge_file_is_refused_by_its_size_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(1_000_001)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    (problem,) = problems(path)
    assert "1,000,001 bytes" in problem.said


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (problem,) = problems(tmp_path / "pipe.toml")
    assert "regular file" in problem.said


def test_an_unreadable_file_is_refused(write: Write, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = write(small)
    monkeypatch.setattr(Path, "read_bytes", denied)
    (problem,) = problems(path)
    assert problem.said == "cannot be read: Permission denied"


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 60 + "]" * 60, "a = " + "[" * 20_000 + "]" * 20_000, "a" + ".a" * 60 + " = 1"]
)
def test_deep_nesting_is_refused(write: Write, text: str) -> None:
    (problem,) = problems(write(text))
    assert "deeply" in problem.said


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("[market.demand]\narrivals_per_day = 5", "[market]\ndemand = 5"),
        ("[team.reps]\ncount = 2", "[team]\nreps = [1]"),
        ("[horizon]", "[policy]\nnurture = 3\njourneys = [1]\nspend = 4\n[horizon]"),
        ("[horizon]", "[policy.journeys]\ninbound = 3\n[horizon]"),
        ("follow_up_days = 30", "follow_up_days = 30\nchanges = 3"),
        ("follow_up_days = 30", "follow_up_days = 30\nchanges = [3]"),
        ("transitions.stimulus = { any = { email = 1 } }", "transitions = 3"),
        ("transitions.stimulus = { any = { email = 1 } }", "transitions.stimulus = [3]"),
        ("transitions.stimulus = { any = { email = 1 } }", "transitions.stimulus.any = 2020-01-01"),
    ],
)
def test_a_value_where_a_table_belongs_is_no_traceback(
    write: Write, small: str, there: str, instead: str
) -> None:
    assert there in small
    assert problems(write(small.replace(there, instead, 1)))


def test_too_many_and_too_few_are_refused(write: Write, small: str) -> None:
    rivals = "".join(f"[market.rivals.r{n}]\n" for n in range(6))
    (problem,) = problems(write(small.replace("[team.reps]", rivals + "[team.reps]")))
    assert (problem.key, problem.allowed) == ("market.rivals", "0 to 5 rivals")
    (problem,) = problems(
        write(small.replace("[market.segments.firms]\ndeal_value = 1000", "[market.segments]"))
    )
    assert (problem.key, problem.allowed) == ("market.segments", "1 to 8 segments")


def test_policy_files_are_checked_like_markets(write: Write) -> None:
    text = 'kind = "policy"\nstroy = ""\n[policy]\natempts = 3\n[policy.aim]\nshfit = 1\n'
    path = write(text)
    with pytest.raises(InvalidInput) as refused:
        Policy.load(path)
    assert [(p.file, p.line, p.key, p.nearest) for p in refused.value.problems] == [
        (str(path), 2, "stroy", "story"),
        (str(path), 4, "atempts", "attempts"),
        (str(path), 6, "aim.shfit", "shift"),
    ]
    with pytest.raises(InvalidInput, match="not the kind needed"):
        Policy.load(write('kind = "market"\n'))
    with pytest.raises(InvalidInput, match=r"needs a table \[policy\]"):
        Policy.load(write('kind = "policy"\n'))
    with pytest.raises(InvalidInput, match="should be a table"):
        Policy.load(write('kind = "policy"\npolicy = 3\n'))


def test_a_policy_that_does_not_fit_the_market_is_blamed_on_the_policy_file(write: Write, small: str) -> None:
    policy = write('kind = "policy"\n[policy.journeys.inbund]\nattempts = 2\n', "policy.toml")
    market = write(small)
    (problem,) = problems(market, policy=policy)
    assert (problem.file, problem.line, problem.key, problem.nearest) == (
        str(policy),
        2,
        "policy.journeys.inbund",
        "inbound",
    )
    with pytest.raises(InvalidInput, match="inbund"):
        Scenario.load(market).with_policy(policy)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), ("time\n1\n", "no column 'day'"), ("day,jurney\n1,a\n", "'jurney'")],
)
def test_an_arrivals_file_must_have_its_columns(
    write: Write, small: str, content: str | None, said: str
) -> None:
    if content is not None:
        write(content, "arrivals.csv")
    path = write(
        small.replace("arrivals_per_day = 5", 'arrivals_per_day = 5\narrivals_file = "arrivals.csv"')
    )
    (problem,) = problems(path)
    assert problem.key == "market.demand.arrivals_file" and said in problem.said and problem.line == 8


def test_errors_travel_between_processes(write: Write) -> None:
    with pytest.raises(InvalidInput) as refused:
        Scenario.load(write("a = \n"))
    assert pickle.loads(pickle.dumps(refused.value)).problems == refused.value.problems


def test_nothing_near_is_no_suggestion() -> None:
    assert nearest_name("xyzzy", ["olist", "considered"]) == ""
