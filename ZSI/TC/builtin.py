"""The 44 built-in types of XSD 1.0 part 2, section 3, and anySimpleType.

>>> BUILTIN["int"].parse(" 42 "), BUILTIN["int"].format(42)
(42, '42')
>>> BUILTIN["unsignedByte"].parse("256")
Traceback (most recent call last):
...
ZSI.errors.ValueRefused: '256' breaks xsd:unsignedByte: expected an integer from 0 to 255
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import XSD, QName
from ZSI.TC.binary import base64_kind, hex_kind
from ZSI.TC.dates import CALENDAR_TYPES, calendar_kind, duration_kind, iso_kind
from ZSI.TC.facets import Facets
from ZSI.TC.lexical import Kind
from ZSI.TC.numeric import INTEGER_RANGES, boolean_kind, decimal_kind, float_kind, integer_kind
from ZSI.TC.simple import SimpleType, list_kind
from ZSI.TC.strings import name_kind, qname_kind, text_kind, uri_kind
from ZSI.TC.times import Duration, Moment

KindMaker = Callable[[Limits], Kind]

_TEXTS = ("anySimpleType", "string", "normalizedString", "token")
_NAMES = ("language", "NMTOKEN", "Name", "NCName", "ID", "IDREF", "ENTITY")
_ISO = {"dateTime": datetime, "time": time, "date": date}

#: How each atomic type reads and writes.
_MAKERS: dict[str, KindMaker] = {
    **{name: partial(text_kind, name) for name in _TEXTS},
    **{name: partial(name_kind, name) for name in _NAMES},
    "boolean": boolean_kind,
    "decimal": decimal_kind,
    **{name: partial(integer_kind, name) for name in INTEGER_RANGES},
    "float": partial(float_kind, "float"),
    "double": partial(float_kind, "double"),
    "duration": duration_kind,
    **{name: partial(iso_kind, python) for name, python in _ISO.items()},
    **{ours.type_name(): partial(calendar_kind, ours) for ours in CALENDAR_TYPES},
    "hexBinary": hex_kind,
    "base64Binary": base64_kind,
    "anyURI": uri_kind,
    "QName": partial(qname_kind, "QName"),
    "NOTATION": partial(qname_kind, "NOTATION"),
}

#: The base of every derived type (3.3); the primitive ones have anySimpleType.
_BASES: dict[str, str] = {
    "normalizedString": "string", "token": "normalizedString", "language": "token",
    "NMTOKEN": "token", "Name": "token", "NCName": "Name", "ID": "NCName", "IDREF": "NCName",
    "ENTITY": "NCName", "integer": "decimal", "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger", "long": "integer", "int": "long", "short": "int",
    "byte": "short", "nonNegativeInteger": "integer", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt",
    "unsignedByte": "unsignedShort", "positiveInteger": "nonNegativeInteger",
}  # fmt: skip
_LISTS = {"NMTOKENS": "NMTOKEN", "IDREFS": "IDREF", "ENTITIES": "ENTITY"}


def _primitive(name: str) -> str:
    while name in _BASES:
        name = _BASES[name]
    return name


def _facets(name: str, kind: Kind) -> Facets:
    """The facets that the specification gives a built-in type; its kind checks them."""
    if name not in INTEGER_RANGES:
        return Facets(white_space=kind.white_space)
    low, high = INTEGER_RANGES[name]
    return Facets(
        min_inclusive=low, max_inclusive=high, fraction_digits=0, white_space=kind.white_space
    )


@lru_cache(maxsize=64)
def builtins_for(limits: Limits) -> Mapping[str, SimpleType]:
    """All built-in types by local name, their digits and patterns bounded by ``limits``."""
    made: dict[str, SimpleType] = {}

    def make(name: str) -> SimpleType:
        if name not in made:
            kind = _MAKERS[name](limits)
            base = _BASES.get(name, "anySimpleType")
            facets = _facets(name, kind)
            made[name] = SimpleType(
                kind, facets, (builtin, (name, limits)), inherent=facets, name=QName(XSD, name),
                base=None if name == "anySimpleType" else make(base),
                primitive=_primitive(name), builtin=name, limits=limits,
            )  # fmt: skip
        return made[name]

    for name in _MAKERS:
        make(name)
    for name, item in _LISTS.items():
        made[name] = SimpleType(
            list_kind(made[item]), Facets(min_length=1, white_space="collapse"),
            (builtin, (name, limits)), name=QName(XSD, name), base=made["anySimpleType"],
            variety="list", item=made[item], builtin=name, limits=limits,
        )  # fmt: skip
    return MappingProxyType(made)


def builtin(name: str, limits: Limits = DEFAULT_LIMITS) -> SimpleType:
    """The built-in type of this local name.

    Raises:
        KeyError: XSD has no such type.
    """
    return builtins_for(limits)[name]


#: The built-in types under the default limits.
BUILTIN: Mapping[str, SimpleType] = builtins_for(DEFAULT_LIMITS)

#: The built-in type a Python value is of when nothing declares one; the first class that fits.
_NATURAL: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (Decimal, "decimal"), (float, "double"), (str, "string"),
    (bytes, "base64Binary"), (datetime, "dateTime"), (date, "date"), (time, "time"),
    (Duration, "duration"), (QName, "QName"),
)  # fmt: skip


def natural_type(value: Any) -> SimpleType | None:
    """The built-in type of a plain Python value by the value model; None if it has none.

    An int is int, long or integer, the first that holds it.

    >>> natural_type(2**40), natural_type(True), natural_type(object())
    (<SimpleType xsd:long>, <SimpleType xsd:boolean>, None)
    """
    if isinstance(value, Moment):
        return BUILTIN[value.type_name()]
    for python, name in _NATURAL:
        if isinstance(value, python):
            return BUILTIN[name]
    if isinstance(value, int):
        for name in ("int", "long"):
            low, high = INTEGER_RANGES[name]
            if low is not None and high is not None and low <= value <= high:
                return BUILTIN[name]
        return BUILTIN["integer"]
    return None
