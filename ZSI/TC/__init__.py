"""Typecodes and values: how XML Schema types and Python values become one another.

What generated modules use, and ZSI's hand-written typecodes under their documented names.
"""

from __future__ import annotations

import math

from ZSI.names import QName as ExpandedName
from ZSI.schema import (
    GED,
    GTD,
    ElementDeclaration,
    LocalElementDeclaration,
    TypeDefinition,
    Wrap,
    WrapImmutable,
    array_type,
    simple_type,
    type_of_element,
)
from ZSI.TC import handmade_declarations as _declarations  # noqa: F401 it enters what it makes
from ZSI.TC import handmade_registry as _registry  # noqa: F401 it enters the built-in types
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.TC.fields import (
    any_attributes,
    any_element,
    attribute,
    element,
    in_any_order,
    in_sequence,
    one_of,
    text,
)
from ZSI.TC.handmade import SimpleType
from ZSI.TC.handmade_any import TYPES, XML, Any, AnyElement, AnyType, RegisterType
from ZSI.TC.handmade_apache import Apache, AttachmentRef
from ZSI.TC.handmade_base import TypeCode
from ZSI.TC.handmade_choice import Choice
from ZSI.TC.handmade_compound import Array, ComplexType, Struct
from ZSI.TC.handmade_numbers import (
    Decimal,
    FPdouble,
    FPEnumeration,
    FPfloat,
    Ibyte,
    IEnumeration,
    Iint,
    Iinteger,
    Ilong,
    InegativeInteger,
    InonNegativeInteger,
    InonPositiveInteger,
    Integer,
    IpositiveInteger,
    Ishort,
    IunsignedByte,
    IunsignedInt,
    IunsignedLong,
    IunsignedShort,
)
from ZSI.TC.handmade_simple import (
    URI,
    Base64Binary,
    Base64String,
    Boolean,
    Enumeration,
    HexBinaryString,
    List,
    QName,
    String,
    Token,
    Union,
    XMLString,
)
from ZSI.TC.handmade_times import (
    Gregorian,
    gDate,
    gDateTime,
    gDay,
    gMonth,
    gMonthDay,
    gTime,
    gYear,
    gYearMonth,
)
from ZSI.TC.identity import key, keyref, unique
from ZSI.TC.namespace import Namespace
from ZSI.TC.times import (
    Date,
    DateTime,
    Duration,
    GDay,
    GMonth,
    GMonthDay,
    GYear,
    GYearMonth,
    Time,
)
from ZSI.TC.typecode import UNBOUNDED
from ZSI.TC.values import NIL, UNSET, Nil, Text, TypedValue

#: ZSI's names for what has another one here.
Nilled = NIL
isnan = math.isnan
_get_global_element_declaration = GED
_get_type_definition = GTD


def _make_inf() -> float:
    """Infinity, as a float has it."""
    return math.inf


__all__ = [
    "GED", "GTD", "NIL", "TYPES", "UNBOUNDED", "UNSET", "URI", "XML", "Any", "AnyElement",
    "AnyType", "AnyXML", "Apache", "Array", "AttachmentRef", "Base64Binary", "Base64String",
    "Boolean", "Choice", "ComplexType", "Compound", "Date", "DateTime", "Decimal", "Duration",
    "ElementDeclaration", "Enumeration", "ExpandedName", "FPEnumeration", "FPdouble", "FPfloat",
    "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth", "Gregorian", "HexBinaryString",
    "IEnumeration", "Ibyte", "Iint", "Iinteger", "Ilong", "InegativeInteger", "Integer",
    "InonNegativeInteger", "InonPositiveInteger", "IpositiveInteger", "Ishort", "IunsignedByte",
    "IunsignedInt", "IunsignedLong", "IunsignedShort", "List", "LocalElementDeclaration",
    "Namespace", "Nil", "Nilled", "QName", "RegisterType", "SimpleElement", "SimpleType", "String",
    "Struct", "Text", "Time", "Token", "TypeCode", "TypeDefinition", "TypedValue", "Union", "Wrap",
    "WrapImmutable", "XMLString", "_get_global_element_declaration", "_get_type_definition",
    "any_attributes", "any_element", "array_type", "attribute", "element", "gDate", "gDateTime",
    "gDay", "gMonth", "gMonthDay", "gTime", "gYear", "gYearMonth", "in_any_order", "in_sequence",
    "isnan", "key", "keyref", "one_of", "simple_type", "text", "type_of_element", "unique",
]  # fmt: skip
