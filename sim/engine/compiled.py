"""What is compiled, and how: four decorators.

An `inlined` rule disappears into its caller, a `compiled` handler stays a function of its own, an `entry` is what
Python calls and what is kept on disk. Only an entry is a compiled object seen from Python. A rule or handler stays
the plain function its author wrote, so that it can be called, stepped through and documented; it is compiled when
an entry that uses it is.

The compiler is loaded only where something has to be compiled (see `sim.engine.compiling`); what was compiled
before is used as it was kept (see `sim.engine.machine_code`).

With ``SIM_DEBUG=1`` nothing is compiled and everything runs as plain Python, with the same results to the last
bit. With ``SIM_BOUNDSCHECK=1`` every index is checked. Both are read once, at import.
"""

import importlib
import inspect
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial, update_wrapper
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar, cast

from sim.engine.compiled_cache import alone, cache_directory

__all__ = [
    "BOUNDSCHECK",
    "DEBUG",
    "PACKAGE_ROOT",
    "Declaration",
    "Entry",
    "Role",
    "bound",
    "compiled",
    "compiled_as",
    "compiling_needed",
    "entry",
    "inlined",
    "is_declared",
    "knowing",
    "known_fields",
    "prefetch",
    "table_reader",
]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=type)

DEBUG: bool = os.environ.get("SIM_DEBUG", "0") not in ("", "0")
"""Whether everything runs as plain Python."""

BOUNDSCHECK: bool = os.environ.get("SIM_BOUNDSCHECK", "0") not in ("", "0")
"""Whether compiled code checks every index."""

PACKAGE_ROOT: Path = Path(__file__).resolve().parent.parent
"""The installed package: functions whose source lies here may be kept on disk."""

# Whatever changes the machine code besides the text of the package must name the folder.
_cache_root: Path | None = None if DEBUG else cache_directory(PACKAGE_ROOT, "bounds checked" * BOUNDSCHECK)


class Role(Enum):
    """What a function is to compiled code."""

    RULE = auto()
    """Compiled into each of its callers."""
    HANDLER = auto()
    """Compiled once for all its callers."""
    TWO_TEXTS = auto()
    """A rule whose text for compiled code is another."""
    READER = auto()
    """Gives a table of the world."""
    PREFETCH = auto()
    """A hint to the processor."""


@dataclass(frozen=True)
class Declaration:
    """A function that compiled code may call.

    Attributes:
        function: What Python calls.
        role: What it is to compiled code.
        details: What else the compiler has to know of it: the other text, or a table's type and number.
    """

    function: Callable[..., Any]
    role: Role
    details: tuple[Any, ...] = ()


_declared: list[Declaration] = []
"""What the compiler has not been told yet."""


def _declare(function: Callable[P, R], role: Role, *details: Any) -> Callable[P, R]:
    if not DEBUG:
        _declared.append(Declaration(function, role, details))
    cast(Any, function)._role = role
    return function


def is_declared(function: object) -> bool:
    """Whether a function is a rule or a handler."""
    return getattr(function, "_role", Role.READER) is not Role.READER


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a rule into each of its callers: it is small, called once, or called at nearly every event.

    Called from Python, the function runs as it is written.

    Args:
        function: A pure function of numbers, records and tables.

    Returns:
        The same function, known to compiled code.
    """
    return _declare(function, Role.RULE)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a handler as a function of its own, once for all its callers.

    Called from Python, the function runs as it is written.

    Args:
        function: A function of numbers, records and tables.

    Returns:
        The same function, known to compiled code.
    """
    return _declare(function, Role.HANDLER)


def compiled_as(compiled_form: Callable[P, R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Give a function a second text for compiled code.

    For the few places where plain Python and machine code must be written
    differently to give the same bits, such as integers that wrap around.

    Args:
        compiled_form: What compiled code runs, inlined.

    Returns:
        A decorator; what it decorates is what Python runs.
    """
    return lambda function: _declare(function, Role.TWO_TEXTS, compiled_form)


def table_reader(dtype: Any, number: int) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Let compiled code find a table through a record instead of being handed it.

    A call then passes one pointer where the headers of all tables took seven words each. The world that is passed
    must be a named tuple with a record ``s`` whose fields ``where`` and ``rows`` hold, at `number`, the address and
    the length of the table. Whoever owns the table must keep it alive and the two up to date.

    Args:
        dtype: What a row of the table holds.
        number: Place of the table in ``where`` and ``rows``.

    Returns:
        A decorator for the function (world) that gives the same table in Python.
    """
    return lambda function: _declare(function, Role.READER, dtype, number)


def knowing(values: Mapping[str, float]) -> Callable[[T], T]:
    """Say of a named tuple of records which of their fields always have the same value.

    Functions that are given such a tuple are compiled anew for it, without what those values rule out. Only fields
    looked up by these names count, in whatever record, so that no two records may share one of the names.

    Args:
        values: The values by the name of the field; integers for integers.

    Returns:
        A decorator for the class.
    """

    def known(tuples: T) -> T:
        cast(Any, tuples)._known_fields = dict(values)
        return tuples

    return known


def known_fields(tuples: type | None) -> dict[str, float]:
    """What was said of a class with `knowing`.

    Args:
        tuples: The class; nothing is known of any other, or of None.

    Returns:
        The values by the name of the field.
    """
    return dict(getattr(tuples, "_known_fields", {}))


def prefetch(table: Any, i: int, byte: int) -> None:
    """Ask for a row of a large table some time before it is used; changes no result.

    Args:
        table: The table.
        i: The row; a row that does not exist does no harm.
        byte: Where in the row: one memory line of 64 bytes from there is loaded.
    """


_declare(prefetch, Role.PREFETCH)


class Entry(Generic[P, R]):
    """A compiled function as Python sees it; see `entry`."""

    def __init__(self, function: Callable[P, R]) -> None:
        """Take the function as it is written."""
        update_wrapper(cast(Any, self), function)
        self._function = function
        self._name = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__qualname__}"
        self._folder = _cache_root if _is_ours(function) else None
        self._linked: dict[Any, Callable[..., Any]] = {}
        self._one_at_a_time = threading.Lock()

    def __call__(self, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Run the machine code, made or loaded at the first call with arguments of this kind.

        Raises:
            TypeError: If arguments are given by name.
        """
        if keywords:
            raise TypeError(f"{self._name} takes its arguments by place, not by name")
        return self.bound(*arguments)()

    def bound(self, *arguments: Any) -> Callable[[], R]:
        """The call with some arguments, without what has to be found out about them each time; see `bound`."""
        kind = _machine_code.kind_of(arguments)
        run = self._linked.get(kind) or self._prepared(kind, arguments)
        return partial(run, *_machine_code.flat(arguments))

    def _prepared(self, kind: Any, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        with self._one_at_a_time:
            if kind in self._linked:
                return self._linked[kind]
            types = [type(one) for one in _machine_code.flat(arguments)]
            self._linked[kind] = _machine_code.linked(self._kept_or_made(kind, arguments), types)
            return self._linked[kind]

    def _kept_or_made(self, kind: Any, arguments: tuple[Any, ...]) -> Any:
        if self._folder is None:
            return self._made(arguments)
        code = _machine_code.kept(self._folder, self._name, kind)
        if code is None:
            with alone(self._folder):  # or another process is at it, and this one waits for what it keeps
                code = _machine_code.kept(self._folder, self._name, kind) or self._made(arguments)
                _machine_code.keep(self._folder, self._name, kind, code)
        return code

    def _made(self, arguments: tuple[Any, ...]) -> Any:
        compiling = importlib.import_module("sim.engine.compiling")
        return compiling.compile_entry(self._function, arguments, _declared)

    def is_ready_for(self, *arguments: Any) -> bool:
        """Whether machine code for such arguments is in memory or kept on disk."""
        kind = _machine_code.kind_of(arguments)
        return kind in self._linked or (
            self._folder is not None and _machine_code.is_kept(self._folder, self._name, kind)
        )


if not DEBUG:
    _machine_code = importlib.import_module("sim.engine.machine_code")


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, and keep the machine code on disk.

    The first call with new kinds of arguments compiles everything below it, unless it was kept. Functions outside
    the package are compiled in every process anew, because nothing could tell when what they use changes.

    Args:
        function: A function of numbers, records and arrays that gives back a number or nothing.

    Returns:
        A callable that runs the machine code; with ``SIM_DEBUG=1`` the function itself.
    """
    return function if DEBUG else Entry(function)


def bound(function: Callable[..., R], *arguments: Any) -> Callable[[], R]:
    """A call of an entry with some arguments, to be made again and again.

    Finding out what arguments are and where records lie takes many times as long as a short call itself.

    Args:
        function: The entry function.
        *arguments: What it is called with; records and arrays have to stay where they are, and alive.

    Returns:
        The call.
    """
    return function.bound(*arguments) if isinstance(function, Entry) else partial(function, *arguments)


def _is_ours(function: Callable[..., Any]) -> bool:
    try:
        return Path(inspect.getfile(function)).resolve().is_relative_to(PACKAGE_ROOT)
    except (TypeError, OSError):
        return False


def compiling_needed(function: Callable[..., Any], *arguments: Any) -> bool:
    """Whether a call will have to compile first, which takes seconds.

    Args:
        function: The entry function.
        *arguments: What it is about to be called with.

    Returns:
        True when no machine code for such arguments is in memory or kept.
    """
    return isinstance(function, Entry) and not function.is_ready_for(*arguments)
