"""Imports point one way, and each heavy library has one door."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sim"

# What each part of the package may import from the others. `agents` may name the model it belongs to only for
# the type checker: `model` builds on `agents`.
BELOW = {
    "vocabulary": set(),
    "engine": {"vocabulary"},
    "scenario": {"vocabulary"},
}
for _part, *_under in (
    ("rules", "engine", "scenario"),
    ("events", "rules"),
    ("agents", "events"),
    ("model", "agents"),
    ("measure", "model"),
    ("experiment", "measure"),
    ("show", "experiment"),
    ("cli", "show"),
    ("__main__", "cli"),
):
    BELOW[_part] = set(_under).union(*(BELOW[under] for under in _under))

# library: where it may be imported
DOORS = {
    "numba": ("engine.compiling", "engine.folding", "engine.linking", "engine.machine_code"),
    "llvmlite": ("engine.compiling", "engine.machine_code", "engine.compiled_cache"),
    "matplotlib": ("show",),
    "mesa": ("agents", "model", "show.app"),
    "SALib": ("experiment.robustness.salib",),
    "sklearn": ("experiment.robustness.tree",),
    "solara": ("show.app",),
}

# library: the declared one that pins it and cannot do without it
COMES_WITH = {
    "llvmlite": "numba",
    "markupsafe": "jinja2",
    "pydantic_core": "pydantic",
    "sklearn": "scikit-learn",
}


class Import(NamedTuple):
    """One imported module and where it is imported."""

    by: str  # the importing module, without the leading "sim."
    what: str  # full dotted name, e.g. "sim.engine.draws" or "numpy.random"
    place: str  # file and line, for the message
    typing_only: bool


def _module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _targets(node: ast.AST, package: list[str]) -> Iterator[str]:
    """Yield the modules one statement imports; `from a import b` is a.b where that is a module."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            origin = package[: len(package) - level + 1] if level else []
            origin = ".".join([*origin, *([module] if module else [])])
            for alias in names:
                full = f"{origin}.{alias.name}"
                yield full if origin.split(".")[0] == "sim" and _is_module(full) else origin
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
            called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if called in ("import_module", "__import__"):
                yield name


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _imports_in(path: Path) -> Iterator[Import]:
    by = _module_name(path)
    package = ["sim", *by.split(".")] if path.name == "__init__.py" else ["sim", *by.split(".")[:-1]]
    package = [part for part in package if part]
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and _is_type_checking(block.test)
        for statement in block.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        for what in _targets(node, package):
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            yield Import(by, what, place, id(node) in for_types)


@pytest.fixture(scope="module")
def imports() -> list[Import]:
    found = [entry for path in sorted(PACKAGE.rglob("*.py")) for entry in _imports_in(path)]
    assert len(found) > 20, "the reader of imports finds next to nothing: it is broken"
    return found


def _within(module: str, places: tuple[str, ...]) -> bool:
    """Whether a module is one of the places, below one, or (show.app, show.app_pages) starts like one."""
    return any(module == place or module.startswith((f"{place}.", f"{place}_")) for place in places)


def _report(faults: list[str]) -> str:
    return "\n  ".join(["", *faults])


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
    } - {"__init__"}
    assert parts <= BELOW.keys(), f"say in BELOW what {sorted(parts - BELOW.keys())} may import"


def test_imports_point_one_way(imports: list[Import]) -> None:
    faults = []
    for entry in imports:
        part = entry.by.split(".")[0]
        if not part or not entry.what.startswith("sim."):
            continue  # the package itself names its public modules; other libraries are below
        target = entry.what.split(".")[1]
        allowed = {part} | BELOW.get(part, set())
        if entry.typing_only and part == "agents":
            allowed |= {"model"}
        if target not in allowed:
            faults.append(f"{entry.place}: {part} must not import {target}")
    assert not faults, _report(faults)


def test_modules_are_imported_from_where_they_live(imports: list[Import]) -> None:
    """The public names are for users: inside, they would hide the direction of an import."""
    faults = [f"{entry.place}: import from the module itself" for entry in imports if entry.what == "sim"]
    assert not faults, _report(faults)


def test_each_heavy_library_has_one_door(imports: list[Import]) -> None:
    faults = [
        f"{entry.place}: {entry.what} belongs in {' or '.join(DOORS[library])}"
        for entry in imports
        if (library := entry.what.split(".")[0]) in DOORS and not _within(entry.by, DOORS[library])
    ]
    assert not faults, _report(faults)


def test_rules_see_numbers_only(imports: list[Import]) -> None:
    """A rule draws no random number and touches no table: of the engine it knows how to be compiled."""
    faults = [
        f"{entry.place}: a rule must not import {entry.what}"
        for entry in imports
        if _within(entry.by, ("rules",))
        and (
            (entry.what.startswith("sim.engine") and entry.what != "sim.engine.compiled")
            or entry.what.split(".")[0] == "random"
            or entry.what.startswith("numpy.random")
        )
    ]
    assert not faults, _report(faults)


def test_luck_has_one_source(imports: list[Import]) -> None:
    faults = [
        f"{entry.place}: chance comes from sim.engine.draws, not from {entry.what}"
        for entry in imports
        if entry.what.split(".")[0] in ("random", "secrets") or entry.what.startswith("numpy.random")
    ]
    assert not faults, _report(faults)


def test_every_library_is_declared(imports: list[Import]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lists = [project["dependencies"], *(extras[name] for name in extras if name != "dev")]
    declared = {
        re.match(r"[\w.-]+", requirement)[0].lower() for requirements in lists for requirement in requirements
    }
    faults = [
        f"{entry.place}: {library} is not among the dependencies of pyproject.toml"
        for entry in imports
        if (library := entry.what.split(".")[0]) not in {"sim", *sys.stdlib_module_names}
        and not entry.typing_only
        and COMES_WITH.get(library, library).lower() not in declared
    ]
    assert not faults, _report(faults)


class TestReader:
    """The reader of imports itself, on made-up files."""

    @pytest.fixture
    def read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
        monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "sim")
        (tmp_path / "sim/engine").mkdir(parents=True)
        (tmp_path / "sim/rules").mkdir()
        (tmp_path / "sim/engine/draws.py").touch()

        def whats(text: str, where: str = "rules/track.py") -> set[tuple[str, bool]]:
            path = tmp_path / "sim" / where
            path.write_text(text, encoding="utf-8")
            return {(entry.what, entry.typing_only) for entry in _imports_in(path)}

        return whats

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("import numba.core", "numba.core"),
            ("from sim.engine import draws", "sim.engine.draws"),
            ("from sim.engine.draws import uniform", "sim.engine.draws"),
            ("from sim import engine", "sim.engine"),
            ("from sim import Scenario", "sim"),
            ("from ..engine import draws", "sim.engine.draws"),
            ("from ..engine.draws import uniform", "sim.engine.draws"),
            ("def f():\n    import mesa", "mesa"),
            ("import importlib\nimportlib.import_module('mesa')", "mesa"),
        ],
    )
    def test_finds(self, read, text: str, what: str) -> None:
        assert (what, False) in read(text)

    def test_resolves_what_a_package_imports_from_itself(self, read) -> None:
        assert read("from . import draws", "engine/__init__.py") == {("sim.engine.draws", False)}

    def test_tells_imports_for_the_type_checker(self, read) -> None:
        text = (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mesa\nelse:\n    import numba\n"
        )
        assert read(text) == {("typing", False), ("mesa", True), ("numba", False)}
