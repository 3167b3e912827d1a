"""Machine code that is kept on disk, loaded and called without the compiler.

Loading numba and asking it for what it compiled yesterday takes longer than a simulation of a year. So what it
made is kept as it is, an object file, and LLVM alone puts it into memory. A kept file that is not whole, or was
made for other arguments, is as good as none.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.whole_file import whole_file

__all__ = ["MachineCode", "flat", "is_kept", "keep", "kept", "kind_of", "linked"]

_RESULTS: dict[str, Any] = {"int64": ctypes.c_int64, "float64": ctypes.c_double, "bool": ctypes.c_int8}
"""What a function can give back, and how it is written down in memory; anything else counts as nothing."""

_OF_THE_SYSTEM = ("exp", "expm1", "log", "log1p", "tanh", "sqrt", "fmod")
"""Functions of the mathematics library that machine code may call."""

_DONE = (0, -2)
"""Status of a function that gave a number, and of one that gave None."""

_code_lies_in: list[Any] = []
"""What holds loaded machine code in memory, for the rest of the process."""


@dataclass(frozen=True)
class MachineCode:
    """One function as an object file.

    Attributes:
        symbol: Name of the function in it.
        result: "int64", "float64", "bool" or "none".
        content: The object file.
    """

    symbol: str
    result: str
    content: bytes


def kind_of(value: Any) -> Any:
    """What machine code has to know of an argument: values of equal kind can share it.

    Args:
        value: A number, an array, a record or a tuple of such.

    Returns:
        Something hashable whose `repr` says everything.

    Raises:
        TypeError: If machine code cannot be given such a value.
    """
    if isinstance(value, tuple):
        return (type(value).__name__, *map(kind_of, value))
    if isinstance(value, np.void):
        return ("record", value.dtype)
    if isinstance(value, np.ndarray):
        flags = value.flags
        return ("array", value.dtype, value.ndim, flags.c_contiguous, flags.aligned, flags.writeable)
    if isinstance(value, bool | int | float | np.generic):
        return type(value).__name__
    raise TypeError(f"compiled code takes numbers, records and arrays, not {type(value).__name__}")


def flat(value: Any) -> Iterator[Any]:
    """An argument as compiled code is handed it: numbers and addresses, one after another.

    Args:
        value: What `kind_of` accepts.

    Yields:
        ctypes values.
    """
    if isinstance(value, tuple):
        for part in value:
            yield from flat(part)
    elif isinstance(value, np.void):
        yield ctypes.c_void_p(_address(value))
    elif isinstance(value, np.ndarray):
        yield from (ctypes.c_void_p(0), ctypes.c_void_p(0))  # nobody counts references
        yield from (ctypes.c_int64(value.size), ctypes.c_int64(value.itemsize))
        yield ctypes.c_void_p(value.ctypes.data)
        yield from map(ctypes.c_int64, value.shape + value.strides)
    elif isinstance(value, bool | np.bool_):
        yield ctypes.c_int8(int(value))
    elif isinstance(value, np.uint64):
        yield ctypes.c_uint64(int(value))
    elif isinstance(value, int | np.int64):
        yield ctypes.c_int64(int(value))
    else:
        yield ctypes.c_double(float(value))


def _address(record: Any) -> int:
    """Where a record lies. Asking a record itself is slow where it has hundreds of fields."""
    table = record.base
    if isinstance(table, np.ndarray) and table.size == 1:
        return int(table.ctypes.data)
    return int(np.frombuffer(record.data, np.uint8).ctypes.data)


def _file_for(folder: Path, name: str, kind: Any) -> Path:
    return folder / f"{name}-{hashlib.sha256(repr(kind).encode()).hexdigest()[:16]}.machine"


def keep(folder: Path, name: str, kind: Any, code: MachineCode) -> None:
    """Write machine code down for other processes, whole or not at all; where that fails, it is not kept.

    Args:
        folder: Where to.
        name: Name of the function.
        kind: Kind of its arguments.
        code: The machine code.
    """
    digest = hashlib.sha256(code.content).hexdigest()
    head = json.dumps({"symbol": code.symbol, "result": code.result, "sha256": digest}).encode()
    with suppress(OSError), whole_file(_file_for(folder, name, kind)) as file:
        file.write(head + b"\n" + code.content)


def is_kept(folder: Path, name: str, kind: Any) -> bool:
    """Whether something was kept of a function, whole or not.

    Args:
        folder: Where to look.
        name: Name of the function.
        kind: Kind of its arguments.

    Returns:
        True if there is a file of it.
    """
    return _file_for(folder, name, kind).exists()


def kept(folder: Path, name: str, kind: Any) -> MachineCode | None:
    """What was kept of a function.

    Args:
        folder: Where to look.
        name: Name of the function.
        kind: Kind of its arguments.

    Returns:
        The machine code; None when there is none, or it is damaged.
    """
    try:
        head, _, content = _file_for(folder, name, kind).read_bytes().partition(b"\n")
        said = json.loads(head)
        if hashlib.sha256(content).hexdigest() != said["sha256"]:
            return None
        return MachineCode(said["symbol"], said["result"], content)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def linked(code: MachineCode, types: Sequence[Any]) -> Callable[..., Any]:
    """Put machine code into memory.

    Args:
        code: The machine code.
        types: ctypes types of its flat arguments.

    Returns:
        A function of flat arguments (see `flat`). It lets other threads run meanwhile, and raises what the
        compiled function raises.
    """
    llvm = importlib.import_module("llvmlite.binding")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    _make_known(llvm)
    machine = llvm.Target.from_default_triple().create_target_machine(codemodel="jitdefault", jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code.content))
    engine.finalize_object()
    _code_lies_in.append(engine)
    place = engine.get_function_address(code.symbol)
    call = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *types)(place)
    result = _RESULTS.get(code.result, ctypes.c_void_p)

    def run(*arguments: Any) -> Any:
        given = result()
        trouble = ctypes.c_void_p()
        status = call(ctypes.byref(given), ctypes.byref(trouble), *arguments)
        if status > 0:
            raise _raised(trouble.value)
        if status not in _DONE:
            raise RuntimeError(f"compiled code failed with status {status}")
        return bool(given.value) if code.result == "bool" else given.value

    return run


def _make_known(llvm: Any) -> None:
    """Tell LLVM where mathematics is, on systems where it does not find it by itself."""
    for name in _OF_THE_SYSTEM:
        if llvm.address_of_symbol(name) is None:
            found = getattr(ctypes.CDLL(getattr(math, "__file__", None)), name)
            llvm.add_symbol(name, ctypes.cast(found, ctypes.c_void_p).value)


class _Raised(ctypes.Structure):
    """What compiled code leaves behind when it raises: the pickled class and arguments."""

    _fields_ = (("data", ctypes.c_void_p), ("size", ctypes.c_int32), ("digest", ctypes.c_void_p))


def _raised(address: int | None) -> BaseException:
    left = _Raised.from_address(address or 0)
    unpickle = importlib.import_module("numba.core.serialize")._numba_unpickle
    kind, arguments, _ = unpickle(
        left.data, ctypes.string_at(left.data, left.size), ctypes.string_at(left.digest, 20)
    )
    error: BaseException = kind(*(arguments or ()))
    return error
