"""What the decorators promise, and that the cache never gives an old answer."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.engine import compiled_cache
from sim.engine.compiled import DEBUG, PACKAGE_ROOT, compiled, entry, inlined

RULE = '''
from sim.engine.compiled import inlined

@inlined
def speed(x):
    """How fast."""
    return {factor} * x
'''

LOOP = """
from sim.engine.compiled import entry
from sim.rules.pace import speed

@entry
def run(x):
    return speed(x)
"""

PROGRAM = """
from sim.engine import compiled
from sim.events.loop import run
needed = compiled.compiling_needed(run, 2.0)
print(run(2.0), needed, compiled.compiling_needed(run, 2.0), compiled._cache_root)
"""

READER = """
from sim.engine.compiled import entry

@entry
def run(numbers, i):
    return numbers[i] * 0.0 + 1.0
"""

# Reads one place beyond or before a table that is part of a larger one, which is harmless.
PROGRAM_READING = PROGRAM.replace("2.0", "*[__import__('numpy').zeros(9)[3:6], PLACE]")


@inlined
def doubled(x: float) -> float:
    """Twice a number."""
    return 2.0 * x


@compiled
def handled(x: float) -> float:
    return doubled(x) + 1.0


@entry
def run(table: object, i: int) -> float:
    return handled(table[i])  # type: ignore[index]


def test_rules_and_handlers_stay_plain_functions_for_python():
    assert type(doubled) is type(handled) is type(lambda: 0)
    assert doubled.__doc__ == "Twice a number."
    assert handled(3.0) == 7.0


@pytest.mark.skipif(DEBUG, reason="nothing is compiled")
def test_entries_use_the_compiled_form():
    import numpy as np

    table = np.array([3.0])
    assert not run.is_ready_for(table, 0)
    assert run(table, 0) == 7.0
    # Code from outside the package is not kept: the fingerprint could not tell when it changes.
    assert run.is_ready_for(table, 0) and not run.is_ready_for(table, 0.5)
    assert not list(PACKAGE_ROOT.rglob("test_compiled.run-*"))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A copy of the engine with one rule and one entry, and a place for the user's cache."""
    package = tmp_path / "site" / "sim"
    shutil.copytree(PACKAGE_ROOT / "engine", package / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("rules", "events"):
        (package / folder).mkdir()
    (package / "__init__.py").touch()
    (package / "rules" / "pace.py").write_text(RULE.format(factor=3.0))
    (package / "events" / "loop.py").write_text(LOOP)
    for name in ("SIM_DEBUG", "SIM_BOUNDSCHECK", "NUMBA_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(package.parent)  # a program given on the command line looks here first
    return package


def start(program=PROGRAM, **environment):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process):
    """What the program printed: the result, whether compiling was needed before and after, the folder."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    result, *needed, folder = out.split()
    return float(result), [word == "True" for word in needed], folder


def test_an_edited_rule_is_compiled_again(install):
    first = answer(start())
    again = answer(start())
    assert first[0] == again[0] == 6.0
    assert first[1] == [True, False] and again[1] == [False, False]
    assert first[2] == again[2] and Path(first[2]).parent == install / "__compiled__"
    (install / "rules" / "pace.py").write_text(RULE.format(factor=5.0))
    edited = answer(start())
    assert edited[0] == 10.0 and edited[1][0] and edited[2] != first[2]


def test_two_cold_starts_at_once(install):
    answers = [answer(process) for process in [start(), start()]]
    assert [result for result, _, _ in answers] == [6.0, 6.0]
    assert answers[0][2] == answers[1][2]
    assert answer(start())[1][0] is False


def test_a_read_only_install_uses_the_users_cache(install, tmp_path):
    # A file where the folder should be cannot be written into, not even by root.
    (install / "__compiled__").write_text("in the way")
    result, needed, folder = answer(start())
    assert result == 6.0 and needed[0]
    assert Path(folder).parent == tmp_path / "user" / "relay-handoff"
    assert answer(start())[1][0] is False


def test_without_any_place_to_write_nothing_is_kept(install, tmp_path):
    (install / "__compiled__").write_text("in the way")
    (tmp_path / "user").write_text("in the way")
    result, needed, folder = answer(start())
    assert (result, folder) == (6.0, "None")
    assert needed == [True, False]


def test_the_users_choice_of_a_folder_is_respected(install, tmp_path):
    chosen = tmp_path / "chosen"
    result, _, folder = answer(start(NUMBA_CACHE_DIR=str(chosen)))
    assert result == 6.0 and Path(folder).parent == chosen / "relay-handoff"
    assert not (install / "__compiled__").exists()


@pytest.mark.parametrize("place", ["3", "-1"])
def test_checking_bounds_has_its_own_machine_code(install, place):
    (install / "events" / "loop.py").write_text(READER)
    program = PROGRAM_READING.replace("PLACE", place)
    unchecked = answer(start(program))
    assert unchecked[0] == 1.0
    process = start(program, SIM_BOUNDSCHECK="1")
    assert "IndexError" in process.communicate(timeout=60)[1]
    folders = [path for path in (install / "__compiled__").iterdir() if path.is_dir()]
    assert len(folders) == 2


def package_with(root, text):
    (root / "rules").mkdir(parents=True, exist_ok=True)
    (root / "rules" / "pace.py").write_text(text)
    return root


@pytest.fixture
def release(monkeypatch):
    """Let go of the folders that this process claims, as if it had ended."""
    held: list[int] = []
    monkeypatch.setattr(compiled_cache, "_held_locks", held)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)

    def let_go():
        while held:
            os.close(held.pop())

    yield let_go
    let_go()


def test_the_three_newest_fingerprints_are_kept(tmp_path, release):
    folders = []
    for age in range(6, 0, -1):
        folder = compiled_cache.cache_directory(package_with(tmp_path, f"# {age}"))
        os.utime(folder, (1e9 - age, 1e9 - age))
        folders.append(folder)
        release()
    assert [folder.exists() for folder in folders] == [False] * 3 + [True] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="there, age decides")
def test_a_folder_in_use_is_spared(tmp_path, release):
    used = compiled_cache.cache_directory(package_with(tmp_path, "# in use"))
    os.utime(used, (1.0, 1.0))
    for age in range(5):
        compiled_cache.cache_directory(package_with(tmp_path, f"# {age}"))
    assert used.exists()


def test_the_fingerprint_covers_everything_compiled(tmp_path):
    for name in ("engine/a.py", "rules/b.py", "rules/deep/c.py", "events/d.py", "vocabulary.py"):
        source = tmp_path / name
        source.parent.mkdir(parents=True, exist_ok=True)
        before = compiled_cache.source_fingerprint(tmp_path)
        source.write_text("one")
        added = compiled_cache.source_fingerprint(tmp_path)
        source.write_text("two")
        assert len({before, added, compiled_cache.source_fingerprint(tmp_path)}) == 3
    (tmp_path / "show.py").write_text("not compiled")
    (tmp_path / "rules" / "notes.txt").write_text("not compiled")
    unchanged = compiled_cache.source_fingerprint(tmp_path)
    assert unchanged != compiled_cache.source_fingerprint(tmp_path, extra="boundscheck")
    (tmp_path / "show.py").write_text("still not compiled")
    assert unchanged == compiled_cache.source_fingerprint(tmp_path)
