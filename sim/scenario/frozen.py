"""A table of named things that cannot be changed and can be compared and hashed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NoReturn, TypeVar, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

__all__ = ["FrozenTable"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class FrozenTable(dict[K, V]):
    """A dictionary that keeps its order, refuses changes and has a hash.

    The order of channels and journeys has meaning (the first channel is the one nurture uses unless told
    otherwise), so two frozen tables are equal only when their order is equal too; against a plain
    dictionary the order is ignored.
    """

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a scenario is a value: build a changed copy with with_overrides or with_policy")

    __setitem__ = _refuse
    __delitem__ = _refuse
    __ior__ = _refuse
    clear = _refuse
    pop = _refuse
    popitem = _refuse
    setdefault = _refuse
    update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        """Hash of the entries in their order."""
        return hash(tuple(self.items()))

    def __eq__(self, other: object) -> bool:
        """Equal entries, in equal order where the other is a frozen table too."""
        if isinstance(other, FrozenTable):
            return list(self.items()) == list(other.items())
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        """The opposite of equality."""
        return not self == other

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy through the constructor, because item assignment is refused."""
        return (type(self), (dict(self),))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as a dictionary of the declared key and value types, then freeze."""
        key, value = get_args(source) or (str, Any)
        entries = core_schema.dict_schema(handler.generate_schema(key), handler.generate_schema(value))
        return core_schema.no_info_after_validator_function(cls, entries)
