"""Which classes take the place of the agents, which decisions they override, and what their source is."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from sim.agents.buyer import Buyer
from sim.agents.people import Marketer, Rival, SalesRep
from sim.agents.sockets import SOCKETS

__all__ = ["chosen_classes", "classes_named", "fingerprint_of", "overridden_sockets"]

_REPLACEABLE: tuple[type, ...] = (Marketer, SalesRep, Rival, Buyer)


def chosen_classes(agents: Mapping[type, type] | None) -> dict[type, type]:
    """The class that takes each part.

    Args:
        agents: Classes of agents and what to put in their place, such as `{SalesRep: MyRep}`.

    Returns:
        A class for each of Marketer, SalesRep, Rival and Buyer, their own where none is given.

    Raises:
        TypeError: If a key is none of the four, or a value is not a subclass of its key.
    """
    chosen = {kind: kind for kind in _REPLACEABLE}
    for kind, own in (agents or {}).items():
        if kind not in chosen:
            listed = ", ".join(one.__name__ for one in _REPLACEABLE)
            raise TypeError(f"agents can replace {listed}, not {kind!r}")
        if not (isinstance(own, type) and issubclass(own, kind)):
            raise TypeError(f"{own!r} cannot take the place of {kind.__name__}: it is not a subclass of it")
        chosen[kind] = own
    return chosen


def overridden_sockets(agents: Mapping[type, type] | None) -> int:
    """The decisions that Python makes, as bits numbered by `Decision`.

    A subclass that leaves a method alone leaves that decision to compiled code.

    Args:
        agents: Classes of agents and what to put in their place.
    """
    chosen = chosen_classes(agents)
    return sum(
        1 << decision
        for decision, (kind, method) in SOCKETS.items()
        if getattr(chosen[kind], method) is not getattr(kind, method)
    )


def classes_named(*names: str) -> dict[type, type]:
    """The classes that texts such as "my_module:MyRep" name, by the class whose place they take.

    Args:
        *names: Texts "module:Class".

    Returns:
        What to pass as `agents`.

    Raises:
        ValueError: If a text is not of this form, names nothing, names no agent, or two take the same place.
    """
    found: dict[type, type] = {}
    for text in names:
        module, colon, name = text.partition(":")
        if not (module and colon and name):
            raise ValueError(f"{text!r} is not of the form module:Class")
        try:
            own = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise ValueError(f"{text!r} cannot be loaded: {error}") from error
        places = [kind for kind in _REPLACEABLE if isinstance(own, type) and issubclass(own, kind)]
        if not places:
            listed = ", ".join(kind.__name__ for kind in _REPLACEABLE)
            raise ValueError(f"{text!r} is not a subclass of {listed}")
        if places[0] in found:
            raise ValueError(f"{text!r} and {found[places[0]]!r} both take the place of {places[0].__name__}")
        found[places[0]] = own
    return found


def fingerprint_of(agents: Mapping[type, type] | None) -> str:
    """SHA-256 of the source of the classes that replace agents, in hexadecimal; empty when none does.

    It covers the classes and what they inherit from outside this package, not what their methods call. Where
    there is no source (a class typed into a console), the byte code of the methods stands in for it.

    Args:
        agents: Classes of agents and what to put in their place.
    """
    chosen = chosen_classes(agents)
    replaced = [(kind, own) for kind, own in chosen.items() if own is not kind]
    if not replaced:
        return ""
    digest = hashlib.sha256()
    for kind, own in replaced:
        digest.update(f"{kind.__name__}\0".encode())
        for ancestor in own.__mro__:
            if ancestor.__module__.split(".")[0] not in ("sim", "mesa", "builtins", "typing", "collections"):
                digest.update(_source_of(ancestor).encode())
    return digest.hexdigest()


def _source_of(own: type) -> str:
    try:
        return inspect.getsource(own)
    except (OSError, TypeError):  # a notebook or a console: the class has no file, its functions may have
        return "\0".join([own.__qualname__, *_sources_of_members(own)])


def _sources_of_members(own: type) -> Iterator[str]:
    for name, member in vars(own).items():
        function = getattr(member, "__func__", getattr(member, "fget", member))
        if isinstance(function, FunctionType):
            try:
                yield inspect.getsource(function)
            except (OSError, TypeError):
                yield f"{name}\0{_code_text(function.__code__)}\0{function.__defaults__!r}"
        elif not name.startswith("__"):
            yield f"{name}={member!r}"


def _code_text(code: CodeType) -> str:
    """Byte code as text; pickling it would add identities that differ from process to process."""
    return repr(
        (code.co_code, code.co_names, code.co_varnames, [_constant_text(one) for one in code.co_consts])
    )


def _constant_text(value: Any) -> str:
    if isinstance(value, CodeType):
        return _code_text(value)
    return repr(sorted(map(repr, value))) if isinstance(value, frozenset) else repr(value)
