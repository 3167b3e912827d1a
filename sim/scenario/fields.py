"""How a setting of a scenario is declared: its meaning, unit and source travel with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StrictBool
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.scenario.errors import nearest_name
from sim.vocabulary import words

__all__ = [
    "GIVEN",
    "Absent",
    "Finding",
    "Name",
    "OneOf",
    "Part",
    "Reader",
    "Shape",
    "Text",
    "WordSet",
    "YesNo",
    "refuse",
    "refuse_all",
    "setting",
    "word_of",
]

GIVEN = "given by the scenario"
"""Source of a setting without a default: whoever writes the scenario answers for it."""


class Part(BaseModel):
    """A frozen piece of a scenario: unknown settings are refused, defaults are checked like input."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


def setting(
    default: Any = ...,
    *,
    meaning: str,
    unit: str = "",
    source: str = "assumption",
    factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare one setting of a scenario.

    Args:
        default: Its value when a scenario is silent; left out, the setting is required.
        meaning: What it is, in one line.
        unit: Its unit, empty for words, tables and yes or no.
        source: Evidence rows ("T1.20"), "assumption", or `GIVEN` for a required setting.
        factory: Makes the default, for tables of settings.

    Returns:
        What pydantic expects as a field's declaration.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source}
    if factory is not None:
        return Field(default_factory=factory, description=meaning, json_schema_extra=extra)
    return Field(default, description=meaning, json_schema_extra=extra)


class Finding(NamedTuple):
    """What a check found wrong, at a path relative to the table that was checked."""

    at: tuple[str | int, ...]
    said: str
    value: Any = None
    allowed: str = ""
    nearest: str = ""


def refuse_all(findings: Iterable[Finding]) -> None:
    """Refuse the table being validated if anything was found.

    Args:
        findings: What was found; nothing happens when there is none.

    Raises:
        PydanticCustomError: Carrying all findings; pydantic turns it into a ValidationError.
    """
    found = list(findings)
    if found:
        said = "; ".join(".".join(map(str, f.at)) + (": " if f.at else "") + f.said for f in found)
        raise PydanticCustomError("refused", "{said}", {"said": said, "findings": found})


def refuse(said: str, *, allowed: str = "", nearest: str = "") -> NoReturn:
    """Refuse the value being validated.

    Args:
        said: What is wrong with it.
        allowed: What would be right.
        nearest: What was probably meant.

    Raises:
        PydanticCustomError: Always.
    """
    finding = Finding((), said, allowed=allowed, nearest=nearest)
    hint = f" (allowed: {allowed})" if allowed else ""
    raise PydanticCustomError("refused", "{said}", {"said": said + hint, "findings": [finding]})


@dataclass(frozen=True)
class Reader:
    """Type annotation whose values are read, written and described by one object.

    Attributes:
        read: Turns what a file says into the value, or refuses it.
        json_schema: What an editor may accept.
        write: Turns the value into what a file says; left out, the value stands for itself.
    """

    read: Callable[[Any], Any]
    json_schema: Mapping[str, Any]
    write: Callable[[Any], Any] | None = None

    def __hash__(self) -> int:
        """Hash by the function that reads, since the schema is a dictionary."""
        return hash(self.read)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate with `read`, serialise with `write`."""
        written = None
        if self.write is not None:
            written = core_schema.plain_serializer_function_ser_schema(self.write, when_used="json")
        return core_schema.no_info_plain_validator_function(self.read, serialization=written)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the accepted spellings."""
        return dict(self.json_schema)


@dataclass(frozen=True)
class Absent:
    """Type annotation: None is allowed, and files say it with a word of their own.

    TOML has no null, and a file that `extends` another must be able to switch a setting off again.

    Attributes:
        word: What files write for None, such as "never".
    """

    word: str = "none"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the word as None and write None as the word."""
        return core_schema.no_info_before_validator_function(
            lambda value: None if isinstance(value, str) and value == self.word else value,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda value, inner: self.word if value is None else inner(value), when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the word beside whatever else is allowed."""
        inner = handler(schema["schema"])
        choices = [one for one in inner.get("anyOf", [inner]) if one.get("type") != "null"]
        return {"anyOf": [*choices, {"const": self.word}]}


@dataclass(frozen=True)
class Shape:
    """Marks what a setting looks like inside a file where its Python type does not say so.

    Attributes:
        annotation: The type whose keys are valid under this setting.
    """

    annotation: Any

    def __hash__(self) -> int:
        """Hash by spelling, since generic aliases of frozen tables need not be hashable."""
        return hash(repr(self.annotation))


def chosen(value: Any, known: tuple[str, ...]) -> str:
    """The value, if it is one of the known words.

    Args:
        value: What was written.
        known: The words allowed.

    Returns:
        The word.

    Raises:
        PydanticCustomError: If it is none of them.
    """
    if isinstance(value, str) and value in known:
        return value
    allowed = ", ".join(known)
    if not isinstance(value, str):
        refuse("should be a word in quotes", allowed=allowed)
    refuse("is not one of the words allowed here", allowed=allowed, nearest=nearest_name(value, known))


def OneOf(*known: str) -> Reader:
    """Annotation for a text that must be one of the words given."""
    return Reader(lambda value: chosen(value, known), {"type": "string", "enum": list(known)})


def word_of(kind: type[IntEnum]) -> Reader:
    """Annotation for a text that must be a word of a vocabulary, such as a routing rule."""
    return OneOf(*words(kind))


def WordSet(kind: type[IntEnum], *, least: int = 0) -> Reader:
    """Annotation for several different words of a vocabulary, kept in the vocabulary's order.

    A single word may stand for a list of one.
    """
    known = words(kind)

    def read(value: Any) -> tuple[str, ...]:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, (list, tuple)):
            refuse("should be a list of words", allowed=", ".join(known))
        found = [chosen(one, known) for one in given]
        if len(set(found)) < len(found):
            refuse("names the same word twice", allowed=", ".join(known))
        if len(found) < least:
            refuse(f"needs at least {least}", allowed=", ".join(known))
        return tuple(one for one in known if one in found)

    listed = {"type": "array", "items": {"enum": list(known)}, "uniqueItems": True, "minItems": least}
    return Reader(read, {"anyOf": [listed, {"enum": list(known)}]}, list)


def _read_name(value: Any) -> str:
    allowed = "1 to 60 letters, digits, spaces, hyphens or underscores"
    if not isinstance(value, str):
        refuse("should be a name in quotes", allowed=allowed)
    if not (
        0 < len(value) <= 60
        and value == value.strip()
        and all(letter.isalnum() or letter in " -_&+/()'" for letter in value)
    ):
        refuse("cannot be used as a name", allowed=allowed)
    return value


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        refuse("should be text in quotes")
    return value


Name = Annotated[str, Reader(_read_name, {"type": "string", "minLength": 1, "maxLength": 60})]
"""Name of a channel, journey, segment, rival or medium."""

Text = Annotated[str, Reader(_read_text, {"type": "string"})]
"""Free text."""

YesNo = StrictBool
"""Yes or no: `true` or `false` in a file."""
