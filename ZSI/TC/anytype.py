"""``xsd:anyType`` and wildcards: values whose type the message says, or nobody.

The value model: a plain value if it maps back to the same ``xsi:type``, else a `TypedValue`;
without a type, or with one that nobody knows, `AnyXML`. An echo returns what came.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError, ValueRefused, where_of
from ZSI.names import XSD, QName
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.fields import Field
from ZSI.TC.leaf import XSI_TYPE, DecodeContext, read_simple
from ZSI.TC.resolve import ANY_TYPE, lookup
from ZSI.TC.simple import SimpleType
from ZSI.TC.times import Date, DateTime, Time
from ZSI.TC.values import TypedValue

if TYPE_CHECKING:
    from lxml import etree

#: The type that a plain value of exactly this class is written as. Integers are not here: the
#: first of int, long and integer that holds the value is theirs.
PLAIN: dict[type, str] = {
    bool: "boolean",
    Decimal: "decimal",
    float: "double",
    str: "string",
    bytes: "base64Binary",
    datetime.datetime: "dateTime",
    datetime.date: "date",
    datetime.time: "time",
    DateTime: "dateTime",
    Date: "date",
    Time: "time",
}
_INTEGERS = (("int", 1 << 31), ("long", 1 << 63))


def plain_type(value: Any) -> str | None:
    """The local name of the XSD type that a plain value is written as; None if it has none.

    >>> plain_type(42), plain_type(1 << 40), plain_type(1 << 80), plain_type("x"), plain_type([])
    ('int', 'long', 'integer', 'string', None)
    """
    kind = type(value)
    if kind is int:
        return next((name for name, top in _INTEGERS if -top <= value < top), "integer")
    known = PLAIN.get(kind)
    if known is not None:
        return known
    for base, name in PLAIN.items():
        if isinstance(value, base):
            return name
    return plain_type(int(value)) if isinstance(value, int) else None


def read_any(elt: etree._Element, context: DecodeContext) -> Any:
    """Read an element declared as ``xsd:anyType``."""
    if not elt.keys() or (named := elt.get(XSI_TYPE)) is None:
        return AnyXML(elt)
    prefix, colon, local = named.strip().rpartition(":")
    namespace = elt.nsmap.get(prefix if colon else None)
    if colon and namespace is None:
        raise ValueRefused(
            "xsd:QName", "an xsi:type with a declared prefix", named, where=where_of(elt)
        )
    if namespace == XSD and local in BUILTIN:
        actual: Any = BUILTIN[local]
    else:
        actual = lookup((namespace, local), context.registry)
    if isinstance(actual, SimpleType):
        value = read_simple(elt, actual, Field("element", None, actual), context)
        return plain_or_typed(value, QName(namespace, local))
    if actual is None:
        context.unusual(elt, "xsi:type", f"xsi:type {named} is not known: kept as it came")
        return AnyXML(elt)
    if actual is ANY_TYPE:
        return AnyXML(elt)
    if actual.abstract:
        raise StructureError(
            f"xsi:type {named} is abstract", rule="abstract", where=where_of(elt)
        )
    value = actual.decode(elt, context, actual.pyclass)
    return value if actual.plain else TypedValue(value, QName(namespace, local))


def plain_or_typed(value: Any, name: QName) -> Any:
    """A value of a simple type alone if it maps back to that type, else with its name."""
    if name.namespace == XSD and plain_type(value) == name.localname:
        return value
    return TypedValue(value, name)


def read_wild(elt: etree._Element, context: DecodeContext, process: str) -> Any:
    """Read an element that a wildcard took (cvc-wildcard, XSD 1.0 part 1, 3.10.4)."""
    if process == "skip":
        return AnyXML(elt)
    declared = context.registry.elements.get(QName.from_clark(str(elt.tag)))
    if declared is not None:
        return declared.read_element(elt, context)
    if elt.get(XSI_TYPE) is not None:
        read_any(elt, context)  # judged by the type that it names; kept whole, with its name
    elif process == "strict":
        raise StructureError(
            f"element {elt.tag} is not declared: expected a global element that the schema knows",
            rule="wildcard", where=where_of(elt),
        )  # fmt: skip
    return AnyXML(elt)
