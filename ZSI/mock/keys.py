"""Tables of keys: what a rule file may say, how each value is read, and its JSON Schema.

A `Key` joins three things that would drift apart in three places: the parser of the value, the
schema that an editor completes by, and the words of the reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ZSI.errors import Where, quote
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.mistakes import Mistakes
from ZSI.mock.yamlfile import where_of

#: A value that a variable stands for; editors must not call it wrong.
VARIABLE = {"type": "string", "pattern": r"\$\{"}
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the definition around it and the keys that lead to it.

    >>> print(Place({}).below("when").error("no field 'a'", expected="b"))
    when: no field 'a'; expected b
    """

    root: Any = None
    path: str = ""

    def below(self, key: str | int) -> Place:
        """The place of a key of the mapping here, or of an item (0-based) of the list here."""
        step = f"[{key + 1}]" if isinstance(key, int) else key
        return Place(self.root, f"{self.path}: {step}" if self.path else step)

    @property
    def where(self) -> Where | None:
        """File, line and keys, as far as they are known."""
        found = where_of(self.root, self.path or None)
        if found is None and self.path:
            return Where(path=self.path)
        return found

    def error(
        self, message: str, *, expected: str = "", nearest: Iterable[str] = ()
    ) -> DefinitionError:
        """An error at this place."""
        return DefinitionError(message, where=self.where, expected=expected, nearest=nearest)


Parse = Callable[[Any, Place], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: its parser (value, place) and its JSON Schema."""

    parse: Parse
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its value may be, what it means, and the attribute that it fills."""

    kind: Kind
    words: str
    attribute: str = ""
    example: Any = None


def read_keys(
    given: Mapping[str, Any], table: Mapping[str, Key], place: Place, mistakes: Mistakes
) -> dict[str, Any]:
    """The values of a mapping, by key, those that are mistaken left out."""
    values: dict[str, Any] = {}
    for key, value in given.items():
        known = table.get(key)
        if known is None:
            mistakes.add(unknown_key(str(key), table, place))
            continue
        before = len(mistakes.found)
        parsed = mistakes.attempt(known.kind.parse, value, place.below(key))
        if len(mistakes.found) == before:
            values[key] = parsed
    return values


def unknown_key(key: str, known: Iterable[str], place: Place) -> DefinitionError:
    """The error for a key that means nothing here."""
    names = list(known)
    near = nearest(key, names)
    return place.below(key).error(
        f"no key {quote(key)} here", expected="" if near else listed(names), nearest=near
    )


# ---------------------------------------------------------------------------- kinds of values


def mapping(value: Any, place: Place) -> Mapping[str, Any]:
    """A mapping.

    Raises:
        DefinitionError: it is none.
    """
    if not isinstance(value, Mapping):
        raise place.error(shown(value), expected="a mapping")
    return value


def shown(value: Any) -> str:
    """A wrong value as an error names it."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else quote(str(value))


def _text(value: Any, place: Place) -> str:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise place.error(shown(value), expected="text")


def _any_text(value: Any, place: Place) -> Any:
    if value is None or isinstance(value, str | bytes):
        return value or ""
    raise place.error(shown(value), expected="text")


def _flag(value: Any, place: Place) -> bool:
    flag = _FLAGS.get(str(value).lower()) if isinstance(value, str | bool) else None
    if flag is None:
        raise place.error(shown(value), expected="true or false")
    return flag


def integer(low: int, high: int) -> Kind:
    """An integer between two bounds, as a number or as text."""

    def parse(value: Any, place: Place) -> int:
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
            raise place.error(shown(value), expected=f"an integer from {low} to {high}")
        return int(text)

    number = {"type": "integer", "minimum": low, "maximum": high}
    return Kind(parse, {"anyOf": [number, {"type": "string", "pattern": r"^[+-]?\d+$|\$\{"}]})


def choice(*names: str) -> Kind:
    """One of a few words."""

    def parse(value: Any, place: Place) -> str:
        text = _FALSE_WORDS.get(value, value) if isinstance(value, bool) else value
        if isinstance(text, float):
            text = str(text)
        if text not in names:
            near = nearest(str(text), names)
            raise place.error(shown(value), expected=listed(names), nearest=near)
        return str(text)

    return Kind(parse, {"anyOf": [{"enum": [*names, *_also(names)]}, VARIABLE]})


#: What a JSON reader, or an editor's YAML 1.1 reader, makes of these words.
_FALSE_WORDS = {False: "off", True: "on"}


def _also(names: Iterable[str]) -> list[Any]:
    """The spellings of words that an editor reads as a number or as false."""
    found: list[Any] = [float(name) for name in names if re.fullmatch(r"\d\.\d", name)]
    return found + [False for name in names if name == "off"]


def several(kind: Kind) -> Kind:
    """One value, or a list of them; becomes a tuple."""

    def parse(value: Any, place: Place) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (kind.parse(value, place),)
        mistakes = Mistakes()
        items = [
            mistakes.attempt(kind.parse, item, place.below(number))
            for number, item in enumerate(value)
        ]
        mistakes.finish()
        return tuple(items)

    many = {"type": "array", "items": dict(kind.schema)}
    return Kind(parse, {"anyOf": [dict(kind.schema), many]})


def all_of(kind: Kind) -> Kind:
    """A list; becomes a tuple."""
    inner = several(kind)

    def parse(value: Any, place: Place) -> tuple[Any, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            raise place.error(shown(value), expected="a list")
        found: tuple[Any, ...] = inner.parse(value, place)
        return found

    return Kind(parse, {"type": ["array", "null"], "items": dict(kind.schema)})


def _as_it_is(value: Any, place: Place) -> Any:
    return value


def ref(name: str) -> dict[str, str]:
    """The JSON Schema of what `ZSI.mock.ruleschema` defines under a name."""
    return {"$ref": f"#/$defs/{name}"}


def _texts(value: Any, place: Place) -> dict[str, str]:
    mistakes = Mistakes()
    found = {
        str(key): mistakes.attempt(_text, item, place.below(str(key)))
        for key, item in mapping(value, place).items()
    }
    mistakes.finish()
    return {key: item for key, item in found.items() if item is not None}


_SCALAR = ["string", "number", "boolean"]
TEXT = Kind(_text, {"type": _SCALAR})
ANYTHING = Kind(_as_it_is, {})
ANY_TEXT = Kind(_any_text, {"type": [*_SCALAR, "null"]})
FLAG = Kind(_flag, {"anyOf": [{"type": "boolean"}, VARIABLE]})
TEXTS = Kind(_texts, {"type": "object", "additionalProperties": {"type": _SCALAR}})
