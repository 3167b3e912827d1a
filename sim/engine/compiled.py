"""The only door to numba.

Three decorators say what a function is for: an `inlined` rule disappears into
its caller, a `compiled` handler stays a function of its own, an `entry` is what
Python calls and what is kept on disk. Only an entry is a compiled object seen
from Python. A rule or handler stays the plain function its author wrote, so
that it can be called, stepped through and documented; it is compiled when an
entry that uses it is.

With ``SIM_DEBUG=1`` numba is not even imported and everything runs as plain
Python, with the same results to the last bit. With ``SIM_BOUNDSCHECK=1`` every
index is checked. Both are read once, at import.
"""

import importlib
import inspect
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from sim.engine.compiled_cache import cache_directory

P = ParamSpec("P")
R = TypeVar("R")

DEBUG: bool = os.environ.get("SIM_DEBUG", "0") not in ("", "0")
"""Whether everything runs as plain Python."""

BOUNDSCHECK: bool = os.environ.get("SIM_BOUNDSCHECK", "0") not in ("", "0")
"""Whether compiled code checks every index."""

PACKAGE_ROOT: Path = Path(__file__).resolve().parent.parent
"""The installed package: functions whose source lies here may be kept on disk."""

_numba: Any = None
_options: dict[str, Any] = {}
_cache_root: Path | None = None
_decorating = threading.Lock()


def _options_for(numba: Any) -> dict[str, Any]:
    """Options every compiled function shares.

    Reference counting of arrays costs a factor of 1.4 to 6 and is switched off
    (``_nrt=False``); the option is private to numba, so that it is used only
    where it is known.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    known = importlib.import_module("numba.core.options").DefaultOptions
    if hasattr(known, "_nrt"):
        options["_nrt"] = False
    if BOUNDSCHECK:
        options["boundscheck"] = True
    return options


if not DEBUG:
    _numba = importlib.import_module("numba")
    _options = _options_for(_numba)
    _linking = importlib.import_module("sim.engine.linking")
    _callee = {"pipeline_class": _linking.CALLEE_PIPELINE} if _linking.AVAILABLE else {}
    _entry = {"pipeline_class": _linking.ENTRY_PIPELINE} if _linking.AVAILABLE else {}
    # Whatever changes the machine code without changing numba's own key must name the folder.
    _cache_root = cache_directory(PACKAGE_ROOT, extra=repr(sorted(_options.items())))


def _compile_once_per_type(dispatcher: Any) -> None:
    """Keep numba from compiling a function again for every constant it is called with."""
    template_for = dispatcher.get_call_template
    unliteral = _numba.types.unliteral

    def template_for_types(arguments: Any, keywords: Any) -> Any:
        return template_for(tuple(map(unliteral, arguments)), {k: unliteral(v) for k, v in keywords.items()})

    dispatcher.get_call_template = template_for_types


def _attach(function: Callable[P, R], dispatcher: Any) -> Callable[P, R]:
    """Make compiled code see the dispatcher where Python sees the plain function."""
    _compile_once_per_type(dispatcher)
    seen_by_python = cast(Any, function)
    seen_by_python._numba_type_ = dispatcher._numba_type_
    seen_by_python._dispatcher = dispatcher  # the type above refers to it weakly
    return function


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a small rule into each of its callers.

    Called from Python, the function runs as it is written.

    Args:
        function: A pure function of numbers, records and tables.

    Returns:
        The same function, known to compiled code.
    """
    if DEBUG:
        return function
    return _attach(
        function, _numba.njit(forceinline=True, no_cpython_wrapper=True, **_options, **_callee)(function)
    )


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a handler as a function of its own, once for all its callers.

    Called from Python, the function runs as it is written.

    Args:
        function: A function of numbers, records and tables.

    Returns:
        The same function, known to compiled code.
    """
    if DEBUG:
        return function
    return _attach(function, _numba.njit(no_cpython_wrapper=True, **_options, **_callee)(function))


def compiled_as(compiled_form: Callable[P, R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Give a function a second text for compiled code.

    For the few places where plain Python and machine code must be written
    differently to give the same bits, such as integers that wrap around.

    Args:
        compiled_form: What compiled code runs, inlined.

    Returns:
        A decorator; what it decorates is what Python runs.
    """

    def attached(function: Callable[P, R]) -> Callable[P, R]:
        if DEBUG:
            return function
        dispatcher = _numba.njit(forceinline=True, no_cpython_wrapper=True, **_options, **_callee)(
            compiled_form
        )
        return _attach(function, dispatcher)

    return attached


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, and keep the machine code on disk.

    The first call with new argument types compiles everything below it, unless
    the cache has it. Functions outside the package are compiled in every
    process anew, because the cache could not tell when what they use changes.

    Args:
        function: A function of numbers, records and tables.

    Returns:
        A callable that runs the machine code; with ``SIM_DEBUG=1`` the function itself.
    """
    if DEBUG:
        return function
    if _cache_root is not None and _is_ours(function):
        # The folder is a setting of the whole process: lend it only while decorating.
        with _decorating:
            config = _numba.config
            others, config.CACHE_DIR = config.CACHE_DIR, str(_cache_root)
            try:
                return cast(Callable[P, R], _numba.njit(cache=True, **_options, **_entry)(function))
            except RuntimeError:  # the folder was writable a moment ago and no longer is
                pass
            finally:
                config.CACHE_DIR = others
    return cast(Callable[P, R], _numba.njit(**_options, **_entry)(function))


def _is_ours(function: Callable[..., Any]) -> bool:
    try:
        return Path(inspect.getfile(function)).resolve().is_relative_to(PACKAGE_ROOT)
    except (TypeError, OSError):
        return False


def compiling_needed(*entries: Callable[..., Any]) -> bool:
    """Whether the next call will have to compile first, which takes seconds.

    Args:
        entries: The entry functions about to be called; none means any entry at all.

    Returns:
        True when the cache holds nothing for one of them (or is not in use).
    """
    if DEBUG:
        return False
    missing = [function for function in entries if not getattr(function, "signatures", None)]
    if entries and not missing:
        return False
    if _cache_root is None:
        return True
    kept = {path.name.rsplit("-", 1)[0] for path in _cache_root.glob("*/*.nbi")}
    if not entries:
        return not kept
    return any(f"{_module_tail(function)}.{function.__qualname__}" not in kept for function in missing)


def _module_tail(function: Callable[..., Any]) -> str:
    return function.__module__.rsplit(".", 1)[-1]


def _prefetch_intrinsic() -> Any:
    """The processor's hint to load a memory line, as a function (table, byte offset) for compiled code."""
    ir = importlib.import_module("llvmlite.ir")
    array_struct = importlib.import_module("numba.core.cgutils").create_struct_proxy
    types = _numba.types

    def prefetch_line(typing_context: Any, table: Any, offset: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            byte_pointer = ir.IntType(8).as_pointer()
            data = array_struct(signature.args[0])(context, builder, arguments[0]).data
            start = builder.bitcast(data, byte_pointer)
            address = builder.gep(start, [arguments[1]], source_etype=ir.IntType(8))
            number = ir.IntType(32)
            hint_type = ir.FunctionType(ir.VoidType(), [byte_pointer, number, number, number])
            hint = builder.module.declare_intrinsic("llvm.prefetch", [byte_pointer], hint_type)
            # For reading and writing alike, to keep, from data memory.
            builder.call(hint, [address, number(0), number(3), number(1)])
            return context.get_dummy_value()

        return types.void(table, types.int64), generate

    return importlib.import_module("numba.extending").intrinsic(prefetch_line)


if not DEBUG:
    _prefetch_line = _prefetch_intrinsic()


def _prefetch_compiled(table: Any, i: int, byte: int) -> None:
    _prefetch_line(table, i * table.itemsize + byte)


@compiled_as(_prefetch_compiled)
def prefetch(table: Any, i: int, byte: int) -> None:
    """Ask for a row of a large table some time before it is used; changes no result.

    Args:
        table: The table.
        i: The row; a row that does not exist does no harm.
        byte: Where in the row: one memory line of 64 bytes from there is loaded.
    """


def _reader_intrinsic(dtype: Any, number: int) -> Any:
    """Where in memory a table lies is written in a record; this reads it there, as a function (world) of compiled code."""
    ir = importlib.import_module("llvmlite.ir")
    cgutils = importlib.import_module("numba.core.cgutils")
    populate_array = importlib.import_module("numba.np.arrayobj").populate_array
    from_dtype = importlib.import_module("numba.np.numpy_support").from_dtype
    types = _numba.types

    def read_table(typing_context: Any, world: Any) -> Any:
        place = world.fields.index("s")
        state = world.types[place]
        table = types.Array(from_dtype(dtype), 1, "C")

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            word, byte = ir.IntType(64), ir.IntType(8)
            start = builder.bitcast(builder.extract_value(arguments[0], place), byte.as_pointer())

            def read(field: str) -> Any:
                offset = ir.Constant(word, state.offset(field) + 8 * number)
                at = builder.gep(start, [offset], source_etype=byte)
                return builder.load(builder.bitcast(at, word.as_pointer()), typ=word)

            array = context.make_array(table)(context, builder)
            populate_array(
                array,
                data=builder.inttoptr(read("where"), array.data.type),
                shape=cgutils.pack_array(builder, [read("rows")]),
                strides=cgutils.pack_array(builder, [ir.Constant(word, dtype.itemsize)]),
                itemsize=ir.Constant(word, dtype.itemsize),
                meminfo=None,
            )
            return array._getvalue()

        return table(world), generate

    return importlib.import_module("numba.extending").intrinsic(read_table)


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

    def attached(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if DEBUG:
            return function
        intrinsic = _reader_intrinsic(dtype, number)
        known = importlib.import_module("numba.core.typing.templates").builtin_registry.globals
        cast(Any, function)._numba_type_ = next(kind for one, kind in known if one is intrinsic)
        return function

    return attached
