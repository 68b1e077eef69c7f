"""Typecodes and values: how XML Schema types and Python values become one another."""

from __future__ import annotations

from ZSI.names import QName
from ZSI.schema import array_type, simple_type, type_of_element
from ZSI.TC import arrays as _arrays  # noqa: F401 it enters its types
from ZSI.TC import maps as _maps  # noqa: F401 it enters its type
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
from ZSI.TC.typecode import UNBOUNDED, TypeCode
from ZSI.TC.values import NIL, UNSET, Nil, Text, TypedValue

__all__ = [
    "NIL", "UNBOUNDED", "UNSET", "AnyXML", "Compound", "Date", "DateTime", "Duration", "GDay",
    "GMonth", "GMonthDay", "GYear", "GYearMonth", "Namespace", "Nil", "QName", "SimpleElement",
    "Text", "Time", "TypeCode", "TypedValue", "any_attributes", "any_element", "array_type",
    "attribute", "element", "in_any_order", "in_sequence", "one_of", "simple_type", "text",
    "type_of_element",
]  # fmt: skip
