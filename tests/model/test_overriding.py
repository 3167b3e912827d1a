"""Which classes take part, and the fingerprint of their source."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim.agents import Marketer, SalesRep, classes_named, fingerprint_of

MODULE = """
from sim.agents import Marketer, SalesRep

class Choosy(SalesRep):
    def accepts(self, buyer):
        return buyer.score > {bar}

class Patient(Marketer):
    def hands_over(self, buyer):
        return buyer.raised_hand
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch):
    """Write a module of overrides and name its classes."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(bar: float) -> str:
        name = f"own_agents_{str(bar).replace('.', '_')}"
        (tmp_path / f"{name}.py").write_text(MODULE.format(bar=bar), encoding="utf-8")
        return name

    return write


def test_classes_are_found_by_name(written):
    module = written(0.5)
    found = classes_named(f"{module}:Choosy", f"{module}:Patient")
    assert {kind: own.__name__ for kind, own in found.items()} == {SalesRep: "Choosy", Marketer: "Patient"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing", "module:Class"),
        ("no_such_module:Rep", "cannot be loaded"),
        ("sim.agents:NoSuchClass", "cannot be loaded"),
        ("pathlib:Path", "not a subclass"),
        ("math:pi", "not a subclass"),
    ],
)
def test_names_that_lead_nowhere_are_explained(text, said):
    with pytest.raises(ValueError, match=said):
        classes_named(text)


def test_one_place_cannot_be_taken_twice():
    with pytest.raises(ValueError, match="both take the place of SalesRep"):
        classes_named("sim.agents:SalesRep", "sim.agents:SalesRep")


def test_fingerprint_follows_the_source(written):
    def own(bar):
        return classes_named(f"{written(bar)}:Choosy")

    assert fingerprint_of(own(0.5)) == fingerprint_of(own(0.5)) != fingerprint_of(own(0.6))
    assert len(fingerprint_of(own(0.5))) == 64


def test_nobody_replaced_has_no_fingerprint():
    assert fingerprint_of(None) == fingerprint_of({}) == fingerprint_of({SalesRep: SalesRep}) == ""


def test_fingerprint_covers_what_is_inherited():
    class Careful(SalesRep):
        def accepts(self, buyer):
            return buyer.score > 0.5

    class Carefree(SalesRep):
        def accepts(self, buyer):
            return True

    first = fingerprint_of({SalesRep: type("Own", (Careful,), {"__module__": "__main__"})})
    assert first != fingerprint_of({SalesRep: type("Own", (Carefree,), {"__module__": "__main__"})})


CONSOLE = """
from sim.agents import SalesRep, fingerprint_of
for bar in (1.0, 2.0):
    space = {"SalesRep": SalesRep, "__name__": "__main__"}
    exec(f'''
class Typed(SalesRep):
    bar = {bar}
    def accepts(self, buyer):
        return super().accepts(buyer) and buyer.stage in {{"in-air", "nurture", "closing"}}
''', space)
    print(fingerprint_of({SalesRep: space["Typed"]}))
"""


def test_classes_typed_into_a_console_have_a_steady_fingerprint():
    """The same in every process, though there is no source and sets of words have no order."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", CONSOLE]
    first, again = (
        subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout.split()
        for _ in range(2)
    )
    assert first == again
    assert first[0] != first[1]
