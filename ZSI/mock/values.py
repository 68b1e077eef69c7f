"""From what a definition says to a value of the field's schema type, and back to text.

Text is read by the type, as if it stood in a message; Python values are taken as they are. What
the type refuses is an error where it is written.

>>> from ZSI.errors import Where
>>> from ZSI.mock.scope import Scope
>>> from ZSI.schema import Registry
>>> from ZSI.TC.builtin import BUILTIN
>>> scope = Scope(Registry("doc", public=False), where=Where("rules.yaml", 3))
>>> coerce("010", BUILTIN["int"], scope), coerce("10.00", BUILTIN["decimal"], scope)
(10, Decimal('10.00'))
>>> coerce("x", BUILTIN["boolean"], scope)
Traceback (most recent call last):
...
ZSI.mock.errors.DefinitionError: rules.yaml:3: 'x' breaks xsd:boolean; expected true, false, 1 or 0
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from ZSI.errors import EvaluateException, ValueRefused, ZSIException, quote
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.lookup import (
    Type,
    Wanted,
    called,
    complex_type_of,
    find,
    names_in,
    simple_type_of,
)
from ZSI.mock.scope import Scope
from ZSI.TC.anytype import plain_type
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.arrays import ArrayType
from ZSI.TC.builtin import natural_type
from ZSI.TC.complextype import ComplexType
from ZSI.TC.compound import SimpleElement
from ZSI.TC.duration import Duration
from ZSI.TC.resolve import AnyType
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET, TypedValue


def coerce(value: Any, type: Type, scope: Scope) -> Any:
    """A value of a type from what a definition gives for it.

    Args:
        value: text, a Python value, a typed object, or a mapping of fields for a complex type
            (which then has these fields and no others).
        type: the declared type.
        scope: gives prefixes and the place for errors.

    Raises:
        DefinitionError: the type refuses it.
    """
    if value is NIL or value is None:
        return value
    if isinstance(type, SimpleType):
        return simple_value(value, type, scope)
    if isinstance(type, AnyType):
        return any_value(value, scope)
    return _complex_value(value, type, scope)


def refusal(error: EvaluateException, scope: Scope) -> DefinitionError:
    """What a type says of a value, as an error of the definition."""
    place = error.where.path if error.where is not None and error.where.path else ""
    at = f"{place.lstrip('/')}: " if place else ""
    if isinstance(error, ValueRefused):
        return DefinitionError(
            f"{at}{quote(error.value)} breaks {error.rule}",
            where=scope.where,
            expected=error.expected,
        )
    return DefinitionError(f"{at}{error.str}", where=scope.where)


def simple_value(value: Any, type: SimpleType, scope: Scope) -> Any:
    """A value of a simple type; text is parsed, a whole number is text for a string type.

    Raises:
        DefinitionError: the type refuses it.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, TypedValue):
        return value
    try:
        if isinstance(value, str):
            return type.parse(value, scope.parsing() if type.needs_namespaces else None)
        if type.variety == "list" and type.item is not None and isinstance(value, list | tuple):
            return type.coerce([simple_value(item, type.item, scope) for item in value])
        if isinstance(value, int) and not isinstance(value, bool) and str in type.python:
            return type.parse(str(value))
        return type.coerce(value)
    except EvaluateException as error:
        raise refusal(error, scope) from None


def lenient(value: Any, type: SimpleType, scope: Scope) -> Any:
    """As `simple_value`, for what templates and functions give.

    A datetime fits a date or a time as well, any other value by its text.

    Raises:
        DefinitionError: the type refuses it all the same.
    """
    try:
        return simple_value(value, type, scope)
    except DefinitionError:
        if isinstance(value, str):
            raise
    if isinstance(value, datetime) and type.primitive in ("date", "time"):
        narrowed: Any = value.date() if type.primitive == "date" else value.timetz()
        return simple_value(narrowed, type, scope)
    return simple_value(lexical(value), type, scope)


def any_value(value: Any, scope: Scope) -> Any:
    """A value of ``xsd:anyType``: plain, typed by ``$type`` and ``$value``, or ``$xml``.

    Raises:
        DefinitionError: it is none of these.
    """
    if type(value) is str:  # most are
        return value
    if isinstance(value, Mapping):
        return _marked_value(value, scope)
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, TypedValue | AnyXML) or complex_type_of(value) is not None:
        return value
    if plain_type(value) is None:
        raise DefinitionError(
            f"{quote(value)} has no type of its own",
            where=scope.where,
            expected="text, a number, a date, bytes, a typed object, $type with $value, or $xml",
        )
    return value


def _marked_value(value: Mapping[str, Any], scope: Scope) -> Any:
    if set(value) == {"$xml"}:
        return xml_value(value["$xml"], scope)
    if "$type" not in value:
        raise DefinitionError(
            "a mapping for a value of any type", where=scope.where, expected="$type or $xml in it"
        )
    type = scope.type(str(value["$type"]))
    if not isinstance(type, SimpleType):
        return coerce({k: v for k, v in value.items() if k != "$type"}, type, scope)
    if set(value) != {"$type", "$value"}:
        raise DefinitionError(
            f"{listed(value)} for a value of {type}", where=scope.where, expected="$type and $value"
        )
    plain = simple_value(value["$value"], type, scope)
    name = type.name
    assert name is not None  # it was found by its name
    return plain if type.is_builtin and plain_type(plain) == name[1] else TypedValue(plain, name)


def xml_value(text: Any, scope: Scope) -> AnyXML:
    """The content that XML text stands for.

    Raises:
        DefinitionError: it is not well-formed.
    """
    try:
        return text if isinstance(text, AnyXML) else AnyXML.xml(text)
    except (ZSIException, TypeError, ValueError) as error:
        raise DefinitionError(f"no XML: {error}", where=scope.where) from None


def _complex_value(value: Any, type: ComplexType, scope: Scope) -> Any:
    if isinstance(type, ArrayType):
        return _array(value, type, scope)
    own = complex_type_of(value)
    if own is not None:
        if own.steps_from(type) is None:
            raise DefinitionError(
                f"a value of {called(own)}",
                where=scope.where,
                expected=f"{called(type)} or a type derived from it",
            )
        return value
    if isinstance(value, Mapping):
        return _object(value, type, scope)
    text = simple_type_of(type)
    if text is None or type.text is None:
        raise DefinitionError(
            f"{quote(value)} where fields are wanted",
            where=scope.where,
            expected=f"a mapping of {listed(names_in(type), 'no fields')}",
        )
    made = type.pyclass()
    made.__dict__[type.text.key] = simple_value(value, text, scope)
    return made


def _array(value: Any, type: ArrayType, scope: Scope) -> list[Any]:
    """The items of a SOAP array."""
    if not isinstance(value, list | tuple):
        raise DefinitionError(
            f"{quote(value)} for an array", where=scope.where, expected="a list of its items"
        )
    if type.rank > 1:
        return list(value)  # checked when it is written
    item = type.item_type
    return [coerce(each, item, scope.below(f"[{n}]")) for n, each in enumerate(value, 1)]


def _object(fields: Mapping[str, Any], type: ComplexType, scope: Scope) -> Any:
    """A typed object with these fields alone."""
    if "$type" in fields:
        type = scope.type(str(fields["$type"]), type)
        fields = {key: value for key, value in fields.items() if key != "$type"}
    made = type.pyclass()
    for key, value in fields.items():
        inner = scope.below(str(key))
        hit = find(type, Wanted.read(str(key), inner))
        if hit is None:
            raise DefinitionError(
                f"no field {quote(str(key))}",
                where=inner.where,
                expected=listed(names_in(type)),
                nearest=nearest(str(key), names_in(type)),
            )
        if hit.field.many and isinstance(value, list | tuple):
            made.__dict__[hit.field.key] = [coerce(item, hit.type, inner) for item in value]
        else:
            single = coerce(value, hit.type, inner)
            made.__dict__[hit.field.key] = [single] if hit.field.many else single
    return made


def lexical(value: Any) -> str:
    """The text of a value where no type says how to write it.

    >>> lexical(True), lexical(b"a"), lexical(timedelta(hours=1)), lexical([1, 2]), lexical(None)
    ('true', 'YQ==', 'PT3600S', '1 2', '')
    """
    if isinstance(value, str):
        return value.value if isinstance(value, Enum) else value
    if value is None or value is NIL or value is UNSET:
        return ""
    if isinstance(value, Enum | TypedValue):
        return lexical(value.value)
    if isinstance(value, timedelta):
        return str(Duration.from_timedelta(value))
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return " ".join(map(lexical, value))
    if isinstance(value, SimpleElement):
        return lexical(value.value)
    ctype = complex_type_of(value)
    if ctype is not None and ctype.text is not None:
        return text_of(value.__dict__.get(ctype.text.key), simple_type_of(ctype))
    natural = natural_type(value)
    return natural.write(value, _in_braces) if natural is not None else str(value)


def text_of(value: Any, type: SimpleType | None) -> str:
    """The text of a value as its type writes it; of QNames: ``{uri}:name``."""
    if type is None or isinstance(value, str) or value is NIL or value is None:
        return lexical(value)
    try:
        return type.format(value, _in_braces)
    except EvaluateException:
        return lexical(value)  # a value of another type, as an xsi:type may bring


def _in_braces(namespace: str) -> str:
    return f"{{{namespace}}}"
