"""What the files of the repository are called, hold and agree on."""

import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[2]
LONGEST = 400

# Written in two parts, so that this file passes its own test.
PACKAGE_HOSTS = [
    f"{name}.{domain}"
    for name, domain in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("debian", "org"),
        ("ubuntu", "com"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
PACKAGE_SOURCES = ["index" + "-url", "find" + "-links", "trusted" + "-host", "PIP" + "_INDEX"]


def _tracked() -> list[Path]:
    """Return the files of the repository, and new ones that nothing tells git to leave out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    return _tracked()


def _relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_is_called_nothing_in_particular(tracked: list[Path]) -> None:
    empty = re.compile(r"(^|_)(utils?|helpers?|misc|managers?|base)(_|$)")
    named = [path for path in tracked if path.suffix == ".py" and empty.search(path.stem.lower())]
    folders = [
        path
        for path in tracked
        if any(empty.search(part.lower()) for part in path.relative_to(ROOT).parts[:-1])
    ]
    assert not _relative(named + folders)


def test_no_file_names_a_package_host(tracked: list[Path]) -> None:
    words = re.compile("|".join(map(re.escape, [*PACKAGE_HOSTS, *PACKAGE_SOURCES])).encode())
    named = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in tracked
        if (match := words.search(path.read_bytes()))
    ]
    assert not named


def test_files_of_the_package_tell_one_story() -> None:
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / "sim").rglob("*.py")}
    assert sizes
    long = [
        f"{path.relative_to(ROOT)} has {size} lines; past {LONGEST} it tells two stories: split it"
        for path, size in sizes.items()
        if size > LONGEST
    ]
    assert not long, "\n".join(long)


class TestVersion:
    """One version, wherever it is written."""

    @pytest.fixture
    def changelog(self) -> str:
        return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    @pytest.fixture
    def citation(self) -> str:
        return (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    def _released(self, changelog: str) -> tuple[str, str]:
        """Return version and date of the newest release in the changelog."""
        match = re.search(r"^## \[(\d+\.\d+\.\d+)\] - (\S+)$", changelog, re.MULTILINE)
        assert match, "the changelog has no release"
        return match[1], match[2]

    def test_agrees_everywhere(self, changelog: str, citation: str) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        cited = re.search(r'^version: "(.+)"$', citation, re.MULTILINE)
        assert cited
        assert {project["version"], cited[1], self._released(changelog)[0]} == {sim.__version__}

    def test_date_agrees(self, changelog: str, citation: str) -> None:
        cited = re.search(r'^date-released: "(.+)"$', citation, re.MULTILINE)
        assert cited
        assert date.fromisoformat(cited[1]) == date.fromisoformat(self._released(changelog)[1])

    def test_every_entry_says_whether_results_change(self, changelog: str) -> None:
        entries = re.findall(r"^- (.+(?:\n  .+)*)", changelog, re.MULTILINE)
        assert entries
        silent = [entry for entry in entries if not re.search(r"\*results change: (yes|no)\*$", entry)]
        assert not silent
