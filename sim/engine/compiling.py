"""The only door to numba: it is opened when something has to be compiled, and not before."""

from __future__ import annotations

import gc
import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, options
from numba.core.compiler_lock import global_compiler_lock
from numba.core.typing.templates import builtin_registry
from numba.extending import intrinsic
from numba.np import arrayobj
from numba.np.numpy_support import from_dtype

from sim.engine.compiled import BOUNDSCHECK, Declaration, Role
from sim.engine.linking import AVAILABLE, CALLEE_PIPELINE, ENTRY_PIPELINE
from sim.engine.machine_code import MachineCode

__all__ = ["compile_entry"]

_RESULTS = {types.int64: "int64", types.float64: "float64", types.boolean: "bool", types.none: "none"}
_LONG_NAME = 1000
_one_at_a_time = threading.RLock()


def _options() -> dict[str, Any]:
    """Options every compiled function shares.

    Reference counting of arrays costs a factor of 1.4 to 6 and is switched off (``_nrt=False``); the option is
    private to numba, so that it is used only where it is known.
    """
    shared = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
    if hasattr(options.DefaultOptions, "_nrt"):
        shared["_nrt"] = False
    if BOUNDSCHECK:
        shared["boundscheck"] = True
    return shared


def _named_shortly(describe: Callable[..., None]) -> Callable[..., None]:
    """Name a record of hundreds of fields by a digest of its name.

    numba writes the whole of it into the name of every function that takes one, some 14,000 letters, and spends
    a third of the time reading and writing such names.
    """

    def described(record: Any, *arguments: Any, **keywords: Any) -> None:
        describe(record, *arguments, **keywords)
        if len(record.name) > _LONG_NAME:
            record.name = f"Record({hashlib.sha256(record.name.encode()).hexdigest()[:20]})"

    return described


types.Record.__init__ = _named_shortly(types.Record.__init__)
types.Record.__repr__ = types.Type.__repr__  # its name


def _remembered(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Find out once what an operator or a function gives for numbers of certain types.

    numba asks a dozen kinds of implementation, those for arrays first, for every single plus and minus.
    """

    def resolved(function: Any, context: Any, arguments: Any, keywords: Any) -> Any:
        if keywords or not all(isinstance(one, types.Number | types.Boolean) for one in arguments):
            return resolve(function, context, arguments, keywords)
        known = vars(function).setdefault("_known_for_numbers", {})
        if arguments not in known:
            known[arguments] = resolve(function, context, arguments, keywords)
        return known[arguments]

    return resolved


types.BaseFunction.get_call_type = _remembered(types.BaseFunction.get_call_type)


def _dispatcher(function: Callable[..., Any], pipeline: type, **more: Any) -> Any:
    lowering = {"pipeline_class": pipeline} if AVAILABLE else {}
    dispatcher = numba.njit(**_options(), **more, **lowering)(function)
    _compile_once_per_type(dispatcher)
    return dispatcher


def _compile_once_per_type(dispatcher: Any) -> None:
    """Keep numba from compiling a function again for every constant, and every size of integer, it is called with."""
    template_for = dispatcher.get_call_template

    def plain(kind: Any) -> Any:
        kind = types.unliteral(kind)
        return types.int64 if kind == types.int32 else kind

    def template_for_types(arguments: Any, keywords: Any) -> Any:
        return template_for(tuple(map(plain, arguments)), {k: plain(v) for k, v in keywords.items()})

    dispatcher.get_call_template = template_for_types


def _make_known(declared: list[Declaration]) -> None:
    """Make compiled code see dispatchers where Python sees plain functions."""
    while declared:
        one = declared.pop()
        seen_by_python = cast(Any, one.function)
        if one.role is Role.READER:
            seen_by_python._numba_type_ = _type_of_intrinsic(_reader(*one.details))
            continue
        text = one.function
        if one.role is Role.TWO_TEXTS:
            text = one.details[0]
        elif one.role is Role.PREFETCH:
            text = _prefetch_row
        # Said of handlers too: numba lets what is not said take after the first caller.
        inline = {"forceinline": one.role is not Role.HANDLER}
        dispatcher = _dispatcher(text, CALLEE_PIPELINE, **inline)
        seen_by_python._numba_type_ = dispatcher._numba_type_
        seen_by_python._dispatcher = dispatcher  # the type above refers to it weakly


def compile_entry(
    function: Callable[..., Any], arguments: tuple[Any, ...], declared: list[Declaration]
) -> MachineCode:
    """Compile a function and all it calls.

    Args:
        function: A function of numbers, records and arrays.
        arguments: What it is about to be called with.
        declared: What compiled code may call and numba has not been told yet; empty afterwards.

    Returns:
        Its machine code.

    Raises:
        TypeError: If it gives back anything but one number or nothing.
    """
    with _one_at_a_time, _without_linear_algebra(), _without_collecting(), _counting_from_the_front():
        _make_known(declared)
        dispatcher = _dispatcher(function, ENTRY_PIPELINE)
        signature = tuple(map(numba.typeof, arguments))
        dispatcher.compile(signature)
        found = dispatcher.overloads[signature]
        result = types.unliteral(found.signature.return_type)
        if result not in _RESULTS:
            raise TypeError(
                f"an entry gives back a number or nothing, and {function.__qualname__} a {result}"
            )
        library = found.library
        return MachineCode(found.fndesc.llvm_func_name, _RESULTS[result], library._get_compiled_object())


@contextmanager
def _without_linear_algebra() -> Iterator[None]:
    """Keep numba from loading SciPy's linear algebra, which takes a while.

    numba looks for it when it first compiles anything and does without where it is missing; the engine multiplies
    no matrices.
    """
    name = "scipy.linalg.cython_blas"
    if name in sys.modules:
        yield
        return
    found = cast("dict[str, ModuleType | None]", sys.modules)
    found[name] = None  # what Python takes for a module that cannot be imported
    try:
        yield
    finally:
        del found[name]


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare Python the search for garbage among the millions of small things that a compiler makes and keeps."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


@contextmanager
def _counting_from_the_front() -> Iterator[None]:
    """Take places in tables as they are, without asking at each whether it is negative and counts from the end.

    The engine never counts from the end (where bounds are checked, a negative place is an error); asking took a
    tenth of all instructions. Nobody else compiles meanwhile: their places may well be negative.
    """
    usual = getattr(arrayobj, "fix_integer_index", None)  # private to numba: used only where it is known
    if usual is None:
        yield
        return

    def as_it_is(context: Any, builder: Any, kind: Any, place: Any, size: Any) -> Any:
        return context.cast(builder, place, kind, types.intp)

    with global_compiler_lock:
        arrayobj.fix_integer_index = as_it_is
        try:
            yield
        finally:
            arrayobj.fix_integer_index = usual


def _type_of_intrinsic(made: Any) -> Any:
    return next(kind for one, kind in builtin_registry.globals if one is made)


def _reader(dtype: np.dtype[Any], number: int) -> Any:
    """A function (world) of compiled code that reads in a record where a table lies."""

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
            arrayobj.populate_array(
                array,
                data=builder.inttoptr(read("where"), array.data.type),
                shape=cgutils.pack_array(builder, [read("rows")]),
                strides=cgutils.pack_array(builder, [ir.Constant(word, dtype.itemsize)]),
                itemsize=ir.Constant(word, dtype.itemsize),
                meminfo=None,
            )
            return array._getvalue()

        return table(world), generate

    return intrinsic(read_table)


@intrinsic  # type: ignore[untyped-decorator]
def _prefetch_line(typing_context: Any, table: Any, offset: Any) -> Any:
    """The processor's hint to load a memory line, as a function (table, byte offset) of compiled code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte_pointer = ir.IntType(8).as_pointer()
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, arguments[0]).data
        start = builder.bitcast(data, byte_pointer)
        address = builder.gep(start, [arguments[1]], source_etype=ir.IntType(8))
        number = ir.IntType(32)
        hint_type = ir.FunctionType(ir.VoidType(), [byte_pointer, number, number, number])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte_pointer], hint_type)
        # For reading and writing alike, to keep, from data memory.
        builder.call(hint, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(table, types.int64), generate


def _prefetch_row(table: Any, i: int, byte: int) -> None:
    _prefetch_line(table, i * table.itemsize + byte)
