"""``xsd:anyType`` and wildcards: values whose type the message says, or nobody.

The value model: a plain value if it maps back to the same ``xsi:type``, else a `TypedValue`;
without a type, or with one that nobody knows, `AnyXML`. An echo returns what came.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ZSI.errors import StructureError, ValueRefused, where_of
from ZSI.names import XSD, QName
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.attributes import judge_attribute
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.fields import Field
from ZSI.TC.leaf import XSI_ATTRIBUTES, XSI_TYPE, DecodeContext, expand, read_simple
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
#: How text is parsed whose value maps back to the very type, whatever it is.
_ALWAYS_PLAIN = {name: BUILTIN[name].parse for name in ("int", *PLAIN.values())}
#: The use of an element that says nothing but its type.
_BARE = Field("element", None, ANY_TYPE)


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


def plain_or_typed(value: Any, name: QName) -> Any:
    """The value itself if it maps back to this type, else with its type.

    >>> plain_or_typed(42, QName(XSD, "int")), plain_or_typed(42, QName(XSD, "long"))
    (42, TypedValue(42, xsd:long))
    """
    plain = name.namespace == XSD and plain_type(value) == name.localname
    return value if plain else TypedValue(value, name)


def read_any(elt: etree._Element, context: DecodeContext) -> Any:
    """Read an element declared as ``xsd:anyType``: by its ``xsi:type``, else as it is.

    Raises:
        EvaluateException: its content is not what ``xsi:type``, or a global declaration of an
            element or attribute in it, says (the ur-type's wildcards are lax; 3.4.7).
    """
    if not elt.keys():
        if len(elt):
            assess(elt, context)
        return AnyXML(elt)
    named = elt.get(XSI_TYPE)
    if named is None:
        assess(elt, context)
        return AnyXML(elt)
    return read_named(elt, named, context)


def any_reader(
    read_marked: Callable[[etree._Element, DecodeContext], Any],
) -> Callable[[etree._Element, DecodeContext], Any]:
    """The reading of an element that may be anything; nearly always its ``xsi:type`` is built in.

    Args:
        read_marked: reads what has other attributes, or another type.
    """

    def read(elt: etree._Element, context: DecodeContext) -> Any:
        said = elt.items()
        if not said:
            return read_any(elt, context)
        if len(said) > 1 or said[0][0] != XSI_TYPE:
            return read_marked(elt, context)
        prefix, colon, local = said[0][1].rpartition(":")
        parse = _ALWAYS_PLAIN.get(local)
        if parse is None or len(elt):
            return read_marked(elt, context)
        if context.around(elt).get(prefix if colon else None) != XSD:
            return read_marked(elt, context)
        text = elt.text or ""
        try:
            return text if local == "string" else parse(text)
        except ValueRefused as refusal:
            if refusal.where is None:
                refusal.where = where_of(elt)
            raise

    return read


def read_named(elt: etree._Element, named: str, context: DecodeContext) -> Any:
    """Read an element of the type that its ``xsi:type`` names; errors as `read_any`."""
    name = expand(elt, named, context)
    actual: Any = lookup(name, context.registry)
    if isinstance(actual, SimpleType):
        return plain_or_typed(read_simple(elt, actual, _BARE, context), name)
    if actual is None or actual is ANY_TYPE:
        if actual is None:
            context.unusual(elt, "xsi:type", f"xsi:type {named} is not known: kept as it came")
        assess(elt, context)
        return AnyXML(elt)
    if actual.abstract:
        raise StructureError(
            f"xsi:type {named} is abstract: expected a type derived from it",
            rule="abstract", where=where_of(elt),
        )  # fmt: skip
    value = actual.decode(elt, context, actual.pyclass)
    return value if actual.plain else TypedValue(value, name)


def assess(elt: etree._Element, context: DecodeContext) -> None:
    """Judge what is declared in content that nobody described (lax assessment, 3.3.4, 5.2)."""
    for name, text in elt.items():
        if name not in XSI_ATTRIBUTES:
            judge_attribute(elt, str(name), str(text), "lax", context)
    for child in elt:
        if isinstance(child.tag, str):
            read_wild(child, context, "lax")


def read_wild(elt: etree._Element, context: DecodeContext, process: str) -> Any:
    """Read an element that a wildcard took (cvc-wildcard, XSD 1.0 part 1, 3.10.4).

    Returns:
        An object of the class of its declaration; `AnyXML` where there is none.
    """
    if process == "skip":
        return AnyXML(elt)
    found = context.registry.find("elements", QName.from_clark(str(elt.tag)))
    if found is not None:
        return found[0].read_element(elt, context)
    if elt.get(XSI_TYPE) is None and process == "strict":
        raise StructureError(
            f"element {elt.tag!s} is not declared: expected a global element of the schema",
            rule="wildcard", where=where_of(elt),
        )  # fmt: skip
    read_any(elt, context)  # judged by the type that it names, if any; kept whole, with its name
    return AnyXML(elt)
